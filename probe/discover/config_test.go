package discover

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
)

// brief prints candidates in short.
func brief(list []Candidate) string {
	var all []string
	for _, c := range list {
		s := fmt.Sprintf("%v %s", c.Role, c.Host)
		for _, p := range c.Ports {
			s += fmt.Sprintf(" %v/%d/%v", p.Protocol, p.Number, p.Security)
		}
		if len(c.Usernames) > 0 {
			s += " " + strings.Join(c.Usernames, "|")
		}
		if c.MX {
			s += " mx"
		}
		if c.Origin.Vouched {
			s += " vouched"
		}
		all = append(all, s)
	}
	return strings.Join(all, "; ")
}

const ownAnswer = "incoming imap.example.test imap/993/tls alice@example.test; outgoing smtp.example.test smtp/587/starttls alice"

func mxAt(host string) map[string][]*net.MX {
	return map[string][]*net.MX{"example.test.": {{Host: host + ".", Pref: 10}}}
}

// W-3, W-4, W-9: trust is the lowest of every hop, of the file's own words and of the DNS.
func TestAutoconfigVouchesOnlyWhereEverythingAgrees(t *testing.T) {
	away := config("example.test", "imap.hoster.example", "smtp.hoster.example")
	elsewhere := map[string]site{autoconfigHost: {serve: redirect("https://autoconfig.hoster.example/x")}, "autoconfig.hoster.example": {serve: answers(away)}}
	inside := map[string]site{autoconfigHost: {serve: redirect("https://www.example.test/x")}, "www.example.test": {serve: answers(away)}}
	here := func(body string) map[string]site { return map[string]site{autoconfigHost: {serve: answers(body)}} }
	tests := []struct {
		name    string
		sites   map[string]site
		mx      map[string][]*net.MX
		mute    bool
		vouched bool
		words   string
	}{
		{"the MX is the hoster's", here(away), mxAt("mx1.hoster.example"), false, true, ""},
		{"after a redirect inside the domain", inside, mxAt("mx1.hoster.example"), false, true, ""},
		{"with the domain as a placeholder", here(config("%EMAILDOMAIN%", "imap.hoster.example", "smtp.hoster.example")), mxAt("mx1.hoster.example"), false, true, ""},
		{"the MX is somebody else's", here(away), mxAt("mx.other.example"), false, false, ""},
		{"the MX is the domain's own", here(away), mxAt("mx.example.test"), false, false, ""},
		{"the MX is a filter's", here(config("example.test", "imap.pphosted.com", "smtp.pphosted.com")), mxAt("mxa.pphosted.com"), false, false, ""},
		{"there is no MX", here(away), nil, false, false, ""},
		{"the MX is not known in time", here(away), nil, true, false, ""},
		{"a redirect left the domain", elsewhere, mxAt("mx1.hoster.example"), false, false, "sends whoever asks for its settings to autoconfig.hoster.example"},
		{"the file is not for the domain", here(config("other.test", "imap.hoster.example", "smtp.hoster.example")), mxAt("mx1.hoster.example"), false, false, "do not say that they are meant for example.test"},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, test.sites)
			if w.mx = test.mx; test.mute {
				w.mute = []string{"mx example.test."}
			}
			begun := time.Now()
			a := w.ask(account.SourceAutoconfig, autoconfigHost)
			if a.Status != Named || len(a.Candidates) != 2 || !strings.Contains(a.Note, test.words) {
				t.Fatalf("%s: got %v, %s, %q, want two hosts and %q", test.name, a.Status, brief(a.Candidates), a.Note, test.words)
			}
			for _, c := range a.Candidates {
				if c.Origin.Vouched != test.vouched || c.Origin.Source != account.SourceAutoconfig {
					t.Errorf("%s: got %+v, want vouched %v", test.name, c.Origin, test.vouched)
				}
			}
			if took := time.Since(begun); took > vouchLimit {
				t.Errorf("%s: took %v, want at most %v", test.name, took, vouchLimit)
			}
		})
	}
}

func TestHostsOfTheDomainItselfNeedNobodysWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, map[string]site{"example.test": {serve: answers(goodFile())}})
		a := w.ask(account.SourceAutoconfig, "example.test")
		if got := brief(a.Candidates); got != ownAnswer || a.URL != wellKnownURL("example.test") {
			t.Errorf("got %s from %s, want %s", got, a.URL, ownAnswer)
		}
		if w.times("mx example.test.") != 0 || a.Candidates[0].Order < maxHosts {
			t.Errorf("got MX asked %d times and order %d, want 0 and hosts behind those of autoconfig.D", w.times("mx example.test."), a.Candidates[0].Order)
		}
	})
}

// W-7, R-3: what others publish must be a public name; one bad server spoils no other, and the number is bounded.
func TestImpossibleHostsOfAFileAreLeftOut(t *testing.T) {
	server := func(host string) string {
		return `<incomingServer type="imap"><hostname>` + host + `</hostname><port>993</port><socketType>SSL</socketType></incomingServer>`
	}
	file := func(hosts ...string) string {
		s := `<clientConfig><emailProvider id="x"><domain>example.test</domain>`
		for _, h := range hosts {
			s += server(h)
		}
		return s + `</emailProvider></clientConfig>`
	}
	many := make([]string, 40)
	for i := range many {
		many[i] = fmt.Sprintf("h%d.example.test", i)
	}
	tests := []struct {
		name  string
		hosts []string
		want  int
	}{
		{"one good among bad", []string{"127.0.0.1", "localhost", "nas.local", "co.uk", "a b", "::1", "x.example.test"}, 1},
		{"the same twice", []string{"x.example.test", "X.example.test"}, 1},
		{"too many", many, maxHosts},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, map[string]site{autoconfigHost: {serve: answers(file(test.hosts...))}})
			a := w.ask(account.SourceAutoconfig, autoconfigHost)
			if a.Status != Named || len(a.Candidates) != test.want {
				t.Errorf("%s: got %v, %s, want %d hosts", test.name, a.Status, brief(a.Candidates), test.want)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, map[string]site{autoconfigHost: {serve: answers(file("127.0.0.1", "localhost"))}})
		if a := w.ask(account.SourceAutoconfig, autoconfigHost); a.Status != Broken || !strings.Contains(a.Note, "127.0.0.1") {
			t.Errorf("got %v, %q, want broken and the name", a.Status, a.Note)
		}
	})
}

// W-13, V-2, V-4: the provider database hears the domain, over https, unless it is switched off.
func TestISPDBHearsTheDomainAlone(t *testing.T) {
	away := config("example.test", "imap.hoster.example", "smtp.hoster.example")
	tests := []struct {
		name, base, host, request string
		body                      string
		want                      Status
		vouched                   bool
	}{
		{"by default", "", "v1.ispdb.net", "GET v1.ispdb.net/example.test", away, Named, true},
		{"a mirror", "https://mirror.example/v1.1", "mirror.example", "GET mirror.example/v1.1/example.test", away, Named, true},
		{"another domain's file", "", "v1.ispdb.net", "GET v1.ispdb.net/example.test", config("other.test", "imap.hoster.example", "smtp.hoster.example"), Named, false},
		{"a file for everybody", "", "v1.ispdb.net", "GET v1.ispdb.net/example.test", config("%EMAILDOMAIN%", "imap.hoster.example", "smtp.hoster.example"), Named, false},
		{"off", "off", "v1.ispdb.net", "", away, Off, false},
		{"over http", "http://mirror.example/", "mirror.example", "", away, Off, false},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, map[string]site{test.host: {serve: answers(test.body)}})
			f := w.finder()
			f.Settings = Settings{ISPDB: test.base, SendAddress: true}
			a := w.source(f, alice("example.test"), account.SourceISPDB, "ispdb").Ask(context.Background(), func() {})
			if a.Status != test.want || strings.Join(w.requests, " ") != test.request {
				t.Errorf("%s: got %v, %q after %q, want %v after %q", test.name, a.Status, a.Note, w.requests, test.want, test.request)
			}
			for _, c := range a.Candidates {
				if c.Origin.Vouched != test.vouched || c.Origin.Source != account.SourceISPDB {
					t.Errorf("%s: got %+v, want vouched %v", test.name, c.Origin, test.vouched)
				}
			}
			if test.want == Off && len(w.asked) != 0 {
				t.Errorf("%s: got look-ups %v, want none", test.name, w.asked)
			}
		})
	}
}

// V-2, V-5: the address goes to the domain's own autoconfig host, if allowed, and nowhere else: not along a redirect, not
// to the DNS, not in a header.
func TestAddressGoesNowhereElse(t *testing.T) {
	for _, allowed := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			echo := func(w io.Writer, r *http.Request) {
				redirect("https://autoconfig.hoster.example/mail/config-v1.1.xml?"+r.URL.RawQuery)(w, r)
			}
			all := map[string]site{autoconfigHost: {serve: echo}}
			for _, host := range []string{
				"example.test", "autodiscover.example.test", "ua-auto-config.example.test", "v1.ispdb.net",
				"autoconfig.hoster.example", "hoster.example", "autoconfig.mx.hoster.example", "mx.hoster.example",
			} {
				all[host] = site{serve: status(404)}
			}
			w := newWorld(t, all)
			w.mx = mxAt("a.mx.hoster.example")
			w.txt = map[string][]string{"_ua-auto-config.example.test.": {"v=UAAC1; a=sha256; d=" + strings.Repeat("A", 43) + "="}}
			f := w.finder()
			f.Settings.SendAddress = allowed
			for _, s := range f.Sources(alice("example.test")) {
				if a := s.Ask(context.Background(), func() {}); strings.Contains(a.URL+a.Note, "alice") {
					t.Errorf("got %q, %q, want the address in neither", a.URL, a.Note)
				}
			}
			said := slices.Concat(w.requests, w.asked, w.bodies)
			for _, h := range w.heads {
				said = append(said, fmt.Sprint(h))
			}
			said = slices.DeleteFunc(said, func(s string) bool { return !strings.Contains(s, "alice") })
			var want []string
			if allowed {
				want = []string{"GET autoconfig.example.test/mail/config-v1.1.xml?emailaddress=alice%40example.test"}
			}
			if !slices.Equal(said, want) {
				t.Errorf("allowed %v: got the address in %q, want %q", allowed, said, want)
			}
			if len(w.requests) < 12 || w.times("mx example.test.") != 1 {
				t.Errorf("got %d requests and %d MX look-ups, want all sources asked and one", len(w.requests), w.times("mx example.test."))
			}
			for _, name := range w.asked { // N-1
				if !strings.HasSuffix(name, ".") {
					t.Errorf("got a look-up of %q, want an absolute name", name)
				}
			}
		})
	}
}

// V-3: making the list asks nobody.
func TestListingSourcesAsksNobody(t *testing.T) {
	w := newWorld(t, nil)
	if n := len(w.finder().Sources(alice("example.test"))); n == 0 || len(w.asked) != 0 {
		t.Errorf("got %d sources and look-ups %v, want some and none", n, w.asked)
	}
}

// N-5: below a public suffix anybody may own a name, so none is asked there; nor is a label ever cut off.
func TestNobodyIsAskedBesideTheDomain(t *testing.T) {
	for _, domain := range []string{"co.uk", "deep.sub.example.test"} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, nil)
			for _, s := range w.finder().Sources(alice(domain)) {
				s.Ask(context.Background(), func() {})
			}
			for _, name := range w.asked {
				name = strings.TrimSuffix(strings.TrimPrefix(name, "mx "), ".")
				host, under := strings.CutSuffix(name, domain)
				switch {
				case name == "v1.ispdb.net":
				case !under, domain == "co.uk" && host != "" && !strings.HasPrefix(host, "_"):
					t.Errorf("%s: asked for %s", domain, name)
				}
			}
		})
	}
}

func TestInternationalDomainIsAskedInASCII(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, err := account.ParseAddress("alice@bücher.example")
		if err != nil {
			t.Fatal(err)
		}
		w := newWorld(t, map[string]site{"autoconfig.xn--bcher-kva.example": {serve: answers(config("bücher.example", "imap.bücher.example", "smtp.%EMAILDOMAIN%"))}})
		got := w.source(w.finder(), a, account.SourceAutoconfig, "autoconfig.xn--bcher-kva.example").Ask(context.Background(), func() {})
		if want := "incoming imap.xn--bcher-kva.example imap/993/tls alice@xn--bcher-kva.example; outgoing smtp.xn--bcher-kva.example smtp/587/starttls alice"; brief(got.Candidates) != want {
			t.Errorf("got %s (%s), want %s", brief(got.Candidates), got.Note, want)
		}
	})
}
