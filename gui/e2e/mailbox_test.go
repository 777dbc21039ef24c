//go:build linux && e2e

package e2e

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// settings searches and goes on to the advanced view.
func (p *program) settings() {
	p.t.Helper()
	p.press("Return")
	p.untilItSays("Your settings were found and tested")
	p.push("Advanced settings")
	p.until("the advanced view", func(o outline) bool { return len(o.fields("Server")) == 2 })
}

// rests waits until a button begins something again and is no Stop.
func (p *program) rests(button string) outline {
	p.t.Helper()
	return p.until("the button "+button+" at rest", func(o outline) bool {
		s, found := o.find("button", button)
		return found && !s.Disabled
	})
}

// The round trip through the practice mailbox: looked into, sent, seen to arrive, deleted again once the user says so.
func TestTheTestMessageComesRoundAndIsDeletedOnlyWhenAskedTo(t *testing.T) {
	const send, remove = "Send a test message to myself", "Delete it again"
	p := practise(t, "tls", password)
	p.settings()
	before := p.lookInside(-1)
	p.push(send)
	o := p.untilItSays("The message came round")
	for _, step := range []string{"Open your inbox", "Send the message to yourself", "Wait for it in your inbox"} {
		if !saysAnywhere(o, step) {
			t.Errorf("got no step %q, want it listed", step)
		}
	}
	p.rests(send)
	p.lookInside(before + 1) // it stays until it is to go
	p.push(remove)
	p.until("the message deleted", func(o outline) bool {
		_, offered := o.find("button", remove)
		return !offered && saysAnywhere(o, "Nothing else was touched")
	})
	p.rests(send)
	p.lookInside(before)
}

// saysAnywhere reports whether words stand anywhere in the window, in sight or not.
func saysAnywhere(o outline, words string) bool {
	for _, w := range o.Widgets {
		if (w.Kind == "label" || w.Kind == "text") && strings.Contains(strings.ToLower(w.Text), strings.ToLower(words)) {
			return true
		}
	}
	return false
}

// inboxCount is how many messages the inbox holds, as the line of the mailbox's panel says; -1 where there is none.
func inboxCount(o outline) int {
	for _, name := range o.Widgets {
		for _, value := range o.Widgets {
			number, _, counted := strings.Cut(value.Text, " message")
			n, err := strconv.Atoi(number)
			if name.Text == "INBOX" && value.Y == name.Y && counted && err == nil {
				return n
			}
		}
	}
	return -1
}

// lookInside looks into the mailbox until its inbox holds as many messages as wanted, -1 for any number, and gives it.
func (p *program) lookInside(wanted int) int {
	p.t.Helper()
	p.push("Look into the mailbox")
	o := p.until(fmt.Sprintf("inbox with %d messages", wanted), func(o outline) bool {
		n := inboxCount(o)
		return n >= 0 && (wanted < 0 || n == wanted)
	})
	p.rests("Look into the mailbox")
	return inboxCount(o)
}

// What a look into the mailbox found out goes into the exports that have a place for it.
func TestTheFoldersOfTheMailboxAreInTheExport(t *testing.T) {
	p := practise(t, "tls", password)
	p.settings()
	p.lookInside(-1)
	to := p.file("settings.txt")
	p.exportAs("Plain text for people", to)
	text, err := os.ReadFile(to)
	for _, line := range []string{"Sent mail        Sent\n", "Deleted mail     Trash\n", "Drafts           Drafts\n"} {
		if err != nil || !strings.Contains(string(text), line) {
			t.Errorf("got %v and\n%s\nwant %q", err, text, line)
		}
	}
}

// P-4: the outgoing server's own password is what it gets, and nobody else; what is typed there is shown nowhere.
func TestTheOutgoingServerGetsItsOwnPassword(t *testing.T) {
	const wrong = "Tr0ubadour-Harbour"
	p := practise(t, "tls", password)
	p.settings()
	mode := func(o outline) (shape, bool) {
		for _, s := range o.fields("User name") {
			if s.Kind == "select" {
				return s, true
			}
		}
		return shape{}, false
	}
	p.click(p.seek("whose user name it gets", mode))
	p.click(p.seek("another one", func(o outline) (shape, bool) { return o.find("entry of a menu", "Other user name or password") }))
	p.fill("Password", wrong)
	o := p.until("the password typed", func(o outline) bool { s, found := o.field("Password"); return found && s.On })
	if s, _ := o.field("Password"); s.Kind != "password" || s.Text != "" {
		t.Errorf("got %v, want a field of dots", s)
	}
	p.press("Return") // tests this server
	p.until("the refusal", func(o outline) bool { return saysAnywhere(o, "sign-in was refused") || saysAnywhere(o, "not accepted") })
	if o, err := p.look(); err != nil || !saysAnywhere(o, "Signed in") {
		t.Errorf("got the incoming server's test forgotten (%v), want it to stand: its password is the old one", err)
	}
	p.fill("Password", password)
	p.press("Return")
	p.until("both signed in", func(o outline) bool {
		n := 0
		for _, w := range o.Widgets {
			if w.Kind == "label" && strings.HasPrefix(w.Text, "Signed in") {
				n++
			}
		}
		return n == 2
	})
	p.wantNowhere(wrong)
}
