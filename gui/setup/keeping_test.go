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
	"portolan/probe"
)

func TestASavedAccountComesBackWithItsPassword(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	d := newKept(t, &script{}, k).typeAll("alice@example.test")
	d.Type(account.FieldPassword, password)
	if !d.drawn.Shelf.CanSave || d.drawn.Shelf.Shown() {
		t.Fatalf("got %+v, want it savable and no list yet", d.drawn.Shelf)
	}
	s := d.save(t)
	e := d.entryOf(t, "alice@example.test")
	if !e.Saved || e.Changed || e.InMemory || e.Status != "Never checked" || s.Shelf.CanSave || !s.Shelf.Shown() || s.Notice.Tone != Success {
		t.Errorf("got %+v, notice %+v", e, s.Notice)
	}
	noSecretIn(t, k.Folder, password)

	d = d.again(t, &script{}, k)
	d.OpenAccount(d.idOf(t, "alice@example.test"))
	if f := d.drawn.Form; f.Incoming.Host != "imap.example.test" || f.Incoming.Typed&PartPort == 0 || f.Outgoing.Port != "465" || !f.RequireEncryption {
		t.Errorf("got %+v", f)
	}
	s = d.until(t, "the password", func(s State) bool { return !s.Form.Password.Empty() })
	if s.Form.Password.Reveal() != password || s.Shelf.CanSave || d.entryOf(t, "alice@example.test").Changed {
		t.Errorf("got %+v, want nothing to save", s.Shelf)
	}
}

func TestThePasswordIsAskedAboutOnlyWhereItIsNew(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	d := newKept(t, &script{}, k).typeAll("alice@example.test")
	d.SaveAccount()
	if d.drawn.Shelf.Ask != nil {
		t.Errorf("got %+v without a password, want no question", d.drawn.Shelf.Ask)
	}
	d.saved(t)
	d.Type(account.FieldPassword, password)
	d.SaveAccount()
	a := d.drawn.Shelf.Ask
	if a == nil || a.Yes != "Keep it there" || a.No != "Only until I quit" || d.drawn.Shelf.Saving {
		t.Fatalf("got %+v, want the question before anything is saved", a)
	}
	d.AnswerAsk(true)
	d.saved(t)
	d.Type(account.FieldIncomingPort, "1993")
	d.SaveAccount()
	if d.drawn.Shelf.Ask != nil {
		t.Errorf("got %+v for an old password, want no question", d.drawn.Shelf.Ask)
	}
	d.saved(t)
	if got := k.Keyring.(*ring).texts(); !slices.Equal(got, []string{password}) {
		t.Errorf("got %q in the keyring, want the password", got)
	}
}

// K-5: a no leaves nothing in the keyring, an older password included.
func TestAPasswordOnlyUntilQuitIsNotInTheKeyring(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	d := newKept(t, &script{}, k).typeAll("alice@example.test")
	d.Type(account.FieldPassword, "an older one")
	d.save(t)
	d.Type(account.FieldPassword, password)
	d.SaveAccount()
	d.AnswerAsk(false)
	s := d.saved(t)
	if got := k.Keyring.(*ring).texts(); len(got) != 0 {
		t.Errorf("got %q in the keyring, want nothing", got)
	}
	if e := d.entryOf(t, "alice@example.test"); !e.InMemory || s.Notice.Tone != Success || !strings.Contains(s.Notice.Text, "until you quit") {
		t.Errorf("got %+v, %+v", e, s.Notice)
	}
	d = d.again(t, &script{}, k)
	d.OpenAccount(d.idOf(t, "alice@example.test"))
	if e := d.entryOf(t, "alice@example.test"); e.InMemory || !d.drawn.Form.Password.Empty() {
		t.Errorf("got %+v, want it gone with the program", e)
	}
}

// K-5: what the keyring does not do is told, and the account is saved all the same.
func TestTroubleOfTheKeyringIsToldAndThePasswordKept(t *testing.T) {
	for _, c := range []struct {
		trouble error
		want    string
	}{
		{errLocked, "is locked"}, {errors.New("access denied"), "said no"}, {errors.New("exec: no such program"), "no keyring was found"},
	} {
		k := newRing()
		k.trouble = c.trouble
		d := newKept(t, &script{}, Keeping{Folder: t.TempDir(), Keyring: k}).typeAll("alice@example.test")
		d.Type(account.FieldPassword, password)
		s := d.save(t)
		if e := d.entryOf(t, "alice@example.test"); !e.Saved || !e.InMemory || s.Notice.Tone != Warning || !strings.Contains(s.Notice.Text, c.want) {
			t.Errorf("%v: got %+v, %q", c.trouble, e, s.Notice.Text)
		}
		if s.Form.Password.Reveal() != password {
			t.Errorf("%v: got another password in the form", c.trouble)
		}
	}
}

func TestAPasswordThatIsTypedMeanwhileStays(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	d := newKept(t, &script{}, k).typeAll("alice@example.test")
	d.Type(account.FieldPassword, password)
	d.save(t)
	slow := k.Keyring.(*ring)
	d.Close()
	slow.gate = make(chan struct{})
	d = newKept(t, &script{}, k)
	d.OpenAccount(d.idOf(t, "alice@example.test"))
	d.Type(account.FieldPassword, "typed meanwhile")
	close(slow.gate)
	d.SaveAccount()
	if d.drawn.Shelf.Ask == nil {
		t.Fatal("got no question about a new password")
	}
	d.AnswerAsk(true)
	if s := d.saved(t); s.Form.Password.Reveal() != "typed meanwhile" {
		t.Errorf("got %q, want what was typed", s.Form.Password.Reveal())
	}
}

func TestAnIncompleteAccountIsNotSavedAndSaysWhy(t *testing.T) {
	d := newKept(t, &script{}, Keeping{Folder: t.TempDir(), Keyring: newRing()})
	d.Type(account.FieldAddress, "alice@example.test")
	d.SaveAccount()
	at := func(f account.Field) bool {
		return slices.ContainsFunc(d.drawn.Problems, func(p account.Problem) bool { return p.Field == f })
	}
	if !at(account.FieldIncomingServer) || !at(account.FieldOutgoingServer) || d.drawn.Notice.Tone != Warning || d.drawn.Shelf.CanSave {
		t.Errorf("got %+v, %+v", d.drawn.Problems, d.drawn.Notice)
	}
}

// F-3: a save that fails leaves everything in the window.
func TestASaveThatFailsLosesNothing(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	d := newKept(t, &script{}, k).typeAll("alice@example.test")
	if err := os.Mkdir(filepath.Join(k.Folder, "accounts.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := d.save(t)
	if s.Notice.Tone != Danger || !strings.Contains(s.Notice.Text, "not an ordinary file") || !s.Shelf.CanSave || s.Form.Incoming.Host != "imap.example.test" {
		t.Errorf("got %+v, can save %v", s.Notice, s.Shelf.CanSave)
	}
	if err := os.Remove(filepath.Join(k.Folder, "accounts.json")); err != nil {
		t.Fatal(err)
	}
	if s = d.save(t); s.Notice.Tone != Success {
		t.Errorf("got %+v, want it saved now", s.Notice)
	}
}

// F-5: two windows never write the same file.
func TestASecondWindowOnlyReads(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	newKept(t, &script{}, k).typeAll("alice@example.test").save(t)
	second := newKept(t, &script{}, k)
	if s := second.drawn; !s.Shelf.ReadOnly || s.Notice.Tone != Warning || !strings.Contains(s.Notice.Text, "another window") {
		t.Fatalf("got %+v, %+v", s.Shelf, s.Notice)
	}
	id := second.idOf(t, "alice@example.test")
	second.OpenAccount(id)
	second.Type(account.FieldIncomingPort, "1993")
	second.SaveAccount()
	second.DeleteAccount(id)
	if s := second.drawn; s.Shelf.CanSave || s.Shelf.CanUndo || s.Form.Incoming.Port != "1993" || !strings.Contains(s.Notice.Text, "Nothing can be") {
		t.Errorf("got %+v, %+v", s.Shelf, s.Notice)
	}
	second.NewAccount()
	second.Type(account.FieldAddress, "bob@example.test")
	second.NewAccount()
	second.DeleteAccount(second.idOf(t, "bob@example.test"))
	if s := second.drawn; len(s.Shelf.Accounts) != 2 || !s.Shelf.CanUndo || s.Shelf.Deleted != "bob@example.test" {
		t.Errorf("got %+v, want what was never saved deleted here too", s.Shelf)
	}
}

// damagedKeeping is a folder whose account file was damaged after two savings.
func damagedKeeping(t *testing.T) Keeping {
	t.Helper()
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	d := newKept(t, &script{}, k).typeAll("alice@example.test")
	d.save(t)
	d.Type(account.FieldName, "Alice")
	d.save(t)
	d.Close()
	if err := os.WriteFile(filepath.Join(k.Folder, "accounts.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	return k
}

// F-4: whatever stands in the file, it is put aside and told.
func TestADamagedFileIsPutAsideAndTheCopyOffered(t *testing.T) {
	k := damagedKeeping(t)
	d := newKept(t, &script{}, k)
	s := d.drawn
	if s.Notice.Tone != Danger || !strings.Contains(s.Notice.Text, "damaged") || s.Shelf.Ask == nil || s.Shelf.Ask.Yes != "Use the copy" || s.Shelf.Shown() {
		t.Fatalf("got %+v, %+v", s.Notice, s.Shelf)
	}
	d.AnswerAsk(true)
	s = d.until(t, "the copy", func(s State) bool { return !s.Shelf.Loading })
	if e := d.entryOf(t, "alice@example.test"); !e.Saved || s.Shelf.Ask != nil {
		t.Errorf("got %+v, %+v", e, s.Shelf)
	}
}

func TestTheConsentsOfAnAccountComeBackWithIt(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	saved := example("alice@example.test")
	saved.Incoming.Host, saved.Outgoing.Security, saved.Outgoing.Port = "imap.other.test", account.Cleartext, 25
	saved.Trust.Pins = []account.Pin{{Server: saved.Incoming.Endpoint, Certificate: account.Fingerprint{7}}}
	saved.Consents = account.Consents{Domains: []string{"other.test"}, Cleartext: []account.Endpoint{saved.Outgoing.Endpoint}}
	prepare(t, k, saved)
	r := &script{runs: [][]probe.Event{{ended(probe.Nothing)}}}
	d := newKept(t, r, k)
	d.OpenAccount(saved.ID)
	if e := d.entryOf(t, "alice@example.test"); e.Warning != "Identity not verified\nNot encrypted" || e.Changed || d.drawn.Form.RequireEncryption {
		t.Errorf("got %+v, encryption required %v", e, d.drawn.Form.RequireEncryption)
	}
	d.Find()
	d.untilResting(t)
	p := r.last(t).Policy
	if !slices.Equal(p.Trust.Pins, saved.Trust.Pins) || !slices.Equal(p.Consents.Domains, saved.Consents.Domains) ||
		!slices.Equal(p.Consents.Cleartext, saved.Consents.Cleartext) || p.Encryption != account.EncryptionOptional {
		t.Errorf("got %+v, want what was agreed to", p)
	}
	d.Type(account.FieldIncomingPort, "1993")
	d.Test(account.Incoming)
	d.untilResting(t)
	if got := r.last(t).Account.Incoming.Port; got != 1993 {
		t.Errorf("got port %d, want the changed one at once", got)
	}
}

func TestARunBelongsToTheAccountThatItWasStartedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &script{runs: [][]probe.Event{well()}, pause: 20 * time.Millisecond}
		d := newKept(t, r, Keeping{Folder: t.TempDir(), Keyring: newRing()}).fill()
		first := d.drawn.Shelf.Open
		d.Find()
		time.Sleep(70 * time.Millisecond)
		d.NewAccount()
		s := d.drawn
		if s.Phase != Resting || s.Form.Address != "" || s.Searched || s.Shelf.Open == first || len(s.Shelf.Accounts) != 2 {
			t.Errorf("got %+v, want an empty form", s.Shelf)
		}
		d.Type(account.FieldAddress, "bob@example.test")
		time.Sleep(time.Second)
		m := model{desk: d}
		m.pump()
		if s = d.drawn; s.Form.Incoming.Host != "" || s.Searched || len(s.Rows) != 0 {
			t.Errorf("got %+v, want nothing of the other search", s.Form)
		}
		d.OpenAccount(first)
		if s = d.drawn; s.Form.Address != alice.String() || s.Form.Password.Empty() || s.Phase != Resting || s.Verdict.Title != "Stopped." {
			t.Errorf("got %+v, %+v, want it as it was left", s.Form, s.Verdict)
		}
	})
}

func TestWhatIsDeletedComesBackForTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
		d := newKept(t, &script{}, k).typeAll("alice@example.test")
		d.Type(account.FieldPassword, password)
		d.save(t)
		id := d.drawn.Shelf.Open
		m := model{desk: d}
		d.DeleteAccount(id)
		if s := d.drawn; !s.Shelf.CanUndo || s.Shelf.Deleted != "alice@example.test" || s.Shelf.Shown() || s.Form.Address != "" {
			t.Errorf("got %+v", s.Shelf)
		}
		time.Sleep(undoTime - time.Millisecond)
		m.pump()
		d.UndoDelete()
		if s := d.drawn; s.Shelf.CanUndo || s.Shelf.Open != id || s.Form.Address != "alice@example.test" || s.Form.Password.Empty() {
			t.Errorf("got %+v, want it back", s.Shelf)
		}
		d.DeleteAccount(id)
		time.Sleep(undoTime)
		m.pump()
		m.pump()
		d.UndoDelete()
		if s := d.drawn; s.Shelf.CanUndo || s.Shelf.Shown() || len(k.Keyring.(*ring).texts()) != 0 {
			t.Errorf("got %+v and %q in the keyring, want it gone", s.Shelf, k.Keyring.(*ring).texts())
		}
		d = d.again(t, &script{}, k)
		if d.drawn.Shelf.Shown() {
			t.Errorf("got %+v after a new start", d.drawn.Shelf)
		}
	})
}

// K-6: deleting an account deletes its password.
func TestClosingEndsTheTimeForUndo(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	d := newKept(t, &script{}, k).typeAll("alice@example.test")
	d.Type(account.FieldPassword, password)
	d.save(t)
	d.DeleteAccount(d.drawn.Shelf.Open)
	d = d.again(t, &script{}, k)
	if d.drawn.Shelf.Shown() || d.drawn.Shelf.ReadOnly || len(k.Keyring.(*ring).texts()) != 0 {
		t.Errorf("got %+v, want it deleted and the lock free", d.drawn.Shelf)
	}
}

func TestADuplicateHasTheServersAndNothingThatBelongsToAnother(t *testing.T) {
	d := newKept(t, &script{}, Keeping{Folder: t.TempDir(), Keyring: newRing()}).typeAll("alice@example.test")
	d.Type(account.FieldPassword, password)
	d.save(t)
	d.DuplicateAccount(d.drawn.Shelf.Open)
	f := d.drawn.Form
	if f.Incoming.Host != "imap.example.test" || f.Outgoing.Port != "465" || f.Address != "" || !f.Password.Empty() || f.Incoming.Username != "" {
		t.Errorf("got %+v", f)
	}
	if e := d.entryOf(t, "New account"); e.Saved || e.ID != d.drawn.Shelf.Open || e.Status != "Not saved" {
		t.Errorf("got %+v", e)
	}
}

func TestThePracticeMailboxNeverTouchesTheSavedAccounts(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	d := newKept(t, &script{}, k).typeAll("alice@example.test")
	d.save(t)
	before, err := os.ReadFile(filepath.Join(k.Folder, "accounts.json"))
	if err != nil {
		t.Fatal(err)
	}
	d.Type(account.FieldIncomingPort, "1993")
	id := d.drawn.Shelf.Open
	d.Practice("tls")
	s := d.until(t, "the mailbox", func(s State) bool { return s.Practice == "tls" })
	if s.Shelf.Shown() || s.Shelf.CanSave {
		t.Errorf("got %+v, want no list", s.Shelf)
	}
	d.SaveAccount()
	d.NewAccount()
	d.DeleteAccount(id)
	d.CheckAll()
	if d.drawn.Form.Address == "" || d.drawn.Shelf.Saving {
		t.Errorf("got %+v", d.drawn.Shelf)
	}
	d.Practice("")
	if s = d.drawn; s.Form.Incoming.Port != "1993" || !s.Shelf.CanSave || s.Shelf.Open != id || !d.entryOf(t, "alice@example.test").Changed {
		t.Errorf("got %+v, want everything back", s.Form)
	}
	after, err := os.ReadFile(filepath.Join(k.Folder, "accounts.json"))
	if err != nil || string(after) != string(before) {
		t.Errorf("got %s, %v, want the file untouched", after, err)
	}
}

func TestAFileIsOpenedBesideASavedAccount(t *testing.T) {
	d := newKept(t, &script{}, Keeping{Folder: t.TempDir(), Keyring: newRing()}).typeAll("alice@example.test")
	d.save(t)
	file := filepath.Join(t.TempDir(), "msmtprc")
	if err := os.WriteFile(file, []byte("account default\nhost smtp.other.test\nport 465\ntls on\ntls_starttls off\nfrom bob@other.test\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.OpenFile(file)
	s := d.until(t, "the file", func(s State) bool { return s.Form.Outgoing.Host == "smtp.other.test" })
	if s.Shelf.Open == d.idOf(t, "alice@example.test") || d.entryOf(t, "alice@example.test").Changed || s.Form.Incoming.Host != "" {
		t.Errorf("got %+v, want the file beside the saved account", s.Shelf.Accounts)
	}
}
