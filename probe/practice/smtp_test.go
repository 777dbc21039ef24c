package practice

import (
	"strings"
	"testing"
)

func smtpGreet(c *client) { c.t.Helper(); c.want("220 smtp.practice.invalid ESMTP") }

// hello sends EHLO and gives the lines of the answer.
func hello(c *client) string {
	c.t.Helper()
	c.send("EHLO [127.0.0.1]")
	return strings.Join(c.until("250 "), "\n") + "\n"
}

// smtpCannot wants no sign-in before STARTTLS (RFC 4954, section 4).
func smtpCannot(c *client) {
	c.t.Helper()
	if offer := hello(c); !strings.Contains(offer, "STARTTLS\n") || strings.Contains(offer, "AUTH") {
		c.fail("got %q, want STARTTLS and no AUTH", offer)
	}
	c.ask("AUTH PLAIN "+encode("", username, password), "523 5.7.10")
}

func smtpUpgrade(c *client) { c.t.Helper(); hello(c); c.ask("STARTTLS", "220") }

// smtpSignIn tries every wrong form first, then the right one; right says whether that is let in.
func smtpSignIn(c *client, right bool) {
	c.t.Helper()
	if offer := hello(c); strings.Contains(offer, "STARTTLS") || !strings.Contains(offer, "-AUTH PLAIN LOGIN\n") {
		c.fail("got %q, want AUTH PLAIN LOGIN", offer)
	}
	const wrong = "535 5.7.8"
	c.ask("MAIL FROM:<you@practice.invalid>", "530 5.7.0")
	c.ask("AUTH PLAIN "+encode("", "you", password), wrong)
	c.ask("AUTH PLAIN "+encode("", username, "nonsense"), wrong)
	c.ask("AUTH CRAM-MD5", "504 5.7.4")
	c.ask("AUTH PLAIN "+encode("nonsense"), "501")
	c.ask("AUTH LOGIN", "334 "+encode("Username:"))
	c.ask(encode(username), "334 "+encode("Password:"))
	c.ask(encode("nonsense"), wrong)
	c.send("AUTH PLAIN")
	if got := c.line(); got != "334 " {
		c.fail("got %q, want an empty challenge", got)
	}
	if !right {
		c.ask(encode("", username, password), wrong)
		return
	}
	c.ask(encode("", username, password), "235")
}

// sendMail sends a message to the user through one of the submission ports.
func sendMail(t *testing.T, m *Mailbox, port int, text string) {
	t.Helper()
	c := dial(t, m, port)
	smtpGreet(c)
	offer := hello(c)
	if strings.Contains(offer, "STARTTLS") {
		c.ask("STARTTLS", "220")
		c.protect()
		hello(c)
	}
	c.ask("AUTH LOGIN "+encode(username), "334 "+encode("Password:"))
	c.ask(encode(password), "235")
	c.ask("MAIL FROM:<you@practice.invalid>", "250")
	c.ask("RCPT TO:<you@practice.invalid>", "250")
	c.ask("DATA", "354")
	c.send(strings.TrimSuffix(strings.ReplaceAll("\n"+text, "\n.", "\n..")[1:], "\r\n"))
	c.ask(".", "250")
	c.ask("QUIT", "221")
}

func TestSMTPTakesMailForTheUserAlone(t *testing.T) {
	c := dial(t, begin(t, "tls"), 465)
	smtpGreet(c)
	smtpSignIn(c, true)
	c.ask("MAIL FROM:<you@practice.invalid>", "250")
	for _, to := range []string{"someone@practice.invalid", "you@example.test", "you@practice.invalid.example.test"} {
		c.ask("RCPT TO:<"+to+">", "550 5.1.1")
	}
	c.ask("DATA", "502")
	c.ask("RCPT TO:<YOU@Practice.Invalid>", "250")
}

func TestSMTPRefusesTooLargeAMessage(t *testing.T) {
	c := dial(t, begin(t, "tls"), 465)
	smtpGreet(c)
	smtpSignIn(c, true)
	c.ask("MAIL FROM:<you@practice.invalid> SIZE=9999999", "552")
	c.ask("MAIL FROM:<you@practice.invalid>", "250")
	c.ask("RCPT TO:<you@practice.invalid>", "250")
	c.ask("DATA", "354")
	c.send(strings.Repeat(strings.Repeat("x", 998)+"\r\n", maxMessage/1000+2) + ".")
	c.want("552 5.3.4")
}

func TestSMTPEndsAtALineWithoutEnd(t *testing.T) {
	c := dial(t, begin(t, "tls"), 465)
	smtpGreet(c)
	c.send(strings.Repeat("x", 3*maxLine))
	c.until("500 5.4.0")
	c.wantEnd()
}

func TestAFullMailboxTakesNoMore(t *testing.T) {
	m := begin(t, "tls")
	c := signedInto(t, m)
	big := make([]byte, maxMessage)
	for i := range maxHeld / maxMessage {
		c.send("a APPEND Junk {1048576}")
		if !strings.HasPrefix(c.line(), "+") {
			c.fail("message %d: want a go-ahead", i)
		}
		if _, err := c.conn.Write(append(big, "\r\n"...)); err != nil {
			t.Fatal(err)
		}
		if line := c.line(); strings.HasPrefix(line, "a NO [OVERQUOTA]") {
			break
		} else if i == maxHeld/maxMessage-1 {
			c.fail("got %q, want OVERQUOTA", line)
		}
	}
	for range 1000 {
		c.send("b APPEND Junk {600+}")
		_, _ = c.conn.Write(append(big[:600], "\r\n"...))
		if strings.HasPrefix(c.line(), "b NO [OVERQUOTA]") {
			break
		}
	}
	s := dial(t, m, 465)
	smtpGreet(s)
	smtpSignIn(s, true)
	s.ask("MAIL FROM:<you@practice.invalid>", "250")
	s.ask("RCPT TO:<you@practice.invalid>", "250")
	s.ask("DATA", "354")
	s.send(strings.Repeat("x\r\n", 1000))
	s.ask(".", "452 4.2.2")
}
