package discover

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"portolan/account"
)

// N-6, N-7: the best usable record counts, and null MX is believed.
func TestOnlyABestMXHostInTheDomainIsACandidate(t *testing.T) {
	tests := []struct {
		name    string
		records []*net.MX
		want    string
		words   string
	}{
		{"in the domain", []*net.MX{{Host: "MX.Example.test.", Pref: 10}}, "mx.example.test", "delivered to"},
		{"the best one", []*net.MX{{Host: "b.example.test.", Pref: 20}, {Host: "a.example.test.", Pref: 10}}, "a.example.test", ""},
		{"of equals always the same", []*net.MX{{Host: "b.example.test.", Pref: 10}, {Host: "a.example.test.", Pref: 10}}, "a.example.test", ""},
		{"a stranger's", []*net.MX{{Host: "mx.hoster.example.", Pref: 10}}, "", "delivered to mx.hoster.example"},
		{"a filter company's", []*net.MX{{Host: "mx1.eu.mimecast.com.", Pref: 10}}, "", "filtered by Mimecast; that says nothing about its mailboxes"},
		{"a better one outside", []*net.MX{{Host: "mx.hoster.example.", Pref: 10}, {Host: "mx.example.test.", Pref: 20}}, "", ""},
		{"null MX (N-6)", []*net.MX{{Host: "."}}, "", "takes no mail"},
		{"illegal name (N-7)", []*net.MX{{Host: "a b.example.test.", Pref: 1}}, "", ""},
		{"an illegal name beside a legal one (N-7)", []*net.MX{{Host: "a b.example.test.", Pref: 1}, {Host: "mx.example.test.", Pref: 2}}, "mx.example.test", ""},
		{"an address (N-7)", []*net.MX{{Host: "192.0.2.1.", Pref: 1}}, "", ""},
		{"none", nil, "", ""},
	}
	for _, test := range tests {
		w := newWorld(t, nil)
		w.mx = map[string][]*net.MX{"example.test.": test.records}
		answer := w.ask(account.SourceMX, "example.test")
		if answer.Err != nil || !strings.Contains(answer.Note, test.words) {
			t.Fatalf("%s: got %q, %v, want %q", test.name, answer.Note, answer.Err, test.words)
		}
		found := answer.Candidates
		if test.want == "" {
			if len(found) != 0 {
				t.Errorf("%s: got %v, want no candidate", test.name, found)
			}
			continue
		}
		if len(found) != 2 || found[0].Host != test.want || found[1].Host != test.want || !found[0].MX || found[0].Role == found[1].Role {
			t.Errorf("%s: got %+v, want %s for both roles", test.name, found, test.want)
		}
	}
}

func TestMXTroubleIsToldFromNoMX(t *testing.T) { // N-8
	broken := errors.New("server misbehaving")
	w := newWorld(t, nil)
	if a := w.ask(account.SourceMX, "example.test"); a.Status != Missing || a.Err != nil {
		t.Errorf("got %v, %v, want missing without an error", a.Status, a.Err)
	}
	w.broken = map[string]error{"mx example.test.": broken}
	if a := w.ask(account.SourceMX, "example.test"); a.Status != Missing || !errors.Is(a.Err, broken) {
		t.Errorf("got %v, %v, want missing with the error", a.Status, a.Err)
	}
}

// N-10: the operator is asked at its registrable domain and at the exchanger's name less one label, nowhere else.
func TestMXOperatorIsAskedAtTwoNames(t *testing.T) {
	tests := []struct{ mx, want string }{
		{"a.b.mx.hoster.co.uk", "autoconfig.b.mx.hoster.co.uk. autoconfig.hoster.co.uk. b.mx.hoster.co.uk. hoster.co.uk. v1.ispdb.net."},
		{"mx.hoster.example", "autoconfig.hoster.example. hoster.example. v1.ispdb.net."},
		{"hoster.example", "autoconfig.hoster.example. hoster.example. v1.ispdb.net."},
		{"mx.example.test", ""},
		{"mx0a.pphosted.com", ""},
		{"co.uk", ""},
	}
	for _, test := range tests {
		w := newWorld(t, nil)
		w.mx = mxAt(test.mx)
		for _, s := range w.finder().Sources(alice("example.test")) {
			if s.Name == account.SourceMX && strings.HasPrefix(s.Key, "mx-") {
				s.Ask(context.Background(), func() {})
			}
		}
		names := slices.DeleteFunc(slices.Clone(w.asked), func(s string) bool { return strings.HasPrefix(s, "mx ") })
		slices.Sort(names)
		if got := strings.Join(slices.Compact(names), " "); got != test.want {
			t.Errorf("%s: got %q, want %q", test.mx, got, test.want)
		}
	}
}

// W-4: what DNS data led to is vouched for by nobody, even over https.
func TestOperatorsFileNamesHostsWithoutVouching(t *testing.T) {
	file := config("hoster.example", "mx.hoster.example", "smtp.hoster.example")
	want := "incoming mx.hoster.example imap/993/tls alice@example.test mx; outgoing smtp.hoster.example smtp/587/starttls alice"
	for key, host := range map[string]string{"mx-base-autoconfig": "autoconfig.hoster.example", "mx-base-well-known": "hoster.example", "mx-base-ispdb": "v1.ispdb.net"} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, map[string]site{host: {serve: answers(file)}})
			w.mx = mxAt("mx.hoster.example")
			a := w.ask(account.SourceMX, key)
			if got := brief(a.Candidates); got != want || !strings.Contains(a.Note, "handled by hoster.example") || a.Candidates[0].Origin.Source != account.SourceMX {
				t.Errorf("%s: got %s, %q, want %s", key, got, a.Note, want)
			}
		})
	}
}

func TestOperatorIsNotAskedByDatabaseWhereThatIsOff(t *testing.T) { // V-4
	w := newWorld(t, nil)
	w.mx = mxAt("mx.hoster.example")
	f := w.finder()
	f.Settings.ISPDB = "off"
	for _, s := range f.Sources(alice("example.test")) {
		s.Ask(context.Background(), func() {})
	}
	if n := w.times("v1.ispdb.net."); n != 0 {
		t.Errorf("got %d look-ups of the database, want none", n)
	}
}

func TestFilterTableIsWellFormed(t *testing.T) {
	var domains []string
	for line := range strings.Lines(filterTable) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "#") {
			continue
		}
		domain, name, ok := strings.Cut(line, " ")
		if !ok || name == "" || account.RegistrableDomain(domain) != domain || filterOf("mx."+domain) == "" {
			t.Errorf("got %q, want a registrable domain and a name", line)
		}
		domains = append(domains, domain)
	}
	if !slices.IsSorted(domains) || len(slices.Compact(slices.Clone(domains))) != len(domains) {
		t.Errorf("got %v, want them sorted and each once", domains)
	}
	if got := filterOf("x.psmtp.com"); got != "Google Postini" {
		t.Errorf("got %q, want the name alone", got)
	}
}

func TestWildcardIsFoundByARandomName(t *testing.T) { // N-4
	here := []netip.Addr{netip.MustParseAddr("192.0.2.9")}
	tests := []struct {
		name   string
		zone   func(z *zone)
		want   Status
		listed bool
	}{
		{"none", func(*zone) {}, Silent, false},
		{"IPv4", func(z *zone) { z.addrs["ip4 *"] = here }, Silent, true},
		{"IPv6", func(z *zone) { z.addrs["ip6 *"] = []netip.Addr{netip.MustParseAddr("2001:db8::9")} }, Silent, true},
	}
	for _, test := range tests {
		w := newWorld(t, nil)
		test.zone(w.zone)
		first, second := w.ask(account.SourceGuess, "wildcard"), w.ask(account.SourceGuess, "wildcard")
		if first.Status != test.want || first.Wildcard != test.listed || second.Wildcard != test.listed || (first.Note != "") != test.listed {
			t.Errorf("%s: got %v, %v, %q, want %v, %v", test.name, first.Status, first.Wildcard, first.Note, test.want, test.listed)
		}
		slices.Sort(w.asked)
		names := slices.Compact(w.asked)
		if len(names) != 2 || len(names[0]) < 16+len(".example.test.") || !strings.HasSuffix(names[0], ".example.test.") {
			t.Errorf("%s: got look-ups %v, want two names that nobody can foresee", test.name, names)
		}
	}
}

// Nobody gets banned for asking: what several sources need is looked up once, however many wait for it.
func TestSourcesShareTheirLookups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, map[string]site{"example.test": {serve: status(404)}, "hoster.example": {serve: status(404)}})
		w.mx = mxAt("mx.hoster.example")
		sources := w.finder().Sources(alice("example.test"))
		done := make(chan Answer)
		for _, s := range sources {
			go func() { done <- s.Ask(context.Background(), func() {}) }()
		}
		for range sources {
			<-done
		}
		slices.Sort(w.asked)
		for i, name := range w.asked {
			if i > 1 && name == w.asked[i-2] || strings.HasPrefix(name, "mx ") && w.times(name) > 1 {
				t.Errorf("got %s asked for %d times, want once for each family", name, w.times(name))
			}
		}
	})
}

// A look-up that its asker gave up is made again by whoever still needs it.
func TestGivingUpASharedLookupHurtsNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShared[string]()
		first, giveUp := context.WithCancel(context.Background())
		go func() {
			_, _ = s.get(first, func() string { <-first.Done(); return "nothing" })
		}()
		synctest.Wait()
		go giveUp()
		if got, err := s.get(context.Background(), func() string { return "found" }); got != "found" || err != nil {
			t.Errorf("got %q, %v, want found", got, err)
		}
		if got, _ := s.get(context.Background(), func() string { return "again" }); got != "found" {
			t.Errorf("got %q, want what is known", got)
		}
	})
}
