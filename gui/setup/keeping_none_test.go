package setup

import (
	"strings"
	"testing"

	"portolan/account"
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

// What is not kept in the end, because another account was opened meanwhile, is still marked as changed.
func TestAKeyringThatComesLaterAsksAboutTheOpenAccountAlone(t *testing.T) {
	late := newRing()
	late.none = true
	d := newKept(t, &script{}, Keeping{Folder: t.TempDir(), Keyring: late}).typeAll("alice@example.test")
	d.save(t)
	late.come(true)
	d.Type(account.FieldPassword, password)
	d.SaveAccount()
	d.NewAccount()
	if s := d.saved(t); s.Shelf.Ask != nil || !d.entryOf(t, "alice@example.test").Changed {
		t.Errorf("got %+v, %+v, want no question about an account that is not in the form", s.Shelf.Ask, s.Shelf.Accounts)
	}
}
