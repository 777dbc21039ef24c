package wire

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
)

// the figures of the security page, section 4, as DESIGN.md changed them.
func TestLimitsAreTheOnesAgreedOn(t *testing.T) {
	for _, l := range []struct {
		name      string
		got, want any
	}{
		{"connect", connectLimit, 5 * time.Second},
		{"TLS handshake", tlsLimit, 8 * time.Second},
		{"one reply", replyLimit, 10 * time.Second},
		{"one attempt", attemptLimit, 25 * time.Second},
		{"a second look", examineLimit, 10 * time.Second},
		{"sign-in reply", signInReplyLimit, 30 * time.Second},
		{"sign-in", signInLimit, 60 * time.Second},
		{"goodbye", goodbyeLimit, 2 * time.Second},
		{"IMAP line", imapLineLimit, 8192},
		{"line", lineLimit, 2048},
		{"reply", replySizeLimit, 65536},
		{"lines of a reply", replyLineLimit, 1000},
		{"literal", literalLimit, 65536},
		{"connection", connectionLimit, 262144},
		{"capabilities", capabilityLimit, 256},
		{"SASL rounds", saslRoundLimit, 4},
		{"shown text", shownLimit, 200},
		{"handshake", handshakeSizeLimit, 32768},
		{"RSA bits", minRSABits, 2048},
		{"curve bits", minCurveBits, 256},
	} {
		if l.got != l.want {
			t.Errorf("%s: got %v, want %v", l.name, l.got, l.want)
		}
	}
	if 5*tagLength < 32 {
		t.Errorf("got tags of %d random bits, want at least 32 (P-7)", 5*tagLength)
	}
}

// P-1, P-10, P-11, P-12, R-2: what has no end, or is too much, ends the connection; runHostile counts the bytes.
func TestTooMuchEndsTheConnection(t *testing.T) {
	capability := "S: * OK hi\n\tC: TAG CAPABILITY\n\t"
	for _, h := range []hostile{
		{"imap endless greeting", account.IMAP, onClear, `FLOOD: "* OK and so on "`, StepGreeting, "limit line"},
		{"imap endless line without a word", account.IMAP, onTLS, "TLS\n\t" + `FLOOD: "x"`, StepGreeting, "limit line"},
		{"pop3 endless greeting", account.POP3, onClear, `FLOOD: "+OK and so on "`, StepGreeting, "limit line"},
		{"smtp endless greeting", account.SMTP, onClear, `FLOOD: "220 and so on "`, StepGreeting, "limit line"},
		{"smtp endless greeting lines", account.SMTP, onClear, `FLOOD: "220-and so on\r\n"`, StepGreeting, "limit list of lines"},
		{"imap endless lines", account.IMAP, onClear, capability + `FLOOD: "* OK still here\r\n"`, StepCapability, "limit list of lines"},
		{"imap endless long lines", account.IMAP, onClear, capability + `FLOOD: "* LIST ` + strings.Repeat("x", 4000) + `\r\n"`, StepCapability, "limit reply"},
		{"imap endless capabilities", account.IMAP, onClear, capability + `FLOOD: "* CAPABILITY A B C\r\n"`, StepCapability, "limit list of lines"},
		{"imap capability line", account.IMAP, onClear, capability + `FLOOD: "* CAPABILITY` + strings.Repeat(" A", 2000) + `"`, StepCapability, "limit line"},
		{"imap blank lines", account.IMAP, onClear, capability + `FLOOD: "\r\n"`, StepCapability, "protocol"},
		{"imap deep parentheses", account.IMAP, onClear, capability + `FLOOD: "* LIST ((((((((((((((((((((((((((((((("`, StepCapability, "limit line"},
		{"imap literal huge", account.IMAP, onClear, capability + "S: * LIST {4294967000}", StepCapability, "limit literal"},
		{"imap literal just too big", account.IMAP, onClear, capability + "S: * LIST {65537}", StepCapability, "limit literal"},
		{"imap literal negative", account.IMAP, onClear, capability + "S: * LIST {-1}", StepCapability, "protocol"},
		{"imap literal overflow", account.IMAP, onClear, capability + "S: * LIST {18446744073709551617}", StepCapability, "limit literal"},
		{"imap literal never sent", account.IMAP, onClear, capability + "S: * LIST {1000}\n\tSILENT", StepCapability, "deadline"},
		{"imap many literals", account.IMAP, onClear, capability + `FLOOD: "* LIST {3}\r\nabc\r\n"`, StepCapability, "limit list of lines"},
		{"imap literals without end of line", account.IMAP, onClear, capability + `FLOOD: "* LIST {1}\r\na {1}\r\nb"`, StepCapability, "limit list of lines"},
		{"pop3 endless lines", account.POP3, onClear, "S: +OK\n\tC: CAPA\n\tS: +OK\n\t" + `FLOOD: "X\r\n"`, StepCapability, "limit list of lines"},
		{"pop3 endless line", account.POP3, onTLS, "TLS\n\tS: +OK\n\tC: CAPA\n\tS: +OK\n\t" + `FLOOD: "X"`, StepCapability, "limit line"},
		{"smtp endless lines", account.SMTP, onClear, "S: 220 hi\n\tC: EHLO [127.0.0.1]\n\t" + `FLOOD: "250-X\r\n"`, StepCapability, "limit list of lines"},
		{"smtp endless line", account.SMTP, onTLS, "TLS\n\tS: 220 hi\n\tC: EHLO [127.0.0.1]\n\t" + `FLOOD: "250-X "`, StepCapability, "limit line"},
	} {
		t.Run(h.name, func(t *testing.T) { runHostile(t, h) })
	}
}

// R-1, C-10: a step has its time, a connection too, and drops of data do not lengthen it.
func TestSilenceEndsEveryStepInTime(t *testing.T) {
	for _, s := range []struct {
		hostile
		took time.Duration
	}{
		{hostile{"imap greeting", account.IMAP, onClear, "SILENT", StepGreeting, "deadline"}, replyLimit},
		{hostile{"pop3 greeting drips", account.POP3, onClear, `DRIP: "+OK"`, StepGreeting, "deadline"}, replyLimit},
		{hostile{"smtp greeting drips lines", account.SMTP, onClear, `DRIP: "220-x\r\n"`, StepGreeting, "deadline"}, replyLimit},
		{hostile{"tls silent", account.IMAP, onTLS, "SILENT", StepTLS, "deadline"}, tlsLimit},
		{hostile{"tls drips", account.IMAP, onTLS, `DRIP: "\x16\x03\x03\x40\x00"`, StepTLS, "deadline"}, tlsLimit},
		{hostile{"tls, then silence", account.SMTP, onTLS, "TLS\n\tSILENT", StepGreeting, "deadline"}, replyLimit},
		{hostile{"imap capability", account.IMAP, onClear, "S: * OK\n\tC: TAG CAPABILITY\n\tSILENT", StepCapability, "deadline"}, replyLimit},
		{hostile{"imap capability drips", account.IMAP, onClear, "S: * OK\n\tC: TAG CAPABILITY\n\t" + `DRIP: "* OK wait\r\n"`, StepCapability, "deadline"}, replyLimit},
		{hostile{"pop3 capa half", account.POP3, onClear, "S: +OK\n\tC: CAPA\n\tS: +OK\n\tSILENT", StepCapability, "deadline"}, replyLimit},
		{hostile{"smtp starttls", account.SMTP, onClear, smtpHead + "SILENT", StepSTARTTLS, "deadline"}, replyLimit},
		{hostile{"smtp upgrade", account.SMTP, onClear, smtpHead + "S: 220 go\n\tSILENT", StepUpgrade, "deadline"}, tlsLimit},
		{hostile{"everything just in time", account.SMTP, onClear, `
			SLEEP: 9s
			S: 220 ready
			C: EHLO [127.0.0.1]
			SLEEP: 9s
			S: 250-mail.example.test
			S| 250 STARTTLS
			C: STARTTLS
			SILENT`, StepSTARTTLS, "deadline"}, attemptLimit},
	} {
		t.Run(s.name, func(t *testing.T) {
			runTimed(t, s.hostile, s.took)
		})
	}
}

// runTimed runs a hostile script and checks how long it took by the clock of the test.
func runTimed(t *testing.T, h hostile, want time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		tr := newTrial(t, h.protocol, h.security, h.script)
		begun := time.Now()
		c, err := tr.open()
		if took := time.Since(begun); took != want {
			t.Errorf("got %v, want %v", took, want)
		}
		if c != nil || kind(err) != h.kind {
			t.Errorf("got %v, want %q\n%s", err, h.kind, transcriptOf(err))
		}
		tr.finish(c)
	})
}

// what is slow is not what is silent.
func TestSlowServersAreWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := newTrial(t, account.SMTP, onTLS, `
			TLS
			SLEEP: 8500ms
			S: 220-wait
			SLEEP: 1s
			S: 220 ready
			C: EHLO [127.0.0.1]
			SLEEP: 5s
			S: 250-mail.example.test
			SLEEP: 3s
			S: 250 AUTH PLAIN
			SILENT`)
		c := tr.mustOpen()
		tr.finish(c)
	})
}

// P-12: of many capabilities some are kept, and the connection goes on.
func TestManyCapabilitiesAreCutNotKept(t *testing.T) {
	var words, capa, ehlo []string
	for i := range 900 {
		words = append(words, "X"+strconv.Itoa(i))
		capa = append(capa, "S| X"+strconv.Itoa(i))
		ehlo = append(ehlo, "S| 250-X"+strconv.Itoa(i))
	}
	for _, p := range []struct {
		protocol account.Protocol
		script   string
	}{
		{account.IMAP, "TLS\nS: * OK\nC: TAG CAPABILITY\nS: * CAPABILITY AUTH=PLAIN " + strings.Join(words, " ") + " AUTH=CRAM-MD5\nS| TAG OK\nSILENT"},
		{account.POP3, "TLS\nS: +OK\nC: CAPA\nS: +OK\nS| SASL PLAIN\n" + strings.Join(capa, "\n") + "\nS| SASL CRAM-MD5\nS| .\nSILENT"},
		{account.SMTP, "TLS\nS: 220 hi\nC: EHLO [127.0.0.1]\nS: 250-hi\nS| 250-AUTH PLAIN\n" + strings.Join(ehlo, "\n") + "\nS| 250-AUTH CRAM-MD5\nS| 250 OK\nSILENT"},
	} {
		synctest.Test(t, func(t *testing.T) {
			tr := newTrial(t, p.protocol, onTLS, p.script)
			c := tr.mustOpen()
			f := c.Facts()
			if len(f.Capabilities) > capabilityLimit || len(f.Capabilities) < 200 || len(f.Spoken) == 0 {
				t.Errorf("%v: got %d capabilities and %v, want at most %d and plain", p.protocol, len(f.Capabilities), f.Spoken, capabilityLimit)
			}
			if slices.Contains(f.Auths, account.AuthCRAMMD5) {
				t.Errorf("%v: got %v, want nothing of what stands behind the first %d", p.protocol, f.Auths, capabilityLimit)
			}
			tr.finish(c)
		})
	}
}

// I-2: the writer itself refuses what would end or hide a line, whatever it is handed.
func TestTheWriterRefusesControlCharacters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := newTrial(t, account.SMTP, onTLS, smtpOffering("AUTH PLAIN")+"END")
		c := tr.mustOpen()
		for _, bad := range []string{"NOOP\r\nQUIT", "NOOP\n", "NOOP\r", "NO\x00OP", "NO\x7fOP"} {
			if err := c.send(say(bad)); !errors.Is(err, ErrUnsendable) {
				t.Errorf("%q: got %v, want %v", bad, err, ErrUnsendable)
			}
		}
		tr.finish(c)
	})
}
