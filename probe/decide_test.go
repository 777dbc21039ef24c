package probe

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"portolan/account"
	"portolan/probe/discover"
)

func alice() Request {
	return Request{Address: account.Address{Local: "alice", Domain: "example.test"}}
}

func at(host string, port int) account.Endpoint { return account.Endpoint{Host: host, Port: port} }

// instantly lets every connection settle a little after it was begun.
func instantly(account.Endpoint) time.Duration { return 20 * time.Millisecond }

func TestTheSaferServerWins(t *testing.T) {
	const imap, mail, pop, smtp = "imap.example.test", "mail.example.test", "pop.example.test", "smtp.example.test"
	tests := []struct {
		name    string
		fates   map[account.Endpoint]fate
		request func(*Request)
		in, out account.Endpoint
		asks    []DecisionKind
	}{
		{name: "TLS before STARTTLS", fates: map[account.Endpoint]fate{at(imap, 993): fateGood, at(imap, 143): fateGood, at(smtp, 465): fateGood, at(smtp, 587): fateGood},
			in: at(imap, 993), out: at(smtp, 465)},
		{name: "IMAP with STARTTLS before POP3 with TLS", fates: map[account.Endpoint]fate{at(imap, 143): fateGood, at(imap, 995): fateGood}, in: at(imap, 143)},
		{name: "TLS on a later host before STARTTLS on an earlier one", fates: map[account.Endpoint]fate{at(imap, 143): fateGood, at(mail, 993): fateGood}, in: at(mail, 993)},
		{name: "587 before 25", fates: map[account.Endpoint]fate{at(smtp, 25): fateGood, at(mail, 587): fateGood}, out: at(mail, 587)},
		{name: "25 where there is nothing else", fates: map[account.Endpoint]fate{at(smtp, 25): fateGood}, out: at(smtp, 25)},
		{name: "a verified STARTTLS before a bad certificate on 993", fates: map[account.Endpoint]fate{at(imap, 993): fateBadCert, at(mail, 143): fateGood}, in: at(mail, 143)},
		{name: "a bad certificate is asked about, never slid down from", fates: map[account.Endpoint]fate{at(imap, 993): fateBadCert, at(imap, 143): fateClear},
			in: at(imap, 993), asks: []DecisionKind{DecideCertificate}},
		{name: "cleartext only where there is no TLS", fates: map[account.Endpoint]fate{at(imap, 143): fateClear}, in: at(imap, 143), asks: []DecisionKind{DecideCleartext}},
		{name: "cleartext is not offered beside a TLS port that fails", fates: map[account.Endpoint]fate{at(imap, 143): fateClear, at(imap, 993): fateBroken}},
		{name: "nor beside a POP3 TLS port that fails", fates: map[account.Endpoint]fate{at(imap, 143): fateClear, at(imap, 995): fateBroken}},
		{name: "a TLS port that greets in the clear does not count", fates: map[account.Endpoint]fate{at(imap, 143): fateClear, at(imap, 993): fateClear},
			in: at(imap, 143), asks: []DecisionKind{DecideCleartext}},
		{name: "POP3 where that is all", fates: map[account.Endpoint]fate{at(pop, 995): fateGood}, in: at(pop, 995)},
		{name: "POP3 alone where it was asked for", fates: map[account.Endpoint]fate{at(imap, 993): fateGood, at(pop, 110): fateGood},
			request: func(r *Request) { r.Protocol = account.POP3 }, in: at(pop, 110)},
		{name: "a pinned server before every other", fates: map[account.Endpoint]fate{at(imap, 993): fateGood, at(mail, 143): fateGood},
			request: func(r *Request) {
				r.Policy.Trust.Pins = []account.Pin{{Server: at(mail, 143), Certificate: account.Fingerprint{1}}}
			}, in: at(mail, 143)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := alice()
			if test.request != nil {
				test.request(&r)
			}
			s := newSimulation(r)
			s.fates, s.delay = test.fates, instantly
			v := s.run(t)
			if got, want := v.endpoints(), [2]account.Endpoint{test.in, test.out}; got != want {
				t.Errorf("got %v, want %v", got, want)
			}
			if got := v.kinds(); !slices.Equal(got, test.asks) {
				t.Errorf("got the questions %v, want %v", got, test.asks)
			}
		})
	}
}

// mxHost is the domain's MX host as a candidate for both roles.
func mxHost() []discover.Candidate {
	c := discover.Candidate{Host: "mx.example.test", Order: 100, MX: true, Origin: account.Origin{Source: account.SourceGuess}}
	in, out := c, c
	in.Role, out.Role = account.Incoming, account.Outgoing
	return []discover.Candidate{in, out}
}

func TestBadCertificateOfTheMXHostIsAskedAboutFirst(t *testing.T) {
	s := newSimulation(alice(), mxHost()...)
	s.delay = instantly
	s.fates = map[account.Endpoint]fate{at("imap.example.test", 993): fateGood, at("mx.example.test", 993): fateBadCert}
	v := s.run(t)
	if got, want := v.endpoints()[0], at("mx.example.test", 993); got != want || !slices.Equal(v.kinds(), []DecisionKind{DecideCertificate}) {
		t.Errorf("got %v and %v, want %v and a question about its certificate", got, v.kinds(), want)
	}
}

func TestNoToTheMXHostTakesTheVerifiedServer(t *testing.T) {
	r := alice()
	d := Decision{Kind: DecideCertificate, Servers: []account.Endpoint{at("mx.example.test", 993)}}
	d.TLS.Certificate[0] = 1
	r.Declined = []Decision{d}
	s := newSimulation(r, mxHost()...)
	s.delay = instantly
	s.fates = map[account.Endpoint]fate{at("imap.example.test", 993): fateGood, at("mx.example.test", 993): fateBadCert}
	if v := s.run(t); v.endpoints()[0] != at("imap.example.test", 993) || len(v.decisions) != 0 {
		t.Errorf("got %v and %v, want the verified server and no question", v.endpoints()[0], v.kinds())
	}
}

// N-3: a yes to another name of a server counts as typed, so that the domain is asked about before the certificate is.
func TestTheDomainIsAskedAboutBeforeItsCertificate(t *testing.T) {
	s := newSimulation(alice(), discover.Candidate{Host: "imap.operator.example", Role: account.Incoming, Origin: account.Origin{Source: account.SourceMX}})
	s.delay = instantly
	s.fates = map[account.Endpoint]fate{at("imap.operator.example", 993): fateBadCert}
	v := s.run(t)
	if len(v.decisions) != 2 || v.decisions[0].Kind != DecideDomain || v.decisions[1].Kind != DecideCertificate {
		t.Errorf("got %v, want the domain, then the certificate", v.decisions)
	}
}

func TestFailedTypedPortGivesAnOffer(t *testing.T) {
	r := alice()
	r.Incoming.Server = at("mail.example.test", 1993)
	s := newSimulation(r)
	s.delay = instantly
	s.fates = map[account.Endpoint]fate{at("mail.example.test", 993): fateGood}
	v := s.run(t)
	if v.endpoints()[0] != at("mail.example.test", 993) || !slices.Equal(v.kinds(), []DecisionKind{DecidePort}) {
		t.Errorf("got %v and %v, want 993 as an offer", v.endpoints()[0], v.kinds())
	}
}

func TestBadCertificateOnATypedPortIsTheQuestionOnThatPort(t *testing.T) {
	r := alice()
	r.Incoming.Server = at("mail.example.test", 1993)
	s := newSimulation(r)
	s.delay = instantly
	s.fates = map[account.Endpoint]fate{at("mail.example.test", 1993): fateBadCert, at("mail.example.test", 993): fateGood}
	v := s.run(t)
	if v.endpoints()[0] != at("mail.example.test", 1993) || !slices.Equal(v.kinds(), []DecisionKind{DecideCertificate}) {
		t.Errorf("got %v and %v, want the question about 1993", v.endpoints()[0], v.kinds())
	}
}

// D-1: TestWinnerIsTheSameForEveryOrderInWhichTriesSettle plays random worlds, each twice with other delays: as long as every
// answer comes within the limits, the order of the answers never matters.
func TestWinnerIsTheSameForEveryOrderInWhichTriesSettle(t *testing.T) {
	hosts := []string{"imap.example.test", "mail.example.test", "example.test", "pop.example.test", "smtp.example.test", "mx.example.test"}
	ports := []int{993, 143, 995, 110, 465, 587, 25}
	all := []fate{fateGood, fateGood, fateClear, fateBadCert, fateHoster, fateSibling, fateRefused, fateRefused, fateRefused, fateBroken}
	rapid.Check(t, func(t *rapid.T) {
		fates, choke := map[account.Endpoint]fate{}, map[string]bool{}
		for _, h := range hosts {
			choke[h] = rapid.IntRange(0, 5).Draw(t, h+" chokes") == 0
			for _, p := range ports {
				fates[at(h, p)] = all[rapid.IntRange(0, len(all)-1).Draw(t, fmt.Sprintf("%s:%d", h, p))]
			}
		}
		play := func(label string) verdict {
			s := newSimulation(alice(), mxHost()...)
			s.fates, s.choke, s.table.exchanger = fates, choke, "mx.hoster.example"
			delays := map[account.Endpoint]time.Duration{}
			s.delay = func(e account.Endpoint) time.Duration {
				if _, ok := delays[e]; !ok {
					delays[e] = time.Duration(rapid.IntRange(1, 900).Draw(t, label+e.String())) * time.Millisecond
				}
				return delays[e]
			}
			return s.run(t)
		}
		a, b := play("first "), play("second ")
		if a.endpoints() != b.endpoints() || !slices.Equal(a.kinds(), b.kinds()) {
			t.Fatalf("got %v %v in one order and %v %v in another", a.endpoints(), a.kinds(), b.endpoints(), b.kinds())
		}
	})
}
