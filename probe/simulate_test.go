package probe

import (
	"errors"
	"net/netip"
	"slices"
	"time"

	"portolan/account"
	"portolan/probe/discover"
	"portolan/probe/wire"
)

// A fate is how every connection to one service would end.
type fate struct {
	state      lineState
	protection account.Protection
	cause      Cause
	offer      wire.Offer
}

var (
	fateGood    = fate{lineUp, account.Verified, CauseNone, wire.OfferUnknown}
	fateClear   = fate{lineUp, account.Unprotected, CauseNone, wire.NotOffered}
	fateBadCert = fate{lineFailed, account.Unverified, CertificateSelfSigned, wire.OfferUnknown}
	fateRefused = fate{lineFailed, account.Unprotected, ConnectionRefused, wire.OfferUnknown}
	fateBroken  = fate{lineFailed, account.Unprotected, TLSFailed, wire.OfferUnknown}
)

// A fataler is what *testing.T and *rapid.T have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// A simulation plays a search on the table alone: no network, no clock, no goroutine.
type simulation struct {
	table *table
	fates map[account.Endpoint]fate
	delay func(account.Endpoint) time.Duration
	ends  map[*line]time.Duration
	now   time.Duration
}

// newSimulation lays a search out whose hosts each have an address of their own.
func newSimulation(request Request, candidates ...discover.Candidate) *simulation {
	t := newTable(request, discover.Settings{}, nil)
	for _, c := range candidates {
		t.add(c, 0)
	}
	for i, h := range t.hosts {
		addr := netip.AddrFrom4([4]byte{192, 0, 2, byte(i + 1)})
		h.families = [2]family{v6: {done: true}, v4: {done: true, addrs: []netip.Addr{addr}}}
	}
	return &simulation{table: t, ends: map[*line]time.Duration{}}
}

// run plays until both roles are settled, and decides.
func (s *simulation) run(t fataler) verdict {
	t.Helper()
	for range 10000 {
		wake := s.step()
		if s.table.settled(account.Incoming, s.now) && s.table.settled(account.Outgoing, s.now) {
			return s.table.decide()
		}
		for l, at := range s.ends {
			if l.state == lineRunning {
				wake = min(wake, at)
			}
		}
		if wake == never {
			t.Fatalf("at %v nothing is left to wait for, and nothing is settled", s.now)
		}
		s.now = max(wake, s.now+1)
		s.settleLines()
	}
	t.Fatalf("the search does not end")
	return verdict{}
}

func (s *simulation) step() time.Duration {
	wake := s.table.derive(s.now)
	for {
		list, next := s.table.starts(s.now)
		if len(list) == 0 {
			wake = min(wake, next)
			break
		}
		for _, st := range list {
			s.begin(st)
		}
	}
	for _, l := range s.table.lines {
		if l.state == lineRunning && !s.table.needed(l, s.now) {
			l.state, l.ended = lineDropped, s.now
		}
	}
	return min(wake, s.table.patienceEnds(s.now))
}

func (s *simulation) begin(st start) {
	if st.service.has(st.try.addr, st.try.own) {
		return
	}
	l := &line{
		protocol: st.service.protocol, addr: st.try.addr, security: st.service.security, names: []string{st.service.host.Host},
		own: st.try.own, started: s.now, progress: s.now, stage: wire.Connected,
	}
	s.table.lines = append(s.table.lines, l)
	st.service.lines = append(st.service.lines, l)
	s.ends[l] = s.now + s.delay(st.service.endpoint())
}

func (s *simulation) settleLines() {
	for l, at := range s.ends {
		if l.state != lineRunning || at > s.now {
			continue
		}
		f, ok := s.fates[s.table.label(l)]
		if !ok {
			f = fateRefused
		}
		l.state, l.cause, l.ended, l.stage = f.state, f.cause, s.now, wire.Asked
		l.facts = wire.Facts{Protection: f.protection, STARTTLS: f.offer}
		switch f {
		case fateGood:
			l.facts.TLS.Covered = l.names
			l.facts.Spoken = []account.Auth{account.AuthPlain}
		case fateClear:
			l.facts.Spoken = []account.Auth{account.AuthPlain}
		case fateRefused:
			l.err, l.stage = errors.New("refused"), wire.Connecting
		case fateBadCert:
			l.facts.TLS.Certificate[0] = 1
		}
		if f != fateRefused {
			l.facts.Connect = time.Millisecond
		}
		if l.security == account.TLS && f == fateClear {
			l.state, l.cause, l.facts = lineFailed, PlainOnTLSPort, wire.Facts{Connect: time.Millisecond}
			l.err = &wire.SpokenError{Spoken: "cleartext " + l.protocol.String()}
		}
	}
}

// endpoints gives the winners' hosts and ports, for comparison.
func (v verdict) endpoints() [2]account.Endpoint {
	var e [2]account.Endpoint
	for i, w := range []*choice{v.incoming, v.outgoing} {
		if w != nil {
			e[i] = w.service.endpoint()
		}
	}
	return e
}

// kinds gives the kinds of the open decisions, sorted.
func (v verdict) kinds() []DecisionKind {
	var list []DecisionKind
	for _, d := range v.decisions {
		list = append(list, d.Kind)
	}
	slices.Sort(list)
	return list
}
