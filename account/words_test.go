package account

import (
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// checkNames wants every value of an enum to survive its name, and nothing else to be read.
func checkNames[T interface {
	~uint8
	fmt.Stringer
}](t *testing.T, last T, parse func(string) (T, error)) {
	t.Helper()
	for v := T(1); v <= last; v++ {
		if got, err := parse(v.String()); err != nil || got != v {
			t.Errorf("%q: got %v, %v, want it read back", v.String(), got, err)
		}
	}
	for _, name := range []string{"", "nonsense", "(3)", strings.ToUpper(last.String()), last.String() + " "} {
		if got, err := parse(name); err == nil {
			t.Errorf("%q: got %v, want an error", name, got)
		}
	}
	if got, want := (last + 1).String(), fmt.Sprintf("(%d)", uint8(last)+1); got != want {
		t.Errorf("got %q for a value outside the list, want %q", got, want)
	}
	if got := T(0).String(); got != "" {
		t.Errorf("got %q for the zero value, want nothing", got)
	}
}

func TestNamesAreReadBack(t *testing.T) {
	checkNames(t, SMTP, ParseProtocol)
	checkNames(t, Cleartext, ParseSecurity)
	checkNames(t, AuthAnonymous, ParseAuth)
	checkNames(t, SourceGuess, ParseSource)
}

func TestTheZeroValueIsNeverPermission(t *testing.T) {
	var (
		security   Security
		protection Protection
		admission  Admission
		encryption Encryption
	)
	if security == Cleartext || protection != Unprotected || admission == Admitted || encryption != EncryptionRequired {
		t.Errorf("got %v, %v, %v, %v, want the strictest of each", security, protection, admission, encryption)
	}
	for got, want := range map[string]string{
		protection.String(): "unprotected", admission.String(): "refused", Verified.String(): "verified", NeedsCleartext.String(): "needs-cleartext",
		Incoming.String(): "incoming", Outgoing.String(): "outgoing", RoleUnknown.String(): "",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// RFC 8314, section 7, and RFC 6409, section 3.1.
func TestEveryProfileHasItsStandardPort(t *testing.T) {
	for _, c := range []struct {
		protocol Protocol
		ports    [4]int // unknown, TLS, STARTTLS, cleartext
	}{
		{ProtocolUnknown, [4]int{}}, {IMAP, [4]int{0, 993, 143, 143}}, {POP3, [4]int{0, 995, 110, 110}}, {SMTP, [4]int{0, 465, 587, 587}},
	} {
		for security, want := range c.ports {
			if got := StandardPort(c.protocol, Security(security)); got != want {
				t.Errorf("%v %v: got %d, want %d", c.protocol, Security(security), got, want)
			}
		}
	}
	for port, want := range map[int]Security{993: TLS, 995: TLS, 465: TLS, 143: STARTTLS, 110: STARTTLS, 587: STARTTLS, 25: STARTTLS, 1993: SecurityUnknown, 0: SecurityUnknown} {
		if got := UsualSecurity(port); got != want {
			t.Errorf("%d: got %v, want %v", port, got, want)
		}
	}
}

func TestEveryProtocolHasItsRole(t *testing.T) {
	for protocol, want := range map[Protocol]Role{ProtocolUnknown: RoleUnknown, IMAP: Incoming, POP3: Incoming, SMTP: Outgoing, SMTP + 1: RoleUnknown} {
		if got := protocol.Role(); got != want {
			t.Errorf("%v: got %v, want %v", protocol, got, want)
		}
	}
}

func TestOnlyPlainAndLoginShowThePassword(t *testing.T) {
	for a := AuthUnknown; a <= AuthAnonymous; a++ {
		if got, want := a.SendsPassword(), a == AuthPlain || a == AuthLogin; got != want {
			t.Errorf("%v: got %v, want %v", a, got, want)
		}
		if got, want := a.NeedsToken(), a == AuthXOAUTH2 || a == AuthOAuthBearer; got != want {
			t.Errorf("%v: got %v, want %v", a, got, want)
		}
	}
}

func TestTheUsersWordRanksFirstAndAGuessLast(t *testing.T) {
	order := []Source{SourceUser, SourceFile, SourceAutoconfig, SourceSRV, SourcePACC, SourceAutodiscover, SourceISPDB, SourceMX, SourceGuess, SourceUnknown}
	if !slices.IsSortedFunc(order, func(a, b Source) int { return a.Tier() - b.Tier() }) {
		t.Errorf("got tiers out of order in %v", order)
	}
	for source, want := range map[Source]int{SourceUser: 0, SourceSRV: 1, SourceISPDB: 2, SourceMX: 3, SourceGuess: 4, SourceUnknown: 5, SourceGuess + 1: 5} {
		if got := source.Tier(); got != want {
			t.Errorf("%v: got tier %d, want %d", source, got, want)
		}
	}
}

func TestAFingerprintIsReadAsItIsWritten(t *testing.T) {
	f := FingerprintOf(&x509.Certificate{Raw: []byte("certificate")})
	text := f.String()
	spaced := "SHA256:"
	for i := 7; i < len(text); i += 2 {
		spaced += strings.ToUpper(text[i:i+2]) + ":"
	}
	for _, s := range []string{text, " " + text + "\n", spaced} {
		if got, err := ParseFingerprint(s); err != nil || got != f {
			t.Errorf("%q: got %v, %v, want %v", s, got, err, f)
		}
	}
	for _, s := range []string{"", "sha256:", text[7:], text[:len(text)-2], text + "00", text + "0", "sha1:" + text[7:], "sha256:" + strings.Repeat("zz", 32)} {
		if got, err := ParseFingerprint(s); err == nil {
			t.Errorf("%q: got %v, want an error", s, got)
		}
	}
	if got := (Fingerprint{}).String(); got != "" {
		t.Errorf("got %q for no certificate, want nothing", got)
	}
}

// C-6.
func TestAPinCoversOneCertificateOnOneHostAndPort(t *testing.T) {
	server, other := Endpoint{"imap.example.test", 993}, Endpoint{"imap.example.test", 143}
	trust := Trust{Pins: []Pin{{server, Fingerprint{1}}, {other, Fingerprint{}}}}
	for _, c := range []struct {
		server      Endpoint
		certificate Fingerprint
		want        bool
	}{
		{server, Fingerprint{1}, true},
		{server, Fingerprint{2}, false},
		{other, Fingerprint{1}, false},
		{other, Fingerprint{}, false},
		{Endpoint{"x.imap.example.test", 993}, Fingerprint{1}, false},
	} {
		if got := trust.Pinned(c.server, c.certificate); got != c.want {
			t.Errorf("%v %v: got %v, want %v", c.server, c.certificate, got, c.want)
		}
	}
	if _, ok := trust.PinFor(Endpoint{"imap.example.test", 995}); ok {
		t.Error("got a pin for a server without one, want none")
	}
}

// C-6, G-12. A pin counts for the server that it was set for, over TLS, until that server has verified.
func TestAnIdentityIsUnverifiedAsLongAsItsPinCounts(t *testing.T) {
	in, out := Endpoint{"imap.example.test", 993}, Endpoint{"smtp.example.test", 465}
	for _, c := range []struct {
		pinned, verified Endpoint
		security         Security
		want             [2]bool // incoming, outgoing
	}{
		{Endpoint{}, Endpoint{}, TLS, [2]bool{}},
		{in, Endpoint{}, TLS, [2]bool{true, false}},
		{out, Endpoint{}, STARTTLS, [2]bool{false, true}},
		{in, out, TLS, [2]bool{true, false}},
		{in, in, TLS, [2]bool{}},
		{out, Endpoint{}, Cleartext, [2]bool{}},
	} {
		a := Account{
			Incoming: Server{Endpoint: in, Security: c.security}, Outgoing: Server{Endpoint: out, Security: c.security},
			Trust: Trust{Pins: []Pin{{c.pinned, Fingerprint{1}}}, Verified: []Endpoint{c.verified}},
		}
		if got := [2]bool{a.IdentityUnverified(Incoming), a.IdentityUnverified(Outgoing)}; got != c.want {
			t.Errorf("pinned %v, verified %v, %v: got %v, want %v", c.pinned, c.verified, c.security, got, c.want)
		}
	}
}
