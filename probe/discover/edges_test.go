package discover

import (
	"context"
	"encoding/xml"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"portolan/account"
)

// V-2: what is posted is one well-formed document that holds the fixed name and the domain that is asked about.
func TestTheAutodiscoverRequestIsADocument(t *testing.T) {
	for _, domain := range []string{"example.test", `a&<">.test`} {
		var got struct {
			XMLName xml.Name `xml:"http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006 Autodiscover"`
			Request struct {
				EMailAddress             string
				AcceptableResponseSchema string
			}
		}
		err := xml.Unmarshal([]byte(autodiscoverRequest(domain)), &got)
		const schema = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
		if err != nil || got.Request.EMailAddress != autodiscoverName+"@"+domain || got.Request.AcceptableResponseSchema != schema {
			t.Errorf("%s: got %+v, %v, want the name at the domain and %s", domain, got, err, schema)
		}
	}
}

// Where an answer sends to another domain, that domain is asked about; where it sends to another page, the same one is.
func TestAutodiscoverAsksAboutTheDomainThatItWasSentTo(t *testing.T) {
	for body, want := range map[string]string{
		"<Action>redirectAddr</Action><RedirectAddr>bob@hoster.example</RedirectAddr>":                                             "@hoster.example<",
		"<Action>redirectUrl</Action><RedirectUrl>https://autodiscover.hoster.example/autodiscover/autodiscover.xml</RedirectUrl>": "@example.test<",
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, map[string]site{
				autodiscoverHost:              {serve: answers(pox(body))},
				"autodiscover.hoster.example": {serve: answers(pox(protocol("IMAP", "imap.hoster.example", "")))},
			})
			w.ask(account.SourceAutodiscover, autodiscoverHost)
			if len(w.bodies) != 2 || !strings.Contains(w.bodies[0], "@example.test<") || !strings.Contains(w.bodies[1], want) {
				t.Errorf("got %q, want the second about %s", w.bodies, want)
			}
		})
	}
}

// What the domain's web host names stands behind what its autodiscover host does.
func TestTheWebHostsAutodiscoverStandsBehind(t *testing.T) {
	for host, behind := range map[string]bool{autodiscoverHost: false, "example.test": true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, map[string]site{host: {serve: answers(pox(protocol("IMAP", "imap.example.test", "")))}})
			a := w.ask(account.SourceAutodiscover, host)
			if len(a.Candidates) != 1 || (a.Candidates[0].Order >= maxHosts) != behind {
				t.Errorf("%s: got %+v, want it behind: %v", host, a.Candidates, behind)
			}
		})
	}
}

// N-7: an illegal name counts for nothing wherever it stands.
func TestAnIllegalMXNameBehindALegalOneCountsForNothing(t *testing.T) {
	got := bestOf([]*net.MX{{Host: "mx.example.test.", Pref: 2}, {Host: "a b.example.test.", Pref: 1}, {Host: "mx2.example.test.", Pref: 3}}, nil)
	if got.host != "mx.example.test" {
		t.Errorf("got %q, want mx.example.test", got.host)
	}
}

// W-1: nothing but https is asked, whoever names the page.
func TestNothingButHTTPSIsAsked(t *testing.T) {
	for _, url := range []string{"http://example.test/x", "https:///x", "https://", "ftp://example.test/x", "example.test/x", "", "://"} {
		w := newWorld(t, map[string]site{"example.test": {plain: true}})
		_, err := w.finder().fetch(context.Background(), page{}, order{url: url}, func() {})
		if !isFault(err, faultRedirect) || w.taken != 0 || len(w.requests) != 0 {
			t.Errorf("%q: got %v after %q, want it refused", url, err, w.requests)
		}
	}
}

// A place in a page makes no other page of it.
func TestAPlaceInAPageMakesNoOtherPage(t *testing.T) {
	p := page{urls: []string{"https://example.test/x"}}
	for location, circle := range map[string]bool{"/x#there": true, "/x": true, "https://EXAMPLE.test/x": true, "/y#there": false} {
		next, err := follow(p, parseURL("https://example.test/x"), location)
		if (err != nil) != circle || err == nil && next.Fragment != "" {
			t.Errorf("%q: got %v, %v, want a circle: %v", location, next, err, circle)
		}
	}
}

// one value in JSON, whole, and nested no deeper than anybody needs.
func TestJSONIsOneWholeValue(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for text, good := range map[string]bool{
		`{}`: true, `{"a":[1]}`: true, `1`: true, "{}\n": true, deep(maxDepth): true,
		``: false, `{`: false, `{}{`: false, `{} {}`: false, `{}[`: false, `{}]`: false, `{"a":1`: false, deep(maxDepth + 1): false, "\"\xff\"": false,
		`"` + strings.Repeat("x", maxBody) + `"`: false, `"` + strings.Repeat("x", maxBody-2) + `"`: true,
	} {
		if err := checkJSON([]byte(text)); (err == nil) != good {
			t.Errorf("%.40q of %d bytes: got %v, want it taken: %v", text, len(text), err, good)
		}
	}
}

// That a domain seems to publish settings is said where its certificate is what is wrong, and of nothing else.
func TestOnlyAWrongCertificateIsCalledOne(t *testing.T) {
	const words = "seems to publish settings, but its certificate is wrong"
	for _, test := range []struct {
		name string
		site site
		want bool
	}{
		{"another name", site{names: []string{"other.test"}}, true},
		{"refuses", site{refuses: true}, false},
		{"no TLS", site{plain: true}, false},
		{"no file", site{serve: answers("<html></html>")}, false},
		{"a file", site{serve: answers(goodFile())}, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, map[string]site{autoconfigHost: test.site})
			if a := w.ask(account.SourceAutoconfig, autoconfigHost); strings.Contains(a.Note, words) != test.want {
				t.Errorf("%s: got %q, want %q in it: %v", test.name, a.Note, words, test.want)
			}
		})
	}
}

// lame is a DNS that gives some records, and an error about others.
type lame struct {
	*zone
	err error
}

func (l lame) LookupSRV(ctx context.Context, service, proto, name string) (string, []*net.SRV, error) {
	cname, records, err := l.zone.LookupSRV(ctx, service, proto, name)
	if err == nil {
		err = l.err
	}
	return cname, records, err
}

// N-8: an error beside records is one about others: what is there is taken, and no trouble is told.
func TestAnErrorBesideRecordsIsNoTrouble(t *testing.T) {
	broken := errors.New("cannot unmarshal DNS message")
	w := newWorld(t, nil)
	w.srv = map[string][]*net.SRV{"imaps example.test.": {record("imap.example.test.", 993, 0, 0)}}
	f := w.finder()
	f.Resolver = lame{w.zone, broken}
	a := w.source(f, alice("example.test"), account.SourceSRV, "example.test").Ask(context.Background(), func() {})
	if a.Status != Named || a.Err != nil || len(a.Candidates) != 1 {
		t.Errorf("got %v, %v, %s, want the host and no error", a.Status, a.Err, brief(a.Candidates))
	}
}
