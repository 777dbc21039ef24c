package mailbox_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe/mailbox"
)

const (
	messageID = "portolan.x@example.test"
	ours      = "Received: from a.test by b.test with ESMTPS; Wed, 4 Mar 2026 15:06:07 +0100\r\nMessage-ID: <" + messageID + ">\r\nX-Portolan-Test: x\r\n\r\n"
	delivered = "Return-Path: <alice@example.test>\r\n" + ours
)

// A drawer is a folder of a cabinet, with the header of the one message in it; "" for none.
type drawer struct{ name, attributes, header string }

// A cabinet is an IMAP mailbox in which the test message has the UID 7.
type cabinet struct {
	capabilities string
	drawers      []drawer
	late         time.Duration // after the first look the message in the inbox comes only then
	others       string        // UIDs of other messages that are marked as deleted
	shut         string        // the folder that cannot be opened

	mu    sync.Mutex
	open  string
	begun time.Time // of the first look at the inbox
	idle  string    // the tag of the IDLE that is going on
}

// here gives the header of the message in the open folder.
func (c *cabinet) here() string {
	i := slices.IndexFunc(c.drawers, func(d drawer) bool { return d.name == c.open })
	if i < 0 || c.open == "INBOX" && time.Since(c.begun) < c.late {
		return ""
	}
	return c.drawers[i].header
}

// answer plays one command.
func (c *cabinet) answer(w io.Writer, tag, command string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	verb, rest, _ := strings.Cut(command, " ")
	if verb == "UID" {
		verb, rest, _ = strings.Cut(rest, " ")
	}
	switch {
	case tag == "DONE":
		tag = c.idle
	case verb == "IDLE":
		c.idle = tag
		_, _ = fmt.Fprint(w, "+ idling\r\n")
		if left := c.late - time.Since(c.begun); left > 0 {
			time.AfterFunc(left, func() { _, _ = fmt.Fprint(w, "* 1 EXISTS\r\n") })
		}
		return
	case verb == "CAPABILITY":
		_, _ = fmt.Fprintf(w, "* CAPABILITY IMAP4rev1 %s\r\n", c.capabilities)
	case verb == "LIST":
		for _, d := range c.drawers {
			_, _ = fmt.Fprintf(w, "* LIST (%s) \"/\" %q\r\n", d.attributes, d.name)
		}
	case verb == "EXAMINE" || verb == "SELECT":
		c.open = strings.Trim(rest, `"`)
		if c.open == c.shut {
			_, _ = fmt.Fprintf(w, "%s NO [NOPERM] shut\r\n", tag)
			return
		}
		_, _ = fmt.Fprint(w, "* OK [UIDNEXT 5] next\r\n")
	case verb == "SEARCH" && strings.Contains(rest, "DELETED"):
		_, _ = fmt.Fprintf(w, "* SEARCH 7 %s\r\n", c.others)
	case verb == "SEARCH" && c.here() != "":
		_, _ = fmt.Fprint(w, "* SEARCH 7\r\n")
	case verb == "FETCH":
		c.fetch(w, rest)
	}
	_, _ = fmt.Fprintf(w, "%s OK done\r\n", tag)
}

// fetch answers with the message, or with an older one where there is nothing new: RFC 9051, section 9.
func (c *cabinet) fetch(w io.Writer, what string) {
	section, origin := "HEADER", "<0>" // RFC 9051, section 7.5.2: where a part of it begins
	if strings.Contains(what, "FIELDS") {
		section, origin = "HEADER.FIELDS (MESSAGE-ID)", ""
		if c.begun.IsZero() {
			c.begun = time.Now()
		}
	}
	number, header := 7, c.here()
	if header == "" {
		number, header = 4, ours
	}
	_, _ = fmt.Fprintf(w, "* 1 FETCH (UID %d BODY[%s]%s {%d}\r\n%s)\r\n", number, section, origin, len(header), header)
}

// visit opens the inbox of a cabinet, and gives what the server has heard afterwards.
func (c *cabinet) visit(t *testing.T, use func(mailbox.Inbox)) (heard []string) {
	t.Helper()
	s := &server{protocol: account.IMAP, answer: c.answer}
	inbox, err := mailbox.Open(t.Context(), s.signedIn(t), account.IMAP, nil)
	if err != nil {
		t.Fatal(err)
	}
	use(inbox)
	inbox.Close()
	<-s.done
	return s.heard
}

// said reports whether one of the commands begins with a text.
func said(heard []string, begin string) bool {
	return slices.ContainsFunc(heard, func(c string) bool { return strings.HasPrefix(c, begin) })
}
