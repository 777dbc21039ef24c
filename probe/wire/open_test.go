package wire

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"portolan/account"
)

// plainLine is PLAIN's message for the test's user and password, in base64.
func plainLine() string { return base64Of("\x00" + user + "\x00" + password) }

// scripts of servers that behave, up to the sign-in, and that sign-in by the best method.
const (
	imapTLS = `
	TLS
	S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN] ready
	C: TAG AUTHENTICATE PLAIN PLAINLINE
	S: TAG OK welcome
	C: TAG LOGOUT
	S: * BYE good night
	S| TAG OK done
	END`
	imapSTARTTLS = `
	S: * OK ready
	C: TAG CAPABILITY
	S: * CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED
	S| TAG OK done
	C: TAG STARTTLS
	S: TAG OK [CAPABILITY AUTH=ANONYMOUS] go
	TLS
	C: TAG CAPABILITY
	S: * CAPABILITY IMAP4rev1 AUTH=PLAIN
	S| TAG OK done
	C: TAG AUTHENTICATE PLAIN
	S: + ` + `
	C: PLAINLINE
	S: TAG OK welcome
	C: TAG LOGOUT
	S: * BYE good night
	S| TAG OK done
	END`
	pop3TLS = `
	TLS
	S: +OK ready
	C: CAPA
	S: +OK list
	S| SASL PLAIN LOGIN
	S| USER
	S| .
	C: AUTH PLAIN PLAINLINE
	S: +OK welcome
	C: QUIT
	S: +OK bye
	END`
	pop3STARTTLS = `
	S: +OK ready <1.2@mail.example.test>
	C: CAPA
	S: +OK list
	S| STLS
	S| .
	C: STLS
	S: +OK go
	TLS
	C: CAPA
	S: +OK list
	S| SASL PLAIN
	S| .
	C: AUTH PLAIN PLAINLINE
	S: +OK welcome
	C: QUIT
	S: +OK bye
	END`
	smtpTLS = `
	TLS
	S: 220 mail.example.test ESMTP
	C: EHLO [127.0.0.1]
	S: 250-mail.example.test hello
	S| 250-size 1000
	S| 250 auth plain LOGIN
	C: AUTH PLAIN PLAINLINE
	S: 235 2.7.0 welcome
	C: QUIT
	S: 221 bye
	END`
	smtpSTARTTLS = `
	S: 220-mail.example.test ESMTP
	S| 220 no spam
	C: EHLO [127.0.0.1]
	S: 250-mail.example.test
	S| 250 starttls
	C: STARTTLS
	S: 220 go
	TLS
	C: EHLO [127.0.0.1]
	S: 250-mail.example.test
	S| 250 AUTH=PLAIN LOGIN
	C: AUTH PLAIN PLAINLINE
	S: 235 welcome
	C: QUIT
	S: 221 bye
	END`
)

// fill puts the password into a script.
func fill(script string) string { return strings.ReplaceAll(script, "PLAINLINE", plainLine()) }

// goodServers are the six ways to a verified sign-in.
var goodServers = []struct {
	name     string
	protocol account.Protocol
	security account.Security
	script   string
}{
	{"imaps", account.IMAP, account.TLS, imapTLS},
	{"imap", account.IMAP, account.STARTTLS, imapSTARTTLS},
	{"pop3s", account.POP3, account.TLS, pop3TLS},
	{"pop3", account.POP3, account.STARTTLS, pop3STARTTLS},
	{"smtps", account.SMTP, account.TLS, smtpTLS},
	{"smtp", account.SMTP, account.STARTTLS, smtpSTARTTLS},
}

// P-3, P-13, P-17, I-3: the whole conversation, byte for byte, on all six kinds of port.
func TestGoodServersAreOpenedSignedInToAndLeft(t *testing.T) {
	for _, g := range goodServers {
		t.Run(g.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, g.protocol, g.security, fill(g.script))
				c := tr.mustOpen()
				f := c.Facts()
				if f.Protection != account.Verified || !slices.Equal(f.TLS.Covered, []string{mailHost}) || len(f.TLS.Problems) > 0 {
					t.Errorf("got %v for %v with %v, want verified for the name", f.Protection, f.TLS.Covered, f.TLS.Problems)
				}
				if len(f.Spoken) == 0 || f.Spoken[0] != account.AuthPlain {
					t.Errorf("got %v, want plain first", f.Spoken)
				}
				if c.Dead() {
					t.Error("got a dead connection, want a living one")
				}
				if err := tr.signIn(c, account.AuthPlain); err != nil {
					t.Errorf("got %v, want a sign-in\n%s", err, show(c.Transcript()))
				}
				c.Goodbye(t.Context())
				tr.finish(c)
				want := []Stage{Connecting, Connected, Secured, Greeted, Asked, SigningIn, SignedIn}
				if g.security == account.STARTTLS {
					want = []Stage{Connecting, Connected, Greeted, Asked, Upgrading, Secured, Asked, SigningIn, SignedIn}
				}
				if !slices.Equal(tr.stages, want) {
					t.Errorf("got stages %v, want %v", tr.stages, want)
				}
				if got := show(c.Transcript()); strings.Contains(got, plainLine()) || strings.Contains(got, password) {
					t.Errorf("the transcript shows the password:\n%s", got)
				}
			})
		})
	}
}
