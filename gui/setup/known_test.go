package setup

import (
	"slices"
	"strings"
	"testing"
	"time"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe"
)

// D-8: a server that verified when the account was saved or checked has been known since, not only after the next start.
func TestAServerThatVerifiedIsKnownAtOnce(t *testing.T) {
	for _, how := range []string{"saved", "checked"} {
		k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
		r := &checkRunner{script: script{runs: [][]probe.Event{well()}}, answers: map[string][]probe.Event{"": well()}}
		d := newKept(t, r, k)
		if how == "saved" {
			d.fill().Find()
			d.untilResting(t)
			d.save(t)
		} else {
			d.typeAll("alice@example.test").save(t)
			d.CheckAll()
			d.untilChecked(t)
		}
		d.Type(account.FieldPassword, "another one") // what was proved before belongs to the old one
		d.Find()
		d.untilResting(t)
		if got := r.last(t).Policy.Trust.Verified; !slices.Contains(got, imap993) || !slices.Contains(got, smtp465) {
			t.Errorf("%s: got %v verified before, want both servers", how, got)
		}
		d.Type(account.FieldIncomingPort, "1993")
		d.save(t)
		saved, _ := d.book.shelf.find(d.drawn.Shelf.Open)
		if !slices.Contains(saved.Trust.Verified, imap993) {
			t.Errorf("%s: got %v, want a server known that the account had before", how, saved.Trust.Verified)
		}
		d.Type(account.FieldAddress, "bob@example.test")
		if got := d.book.policy().Trust.Verified; len(got) != 0 {
			t.Errorf("%s: got %v for another address, want none", how, got)
		}
	}
}

// C-6, D-4: what was agreed to was agreed to for one account.
func TestADuplicateInheritsNothingThatWasAgreedTo(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	saved := example("alice@example.test")
	saved.Outgoing.Security, saved.Outgoing.Port = account.Cleartext, 25
	saved.Trust = account.Trust{Pins: []account.Pin{{Server: imap993, Certificate: account.Fingerprint{7}}}, Verified: []account.Endpoint{imap993}}
	saved.Consents = account.Consents{Domains: []string{"other.test"}, Cleartext: []account.Endpoint{saved.Outgoing.Endpoint}}
	prepare(t, k, saved)
	d := newKept(t, &script{}, k)
	d.DuplicateAccount(saved.ID)
	p := d.book.policy()
	if len(p.Trust.Pins)+len(p.Trust.Verified)+len(p.Consents.Domains)+len(p.Consents.Cleartext) != 0 || p.Encryption != account.EncryptionRequired {
		t.Errorf("got %+v, want nothing agreed to", p)
	}
	if d.drawn.Form.Incoming.Host != "imap.example.test" || d.drawn.Form.Outgoing.Port != "25" {
		t.Errorf("got %+v, want the servers", d.drawn.Form)
	}
}

func TestACheckGoesToTheServerThatWasSavedLast(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	saved := example("alice@example.test")
	saved.LastCheck = store.Check{At: time.Now().UTC(), Outcome: "ready"}
	prepare(t, k, saved)
	r := &checkRunner{answers: map[string][]probe.Event{"": well()}}
	d := newKept(t, r, k)
	d.OpenAccount(saved.ID)
	d.Show(Advanced)
	d.Type(account.FieldName, "Alice")
	d.save(t)
	if e := d.entryOf(t, "alice@example.test"); e.Status != "Works" {
		t.Errorf("got %+v, want a name to change nothing of that", e)
	}
	d.ChooseSecurity(account.Incoming, account.STARTTLS)
	d.CheckAll()
	if sum := d.untilChecked(t); len(sum.Lines) != 1 || !strings.Contains(sum.Lines[0].Text, "as it is saved") {
		t.Errorf("got %+v, want it said that the change was not checked", sum)
	}
	d.save(t)
	if e := d.entryOf(t, "alice@example.test"); e.Status != "Never checked" {
		t.Errorf("got %+v, want the old check to say nothing of the new server", e)
	}
	d.CheckAll()
	if sum := d.untilChecked(t); len(sum.Lines) != 0 {
		t.Errorf("got %+v", sum)
	}
	d.CheckAll()
	if sum := d.untilChecked(t); sum.Title != "1 account checked: it works" || len(sum.Lines) != 0 {
		t.Errorf("got %+v of an account that works as before, want no line", sum)
	}
	q := r.checked[len(r.checked)-1].Account.Incoming
	if q.Endpoint != imap143 || q.Security != account.STARTTLS {
		t.Errorf("got %+v, want what was chosen", q)
	}
}

func TestAnAddressThatIsInTheListOpensItsAccount(t *testing.T) {
	for _, c := range []struct{ address, open string }{
		{"Alice@Example.test", "alice@example.test"}, {"draft@example.test", "draft@example.test"}, {"new@example.test", "new@example.test"},
	} {
		k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
		saved := example("alice@example.test")
		prepare(t, k, saved)
		first := newKept(t, &script{}, k)
		first.Type(account.FieldAddress, "draft@example.test")
		first.Type(account.FieldName, "Draft")
		first.Close()
		k.Beside = true
		d := &desk{posts: make(chan func(), 1<<10)}
		d.Session = New(Options{
			Runner: &script{}, Post: func(f func()) { d.posts <- f }, Keeping: k, Draw: func(s State) { d.drawn = s },
			Start: State{Form: Form{Address: c.address, RequireEncryption: true}},
		})
		t.Cleanup(d.Close)
		s := d.until(t, "the accounts", func(s State) bool { return !s.Shelf.Loading })
		want := 2
		if c.address == "new@example.test" {
			want = 3
		}
		if s.Form.Address != c.open || len(s.Shelf.Accounts) != want || (want == 2) != strings.Contains(s.Notice.Text, "in your list already") {
			t.Errorf("%s: got %q, %+v, %q", c.address, s.Form.Address, s.Shelf.Accounts, s.Notice.Text)
		}
		if c.address == "draft@example.test" && s.Form.Name != "Draft" {
			t.Errorf("got %+v, want it as it was left", s.Form)
		}
	}
}

func TestADraftOfAnAccountThatIsGoneIsKept(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	saved := example("alice@example.test")
	prepare(t, k, saved)
	d := newKept(t, &script{}, k)
	d.OpenAccount(saved.ID)
	d.Show(Advanced)
	d.ChooseUser(OwnUser)
	d.Type(account.FieldOutgoingUsername, "relay")
	d.Type(account.FieldOutgoingPassword, password)
	d.ChooseCertificate("/nowhere/alice.p12")
	d.TypeCertificatePassword(password)
	d.Close()
	prepare(t, k) // by another program
	noSecretIn(t, k.Folder, password)
	d = newKept(t, &script{}, k)
	f := d.drawn.Form
	if f.Outgoing.User != OwnUser || f.Outgoing.Username != "relay" || f.Certificate.File != "/nowhere/alice.p12" || f.Incoming.Port != "993" {
		t.Errorf("got %+v, want what was typed", f)
	}
	if e := d.entryOf(t, "alice@example.test"); e.Saved || !d.drawn.Shelf.CanSave {
		t.Errorf("got %+v, want it unsaved, and fit to be saved", e)
	}
}
