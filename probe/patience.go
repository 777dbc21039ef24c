package probe

import (
	"net/netip"
	"time"

	"portolan/account"
	"portolan/probe/wire"
)

// grace is how long a try without any answer is waited for: what a lost SYN needs (DESIGN.md, rule 4).
func grace(trip time.Duration) time.Duration { return patienceBase + patienceTrips*trip }

// until is the moment at which patience with one line of a service ends, where only a better place among verified successes
// is at stake: counted from the service's first line, or from its own start where it is a handshake for a further name. A
// line that has connected has patience as long as it makes progress, at most patienceMax.
func (t *table) until(s *service, l *line) time.Duration {
	start := s.lines[0].started
	if first, dead := t.unanswered(s.host); dead {
		start = first // a host has patience as a whole until something of it answers
	}
	if l.own {
		start = l.started
	}
	wait := grace(t.trip(l.addr.Addr()))
	if l.stage < wire.Connected {
		return start + wait
	}
	return min(start+patienceMax, l.progress+wait)
}

// unanswered reports whether connections to a host were begun and none of them has been answered in any way, and when the
// first was begun.
func (t *table) unanswered(h *host) (first time.Duration, dead bool) {
	first = never
	for _, s := range t.role(h.Role) {
		if s.host != h {
			continue
		}
		for _, l := range s.lines {
			if l.stage >= wire.Connected || l.state == lineFailed && l.cause != NoAnswer {
				return 0, false
			}
			first = min(first, l.started)
		}
	}
	return first, first != never
}

// trip is the round trip to an address as this run measured it, else the largest it has seen.
func (t *table) trip(a netip.Addr) time.Duration {
	var here, largest time.Duration
	for _, l := range t.lines {
		if l.addr.Addr() == a {
			here = max(here, l.facts.Connect)
		}
		largest = max(largest, l.facts.Connect)
	}
	if here > 0 {
		return here
	}
	return largest
}

// largestTrip is the largest round trip of the run.
func (t *table) largestTrip() time.Duration { return t.trip(netip.Addr{}) }

// waitsUntil is the moment at which patience with an open service ends. A service that waits for its turn, or for a place
// at its address, has patience from when it begins; it is bounded by the limit of all looking.
func (t *table) waitsUntil(s *service, now time.Duration) time.Duration {
	var until time.Duration
	running := false
	for _, l := range s.lines {
		if l.state == lineRunning {
			running = true
			until = max(until, t.until(s, l))
		}
	}
	if running {
		return until
	}
	if first, dead := t.unanswered(s.host); dead {
		return first + grace(t.largestTrip())
	}
	if _, ok := t.next(s); ok {
		return now + grace(t.largestTrip())
	}
	return s.host.since + grace(t.largestTrip())
}

// relevant reports whether an open service can still change the answer.
func (t *table) relevant(s *service, now time.Duration) bool {
	if s.look {
		return now < t.waitsUntil(s, now)
	}
	if !t.mayWin(s) {
		return false
	}
	best, ok := t.best(s.host.Role)
	return !ok || best.rank.class != classVerified || now < t.waitsUntil(s, now)
}

// mayWin reports whether a service could stand before the best of its role, or raise a question that stands before it.
func (t *table) mayWin(s *service) bool {
	best, ok := t.best(s.host.Role)
	return !ok || t.potential(s).compare(best.rank) < 0 || t.asksFirst(s, best)
}

// asksFirst reports whether a bad certificate of the service would be asked about before the winner is signed in to: the
// service is on the domain's MX host, speaks the winner's protocol, and nothing verified is known of that host. Port 25, which
// every MX host has, says nothing about a server for users.
func (t *table) asksFirst(s *service, best choice) bool {
	w := best.service
	if !s.host.MX || s.host == w.host || best.rank.class != classVerified || s.port == 25 || s.protocol != w.protocol {
		return false
	}
	return !t.hostVerified(s.host, s.protocol)
}

// hostVerified reports whether a service of the host, port 25 aside, was verified, or shares its address with one that was.
func (t *table) hostVerified(h *host, p account.Protocol) bool {
	for _, s := range t.role(h.Role) {
		if s.host != h || s.protocol != p || s.port == 25 {
			continue
		}
		if o := t.outcome(s); o.standing == good || o.standing == shared {
			return true
		}
	}
	return false
}

// settled reports whether nothing that is still open can change the answer for a role.
func (t *table) settled(r account.Role, now time.Duration) bool {
	best, found := t.best(r)
	for _, s := range t.role(r) {
		if !t.relevant(s, now) || !t.eligible(s) {
			continue
		}
		if t.outcome(s).standing == open {
			return false
		}
	}
	if (!found || best.rank.class != classVerified) && t.namesOpen() {
		return false
	}
	for _, src := range t.sources {
		if !src.done && (!found || best.rank.class != classVerified || t.mayMatter(src, r, best) && now < t.waitsFor(src)) {
			return false
		}
	}
	return true
}

// mayMatter reports whether a source that has not answered could name something better than a verified winner, or, as the
// MX does, raise a question about it.
func (t *table) mayMatter(src *source, r account.Role, best choice) bool {
	if t.wish(r).Server.Host != "" {
		return false // a typed host is the only one of its role
	}
	return src.name == account.SourceMX || src.name.Tier() <= best.rank.tier
}

// waitsFor is the moment at which patience with a source ends: a source is a try like any other.
func (t *table) waitsFor(src *source) time.Duration {
	wait := grace(t.largestTrip())
	if src.progress == 0 {
		return src.since + wait
	}
	return min(src.since+patienceMax, src.progress+wait)
}
