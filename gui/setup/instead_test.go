package setup

import (
	"testing"

	"portolan/account"
	"portolan/probe"
)

// C-5: a name in a certificate is tried after a click and not before, as a server that the user typed; nothing is pinned.
func TestTheOtherNameOfACertificateIsTypedByAClick(t *testing.T) {
	offering := certificate
	offering.Instead = account.Endpoint{Host: "server.example.test"}
	r := &script{runs: [][]probe.Event{undecidedRun(found(account.IMAP, imap993, account.TLS, false), offering), well()}}
	d := newDesk(t, r).fill()
	d.Find()
	s := d.untilResting(t)
	if s.Question == nil || s.Question.Instead != "Try the other name" || len(r.asked) != 1 {
		t.Fatalf("got %+v after %d runs, want the name offered, and one run", s.Question, len(r.asked))
	}
	d.TakeInstead()
	s = d.untilResting(t)
	q := r.last(t)
	if q.Incoming.Server.Host != "server.example.test" || q.Outgoing.Server.Host != "" || len(q.Policy.Trust.Pins) != 0 || q.Kept.Incoming.Host != "" {
		t.Errorf("got %+v, want a new search with the name typed for incoming alone", q)
	}
	if s.Question != nil || !s.Form.KnowServers {
		t.Errorf("got the question %+v, want none", s.Question)
	}
}

func TestWithoutAnotherNameNothingIsTaken(t *testing.T) {
	r := &script{runs: [][]probe.Event{undecidedRun(found(account.IMAP, imap993, account.TLS, false), certificate), well()}}
	d := newDesk(t, r).fill()
	d.Find()
	s := d.untilResting(t)
	if s.Question == nil || s.Question.Instead != "" {
		t.Fatalf("got %+v, want a question without another name", s.Question)
	}
	d.TakeInstead()
	if s = d.untilResting(t); s.Question == nil || len(r.asked) != 1 {
		t.Errorf("got %+v after %d runs, want the question to stay", s.Question, len(r.asked))
	}
}
