package wire

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/probe/mailtest"
)

// A hostile server, and how the connection to it must end. Where the script ends, the client must have closed without a
// further byte: a login, or anything else said after the end, fails the test.
type hostile struct {
	name     string
	protocol account.Protocol
	security account.Security
	script   string
	step     Step
	kind     string // see kind
}

func runHostile(t *testing.T, h hostile) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		tr := newTrial(t, h.protocol, h.security, h.script)
		begun := time.Now()
		c, err := tr.open()
		if c != nil {
			t.Errorf("got a connection %+v, want a failure\n%s", c.Facts(), show(c.Transcript()))
			tr.finish(c)
			return
		}
		var f *Failure
		if !errors.As(err, &f) {
			t.Fatalf("got %T, want a *Failure", err)
		}
		if f.Step != h.step || kind(err) != h.kind {
			t.Errorf("got %q at %q, want %q at %q\n%s", kind(err), f.Step, h.kind, h.step, show(f.Transcript))
		}
		if took := time.Since(begun); took > attemptLimit+goodbyeLimit {
			t.Errorf("got %v, want an end within %v", took, attemptLimit)
		}
		if took := tr.client.Took(); took > connectionLimit+mailtest.PipeRoom {
			t.Errorf("got %d bytes read, want at most %d", took, connectionLimit)
		}
		tr.finish(nil)
		if strings.Contains(tr.received(), user) {
			t.Errorf("the server got %q, want no user name before SignIn", tr.received())
		}
	})
}

const onTLS, onClear = account.TLS, account.STARTTLS

// The beginnings of clear-text conversations up to the answer to STARTTLS.
const (
	imapHead = `
	S: * OK ready
	C: TAG CAPABILITY
	S: * CAPABILITY IMAP4rev1 STARTTLS
	S| TAG OK done
	C: TAG STARTTLS
	`
	pop3Head = `
	S: +OK ready
	C: CAPA
	S: +OK list
	S| STLS
	S| .
	C: STLS
	`
	smtpHead = `
	S: 220 ready
	C: EHLO [127.0.0.1]
	S: 250-mail.example.test
	S| 250 STARTTLS
	C: STARTTLS
	`
)

// P-2: bytes after the yes to STARTTLS end the connection, whether they come with it or a moment later.
func TestTextInjectedBeforeTLSEndsTheConnection(t *testing.T) {
	for _, h := range []hostile{
		{"imap inject-reply", account.IMAP, onClear, imapHead + "S: TAG OK go\n\tS| * CAPABILITY AUTH=PLAIN", StepSTARTTLS, "injected"},
		{"imap inject-part", account.IMAP, onClear, imapHead + `RAW: "TAG OK go\r\n* CAPA"`, StepSTARTTLS, "injected"},
		{"imap inject-bye", account.IMAP, onClear, imapHead + "S: TAG OK go\n\tS| * BYE", StepSTARTTLS, "injected"},
		{"imap inject one byte", account.IMAP, onClear, imapHead + `RAW: "TAG OK go\r\n "`, StepSTARTTLS, "injected"},
		{"imap inject late", account.IMAP, onClear, imapHead + "S: TAG OK go\n\tSLEEP: 50ms\n\tS: * OK [CAPABILITY AUTH=PLAIN] hi\n\tSILENT", StepUpgrade, "spoken cleartext imap"},
		{"pop3 inject-reply", account.POP3, onClear, pop3Head + "S: +OK go\n\tS| +OK list", StepSTARTTLS, "injected"},
		{"pop3 inject-caps", account.POP3, onClear, pop3Head + "S: +OK go\n\tS| +OK list\n\tS| SASL PLAIN\n\tS| .", StepSTARTTLS, "injected"},
		{"pop3 inject-part", account.POP3, onClear, pop3Head + `RAW: "+OK go\r\n+O"`, StepSTARTTLS, "injected"},
		{"pop3 inject late", account.POP3, onClear, pop3Head + "S: +OK go\n\tSLEEP: 50ms\n\tS: +OK list\n\tSILENT", StepUpgrade, "spoken cleartext pop3"},
		{"smtp inject-reply", account.SMTP, onClear, smtpHead + "S: 220 go\n\tS| 250-x\n\tS| 250 AUTH PLAIN", StepSTARTTLS, "injected"},
		{"smtp inject-part", account.SMTP, onClear, smtpHead + `RAW: "220 go\r\n25"`, StepSTARTTLS, "injected"},
		{"smtp inject late", account.SMTP, onClear, smtpHead + "S: 220 go\n\tSLEEP: 50ms\n\tS: 250 AUTH PLAIN\n\tSILENT", StepUpgrade, "spoken"},
	} {
		t.Run(h.name, func(t *testing.T) { runHostile(t, h) })
	}
}

// D-2: a server that knows STARTTLS and does not do it is a failure, never a clear-text connection.
func TestRefusedSTARTTLSIsAFailure(t *testing.T) {
	for _, h := range []hostile{
		{"imap NO", account.IMAP, onClear, imapHead + "S: TAG NO not now\n\tC: TAG LOGOUT", StepSTARTTLS, "reply NO"},
		{"imap BAD though advertised", account.IMAP, onClear, imapHead + "S: TAG BAD what\n\tC: TAG LOGOUT", StepSTARTTLS, "reply BAD"},
		{"imap plus", account.IMAP, onClear, imapHead + "S: + go on", StepSTARTTLS, "protocol"},
		{"imap BYE", account.IMAP, onClear, imapHead + "S: * BYE enough", StepSTARTTLS, "reply BYE"},
		{"imap NO though unknown", account.IMAP, onClear, `
			S: * OK ready
			C: TAG CAPABILITY
			S: TAG BAD what
			C: TAG STARTTLS
			S: TAG NO [UNAVAILABLE] later
			C: TAG LOGOUT`, StepSTARTTLS, "reply NO UNAVAILABLE"},
		{"pop3 -ERR though advertised", account.POP3, onClear, pop3Head + "S: -ERR no\n\tC: QUIT", StepSTARTTLS, "reply -ERR"},
		{"pop3 plus", account.POP3, onClear, pop3Head + "S: + go", StepSTARTTLS, "protocol"},
		{"pop3 -ERR SYS/TEMP though unknown", account.POP3, onClear, `
			S: +OK ready
			C: CAPA
			S: -ERR what
			C: STLS
			S: -ERR [SYS/TEMP] later
			C: QUIT`, StepSTARTTLS, "reply -ERR SYS/TEMP"},
		{"smtp 454", account.SMTP, onClear, smtpHead + "S: 454 4.7.0 not now\n\tC: QUIT", StepSTARTTLS, "reply 454 4.7.0"},
		{"smtp 502 though advertised", account.SMTP, onClear, smtpHead + "S: 502 what\n\tC: QUIT", StepSTARTTLS, "reply 502"},
		{"smtp 354", account.SMTP, onClear, smtpHead + "S: 354 go on\n\tC: QUIT", StepSTARTTLS, "reply 354"},
		{"smtp 250 is no 220", account.SMTP, onClear, smtpHead + "S: 250 fine\n\tC: QUIT", StepSTARTTLS, "reply 250"},
		{"smtp 421", account.SMTP, onClear, smtpHead + "S: 421 4.3.2 leaving", StepSTARTTLS, "reply 421 4.3.2"},
		{"smtp 454 though unknown", account.SMTP, onClear, `
			S: 220 ready
			C: EHLO [127.0.0.1]
			S: 502 what
			C: HELO [127.0.0.1]
			S: 250 hello
			C: STARTTLS
			S: 454 not now
			C: QUIT`, StepSTARTTLS, "reply 454"},
		{"imap yes but clear", account.IMAP, onClear, imapHead + "S: TAG OK go\n\tSLEEP: 1ms\n\tS: * OK in the clear\n\tSILENT", StepUpgrade, "spoken cleartext imap"},
		{"imap yes, then silence", account.IMAP, onClear, imapHead + "S: TAG OK go\n\tSILENT", StepUpgrade, "deadline"},
		{"pop3 yes, then closed", account.POP3, onClear, pop3Head + "S: +OK go\n\tCLOSE", StepUpgrade, "closed"},
		{"smtp yes, then noise", account.SMTP, onClear, smtpHead + "S: 220 go\n\tSLEEP: 1ms\n\tRAW: \"\\x00\\x01\\x02\\x03\\x04\\x05\\x06\\x07\"\n\tSILENT", StepUpgrade, "spoken"},
	} {
		t.Run(h.name, func(t *testing.T) { runHostile(t, h) })
	}
}

// P-5: PREAUTH in the clear is answered by nothing at all; inside TLS it is no success either.
func TestPreAuthIsNeverASuccess(t *testing.T) {
	for _, h := range []hostile{
		{"in the clear", account.IMAP, onClear, "S: * PREAUTH welcome", StepGreeting, "preauth"},
		{"in the clear with capabilities", account.IMAP, onClear, "S: * PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome", StepGreeting, "preauth"},
		{"after another line", account.IMAP, onClear, "S: * OK wait\n\tC: TAG CAPABILITY\n\tS: * PREAUTH welcome", StepCapability, "preauth"},
		{"inside TLS", account.IMAP, onTLS, "TLS\n\tS: * PREAUTH welcome", StepGreeting, "preauth"},
	} {
		t.Run(h.name, func(t *testing.T) { runHostile(t, h) })
	}
}

// P-7: a reply before its command, under another tag or with mixed codes is a protocol error.
func TestRepliesOutOfTurnAreProtocolErrors(t *testing.T) {
	for _, h := range []hostile{
		{"imap early", account.IMAP, onClear, "S: * OK ready\n\tS| a1 OK done\n\tC: TAG CAPABILITY", StepCapability, "protocol"},
		{"imap early yes to STARTTLS", account.IMAP, onClear, "S: * OK [CAPABILITY STARTTLS] hi\n\tS| a1 OK go\n\tC: TAG STARTTLS", StepSTARTTLS, "protocol"},
		{"imap no status", account.IMAP, onClear, "S: * OK hi\n\tC: TAG CAPABILITY\n\tS: TAG MAYBE so", StepCapability, "protocol"},
		{"imap echo", account.IMAP, onClear, "S: * OK hi\n\tC: TAG CAPABILITY\n\tS: TAG CAPABILITY", StepCapability, "protocol"},
		{"imap continuation", account.IMAP, onClear, "S: * OK hi\n\tC: TAG CAPABILITY\n\tS: + what else", StepCapability, "protocol"},
		{"imap early continuation", account.IMAP, onClear, "S: * OK ready\n\tS| * LIST () NIL x\n\tS| + go on", StepCapability, "protocol"},
		{"pop3 early", account.POP3, onClear, "S: +OK ready\n\tS| +OK list", StepCapability, "protocol"},
		{"pop3 early -ERR", account.POP3, onClear, "S: +OK ready\n\tS| -ERR [SYS/TEMP] leaving", StepCapability, "reply -ERR SYS/TEMP"},
		{"pop3 echo", account.POP3, onClear, "S: +OK ready\n\tC: CAPA\n\tS: CAPA", StepCapability, "protocol"},
		{"pop3 early yes to STLS", account.POP3, onClear, "S: +OK\n\tC: CAPA\n\tS: +OK\n\tS| STLS\n\tS| .\n\tS| +OK go", StepSTARTTLS, "protocol"},
		{"smtp early", account.SMTP, onClear, "S: 220 ready\n\tS| 250-x\n\tS| 250 STARTTLS", StepCapability, "protocol"},
		{"smtp early 421", account.SMTP, onClear, "S: 220 ready\n\tS| 421 4.3.0 leaving", StepCapability, "reply 421 4.3.0"},
		{"smtp early yes to STARTTLS", account.SMTP, onClear, "S: 220 hi\n\tC: EHLO [127.0.0.1]\n\tS: 250-x\n\tS| 250 STARTTLS\n\tS| 220 go", StepSTARTTLS, "protocol"},
		{"smtp mixed codes in the greeting", account.SMTP, onClear, "S: 220-hi\n\tS| 250 there", StepGreeting, "protocol"},
		{"smtp mixed codes", account.SMTP, onClear, "S: 220 hi\n\tC: EHLO [127.0.0.1]\n\tS: 250-x\n\tS| 220 STARTTLS", StepCapability, "protocol"},
		{"smtp other yes", account.SMTP, onClear, "S: 220 hi\n\tC: EHLO [127.0.0.1]\n\tS: 220 STARTTLS", StepCapability, "protocol"},
		{"smtp echo", account.SMTP, onClear, "S: 220 hi\n\tC: EHLO [127.0.0.1]\n\tS: EHLO [127.0.0.1]", StepCapability, "protocol"},
	} {
		t.Run(h.name, func(t *testing.T) { runHostile(t, h) })
	}
}

// P-6: a server that says no keeps its words.
func TestRefusedGreetingsKeepTheirWords(t *testing.T) {
	for _, h := range []hostile{
		{"imap BYE", account.IMAP, onClear, "S: * BYE [UNAVAILABLE] too busy", StepGreeting, "reply BYE UNAVAILABLE"},
		{"imaps BYE", account.IMAP, onTLS, "TLS\n\tS: * BYE too busy", StepGreeting, "reply BYE"},
		{"pop3 -ERR", account.POP3, onTLS, "TLS\n\tS: -ERR [IN-USE] busy", StepGreeting, "reply -ERR IN-USE"},
		{"smtp 554", account.SMTP, onClear, "S: 554 5.7.1 no\n\tC: QUIT", StepGreeting, "reply 554 5.7.1"},
		{"smtp 421", account.SMTP, onTLS, "TLS\n\tS: 421-4.7.0 busy\n\tS| 421 4.7.0 later\n\tC: QUIT", StepGreeting, "reply 421 4.7.0"},
		{"smtp caps-busy", account.SMTP, onClear, "S: 220 hi\n\tC: EHLO [127.0.0.1]\n\tS: 451 4.3.0 later\n\tC: QUIT", StepCapability, "reply 451 4.3.0"},
		{"smtp policy", account.SMTP, onClear, "S: 220 hi\n\tC: EHLO [127.0.0.1]\n\tS: 550 go away\n\tC: QUIT", StepCapability, "reply 550"},
		{"pop3 caps-busy", account.POP3, onClear, "S: +OK\n\tC: CAPA\n\tS: -ERR [SYS/TEMP] later\n\tC: QUIT", StepCapability, "reply -ERR SYS/TEMP"},
		{"imaps capability refused", account.IMAP, onTLS, "TLS\n\tS: * OK\n\tC: TAG CAPABILITY\n\tS: TAG NO later\n\tC: TAG LOGOUT", StepCapability, "reply NO"},
	} {
		t.Run(h.name, func(t *testing.T) { runHostile(t, h) })
	}
}
