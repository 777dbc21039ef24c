package setup

import (
	"slices"
	"strings"
	"testing"

	"portolan/account"
	"portolan/probe"
)

// agreed is a saved account that stands on three agreements: a pin, a server without encryption, a domain.
func agreed(t *testing.T, k Keeping) (pin account.Pin, clear account.Endpoint, id ID) {
	t.Helper()
	saved := example("alice@example.test")
	saved.Incoming.Host, saved.Outgoing.Security, saved.Outgoing.Port = "imap.other.test", account.Cleartext, 25
	pin = account.Pin{Server: saved.Incoming.Endpoint, Certificate: account.Fingerprint{7}}
	saved.Trust.Pins = []account.Pin{pin}
	saved.Consents = account.Consents{Domains: []string{"other.test"}, Cleartext: []account.Endpoint{saved.Outgoing.Endpoint}}
	prepare(t, k, saved)
	return pin, saved.Outgoing.Endpoint, saved.ID
}

// C-6: what was agreed to is listed with the account, can be taken back there, and stays taken back once that is saved.
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
	if !d.drawn.Shelf.CanSave {
		t.Error("got nothing to save, want the account to differ from what is saved")
	}
	d.save(t)
	d = d.again(t, r, k)
	d.OpenAccount(id)
	if got := d.drawn.Agreements; got != nil {
		t.Errorf("got %+v after the account was saved, want them taken back for good", got)
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
