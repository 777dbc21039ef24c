package setup

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe"
)

// practises goes to a practice mailbox, and waits for its list.
func (d *desk) practises(t *testing.T, name string) State {
	t.Helper()
	d.Practice(name)
	return d.until(t, "the mailbox", func(s State) bool { return s.Practice == name && !s.Shelf.Loading })
}

// snapshotOf reads every file of a folder.
func snapshotOf(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(text)
	}
	return all
}

// The design: the whole program works with no account and no network, the list with it.
func TestThePracticeMailboxHasAListOfItsOwn(t *testing.T) {
	place, ring := t.TempDir(), newRing()
	t.Setenv("TMPDIR", place)
	t.Setenv("TMP", place) // Windows
	k := Keeping{Folder: t.TempDir(), Keyring: ring}
	d := newKept(t, &script{}, k).typeAll("alice@example.test")
	d.save(t)
	d.writeDrafts()
	before := snapshotOf(t, k.Folder)
	s := d.practises(t, "tls")
	if s.Shelf.Shown() || s.Shelf.ReadOnly || len(s.Shelf.Accounts) != 1 || !strings.Contains(s.Notice.Text, "gone when you leave") {
		t.Fatalf("got %+v, %+v, want an empty list", s.Shelf, s.Notice)
	}
	d.Find()
	d.untilResting(t)
	d.SaveAccount()
	if d.drawn.Shelf.Ask != nil {
		t.Errorf("got %+v, want no question about the system's keyring", d.drawn.Shelf.Ask)
	}
	s = d.saved(t)
	first := s.Shelf.Open
	if e := d.entryOf(t, "you@practice.invalid"); !e.Saved || e.Changed || e.Status != "Works" || !strings.Contains(s.Notice.Text, "for practice") {
		t.Errorf("got %+v, %+v", e, s.Notice)
	}
	d.NewAccount()
	if s = d.drawn; s.Form.Address != "you@practice.invalid" || s.Form.Password.Empty() || len(s.Shelf.Accounts) != 2 {
		t.Errorf("got %+v, want a form that can be searched at once", s.Form)
	}
	d.OpenAccount(first)
	if s = d.drawn; len(s.Shelf.Accounts) != 1 || s.Form.Password.Empty() {
		t.Errorf("got %+v, want nothing left of a form that nobody typed in", s.Shelf.Accounts)
	}
	d.DuplicateAccount(first)
	d.save(t)
	d.CheckAll()
	if sum := d.untilChecked(t); sum.Title != "2 accounts checked: all work" {
		t.Errorf("got %+v", sum)
	}
	d.DeleteAccount(first)
	d.UndoDelete()
	if s = d.drawn; len(s.Shelf.Accounts) != 2 || s.Shelf.CanUndo {
		t.Errorf("got %+v, want it back", s.Shelf)
	}
	left := d.keeper
	d.Practice("")
	if s = d.drawn; s.Form.Address != "alice@example.test" || len(s.Shelf.Accounts) != 1 || !d.entryOf(t, "alice@example.test").Saved {
		t.Errorf("got %+v, want the real list back", s.Shelf.Accounts)
	}
	d.Close()
	if rest := snapshotOf(t, place); len(rest) != 0 || !left.opened.ReadOnly() {
		t.Errorf("got %v left of the practice list", rest)
	}
	after := snapshotOf(t, k.Folder)
	for name, text := range after {
		if text != before[name] || strings.Contains(text, "practice.invalid") {
			t.Errorf("%s: got %s, want %s", name, text, before[name])
		}
	}
	if len(ring.texts()) != 0 {
		t.Errorf("got %q in the keyring, want nothing", ring.texts())
	}
}

func TestAnotherPracticeMailboxShowsWhatChangesForTheSameAccount(t *testing.T) {
	d := newKept(t, &script{}, Keeping{Folder: t.TempDir(), Keyring: newRing()})
	d.practises(t, "tls")
	d.Find()
	d.untilResting(t)
	d.save(t)
	id := d.drawn.Shelf.Open
	s := d.practises(t, "refuses")
	if s.Shelf.Open == id || s.Form.Incoming.Host != "" || s.Form.Address != "you@practice.invalid" {
		t.Errorf("got %+v, want a new form beside the saved account", s.Form)
	}
	d.CheckAll()
	sum := d.untilChecked(t)
	if len(sum.Lines) == 0 || !strings.HasPrefix(sum.Lines[0].Text, "It worked last time. Now: ") || d.entryOf(t, "you@practice.invalid").Status != "Sign-in refused" {
		t.Errorf("got %+v, %+v", sum, d.drawn.Shelf.Accounts)
	}
	d.OpenAccount(id)
	if e := d.entryOf(t, "you@practice.invalid"); e.Changed {
		t.Errorf("got %+v, want the other mailbox's authority to be no change of the account", e)
	}
}

func TestWhatIsOnItsWayWhenPracticeBeginsArrivesBehindIt(t *testing.T) {
	ring := newRing()
	ring.gate = make(chan struct{})
	k := Keeping{Folder: t.TempDir(), Keyring: ring}
	d := newKept(t, &script{}, k).typeAll("alice@example.test")
	d.Type(account.FieldPassword, password)
	id := d.drawn.Shelf.Open
	d.SaveAccount()
	d.AnswerAsk(true)
	d.practises(t, "tls")
	d.Type(account.FieldName, "Somebody")
	close(ring.gate)
	s := d.until(t, "the end of saving", func(s State) bool { return strings.Contains(s.Notice.Text, "The account was saved.") })
	if len(s.Shelf.Accounts) != 1 || s.Form.Name != "Somebody" {
		t.Errorf("got %+v, want nothing of it in the practice list", s.Shelf)
	}
	d.Practice("")
	if e := d.entryOf(t, "alice@example.test"); !e.Saved || e.Changed || d.drawn.Shelf.Open != id || d.drawn.Shelf.Saving {
		t.Errorf("got %+v, want it saved", e)
	}
}

func TestClosingInAPracticeMailboxKeepsWhatWasTypedBefore(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	d := newKept(t, &script{}, k)
	d.Type(account.FieldAddress, "alice@example.test")
	d.practises(t, "tls")
	d.Type(account.FieldName, "Practice")
	d = d.again(t, &script{}, k)
	if s := d.drawn; s.Form.Address != "alice@example.test" || s.Form.Name != "" || len(s.Shelf.Accounts) != 1 {
		t.Errorf("got %+v", s.Form)
	}
}

// No other name is dialled while a practice mailbox is in use: checks of real accounts end.
func TestPracticeEndsTheChecksOfRealAccounts(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	prepare(t, k, many(3)...)
	r := &checkRunner{answers: map[string][]probe.Event{"": well()}, gate: make(chan struct{})}
	d := newKept(t, r, k)
	d.CheckAll()
	d.practises(t, "tls")
	if s := d.drawn; s.Shelf.Checks.Running || s.Shelf.Summary != nil {
		t.Errorf("got %+v in the practice list", s.Shelf)
	}
	d.Practice("")
	if sum := d.untilChecked(t); !strings.HasPrefix(sum.Title, "Stopped: 0 of 3") {
		t.Errorf("got %+v", sum)
	}
	close(r.gate)
}

func TestAQuestionOfTheListIsAskedAfterPractice(t *testing.T) {
	k := damagedKeeping(t)
	d := newKept(t, &script{}, k)
	number := d.drawn.Shelf.Ask.Number
	d.practises(t, "tls")
	if d.drawn.Shelf.Ask != nil {
		t.Errorf("got %+v in the practice list", d.drawn.Shelf.Ask)
	}
	d.Practice("")
	if a := d.drawn.Shelf.Ask; a == nil || a.Number <= number || a.Yes != "Use the copy" {
		t.Errorf("got %+v, want it asked again", a)
	}
	d.AnswerAsk(true)
	d.until(t, "the copy", func(s State) bool { return !s.Shelf.Loading })
	if _, there := (store.Book{Accounts: d.book.shelf.saved}).Find(d.idOf(t, "alice@example.test")); !there {
		t.Errorf("got %+v", d.drawn.Shelf.Accounts)
	}
}
