package probe_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
	"portolan/probe/mailbox"
	"portolan/probe/practice"
)

// A harbour is a practice mailbox with a prober that reaches it alone.
type harbour struct {
	mailbox *practice.Mailbox
	prober  *probe.Prober
	proved  probe.Report // of a search that found and signed in to everything
}

// openHarbour searches a practice mailbox. POP3 is chosen by asking for it.
func openHarbour(t *testing.T, protocol account.Protocol) harbour {
	t.Helper()
	m, err := practice.Start(context.WithoutCancel(t.Context()), practice.Names()[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	h := harbour{mailbox: m}
	h.prober = &probe.Prober{Dialer: m, Finder: discover.Finder{Resolver: m, Dialer: m, Authorities: m.Trust().Authorities}}
	h.proved = h.run(t, probe.Request{Protocol: protocol})
	if h.proved.Outcome != probe.Ready {
		t.Fatalf("got %v, want ready", h.proved.Outcome)
	}
	return h
}

// run carries a request out for the mailbox's user.
func (h harbour) run(t *testing.T, q probe.Request) probe.Report {
	t.Helper()
	q.Address, q.Secret = h.mailbox.Address(), h.mailbox.Password()
	q.Policy.Trust = h.mailbox.Trust()
	var r probe.Report
	for e := range h.prober.Run(t.Context(), q) {
		r = r.With(e)
	}
	return r
}

// task carries one of the tasks behind the sign-in out.
func (h harbour) task(t *testing.T, task probe.Task, deleteTest string) probe.Report {
	t.Helper()
	return h.run(t, probe.Request{
		Task: task, DeleteTest: deleteTest,
		Account: account.Account{Address: h.mailbox.Address(), Incoming: h.proved.Incoming.Server, Outgoing: h.proved.Outgoing.Server},
	})
}

func TestLookIntoTheMailboxListsFoldersWithTheirUseAndCounts(t *testing.T) {
	h := openHarbour(t, account.IMAP)
	r := h.task(t, probe.Inspect, "")
	if r.Outcome != probe.Ready || r.Mailbox.Status != probe.OK {
		t.Fatalf("got %v and %+v, want a look", r.Outcome, r.Mailbox)
	}
	var got []mailbox.Use
	for _, f := range r.Mailbox.Folders {
		got = append(got, f.Use)
		if !f.Count.Known || f.Delimiter != "/" {
			t.Errorf("%s: got %+v, want a count and a delimiter", f.Name, f)
		}
	}
	want := []mailbox.Use{mailbox.InboxFolder, mailbox.DraftsFolder, mailbox.SentFolder, mailbox.JunkFolder, mailbox.TrashFolder}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if in := r.Mailbox.Folders[0].Count; in.Messages != 1 || in.Unseen != 1 {
		t.Errorf("inbox: got %+v, want the unread welcome", in)
	}
	if len(r.Attempts) != 1 || len(r.SignIns) != 1 {
		t.Errorf("got %d connections and %d sign-ins, want one each", len(r.Attempts), len(r.SignIns))
	}
}

func TestLookIntoAPOP3MailboxCounts(t *testing.T) {
	h := openHarbour(t, account.POP3)
	got := h.task(t, probe.Inspect, "").Mailbox
	if got.Status != probe.OK || got.Protocol != account.POP3 || got.Messages != 1 || got.Size < 500 || !got.UIDL {
		t.Errorf("got %+v, want one message with a lasting name", got)
	}
}

func TestLookNeedsASignIn(t *testing.T) {
	h := openHarbour(t, account.IMAP)
	var r probe.Report
	q := probe.Request{
		Task: probe.Inspect, Address: h.mailbox.Address(), Account: account.Account{Address: h.mailbox.Address(), Incoming: h.proved.Incoming.Server},
	}
	q.Policy.Trust = h.mailbox.Trust()
	for e := range h.prober.Run(t.Context(), q) {
		r = r.With(e)
	}
	if r.Mailbox.Status != probe.Waiting || r.Outcome != probe.Found {
		t.Errorf("got %v and %v, want nothing looked at", r.Outcome, r.Mailbox.Status)
	}
}

func TestTestMessageGoesRoundAndIsDeletedAgain(t *testing.T) {
	for _, protocol := range []account.Protocol{account.IMAP, account.POP3} {
		h := openHarbour(t, protocol)
		r := h.task(t, probe.RoundTrip, "")
		if r.Outcome != probe.Ready || !r.Trip.Arrived() || len(r.Trip.Steps) != 3 {
			t.Fatalf("%v: got %v and %+v, want three steps to the end", protocol, r.Outcome, r.Trip)
		}
		if len(r.Trip.Hops) != 1 || r.Trip.Hops[0].Passage != mailbox.Encrypted {
			t.Errorf("%v: got %+v, want one encrypted hop", protocol, r.Trip.Hops)
		}
		if n := h.messages(t); n != 2 {
			t.Errorf("%v: got %d messages, want the welcome and the test message", protocol, n)
		}
		r = h.task(t, probe.RoundTrip, r.Trip.ID)
		if steps := r.Trip.Steps; len(steps) != 2 || steps[1].Kind != probe.TripDelete || steps[1].Status != probe.OK {
			t.Errorf("%v: got %+v, want it deleted", protocol, r.Trip)
		}
		if n := h.messages(t); n != 1 {
			t.Errorf("%v: got %d messages, want the welcome alone", protocol, n)
		}
	}
}

func TestOnlyTheTestMessageIsEverDeleted(t *testing.T) {
	for _, protocol := range []account.Protocol{account.IMAP, account.POP3} {
		h := openHarbour(t, protocol)
		r := h.task(t, probe.RoundTrip, "portolan.unknown@practice.invalid")
		if !r.Trip.Missing || r.Trip.Steps[len(r.Trip.Steps)-1].Status != probe.Failed {
			t.Errorf("%v: got %+v, want nothing to delete", protocol, r.Trip)
		}
		if n := h.messages(t); n != 1 {
			t.Errorf("%v: got %d messages, want the welcome untouched", protocol, n)
		}
	}
}

// messages counts the inbox.
func (h harbour) messages(t *testing.T) int {
	t.Helper()
	look := h.task(t, probe.Inspect, "").Mailbox
	if look.Protocol == account.POP3 {
		return look.Messages
	}
	return look.Folders[0].Count.Messages
}

func TestLeavingATaskBehindTheSignInEndsAtOnce(t *testing.T) {
	h := openHarbour(t, account.IMAP)
	for _, task := range []probe.Task{probe.Inspect, probe.RoundTrip} {
		for _, leave := range []bool{true, false} {
			ctx, cancel := context.WithCancel(t.Context())
			q := probe.Request{
				Task: task, Address: h.mailbox.Address(), Secret: h.mailbox.Password(),
				Account: account.Account{Address: h.mailbox.Address(), Incoming: h.proved.Incoming.Server, Outgoing: h.proved.Outgoing.Server},
			}
			q.Policy.Trust = h.mailbox.Trust()
			var begun time.Time
			last := probe.Event{}
			for e := range h.prober.Run(ctx, q) {
				last = e
				if e.Kind != probe.MailboxSeen && e.Kind != probe.TripChanged || !begun.IsZero() {
					continue
				}
				begun = time.Now()
				if leave {
					break
				}
				cancel()
			}
			if took := time.Since(begun); begun.IsZero() || took > time.Second {
				t.Errorf("%v: took %v to end", task, took)
			}
			if !leave && (last.Kind != probe.RunEnded || last.Outcome != probe.Stopped) {
				t.Errorf("%v: got %v %v, want it stopped", task, last.Kind, last.Outcome)
			}
			cancel()
		}
	}
}
