package probe

import (
	"net/netip"
	"slices"

	"portolan/account"
)

// Names that share an address share its first connection. This file holds what follows from that: whose name is dialled, what
// its certificate says about the others, and when another name gets a handshake of its own.

// known finds the line that a start can use instead of a connection of its own.
func (t *table) known(s start) *line {
	if s.try.own {
		return t.covering(s.service, s.try.addr)
	}
	for _, l := range t.lines {
		if l.addr == s.try.addr && l.protocol == s.service.protocol && l.security == s.service.security && l.small == s.service.classical && !l.own && l.state != lineDropped {
			return l
		}
	}
	return nil
}

// sharers lists the services that a new line to an address serves at once, best first: the one that wants it, and those of
// other names at the same address and port.
func (t *table) sharers(s start) []*service {
	list := []*service{s.service}
	if s.try.own {
		return list
	}
	for _, o := range t.role(s.service.host.Role) {
		if o == s.service || o.protocol != s.service.protocol || o.port != s.service.port || o.security != s.service.security || o.look != s.service.look || o.classical != s.service.classical {
			continue
		}
		if slices.Contains(o.untried(), s.try.addr.Addr()) && t.eligible(o) {
			list = append(list, o)
		}
	}
	slices.SortStableFunc(list, func(a, b *service) int { return t.potential(a).compare(t.potential(b)) })
	return list
}

// has reports whether the service has a line to the address already.
func (s *service) has(addr netip.AddrPort, own bool) bool {
	return slices.ContainsFunc(s.lines, func(l *line) bool { return l.addr == addr && (!own || l.names[0] == s.host.Host) })
}

// attach lets a service share the line.
func (l *line) attach(s *service) {
	s.lines = append(s.lines, l)
	if !slices.Contains(l.names, s.host.Host) {
		l.names = append(l.names, s.host.Host)
	}
}

// ownHandshake is a further handshake on a port that showed a bad certificate to another of its address' names. It is made
// only while nothing verified is found at that address for the role; where the port shows every name the same certificate,
// only for a name for which that one is sound.
func (t *table) ownHandshake(s *service) (try, bool) {
	for _, l := range s.lines {
		if l.state != lineFailed || !certificateCause(l.cause) || l.names[0] == s.host.Host {
			continue
		}
		if o := t.covering(s, l.addr); o != nil && !slices.Contains(s.lines, o) {
			return try{addr: l.addr, own: true, at: l.ended}, true // it is shared: see known
		}
		if t.verifiedAt(l) {
			continue
		}
		well := soundFor(s, l)
		if t.ignoresSNI(l) && !well {
			continue
		}
		if !s.has(l.addr, true) {
			at := l.ended
			if !well && t.soundForAnother(s, l) {
				at += nameGrace
			}
			return try{addr: l.addr, own: true, well: well, at: at}, true
		}
	}
	return try{}, false
}

// covering gives another name's handshake of its own on the service's port whose certificate is proven for this name too.
func (t *table) covering(s *service, at netip.AddrPort) *line {
	for _, l := range t.lines {
		if l.own && l.state == lineUp && l.addr == at && l.protocol == s.protocol && l.security == s.security && l.small == s.classical && l.facts.Covers(s.host.Host) {
			return l
		}
	}
	return nil
}

// soundFor reports whether nothing is wrong with the certificate of a line but that it is not for the name that was dialled,
// and it is for the service's.
func soundFor(s *service, l *line) bool {
	return wrongNameOnly(l) && l.facts.TLS.Names(s.host.Host)
}

// soundForAnother reports whether the certificate of a line is sound for another name on the service's port that has not been
// dialled there, or that is still being looked up.
func (t *table) soundForAnother(s *service, l *line) bool {
	return slices.ContainsFunc(t.role(s.host.Role), func(o *service) bool {
		if o.host == s.host || o.host.held || o.protocol != s.protocol || o.port != s.port || o.security != s.security || !soundFor(o, l) {
			return false
		}
		return !o.host.looked() || slices.Contains(o.host.addrs(), l.addr.Addr()) && !o.has(l.addr, true)
	})
}

// inTurn keeps one further name's handshake a port at a time: what it shows may answer for the other names.
func (t *table) inTurn(list []start) []start {
	type port struct {
		protocol account.Protocol
		addr     netip.AddrPort
	}
	busy := map[port]bool{}
	for _, l := range t.lines {
		if l.own && l.state == lineRunning {
			busy[port{l.protocol, l.addr}] = true
		}
	}
	return slices.DeleteFunc(list, func(s start) bool {
		p := port{s.service.protocol, s.try.addr}
		waits := s.try.own && busy[p]
		busy[p] = busy[p] || s.try.own
		return waits
	})
}

// cmpTrue puts what is true first.
func cmpTrue(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}

// verifiedAt reports whether anything verified was found at the line's address for its role.
func (t *table) verifiedAt(at *line) bool {
	for _, l := range t.lines {
		if l.state == lineUp && l.addr.Addr() == at.addr.Addr() && l.protocol.Role() == at.protocol.Role() && l.facts.Protection >= account.Pinned {
			return true
		}
	}
	return false
}

// ignoresSNI reports whether the server showed the same certificate to two different names on the line's port: then a third
// name need not ask.
func (t *table) ignoresSNI(at *line) bool {
	for _, l := range t.lines {
		if l != at && l.addr == at.addr && l.protocol == at.protocol && l.security == at.security && l.names[0] != at.names[0] &&
			certificateCause(l.cause) && l.facts.TLS.Certificate == at.facts.TLS.Certificate {
			return true
		}
	}
	return false
}

// deniedOwn reports whether the limits left no room for the service's own handshake at the port of a line.
func (s *service) deniedOwn(at *line) bool {
	return slices.ContainsFunc(s.lines, func(l *line) bool {
		return l.addr == at.addr && l.names[0] == s.host.Host && l.state == lineSkipped
	})
}
