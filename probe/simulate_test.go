package probe

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
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
	name       string // that the certificate is for, where it is not the host's
}

var (
	fateGood    = fate{state: lineUp, protection: account.Verified}
	fateClear   = fate{state: lineUp, protection: account.Unprotected, offer: wire.NotOffered}
	fateBadCert = fate{state: lineFailed, protection: account.Unverified, cause: CertificateSelfSigned}
	fateHoster  = fate{state: lineFailed, protection: account.Unverified, cause: CertificateWrongName, name: hosterName}
	fateSibling = fate{state: lineFailed, protection: account.Unverified, cause: CertificateWrongName, name: "server.example.test"}
	fateRefused = fate{state: lineFailed, cause: ConnectionRefused}
	fateBroken  = fate{state: lineFailed, cause: TLSFailed}
	fateMute    = fate{state: lineFailed, cause: ConnectionClosed} // no answer to the ClientHello
)

// hosterName is a name of the company that the domain's mail exchanger belongs to. It leads to the address of every host whose
// certificate is for it.
const hosterName = "server7.hoster.example"

// A fataler is what *testing.T and *rapid.T have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// A simulation plays a search on the table alone: no network, no clock, no goroutine.
type simulation struct {
	table *table
	fates map[account.Endpoint]fate
	choke map[string]bool // hosts at which nothing answers a ClientHello that is not small
	delay func(account.Endpoint) time.Duration
	ends  map[*line]time.Duration
	names map[*otherName]time.Duration // when the DNS will have said where they lead
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
	return &simulation{table: t, ends: map[*line]time.Duration{}, names: map[*otherName]time.Duration{}}
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
		for _, at := range s.names {
			wake = min(wake, at)
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
	for _, n := range s.table.newNames() {
		s.names[n] = s.now + s.delay(account.Endpoint{Host: n.host})
	}
	return min(wake, s.table.patienceEnds(s.now))
}

// settleNames lets the names of certificates lead to wherever such a certificate is shown.
func (s *simulation) settleNames() {
	for n, at := range s.names {
		if at > s.now {
			continue
		}
		delete(s.names, n)
		var addrs []netip.Addr
		for _, h := range s.table.hosts {
			for _, p := range []int{993, 143, 995, 110, 465, 587, 25} {
				if s.fates[account.Endpoint{Host: h.Host, Port: p}].name == n.host {
					addrs = append(addrs, h.addrs()...)
				}
			}
		}
		s.table.takeName(n, addrs, s.now)
	}
}

func (s *simulation) begin(st start) {
	if st.service.has(st.try.addr, st.try.own) {
		return
	}
	l := &line{
		protocol: st.service.protocol, addr: st.try.addr, security: st.service.security, names: []string{st.service.host.Host},
		own: st.try.own, small: st.service.classical, started: s.now, progress: s.now, stage: wire.Connected,
	}
	s.table.lines = append(s.table.lines, l)
	st.service.lines = append(st.service.lines, l)
	s.ends[l] = s.now + s.delay(st.service.endpoint())
}

func (s *simulation) settleLines() {
	s.settleNames()
	for l, at := range s.ends {
		if l.state != lineRunning || at > s.now {
			continue
		}
		f, ok := s.fates[s.table.label(l)]
		if !ok {
			f = fateRefused
		}
		if s.choke[l.names[0]] && !l.small && f != fateRefused && f != fateClear {
			f = fateMute
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
		case fateHoster, fateSibling:
			l.facts.TLS.Certificate[0] = 2
			l.facts.TLS.Problems = []wire.Problem{wire.WrongName}
			l.facts.TLS.Chain = []*x509.Certificate{{DNSNames: []string{f.name}}}
		case fateMute:
			l.err = &wire.UnansweredError{Err: io.EOF}
		}
		if f.state == lineFailed && f != fateRefused {
			l.stage = map[account.Security]wire.Stage{account.TLS: wire.Connected, account.STARTTLS: wire.Upgrading}[l.security]
		}
		if f.protection > account.Unprotected {
			l.facts.TLS.Version = tls.VersionTLS13
		}
		if f != fateRefused {
			l.facts.Connect = time.Millisecond
		}
		if l.security == account.TLS && f == fateClear {
			l.state, l.stage, l.cause, l.facts = lineFailed, wire.Connected, PlainOnTLSPort, wire.Facts{Connect: time.Millisecond}
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
