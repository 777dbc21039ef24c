package probe

import (
	"errors"
	"net/netip"
	"testing"

	"portolan/account"
	"portolan/probe/discover"
	"portolan/probe/wire"
)

// A server of the account is the same one at each of the usual ports of its role, and at the very port that is known.
func TestAServerIsTheSameAtItsUsualPorts(t *testing.T) {
	for _, test := range []struct {
		known, server account.Endpoint
		role          account.Role
		want          bool
	}{
		{at(imapHost, 993), at(imapHost, 143), account.Incoming, true},
		{at(imapHost, 995), at(imapHost, 993), account.Incoming, true},
		{at(imapHost, 110), at(imapHost, 9930), account.Incoming, true},
		{at(imapHost, 465), at(imapHost, 993), account.Incoming, false},
		{at(imapHost, 25), at(imapHost, 993), account.Incoming, false},
		{at(imapHost, 9930), at(imapHost, 993), account.Incoming, false},
		{at(imapHost, 9930), at(imapHost, 9930), account.Incoming, true},
		{at(imapHost, 993), at(mailHost, 993), account.Incoming, false},
		{at(mailHost, 465), at(mailHost, 587), account.Outgoing, true},
		{at(mailHost, 25), at(mailHost, 587), account.Outgoing, true},
		{at(mailHost, 26), at(mailHost, 587), account.Outgoing, false},
		{at(mailHost, 993), at(mailHost, 587), account.Outgoing, false},
	} {
		if got := sameServer(test.known, test.server, test.role); got != test.want {
			t.Errorf("%v known, %v asked for (%v): got %v, want %v", test.known, test.server, test.role, got, test.want)
		}
	}
}

// Whoever stands in the place of a server whose certificate was accepted is in its place at all its ports, and wherever else
// the same certificate is shown.
func TestAChangedCertificateSpeaksForItsServerAndItself(t *testing.T) {
	for _, test := range []struct {
		name        string
		host        string
		certificate byte
		want        bool
	}{
		{"another port of that server, another certificate", imapHost, 2, true},
		{"another server, that certificate", mailHost, 1, true},
		{"that server, that certificate", imapHost, 1, true},
		{"another server, another certificate", mailHost, 2, false},
	} {
		s := newScene(t)
		changed := s.line(at(imapHost, 993), v4, lineFailed, wire.Facts{TLS: wire.TLSFacts{Problems: []wire.Problem{wire.SelfSigned, wire.PinMismatch}}})
		changed.facts.TLS.Certificate[0] = 1
		l := s.line(at(test.host, 143), v4, lineFailed, wire.Facts{TLS: wire.TLSFacts{Problems: []wire.Problem{wire.SelfSigned}}})
		l.facts.TLS.Certificate[0] = test.certificate
		if got := s.table.hopeless(s.service(at(test.host, 143)), l); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

// A network is a portal where web servers, and nobody else, answer at several mail ports.
func TestAPortalIsAWebServerOnSeveralMailPorts(t *testing.T) {
	web := &wire.SpokenError{Spoken: "http"}
	for _, test := range []struct {
		name  string
		lines []line
		want  bool
	}{
		{"two ports", []line{{err: web}, {err: web}}, true},
		{"one port", []line{{err: web}}, false},
		{"two ports, and one refuses", []line{{err: web}, {err: web}, {err: errors.New("refused"), cause: ConnectionRefused}}, true},
		{"a mail server beside them", []line{{err: web}, {err: web}, {state: lineUp, stage: wire.Asked}}, false},
		{"a mail server in the clear beside them", []line{{err: web}, {err: web}, {state: lineUp, stage: wire.Greeted}}, false},
		{"TLS with somebody beside them", []line{{err: web}, {err: web}, {stage: wire.Secured, cause: TimedOut}}, false},
		{"a certificate beside them", []line{{err: web}, {err: web}, {cause: CertificateSelfSigned}}, false},
	} {
		tab := &table{}
		for i, l := range test.lines {
			if l.state != lineUp {
				l.state = lineFailed
			}
			l.addr = netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), uint16(100+i))
			tab.lines = append(tab.lines, &l)
		}
		if got := tab.portal(); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

// A firewall is suspected where the web answers and three mail ports are silent, none of them answering in any way.
func TestAFirewallIsSilenceOnSeveralPortsBesideTheWeb(t *testing.T) {
	silent := func(ports ...int) (list []line) {
		for _, p := range ports {
			list = append(list, line{state: lineFailed, cause: NoAnswer, addr: netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), uint16(p))})
		}
		return list
	}
	answered := source{done: true, answer: discover.Answer{URL: "https://autoconfig.example.test/", Status: discover.Silent}}
	for _, test := range []struct {
		name   string
		lines  []line
		source source
		want   bool
	}{
		{"three ports", silent(993, 143, 465), answered, true},
		{"two ports", silent(993, 143), answered, false},
		{"one port at three addresses", silent(993, 993, 993), answered, false},
		{"the web does not answer", silent(993, 143, 465), source{done: true}, false},
		{"the web is still asked", silent(993, 143, 465), source{answer: answered.answer}, false},
		{"one refuses", append(silent(993, 143, 465), line{state: lineFailed, cause: ConnectionRefused}), answered, false},
		{"one connects", append(silent(993, 143, 465), line{stage: wire.Connected}), answered, false},
		{"one has no route", append(silent(993, 143, 465), line{state: lineFailed, cause: NetworkDown}), answered, true},
		{"one is on its way", append(silent(993, 143, 465), line{}), answered, true},
	} {
		tab := &table{sources: []*source{&test.source}}
		for _, l := range test.lines {
			tab.lines = append(tab.lines, &l)
		}
		if got := tab.firewalled(); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

// C-9: the clock is suspected where no certificate is in its time: one that is not valid yet, or two that have expired.
func TestTheClockIsSuspectedWhereNoCertificateIsInItsTime(t *testing.T) {
	bad := func(certificate byte, p wire.Problem) wire.TLSFacts {
		return wire.TLSFacts{Certificate: account.Fingerprint{certificate}, Problems: []wire.Problem{p}}
	}
	fine := wire.TLSFacts{Certificate: account.Fingerprint{9}, Covered: []string{imapHost}}
	web := source{done: true, answer: discover.Answer{URL: "https://example.test/", Status: discover.Silent}}
	at := func(f wire.TLSFacts) source {
		return source{done: true, answer: discover.Answer{Err: &wire.CertificateError{TLS: f}}}
	}
	for _, test := range []struct {
		name   string
		facts  []wire.TLSFacts
		source source
		want   bool
	}{
		{"no certificate at all", []wire.TLSFacts{{}}, source{}, false},
		{"not valid yet", []wire.TLSFacts{bad(1, wire.NotYetValid)}, source{}, true},
		{"expired", []wire.TLSFacts{bad(1, wire.Expired)}, source{}, false},
		{"one expired, seen twice", []wire.TLSFacts{bad(1, wire.Expired), bad(1, wire.Expired)}, source{}, false},
		{"two expired", []wire.TLSFacts{bad(1, wire.Expired), bad(2, wire.Expired)}, source{}, true},
		{"one expired, and one of a web server", []wire.TLSFacts{bad(1, wire.Expired)}, at(bad(2, wire.Expired)), true},
		{"beside a good one", []wire.TLSFacts{bad(1, wire.NotYetValid), fine}, source{}, false},
		{"beside one with another fault", []wire.TLSFacts{bad(1, wire.NotYetValid), bad(2, wire.SelfSigned)}, source{}, false},
		{"beside a web server's with another fault", []wire.TLSFacts{bad(1, wire.NotYetValid)}, at(bad(2, wire.WrongName)), false},
		{"beside a web server's good one", []wire.TLSFacts{bad(1, wire.NotYetValid)}, web, false},
	} {
		tab := &table{sources: []*source{&test.source}}
		for _, f := range test.facts {
			tab.lines = append(tab.lines, &line{state: lineFailed, facts: wire.Facts{TLS: f}})
		}
		if got := tab.clockSuspected(); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}
