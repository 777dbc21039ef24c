package setup

import (
	"strings"
	"testing"

	"portolan/account"
	"portolan/probe"
)

// K-5: where the system has no keyring, nobody is asked whether to use it; that the password is kept until the program ends is said.
func TestWithoutAKeyringNothingIsAskedAndItIsSaid(t *testing.T) {
	none := newRing()
	none.none = true // and yet it would take what it is given
	for _, k := range []Keeping{{Folder: t.TempDir()}, {Folder: t.TempDir(), Keyring: none}} {
		d := newKept(t, &script{}, k).typeAll("alice@example.test")
		d.Type(account.FieldPassword, password)
		d.SaveAccount()
		if d.drawn.Shelf.Ask != nil {
			t.Errorf("got %+v, want no question", d.drawn.Shelf.Ask)
		}
		s := d.saved(t)
		if e := d.entryOf(t, "alice@example.test"); !e.Saved || !e.InMemory || s.Notice.Tone != Warning || s.Shelf.CanSave ||
			!strings.Contains(s.Notice.Text, "kept until you quit, and no longer: no keyring was found on this system") {
			t.Errorf("got %+v, %+v", e, s.Notice)
		}
	}
	if got := none.texts(); len(got) != 0 {
		t.Errorf("got %q in the keyring, want nothing", got)
	}
}

// K-5: a keyring that comes later takes no password without a yes, and takes it with one.
func TestAKeyringThatComesLaterIsAskedAbout(t *testing.T) {
	late := newRing()
	late.none = true
	d := newKept(t, &script{}, Keeping{Folder: t.TempDir(), Keyring: late}).typeAll("alice@example.test")
	late.come(true)
	d.Type(account.FieldPassword, password)
	d.SaveAccount()
	if s := d.saved(t); s.Shelf.Ask == nil || len(late.texts()) != 0 {
		t.Fatalf("got %+v, %q in the keyring, want the question first", s.Shelf.Ask, late.texts())
	}
	d.AnswerAsk(true)
	if s := d.saved(t); s.Notice.Tone != Success || len(late.texts()) != 1 {
		t.Errorf("got %+v, %q in the keyring, want the password there", s.Notice, late.texts())
	}
	d.Type(account.FieldPassword, password+"!")
	if d.SaveAccount(); d.drawn.Shelf.Ask == nil {
		t.Error("got no question, want one at once now that there is a keyring")
	}
}

// What was to be saved is, though something else is in the form by the time that the keyring has come, and whatever is running.
func TestAKeyringThatComesLaterIsAskedAboutWhateverIsInTheForm(t *testing.T) {
	for name, meanwhile := range map[string]func(*desk){
		"another account": func(d *desk) { d.NewAccount() },
		"a search":        func(d *desk) { d.Find() },
	} {
		late := newRing()
		late.none = true
		d := newKept(t, &script{runs: [][]probe.Event{{ended(probe.Nothing)}}}, Keeping{Folder: t.TempDir(), Keyring: late}).typeAll("alice@example.test")
		d.save(t)
		late.come(true)
		d.Type(account.FieldPassword, password)
		d.SaveAccount()
		meanwhile(d)
		s := d.until(t, name+", then the question", func(s State) bool { return s.Shelf.Ask != nil })
		if got := s.Shelf.Ask.Text.Title; strings.Contains(got, "alice@example.test") != (name == "another account") {
			t.Errorf("%s: got %q, want the account named where it is not in the form", name, got)
		}
		if e := d.entryOf(t, "alice@example.test"); !e.Changed || len(late.texts()) != 0 {
			t.Errorf("%s: got %+v, %q in the keyring, want nothing saved before the answer", name, e, late.texts())
		}
		d.AnswerAsk(true)
		if s := d.saved(t); d.entryOf(t, "alice@example.test").Changed || s.Notice.Tone != Success || len(late.texts()) != 1 {
			t.Errorf("%s: got %+v, %q in the keyring, want the password there", name, s.Notice, late.texts())
		}
	}
}
