package setup

import (
	"testing"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/mailbox"
)

// arrived is a run in which the test message came round.
func arrived() []probe.Event {
	return []probe.Event{
		{Kind: probe.RunStarted, Address: alice},
		{Kind: probe.TripChanged, Trip: probe.Trip{ID: "portolan.x@example.test", Use: mailbox.InboxFolder, Steps: []probe.TripStep{
			{Kind: probe.TripInbox, Status: probe.OK}, {Kind: probe.TripSend, Status: probe.OK}, {Kind: probe.TripArrive, Status: probe.OK, Detail: "INBOX"},
		}}},
		ended(probe.Ready),
	}
}

// removed is a run in which it is deleted again.
func removed(status probe.Status, missing bool) []probe.Event {
	return []probe.Event{
		{Kind: probe.RunStarted, Address: alice},
		{Kind: probe.TripChanged, Trip: probe.Trip{ID: "portolan.x@example.test", Missing: missing, Steps: []probe.TripStep{
			{Kind: probe.TripInbox, Status: probe.OK}, {Kind: probe.TripDelete, Status: status},
		}}},
		ended(probe.Ready),
	}
}

func TestTestMessageIsSentOnceAndDeletedOnlyWhenAskedTo(t *testing.T) {
	for _, end := range []struct {
		status  probe.Status
		missing bool
		again   bool // to delete it can be tried again
	}{{probe.OK, false, false}, {probe.Failed, true, false}, {probe.Failed, false, true}} {
		r := &script{runs: [][]probe.Event{well(), arrived(), removed(end.status, end.missing)}}
		d := newDesk(t, r).fill()
		d.DeleteTest()
		d.SendTest()
		d.LookInside()
		if len(r.asked) != 0 {
			t.Fatal("the mailbox was gone into before any sign-in")
		}
		d.Find()
		d.untilResting(t)
		d.SendTest()
		s := d.untilResting(t)
		if m := s.Mailbox; m.Trip.Title != "The message came round" || m.TripTone != Success || len(m.Steps) != 3 || !m.CanDelete {
			t.Errorf("got %+v, want it round", m)
		}
		if q := r.last(t); q.Task != probe.RoundTrip || q.DeleteTest != "" || q.Account.Incoming.Endpoint != imap993 || q.Account.Outgoing.Endpoint != smtp465 || q.Secret.Empty() {
			t.Errorf("got %+v, want a round trip", q)
		}
		d.DeleteTest()
		s = d.untilResting(t)
		if q := r.last(t); q.Task != probe.RoundTrip || q.DeleteTest != "portolan.x@example.test" {
			t.Errorf("got %+v, want it deleted", q)
		}
		if m := s.Mailbox; len(m.Steps) != 4 || m.CanDelete != end.again || end.status == probe.OK && m.TripTone != Success {
			t.Errorf("%v: got %+v", end, m)
		}
		if s.Verdict.Title != "Your settings were found and tested" || len(r.asked) != 3 {
			t.Errorf("got %q and %d runs, want the search's verdict and three", s.Verdict.Title, len(r.asked))
		}
	}
}

func TestLookIsForgottenWithThePasswordItNeeded(t *testing.T) {
	look := []probe.Event{
		{Kind: probe.RunStarted, Address: alice},
		{Kind: probe.MailboxSeen, Look: probe.Look{Status: probe.OK, Box: mailbox.Box{Protocol: account.IMAP, Folders: make([]mailbox.Folder, 2)}}},
		ended(probe.Ready),
	}
	d := newDesk(t, &script{runs: [][]probe.Event{well(), look}}).fill()
	d.Find()
	d.untilResting(t)
	d.LookInside()
	if s := d.untilResting(t); s.Mailbox.Seen.Title != "2 folders" || !s.Mailbox.CanLook {
		t.Errorf("got %+v, want the folders", s.Mailbox)
	}
	d.Type(account.FieldPassword, "another")
	if m := d.State().Mailbox; m.Seen.Title != "" || m.CanLook || m.CanSend {
		t.Errorf("got %+v, want nothing of another password's mailbox", m)
	}
}

func TestRefusedSignInBeforeALookIsTold(t *testing.T) {
	refused := []probe.Event{
		{Kind: probe.RunStarted, Address: alice},
		{Kind: probe.FindingMade, Finding: probe.Finding{Cause: probe.SignInRefused, Server: imap993, Role: account.Incoming}},
		ended(probe.RefusedIn),
	}
	d := newDesk(t, &script{runs: [][]probe.Event{well(), refused}}).fill()
	d.Find()
	d.untilResting(t)
	d.LookInside()
	if m := d.untilResting(t).Mailbox; m.Tone != Danger || m.Seen.Title == "" || m.Looking {
		t.Errorf("got %+v, want to be told why", m)
	}
}
