package probe

import (
	"net/netip"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe/wire"
)

// A scene is a table with two hosts for incoming mail and one for outgoing, on which a test puts lines by hand.
type scene struct {
	t     *testing.T
	table *table
}

func newScene(t *testing.T) *scene {
	tab := newSimulation(alice()).table
	for _, h := range tab.hosts {
		h.families[v6].addrs = []netip.Addr{netip.MustParseAddr("2001:db8::1")}
	}
	return &scene{t, tab}
}

// service finds one of the services by its name and its port.
func (s *scene) service(e account.Endpoint) *service {
	s.t.Helper()
	for _, o := range s.table.services {
		if o.endpoint() == e {
			return o
		}
	}
	s.t.Fatalf("got no service at %v", e)
	return nil
}

// line puts a line to a service, at its host's address of the family.
func (s *scene) line(e account.Endpoint, f int, state lineState, facts wire.Facts) *line {
	o := s.service(e)
	l := &line{
		protocol: o.protocol, addr: netip.AddrPortFrom(o.host.families[f].addrs[0], uint16(o.port)), security: o.security,
		names: []string{o.host.Host}, state: state, stage: wire.Connected, facts: facts,
	}
	o.lines = append(o.lines, l)
	s.table.lines = append(s.table.lines, l)
	return l
}

var (
	provedFacts = wire.Facts{Protection: account.Verified, Spoken: []account.Auth{account.AuthPlain}, TLS: wire.TLSFacts{Covered: []string{imapHost, mailHost}}}
	muteFacts   = wire.Facts{Protection: account.Verified, TLS: wire.TLSFacts{Covered: []string{imapHost, mailHost}}} // no sign-in
)

const imapHost, mailHost = "imap.example.test", "mail.example.test"

// A connection is kept while it is the best of its role, or belongs to what may still come before that; every other one is
// given up.
func TestALineIsKeptWhileItCanMatter(t *testing.T) {
	for _, test := range []struct {
		name string
		line func(*scene) *line
		want bool
	}{
		{"on its way, and nothing is found", func(s *scene) *line { return s.line(at(imapHost, 993), v4, lineRunning, wire.Facts{}) }, true},
		{"on its way to a better place", func(s *scene) *line {
			s.line(at(mailHost, 143), v4, lineUp, provedFacts)
			return s.line(at(imapHost, 993), v4, lineRunning, wire.Facts{})
		}, true},
		{"on its way to a worse place", func(s *scene) *line {
			s.line(at(imapHost, 993), v4, lineUp, provedFacts)
			return s.line(at(mailHost, 143), v4, lineRunning, wire.Facts{})
		}, false},
		{"the best", func(s *scene) *line { return s.line(at(imapHost, 993), v4, lineUp, provedFacts) }, true},
		{"beaten", func(s *scene) *line {
			s.line(at(imapHost, 993), v4, lineUp, provedFacts)
			return s.line(at(mailHost, 993), v4, lineUp, provedFacts)
		}, false},
		{"the other family of the best", func(s *scene) *line {
			l := s.line(at(imapHost, 993), v6, lineUp, muteFacts)
			s.line(at(imapHost, 993), v4, lineUp, provedFacts)
			return l
		}, false},
		{"of no use, while the other family is on its way", func(s *scene) *line {
			s.line(at(imapHost, 993), v4, lineRunning, wire.Facts{})
			return s.line(at(imapHost, 993), v6, lineUp, muteFacts)
		}, true},
		{"of no use, while the other family is on its way to a worse place", func(s *scene) *line {
			s.line(at(imapHost, 993), v4, lineUp, provedFacts)
			s.line(at(mailHost, 993), v4, lineRunning, wire.Facts{})
			return s.line(at(mailHost, 993), v6, lineUp, muteFacts)
		}, false},
		{"of no use to a look, whose other family is on its way", func(s *scene) *line {
			s.service(at(imapHost, 993)).look = true
			s.line(at(imapHost, 993), v4, lineRunning, wire.Facts{})
			return s.line(at(imapHost, 993), v6, lineUp, muteFacts)
		}, false},
		{"failed, while the other family is on its way", func(s *scene) *line {
			s.line(at(imapHost, 993), v4, lineRunning, wire.Facts{})
			return s.line(at(imapHost, 993), v6, lineFailed, wire.Facts{})
		}, false},
		{"of no service", func(s *scene) *line {
			l := s.line(at(imapHost, 993), v4, lineRunning, wire.Facts{})
			s.service(at(imapHost, 993)).lines = nil
			return l
		}, false},
	} {
		s := newScene(t)
		if got := s.table.needed(test.line(s), 0); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

// The run is woken when patience with something that could still win ends, and for nothing else.
func TestPatienceEndsWhereSomethingCouldStillWin(t *testing.T) {
	const silent = patienceBase // what nobody has answered is waited for so long
	on := func(e account.Endpoint, started time.Duration) func(*scene) {
		return func(s *scene) {
			l := s.line(e, v4, lineRunning, wire.Facts{})
			l.stage, l.started, l.progress = wire.Connecting, started, started
		}
	}
	proved := func(e account.Endpoint) func(*scene) {
		return func(s *scene) { s.line(e, v4, lineUp, provedFacts) }
	}
	clear := func(e account.Endpoint) func(*scene) {
		return func(s *scene) {
			s.line(e, v4, lineUp, wire.Facts{STARTTLS: wire.NotOffered, Spoken: provedFacts.Spoken})
		}
	}
	look := func(e account.Endpoint) func(*scene) { return func(s *scene) { s.service(e).look = true } }
	asked := func(name account.Source, since time.Duration, done bool) func(*scene) {
		return func(s *scene) {
			s.table.sources = append(s.table.sources, &source{name: name, since: since, done: done})
		}
	}
	for _, test := range []struct {
		name  string
		steps []func(*scene)
		now   time.Duration
		want  time.Duration
	}{
		{"nothing is found", []func(*scene){on(at(imapHost, 993), 0)}, 0, never},
		{"nothing could be better", []func(*scene){proved(at(imapHost, 993)), on(at(mailHost, 993), 0)}, 0, never},
		{"a better place is on its way", []func(*scene){proved(at(mailHost, 993)), on(at(imapHost, 993), 100)}, 0, silent + 100},
		{"a better place is past patience", []func(*scene){proved(at(mailHost, 993)), on(at(imapHost, 993), 100)}, silent + 100, never},
		{"a better place that has not begun", []func(*scene){proved(at(mailHost, 993))}, 70, silent + 70},
		{"a better place, beside no encryption", []func(*scene){clear(at(mailHost, 143)), on(at(imapHost, 993), 0)}, 0, never},
		{"a look", []func(*scene){on(at(imapHost, 993), 100), look(at(imapHost, 993))}, 0, silent + 100},
		{"a look past patience", []func(*scene){on(at(imapHost, 993), 100), look(at(imapHost, 993))}, silent + 100, never},
		{"a source", []func(*scene){proved(at(imapHost, 993)), asked(account.SourceAutoconfig, 0, false)}, 0, silent},
		{"the sooner of two sources", []func(*scene){proved(at(imapHost, 993)), asked(account.SourceMX, 300, false), asked(account.SourceAutoconfig, 100, false), asked(account.SourceISPDB, 200, false)}, 0, silent + 100},
		{"a source that has answered", []func(*scene){proved(at(imapHost, 993)), asked(account.SourceAutoconfig, 0, true)}, 0, never},
		{"a source at this very moment", []func(*scene){proved(at(imapHost, 993)), asked(account.SourceAutoconfig, 0, false)}, silent, never},
		{"a source, and nothing is found", []func(*scene){asked(account.SourceAutoconfig, 0, false)}, 0, never},
	} {
		s := newScene(t)
		for _, step := range test.steps {
			step(s)
		}
		if got := s.table.patienceEnds(test.now); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}
