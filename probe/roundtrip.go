package probe

import (
	"context"
	"errors"
	"slices"
	"time"

	"portolan/account"
	"portolan/probe/mailbox"
	"portolan/probe/wire"
)

// tripLimit is how long the test message is waited for, once it was sent.
const tripLimit = 60 * time.Second

// A TripStepKind names a step of the test message's way.
type TripStepKind uint8

// The steps, in order. A trip ends with the first that fails; TripDelete is a trip of its own.
const (
	TripInbox  TripStepKind = iota // the inbox is opened, to see what is new later
	TripSend                       // the outgoing server takes the message; Detail: the words with which it did
	TripArrive                     // the message is in the mailbox; Detail: the folder, "" for POP3
	TripDelete                     // it is removed again
)

// A TripStep is one step and how it went.
type TripStep struct {
	Kind   TripStepKind
	Status Status        // Running, OK, Failed
	Start  time.Duration // since the start of the run
	Took   time.Duration
	Cause  Cause  // CauseNone beside Failed: see Missing
	Detail string // the server's words
}

// A Trip is the way of the test message.
type Trip struct {
	ID      string // its Message-ID, "" as long as it was not sent
	Steps   []TripStep
	Hops    []mailbox.Hop // as the servers on the way wrote them down, the first first
	Use     mailbox.Use   // of the folder where it arrived
	Missing bool          // it was sent and did not arrive in time, or is not there to be deleted
	Looked  []string      // where it is Missing: the folders that were looked into in vain; none for POP3, which shows the inbox alone
	Taken   Taken         // by the outgoing server; zero: it was not
	Unsure  bool          // it was sent, and the outgoing server has not said whether it took it
}

// A Taken says who accepted the test message, and when.
type Taken struct {
	Server account.Endpoint
	At     time.Time
	Words  string // with which it did, neutralised
	Number string // in its queue, as far as the words tell it
}

// Arrived reports whether the message came round.
func (t Trip) Arrived() bool {
	return slices.ContainsFunc(t.Steps, func(s TripStep) bool { return s.Kind == TripArrive && s.Status == OK })
}

// A traveller takes one trip; it lives in the goroutine of the signer.
type traveller struct {
	*signer
	report Trip
}

// trip sends the test message round, or deletes it again.
func (s *signer) trip(ctx context.Context) {
	t := &traveller{signer: s}
	in := s.logins[account.Incoming]
	if in.conn == nil {
		return
	}
	var inbox mailbox.Inbox
	open := func() (string, error) {
		var err error
		inbox, err = mailbox.Open(ctx, in.conn, in.choice.service.protocol, s.again(in))
		if err == nil && s.run.table.request.DeleteTest == "" {
			err = inbox.Mark(ctx)
		}
		return "", err
	}
	ok := t.step(TripInbox, open)
	if inbox != nil {
		defer inbox.Close()
	}
	switch id := s.run.table.request.DeleteTest; {
	case !ok:
	case id != "":
		t.report.ID = id
		t.step(TripDelete, func() (string, error) { return "", inbox.Delete(ctx, id) })
	default:
		t.round(ctx, inbox)
	}
}

// round sends the message and waits for it.
func (t *traveller) round(ctx context.Context, inbox mailbox.Inbox) {
	sent := t.step(TripSend, func() (string, error) {
		m, err := mailbox.Compose(t.run.table.request.Address, mailbox.NewToken(), time.Now())
		if err != nil {
			return "", err
		}
		conn, err := t.outgoing(ctx)
		if err != nil {
			return "", err
		}
		t.report.ID = m.ID()
		words, err := mailbox.Send(ctx, conn, m)
		t.report.Unsure = errors.Is(err, mailbox.ErrUnanswered)
		if err == nil {
			t.report.Taken = Taken{Server: t.verdict.outgoing.service.endpoint(), At: time.Now(), Words: words, Number: mailbox.QueueNumber(words)}
		}
		return words, err
	})
	if !sent {
		return
	}
	t.step(TripArrive, func() (string, error) {
		a, err := inbox.Await(ctx, t.report.ID, tripLimit)
		t.report.Hops, t.report.Use, t.report.Looked = a.Hops, a.Use, a.Looked
		return a.Folder, err
	})
}

// step takes one step and tells of its beginning and its end.
func (t *traveller) step(kind TripStepKind, work func() (string, error)) bool {
	begun := t.run.now()
	t.report.Steps = append(t.report.Steps, TripStep{Kind: kind, Status: Running, Start: begun})
	t.tell()
	detail, err := work()
	s := &t.report.Steps[len(t.report.Steps)-1]
	s.Status, s.Detail, s.Took = OK, detail, t.run.now()-begun
	if err != nil {
		s.Status = Failed
		s.Cause, s.Detail = classifyVisit(err)
		t.report.Missing = errors.Is(err, mailbox.ErrNotSeen) || errors.Is(err, mailbox.ErrNotOurs)
	}
	t.tell()
	return err == nil
}

// tell tells the loop how far the message has come.
func (t *traveller) tell() {
	report := t.report
	report.Steps = slices.Clone(report.Steps)
	t.run.post(func() { t.run.emit(Event{Kind: TripChanged, Trip: report}) })
}

// outgoing is the connection to send on: the one that has signed in or, where the server needs no sign-in, the one that
// was proved.
func (t *traveller) outgoing(ctx context.Context) (*wire.Conn, error) {
	if out := t.logins[account.Outgoing]; out.conn != nil {
		return out.conn, nil
	}
	w := t.verdict.outgoing
	if conn := t.conns[w.outcome.line]; conn != nil && !conn.Dead() {
		return conn, nil
	}
	return t.redial(ctx, *w)
}

// again opens the incoming connection anew and signs in as before. A no to that ends the trip: the password is not tried
// again.
func (s *signer) again(in login) mailbox.Dial {
	return func(ctx context.Context) (*wire.Conn, error) {
		w := in.choice
		conn, err := s.redial(ctx, w)
		if err != nil {
			return nil, err
		}
		report, index := s.begin(w, in.auth, in.credentials.Username)
		err = conn.SignIn(ctx, s.run.table.request.Policy, w.service.host.Host, w.service.host.Origin, in.auth, in.credentials)
		var result refusal
		if err != nil {
			result = classifySignIn(err)
		}
		s.finish(report, index, result, conn.Transcript())
		return conn, err
	}
}
