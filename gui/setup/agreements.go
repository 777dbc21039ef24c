package setup

import (
	"cmp"
	"slices"

	"portolan/account"
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
// who it is. What was proved on the strength of it counts no longer. One that is not there changes nothing.
func (s *Session) TakeBack(a Agreement) {
	if b := s.book; !s.closed && slices.Contains(b.agreements(), a) {
		s.set(b.takenBack(a))
	}
}

// takenBack is the book without an agreement. Security rule C-6: an exception can be revoked where the account is edited.
func (b book) takenBack(a Agreement) book {
	c := b.consents
	switch a.Kind {
	case AgreedCertificate:
		c.pins = slices.DeleteFunc(slices.Clone(c.pins), func(p account.Pin) bool { return p.Server == a.server })
	case AgreedCleartext:
		c.clear = slices.DeleteFunc(slices.Clone(c.clear), func(e account.Endpoint) bool { return e == a.server })
	case AgreedDomain:
		c.domains = slices.DeleteFunc(slices.Clone(c.domains), func(d string) bool { return d == a.domain })
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
