package probe

import (
	"cmp"
	"slices"

	"portolan/account"
)

// A rank orders what could be used, the smaller the better, field by field in this order (DESIGN.md, rule 3).
type rank struct {
	class     int // 0 verified or pinned, 1 a certificate to judge, 2 cleartext
	tier      int // the host's source; -1 for a server whose certificate the user pinned
	protocol  int // IMAP before POP3
	security  int // TLS before STARTTLS
	relay     int // 587 before 25
	published int // a port that a source named, or the user typed, before a standard one
	order     int // of the host within its source
	source    int // between two of one tier
	name      string
}

// The classes of a rank.
const (
	classVerified = iota
	classDoubtful
	classCleartext
)

func (r rank) compare(o rank) int {
	return cmp.Or(
		cmp.Compare(r.class, o.class),
		cmp.Compare(r.tier, o.tier),
		cmp.Compare(r.protocol, o.protocol),
		cmp.Compare(r.security, o.security),
		cmp.Compare(r.relay, o.relay),
		cmp.Compare(r.published, o.published),
		cmp.Compare(r.order, o.order),
		cmp.Compare(r.source, o.source),
		cmp.Compare(r.name, o.name),
	)
}

// potential is the best rank that the service could come to.
func (t *table) potential(s *service) rank {
	r := rank{tier: s.host.Origin.Source.Tier(), order: s.host.Order, source: int(s.host.Origin.Source), name: s.host.Host}
	if _, pinned := t.request.Policy.Trust.PinFor(s.endpoint()); pinned {
		r.tier = -1
	}
	if s.protocol == account.POP3 {
		r.protocol = 1
	}
	if s.security != account.TLS {
		r.security = 1
	}
	if s.port == 25 {
		r.relay = 1
	}
	if !s.published && !s.typed {
		r.published = 1
	}
	return r
}

// rankOf is the rank of a service that has come to something.
func (t *table) rankOf(s *service, o outcome) rank {
	r := t.potential(s)
	switch o.standing {
	case good:
		r.class = classVerified
	case held: // it may prove as well as any; a name in a certificate only stands before that certificate
		r.class = classVerified
		if s.host.shown {
			r.class, r.tier = classDoubtful, -1
		}
	case doubtful:
		r.class = classDoubtful
	default:
		r.class = classCleartext
	}
	return r
}

// endpoint is the service's host and port.
func (s *service) endpoint() account.Endpoint {
	return account.Endpoint{Host: s.host.Host, Port: s.port}
}

// A choice is a service that has come to something, with its rank.
type choice struct {
	service *service
	outcome outcome
	rank    rank
}

// choices lists everything usable of a role, best first. A service that only looks is not among them, nor one that waits
// for a yes, and no certificate or cleartext that the user already refused.
func (t *table) choices(r account.Role) []choice { return t.usable(r, good, doubtful, clear) }

// usable lists the services of a role with one of these standings, best first.
func (t *table) usable(r account.Role, standings ...standing) []choice {
	var list []choice
	for _, s := range t.role(r) {
		if s.look {
			continue
		}
		o := t.outcome(s)
		if !slices.Contains(standings, o.standing) || t.declined(s, o) {
			continue
		}
		list = append(list, choice{s, o, t.rankOf(s, o)})
	}
	slices.SortStableFunc(list, func(a, b choice) int { return a.rank.compare(b.rank) })
	return list
}

// best is the first of choices.
func (t *table) best(r account.Role) (choice, bool) {
	list := t.choices(r)
	if len(list) == 0 {
		return choice{}, false
	}
	return list[0], true
}

// declined reports whether the user has answered no to what using this service would need.
func (t *table) declined(s *service, o outcome) bool {
	if t.declinedDomain(s.host.Host) {
		return true
	}
	for _, d := range t.request.Declined {
		switch d.Kind {
		case DecideCertificate:
			if o.standing == doubtful && d.TLS.Certificate == o.line.facts.TLS.Certificate && slices.Contains(d.Servers, s.endpoint()) {
				return true
			}
		case DecideCleartext:
			if o.standing == clear && slices.Contains(d.Servers, s.endpoint()) {
				return true
			}
		case DecidePort:
			if s.offer && slices.Contains(d.Servers, s.endpoint()) {
				return true
			}
		}
	}
	return false
}
