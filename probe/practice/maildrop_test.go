package practice

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-message/mail"
	"pgregory.net/rapid"
)

func TestTheWelcomeMessageIsWellFormed(t *testing.T) {
	text, err := welcome()
	if err != nil {
		t.Fatal(err)
	}
	r, err := mail.CreateReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if subject, err := r.Header.Subject(); err != nil || subject != "Welcome aboard – your practice mailbox" {
		t.Errorf("got subject %q, %v", subject, err)
	}
	if date, err := r.Header.Date(); err != nil || date.IsZero() {
		t.Errorf("got date %v, %v, want one", date, err)
	}
	if id, err := r.Header.MessageID(); err != nil || !strings.HasSuffix(id, "@practice.invalid") {
		t.Errorf("got message ID %q, %v, want one of the practice domain", id, err)
	}
	part, err := r.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(part.Body)
	if got := strings.ReplaceAll(string(body), "\r\n", "\n"); err != nil || got != welcomeText {
		t.Errorf("got %q, %v, want the welcome text", got, err)
	}
	if !bytes.Equal(text, canonicalLines(text)) {
		t.Errorf("got %q, want every line to end in CRLF", text)
	}
	for _, line := range bytes.Split(text, []byte("\r\n")) {
		if len(line) > 78 || bytes.ContainsFunc(line, func(r rune) bool { return r > 0x7e }) {
			t.Errorf("got line %q, want at most 78 characters of ASCII", line)
		}
	}
}

func TestLinesAreMadeCanonicalOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(rapid.StringMatching(`[ab\r\n]{0,20}`).Draw(t, "text"))
		once := canonicalLines(text)
		if twice := canonicalLines(once); !bytes.Equal(once, twice) {
			t.Fatalf("got %q, want %q", twice, once)
		}
		if len(once) > 0 && !bytes.HasSuffix(once, []byte("\r\n")) {
			t.Fatalf("got %q, want CRLF at the end", once)
		}
	})
}

// TestMailSentIsMailReceived is the round trip: out by SMTP, in by IMAP and POP3, at every encrypted port and in the clear.
func TestMailSentIsMailReceived(t *testing.T) {
	for _, test := range []struct {
		name string
		port int
		how  string
	}{{"tls", 465, "ESMTPSA"}, {"tls", 587, "ESMTPSA"}, {"starttls", 587, "ESMTPSA"}, {"silent-tls", 587, "ESMTPSA"}, {"cleartext", 587, "ESMTPA"}} {
		t.Run(fmt.Sprint(test.name, test.port), func(t *testing.T) {
			m := begin(t, test.name)
			text := "Message-ID: <token@practice.invalid>\r\nSubject: =?utf-8?q?gr=C3=BC=C3=9Fe?=\r\n\r\nfirst\r\n.\r\n..dots\r\nlast: grüße\r\n"
			sendMail(t, m, test.port, text)

			p := dial(t, m, 110)
			popGreet(p)
			if test.name != "cleartext" {
				p.ask("STLS", "+OK")
				p.protect()
			}
			p.ask("AUTH PLAIN "+encode("", username, password), "+OK")
			p.ask("RETR 2", "+OK")
			received := p.body()
			if !strings.HasSuffix(received, "\r\n"+text) || !strings.HasPrefix(received, "Return-Path: <you@practice.invalid>\r\nReceived: ") || !strings.Contains(received, " with "+test.how+";") {
				t.Errorf("POP3: got %q, want a trace and %q", received, text)
			}

			i := dial(t, m, 143)
			imapGreet(i)
			if test.name != "cleartext" {
				i.ask("s STARTTLS", "s OK")
				i.protect()
			}
			i.ask("a LOGIN you@practice.invalid practice", "a OK")
			i.send("b SELECT INBOX")
			i.until("b OK")
			if got := i.ask("c UID SEARCH HEADER Message-ID token@practice.invalid", "* SEARCH"); got != "* SEARCH 2" {
				t.Errorf("IMAP: got %q, want the message with UID 2", got)
			}
			i.want("c OK")
			i.send("d UID FETCH 2 (BODY.PEEK[])")
			first := i.line()
			if want := fmt.Sprintf("{%d}", len(received)); !strings.HasSuffix(first, want) {
				t.Fatalf("IMAP: got %q, want %s", first, want)
			}
			literal := make([]byte, len(received))
			if _, err := io.ReadFull(i.r, literal); err != nil || string(literal) != received {
				t.Errorf("IMAP: got %q, %v, want %q", literal, err, received)
			}
			i.until("d OK")
		})
	}
}

func TestPOP3SeesWhatIMAPPutsIntoTheInbox(t *testing.T) {
	m := begin(t, "tls")
	i := signedInto(t, m)
	i.ask("a APPEND Drafts {17}", "+")
	i.send("Subject: x\n\nbody\n")
	i.want("a OK [APPENDUID")
	i.send("b SELECT Drafts")
	i.until("b OK")
	i.ask("c COPY 1:* INBOX", "c OK [COPYUID")
	i.ask("d UID COPY 99 INBOX", "d OK COPY")
	i.ask("e COPY 1 Nowhere", "e NO [TRYCREATE]")
	i.ask("f MOVE 1 INBOX", "f BAD")
	p := opened(t, m)
	p.ask("STAT", "+OK 2 ")
	p.ask("RETR 2", "+OK 20 octets")
	if got := p.body(); got != "Subject: x\r\n\r\nbody\r\n" {
		t.Errorf("got %q, want the copied draft", got)
	}
}

func TestCopiesInOppositeDirectionsDoNotWaitForEachOther(t *testing.T) {
	m := begin(t, "tls")
	sendMail(t, m, 465, "Subject: x\r\n\r\nbody\r\n")
	a, b := signedInto(t, m), signedInto(t, m)
	a.send("a SELECT INBOX", "b COPY 1 Sent")
	a.until("b OK")
	b.send("a SELECT Sent")
	b.until("a OK")
	var both sync.WaitGroup
	for c, to := range map[*client]string{a: "Sent", b: "INBOX"} {
		both.Go(func() {
			for range 50 {
				_, _ = io.WriteString(c.conn, "c COPY 1 "+to+"\r\n")
			}
		})
	}
	both.Wait()
	for _, c := range []*client{a, b} {
		for range 50 {
			c.until("c OK")
		}
	}
}

func TestEverybodyAtOnceIsNoRace(t *testing.T) {
	m := begin(t, "tls")
	t.Run("all", func(t *testing.T) {
		for range 4 {
			for name, visit := range map[string]func(*testing.T, *Mailbox){"send": visitSMTP, "read": visitIMAP, "fetch": visitPOP3} {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					visit(t, m)
				})
			}
		}
	})
	opened(t, m).ask("STAT", "+OK 5 ")
}

func visitSMTP(t *testing.T, m *Mailbox) {
	t.Helper()
	sendMail(t, m, 465, "Subject: x\r\n\r\nbody\r\n")
}

func visitIMAP(t *testing.T, m *Mailbox) {
	t.Helper()
	c := signedInto(t, m)
	c.send("a SELECT INBOX", `b STORE 1 +FLAGS (\Seen)`, "c FETCH 1:* (FLAGS BODY[])", "d LOGOUT")
	c.wantEnd()
}

func visitPOP3(t *testing.T, m *Mailbox) {
	t.Helper()
	c := opened(t, m)
	c.ask("RETR 1", "+OK")
	c.body()
	c.ask("QUIT", "+OK")
}
