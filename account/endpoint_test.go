package account

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// endpointCases are server fields as people type and paste them (I-4, I-5).
var endpointCases = []struct {
	in       string
	want     Endpoint
	security Security
	reason   string // part of the refusal; "" where the text is understood
}{
	{in: "imap.example.test", want: Endpoint{"imap.example.test", 0}},
	{in: "IMAP.Example.TEST", want: Endpoint{"imap.example.test", 0}},
	{in: "imap.example.test:993", want: Endpoint{"imap.example.test", 993}},
	{in: "imap.example.test.:993", want: Endpoint{"imap.example.test", 993}},
	{in: "imap.example.test.", want: Endpoint{"imap.example.test", 0}},
	{in: " \u00a0imap.example.test : 993\u200b ", want: Endpoint{"imap.example.test", 993}},
	{in: "\timap.example.test\t", want: Endpoint{"imap.example.test", 0}},
	{in: "imap.example.test:1", want: Endpoint{"imap.example.test", 1}},
	{in: "imap.example.test:65535", want: Endpoint{"imap.example.test", 65535}},
	{in: "imap.example.test:0993", want: Endpoint{"imap.example.test", 993}},
	{in: "imap.example.test/", want: Endpoint{"imap.example.test", 0}},
	{in: "mailhost", want: Endpoint{"mailhost", 0}},
	{in: "mailhost:1143", want: Endpoint{"mailhost", 1143}},
	{in: "localhost:1143", want: Endpoint{"localhost", 1143}},
	{in: "nas.local:993", want: Endpoint{"nas.local", 993}},
	{in: "9.example.test", want: Endpoint{"9.example.test", 0}},
	{in: "bücher.example:993", want: Endpoint{"xn--bcher-kva.example", 993}},
	{in: "xn--bcher-kva.example", want: Endpoint{"xn--bcher-kva.example", 0}},
	{in: "imap。example。test", want: Endpoint{"imap.example.test", 0}},

	{in: "192.0.2.1", want: Endpoint{"192.0.2.1", 0}},
	{in: "192.0.2.1:993", want: Endpoint{"192.0.2.1", 993}},
	{in: "127.0.0.1:1993", want: Endpoint{"127.0.0.1", 1993}},
	{in: "2001:db8::1", want: Endpoint{"2001:db8::1", 0}},
	{in: "2001:DB8:0:0::1", want: Endpoint{"2001:db8::1", 0}},
	{in: "[2001:db8::1]", want: Endpoint{"2001:db8::1", 0}},
	{in: "[2001:db8::1]:993", want: Endpoint{"2001:db8::1", 993}},
	{in: " [2001:db8::1] : 993 ", want: Endpoint{"2001:db8::1", 993}},
	{in: "::1", want: Endpoint{"::1", 0}},
	{in: "::ffff:192.0.2.1", want: Endpoint{"192.0.2.1", 0}},
	{in: "[::ffff:192.0.2.1]:993", want: Endpoint{"192.0.2.1", 993}},

	{in: "imaps://imap.example.test", want: Endpoint{"imap.example.test", 0}, security: TLS},
	{in: "imaps://alice@imap.example.test:993/INBOX", want: Endpoint{"imap.example.test", 993}, security: TLS},
	{in: "imaps://alice%40example.test:secret@imap.example.test/", want: Endpoint{"imap.example.test", 0}, security: TLS},
	{in: "imaps://a@b:c@imap.example.test:1993", want: Endpoint{"imap.example.test", 1993}, security: TLS},
	{in: "imap://imap.example.test/", want: Endpoint{"imap.example.test", 0}},
	{in: "IMAP://imap.example.test:143", want: Endpoint{"imap.example.test", 143}},
	{in: "pop://pop.example.test", want: Endpoint{"pop.example.test", 0}},
	{in: "pop3://pop.example.test", want: Endpoint{"pop.example.test", 0}},
	{in: "pop3s://pop.example.test", want: Endpoint{"pop.example.test", 0}, security: TLS},
	{in: "smtp://smtp.example.test:587", want: Endpoint{"smtp.example.test", 587}},
	{in: "smtps://smtp.example.test:465", want: Endpoint{"smtp.example.test", 465}, security: TLS},
	{in: "submission://smtp.example.test", want: Endpoint{"smtp.example.test", 0}},
	{in: "submissions://smtp.example.test", want: Endpoint{"smtp.example.test", 0}, security: TLS},
	{in: "ssl://imap.example.test:993", want: Endpoint{"imap.example.test", 993}, security: TLS},
	{in: "tls://imap.example.test", want: Endpoint{"imap.example.test", 0}, security: TLS},
	{in: "http://mail.example.test/webmail?x=1#y", want: Endpoint{"mail.example.test", 0}},
	{in: "https://mail.example.test?x", want: Endpoint{"mail.example.test", 0}},
	{in: "imaps://[2001:db8::1]:993/", want: Endpoint{"2001:db8::1", 993}, security: TLS},
	{in: "imaps:// imap.example.test ", want: Endpoint{"imap.example.test", 0}, security: TLS},

	{in: "", reason: "missing"},
	{in: " \u200b", reason: "missing"},
	{in: ":993", reason: "missing"},
	{in: "imaps://", reason: "missing"},
	{in: "imap.example.test:", reason: "port is missing"},
	{in: "imap.example.test:0", reason: "from 1 to 65535; “0”"},
	{in: "imap.example.test:65536", reason: "from 1 to 65535; “65536”"},
	{in: "imap.example.test:99999999999999999999", reason: "from 1 to 65535"},
	{in: "imap.example.test:٩٩٣", reason: "digits 0 to 9; “٩٩٣”"},
	{in: "imap.example.test:９９３", reason: "digits 0 to 9"},
	{in: "imap.example.test:+993", reason: "digits 0 to 9; “+993”"},
	{in: "imap.example.test:-1", reason: "digits 0 to 9"},
	{in: "imap.example.test:9 93", reason: "digits 0 to 9"},
	{in: "imap.example.test:0x3e1", reason: "digits 0 to 9"},
	{in: "imap.example.test:imaps", reason: "digits 0 to 9; “imaps”"},
	{in: "imap.example.test:993:1", reason: "neither a name nor an IP address"},
	{in: "imap.example.test 993", reason: "blank in the name"},
	{in: "imap .example.test", reason: "blank in the name"},
	{in: "imap.example.test\r\n", reason: "line break"},
	{in: "imap.example.test:993\nA1 LOGOUT", reason: "line break"},
	{in: "imap\x00.example.test", reason: "NUL"},
	{in: "imap\x7f.example.test", reason: "U+007F"},
	{in: "imap.\xff.test", reason: "Unicode"},
	{in: "alice@example.test", reason: "e-mail address"},
	{in: "ftp://example.test", reason: "“ftp://”"},
	{in: "://example.test", reason: "“://”"},
	{in: "imap_1.example.test", reason: "“_”"},
	{in: "imap.example.test/INBOX", reason: "“/”"},
	{in: "*.example.test", reason: "“*”"},
	{in: "$(reboot).example.test", reason: "“$”"},
	{in: "-imap.example.test", reason: "not a valid name"},
	{in: "imap..example.test", reason: "not a valid name"},
	{in: ".", reason: "not a valid name"},
	{in: strings.Repeat("a", 64), reason: "not a valid name"},
	{in: strings.Repeat("a.", 127) + "test", reason: "not a valid name"},
	{in: "imap.exаmple.test", reason: "Cyrillic, Latin"},
	{in: "im\u200bap.example.test", reason: "U+200B"},
	{in: "127.1", reason: "ends in a number"},
	{in: "2130706433", reason: "ends in a number"},
	{in: "0x7f.1", reason: "ends in a number"},
	{in: "0x7f000001", reason: "ends in a number"},
	{in: "0x", reason: "ends in a number"},
	{in: "192.0.2.256", reason: "ends in a number"},
	{in: "imap.example.9", reason: "ends in a number"},
	{in: "[192.0.2.1]:993", reason: "Square brackets"},
	{in: "[imap.example.test]:993", reason: "Square brackets"},
	{in: "[2001:db8::1", reason: "never closed"},
	{in: "[2001:db8::1]993", reason: "only a colon and a port"},
	{in: "[2001:db8::g]:993", reason: "neither a name nor an IP address"},
	{in: "fe80::1%eth0", reason: "zone (“%eth0”)"},
	{in: "[fe80::1%eth0]:993", reason: "zone"},
	{in: "0.0.0.0", reason: "not the address of one server"},
	{in: "[::]:993", reason: "not the address of one server"},
	{in: "224.0.0.1", reason: "not the address of one server"},
	{in: strings.Repeat("a", 3000), reason: "too long"},
}

// I-4, I-5.
func TestServersAreUnderstoodAsPeoplePasteThem(t *testing.T) {
	for _, c := range endpointCases {
		e, security, err := ParseServer(c.in)
		if c.reason != "" {
			checkReason(t, c.in, err, c.reason)
			if e != (Endpoint{}) || security != SecurityUnknown {
				t.Errorf("%q: got %+v, %v beside an error, want nothing", c.in, e, security)
			}
			continue
		}
		if err != nil || e != c.want || security != c.security {
			t.Errorf("%q: got %+v, %v, %v, want %+v, %v", c.in, e, security, err, c.want, c.security)
		}
		if only, err := ParseEndpoint(c.in); err != nil || only != e {
			t.Errorf("%q: got %+v, %v from ParseEndpoint, want %+v", c.in, only, err, e)
		}
	}
}

func TestAPasswordInAPastedURLIsNeverRepeated(t *testing.T) {
	for _, in := range []string{"imaps://alice:secret@", "imaps://alice:secret@imap.example.test:0", "imaps://alice:secret@im_ap.test", "ftp://alice:secret@x.test"} {
		if _, err := ParseEndpoint(in); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: got %v, want an error without the password", in, err)
		}
	}
}

func TestAnEndpointPrintsWithBracketsAroundIPv6(t *testing.T) {
	for _, c := range []struct {
		e    Endpoint
		want string
	}{
		{Endpoint{}, ""},
		{Endpoint{"imap.example.test", 0}, "imap.example.test"},
		{Endpoint{"imap.example.test", 993}, "imap.example.test:993"},
		{Endpoint{"192.0.2.1", 993}, "192.0.2.1:993"},
		{Endpoint{"2001:db8::1", 993}, "[2001:db8::1]:993"},
		{Endpoint{"2001:db8::1", 0}, "2001:db8::1"},
	} {
		if got := c.e.String(); got != c.want {
			t.Errorf("%#v: got %q, want %q", c.e, got, c.want)
		}
	}
}

// genEndpoint draws endpoints that ParseEndpoint can give.
func genEndpoint() *rapid.Generator[Endpoint] {
	return rapid.Custom(func(t *rapid.T) Endpoint {
		return Endpoint{
			rapid.SampledFrom([]string{"imap.example.test", "mailhost", "192.0.2.1", "2001:db8::1", "xn--bcher-kva.example", "nas.local"}).Draw(t, "host"),
			rapid.IntRange(0, 65535).Draw(t, "port"),
		}
	})
}

func TestAnEndpointSurvivesPrinting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := genEndpoint().Draw(t, "endpoint")
		if again, err := ParseEndpoint(e.String()); err != nil || again != e {
			t.Fatalf("got %+v, %v, want %+v", again, err, e)
		}
	})
}

func FuzzParseEndpoint(f *testing.F) {
	for _, c := range endpointCases {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := ParseEndpoint(s)
		if err != nil {
			checkReason(t, s, err, "")
			return
		}
		if again, err := ParseEndpoint(e.String()); err != nil || again != e {
			t.Errorf("%q: got %+v, %v, want %+v again", s, again, err, e)
		}
		if host, err := ParseHost(e.Host); err != nil || host != e.Host {
			t.Errorf("%q: got %q, %v from ParseHost, want %q", s, host, err, e.Host)
		}
		if strings.Trim(e.Host, "abcdefghijklmnopqrstuvwxyz0123456789.-:") != "" || e.Port < 0 || e.Port > 65535 {
			t.Errorf("%q: got %+v, want an ASCII host and a port", s, e)
		}
	})
}
