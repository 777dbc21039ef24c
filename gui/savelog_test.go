package gui

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"portolan/account"
	"portolan/gui/setup"
	"portolan/probe"
	"portolan/probe/wire"
)

// talkative is a rig with a log that names the user.
func talkative(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	r.runner.events = slices.Insert(foundEvents(), 1, probe.Event{Kind: probe.AttemptChanged, Attempt: probe.Attempt{
		ID: 1, Protocol: account.IMAP, Server: account.Endpoint{Host: "imap.domain.example", Port: 993},
		Address: netip.MustParseAddr("192.0.2.1"), Security: account.TLS, Status: probe.OK,
		Transcript: []wire.Line{{Text: "* OK ready"}, {Out: true, Text: "A1 LOGIN ada@domain.example [secret]"}},
	}})
	r.session.Find()
	r.untilResting()
	return r
}

// K-3, V-6: the log is seen as it is shared before it is written, without the user name unless that is ticked.
func TestTheLogIsSeenBeforeItIsSharedAndHasNoUserName(t *testing.T) {
	r := talkative(t)
	for _, named := range []bool{false, true} {
		d := showSaveLog(r.session, r.win)
		if named {
			test.Tap(d.names)
		}
		seen := strings.Join(d.preview.lines, "\n") + "\n"
		if !strings.Contains(seen, "imap.domain.example:993") || strings.Contains(seen, "ada@") != named {
			t.Errorf("named %t: got %q in the preview, want the server, and the user name only where it is ticked", named, seen)
		}
		d.onCopy()
		if got := fyne.CurrentApp().Clipboard().Content(); got != seen {
			t.Errorf("named %t: got %q copied, want what is shown", named, got)
		}
		path := filepath.Join(t.TempDir(), "saved.log")
		d.path.field.fill(path)
		d.onSave()
		r.until("the log to be written", func() bool { return strings.Contains(r.session.State().Notice.Text, path) })
		if text, err := os.ReadFile(path); err != nil || string(text) != seen {
			t.Errorf("named %t: got %q, %v, want what was shown", named, text, err)
		}
	}
}

// K-3: the choice outlives the question whether a file is to be replaced.
func TestReplacingALogKeepsTheChoiceOfNames(t *testing.T) {
	r := talkative(t)
	path := filepath.Join(t.TempDir(), "saved.log")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r.session.SaveLog(path, setup.ShowNames, false)
	r.until("the question", func() bool { return r.session.State().Notice.Exists == path })
	if got := r.session.State().Notice.Names; got != setup.ShowNames {
		t.Errorf("got %d, want the user name in it as it was asked for", got)
	}
}

// K-3.
func TestTheCopyButtonHidesTheUserName(t *testing.T) {
	r := talkative(t)
	test.Tap(&r.advanced.journal.copy.Button)
	got := fyne.CurrentApp().Clipboard().Content()
	if strings.Contains(got, "ada") || !strings.Contains(got, "LOGIN [user name] [secret]") {
		t.Errorf("got %q, want the log without the user name", got)
	}
}
