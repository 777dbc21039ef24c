package setup

import (
	"slices"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/explain"
)

// A MailboxState is what the advanced view shows of the mailbox behind the servers, and of the test message.
type MailboxState struct {
	CanLook   bool // the incoming server was signed in to, and nothing was changed since
	CanSend   bool // the outgoing one as well
	CanDelete bool // the test message is there
	Looking   bool
	Sending   bool // the test message is under way, or being deleted
	Tone      Tone
	Seen      explain.Text // what the look showed; its Title is "" where nobody has looked
	Steps     []Row        // of the test message
	TripTone  Tone
	Trip      explain.Text // how it ended; its Title is "" while it is under way
}

// visits are the reports of the runs behind the sign-in. They belong to one address and password.
type visits struct {
	whole    int // the stamp that they belong to
	look     probe.Report
	trip     probe.Report
	removal  probe.Report
	removing bool // the run is the one that deletes the test message
}

// LookInside looks into the mailbox.
func (s *Session) LookInside() {
	if s.closed || !s.book.Mailbox.CanLook {
		return
	}
	s.start(s.book, s.book.visitRequest(probe.Inspect))
}

// SendTest sends a test message from the user's address to the user's address and watches it arrive.
func (s *Session) SendTest() {
	if s.closed || !s.book.Mailbox.CanSend {
		return
	}
	s.start(s.book, s.book.visitRequest(probe.RoundTrip))
}

// DeleteTest deletes the test message that has arrived.
func (s *Session) DeleteTest() {
	if s.closed || !s.book.Mailbox.CanDelete {
		return
	}
	q := s.book.visitRequest(probe.RoundTrip)
	q.DeleteTest = s.book.visits.trip.Trip.ID
	s.start(s.book, q)
}

// visiting reports whether a task goes on behind the sign-in.
func visiting(t probe.Task) bool { return t == probe.Inspect || t == probe.RoundTrip }

// visitRequest asks for a task with both servers as they were proved.
func (b book) visitRequest(t probe.Task) probe.Request {
	q, out := b.testRequest(account.Incoming), b.testRequest(account.Outgoing)
	q.Task, q.Role, q.Outgoing, q.OutgoingSignIn, q.OutgoingSecret = t, account.RoleUnknown, out.Outgoing, out.OutgoingSignIn, out.OutgoingSecret
	if q.OutgoingSecret.Empty() && out.Secret != q.Secret {
		q.OutgoingSecret = out.Secret
	}
	q.Policy.Consents.Domains = append(q.Policy.Consents.Domains, out.Policy.Consents.Domains...)
	q.Account.Incoming, q.Account.Outgoing = b.proved(account.Incoming), b.proved(account.Outgoing)
	return q
}

// begunVisit makes room for the report of a run behind the sign-in.
func (b book) begunVisit(q probe.Request) book {
	if b.visits.whole != b.stamp.whole {
		b.visits = visits{whole: b.stamp.whole}
	}
	b.visits.removing = q.DeleteTest != ""
	*b.report() = probe.Report{Address: q.Address}
	if q.Task == probe.RoundTrip && q.DeleteTest == "" {
		b.visits.removal = probe.Report{}
	}
	return b
}

// report is the place of the report of the run that is going on, or was the last.
func (b *book) report() *probe.Report {
	switch {
	case b.Task == probe.Test:
		return &b.trial
	case b.Task == probe.Inspect:
		return &b.visits.look
	case b.Task == probe.RoundTrip && b.visits.removing:
		return &b.visits.removal
	case b.Task == probe.RoundTrip:
		return &b.visits.trip
	default:
		return &b.search
	}
}

// signedIn reports whether the server was signed in to as its fields say, or needs no sign-in.
func (b book) signedIn(r account.Role) bool {
	p := b.proofs[at(r)]
	none := r == account.Outgoing && p.result.Auth == account.AuthNone && p.result.Host != ""
	return p.known && p.whole == b.era(r) && (p.result.SignedIn || none) && p.tone != Danger && b.matches(r, p.result)
}

// mailbox works out what is shown of the mailbox.
func (b book) mailbox(resting bool) MailboxState {
	m := MailboxState{CanLook: resting && b.signedIn(account.Incoming)}
	m.CanSend = m.CanLook && b.signedIn(account.Outgoing)
	if b.visits.whole != b.stamp.whole {
		return m
	}
	v := b.visits
	m.Looking = b.Phase != Resting && b.Task == probe.Inspect
	m.Sending = b.Phase != Resting && b.Task == probe.RoundTrip
	m.Tone, m.Seen = seen(v.look)
	m.TripTone, m.Trip = tripEnd(v.trip)
	m.Steps = steps(v.trip)
	m.CanDelete = m.CanLook && v.trip.Trip.Arrived() && !deleted(v.removal)
	if v.removal.Address == (account.Address{}) {
		return m
	}
	m.Steps = append(m.Steps, steps(v.removal)...)
	if tone, text := tripEnd(v.removal); tone != Success && text.Title != "" {
		m.TripTone, m.Trip = tone, text
	}
	return m
}

func deleted(r probe.Report) bool {
	return slices.ContainsFunc(r.Trip.Steps, func(s probe.TripStep) bool {
		return s.Kind == probe.TripDelete && (s.Status == probe.OK || r.Trip.Missing)
	})
}

// seen is what a look showed, or why there was none.
func seen(r probe.Report) (Tone, explain.Text) {
	switch {
	case r.Address == (account.Address{}):
		return Neutral, explain.Text{}
	case r.Mailbox.Status == probe.OK:
		return Success, explain.Mailbox(r.Mailbox)
	case r.Mailbox.Status == probe.Failed && r.Outcome != probe.Stopped:
		return Danger, explain.Mailbox(r.Mailbox)
	default:
		return unvisited(r)
	}
}

// unvisited says why a run did not come to its task; nothing as long as it still may.
func unvisited(r probe.Report) (Tone, explain.Text) {
	switch {
	case r.Outcome == probe.Unfinished:
		return Neutral, explain.Text{}
	case r.Outcome == probe.Stopped:
		return Warning, explain.Text{Title: "Stopped"}
	case len(r.Decisions) > 0:
		return Warning, explain.Text{Title: explain.Decision(r.Decisions[0]).Title, Advice: "Test the server above, where you can decide about it."}
	case len(r.Findings) > 0:
		t := explain.Finding(r.Findings[0])
		return Danger, explain.Text{Title: t.Title, Advice: t.Advice}
	default:
		t := explain.Verdict(r)
		return Danger, explain.Text{Title: t.Title, Advice: t.Advice}
	}
}

// tripEnd is how the way of the test message ended.
func tripEnd(r probe.Report) (Tone, explain.Text) {
	t := explain.Trip(r.Trip)
	arrived := r.Trip.Arrived()
	switch {
	case r.Address == (account.Address{}):
		return Neutral, explain.Text{}
	case arrived && r.Trip.Use.String() == "junk":
		return Warning, t
	case arrived:
		return Success, t
	case r.Outcome == probe.Stopped:
		return unvisited(r)
	case r.Trip.Missing:
		return Warning, t
	case t.Title != "":
		return Danger, t
	case len(r.Trip.Steps) > 0:
		return Success, explain.Text{} // under way, or deleted
	default:
		return unvisited(r)
	}
}

// steps are the rows of the test message.
func steps(r probe.Report) []Row {
	var rows []Row
	for _, s := range r.Trip.Steps {
		if s.Kind == probe.TripInbox && s.Status == probe.OK && len(r.Trip.Steps) == 2 && r.Trip.Steps[1].Kind == probe.TripDelete {
			continue // to delete it says enough
		}
		l := explain.TripStep(s, r.Trip)
		row := Row{Status: s.Status, Head: l.Head, Note: l.Note, Took: s.Took}
		if s.Status == probe.Running {
			row.Took = 0
		}
		rows = append(rows, row)
	}
	return settledRows(r.Outcome, rows)
}
