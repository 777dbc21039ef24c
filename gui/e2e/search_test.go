//go:build linux && e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

const (
	address  = "you@practice.invalid"
	password = "practice"
	xml      = "Thunderbird (autoconfig XML)"
)

// practise opens the window on a practice mailbox and types address and password.
func practise(t *testing.T, mailbox, secret string) *program {
	t.Helper()
	p := open(t, "-practice", mailbox)
	p.until("the address of the practice mailbox", func(o outline) bool {
		s, found := o.field("E-mail")
		return found && s.Text == address
	})
	p.fill("E-mail", address)
	p.fill("Password", secret)
	return p
}

func (p *program) untilItSays(words string) outline {
	p.t.Helper()
	return p.until("the words "+words, func(o outline) bool { return o.says(words) })
}

// answer is what "portolan -find" writes for the same mailbox: the words of the answer, and the exported file.
func answer(t *testing.T, mailbox string) (found map[string]any, file []byte) {
	t.Helper()
	to := t.TempDir() + "/found.xml"
	cmd := exec.Command(theStage.program, "-find", address, "-practice", mailbox, "-password-file", "-", "-json", "-format", "thunderbird", "-o", to)
	cmd.Stdin = strings.NewReader(password)
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("%q: %v\n%s", cmd.Args, err, text)
	}
	if err := json.Unmarshal(text, &found); err != nil {
		t.Fatal(err)
	}
	if file, err = os.ReadFile(to); err != nil {
		t.Fatal(err)
	}
	return found, file
}

func TestSettingsAreFoundShownAndExported(t *testing.T) {
	p := practise(t, "tls", password)
	p.press("Return")
	p.untilItSays("Your settings were found and tested")
	found, file := answer(t, "tls")
	p.push("Advanced settings")
	o := p.until("the advanced view", func(o outline) bool { return len(o.fields("Server")) == 2 })
	for i, role := range []string{"incoming", "outgoing"} {
		want := found[role].(map[string]any)["host"]
		if got := o.fields("Server")[i].Text; got != want {
			t.Errorf("got %s server %q, want %q as -find says", role, got, want)
		}
	}
	if got := o.fields("Port"); len(got) != 2 || got[0].Text != "993" || got[1].Text != "465" {
		t.Errorf("got ports %v, want 993 and 465", got)
	}
	to := p.file("window.xml")
	p.export(to)
	got, err := os.ReadFile(to)
	if err != nil || !bytes.Equal(got, file) {
		t.Errorf("got error %v and\n%s\nwant what -find writes:\n%s", err, got, file)
	}
}

// export writes the settings to a file by the button below the views.
func (p *program) export(to string) {
	p.t.Helper()
	p.exportAs(xml, to)
}

// exportAs does so in the format of that title.
func (p *program) exportAs(format, to string) {
	p.t.Helper()
	p.push("Export")
	p.click(p.seek("the format", func(o outline) (shape, bool) { return o.find("entry of a menu", format) }))
	p.fill("File", to)
	p.until("the path", func(o outline) bool { s, found := o.field("File"); return found && s.Text == to })
	p.push("Write file")
	p.untilItSays("Written to " + to)
}

// K-4, K-5, K-10: it is in no file and in no message, and the field keeps it.
func TestARefusedPasswordIsSaidAndWrittenNowhere(t *testing.T) {
	const secret = "Tr0ubadour-Lighthouse"
	p := practise(t, "refuses", secret)
	p.press("Return")
	p.untilItSays("Your password was not accepted")
	o := p.until("the focus in the password", func(o outline) bool { s, found := o.field("Password"); return found && s.Focused })
	if s, _ := o.field("Password"); !s.On || s.Text != "" {
		t.Errorf("got password field %v, want it filled and its text in no outline", s)
	}
	p.push("Advanced settings")
	p.until("the advanced view", func(o outline) bool { return len(o.fields("Server")) == 2 })
	p.wantNowhere(secret)
}

func TestStopEndsASearch(t *testing.T) {
	p := practise(t, "silent-tls", password)
	p.press("Return")
	p.push("Stop")
	p.untilItSays("stopped")
	p.seek("a button to search again", func(o outline) (shape, bool) { return findAgain(o) })
	p.press("Tab") // the keyboard works on
}

func findAgain(o outline) (shape, bool) {
	for _, text := range []string{"Find my settings", "Search again"} {
		if s, found := o.find("button", text); found {
			return s, true
		}
	}
	return shape{}, false
}

func TestEscapeEndsASearch(t *testing.T) {
	p := practise(t, "silent-tls", password)
	p.press("Return")
	p.until("a search", func(o outline) bool { _, found := o.find("button", "Stop"); return found })
	p.press("Escape")
	p.untilItSays("stopped")
}
