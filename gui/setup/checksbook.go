package setup

import (
	"slices"
	"time"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe"
	"portolan/probe/explain"
)

// A round is the checks that are going on, or those that were made last.
type round struct {
	number  int
	all     int
	waiting []ID      // those that have not ended
	seen    []checked // those that have
	stopped bool
}

// A checked is what one check came to.
type checked struct {
	before store.Saved // as it was checked, with the check before
	check  store.Check
	tone   Tone
	title  string   // what explain says of the outcome
	safer  []string // what would be safer, a sentence each
	locked bool     // the keyring did not give the password
	edited bool     // the form holds something else, which was not checked
	unread bool     // the client certificate could not be read

	verified []account.Endpoint // servers whose certificates verified
}

// progress is what the window shows of a round.
func (r round) progress() Checks {
	if len(r.waiting) == 0 {
		return Checks{}
	}
	return Checks{Running: true, Done: r.all - len(r.waiting), All: r.all}
}

// checkable lists those of some accounts that are saved and not being checked.
func (k shelf) checkable(ids []ID) []store.Saved {
	var list []store.Saved
	wanted, waiting := setOf(ids), setOf(k.round.waiting)
	for _, s := range k.saved {
		if wanted[s.ID] && !waiting[s.ID] {
			list = append(list, s)
		}
	}
	return list
}

// checking notes that accounts are being checked: in the round that is going on, or in a new one.
func (b book) checking(list []store.Saved) book {
	r := &b.shelf.round
	if len(r.waiting) == 0 {
		*r = round{number: r.number + 1}
		b.shelf.summary = nil
	}
	r.all += len(list)
	r.waiting = slices.Clone(r.waiting)
	for _, s := range list {
		r.waiting = append(r.waiting, s.ID)
	}
	b.shelf = b.shelf.changed()
	return b
}

// checkEnded takes in the end of one check; c is nil for one that was stopped. What comes from an older round, or was found of
// settings that are not saved any more, changes nothing of the account.
func (b book) checkEnded(number int, id ID, c *checked) book {
	r := &b.shelf.round
	if number != r.number || !slices.Contains(r.waiting, id) {
		return b
	}
	r.waiting = slices.DeleteFunc(slices.Clone(r.waiting), func(other ID) bool { return other == id })
	if c != nil {
		judged := *c
		judged.edited = b.edits(id)
		r.seen = append(slices.Clip(r.seen), judged)
		if now, ok := b.shelf.find(id); ok && sameServers(now, c.before) {
			b.shelf = b.shelf.withSaved(c.onto(now))
			b = b.verified(id)
		}
		if d := b.shelf.deleted; d != nil && d.stored && d.saved.ID == id && sameServers(d.saved, c.before) {
			later := *d // should it come back
			later.saved = c.onto(d.saved)
			b.shelf.deleted = &later
		}
	}
	b.shelf = b.shelf.changed()
	if len(r.waiting) == 0 {
		b = b.summed()
	}
	return b
}

// edits reports whether something stands in an account's form that is not saved.
func (b book) edits(id ID) bool {
	if id == b.shelf.open {
		return b.differs() || b.passwordNew()
	}
	p, _ := b.shelf.page(id)
	return p.changed
}

// onto notes what a check found of an account. A server that verified once is never asked about again: it has to.
func (c checked) onto(s store.Saved) store.Saved {
	s.LastCheck = c.check
	s.Trust.Verified = together(s.Trust.Verified, c.verified)
	return s
}

// sameServers reports whether an account is still what was checked.
func sameServers(a, b store.Saved) bool { return sameAccount(a.Account, b.Account) }

// withChecks puts the results of a round into the file's book.
func withChecks(b store.Book, seen []checked) store.Book {
	for _, c := range seen {
		now, ok := b.Find(c.before.ID)
		if ok && sameServers(now, c.before) && !c.check.At.Before(now.LastCheck.At) {
			b = b.With(c.onto(now))
		}
	}
	return b
}

// checkRequest asks for the check of a saved account.
func checkRequest(s store.Saved, secrets store.Secrets) probe.Request {
	q := probe.Request{
		Task: probe.Check, Address: s.Address, Account: s.Account, Protocol: s.Incoming.Protocol,
		Secret: secrets.Incoming, OutgoingSecret: secrets.Outgoing,
		Policy:       account.Policy{Trust: s.Trust, Consents: s.Consents},
		PasswordSure: !s.LastCheck.At.IsZero() && s.LastCheck.Outcome != probe.NeedDecision.String(), // it was spent before
	}
	if len(s.Consents.Cleartext) > 0 {
		q.Policy.Encryption = account.EncryptionOptional
	}
	q.Incoming.Auth, q.Outgoing.Auth = s.Incoming.Auth, s.Outgoing.Auth
	if s.Outgoing.Auth == account.AuthNone {
		q.OutgoingSignIn, q.Outgoing.Auth = probe.SignInNone, account.AuthUnknown
	}
	return q
}

// lasting is what a server showed, with the certificate of before where it showed none: the next check can still tell whether that
// was replaced.
func lasting(before, now store.Shown) store.Shown {
	if now.Certificate == (account.Fingerprint{}) {
		now.Certificate = before.Certificate
	}
	return now
}

// judged keeps of the report of a check what is worth it: a thousand reports would not be.
func judged(s store.Saved, r probe.Report, at time.Time) *checked {
	c := checked{before: s, check: checkOf(r, r.Outcome, at), tone: toneOf(r), title: explain.Verdict(r).Title}
	c.check.Incoming, c.check.Outgoing = lasting(s.LastCheck.Incoming, c.check.Incoming), lasting(s.LastCheck.Outgoing, c.check.Outgoing)
	for _, role := range roles() {
		if res := resultOf(r, role); res.Host != "" && res.Protection == account.Verified {
			c.verified = append(c.verified, res.Endpoint)
		}
	}
	for _, f := range r.Findings {
		if f.Cause == probe.SaferAvailable {
			t := explain.Finding(f)
			c.safer = append(c.safer, t.Title+". "+t.Advice)
		}
	}
	if c.tone == Warning && (r.Outcome == probe.Ready || r.Outcome == probe.Found) {
		c.tone = Success // that it is not encrypted stands in the list already
	}
	return &c
}
