package probe

import (
	"slices"

	"portolan/account"
)

// concerns says of every server of a decision how it would be used after a yes.
//
// G-9: who is asked sees the protocol, the server, how it is protected and who named it.
func (t *table) concerns(servers []account.Endpoint, v verdict) []Concern {
	list := make([]Concern, 0, len(servers))
	for _, e := range servers {
		if s := t.concerned(e, v); s != nil {
			c := Concern{Protocol: s.protocol, Server: e, Security: s.security, Source: s.host.Origin.Source}
			if t.outcome(s).standing == clear {
				c.Security = account.Cleartext
			}
			list = append(list, c)
		}
	}
	return list
}

// concerned is the service that a decision is about: a winner, or else one that showed a certificate there, or any; nil
// for none.
func (t *table) concerned(e account.Endpoint, v verdict) *service {
	for _, role := range []account.Role{account.Incoming, account.Outgoing} {
		if w := v.winner(role); w != nil && w.service.endpoint() == e {
			return w.service
		}
	}
	var found *service
	for _, s := range t.services {
		if s.endpoint() != e {
			continue
		}
		if found == nil {
			found = s
		}
		if slices.ContainsFunc(s.lines, func(l *line) bool { return l.state == lineFailed && certificateCause(l.cause) }) {
			return s
		}
	}
	return found
}
