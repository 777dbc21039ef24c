package setup

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe"
)

// agreed is a saved account that stands on three agreements: a pin, a server without encryption, a domain.
func agreed(t *testing.T, k Keeping) (pin account.Pin, clear account.Endpoint, id ID) {
	t.Helper()
	saved := example("alice@example.test")
	saved.Incoming.Host, saved.Outgoing.Security, saved.Outgoing.Port = "imap.other.test", account.Cleartext, 25
	pin = account.Pin{Server: saved.Incoming.Endpoint, Certificate: account.Fingerprint{7}}
	saved.Trust.Pins = []account.Pin{pin}
	saved.LastCheck = store.Check{At: time.Now().UTC().Truncate(time.Second), Outcome: "ready"}
	saved.Consents = account.Consents{Domains: []string{"other.test"}, Cleartext: []account.Endpoint{saved.Outgoing.Endpoint}}
	prepare(t, k, saved)
	return pin, saved.Outgoing.Endpoint, saved.ID
}

// C-6: what was agreed to is listed with the account, and can be taken back there; the saved account is without it at once.
func TestWhatWasAgreedToCanBeTakenBack(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	pin, clear, id := agreed(t, k)
	r := &script{runs: [][]probe.Event{{ended(probe.Nothing)}}}
	d := newKept(t, r, k)
	if got := d.drawn.Agreements; got != nil {
		t.Errorf("got %+v in an empty form, want nothing", got)
	}
	d.OpenAccount(id)
	list := d.drawn.Agreements
	if len(list) != 3 || list[0].About != "imap.other.test:993" || list[0].Fingerprint == "" || !strings.Contains(list[0].Words, "not verified") ||
		list[1].About != clear.String() || list[2].About != "other.test" {
		t.Fatalf("got %+v, want the pin, the server without encryption and the domain", list)
	}
	for i, a := range list {
		d.TakeBack(a)
		d.TakeBack(a) // it is gone
		if got := d.drawn.Agreements; len(got) != len(list)-i-1 || slices.Contains(got, a) {
			t.Errorf("got %+v, want %v gone and nothing else", got, a)
		}
	}
	if e := d.entryOf(t, "alice@example.test"); d.drawn.Shelf.CanSave || e.Changed || strings.Contains(e.Warning, "not verified") || e.Status != "Never checked" {
		t.Errorf("got %+v, to be saved %t, want nothing left to save, and nothing known of what stood on the agreements", e, d.drawn.Shelf.CanSave)
	}
	d.until(t, "the word on it", func(s State) bool {
		return s.Notice.Text == "What you agreed to about other.test is forgotten, in the saved account too."
	})
	d = d.again(t, r, k)
	d.OpenAccount(id)
	if got := d.drawn.Agreements; got != nil {
		t.Errorf("got %+v after a new start, want them taken back for good", got)
	}
	if d.Find(); d.drawn.Question == nil || d.drawn.Question.Kind != probe.DecideDomain {
		t.Fatalf("got %+v, want the domain asked about before anything is sent there", d.drawn.Question)
	}
	d.Answer(true)
	d.untilResting(t)
	p := r.last(t).Policy
	if p.Trust.Pinned(pin.Server, pin.Certificate) || len(p.Consents.Cleartext) != 0 || !slices.Equal(p.Consents.Domains, []string{"other.test"}) {
		t.Errorf("got %+v, want the domain alone agreed to", p)
	}
}

// A search that began under an agreement does not land after it was taken back, and a question that was open is closed.
func TestTakingBackEndsWhatStoodOnIt(t *testing.T) {
	d := newDesk(t, &script{runs: [][]probe.Event{undecidedRun(probe.Result{}, probe.Decision{
		Kind: probe.DecideCertificate, Servers: []account.Endpoint{{Host: "imap.example.test", Port: 993}},
	})}}).fill()
	d.book.consents.domains = []string{"other.test"}
	d.set(d.book)
	d.Find()
	if s := d.untilResting(t); s.Question == nil {
		t.Fatalf("got no question, want the certificate's: %+v", s.Verdict)
	}
	d.TakeBack(d.drawn.Agreements[0])
	if d.drawn.Question != nil {
		t.Errorf("got %+v, want the question closed", d.drawn.Question)
	}
	d.Answer(true)
	if got := d.drawn.Agreements; got != nil {
		t.Errorf("got %+v, want no yes to a question that is closed", got)
	}
}

// The proof of a server that was pinned is gone with the pin: nothing says any more that it works.
func TestAForgottenCertificateProvesNothing(t *testing.T) {
	server := account.Endpoint{Host: "imap.example.test", Port: 993}
	in := found(account.IMAP, server, account.TLS, true)
	in.Protection = account.Pinned
	out := found(account.SMTP, account.Endpoint{Host: "smtp.example.test", Port: 465}, account.TLS, true)
	r := &script{runs: [][]probe.Event{{settled(in), settled(out), signedIn(1, in), signedIn(2, out), ended(probe.Ready)}}}
	d := newDesk(t, r).fill()
	d.book.consents = d.book.consents.with(probe.Decision{Kind: probe.DecideCertificate, Servers: []account.Endpoint{server}})
	d.Find()
	if s := d.untilResting(t); s.Incoming.Tone != Success && s.Incoming.Evidence == nil || len(d.book.account().Trust.Pins) != 1 {
		t.Fatalf("got %+v, %+v, want the server proved and pinned", s.Incoming, d.book.account().Trust)
	}
	d.TakeBack(d.drawn.Agreements[0])
	if s := d.drawn; !strings.HasPrefix(s.Incoming.Tested, "Not tested") || s.Incoming.Evidence != nil || len(d.book.account().Trust.Pins) != 0 {
		t.Errorf("got %+v, %+v, want neither", s.Incoming, d.book.account().Trust)
	}
}

// What else was typed and not saved stays so, and a check that went on meanwhile puts nothing back.
func TestForgettingSavesNothingElse(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	_, _, id := agreed(t, k)
	r := &checkRunner{answers: map[string][]probe.Event{"": well()}, gate: make(chan struct{})}
	d := newKept(t, r, k)
	d.OpenAccount(id)
	d.Show(Advanced)
	d.Type(account.FieldName, "Somebody else")
	d.CheckAll()
	for len(d.drawn.Agreements) > 0 {
		d.TakeBack(d.drawn.Agreements[0])
	}
	close(r.gate)
	d.untilChecked(t)
	if e := d.entryOf(t, "alice@example.test"); !e.Changed || e.Status != "Never checked" {
		t.Errorf("got %+v, want the name still to be saved and no result of the old check", e)
	}
	d.Close()
	got := onDisk(t, k).Accounts[0]
	if len(got.Trust.Pins)+len(got.Consents.Domains)+len(got.Consents.Cleartext) != 0 || got.Name != "" || got.LastCheck != (store.Check{}) {
		t.Errorf("got %+v, want it without the agreements, the new name and the check", got)
	}
}

// An account that is just being saved, or waits for an answer on where its password goes, does not bring back what was forgotten.
func TestForgettingReachesWhatIsOnItsWayToTheFile(t *testing.T) {
	for _, asked := range []bool{true, false} {
		ring := newRing()
		k := Keeping{Folder: t.TempDir(), Keyring: ring}
		_, _, id := agreed(t, k)
		ring.gate = make(chan struct{})
		d := newKept(t, &script{}, k)
		d.OpenAccount(id)
		d.Type(account.FieldPassword, password)
		d.SaveAccount()
		if asked {
			d.TakeBack(d.drawn.Agreements[0])
		}
		d.AnswerAsk(true)
		if !asked {
			d.TakeBack(d.drawn.Agreements[0])
		}
		close(ring.gate)
		d.saved(t)
		d.until(t, "the word on it", func(State) bool { return d.entryOf(t, "alice@example.test").Warning == "Not encrypted" })
		d.Close()
		if got := onDisk(t, k).Accounts[0]; len(got.Trust.Pins) != 0 || len(got.Consents.Cleartext) != 1 || len(got.Keyring) != 1 {
			t.Errorf("asked before %t: got %+v, want the account saved without the pin alone", asked, got)
		}
	}
}

// A domain that was forgotten while the account waited for an answer is answered for by nobody, however its servers were found.
func TestADomainIsForgottenInWhatWaitsForAnAnswerToo(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	_, _, id := agreed(t, k)
	d := newKept(t, &script{}, k)
	d.OpenAccount(id)
	d.Type(account.FieldPassword, password)
	d.SaveAccount()
	d.TakeBack(d.drawn.Agreements[2])
	d.AnswerAsk(true)
	d.saved(t)
	d.Close()
	got := onDisk(t, k).Accounts[0]
	if len(got.Consents.Domains) != 0 || got.Incoming.Source != account.SourceFile || got.LastCheck != (store.Check{}) || len(got.Keyring) != 1 {
		t.Errorf("got %+v, want it saved without the domain, its server as one that a file names, and no check that stood on it", got)
	}
}

func TestWhatCannotBeForgottenInTheFileIsSaid(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	_, _, id := agreed(t, k)
	first := newKept(t, &script{}, k)
	second := newKept(t, &script{}, k)
	second.OpenAccount(id)
	second.TakeBack(second.drawn.Agreements[0])
	if n := second.drawn.Notice; n.Tone != Warning || !strings.Contains(n.Text, "in this window alone") || len(second.drawn.Agreements) != 2 {
		t.Errorf("got %+v, want a window that only reads to say so", n)
	}
	first.OpenAccount(id)
	path := filepath.Join(k.Folder, "accounts.json")
	if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700)); err != nil {
		t.Fatal(err)
	}
	first.TakeBack(first.drawn.Agreements[0])
	s := first.until(t, "the word on it", func(s State) bool { return s.Notice.Tone == Danger })
	if !strings.Contains(s.Notice.Text, "but the saved account still has it: ") || !s.Shelf.CanSave || len(s.Agreements) != 2 {
		t.Errorf("got %+v, to be saved %t, want it said and still to be saved", s.Notice, s.Shelf.CanSave)
	}
}

// onDisk is what the folder holds now.
func onDisk(t *testing.T, k Keeping) store.Book {
	t.Helper()
	s, err := store.Open(k.Folder)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := s.Load()
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return loaded.Book
}
