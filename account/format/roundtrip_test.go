package format

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"portolan/account"
)

// nasty draws texts of everything that means something to some file format.
func nasty() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.OneOf(
		rapid.SampledFrom([]rune("\"'`\\#;%$&|<>(){}[]=:,@!~^*?+-_/. \u00a0")), rapid.RuneFrom([]rune("azAZ09жé用😀")),
	), 1, 24, 200)
}

// genAccount draws accounts that can be exported, with nasty texts; usual keeps the ports to what their security usually has.
func genAccount(t *rapid.T, usual bool) account.Account {
	a := sample()
	a.Address.Local = rapid.SampledFrom([]string{"alice", "a+b", "a#b", "a%b", "o'neill", "a b", `q"\`, "a;b", "{a}", "x=y"}).Draw(t, "local")
	a.Name = rapid.OneOf(rapid.Just(""), nasty()).Draw(t, "name")
	a.Incoming = genServer(account.IMAP, account.POP3).Draw(t, "incoming")
	a.Outgoing = genServer(account.SMTP).Draw(t, "outgoing")
	for _, s := range []*account.Server{&a.Incoming, &a.Outgoing} {
		if s.Auth != account.AuthNone {
			s.Username = nasty().Draw(t, "user")
		}
		if usual {
			s.Port = account.StandardPort(s.Protocol, s.Security)
		}
	}
	return a
}

// genPassword draws a password.
func genPassword(t *rapid.T) (string, Options) {
	p := nasty().Draw(t, "password")
	return p, Options{Password: account.NewSecret(p)}
}

// written exports an account that may not fit, in which case ok is false and the error is of its kind.
func written(t *rapid.T, name string, a account.Account, o Options) (Output, bool) {
	out, err := Export(name, a, o)
	if err != nil {
		if reflect.TypeOf(err) != reflect.TypeFor[*AccountError]() {
			t.Fatalf("%s: got %v, want an *AccountError", name, err)
		}
		return out, false
	}
	return out, true
}

// lossy gives what is left of a server in a format that knows fewer sign-in methods.
func lossy(s account.Server, auth func(account.Auth) account.Auth) account.Server {
	s.Auth, s.Source = auth(s.Auth), account.SourceFile
	return s
}

// oneOf keeps the methods that a format can name; others become what stands in for them.
func oneOf(otherwise account.Auth, known ...account.Auth) func(account.Auth) account.Auth {
	return func(a account.Auth) account.Auth {
		if slices.Contains(known, a) {
			return a
		}
		return otherwise
	}
}

func TestEveryFormatThatIsReadGivesBackWhatWasWritten(t *testing.T) {
	word := func(role account.Role) func(account.Auth) account.Auth {
		return func(a account.Auth) account.Auth { return parseAuthWord(authWord(a), role) }
	}
	msmtp := slices.Collect(func(yield func(account.Auth) bool) {
		for a := range msmtpAuths() {
			if !yield(a) {
				return
			}
		}
	})
	for _, c := range []struct {
		name               string
		usual              bool // ports say how a connection is encrypted
		onlyOut            bool
		noUser, noIdentity bool
		noName             bool
		in, out            func(account.Auth) account.Auth
	}{
		{name: Android, in: word(account.Incoming), out: word(account.Outgoing)},
		{
			name: MobileConfig, usual: true, in: oneOf(account.AuthPlain, account.AuthCRAMMD5, account.AuthNTLM, account.AuthDigestMD5),
			out: oneOf(account.AuthPlain, account.AuthNone, account.AuthCRAMMD5, account.AuthNTLM, account.AuthDigestMD5),
		},
		{name: AutodiscoverPOX, usual: true, noIdentity: true, in: oneOf(account.AuthUnknown), out: oneOf(account.AuthUnknown)},
		{name: Msmtp, onlyOut: true, noName: true, out: func(a account.Auth) account.Auth {
			a = map[account.Auth]account.Auth{account.AuthSCRAMSHA1Plus: account.AuthSCRAMSHA1, account.AuthSCRAMSHA256Plus: account.AuthSCRAMSHA256}[a] + oneOf(account.AuthUnknown, msmtp...)(a)
			return a
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				a := genAccount(t, c.usual)
				_, o := genPassword(t)
				out, ok := written(t, c.name, a, o)
				if !ok {
					return
				}
				read, err := Read("", out.Files[0].Data)
				if err != nil || len(read) != 1 {
					t.Fatalf("got %v, %v, want one account from %s", read, err, out.Text)
				}
				got := read[0].For(account.Address{})
				if !c.onlyOut {
					if want := lossy(a.Incoming, c.in); got.Incoming != want {
						t.Fatalf("got %#v, want %#v", got.Incoming, want)
					}
				}
				want := lossy(a.Outgoing, c.out)
				if c.name == AutodiscoverPOX && a.Outgoing.Auth == account.AuthNone {
					got.OutgoingUser = ""
				}
				if got.Outgoing != want || got.IncomingUser+got.OutgoingUser != "" {
					t.Fatalf("got %#v, want %#v", got.Outgoing, want)
				}
				if !c.noIdentity && (got.Address != a.Address || !c.noName && got.Name != a.Name) {
					t.Fatalf("got %q <%v>, want %q <%v>", got.Name, got.Address, a.Name, a.Address)
				}
			})
		})
	}
}

func TestAZoneGivesBackTheServers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := genAccount(t, false)
		out, ok := written(t, SRV, a, Options{})
		if !ok {
			return
		}
		read, err := Read(SRV, out.Files[0].Data)
		if err != nil || len(read) != 1 || read[0].Domain != a.Address.Domain {
			t.Fatalf("got %v, %v, want one account from %s", read, err, out.Text)
		}
		got := read[0].For(a.Address)
		for _, pair := range [][2]account.Server{{got.Incoming, a.Incoming}, {got.Outgoing, a.Outgoing}} {
			want := pair[1]
			if want.Security == account.Cleartext || !account.PublicName(want.Host) {
				want = account.Server{}
			} else {
				want.Auth, want.Source, want.Username = account.AuthUnknown, account.SourceFile, a.Address.String()
			}
			if pair[0] != want {
				t.Fatalf("got %#v, want %#v", pair[0], want)
			}
		}
	})
}

// authority is a certificate of the documentation domain, made for this test and never used.
func authority(t *testing.T) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode([]byte(authorityPEM))
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOurOwnFileLosesNothing(t *testing.T) {
	ca := authority(t)
	rapid.Check(t, func(t *rapid.T) {
		a := genAccount(t, false)
		if rapid.Bool().Draw(t, "trust") {
			a.Trust = account.Trust{Pins: []account.Pin{{Server: a.Incoming.Endpoint, Certificate: account.Fingerprint{7}}}, Authorities: []*x509.Certificate{ca}}
			a.Consents = account.Consents{Domains: []string{"other.test"}, Cleartext: []account.Endpoint{a.Outgoing.Endpoint}}
		}
		out, ok := written(t, JSON, a, Options{})
		if !ok {
			t.Fatal("got no file, want one for every account")
		}
		read, err := Read("", out.Files[0].Data)
		if err != nil || len(read) != 1 {
			t.Fatalf("got %v, %v, want one account from %s", read, err, out.Text)
		}
		got := read[0]
		// A file decides nothing: what it trusts stands beside the account.
		if !reflect.DeepEqual(got.Trust, account.Trust{}) || !reflect.DeepEqual(got.Consents, account.Consents{}) {
			t.Fatalf("got %+v, %+v, want nothing trusted", got.Trust, got.Consents)
		}
		if (a.Trust.Pins != nil) != strings.Contains(said(got.Remarks), "not taken over") {
			t.Fatalf("got %s, want a remark where the file trusts somebody", said(got.Remarks))
		}
		got.Trust, got.Consents = got.FileTrust, got.FileConsents
		a.Incoming.Source, a.Outgoing.Source = account.SourceFile, account.SourceFile
		if !reflect.DeepEqual(got.Account, a) {
			t.Fatalf("got %+v, want %+v", got.Account, a)
		}
	})
}

func TestTheDomainFileFitsEverybody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := sample()
		suffix := rapid.SampledFrom([]string{"", "@example.test", ".example.test", "%example.test", "@other.test", "+mail"}).Draw(t, "suffix")
		a.Incoming.Username = a.Address.Local + suffix
		out, err := Export(ThunderbirdDomain, a, Options{})
		if err != nil {
			t.Fatal(err)
		}
		read, err := Read("", out.Files[0].Data)
		if err != nil || len(read) != 1 || read[0].Incoming.Username != "" || !bytes.Equal(out.Files[0].Data, out.Files[1].Data) {
			t.Fatalf("got %v, %v, want one account whose user name depends on the address", read, err)
		}
		bob := account.Address{Local: rapid.SampledFrom([]string{"bob", "b%b", "EMAILDOMAIN"}).Draw(t, "other"), Domain: "example.test"}
		if got := read[0].For(bob); got.Incoming.Username != bob.Local+suffix || got.Outgoing.Username != bob.Local || got.Address != bob {
			t.Fatalf("got %+v, want the user name %s", got.Incoming, bob.Local+suffix)
		}
	})
}

// authorityPEM is that certificate.
const authorityPEM = `-----BEGIN CERTIFICATE-----
MIIBhjCCASugAwIBAgIUPfQ4PLbBnpBvjYoLpxc/AnWrGe8wCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMZXhhbXBsZS50ZXN0MCAXDTI2MTEyMjAzMzI1OFoYDzIxMjYx
MDI5MDMzMjU4WjAXMRUwEwYDVQQDDAxleGFtcGxlLnRlc3QwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAR//13SOQdjE7YVz9GzLy6rugkh/5FkCyCLESZ8GAYHtKmT
9dUSyoJmjWgWJ0uHJu4TjDLbBk4v2wxpsSQOtvWHo1MwUTAdBgNVHQ4EFgQUGB/3
Q5B9XDwIYCtMy88ll1M+H4MwHwYDVR0jBBgwFoAUGB/3Q5B9XDwIYCtMy88ll1M+
H4MwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAl/FErbnCXOfY
79smqX+NqHwZhcdiTUOswcWY6P33Z0ACIQC7mnu6gu+ryakP8O0r1cwO5dzqhN/e
clycVFk3XXq0sA==
-----END CERTIFICATE-----`
