//go:build linux && e2e

package e2e

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// kept is the name of a file in the folder of the accounts.
func (at *place) kept(name string) string {
	return filepath.Join(at.home, ".config", "portolan", name)
}

// account is one account of the file, with both servers at one host, signed in to with the address.
func account(address, host string, incoming, outgoing int) map[string]any {
	server := func(protocol string, port int) map[string]any {
		return map[string]any{"protocol": protocol, "host": host, "port": port, "security": "tls", "auth": "plain", "username": address, "source": "user"}
	}
	return map[string]any{
		"id": rand.Text(), "name": "", "address": address,
		"incoming": server("imap", incoming), "outgoing": server("smtp", outgoing),
	}
}

// usual is an account as providers have it.
func usual(address string) map[string]any { return account(address, "mail.domain.example", 993, 465) }

// file is the file of accounts.
func file(t *testing.T, accounts ...map[string]any) []byte {
	t.Helper()
	text, err := json.Marshal(map[string]any{"version": 1, "accounts": accounts})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// keep puts a file into the folder of the accounts.
func (at *place) keep(t *testing.T, name string, text []byte) {
	t.Helper()
	to := at.kept(name)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// readKept reads a file of the folder; "" where there is none.
func (at *place) readKept(name string) string {
	text, _ := os.ReadFile(at.kept(name)) // what is not there is looked for again
	return string(text)
}

// rows are the accounts of the list that can be used.
func (o outline) rows() []shape {
	var rows []shape
	for _, w := range o.Widgets {
		if w.Kind == "account" && w.Visible && w.Layer == o.top() {
			rows = append(rows, w)
		}
	}
	return rows
}

func (p *program) untilRow(words string) outline {
	p.t.Helper()
	return p.until("the account "+words, func(o outline) bool { _, found := o.find("account", words); return found })
}

func (p *program) untilNoRow(words string) {
	p.t.Helper()
	p.until("the list without "+words, func(o outline) bool { _, found := o.find("account", words); return !found })
}

// untilAnywhere waits for words that may stand below a dialog, too.
func (p *program) untilAnywhere(words string) {
	p.t.Helper()
	p.until("the words "+words, func(o outline) bool { return saysAnywhere(o, words) })
}

// choose clicks on an account of the list.
func (p *program) choose(words string) {
	p.t.Helper()
	p.click(p.seek("account "+words, func(o outline) (shape, bool) { return o.find("account", words) }))
}

// does chooses what is to be done with an account, from the list behind its dots.
func (p *program) does(words, action string) {
	p.t.Helper()
	p.click(p.seek("the dots of "+words, func(o outline) (shape, bool) {
		row, found := o.find("account", words)
		for _, w := range o.Widgets {
			if found && w.Kind == "button" && w.Text == "⋯" && w.Visible && w.Layer == o.top() && w.Y > row.Y && w.Y < row.Y+row.H {
				return w, true
			}
		}
		return shape{}, false
	}))
	p.click(p.seek("the entry "+action, func(o outline) (shape, bool) { return o.find("entry of a menu", action) }))
	p.until("the window without a menu", func(o outline) bool { _, found := o.find("entry of a menu", action); return !found })
}

// size gives the window a size.
func (p *program) size(width, height int) {
	p.t.Helper()
	as := func(o outline) bool { return o.Width == width && o.Height == height }
	for range 3 { // a window that is just making room for something of its own takes no other size
		p.x("windowsize", p.window, fmt.Sprint(width), fmt.Sprint(height))
		if p.soon(as) {
			return
		}
	}
	p.until(fmt.Sprintf("a window of %d by %d", width, height), as)
}

// wide opens the window in a place, wide enough for the list to stand at the left.
func (at *place) wide(t *testing.T) *program {
	t.Helper()
	p := at.open(t)
	p.size(1000, 640)
	return p
}

// focus is what has the focus, the zero shape where nothing has.
func (o outline) focus() shape {
	for _, w := range o.Widgets {
		if w.Focused {
			return w
		}
	}
	return shape{}
}

// tabTo goes on with Tab until something has the focus.
func (p *program) tabTo(what string, has func(outline) (shape, bool)) {
	p.t.Helper()
	o, _ := p.look() // what cannot be read is read again
	for range 40 {
		before := o.focus()
		p.press("Tab")
		for range 10 {
			time.Sleep(30 * time.Millisecond) // the outline notices a new focus within 100 ms
			newer, err := p.look()
			if err != nil {
				continue
			}
			o = newer
			if s, found := has(o); found && s.Focused {
				return
			}
			if o.focus() != before {
				break
			}
		}
	}
	p.t.Fatalf("got no focus on %s with Tab, want it reached", what)
}

func (p *program) tabToButton(text string) {
	p.t.Helper()
	p.tabTo(text, func(o outline) (shape, bool) { return o.find("button", text) })
}

// servers wants the servers that the advanced view shows.
func (p *program) servers(hosts, ports [2]string) {
	p.t.Helper()
	p.until(fmt.Sprintf("the servers %v with the ports %v", hosts, ports), func(o outline) bool {
		h, n := o.fields("Server"), o.fields("Port")
		return len(h) == 2 && len(n) == 2 && h[0].Text == hosts[0] && h[1].Text == hosts[1] && n[0].Text == ports[0] && n[1].Text == ports[1]
	})
}

// The whole way without a mouse: type an account, save it, find it in the list at both widths, and again after a new start.
func TestAnAccountIsSavedAndFoundAgainByTheKeyboardAlone(t *testing.T) {
	const secret = "Quarterdeck-7"
	p := open(t)
	p.until("the focus in the first field", func(o outline) bool { s, found := o.field("Your name"); return found && s.Focused })
	p.write("Ada Lovelace")
	p.press("Tab")
	p.write("ada@domain.example")
	p.press("Tab")
	p.write(secret)
	p.tabToButton("I know my server names")
	p.press("space")
	for label, server := range map[string]string{"Incoming server": "imap.domain.example:993", "Outgoing server": "smtp.domain.example:465"} {
		p.tabTo(label, func(o outline) (shape, bool) { return o.field(label) })
		p.write(server)
	}
	p.press("ctrl+s")
	p.untilItSays("no keyring was found") // and none is asked about
	p.wantNowhere(secret)

	p.size(1000, 640)
	o := p.untilRow("ada@domain.example: Never checked")
	if row := o.rows()[0]; row.X > 100 || row.W > 300 {
		t.Errorf("got %v, want the list at the left", row)
	}
	p.size(560, 480)
	p.until("the list behind a button", func(o outline) bool { return len(o.rows()) == 0 })
	p.tabToButton("Accounts")
	p.press("Return")
	p.untilRow("ada@domain.example")
	p.press("Escape")
	p.until("the focus on the button again", func(o outline) bool { s, found := o.find("button", "Accounts"); return found && s.Focused })
	p.press("ctrl+e")
	p.servers([2]string{"imap.domain.example", "smtp.domain.example"}, [2]string{"993", "465"})
	p.quit()

	p = p.again()
	o = p.until("the window as it was left", func(o outline) bool { return o.Width == 560 && len(o.fields("Server")) == 2 })
	if o.Height != 480 {
		t.Errorf("got a window %d high, want 480 as it was left", o.Height)
	}
	p.tabToButton("Accounts")
	p.press("Return")
	p.untilRow("ada@domain.example")
	p.press("Home", "Return")
	p.servers([2]string{"imap.domain.example", "smtp.domain.example"}, [2]string{"993", "465"})
	p.press("ctrl+e")
	p.until("the name", func(o outline) bool { s, found := o.field("Your name"); return found && s.Text == "Ada Lovelace" })
	p.wantNowhere(secret)
}

func TestWhatWasTypedIsBackAfterAKill(t *testing.T) {
	const secret = "Quarterdeck-8"
	p := open(t)
	p.fill("Password", secret)
	p.fill("Your name", "Ada Lovelace")
	p.press("Tab")
	p.write("ada@dom")
	p.until("the draft on the disk", func(outline) bool { return strings.Contains(p.readKept("drafts.json"), "ada@dom") })
	p.write("ain")
	p.kill()
	p.wantNowhere(secret)
	p = p.again()
	o := p.until("what was typed", func(o outline) bool { s, found := o.field("E-mail"); return found && s.Text == "ada@dom" })
	if s, _ := o.field("Your name"); s.Text != "Ada Lovelace" {
		t.Errorf("got %v, want the name", s)
	}
	if s, _ := o.field("Password"); s.On {
		t.Errorf("got %v, want no password", s)
	}
	p.wantNowhere(secret)
}

// F-5.
func TestASecondWindowReadsAloneAndSaysSo(t *testing.T) {
	at := newPlace(t)
	at.keep(t, "accounts.json", file(t, usual("ada@domain.example")))
	at.open(t).until("the first window ready", func(o outline) bool { return o.Title != "Portolan" })
	before := at.readKept("accounts.json")
	second := at.open(t)
	second.untilItSays("open in another window already")
	second.size(1000, 640)
	o := second.untilRow("ada@domain.example")
	if s, found := o.find("button", "Read only"); !found || !s.Disabled {
		t.Errorf("got %v, want a button that says why nothing is saved", s)
	}
	second.choose("ada@domain.example")
	second.until("the account", func(o outline) bool { s, found := o.field("E-mail"); return found && s.Text == "ada@domain.example" })
	second.fill("Your name", "Ada")
	second.until("the name typed", func(o outline) bool { s, _ := o.field("Your name"); return s.Text == "Ada" })
	second.press("ctrl+s")
	second.quit()
	if got := at.readKept("accounts.json"); got != before {
		t.Errorf("got %s, want the file as it was:\n%s", got, before)
	}
}

// F-4.
func TestADamagedFileIsPutAsideAndItsCopyUsed(t *testing.T) {
	at := newPlace(t)
	good := file(t, usual("ada@domain.example"), usual("grace@domain.example"))
	damaged := string(good[:len(good)/2])
	at.keep(t, "accounts.json", []byte(damaged))
	at.keep(t, "accounts.json.bak", good)
	p := at.wide(t)
	p.untilItSays("Use the copy of your accounts")
	p.untilAnywhere("is damaged and cannot be read")
	p.push("Use the copy")
	p.untilItSays("2 accounts came back from the copy")
	p.untilRow("grace@domain.example")
	aside, err := filepath.Glob(at.kept("accounts.json.broken-*"))
	if err != nil || len(aside) != 1 {
		t.Fatalf("got %v (%v), want the damaged file put aside", aside, err)
	}
	if text, err := os.ReadFile(aside[0]); err != nil || string(text) != damaged {
		t.Errorf("got %q (%v), want it as it was", text, err)
	}
	p.quit()
	if text := at.readKept("accounts.json"); strings.Count(text, "@domain.example") < 2 || !json.Valid([]byte(text)) {
		t.Errorf("got %s, want both accounts", text)
	}
}

func TestADeletedAccountComesBackWithUndoAndElseIsGone(t *testing.T) {
	at := newPlace(t)
	at.keep(t, "accounts.json", file(t, usual("ada@domain.example"), usual("grace@domain.example")))
	p := at.wide(t)
	p.does("grace@domain.example", "Duplicate")
	p.untilRow("New account: Not saved")
	p.press("ctrl+e")
	p.servers([2]string{"mail.domain.example", "mail.domain.example"}, [2]string{"993", "465"})
	before, _ := p.untilRow("grace@domain.example").find("account", "grace@domain.example")
	p.does("grace@domain.example", "Delete")
	p.untilItSays("grace@domain.example was deleted.")
	p.untilNoRow("grace@domain.example")
	p.push("Undo")
	p.until("the account in its place, where the list stood before", func(o outline) bool {
		now, found := o.find("account", "grace@domain.example")
		_, undo := o.find("button", "Undo")
		return found && now.Y == before.Y && !undo
	})
	p.does("grace@domain.example", "Delete")
	p.untilNoRow("grace@domain.example")
	p.quit() // before the time for Undo is over
	if text := p.readKept("accounts.json"); strings.Contains(text, "grace@") || !strings.Contains(text, "ada@") {
		t.Errorf("got %s, want ada alone", text)
	}
	p = p.again()
	o := p.untilRow("ada@domain.example")
	if _, found := o.find("account", "New account"); !found || len(o.rows()) != 2 {
		t.Errorf("got %v, want ada and the duplicate that is not saved", o.rows())
	}
	p.servers([2]string{"mail.domain.example", "mail.domain.example"}, [2]string{"993", "465"})
}
