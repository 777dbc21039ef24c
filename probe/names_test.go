package probe

import (
	"crypto/x509"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe/wire"
)

// otherwise is what a server shows whose certificate is sound, and for these names alone.
func otherwise(names ...string) wire.Facts {
	return wire.Facts{Protection: account.Unverified, TLS: wire.TLSFacts{
		Problems: []wire.Problem{wire.WrongName}, Chain: []*x509.Certificate{{DNSNames: names}}, Certificate: account.Fingerprint{5},
	}}
}

// strange puts a line to a service that failed because its certificate is for other names.
func (s *scene) strange(e account.Endpoint, names ...string) *line {
	l := s.line(e, v4, lineFailed, otherwise(names...))
	l.cause = CertificateWrongName
	return l
}

// C-5: names in a certificate are looked up where they are near: in the domain of the host that was dialled, or of the mail
// exchanger; a few of them, each once, and none where the role has a verified server.
func TestOnlyNearNamesOfACertificateAreLookedUp(t *testing.T) {
	const near, hoster, far = "server.example.test", "server.hoster.example", "server.elsewhere.test"
	var many []string
	for i := range maxNamesLooked + 3 {
		many = append(many, fmt.Sprintf("server%d.example.test", i))
	}
	for _, test := range []struct {
		name  string
		lines func(*scene)
		want  []string
	}{
		{"near and far", func(s *scene) { s.strange(at(imapHost, 993), near, far, hoster) }, []string{near, hoster}},
		{"no names of hosts", func(s *scene) {
			s.strange(at(imapHost, 993), "*.example.test", "192.0.2.1", "a..example.test", "example", "test", "", "a b.example.test")
		}, nil},
		{"in capitals, and twice", func(s *scene) { s.strange(at(imapHost, 993), "Server.Example.TEST", near) }, []string{near}},
		{"the very host", func(s *scene) { s.strange(at(imapHost, 993), imapHost) }, nil},
		{"on two ports", func(s *scene) { s.strange(at(imapHost, 993), near); s.strange(at(imapHost, 143), near) }, []string{near}},
		{"for both roles", func(s *scene) { s.strange(at(imapHost, 993), near); s.strange(at("smtp.example.test", 465), near) }, []string{near, near}},
		{"too many", func(s *scene) { s.strange(at(imapHost, 993), many...) }, many[:maxNamesLooked]},
		{"many for each role", func(s *scene) {
			s.strange(at(imapHost, 993), many...)
			s.strange(at("smtp.example.test", 465), near)
		}, append(slices.Clone(many[:maxNamesLooked]), near)},
		{"beside a verified server", func(s *scene) {
			s.strange(at(imapHost, 993), near)
			s.line(at(mailHost, 143), v4, lineUp, provedFacts)
		}, nil},
		{"beside cleartext", func(s *scene) {
			s.strange(at(imapHost, 993), near)
			s.line(at(mailHost, 143), v4, lineUp, wire.Facts{STARTTLS: wire.NotOffered, Spoken: provedFacts.Spoken})
		}, []string{near}},
		{"another fault", func(s *scene) {
			s.strange(at(imapHost, 993), near).facts.TLS.Problems = []wire.Problem{wire.WrongName, wire.Expired}
		}, nil},
	} {
		s := newScene(t)
		s.table.exchanger = "mx." + "hoster.example"
		test.lines(s)
		var got []string
		for _, n := range s.table.newNames() {
			got = append(got, n.host)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
		if again := s.table.newNames(); len(again) > 0 {
			t.Errorf("%s: got %d names again, want each once", test.name, len(again))
		}
	}
}

// C-5: what is offered in the place of a host stands in its certificate, is in its domain, and leads to the same server.
func TestANameIsOfferedWhereItLeadsToTheSameServer(t *testing.T) {
	const other = "server.example.test"
	for _, test := range []struct {
		name   string
		port   int
		change func(*scene, *line, *otherName)
		want   account.Endpoint
	}{
		{"usual port", 993, nil, at(other, 0)},
		{"usual port of STARTTLS", 143, nil, at(other, 0)},
		{"unusual port", 1993, nil, at(other, 1993)},
		{"a port of another protocol", 995, nil, at(other, 995)},
		{"relay port", 25, nil, at(other, 0)},
		{"leads elsewhere", 993, func(_ *scene, _ *line, n *otherName) { n.addrs = []netip.Addr{netip.MustParseAddr("192.0.2.77")} }, account.Endpoint{}},
		{"leads nowhere", 993, func(_ *scene, _ *line, n *otherName) { n.addrs = nil }, account.Endpoint{}},
		{"of the other role", 993, func(_ *scene, _ *line, n *otherName) { n.role = account.Outgoing }, account.Endpoint{}},
		{"of another domain", 993, func(_ *scene, l *line, n *otherName) {
			n.host = "server.other.test"
			l.facts.TLS.Chain[0].DNSNames = []string{n.host}
		}, account.Endpoint{}},
		{"not in the certificate", 993, func(_ *scene, l *line, _ *otherName) { l.facts.TLS.Chain[0].DNSNames = []string{"x.example.test"} }, account.Endpoint{}},
		{"another fault beside", 993, func(_ *scene, l *line, _ *otherName) {
			l.facts.TLS.Problems = []wire.Problem{wire.WrongName, wire.Expired}
		}, account.Endpoint{}},
	} {
		s := newScene(t)
		service := s.service(at(imapHost, 993))
		l := s.strange(at(imapHost, 993), other)
		n := &otherName{host: other, role: account.Incoming, done: true, addrs: []netip.Addr{l.addr.Addr()}}
		s.table.names = []*otherName{n}
		if service.port = test.port; test.change != nil {
			test.change(s, l, n)
		}
		if got := s.table.instead(service, l); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

// A place is held at an address for each name of the mail exchanger's domain that may yet be tried there.
func TestPlacesAreHeldForNamesThatMayFollow(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*scene, *otherName)
		want   int
	}{
		{"asked for", func(*scene, *otherName) {}, 1},
		{"known where it leads", func(_ *scene, n *otherName) { n.done = true }, 0},
		{"servers known", func(s *scene, _ *otherName) { s.table.fixed = true }, 0},
		{"not of the exchanger's domain", func(_ *scene, n *otherName) { n.host = "server.example.test" }, 0},
		{"for the other role", func(_ *scene, n *otherName) { n.role = account.Outgoing }, 0},
		{"seen at another address", func(s *scene, _ *otherName) { s.table.lines[0].addr = netip.MustParseAddrPort("192.0.2.77:993") }, 0},
		{"another fault", func(s *scene, _ *otherName) { s.table.lines[0].facts.TLS.Problems = []wire.Problem{wire.Expired} }, 0},
	} {
		s := newScene(t)
		s.table.exchanger = "mx.hoster.example"
		a := s.strange(at(imapHost, 993), hosterName).addr.Addr()
		n := &otherName{host: hosterName, role: account.Incoming}
		s.table.names = []*otherName{n}
		test.change(s, n)
		if got := s.table.reservedNames(a); got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
}

// A name of the hoster becomes a candidate at the address where it was seen, held unless its domain was confirmed, and only
// where a search is free to take one.
func TestANameOfTheHosterBecomesACandidate(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*scene, *otherName)
		hosts  int
		held   bool
	}{
		{"free", func(*scene, *otherName) {}, 1, true},
		{"confirmed", func(s *scene, _ *otherName) { s.table.request.Policy.Consents.Domains = []string{"hoster.example"} }, 1, false},
		{"servers known", func(s *scene, _ *otherName) { s.table.fixed = true }, 0, false},
		{"typed", func(s *scene, _ *otherName) { s.table.request.Incoming.Server.Host = imapHost }, 0, false},
		{"not of the exchanger's domain", func(s *scene, _ *otherName) { s.table.exchanger = "mx.example.test" }, 0, false},
		{"the host is in that domain", func(s *scene, _ *otherName) { s.table.lines[0].names = []string{"imap.hoster.example"} }, 0, false},
		{"for the other role", func(_ *scene, n *otherName) { n.role = account.Outgoing }, 0, false},
	} {
		s := newScene(t)
		s.table.exchanger = "mx.hoster.example"
		l := s.strange(at(imapHost, 993), hosterName)
		n := &otherName{host: hosterName, role: account.Incoming}
		s.table.names = []*otherName{n}
		known := len(s.table.hosts)
		test.change(s, n)
		s.table.takeName(n, []netip.Addr{l.addr.Addr()}, time.Second)
		added := s.table.hosts[known:]
		if len(added) != test.hosts || !n.done {
			t.Errorf("%s: got %d candidates, done %v, want %d", test.name, len(added), n.done, test.hosts)
			continue
		}
		for _, h := range added {
			if h.held != test.held || !h.shown || !h.looked() || !slices.Equal(h.addrs(), []netip.Addr{l.addr.Addr()}) {
				t.Errorf("%s: got %+v, want it at %v, held %v", test.name, h, l.addr, test.held)
			}
		}
	}
}
