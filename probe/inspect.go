package probe

import (
	"context"
	"errors"
	"time"

	"portolan/account"
	"portolan/probe/mailbox"
	"portolan/probe/wire"
)

// A Look is what the task Inspect saw of the mailbox. Its Protocol is unknown where nothing was seen.
type Look struct {
	mailbox.Box
	Status Status // Waiting: not begun
	Took   time.Duration
	Cause  Cause
	Detail string // the server's words
}

// A login is a sign-in that was accepted, and its connection.
type login struct {
	choice      choice
	auth        account.Auth
	credentials wire.Credentials
	conn        *wire.Conn
}

// visit does what the request asks for behind the sign-in.
func (r *run) visit() {
	if r.signer == nil {
		return
	}
	switch r.table.request.Task {
	case Inspect:
		_ = r.beside(r.signer.look)
	case RoundTrip:
		_ = r.beside(r.signer.trip)
	default:
		return
	}
	for _, in := range r.signer.logins {
		if l := in.choice.outcome.line; l.conn == in.conn {
			r.tell(l) // the conversation has gone on
		}
	}
}

// look looks into the mailbox, on the connection that has signed in.
func (s *signer) look(ctx context.Context) {
	in := s.logins[account.Incoming]
	if in.conn == nil {
		return
	}
	begun := s.run.now()
	s.tellLook(Look{Status: Running})
	box, err := mailbox.Inspect(ctx, in.conn, in.choice.service.protocol)
	seen := Look{Box: box, Status: OK, Took: s.run.now() - begun}
	if err != nil {
		seen.Status = Failed
		seen.Cause, seen.Detail = classifyVisit(err)
	}
	s.tellLook(seen)
}

// tellLook tells the loop what was seen.
func (s *signer) tellLook(l Look) {
	s.run.post(func() { s.run.emit(Event{Kind: MailboxSeen, Look: l}) })
}

// classifyVisit is classify for what comes after the sign-in.
func classifyVisit(err error) (Cause, string) {
	var said *mailbox.ServerError
	switch {
	case errors.As(err, &said):
		return ServerTrouble, account.Neutral(said.Text, detailLimit)
	case errors.Is(err, mailbox.ErrNotSeen), errors.Is(err, mailbox.ErrNotOurs), errors.Is(err, mailbox.ErrNeedsSMTPUTF8):
		return CauseNone, err.Error()
	default:
		return classify(err)
	}
}
