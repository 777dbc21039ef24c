package probe

import (
	"testing"
	"time"

	"portolan/account"
	"portolan/probe/wire"
)

// What a source named is wrong where it does not work, or works in another way; what was never tried is not.
func TestANamedServerIsWrongWhereItDoesNotWorkAsNamed(t *testing.T) {
	const tls, start, bare = account.TLS, account.STARTTLS, account.Cleartext
	clear := wire.Facts{STARTTLS: wire.NotOffered, Spoken: provedFacts.Spoken}
	type made struct {
		port  int
		state lineState
		facts wire.Facts
	}
	for _, test := range []struct {
		name  string
		named NamedServer
		lines []made
		want  bool
	}{
		{"works", NamedServer{account.IMAP, at(imapHost, 993), tls, account.Incoming, false}, []made{{993, lineUp, provedFacts}}, false},
		{"works on another port", NamedServer{account.IMAP, at(imapHost, 993), tls, account.Incoming, false}, []made{{993, lineFailed, wire.Facts{}}, {143, lineUp, provedFacts}}, true},
		{"never tried", NamedServer{account.IMAP, at(imapHost, 993), tls, account.Incoming, false}, nil, false},
		{"given up", NamedServer{account.IMAP, at(imapHost, 993), tls, account.Incoming, false}, []made{{993, lineDropped, wire.Facts{}}}, false},
		{"skipped", NamedServer{account.IMAP, at(imapHost, 993), tls, account.Incoming, false}, []made{{993, lineSkipped, wire.Facts{}}}, false},
		{"on its way", NamedServer{account.IMAP, at(imapHost, 993), tls, account.Incoming, false}, []made{{993, lineRunning, wire.Facts{}}}, false},
		{"failed", NamedServer{account.IMAP, at(imapHost, 143), start, account.Incoming, false}, []made{{143, lineFailed, wire.Facts{}}}, true},
		{"STARTTLS where TLS was named", NamedServer{account.IMAP, at(imapHost, 143), tls, account.Incoming, false}, []made{{143, lineUp, provedFacts}}, true},
		{"STARTTLS where nothing was named", NamedServer{account.IMAP, at(imapHost, 143), bare, account.Incoming, false}, []made{{143, lineUp, provedFacts}}, true},
		{"nothing, as named", NamedServer{account.IMAP, at(imapHost, 143), bare, account.Incoming, false}, []made{{143, lineUp, clear}}, false},
		{"TLS where nothing was named", NamedServer{account.IMAP, at(imapHost, 993), bare, account.Incoming, false}, []made{{993, lineUp, provedFacts}}, true},
		{"another protocol", NamedServer{account.POP3, at(imapHost, 993), tls, account.Incoming, false}, []made{{993, lineFailed, wire.Facts{}}}, false},
		{"another host", NamedServer{account.IMAP, at("imap2.example.test", 993), tls, account.Incoming, false}, []made{{993, lineFailed, wire.Facts{}}}, false},
		{"the other role", NamedServer{account.IMAP, at(imapHost, 993), tls, account.Outgoing, false}, []made{{993, lineFailed, wire.Facts{}}}, false},
	} {
		s := newScene(t)
		for _, l := range test.lines {
			s.line(at(imapHost, l.port), v6, l.state, l.facts)
			if l.state == lineFailed {
				s.line(at(imapHost, l.port), v4, l.state, l.facts)
			}
		}
		n := test.named
		if s.table.judgeNamed(&n); n.Wrong != test.want {
			t.Errorf("%s: got wrong %v, want %v", test.name, n.Wrong, test.want)
		}
	}
}

// A source is judged by the best that is to be said of any server that it named.
func TestASourceIsJudgedByTheBestOfItsServers(t *testing.T) {
	named := func(hosts ...string) (r SourceReport) {
		r.Source = account.SourceSRV
		for _, h := range hosts {
			r.Servers = append(r.Servers, NamedServer{Server: account.Endpoint{Host: h}, Role: account.Incoming})
		}
		return r
	}
	of := func(h string, source account.Source) *choice {
		w := &choice{service: &service{host: &host{}}}
		w.service.host.Host, w.service.host.Origin.Source = h, source
		return w
	}
	for _, test := range []struct {
		name   string
		report SourceReport
		winner *choice
		want   Use
	}{
		{"nothing named", named(), of(imapHost, account.SourceSRV), UseNone},
		{"the winner", named(imapHost), of(imapHost, account.SourceSRV), Used},
		{"the winner of somebody else", named(imapHost), of(imapHost, account.SourceAutoconfig), UseAgrees},
		{"another host than the winner of the same kind", named(mailHost), of(imapHost, account.SourceSRV), UseOutranked},
		{"another host and the winner", named(mailHost, imapHost), of(imapHost, account.SourceSRV), Used},
		{"the winner and another host", named(imapHost, mailHost), of(imapHost, account.SourceSRV), Used},
		{"nobody won", named(mailHost), nil, UseOutranked},
		{"a dead host", named("pop.example.test"), of(imapHost, account.SourceSRV), UseFailed},
		{"a dead host and one outranked", named("pop.example.test", mailHost), of(imapHost, account.SourceSRV), UseFailed},
		{"a held host and a dead one", named("pop.example.test", "pop3.example.test"), of(imapHost, account.SourceSRV), UseHeld},
		{"a declined domain", named("imap.other.test"), of(imapHost, account.SourceSRV), UseDeclined},
		{"a certificate declined there, and no domain", named("imap.elsewhere.test"), of(imapHost, account.SourceSRV), UseOutranked},
	} {
		s := newScene(t)
		s.table.request.Declined = []Decision{{Kind: DecideDomain, Domain: "other.test"}, {Kind: DecideCertificate, Domain: "elsewhere.test"}}
		for _, h := range []string{"imap.other.test", "imap.elsewhere.test"} {
			added := &host{since: time.Second}
			added.Host, added.Role = h, account.Incoming
			s.table.hosts = append(s.table.hosts, added)
			s.table.services = append(s.table.services, &service{host: added, protocol: account.IMAP, port: 993, security: account.TLS})
		}
		for _, h := range s.table.hosts {
			h.held = h.Host == "pop3.example.test"
			if h.Host == "pop.example.test" {
				h.families = [2]family{{done: true}, {done: true}}
			}
		}
		if got := s.table.useOf(test.report, verdict{incoming: test.winner}); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}
