package gui

import (
	"errors"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"portolan/account"
	"portolan/account/store"
	"portolan/gui/setup"
	"portolan/probe"
)

// newKeptDeck is a whole window that keeps its accounts in a folder, wide enough for the list.
func newKeptDeck(t *testing.T, s *script) *deck {
	t.Helper()
	d := &deck{t: t, app: test.NewTempApp(t), script: s, queue: make(chan func(), 1000), kept: setup.Keeping{Folder: t.TempDir(), Keyring: wantingKeyring{}}}
	s.asked = make(chan probe.Request, 100)
	d.open()
	d.win.Resize(fyne.NewSize(1000, 740))
	d.pump("the accounts read", func() bool { return !d.shelf().Loading })
	return d
}

// A wantingKeyring is a keyring that is there, and holds nothing.
type wantingKeyring struct{}

func (wantingKeyring) Get(store.Entry) (account.Secret, error) { return account.Secret{}, errWanting }
func (wantingKeyring) Set(store.Entry, account.Secret) error   { return errWanting }
func (wantingKeyring) Delete(store.Entry) error                { return errWanting }
func (wantingKeyring) There() bool                             { return true }

var errWanting = errors.New("it holds nothing")

func (d *deck) shelf() setup.Shelf { return d.session.State().Shelf }

// save types a whole account and saves it with the button.
func (d *deck) save(address string) {
	d.t.Helper()
	s := d.session
	s.Type(account.FieldAddress, address)
	s.Type(account.FieldIncomingServer, "imap.domain.example")
	s.Type(account.FieldIncomingPort, "993")
	s.Type(account.FieldOutgoingServer, "smtp.domain.example")
	s.Type(account.FieldOutgoingPort, "465")
	s.ChooseProtocol(account.IMAP)
	if d.bar.save.Disabled() {
		d.t.Fatalf("got no way to save %s, want Save account", address)
	}
	test.Tap(&d.bar.save.Button)
	d.pump("the account saved", func() bool { return !d.shelf().Saving && opened(d.shelf()).Saved })
}

func TestASavedAccountStandsInTheListAndInTheTitle(t *testing.T) {
	d := newKeptDeck(t, &script{})
	if d.accounts.place.shown || d.win.Title() != "Portolan" || !d.bar.save.Disabled() {
		t.Errorf("got the list %t, title %q, want neither before there is an account", d.accounts.place.shown, d.win.Title())
	}
	d.save("ada@domain.example")
	rows := rowsOf(d.accounts.side.list)
	if len(rows) != 1 || rows[0].drawn.title != "ada@domain.example" || d.win.Title() != "ada@domain.example – Portolan" {
		t.Errorf("got %d rows and title %q, want the account in both", len(rows), d.win.Title())
	}
	if !d.bar.save.Disabled() || !d.menu.save.Disabled {
		t.Error("got Save account, want none while nothing has changed")
	}
	test.Type(d.simple.name, "Ada")
	if d.bar.save.Disabled() || d.menu.save.Disabled || !strings.Contains(rowsOf(d.accounts.side.list)[0].status.Text, "changed") {
		t.Errorf("got %q, want it marked as changed, and to be saved", rowsOf(d.accounts.side.list)[0].status.Text)
	}
}

func TestTheListOpensDeletesAndBringsBack(t *testing.T) {
	d := newKeptDeck(t, &script{})
	d.save("ada@domain.example")
	d.session.Show(setup.Advanced) // which has no field for a name or an address
	test.Tap(&d.accounts.side.create.Button)
	d.pump("an empty form", func() bool { return d.simple.mail.Text == "" })
	if got := d.win.Canvas().Focused(); got != fyne.Focusable(d.simple.name) || !d.simple.content.Visible() {
		t.Errorf("got the focus on %T, want the name", got)
	}
	d.save("grace@domain.example")
	list := d.accounts.side.list
	if got := len(rowsOf(list)); got != 2 {
		t.Fatalf("got %d rows, want two accounts", got)
	}
	d.win.Canvas().Focus(list)
	typeKey(d.win, fyne.KeyHome)
	typeKey(d.win, fyne.KeyReturn)
	d.pump("the first account", func() bool { return d.simple.mail.Text == "ada@domain.example" })
	typeKey(d.win, fyne.KeyDelete)
	d.pump("one account", func() bool { return len(rowsOf(list)) == 1 })
	if !d.undo.box.Visible() || d.undo.text.Text != "ada@domain.example was deleted." || d.win.Canvas().Overlays().Top() != nil {
		t.Errorf("got %q, want a word on what was deleted, and no question", d.undo.text.Text)
	}
	test.Tap(&d.undo.button.Button)
	d.pump("both accounts", func() bool { return len(rowsOf(list)) == 2 })
	if d.undo.box.Visible() {
		t.Error("got the word on the deletion, want it gone")
	}
}

// G-1: pressed again and again, Save saves once, and asks about a password once; that question has no default but no (G-6).
func TestSavePressedAgainAsksOnce(t *testing.T) {
	d := newKeptDeck(t, &script{})
	d.simple.pass.SetText("")
	test.Type(d.simple.pass, "wrong horse")
	s := d.session
	s.Type(account.FieldAddress, "ada@domain.example")
	s.Type(account.FieldIncomingServer, "imap.domain.example")
	s.Type(account.FieldIncomingPort, "993")
	s.Type(account.FieldOutgoingServer, "smtp.domain.example")
	s.Type(account.FieldOutgoingPort, "465")
	s.ChooseProtocol(account.IMAP)
	for range 50 {
		test.Tap(&d.bar.save.Button)
		d.menu.save.Action()
	}
	if got := len(d.win.Canvas().Overlays().List()); got != 1 || d.shelf().Ask == nil {
		t.Fatalf("got %d dialogs, want one question about the password", got)
	}
	repeatKey(d.win, fyne.KeyReturn)
	if d.shelf().Ask == nil {
		t.Fatal("got the question answered by a key that was held down, want it open")
	}
	typeKey(d.win, fyne.KeyEscape)
	d.pump("the account saved", func() bool { return !d.shelf().Saving && opened(d.shelf()).Saved })
	if got := len(rowsOf(d.accounts.side.list)); got != 1 {
		t.Errorf("got %d rows, want the account once", got)
	}
}

func TestCheckAllTellsItsProgressAndComesToASummary(t *testing.T) {
	d := newKeptDeck(t, &script{events: ready()})
	d.save("ada@domain.example")
	test.Tap(&d.accounts.side.all.Button)
	if !d.checks.box.Visible() || d.checks.text.Text != "Checking 1 of 1" {
		t.Errorf("got %q, want how far the checks are", d.checks.text.Text)
	}
	d.pump("the summary", func() bool { return d.summaries.sheet != nil })
	if d.checks.box.Visible() {
		t.Error("got the progress, want it gone with the end")
	}
	typeKey(d.win, fyne.KeyEscape)
	if d.win.Canvas().Overlays().Top() != nil || d.shelf().Summary != nil {
		t.Error("got the summary, want it put away")
	}
}

func TestTheAccountMenuSaysWhatIsPossible(t *testing.T) {
	d := newDeck(t, &script{})
	d.win.Canvas().Unfocus() // leaving a field draws what the session says
	state := foundState()
	for name, c := range map[string]struct {
		shelf setup.Shelf
		want  menuFace
	}{
		"nothing":   {setup.Shelf{}, menuFace{}},
		"unsaved":   {setup.Shelf{Open: "5", CanSave: true, Accounts: aShelf().Accounts[4:]}, menuFace{save: true, copy: true, remove: true}},
		"saved":     {aShelf(), menuFace{save: true, check: true, checkAll: true, copy: true, remove: true}},
		"read only": {setup.Shelf{Open: "1", ReadOnly: true, Accounts: aShelf().Accounts}, menuFace{check: true, checkAll: true, copy: true}},
	} {
		state.Shelf = c.shelf
		d.Draw(state)
		m := d.menu
		got := menuFace{save: !m.save.Disabled, check: !m.check.Disabled, checkAll: !m.checkAll.Disabled, copy: !m.copy.Disabled, remove: !m.remove.Disabled}
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

func TestWhatTheBottomBarOffersNext(t *testing.T) {
	d := newDeck(t, &script{})
	d.win.Canvas().Unfocus() // leaving a field draws what the session says
	for _, c := range []struct {
		shelf        setup.Shelf
		save         string
		primary      *button
		saveDisabled bool
	}{
		{setup.Shelf{}, "Save account", d.bar.export, true},
		{setup.Shelf{CanSave: true}, "Save account", d.bar.save, false},
		{setup.Shelf{Saving: true}, "Saving…", d.bar.export, true},
		{setup.Shelf{ReadOnly: true}, "Read only", d.bar.export, true},
		{setup.Shelf{ReadOnly: true, Nowhere: true}, "Save account", d.bar.export, true},
	} {
		state := foundState()
		state.Shelf = c.shelf
		d.Draw(state)
		other := map[*button]*button{d.bar.export: d.bar.save, d.bar.save: d.bar.export}[c.primary]
		if c.primary.Importance != widget.HighImportance || other.Importance == widget.HighImportance {
			t.Errorf("%+v: got importance %v of %s, want it the only primary one", c.shelf, c.primary.Importance, c.primary.Text)
		}
		if d.bar.save.Text != c.save || d.bar.save.Disabled() != c.saveDisabled {
			t.Errorf("%+v: got %q, disabled %t, want %q, %t", c.shelf, d.bar.save.Text, d.bar.save.Disabled(), c.save, c.saveDisabled)
		}
	}
}

func TestWordsOfTheStrips(t *testing.T) {
	for _, c := range []struct {
		checks setup.Checks
		want   string
	}{
		{setup.Checks{}, ""}, {setup.Checks{All: 3, Done: 3}, ""},
		{setup.Checks{Running: true, All: 200, Done: 11}, "Checking 12 of 200"}, {setup.Checks{Running: true, All: 200, Done: 200}, "Checking 200 of 200"},
	} {
		if got := checkingWords(c.checks); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.checks, got, c.want)
		}
	}
	if got := deletedWords(setup.Shelf{Deleted: "ada@domain.example"}); got != "" {
		t.Errorf("got %q, want nothing once it cannot be undone", got)
	}
}
