package wire

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
)

// P-16: the greeting decides which protocol it is; others are named, and hear nothing.
func TestOtherProtocolsAreNamed(t *testing.T) {
	for _, h := range []hostile{
		{"tls handshake", account.IMAP, onClear, `RAW: "\x16\x03\x01\x02\x00\x01"`, StepGreeting, "spoken tls"},
		{"tls alert", account.SMTP, onClear, `RAW: "\x15\x03\x01\x00\x02\x02\x46"`, StepGreeting, "spoken tls"},
		{"telnet", account.POP3, onClear, `RAW: "\xff\xfd\x18\xff\xfd\x20"`, StepGreeting, "spoken telnet"},
		{"ssh", account.IMAP, onClear, "S: SSH-2.0-OpenSSH_9.2", StepGreeting, "spoken ssh"},
		{"http", account.SMTP, onClear, "S: HTTP/1.1 400 Bad Request", StepGreeting, "spoken http"},
		{"html", account.SMTP, onClear, "S: <html><title>hello", StepGreeting, "spoken http"},
		{"http inside TLS", account.IMAP, onTLS, "TLS\n\tS: HTTP/1.1 400 Bad Request", StepGreeting, "spoken http"},
		{"ftp", account.SMTP, onClear, "S: 220 ProFTPD Server", StepGreeting, "spoken ftp"},
		{"ftp, byte by byte", account.SMTP, onClear, "RAW: \"2\"\n\tSLEEP: 1ms\n\tS: 20 Tiny FTP\n\tC: EHLO [127.0.0.1]\n\tS: 530 log in first", StepCapability, "spoken ftp"},
		{"ftp without a name", account.SMTP, onClear, "S: 220 welcome\n\tC: EHLO [127.0.0.1]\n\tS: 500 what\n\tC: HELO [127.0.0.1]\n\tS: 500 what\n\tC: QUIT", StepCapability, "reply 500"},
		{"nntp", account.SMTP, onClear, "S: 200 NNTP service ready", StepGreeting, "spoken nntp"},
		{"imap met by smtp", account.SMTP, onClear, "S: * OK ready", StepGreeting, "spoken imap"},
		{"imap met by pop3", account.POP3, onTLS, "TLS\n\tS: * OK ready", StepGreeting, "spoken imap"},
		{"pop3 met by imap", account.IMAP, onClear, "S: +OK ready", StepGreeting, "spoken pop3"},
		{"pop3 byte by byte", account.IMAP, onClear, "RAW: \"+\"\n\tSLEEP: 1ms\n\tS: OK ready", StepGreeting, "spoken pop3"},
		{"smtp met by pop3", account.POP3, onClear, "S: 220 ready", StepGreeting, "spoken smtp"},
		{"smtp met by imap", account.IMAP, onTLS, "TLS\n\tS: 220 ready", StepGreeting, "spoken smtp"},
		{"noise", account.IMAP, onClear, `RAW: "\x00\x01\x02\n"`, StepGreeting, "spoken"},
		{"nothing", account.IMAP, onClear, "CLOSE", StepGreeting, "closed"},
		{"half a line", account.POP3, onClear, "RAW: \"+OK re\"\n\tCLOSE", StepGreeting, "closed"},
	} {
		t.Run(h.name, func(t *testing.T) { runHostile(t, h) })
	}
}

// D-2: a server that has no STARTTLS teaches what it would allow without. Nothing is said to it beyond that.
func TestServersWithoutSTARTTLSAreUnprotected(t *testing.T) {
	plain, login := account.AuthPlain, account.AuthLogin
	for _, s := range []struct {
		name     string
		protocol account.Protocol
		script   string
		offer    Offer
		spoken   []account.Auth
	}{
		{"imap strip", account.IMAP, "S: * OK\n\tC: TAG CAPABILITY\n\tS: * CAPABILITY IMAP4rev1 AUTH=PLAIN\n\tS| TAG OK", NotOffered, []account.Auth{plain, login}},
		{"imap list in the OK", account.IMAP, "S: * OK [CAPABILITY IMAP4rev1] hi\n\tC: TAG CAPABILITY\n\tS: TAG OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] done", NotOffered, []account.Auth{plain, login}},
		{"imap LOGINDISABLED", account.IMAP, "S: * OK\n\tC: TAG CAPABILITY\n\tS: * CAPABILITY IMAP4rev1 LOGINDISABLED\n\tS| TAG OK", NotOffered, nil},
		{"imap no capabilities", account.IMAP, "S: * OK\n\tC: TAG CAPABILITY\n\tS: TAG BAD what\n\tC: TAG STARTTLS\n\tS: TAG BAD what", Declined, nil},
		{"imap capability refused", account.IMAP, "S: * OK\n\tC: TAG CAPABILITY\n\tS: TAG NO\n\tC: TAG STARTTLS\n\tS: TAG BAD what", Declined, nil},
		{"pop3 strip", account.POP3, "S: +OK\n\tC: CAPA\n\tS: +OK\n\tS| USER\n\tS| .", NotOffered, []account.Auth{login}},
		{"pop3 old", account.POP3, "S: +OK\n\tC: CAPA\n\tS: -ERR what\n\tC: STLS\n\tS: -ERR what", Declined, []account.Auth{login}},
		{"smtp strip", account.SMTP, "S: 220 hi\n\tC: EHLO [127.0.0.1]\n\tS: 250-hi\n\tS| 250 AUTH LOGIN PLAIN", NotOffered, []account.Auth{plain, login}},
		{"smtp strip, old form", account.SMTP, "S: 220 hi\n\tC: EHLO [127.0.0.1]\n\tS: 250-hi\n\tS| 250-AUTH=LOGIN\n\tS| 250 8bitmime", NotOffered, []account.Auth{login}},
		{"smtp no-caps 500", account.SMTP, "S: 220 hi\n\tC: EHLO [127.0.0.1]\n\tS: 500 what\n\tC: HELO [127.0.0.1]\n\tS: 250 hi\n\tC: STARTTLS\n\tS: 500 what", Declined, nil},
		{"smtp no-caps 502", account.SMTP, "S: 220 hi\n\tC: EHLO [127.0.0.1]\n\tS: 502 what\n\tC: HELO [127.0.0.1]\n\tS: 250 hi\n\tC: STARTTLS\n\tS: 502 what", Declined, nil},
	} {
		t.Run(s.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, s.protocol, onClear, s.script)
				c := tr.mustOpen()
				f := c.Facts()
				if f.STARTTLS != s.offer || f.Protection != account.Unprotected || !slices.Equal(f.Spoken, s.spoken) || f.TLS.Version != 0 {
					t.Errorf("got %+v, want unprotected, STARTTLS %v, %v\n%s", f, s.offer, s.spoken, show(c.Transcript()))
				}
				if tr.stages[len(tr.stages)-1] != Asked {
					t.Errorf("got stages %v, want Asked last", tr.stages)
				}
				tr.finish(c)
			})
		})
	}
}

// D-2: where capabilities cannot be had, STARTTLS is tried all the same, and works.
func TestSTARTTLSIsTriedWithoutCapabilities(t *testing.T) {
	for _, s := range []struct {
		name     string
		protocol account.Protocol
		script   string
	}{
		{"imap", account.IMAP, "S: * OK\n\tC: TAG CAPABILITY\n\tS: TAG BAD what\n\tC: TAG STARTTLS\n\tS: TAG OK go\n\tTLS\n\tC: TAG CAPABILITY\n\tS: * CAPABILITY AUTH=PLAIN\n\tS| TAG OK"},
		{"pop3", account.POP3, "S: +OK\n\tC: CAPA\n\tS: -ERR\n\tC: STLS\n\tS: +OK\n\tTLS\n\tC: CAPA\n\tS: +OK\n\tS| SASL PLAIN\n\tS| ."},
		{"smtp", account.SMTP, "S: 220 hi\n\tC: EHLO [127.0.0.1]\n\tS: 502 what\n\tC: HELO [127.0.0.1]\n\tS: 250 hi\n\tC: STARTTLS\n\tS: 220 go\n\tTLS\n\tC: EHLO [127.0.0.1]\n\tS: 250-hi\n\tS| 250 AUTH PLAIN"},
	} {
		t.Run(s.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, s.protocol, onClear, s.script)
				c := tr.mustOpen()
				if f := c.Facts(); f.Protection != account.Verified || !slices.Contains(f.Spoken, account.AuthPlain) {
					t.Errorf("got %+v, want verified and plain", f)
				}
				tr.finish(c)
			})
		})
	}
}

// A cold Dovecot says that it waits before it greets; P-8: data before login is not acted on.
func TestUntaggedLinesAroundTheGreetingAreHarmless(t *testing.T) {
	for _, script := range []string{
		"S: * OK Waiting for authentication process to respond..\n\tC: TAG CAPABILITY\n\tS: * OK [CAPABILITY IMAP4rev1] ready\n\tS: * CAPABILITY AUTH=PLAIN\n\tS| TAG OK",
		"S: * CAPABILITY AUTH=XOAUTH2\n\tS| * NO soon\n\tS| * OK ready\n\tC: TAG CAPABILITY\n\tS: * 3 EXISTS\n\tS| * LIST () \"/\" {5}\n\tS| INBOX\n\tS| * ID (\"name\" NIL)\n\tS| * CAPABILITY AUTH=PLAIN\n\tS| TAG OK",
		"RAW: \"* OK ready\\n\"\n\tC: TAG CAPABILITY\n\tRAW: \"* capability auth=plain\\nTAG ok\\n\"",
	} {
		synctest.Test(t, func(t *testing.T) {
			tr := newTrial(t, account.IMAP, onTLS, "TLS\n\t"+script+"\n\tSILENT")
			c := tr.mustOpen()
			if got := c.Facts().Auths; !slices.Equal(got, []account.Auth{account.AuthPlain, account.AuthLogin}) {
				t.Errorf("got %v, want plain and the command", got)
			}
			tr.finish(c)
		})
	}
}

// An IMAP server may say that it is still there; whatever else comes unasked means the end.
func TestDeadTellsALeavingServerFromALivingOne(t *testing.T) {
	for _, d := range []struct {
		name     string
		protocol account.Protocol
		script   string
		dead     bool
	}{
		{"imap silent", account.IMAP, imapOffering("AUTH=PLAIN") + "SILENT", false},
		{"imap still here", account.IMAP, imapOffering("AUTH=PLAIN") + "S: * OK still here\n\tSILENT", false},
		{"imap half a line", account.IMAP, imapOffering("AUTH=PLAIN") + "RAW: \"* O\"\n\tSILENT", false},
		{"imap BYE", account.IMAP, imapOffering("AUTH=PLAIN") + "S: * OK still here\n\tS| * BYE idle too long\n\tSILENT", true},
		{"imap closed", account.IMAP, imapOffering("AUTH=PLAIN") + "CLOSE", true},
		{"pop3 -ERR", account.POP3, pop3Offering("USER") + "S: -ERR idle too long\n\tSILENT", true},
		{"pop3 closed", account.POP3, pop3Offering("USER") + "CLOSE", true},
		{"smtp silent", account.SMTP, smtpOffering("AUTH PLAIN") + "SILENT", false},
		{"smtp 421", account.SMTP, smtpOffering("AUTH PLAIN") + "S: 421 idle too long\n\tSILENT", true},
	} {
		t.Run(d.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, d.protocol, onTLS, d.script)
				c := tr.mustOpen()
				time.Sleep(time.Minute)
				for range 2 {
					if got := c.Dead(); got != d.dead {
						t.Errorf("got %v, want %v", got, d.dead)
					}
				}
				tr.finish(c)
			})
		})
	}
}

// What a server said before it hung up is kept, though nobody had asked yet.
func TestWordsBeforeHangingUpAreKept(t *testing.T) {
	for _, s := range []struct {
		protocol account.Protocol
		script   string
		kind     string
	}{
		{account.IMAP, imapOffering("AUTH=PLAIN") + "S: * BYE [UNAVAILABLE] idle\n\tCLOSE", "reply BYE UNAVAILABLE"},
		{account.POP3, pop3Offering("SASL PLAIN") + "S: -ERR [SYS/TEMP] idle\n\tCLOSE", "reply -ERR SYS/TEMP"},
		{account.SMTP, smtpOffering("AUTH PLAIN") + "S: 421 4.4.2 idle\n\tCLOSE", "reply 421 4.4.2"},
	} {
		synctest.Test(t, func(t *testing.T) {
			tr := newTrial(t, s.protocol, onTLS, s.script)
			c := tr.mustOpen()
			time.Sleep(time.Second)
			if err := tr.signIn(c, account.AuthPlain); kind(err) != s.kind {
				t.Errorf("got %v, want %q", err, s.kind)
			}
			tr.finish(c)
		})
	}
}

func TestSpokenByNamesWhatBegins(t *testing.T) {
	for first, want := range map[string]string{
		"* OK hi": "imap", "* preauth": "imap", "+OK": "pop3", "-ERR no": "pop3", "220 a ESMTP": "smtp", "220-a": "smtp", "554 no": "smtp",
		"220 FTP": "ftp", "220 sftp-and-smtp.example.test ESMTP": "smtp", "SSH-2.0": "ssh", "HTTP/1.0 200": "http", "<!doctype html>": "http",
		"\x16\x03\x01": "tls", "\x15\x03\x03": "tls", "\xff\xfb\x01": "telnet", "\xff": "", "200 NNTP service": "nntp", "200 welcome": "", "": "", "hello": "", "* ": "", "2": "",
	} {
		if got := spokenBy(first); got != want {
			t.Errorf("%q: got %q, want %q", first, got, want)
		}
	}
}
