package practice

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func imapGreet(c *client) { c.t.Helper(); c.want("* OK [CAPABILITY IMAP4rev1 ") }

// imapCannot wants no sign-in before STARTTLS (RFC 9051, section 6.2.3).
func imapCannot(c *client) {
	c.t.Helper()
	line := c.ask("a1 CAPABILITY", "* CAPABILITY ")
	if !strings.Contains(line, " STARTTLS") || !strings.Contains(line, " LOGINDISABLED") || strings.Contains(line, "AUTH=") {
		c.fail("got %q, want STARTTLS and LOGINDISABLED and no AUTH", line)
	}
	c.want("a1 OK")
	c.ask("a2 LOGIN you@practice.invalid practice", "a2 NO [PRIVACYREQUIRED]")
	c.ask("a3 AUTHENTICATE PLAIN "+encode("", username, password), "a3 NO [PRIVACYREQUIRED]")
}

func imapUpgrade(c *client) { c.t.Helper(); c.ask("s STARTTLS", "s OK") }

// imapSignIn tries every wrong form first, then the right one; right says whether that is let in.
func imapSignIn(c *client, right bool) {
	c.t.Helper()
	line := c.ask("b1 CAPABILITY", "* CAPABILITY ")
	if strings.Contains(line, "STARTTLS") || strings.Contains(line, "LOGINDISABLED") || !strings.Contains(line, "AUTH=PLAIN AUTH=LOGIN") {
		c.fail("got %q, want AUTH=PLAIN AUTH=LOGIN", line)
	}
	c.want("b1 OK")
	const wrong = " NO [AUTHENTICATIONFAILED]"
	c.ask("b2 LOGIN you practice", "b2"+wrong)
	c.ask("b3 LOGIN you@practice.invalid Practice", "b3"+wrong)
	c.ask("b4 AUTHENTICATE PLAIN "+encode("", "you", password), "b4"+wrong)
	c.ask("b5 AUTHENTICATE PLAIN "+encode("someone", username, password), "b5"+wrong)
	c.ask("b6 AUTHENTICATE CRAM-MD5", "b6 NO [CANNOT]")
	c.ask("b7 AUTHENTICATE PLAIN "+encode("nonsense"), "b7 BAD")
	if !right {
		c.ask("b8 LOGIN you@practice.invalid practice", "b8"+wrong)
		return
	}
	c.ask(`b9 LOGIN "you@practice.invalid" "practice"`, "b9 OK")
}

// signedInto gives a connection that is signed in to the mailbox.
func signedInto(t *testing.T, m *Mailbox) *client {
	t.Helper()
	c := dial(t, m, 993)
	c.want("* OK")
	c.ask("l LOGIN you@practice.invalid practice", "l OK")
	return c
}

func TestIMAPAuthenticateAsksInTheStandardsWords(t *testing.T) {
	m := begin(t, "tls")
	for _, test := range []struct {
		command string
		dialog  [][2]string // what the server asks, what is answered
		end     string
	}{
		// RFC 9051, section 6.2.2: an empty challenge is an empty continuation.
		{"PLAIN", [][2]string{{"+ ", encode("", username, password)}}, "OK"},
		{"PLAIN", [][2]string{{"+ ", "*"}}, "BAD"},
		{"PLAIN", [][2]string{{"+ ", "!"}}, "BAD"},
		{"LOGIN", [][2]string{{"+ " + encode("Username:"), encode(username)}, {"+ " + encode("Password:"), encode(password)}}, "OK"},
		{"LOGIN", [][2]string{{"+ " + encode("Username:"), encode(username)}, {"+ " + encode("Password:"), encode("nonsense")}}, "NO [AUTHENTICATIONFAILED]"},
		{"LOGIN " + encode(username), [][2]string{{"+ " + encode("Password:"), encode(password)}}, "OK"},
	} {
		c := dial(t, m, 993)
		c.want("* OK")
		c.send("a AUTHENTICATE " + test.command)
		for _, step := range test.dialog {
			if got := c.line(); got != step[0] {
				c.fail("got %q, want %q", got, step[0])
			}
			c.send(step[1])
		}
		c.want("a " + test.end)
	}
}

func TestIMAPFoldersHaveTheirSpecialUse(t *testing.T) {
	c := signedInto(t, begin(t, "tls"))
	want := []string{
		`* LIST (\HasNoChildren \Drafts) "/" "Drafts"`,
		`* LIST (\HasNoChildren) "/" INBOX`,
		`* LIST (\HasNoChildren \Junk) "/" "Junk"`,
		`* LIST (\HasNoChildren \Sent) "/" "Sent"`,
		`* LIST (\HasNoChildren \Trash) "/" "Trash"`,
	}
	for _, test := range []struct {
		command string
		want    []string
	}{
		{`LIST "" "*"`, want},
		{`LIST "" "%" RETURN (SPECIAL-USE)`, want},
		{`LIST (SPECIAL-USE) "" "*"`, slices.Delete(slices.Clone(want), 1, 2)},
		{`LIST "" inbox`, nil},
		{`LIST "" INBOX`, want[1:2]},
		{`LIST "" ""`, []string{`* LIST (\Noselect) "/" ""`}},
		{`LIST "" Sent RETURN (STATUS (MESSAGES))`, []string{want[3], `* STATUS "Sent" (MESSAGES 0)`}},
	} {
		c.send("a " + test.command)
		got := c.until("a ")
		if !slices.Equal(got[:len(got)-1], test.want) || !strings.HasPrefix(got[len(got)-1], "a OK") {
			t.Errorf("%s: got %q, want %q", test.command, got, test.want)
		}
	}
}

func TestIMAPFoldersAreFixed(t *testing.T) {
	c := signedInto(t, begin(t, "tls"))
	for i, command := range []string{"CREATE Other", "DELETE Sent", "RENAME Sent Other", "UNSUBSCRIBE Sent"} {
		c.ask(fmt.Sprintf("a%d %s", i, command), fmt.Sprintf("a%d NO [CANNOT]", i))
	}
	c.ask("b SUBSCRIBE Sent", "b OK")
	c.send("c SELECT Other")
	c.until("c NO")
}

func TestAnExaminedFolderStaysAsItIs(t *testing.T) {
	c := signedInto(t, begin(t, "tls"))
	c.send("a EXAMINE INBOX")
	c.until("a OK [READ-ONLY]")
	c.ask(`b STORE 1 +FLAGS (\Deleted)`, "b NO [NOPERM]")
	c.send("c FETCH 1 BODY[HEADER]")
	c.until("c OK")
	c.ask("d CLOSE", "d OK")
	c.send("e STATUS INBOX (MESSAGES UNSEEN)")
	if got := c.want("* STATUS"); got != "* STATUS INBOX (MESSAGES 1 UNSEEN 1)" {
		t.Errorf("got %q, want one unseen message", got)
	}
}

func TestIMAPTellsAnIdlingClientOfNewMail(t *testing.T) {
	m := begin(t, "tls")
	c := signedInto(t, m)
	c.send("a SELECT INBOX")
	c.until("a OK")
	c.ask("b IDLE", "+ ")
	// Where the mail is faster than IDLE, the news waits for its end.
	sendMail(t, m, 465, "Subject: one\r\n\r\none\r\n")
	c.send("DONE")
	if got := c.until("b OK"); got[0] != "* 2 EXISTS" {
		t.Errorf("got %q, want * 2 EXISTS", got)
	}
}

func TestIMAPRefusesTooLargeAMessage(t *testing.T) {
	c := signedInto(t, begin(t, "tls"))
	c.ask(fmt.Sprintf("a APPEND INBOX {%d}", maxMessage+1), "a NO [TOOBIG]")
}

func TestIMAPTextAfterSTARTTLSIsNeverObeyed(t *testing.T) {
	c := dial(t, begin(t, "starttls"), 143)
	imapGreet(c)
	c.send("a STARTTLS\r\nb LOGIN you@practice.invalid practice")
	c.want("a OK")
	c.wantEnd()
	for _, line := range c.said {
		if strings.HasPrefix(line, "S: b ") {
			c.fail("got an answer to injected text, want none")
		}
	}
}
