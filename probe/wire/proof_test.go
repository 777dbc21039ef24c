package wire

import (
	"errors"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"

	"portolan/account"
)

// start gives the first message of a mechanism.
func start(t *testing.T, m mechanism, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	_, first, err := m.Start()
	if err != nil {
		t.Fatal(err)
	}
	return string(first)
}

// The examples of RFC 2195, section 2, and RFC 1939, section 7.
func TestDigestsAreThoseOfTheStandards(t *testing.T) {
	got, err := cram("tim", "tanstaaftanstaaf").Next([]byte("<1896.697170952@postoffice.reston.mci.net>"))
	if want := "tim b913a602c7eda7a495b4e6e7334d3890"; err != nil || string(got) != want {
		t.Errorf("CRAM-MD5: got %q %v, want %q", got, err, want)
	}
	w := newTrial(t, account.POP3, onTLS, "TLS\n\tS: +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\n\tC: CAPA\n\tS: -ERR what\n\t"+
		"C: APOP mrose c4c9334bac560ecc979e58001b3e22fb\n\tS: -ERR not c4c9334bac560ecc979e58001b3e22fb\n\tSILENT")
	c := w.mustOpen()
	err = c.SignIn(t.Context(), w.policy(), mailHost, typed(), account.AuthAPOP, Credentials{Username: "mrose", Secret: account.NewSecret("tanstaaf")})
	if kind(err) != "reply -ERR" || strings.Contains(show(c.Transcript())+err.Error(), "c4c9334b") {
		t.Errorf("got %v, want a refusal without the digest in it\n%s", err, show(c.Transcript()))
	}
	w.finish(c)
}

// The examples of RFC 7628, section 4.1, and of Google's page on XOAUTH2.
func TestTokenMessagesAreThoseOfTheStandards(t *testing.T) {
	got := oauthBearer("user@example.com", "vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==", "server.example.com", 143).message
	want := "n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==\x01\x01"
	if got != want {
		t.Errorf("OAUTHBEARER: got %q, want %q", got, want)
	}
	if got := oauthBearer("a,b=c", "t", "h", 1).message; !strings.HasPrefix(got, "n,a=a=2Cb=3Dc,\x01") {
		t.Errorf("OAUTHBEARER: got %q, want the name escaped", got)
	}
	got, want = xoauth2("someuser@example.com", "ya29.vF9dft4").message, "user=someuser@example.com\x01auth=Bearer ya29.vF9dft4\x01\x01"
	if got != want {
		t.Errorf("XOAUTH2: got %q, want %q", got, want)
	}
}

// RFC 1939, section 7: what is no message-id is no stamp.
func TestOnlyAMessageIDIsAStamp(t *testing.T) {
	for greeting, want := range map[string]string{
		"ready <1.2@x.test>": "<1.2@x.test>", "<a@b> <c@d>": "<a@b>", "ready": "", "ready <>": "", "<a>": "", "<@>": "", "<a@>": "", "<a@b@c>": "",
		"<a b@c>": "", "<ä@b>": "", "<a\x7f@b>": "", "<a@b": "", "a@b>": "", "<<a@b>": "",
	} {
		if got := stampOf(greeting); got != want {
			t.Errorf("%q: got %q, want %q", greeting, got, want)
		}
	}
}

// RFC 5802, section 6: y shows a server that somebody has struck its -PLUS mechanisms; n is for connections without TLS.
func TestSCRAMTellsWhatItKnowsOfBinding(t *testing.T) {
	bound := scram.ChannelBinding{Type: scram.ChannelBindingTLSExporter, Data: []byte("x")}
	for _, s := range []struct {
		name    string
		binding scram.ChannelBinding
		offered []account.Auth
		auth    account.Auth
		want    string
	}{
		{"no TLS", scram.ChannelBinding{}, nil, account.AuthSCRAMSHA256, "n,,"},
		{"TLS, no PLUS offered", bound, nil, account.AuthSCRAMSHA256, "y,,"},
		{"TLS, PLUS offered and not wanted", bound, []account.Auth{account.AuthSCRAMSHA1Plus}, account.AuthSCRAMSHA256, "n,,"},
		{"PLUS", bound, []account.Auth{account.AuthSCRAMSHA256Plus}, account.AuthSCRAMSHA256Plus, "p=tls-exporter,,"},
	} {
		c := &Conn{binding: s.binding, offer: offer{mechanisms: s.offered}}
		m, err := c.scram(s.auth, "us,er=", "pw")
		if got := start(t, m, err); !strings.HasPrefix(got, s.want+"n=us=2Cer=3D,r=") {
			t.Errorf("%s: got %q, want %q", s.name, got, s.want)
		}
	}
}

// A server that asks for too little work, or for an hour of it, gets no proof.
func TestSCRAMAsksForAReasonableCount(t *testing.T) {
	for _, s := range []struct{ count, want string }{
		{"4095", "no common sign-in method"}, {"1", "no common"}, {"0", "no common"}, {"-5", "no common"},
		{"1000001", "too long"}, {"99999999999999999999", "too long"}, {"x", "unexpected"}, {"", "unexpected"},
	} {
		m, err := (&Conn{}).scram(account.AuthSCRAMSHA256, "u", "p")
		first := start(t, m, err)
		_, nonce, _ := strings.Cut(first, "r=")
		_, err = m.Next([]byte("r=" + nonce + "x,s=c2FsdA==,i=" + s.count))
		if err == nil || !strings.Contains(err.Error(), s.want) {
			t.Errorf("%s: got %v, want %q", s.count, err, s.want)
		}
	}
}

// RFC 5802, section 5.1: the server's nonce begins with the client's, and its signature is checked.
func TestSCRAMBelievesNothing(t *testing.T) {
	for name, said := range map[string][]string{
		"another nonce":     {"r=stolen,s=c2FsdA==,i=4096"},
		"nothing":           {""},
		"the wrong proof":   {"r=NONCEx,s=c2FsdA==,i=4096", "v=d3Jvbmc="},
		"the proof at once": {"v=d3Jvbmc="},
		"an extension":      {"m=x,r=NONCEx,s=c2FsdA==,i=4096"},
	} {
		m, err := (&Conn{}).scram(account.AuthSCRAMSHA1, "u", "p")
		_, nonce, _ := strings.Cut(start(t, m, err), "r=")
		for _, text := range said {
			_, err = m.Next([]byte(strings.ReplaceAll(text, "NONCE", nonce)))
		}
		if !errors.Is(err, sasl.ErrUnexpectedServerChallenge) || m.finish(nil) == nil {
			t.Errorf("%s: got %v and %v, want it refused", name, err, m.finish(nil))
		}
	}
	m, err := (&Conn{}).scram(account.AuthSCRAMSHA1, "u", "p")
	start(t, m, err)
	if got, err := m.Next([]byte("e=invalid-proof")); err != nil || len(got) != 0 || m.finish(nil) == nil {
		t.Errorf("e=: got %q %v, want an empty answer and no success", got, err)
	}
}

// K-2: a server that repeats what it was sent does not bring it into the transcript, whatever the mechanism.
func TestEchoedProofsAreNotKept(t *testing.T) {
	answer := base64Of(user + " 0123456789abcdef0123456789abcdef")
	log := &transcript{}
	log.cover(user + " 0123456789abcdef0123456789abcdef")
	for _, echo := range []string{answer, "x " + strings.TrimRight(answer, "=") + " y", user + " 0123456789ABCDEF0123456789abcdef"} {
		if got := log.clean("NO not "+echo, 200); strings.Contains(asciiLower(got), "0123456789") || strings.Contains(got, answer[:20]) {
			t.Errorf("got %q, want it without the proof", got)
		}
	}
}
