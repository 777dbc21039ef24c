package probe

import (
	"errors"
	"net/netip"
	"slices"
	"time"

	"portolan/account"
	"portolan/probe/wire"
)

// deriveSmall adds, for a port that did not answer the usual ClientHello with one byte, a try with the small one: servers and
// middle boxes exist that choke on a hello that fills more than one packet, as the post-quantum key exchange makes it. It tells
// when a port that still says nothing will be due for that.
//
// One port of an address goes first; others follow where that helped. Where anything at the address has answered a usual
// hello, nothing chokes there.
func (t *table) deriveSmall(s *service, now time.Duration) (wake time.Duration) {
	wake = never
	if s.classical || s.look {
		return wake
	}
	for _, l := range s.lines {
		due := now
		switch {
		case l.small:
			continue
		case l.state == lineRunning && awaitsTLS(l):
			due = l.progress + helloStall
		case !unanswered(l):
			continue
		}
		if !t.smallMayHelp(l.addr.Addr()) || t.hasSmall(s) || !t.mayWin(s) {
			continue
		}
		if due > now {
			wake = min(wake, due)
			continue
		}
		small := *s
		small.classical, small.retry, small.lines = true, true, nil
		t.services = append(t.services, &small)
	}
	return wake
}

// unanswered reports whether a line's handshake ended without a byte in answer to its ClientHello.
func unanswered(l *line) bool {
	var e *wire.UnansweredError
	return l.state == lineFailed && errors.As(l.err, &e)
}

// awaitsTLS reports whether a line waits for the answer to its ClientHello.
func awaitsTLS(l *line) bool {
	return l.stage == wire.Upgrading || l.security == account.TLS && l.stage == wire.Connected
}

// reservedSmall counts the small hellos to an address that are due, or will be where the first one helps.
func (t *table) reservedSmall(a netip.Addr) int {
	due, silent, first := 0, 0, false
	for _, s := range t.services {
		if s.classical && len(s.lines) == 0 && slices.Contains(s.host.addrs(), a) {
			due++
		}
	}
	for _, l := range t.lines {
		if l.addr.Addr() != a {
			continue
		}
		first = first || l.small && l.state == lineRunning
		if unanswered(l) && !l.small {
			silent++
		}
	}
	if first {
		return due + silent - 1
	}
	return due
}

// hasSmall reports whether the small hello is tried for the service already.
func (t *table) hasSmall(s *service) bool {
	return slices.ContainsFunc(t.services, func(o *service) bool {
		return o.classical && o.host == s.host && o.protocol == s.protocol && o.port == s.port && o.security == s.security
	})
}

// smallMayHelp reports whether a further small hello to an address is worth a connection: the first one, unless something there
// has answered a usual one; all others once the first has been answered. One that was given up before its end, or that cannot
// win any more, has shown nothing.
func (t *table) smallMayHelp(a netip.Addr) bool {
	tried := slices.ContainsFunc(t.services, func(s *service) bool {
		ended := slices.ContainsFunc(s.lines, func(l *line) bool { return l.state != lineRunning && l.state != lineDropped })
		return s.classical && slices.Contains(s.host.addrs(), a) && (ended || t.mayWin(s))
	})
	for _, l := range t.lines {
		switch {
		case l.addr.Addr() != a:
		case l.facts.TLS.Version != 0, l.security == account.TLS && l.stage >= wire.Secured:
			return l.small
		case l.small && l.state == lineFailed && awaitsTLS(l) && !unanswered(l):
			return true // it led to nothing, and was answered all the same
		}
	}
	return !tried
}
