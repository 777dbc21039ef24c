package probe

import (
	"cmp"
	"math"
	"net/netip"
	"slices"
	"time"

	"portolan/account"
	"portolan/probe/wire"
)

// never is a moment that no run reaches: what waits for it is woken by something else first.
const never = time.Duration(math.MaxInt64)

// A try is the next connection that a service wants.
type try struct {
	addr netip.AddrPort
	own  bool          // with the service's own name as SNI: a further handshake on a known port
	well bool          // the certificate that was shown to another name there is sound for this one
	at   time.Duration // not before this
}

// next tells which connection the service wants next, whatever its turn; ok is false where there is none to be had.
func (t *table) next(s *service) (try, bool) {
	if own, ok := t.ownHandshake(s); ok {
		return own, true
	}
	left := s.untried()
	if len(left) == 0 {
		return try{}, false
	}
	if len(s.lines) == 0 {
		at := time.Duration(0)
		if left[0].Is4() && !s.host.families[v6].done {
			at = s.host.families[v4].at + lookupGrace
		}
		return s.try(left[0], at), true
	}
	last := s.lines[len(s.lines)-1]
	other := slices.IndexFunc(left, func(a netip.Addr) bool { return a.Is4() != last.addr.Addr().Is4() })
	switch {
	case slices.ContainsFunc(s.lines, func(l *line) bool { return l.state == lineUp }):
		return try{}, false
	case slices.ContainsFunc(s.lines, func(l *line) bool { return l.state == lineRunning && l.stage >= wire.Connected }):
		return t.nextBesideStalled(s, left, other)
	case last.state == lineRunning && other >= 0:
		return s.try(left[other], last.started+headStart), true
	case last.state == lineRunning:
		return s.try(left[0], last.started+nextAddrDelay), true
	case last.state == lineFailed && last.facts.Connect == 0:
		return s.try(left[0], 0), true
	case last.state == lineFailed && other >= 0:
		return s.try(left[other], 0), true // one family answered badly: the other is tried before the verdict
	default:
		return try{}, false
	}
}

// nextBesideStalled tries the other family beside a connection that makes no TLS progress.
func (t *table) nextBesideStalled(s *service, left []netip.Addr, other int) (try, bool) {
	if other < 0 {
		return try{}, false
	}
	for _, l := range s.lines {
		if l.state != lineRunning || l.stage < wire.Connected {
			continue
		}
		awaitsTLS := l.stage == wire.Upgrading || l.security == account.TLS && l.stage == wire.Connected
		if !awaitsTLS || l.addr.Addr().Is4() == left[other].Is4() {
			return try{}, false
		}
		return s.try(left[other], l.progress+tlsStall), true
	}
	return try{}, false
}

func (s *service) try(a netip.Addr, at time.Duration) try {
	return try{addr: netip.AddrPortFrom(a, uint16(s.port)), at: at}
}

// untried lists the host's addresses that the service has no line to.
func (s *service) untried() []netip.Addr {
	return slices.DeleteFunc(s.host.addrs(), func(a netip.Addr) bool {
		return slices.ContainsFunc(s.lines, func(l *line) bool { return l.addr.Addr() == a })
	})
}

// eligible reports whether the service may be tried at all: an offer only once the typed port has failed.
func (t *table) eligible(s *service) bool {
	_, ok := t.due(s)
	return ok
}

// due tells when a service's turn comes: never for one whose turn depends on something that has not begun yet. It is not
// ok for an offer while the typed port has not failed.
func (t *table) due(s *service) (time.Duration, bool) {
	switch {
	case s.offer && !t.askedFailed(s.host.Role):
		return 0, false
	case s.typed || s.look || s.retry:
		return 0, true
	case s.port == 25:
		return t.relayDue(s), true
	}
	at := time.Duration(0)
	if s.protocol == account.POP3 && t.request.Protocol != account.POP3 {
		imap := func(o *service) bool { return o.protocol == account.IMAP }
		at = t.dueAfter(s, imap, imap, pop3Delay)
	}
	if s.security == account.STARTTLS {
		partner := func(o *service) bool {
			return o.host == s.host && o.protocol == s.protocol && o.security == account.TLS && !o.retry && o.offer == s.offer
		}
		at = max(at, t.dueAfter(s, partner, partner, starttlsDelay))
	}
	return at, true
}

// relayDue is the moment of port 25, which comes last: behind the submission ports, and at its address behind POP3.
func (t *table) relayDue(s *service) time.Duration {
	for _, o := range t.services {
		if o.protocol != account.POP3 || len(o.lines) > 0 || !sharesAddr(o.host, s.host) || o.offer {
			continue
		}
		if best, ok := t.best(o.host.Role); (!ok || best.rank.class != classVerified) && t.outcome(o).standing == open {
			return never
		}
	}
	submission := func(o *service) bool { return o.protocol == account.SMTP && o.port != 25 }
	return t.dueAfter(s, submission, func(o *service) bool { return o.port == 587 }, relayDelay)
}

func sharesAddr(a, b *host) bool {
	return slices.ContainsFunc(a.addrs(), func(x netip.Addr) bool { return slices.Contains(b.addrs(), x) })
}

// dueAfter is the moment when a service comes behind others: at once where all of the first kind have ended without
// success, else delay after the first line of the second kind, on the same host if there is one.
func (t *table) dueAfter(s *service, all, timed func(*service) bool, delay time.Duration) time.Duration {
	ended, endedHere, first, here := true, s.host.Origin.Source != account.SourceGuess, never, never
	for _, o := range t.role(s.host.Role) {
		if o == s || o.look || o.offer != s.offer {
			continue
		}
		if all(o) {
			if st := t.outcome(o).standing; st == open || st == good {
				ended = false
				endedHere = endedHere && o.host != s.host
			}
		}
		if timed(o) && len(o.lines) > 0 {
			first = min(first, o.lines[0].started)
			if o.host == s.host {
				here = min(here, o.lines[0].started)
			}
		}
	}
	switch {
	case ended || endedHere: // a host that somebody named need not wait for guesses
		return 0
	case here != never:
		return here + delay
	case first != never:
		return first + delay
	default:
		return never
	}
}

// askedFailed reports whether what the user typed has failed: no encrypted try with a usable sign-in, and no certificate
// that could be asked about.
func (t *table) askedFailed(r account.Role) bool {
	for _, s := range t.role(r) {
		if !s.typed {
			continue
		}
		switch o := t.outcome(s); o.standing {
		case open, good, shared:
			return false
		case doubtful:
			if !t.declined(s, o) {
				return false
			}
		}
	}
	return true
}

// A start is a connection whose turn has come.
type start struct {
	service *service
	try     try
}

// starts lists the connections whose turn has come, in the order of politeness, and the moment when the next one's comes.
func (t *table) starts(now time.Duration) (list []start, wake time.Duration) {
	wake = never
	for _, s := range t.services {
		at, ok := t.due(s)
		if !ok || t.outcome(s).standing != open || !t.relevant(s, now) {
			continue
		}
		next, ok := t.next(s)
		if !ok {
			continue
		}
		if at = max(at, next.at); at > now {
			wake = min(wake, at)
			continue
		}
		list = append(list, start{s, next})
	}
	slices.SortStableFunc(list, func(a, b start) int {
		return cmp.Or(cmp.Compare(a.turn(), b.turn()), cmpTrue(a.try.well, b.try.well), t.potential(a.service).compare(t.potential(b.service)))
	})
	return t.inTurn(list), wake
}

// The places in the order of politeness: further names and retries stand before POP3 and port 25.
const (
	turnTyped = iota
	turn993
	turn465
	turn143
	turn587
	turnAgain
	turn995
	turn110
	turn25
	turnLate = turn995
)

// turn is the place of a connection in the order 993, 465, 143, 587, (further names and retries), 995, 110, 25.
func (s start) turn() int {
	switch {
	case s.service.typed:
		return turnTyped
	case s.try.own || s.service.retry:
		return turnAgain
	}
	switch s.service.port {
	case 993:
		return turn993
	case 465:
		return turn465
	case 143:
		return turn143
	case 995:
		return turn995
	case 110:
		return turn110
	case 25:
		return turn25
	default:
		return turn587
	}
}

// reserved counts the connections that an address may yet need because a port speaks another way, or shows a certificate that
// is not for the name that was dialled where others share it.
func (t *table) reserved(a netip.Addr) int {
	n := 0
	for _, l := range t.lines {
		if l.addr.Addr() != a || l.state != lineRunning || l.stage != wire.Connected || l.addr.Port() == 25 {
			continue
		}
		n++
		if len(l.names) > 1 {
			n++
		}
	}
	return n + t.reservedNames(a) + t.reservedSmall(a)
}

// needed reports whether a line can still matter: it carries the best of its role, or a service that is open and relevant.
func (t *table) needed(l *line, now time.Duration) bool {
	for _, s := range t.services {
		if !slices.Contains(s.lines, l) {
			continue
		}
		o := t.outcome(s)
		if o.standing == open && l.state == lineRunning && t.relevant(s, now) {
			return true
		}
		if best, ok := t.best(s.host.Role); ok && best.service == s && best.outcome.line == l {
			return true
		}
		if o.standing == open && l.state == lineUp && t.relevant(s, now) && !s.look {
			return true // the other family is being tried beside it
		}
	}
	return false
}

// patienceEnds is the next moment at which patience with something ends that could still win.
func (t *table) patienceEnds(now time.Duration) time.Duration {
	wake := never
	later := func(at time.Duration) {
		if at > now {
			wake = min(wake, at)
		}
	}
	for _, role := range []account.Role{account.Incoming, account.Outgoing} {
		best, ok := t.best(role)
		if !ok || best.rank.class != classVerified {
			continue
		}
		for _, s := range t.role(role) {
			if t.outcome(s).standing == open && t.relevant(s, now) {
				later(t.waitsUntil(s, now))
			}
		}
		for _, src := range t.sources {
			if !src.done {
				later(t.waitsFor(src))
			}
		}
	}
	for _, s := range t.services {
		if s.look {
			later(t.waitsUntil(s, now))
		}
	}
	return wake
}
