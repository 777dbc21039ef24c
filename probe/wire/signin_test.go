package wire

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
)

// The heads of conversations inside TLS, up to the capabilities in %.
func imapOffering(capabilities string) string {
	if !strings.Contains(capabilities, "AUTH=") { // a greeting without mechanisms is not taken for the whole list
		return "TLS\n\tS: * OK [CAPABILITY IMAP4rev1] ready\n\tC: TAG CAPABILITY\n\tS: * CAPABILITY IMAP4rev1 " + capabilities + "\n\tS| TAG OK\n\t"
	}
	return "TLS\n\tS: * OK [CAPABILITY IMAP4rev1 " + capabilities + "] ready\n\t"
}

func pop3Offering(lines ...string) string {
	s := "TLS\n\tS: +OK ready\n\tC: CAPA\n\tS: +OK\n\t"
	for _, l := range lines {
		s += "S| " + l + "\n\t"
	}
	return s + "S| .\n\t"
}

func smtpOffering(auth string) string {
	return "TLS\n\tS: 220 ready\n\tC: EHLO [127.0.0.1]\n\tS: 250-hi\n\tS| 250 " + auth + "\n\t"
}

// A try is one sign-in on a scripted server.
type try struct {
	name     string
	protocol account.Protocol
	script   string
	auth     account.Auth
	kind     string // see kind
	sent     bool   // the password left
	again    bool   // the connection can be used afterwards
}

func (tr *try) run(t *testing.T, pw string) {
	synctest.Test(t, func(t *testing.T) {
		w := newTrial(t, tr.protocol, onTLS, tr.script)
		c := w.mustOpen()
		err := c.SignIn(t.Context(), w.policy(), mailHost, typed(), tr.auth, credentials(pw))
		var s *SignInError
		if err != nil && !errors.As(err, &s) {
			t.Fatalf("got %T, want a *SignInError", err)
		}
		if kind(err) != tr.kind || s != nil && s.Sent != tr.sent {
			t.Errorf("got %q %+v, want %q, sent %v\n%s", kind(err), s, tr.kind, tr.sent, show(c.Transcript()))
		}
		if err != nil && c.Dead() == tr.again {
			t.Errorf("got dead %v, want %v\n%s", c.Dead(), !tr.again, show(c.Transcript()))
		}
		noSecret(t, c, err, pw)
		if n := strings.Count(w.received(), base64Of(pw)) + strings.Count(w.received(), base64Of("\x00"+user+"\x00"+pw)); n > 1 {
			t.Errorf("the server got the password %d times, want at most once", n)
		}
		w.finish(c)
	})
}

// noSecret fails the test where the transcript or the error shows the password in any form.
func noSecret(t *testing.T, c *Conn, err error, pw string) {
	t.Helper()
	text := show(c.Transcript())
	if err != nil {
		text += err.Error()
	}
	for _, form := range append(secretForms(pw), asciiLower(base64Of("\x00"+user+"\x00"+pw))) {
		if strings.Contains(asciiLower(text), form) {
			t.Errorf("the transcript shows %q:\n%s", form, text)
		}
	}
}

// I-3, I-6: every way to sign in, with a password of quotes, a backslash, blanks and UTF-8.
func TestEveryWayToSignInSendsThePasswordAsItIs(t *testing.T) {
	plainly := "C: " + plainLine()
	for _, s := range []try{
		{name: "imap plain", protocol: account.IMAP, auth: account.AuthPlain, script: imapOffering("AUTH=PLAIN") + "C: TAG AUTHENTICATE PLAIN\n\tS: + \n\t" + plainly + "\n\tS: TAG OK\n\tSILENT"},
		{name: "imap plain, prompt in clear words", protocol: account.IMAP, auth: account.AuthPlain, script: imapOffering("AUTH=PLAIN") + "C: TAG AUTHENTICATE PLAIN\n\tS: + go ahead!\n\t" + plainly + "\n\tS: TAG OK\n\tSILENT"},
		{name: "imap bare plus", protocol: account.IMAP, auth: account.AuthPlain, script: imapOffering("AUTH=PLAIN") + "C: TAG AUTHENTICATE PLAIN\n\tS: +\n\t" + plainly + "\n\tS: TAG OK\n\tSILENT"},
		{name: "imap plain at once", protocol: account.IMAP, auth: account.AuthPlain, script: imapOffering("SASL-IR AUTH=PLAIN") + "C: TAG AUTHENTICATE PLAIN " + plainLine() + "\n\tS: TAG OK\n\tSILENT"},
		{name: "imap login mechanism", protocol: account.IMAP, auth: account.AuthLogin, script: imapOffering("SASL-IR AUTH=LOGIN") + "C: TAG AUTHENTICATE LOGIN\n\tS: + VXNlcg==\n\tC64: " + user + "\n\tS: + Zm9v\n\tC: " + base64Of(password) + "\n\tS: TAG OK\n\tSILENT"},
		{name: "imap login command", protocol: account.IMAP, auth: account.AuthLogin, script: imapOffering("") + "C: TAG LOGIN \"" + user + "\" {14}\n\tS: + go\n\tC: " + password + "\n\tS: TAG OK\n\tSILENT"},
		{name: "imap login command for plain", protocol: account.IMAP, auth: account.AuthPlain, script: imapOffering("") + "C: TAG LOGIN \"" + user + "\" {14}\n\tS: * OK hm\n\tS: + go\n\tC: " + password + "\n\tS: TAG OK\n\tSILENT"},
		{name: "pop3 user and pass", protocol: account.POP3, auth: account.AuthLogin, script: pop3Offering("USER") + "C: USER " + user + "\n\tS: +OK\n\tC: PASS " + password + "\n\tS: +OK\n\tSILENT"},
		{name: "pop3 user and pass for plain", protocol: account.POP3, auth: account.AuthPlain, script: pop3Offering("USER") + "C: USER " + user + "\n\tS: +OK\n\tC: PASS " + password + "\n\tS: +OK\n\tSILENT"},
		{name: "pop3 without CAPA", protocol: account.POP3, auth: account.AuthLogin, script: "TLS\n\tS: +OK\n\tC: CAPA\n\tS: -ERR what\n\tC: USER " + user + "\n\tS: +OK\n\tC: PASS " + password + "\n\tS: +OK\n\tSILENT"},
		{name: "pop3 login", protocol: account.POP3, auth: account.AuthLogin, script: pop3Offering("SASL LOGIN") + "C: AUTH LOGIN\n\tS: + VXNlcg==\n\tC64: " + user + "\n\tS: + Zm9v\n\tC: " + base64Of(password) + "\n\tS: +OK\n\tSILENT"},
		{name: "smtp plain", protocol: account.SMTP, auth: account.AuthPlain, script: smtpOffering("AUTH PLAIN") + "C: AUTH PLAIN " + plainLine() + "\n\tS: 235 yes\n\tSILENT"},
		{name: "smtp login", protocol: account.SMTP, auth: account.AuthLogin, script: smtpOffering("AUTH LOGIN") + "C: AUTH LOGIN\n\tS: 334 Username:\n\tC64: " + user + "\n\tS: 334 Password:\n\tC: " + base64Of(password) + "\n\tS: 235 yes\n\tSILENT"},
	} {
		s.kind = "ok"
		t.Run(s.name, func(t *testing.T) { s.run(t, password) })
	}
}

// I-3: the commands carry what a line can as it is: quotes, a backslash and blanks are the password's own.
func TestTheCommandsCarryQuotesBackslashesAndBlanks(t *testing.T) {
	const odd = ` q"uo\te {7} `
	for _, s := range []try{
		{name: "imap", protocol: account.IMAP, script: imapOffering("") + "C: TAG LOGIN \"" + user + `" " q\"uo\\te {7} "` + "\n\tS: TAG OK\n\tSILENT"},
		{name: "pop3", protocol: account.POP3, script: pop3Offering("USER") + "C: USER " + user + "\n\tS: +OK\n\tC: PASS " + odd + "\n\tS: +OK\n\tSILENT"},
	} {
		s.auth, s.kind = account.AuthLogin, "ok"
		t.Run(s.name, func(t *testing.T) { s.run(t, odd) })
	}
}

// RFC 5034 and 4954: a first message that makes the command too long waits for its challenge.
func TestLongPasswordsWaitForTheirChallenge(t *testing.T) {
	long := strings.Repeat("long and longer ", 32)
	line := base64Of("\x00" + user + "\x00" + long)
	for _, s := range []try{
		{name: "pop3", protocol: account.POP3, script: pop3Offering("SASL PLAIN") + "C: AUTH PLAIN\n\tS: + \n\tC: " + line + "\n\tS: +OK\n\tSILENT"},
		{name: "smtp", protocol: account.SMTP, script: smtpOffering("AUTH PLAIN") + "C: AUTH PLAIN\n\tS: 334 \n\tC: " + line + "\n\tS: 235 yes\n\tSILENT"},
		{name: "imap", protocol: account.IMAP, script: imapOffering("SASL-IR AUTH=PLAIN") + "C: TAG AUTHENTICATE PLAIN " + line + "\n\tS: TAG OK\n\tSILENT"},
	} {
		s.auth, s.kind = account.AuthPlain, "ok"
		t.Run(s.name, func(t *testing.T) { s.run(t, long) })
	}
}

// P-6, P-15, K-2, R-7: how a sign-in can end, what is told of it, and whether the connection lives. The servers that
// repeat the password stand for auth-echo: run looks for it in the transcript.
func TestRefusalsAreToldApart(t *testing.T) {
	imapPlain := imapOffering("SASL-IR AUTH=PLAIN") + "C: TAG AUTHENTICATE PLAIN " + plainLine() + "\n\t"
	pop3Plain := pop3Offering("SASL PLAIN") + "C: AUTH PLAIN " + plainLine() + "\n\t"
	smtpPlain := smtpOffering("AUTH PLAIN") + "C: AUTH PLAIN " + plainLine() + "\n\t"
	for _, s := range []try{
		{name: "imap no", protocol: account.IMAP, kind: "reply NO AUTHENTICATIONFAILED", sent: true, again: true, script: imapPlain + "S: TAG NO [AUTHENTICATIONFAILED] wrong\n\tSILENT"},
		{name: "imap no without code", protocol: account.IMAP, kind: "reply NO", sent: true, again: true, script: imapPlain + "S: TAG NO Login failed.\n\tSILENT"},
		{name: "imap referral", protocol: account.IMAP, kind: "reply NO REFERRAL", sent: true, again: true, script: imapPlain + "S: TAG NO [REFERRAL imap://evil.test/] go there\n\tSILENT"},
		{name: "imap bad", protocol: account.IMAP, kind: "reply BAD", sent: true, again: true, script: imapPlain + "S: TAG BAD what\n\tSILENT"},
		{name: "imap bye", protocol: account.IMAP, kind: "reply BYE", sent: true, script: imapPlain + "S: * BYE Connection is closed. 13\n\tCLOSE"},
		{name: "imap close", protocol: account.IMAP, kind: "closed", sent: true, script: imapPlain + "CLOSE"},
		{name: "imap silent", protocol: account.IMAP, kind: "deadline", sent: true, script: imapPlain + "SILENT"},
		{name: "imap no, then bye", protocol: account.IMAP, kind: "reply NO", sent: true, script: imapPlain + "S: TAG NO wrong\n\tS| * BYE bye\n\tCLOSE"},
		{name: "imap echo", protocol: account.IMAP, kind: "reply NO", sent: true, again: true, script: imapPlain + "S: TAG NO not " + password + " nor " + plainLine() + " nor " + base64Of("x"+password) + "\n\tSILENT"},
		{name: "imap auth loop", protocol: account.IMAP, kind: "protocol", sent: true, again: true, script: imapPlain + "S: + \n\tC: *\n\tS: TAG BAD cancelled\n\tSILENT"},
		{name: "imap auth loop for ever", protocol: account.IMAP, kind: "protocol", sent: true, script: imapPlain + "S: + \n\tC: *\n\tS: + \n\tSILENT"},
		{name: "imap literal refused", protocol: account.IMAP, kind: "reply NO", again: true, auth: account.AuthLogin, script: imapOffering("") + "C: TAG LOGIN \"" + user + "\" {14}\n\tS: TAG NO no literals\n\tSILENT"},
		{name: "imap yes to a literal", protocol: account.IMAP, kind: "protocol", auth: account.AuthLogin, script: imapOffering("") + "C: TAG LOGIN \"" + user + "\" {14}\n\tS: TAG OK welcome\n\tSILENT"},
		{name: "pop3 no", protocol: account.POP3, kind: "reply -ERR AUTH", sent: true, again: true, script: pop3Plain + "S: -ERR [AUTH] wrong\n\tSILENT"},
		{name: "pop3 temp", protocol: account.POP3, kind: "reply -ERR SYS/TEMP", sent: true, again: true, script: pop3Plain + "S: -ERR [sys/temp] later\n\tSILENT"},
		{name: "pop3 echo", protocol: account.POP3, kind: "reply -ERR", sent: true, again: true, script: pop3Plain + "S: -ERR " + plainLine() + "\n\tSILENT"},
		{name: "pop3 auth loop", protocol: account.POP3, kind: "protocol", sent: true, again: true, script: pop3Plain + "S: + \n\tC: *\n\tS: -ERR cancelled\n\tSILENT"},
		{name: "pop3 neither", protocol: account.POP3, kind: "protocol", sent: true, script: pop3Plain + "S: welcome\n\tSILENT"},
		{name: "pop3 user refused", protocol: account.POP3, kind: "reply -ERR", again: true, auth: account.AuthLogin, script: pop3Offering("USER") + "C: USER " + user + "\n\tS: -ERR who?\n\tSILENT"},
		{name: "smtp no", protocol: account.SMTP, kind: "reply 535 5.7.8", sent: true, again: true, script: smtpPlain + "S: 535-5.7.8 wrong\n\tS| 535 5.7.8 really\n\tSILENT"},
		{name: "smtp temp", protocol: account.SMTP, kind: "reply 454 4.7.0", sent: true, again: true, script: smtpPlain + "S: 454 4.7.0 later\n\tSILENT"},
		{name: "smtp leaving", protocol: account.SMTP, kind: "reply 421", sent: true, script: smtpPlain + "S: 421 too many\n\tCLOSE"},
		{name: "smtp echo", protocol: account.SMTP, kind: "reply 535", sent: true, again: true, script: smtpPlain + "S: 535 AUTH PLAIN " + plainLine() + "?\n\tSILENT"},
		{name: "smtp auth loop", protocol: account.SMTP, kind: "protocol", sent: true, again: true, script: smtpPlain + "S: 334 \n\tC: *\n\tS: 501 cancelled\n\tSILENT"},
		{name: "smtp other yes", protocol: account.SMTP, kind: "reply 250", sent: true, again: true, script: smtpPlain + "S: 250 fine\n\tSILENT"},
		{name: "smtp login refused at the name", protocol: account.SMTP, kind: "reply 535", again: true, auth: account.AuthLogin, script: smtpOffering("AUTH LOGIN") + "C: AUTH LOGIN\n\tS: 334 \n\tC64: " + user + "\n\tS: 535 who?\n\tSILENT"},
		{name: "smtp login loop", protocol: account.SMTP, kind: "protocol", sent: true, again: true, auth: account.AuthLogin, script: smtpOffering("AUTH LOGIN") + "C: AUTH LOGIN\n\tS: 334 \n\tC64: " + user + "\n\tS: 334 \n\tC: " + base64Of(password) + "\n\tS: 334 \n\tC: *\n\tS: 501 cancelled\n\tSILENT"},
		{name: "smtp closed at the name", protocol: account.SMTP, kind: "closed", auth: account.AuthLogin, script: smtpOffering("AUTH LOGIN") + "C: AUTH LOGIN\n\tS: 334 \n\tC64: " + user + "\n\tCLOSE"},
	} {
		if s.auth == account.AuthUnknown {
			s.auth = account.AuthPlain
		}
		t.Run(s.name, func(t *testing.T) { s.run(t, password) })
	}
}

// P-4, K-9: what was not offered inside TLS is not tried, and a server that takes tokens alone never sees the password.
func TestUnofferedMethodsAreNeverTried(t *testing.T) {
	for _, s := range []struct {
		try
		auths, spoken []account.Auth
	}{
		{try{name: "imap only OAuth", protocol: account.IMAP, script: imapOffering("AUTH=XOAUTH2 AUTH=OAUTHBEARER") + "END"}, []account.Auth{account.AuthXOAUTH2, account.AuthOAuthBearer}, nil},
		{try{name: "imap LOGINDISABLED", protocol: account.IMAP, script: imapOffering("LOGINDISABLED") + "END"}, nil, nil},
		{try{name: "imap unknown", protocol: account.IMAP, script: imapOffering("AUTH=X-MAGIC AUTH=NONE AUTH=GSSAPI") + "END"}, []account.Auth{account.AuthGSSAPI}, nil},
		{try{name: "pop3 nothing", protocol: account.POP3, script: pop3Offering("UIDL", "SASL") + "END"}, nil, nil},
		{try{name: "pop3 apop alone", protocol: account.POP3, script: "TLS\n\tS: +OK <1.2@x.test>\n\tC: CAPA\n\tS: +OK\n\tS| UIDL\n\tS| .\n\tEND"}, []account.Auth{account.AuthAPOP}, []account.Auth{account.AuthAPOP}},
		{try{name: "smtp only OAuth", protocol: account.SMTP, script: smtpOffering("AUTH XOAUTH2") + "END"}, []account.Auth{account.AuthXOAUTH2}, nil},
		{try{name: "smtp no AUTH", protocol: account.SMTP, script: smtpOffering("SIZE 1") + "END"}, nil, nil},
		{try{name: "smtp HELO only", protocol: account.SMTP, script: "TLS\n\tS: 220 hi\n\tC: EHLO [127.0.0.1]\n\tS: 502 what\n\tC: HELO [127.0.0.1]\n\tS: 250 hi\n\tEND"}, nil, nil},
	} {
		t.Run(s.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newTrial(t, s.protocol, onTLS, s.script)
				c := w.mustOpen()
				if f := c.Facts(); !slices.Equal(f.Auths, s.auths) || !slices.Equal(f.Spoken, s.spoken) {
					t.Errorf("got %v and %v, want %v and %v", f.Auths, f.Spoken, s.auths, s.spoken)
				}
				for _, auth := range []account.Auth{account.AuthPlain, account.AuthLogin, account.AuthSCRAMSHA256, account.AuthGSSAPI, account.AuthExternal, account.AuthNone, account.AuthUnknown} {
					if err := w.signIn(c, auth); !errors.Is(err, ErrNoCommonAuth) {
						t.Errorf("%v: got %v, want no common method", auth, err)
					}
				}
				w.finish(c)
			})
		})
	}
}

// P-3: what the server offers inside TLS alone counts.
func TestCapabilitiesBeforeTLSAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTrial(t, account.IMAP, onClear, `
			S: * OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] evil.test greets you
			C: TAG STARTTLS
			S: * BAD [ALERT] go to evil.test
			S| * CAPABILITY AUTH=LOGIN
			S| TAG OK [CAPABILITY AUTH=PLAIN] go
			TLS
			C: TAG CAPABILITY
			S: * CAPABILITY IMAP4rev1 STARTTLS AUTH=XOAUTH2
			S| TAG OK done
			END`)
		c := w.mustOpen()
		f := c.Facts()
		if len(f.Spoken) > 0 || !slices.Equal(f.Auths, []account.Auth{account.AuthXOAUTH2}) || f.Greeting != "" || f.STARTTLS != Offered {
			t.Errorf("got %+v, want XOAUTH2 alone and nothing of the words before TLS", f)
		}
		w.finish(c)
	})
}

// P-7: tags differ from command to command and from run to run.
func TestTagsCannotBeGuessed(t *testing.T) {
	seen := map[string]bool{}
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			w := newTrial(t, account.IMAP, onClear, imapHead+"S: TAG NO\n\tC: TAG LOGOUT")
			_, _ = w.open()
			w.finish(nil)
			for _, tag := range w.tags {
				if seen[tag] || len(tag) != tagLength {
					t.Errorf("got the tag %q again, or of another length than %d", tag, tagLength)
				}
				seen[tag] = true
			}
		})
	}
	if len(seen) != 6 {
		t.Errorf("got %d tags, want 6", len(seen))
	}
}

// The same connection takes a second user name after a refusal.
func TestARefusedConnectionCanBeAskedAgain(t *testing.T) {
	other := base64Of("\x00alice\x00" + password)
	for _, s := range []try{
		{name: "imap", protocol: account.IMAP, script: imapOffering("SASL-IR AUTH=PLAIN") + "C: TAG AUTHENTICATE PLAIN " + plainLine() + "\n\tS: TAG NO wrong\n\tC: TAG AUTHENTICATE PLAIN " + other + "\n\tS: TAG OK\n\tSILENT"},
		{name: "pop3", protocol: account.POP3, script: pop3Offering("SASL PLAIN") + "C: AUTH PLAIN " + plainLine() + "\n\tS: -ERR wrong\n\tC: AUTH PLAIN " + other + "\n\tS: +OK\n\tSILENT"},
		{name: "smtp", protocol: account.SMTP, script: smtpOffering("AUTH PLAIN") + "C: AUTH PLAIN " + plainLine() + "\n\tS: 535 wrong\n\tC: AUTH PLAIN " + other + "\n\tS: 235 yes\n\tSILENT"},
	} {
		t.Run(s.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newTrial(t, s.protocol, onTLS, s.script)
				c := w.mustOpen()
				if err := w.signIn(c, account.AuthPlain); err == nil {
					t.Error("got a sign-in, want a refusal")
				}
				cr := Credentials{Username: "alice", Secret: account.NewSecret(password)}
				if err := c.SignIn(t.Context(), w.policy(), mailHost, typed(), account.AuthPlain, cr); err != nil {
					t.Errorf("got %v, want a sign-in", err)
				}
				noSecret(t, c, nil, password)
				w.finish(c)
			})
		})
	}
}

// The password of a connection that the server has closed meanwhile is not counted as sent, where that can be known.
func TestASignInOnAClosedConnectionIsToldTruthfully(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTrial(t, account.SMTP, onTLS, smtpOffering("AUTH PLAIN")+"SLEEP: 1s\n\tCLOSE")
		c := w.mustOpen()
		if c.Dead() {
			t.Error("got dead, want alive")
		}
		time.Sleep(2 * time.Second)
		if !c.Dead() {
			t.Error("got alive, want dead")
		}
		err := w.signIn(c, account.AuthPlain)
		var s *SignInError
		if !errors.As(err, &s) || s.Sent || kind(err) != "closed" {
			t.Errorf("got %+v, want a closed connection and nothing sent", err)
		}
		w.finish(c)
	})
}

// I-2: what would end or hide a line is refused before a byte of it is sent, and the connection stays as it was.
func TestControlCharactersNeverReachACommandLine(t *testing.T) {
	for _, bad := range []string{"p\r\nA1 LOGOUT", "p\n", "p\rq", "p\x00q", "p\tq", "p\x1bq", "p\x7fq"} {
		for _, s := range []struct {
			protocol account.Protocol
			script   string
		}{
			{account.IMAP, imapOffering("") + "END"},
			{account.POP3, pop3Offering("USER") + "END"},
		} {
			for _, cr := range []Credentials{credentials(bad), {Username: bad, Secret: account.NewSecret(password)}} {
				synctest.Test(t, func(t *testing.T) {
					w := newTrial(t, s.protocol, onTLS, s.script)
					c := w.mustOpen()
					err := c.SignIn(t.Context(), w.policy(), mailHost, typed(), account.AuthLogin, cr)
					var in *SignInError
					if !errors.As(err, &in) || in.Sent || !errors.Is(err, ErrUnsendable) || c.Dead() {
						t.Errorf("%v %q: got %v, want it refused and unsent", s.protocol, bad, err)
					}
					w.finish(c)
				})
			}
		}
	}
}

// P-14: in base64 a password may hold what a line could not; NUL alone is refused.
func TestPlainCarriesWhatALineCannot(t *testing.T) {
	odd := "tab\tand\r\nline"
	s := try{protocol: account.SMTP, auth: account.AuthPlain, kind: "ok", script: smtpOffering("AUTH PLAIN") +
		"C: AUTH PLAIN " + base64Of("\x00"+user+"\x00"+odd) + "\n\tS: 235 yes\n\tSILENT"}
	s.run(t, odd)
	s = try{protocol: account.SMTP, auth: account.AuthPlain, again: true, script: smtpOffering("AUTH PLAIN") + "END"}
	s.kind = "sign-in: " + ErrUnsendable.Error()
	s.run(t, "nul\x00nul")
}

// the end of the context closes the socket at once, while signing in too.
func TestCancelEndsASignInAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTrial(t, account.POP3, onTLS, pop3Offering("SASL PLAIN")+"C: AUTH PLAIN "+plainLine()+"\n\tSILENT")
		c := w.mustOpen()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		begun := time.Now()
		err := c.SignIn(ctx, w.policy(), mailHost, typed(), account.AuthPlain, credentials(password))
		var s *SignInError
		if !errors.As(err, &s) || !s.Sent || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %+v, want the context's error, sent", err)
		}
		if took := time.Since(begun); took != 3*time.Second {
			t.Errorf("got %v, want 3s", took)
		}
		w.finish(c)
	})
}
