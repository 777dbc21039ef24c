package setup

import (
	"context"
	"crypto/x509"
	"slices"
	"time"

	"portolan/account/store"
	"portolan/probe"
)

// mostChecks is how many accounts are checked at a time. The prober bounds the connections to each address.
const mostChecks = 16

// A checker makes the checks of one round.
type checker struct {
	ctx    context.Context //nolint:containedctx // accounts join a round that is going on
	stop   context.CancelFunc
	places chan struct{}
}

// CheckAccount checks a saved account: its two servers, one connection each, and its sign-in where the password is known.
func (s *Session) CheckAccount(id ID) { s.check([]ID{id}) }

// CheckAll checks every saved account, side by side. Stop ends it.
func (s *Session) CheckAll() {
	ids := make([]ID, len(s.book.shelf.saved))
	for i, saved := range s.book.shelf.saved {
		ids[i] = saved.ID
	}
	s.check(ids)
}

// check checks accounts, in the round that is going on or in a new one.
func (s *Session) check(ids []ID) {
	list := s.book.shelf.checkable(ids)
	if !s.listing() || s.book.shelf.round.stopped && len(s.book.shelf.round.waiting) > 0 || len(list) == 0 {
		return
	}
	c := &s.checks
	if len(s.book.shelf.round.waiting) == 0 {
		if c.stop != nil {
			c.stop()
		}
		c.ctx, c.stop = context.WithCancel(s.ctx)
		c.places = make(chan struct{}, mostChecks)
	}
	b := s.book.checking(list)
	number, ctx, places, passwords, runner := b.shelf.round.number, c.ctx, c.places, s.safe.Passwords, s.runner
	k, authorities := s.keeper, b.practice.authorities
	for _, saved := range list {
		s.wg.Go(func() {
			var c *checked
			select {
			case places <- struct{}{}:
				c = checkOne(ctx, runner, passwords, authorities, saved)
				<-places
			case <-ctx.Done():
			}
			s.tellOf(k, func() { s.checkEnded(number, saved.ID, c) })
		})
	}
	s.set(b)
}

// checkOne checks one account, believing the authorities of the practice mailbox in use beside its own; nil: it was stopped.
func checkOne(ctx context.Context, r Runner, passwords *store.Passwords, practice []*x509.Certificate, saved store.Saved) *checked {
	secrets, err := passwords.Load(ctx, saved)
	q := checkRequest(saved, secrets)
	q.Policy.Trust.Authorities = slices.Concat(practice, saved.Trust.Authorities)
	if saved.ClientCertificate.File != "" {
		q.Identity = openIdentity(identityKey{paths: saved.ClientCertificate, password: secrets.Certificate}).identity
	}
	unread := saved.ClientCertificate.File != "" && q.Identity.Empty()
	var report probe.Report
	fault := probe.Survive(func() {
		for e := range r.Run(ctx, q) {
			report = report.With(e)
		}
	})
	if fault != nil {
		report = report.With(probe.Broken(fault)).With(probe.Event{Kind: probe.RunEnded, Outcome: probe.Nothing})
	}
	if ctx.Err() != nil || report.Outcome == probe.Stopped || report.Outcome == probe.Unfinished {
		return nil
	}
	c := judged(saved, report, time.Now())
	c.locked, c.unread = err != nil, unread
	return c
}

// checkEnded takes in the end of one check; with the last one of its round, what they found is saved.
func (s *Session) checkEnded(number int, id ID, c *checked) {
	was := len(s.book.shelf.round.waiting)
	s.book = s.book.checkEnded(number, id, c)
	r := s.book.shelf.round
	if was == 0 || len(r.waiting) > 0 || len(r.seen) == 0 || s.book.shelf.readOnly || !s.book.shelf.kept {
		return
	}
	opened, k := s.safe.Store, s.keeper
	s.work(func(context.Context) {
		err := opened.Update(func(b store.Book) store.Book { return withChecks(b, r.seen) })
		if err != nil {
			s.tellOf(k, func() {
				s.book = s.book.noticed(Warning, "The results of the checks were not saved: "+reason(err))
			})
		}
	})
}

// stopChecks ends the checks that are going on; every socket is closed within 100 ms.
func (s *Session) stopChecks() {
	if len(s.book.shelf.round.waiting) == 0 || s.book.shelf.round.stopped {
		return
	}
	s.checks.stop()
	b := s.book
	b.shelf.round.stopped = true
	s.set(b)
}
