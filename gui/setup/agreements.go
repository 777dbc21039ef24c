package setup

import (
	"cmp"
	"context"
	"slices"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe/explain"
)

// An AgreementKind says what somebody agreed to.
type AgreementKind uint8

// The kinds of agreements.
const (
	AgreedCertificate AgreementKind = iota // a certificate that did not verify
	AgreedCleartext                        // a server without encryption
	AgreedDomain                           // servers outside the domain of the address
)

// An Agreement is what the user said yes to for the account in the form, and can take back. It is fit to be shown as it is.
type Agreement struct {
	Kind        AgreementKind
	Tone        Tone
	About       string // "imap.example.org:993", or the domain
	Words       string // what it means
	Fingerprint string // SHA-256, of a certificate

	server account.Endpoint // of a certificate or of a server without encryption
	domain string           // in ASCII
}

// agreements lists what was agreed to for the account in the form, by what it is about.
func (b book) agreements() []Agreement {
	var list []Agreement
	for _, p := range b.consents.pins {
		list = append(list, Agreement{
			Kind: AgreedCertificate, Tone: Warning, About: shownServer(p.Server), Fingerprint: explain.Fingerprint(p.Certificate), server: p.Server,
			Words: "You chose to trust its certificate. Its identity is not verified.",
		})
	}
	for _, e := range b.consents.clear {
		list = append(list, Agreement{
			Kind: AgreedCleartext, Tone: Warning, About: shownServer(e), server: e, Words: "May be used without encryption.",
		})
	}
	for _, d := range b.consents.domains {
		list = append(list, Agreement{
			Kind: AgreedDomain, About: account.Neutral(account.UnicodeHost(d), wordLimit), domain: d, Words: "Its servers may be signed in to, though your address lies elsewhere.",
		})
	}
	slices.SortStableFunc(list, func(x, y Agreement) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.About, y.About))
	})
	return slices.Compact(list)
}

// shownServer names a server as people write it.
func shownServer(e account.Endpoint) string {
	return account.Neutral(account.Endpoint{Host: account.UnicodeHost(e.Host), Port: e.Port}.String(), wordLimit)
}

// TakeBack takes an agreement back: from then on it is a question again, or the hard stop of a server that has proved before
// who it is. What was proved on the strength of it counts no longer. A saved account is without it at once, whatever else of the form
// is not saved. One that is not there changes nothing.
func (s *Session) TakeBack(a Agreement) {
	b := s.book
	if s.closed || !slices.Contains(b.agreements(), a) {
		return
	}
	b, words := b.takenBack(a), "What you agreed to about "+a.About+" is forgotten"
	id := b.shelf.open
	saved, there := b.shelf.find(id)
	switch {
	case !there && b.shelf.saving != id:
		s.set(b.noticed(Neutral, words+"."))
		return
	case b.shelf.readOnly || !b.shelf.kept:
		s.set(b.noticed(Warning, words+" in this window alone: it cannot save, and the saved account still has it."))
		return
	}
	b = b.withdrawn(id, a)
	opened, k := s.safe.Store, s.keeper
	s.work(func(context.Context) {
		err := opened.Update(func(b store.Book) store.Book {
			if now, ok := b.Find(id); ok {
				return b.With(a.outOfSaved(now))
			}
			return b
		})
		s.tellOf(k, func() {
			if err == nil {
				s.book = s.book.withdrawn(id, a).noticed(Success, words+", in the saved account too.")
				return
			}
			s.book = s.book.onPage(id, func(p book) book {
				p.base.account.Trust, p.base.account.Consents = saved.Trust, saved.Consents // it is still to be saved
				return p
			}).noticed(Danger, words+" here, but the saved account still has it: "+reason(err)+" Save the account to try again.")
		})
	})
	s.set(b)
}

// withdrawn takes an agreement out of what is known of a saved account.
func (b book) withdrawn(id ID, a Agreement) book {
	if saved, ok := b.shelf.find(id); ok {
		b.shelf = b.shelf.withSaved(a.outOfSaved(saved))
	}
	if q := b.shelf.ask; q != nil && q.offer == nil && q.put.saved.ID == id {
		asked := *q // what is about to be saved
		asked.put.saved, asked.put.shown = a.outOfSaved(asked.put.saved), a.outOf(asked.put.shown)
		b.shelf.ask = &asked
	}
	return b.onPage(id, func(p book) book {
		p.base.account = a.outOf(p.base.account)
		return p
	})
}

// outOfSaved is a saved account without the agreement. What was checked on the strength of it says nothing any more.
func (a Agreement) outOfSaved(s store.Saved) store.Saved {
	without := a.outOf(s.Account)
	if sameAccount(without, s.Account) {
		return s
	}
	s.Account = without
	for _, server := range []*account.Server{&s.Incoming, &s.Outgoing} {
		inDomain := a.Kind == AgreedDomain && domainOf(server.Host) == a.domain
		if server.Endpoint == a.server || inDomain {
			s.LastCheck = store.Check{}
		}
		if inDomain {
			server.Source = account.SourceFile // nobody answers for it any more, though it stands in the account
		}
	}
	return s
}

// outOf is an account without the agreement.
func (a Agreement) outOf(x account.Account) account.Account {
	switch a.Kind {
	case AgreedCertificate:
		x.Trust.Pins = slices.DeleteFunc(slices.Clone(x.Trust.Pins), func(p account.Pin) bool { return p.Server == a.server })
	case AgreedCleartext:
		x.Consents.Cleartext = slices.DeleteFunc(slices.Clone(x.Consents.Cleartext), func(e account.Endpoint) bool { return e == a.server })
	case AgreedDomain:
		x.Consents.Domains = slices.DeleteFunc(slices.Clone(x.Consents.Domains), func(d string) bool { return d == a.domain })
	}
	return x
}

// takenBack is the book without an agreement. Security rule C-6: an exception can be revoked where the account is edited.
func (b book) takenBack(a Agreement) book {
	c := b.consents
	without := a.outOf(account.Account{Trust: account.Trust{Pins: c.pins}, Consents: account.Consents{Cleartext: c.clear, Domains: c.domains}})
	c.pins, c.clear, c.domains = without.Trust.Pins, without.Consents.Cleartext, without.Consents.Domains
	if a.Kind == AgreedDomain {
		for _, r := range roles() {
			if host := b.settings(r).Host; domainOf(host) == a.domain {
				b.origin[at(r)] = host // nobody answers for it any more, though it stands in the form
			}
		}
	}
	b.consents = c
	b.stamp.whole++
	return b
}
