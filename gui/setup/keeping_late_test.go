package setup

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe"
)

// withTwoPasswords saves an account whose outgoing server has a password of its own, and ends the session.
func withTwoPasswords(t *testing.T) (Keeping, *ring) {
	t.Helper()
	r := newRing()
	k := Keeping{Folder: t.TempDir(), Keyring: r}
	d := newKept(t, &script{}, k).typeAll("alice@example.test")
	d.ChooseUser(OwnUser)
	d.Type(account.FieldOutgoingUsername, "relay")
	d.Type(account.FieldPassword, password)
	d.Type(account.FieldOutgoingPassword, "for the relay")
	d.save(t)
	d.Close()
	return k, r
}

func TestAPasswordThatTheKeyringHasNotGivenYetIsNotLostBySaving(t *testing.T) {
	for _, locked := range []bool{false, true} {
		k, r := withTwoPasswords(t)
		r.gate = make(chan struct{})
		d := newKept(t, &script{}, k)
		d.OpenAccount(d.idOf(t, "alice@example.test"))
		if locked {
			r.trouble = errLocked
			close(r.gate)
			d.until(t, "the trouble", func(s State) bool { return s.Notice.Tone == Warning })
			r.mu.Lock()
			r.trouble = nil
			r.mu.Unlock()
		}
		d.Type(account.FieldPassword, "a new one")
		d.SaveAccount()
		d.AnswerAsk(true)
		if !locked {
			close(r.gate)
		}
		d.saved(t)
		d = d.again(t, &script{}, k)
		d.OpenAccount(d.idOf(t, "alice@example.test"))
		s := d.until(t, "the passwords", func(s State) bool { return !s.Form.Password.Empty() })
		if s.Form.Password.Reveal() != "a new one" || s.Form.OutgoingPassword.Reveal() != "for the relay" {
			t.Errorf("locked %v: got %q, %q, want the new one and the other server's own", locked, s.Form.Password.Reveal(), s.Form.OutgoingPassword.Reveal())
		}
	}
}

func TestAPasswordThatIsTakenOutIsForgotten(t *testing.T) {
	k, r := withTwoPasswords(t)
	d := newKept(t, &script{}, k)
	d.OpenAccount(d.idOf(t, "alice@example.test"))
	d.until(t, "the passwords", func(s State) bool { return !s.Form.OutgoingPassword.Empty() })
	d.Type(account.FieldOutgoingPassword, "")
	d.save(t)
	if got := r.texts(); !slices.Equal(got, []string{password}) {
		t.Errorf("got %q in the keyring, want the incoming one alone", got)
	}
}

func TestATypedPasswordStaysWhenTheKeyringIsAskedAgain(t *testing.T) {
	k, r := withTwoPasswords(t)
	r.trouble = errLocked
	d := newKept(t, &script{}, k)
	id := d.idOf(t, "alice@example.test")
	d.OpenAccount(id)
	d.until(t, "the trouble", func(s State) bool { return s.Notice.Tone == Warning })
	d.Type(account.FieldPassword, "typed instead")
	d.NewAccount()
	r.mu.Lock()
	r.trouble = nil
	r.mu.Unlock()
	d.OpenAccount(id)
	s := d.until(t, "the other password", func(s State) bool { return !s.Form.OutgoingPassword.Empty() })
	if s.Form.Password.Reveal() != "typed instead" || !s.Shelf.CanSave {
		t.Errorf("got %q, want what was typed", s.Form.Password.Reveal())
	}
}

func TestAPasswordComesAlsoAfterDeletingWasUndone(t *testing.T) {
	k, r := withTwoPasswords(t)
	r.gate = make(chan struct{})
	d := newKept(t, &script{}, k)
	id := d.idOf(t, "alice@example.test")
	d.OpenAccount(id)
	d.DeleteAccount(id)
	close(r.gate)
	d.UndoDelete()
	s := d.until(t, "the password", func(s State) bool { return !s.Form.Password.Empty() })
	if s.Form.Password.Reveal() != password || s.Shelf.Open != id {
		t.Errorf("got %q", s.Form.Password.Reveal())
	}
}

func TestWhatIsTypedWhileSavingIsStillToBeSaved(t *testing.T) {
	r := newRing()
	r.gate = make(chan struct{})
	d := newKept(t, &script{}, Keeping{Folder: t.TempDir(), Keyring: r}).typeAll("alice@example.test")
	d.Type(account.FieldPassword, password)
	d.SaveAccount()
	d.AnswerAsk(true)
	d.Type(account.FieldIncomingPort, "1993")
	d.Type(account.FieldPassword, "a later one")
	close(r.gate)
	s := d.saved(t)
	e := d.entryOf(t, "alice@example.test")
	if !e.Saved || !e.Changed || !s.Shelf.CanSave || s.Form.Incoming.Port != "1993" || s.Form.Password.Reveal() != "a later one" {
		t.Errorf("got %+v, %+v, want the later words in the form and not saved", e, s.Form)
	}
	d.save(t)
	if got := r.texts(); !slices.Equal(got, []string{"a later one"}) || d.entryOf(t, "alice@example.test").Changed {
		t.Errorf("got %q in the keyring", got)
	}
}

// Close waits for what is being saved; the draft that was written beside it is no change any more.
func TestQuittingWhileSavingSavesAndLeavesNoDraft(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	d := newKept(t, &script{}, k).typeAll("alice@example.test")
	d.Type(account.FieldPassword, password)
	d.SaveAccount()
	d.AnswerAsk(true)
	d = d.again(t, &script{}, k)
	if e := d.entryOf(t, "alice@example.test"); !e.Saved || e.Changed {
		t.Errorf("got %+v, want it saved, with nothing left to save", e)
	}
}

func TestQuittingWhileSavingFailsKeepsTheDraft(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	d := newKept(t, &script{}, k).typeAll("alice@example.test")
	file := filepath.Join(k.Folder, "accounts.json")
	if err := os.Mkdir(file, 0o700); err != nil {
		t.Fatal(err)
	}
	d.SaveAccount()
	d.Close()
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	d = newKept(t, &script{}, k)
	if s := d.drawn; s.Form.Address != "alice@example.test" || s.Form.Incoming.Host != "imap.example.test" || !s.Shelf.CanSave {
		t.Errorf("got %+v, want what was typed", s.Form)
	}
}

// A folder that cannot be written to any more, as on a disk that is full, loses neither what is there nor what is in the window.
func TestAFolderThatBecomesReadOnlyLosesNothing(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	saved := example("carol@example.test")
	prepare(t, k, saved)
	d := newKept(t, &script{}, k)
	d.OpenAccount(saved.ID)
	d.Show(Advanced)
	d.Type(account.FieldIncomingPort, "1993")
	file, aside := filepath.Join(k.Folder, "accounts.json"), filepath.Join(t.TempDir(), "aside")
	if err := errors.Join(os.Rename(file, aside), os.Mkdir(file, 0o700)); err != nil {
		t.Fatal(err)
	}
	if s := d.save(t); s.Notice.Tone != Danger || !s.Shelf.CanSave || s.Form.Incoming.Port != "1993" {
		t.Errorf("got %+v, %+v", s.Notice, s.Form.Incoming)
	}
	d.DeleteAccount(saved.ID)
	d.ForgetDeleted()
	s := d.until(t, "the refusal", func(s State) bool { return strings.Contains(s.Notice.Text, "could not be deleted") })
	if len(s.Shelf.Accounts) == 0 || !d.entryOf(t, "carol@example.test").Saved || !d.entryOf(t, "carol@example.test").Changed {
		t.Errorf("got %+v, want it back, with what was typed", s.Shelf.Accounts)
	}
	if err := errors.Join(os.Remove(file), os.Rename(aside, file)); err != nil {
		t.Fatal(err)
	}
	d.OpenAccount(saved.ID)
	if s = d.save(t); s.Notice.Tone != Success {
		t.Errorf("got %+v, want it saved now", s.Notice)
	}
}

func TestTwoDeletionsWithinTheTimeForUndo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
		list := many(3)
		prepare(t, k, list...)
		d := newKept(t, &script{}, k)
		m := model{desk: d}
		d.DeleteAccount(list[0].ID)
		time.Sleep(undoTime - time.Second)
		d.DeleteAccount(list[1].ID)
		time.Sleep(2 * time.Second) // the time of the first is over, that of the second is not
		m.pump()
		if s := d.drawn; s.Shelf.Deleted != "person0001@example.test" {
			t.Fatalf("got %+v", s.Shelf)
		}
		d.UndoDelete()
		d = d.again(t, &script{}, k)
		if got := d.drawn.Shelf.Accounts; len(got) != 3 || got[0].ID != list[1].ID || got[1].ID != list[2].ID || got[2].Saved {
			t.Errorf("got %+v, want the first gone and the second back in its place", got)
		}
	})
}

func TestACheckOfADeletedAccountComesBackWithIt(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	saved := example("alice@example.test")
	prepare(t, k, saved)
	r := &checkRunner{answers: map[string][]probe.Event{"": well()}, gate: make(chan struct{})}
	d := newKept(t, r, k)
	d.CheckAll()
	d.DeleteAccount(saved.ID)
	close(r.gate)
	d.untilChecked(t)
	if len(d.drawn.Shelf.Summary.Lines) != 0 {
		t.Errorf("got %+v of an account that is not there", d.drawn.Shelf.Summary.Lines)
	}
	d.UndoDelete()
	if e := d.entryOf(t, "alice@example.test"); e.Status != "Works" {
		t.Errorf("got %+v, want what the check found", e)
	}
	d = d.again(t, r, k)
	if e := d.entryOf(t, "alice@example.test"); e.Status != "Works" {
		t.Errorf("got %+v after a new start", e)
	}
}

func TestACheckThatEndsBelowAQuestionIsNotOverwrittenBySaving(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	saved := example("alice@example.test")
	prepare(t, k, saved)
	d := newKept(t, &checkRunner{answers: map[string][]probe.Event{"": well()}}, k)
	d.OpenAccount(saved.ID)
	d.Type(account.FieldPassword, password)
	d.SaveAccount()
	d.CheckAll()
	d.untilChecked(t)
	d.AnswerAsk(true)
	d.saved(t)
	if now, _ := (store.Book{Accounts: d.book.shelf.saved}).Find(saved.ID); now.LastCheck.Outcome != "ready" || len(now.Trust.Verified) != 2 {
		t.Errorf("got %+v, %v", now.LastCheck, now.Trust.Verified)
	}
	d = d.again(t, &script{}, k)
	if e := d.entryOf(t, "alice@example.test"); e.Status != "Works" {
		t.Errorf("got %+v after a new start", e)
	}
}
