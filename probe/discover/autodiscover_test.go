package discover

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"portolan/account"
	"portolan/account/format"
)

const autodiscoverHost = "autodiscover.example.test"

// pox is an Autodiscover answer around the content of its account.
func pox(content string) string {
	return `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">` +
		`<Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"><Account><AccountType>email</AccountType>` +
		content + `</Account></Response></Autodiscover>`
}

// protocol is one server of an answer.
func protocol(kind, host, rest string) string {
	return `<Protocol><Type>` + kind + `</Type><Server>` + host + `</Server>` + rest + `</Protocol>`
}

func TestAutodiscoverNamesServers(t *testing.T) {
	tests := []struct {
		name, body, want string
		status           Status
		words            string
	}{
		{"a usual answer", pox(`<Action>settings</Action>` +
			protocol("IMAP", "imap.example.test", "<Port>993</Port><LoginName>autodiscover@example.test</LoginName><SSL>on</SSL><SPA>off</SPA>") +
			protocol("POP3", "pop.example.test", "<Port>110</Port><Encryption>TLS</Encryption><LoginName>autodiscover</LoginName>") +
			protocol("SMTP", "smtp.example.test", "<Port>587</Port><SSL>on</SSL><LoginName>bob</LoginName>")),
			"incoming imap.example.test imap/993/tls alice@example.test; incoming pop.example.test pop3/110/starttls alice; outgoing smtp.example.test smtp/587/starttls", Named, ""},
		{"ports that say nothing", pox(protocol("IMAP", "a.example.test", "<Port>10993</Port><Encryption>SSL</Encryption>") +
			protocol("IMAP", "b.example.test", "<Port>10143</Port><Encryption>TLS</Encryption>") + protocol("SMTP", "c.example.test", "<Port>25</Port><SSL>off</SSL>")),
			"incoming a.example.test imap/10993/tls; incoming b.example.test imap/10143/; outgoing c.example.test smtp/25/none", Named, ""},
		{"no ports", pox(protocol("IMAP", "a.example.test", "") + protocol("SMTP", "b.example.test", "<Encryption>None</Encryption>")),
			"incoming a.example.test imap/993/tls; outgoing b.example.test smtp/587/none", Named, ""},
		{"a type as an attribute", pox(`<Protocol Type="IMAP"><Server>a.example.test</Server><Port>993</Port></Protocol>`), "incoming a.example.test imap/993/tls", Named, ""},
		{"Exchange alone", pox(protocol("EXCH", "x.example.test", "") + protocol("WEB", "x.example.test", "")), "", Silent, "“EXCH”"},
		{"an error", `<Autodiscover><Response><Error><ErrorCode>500</ErrorCode><Message>unknown ` + "\u202e" + `user</Message></Error></Response></Autodiscover>`, "", Silent, "unknown <U+202E>user"},
		{"impossible servers", pox(protocol("IMAP", "127.0.0.1", "") + protocol("IMAP", "a b", "") + protocol("IMAP", "x.example.test", "<Port>0</Port>")), "", Silent, "127.0.0.1"},
		{"a web page", "<html></html>", "", Broken, "no Autodiscover answer"},
		{"a document type", `<!DOCTYPE x><Autodiscover/>`, "", Broken, "document type"},
		{"nothing", "", "", Broken, "no usable configuration"},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, map[string]site{autodiscoverHost: {serve: answers(test.body)}})
			a := w.ask(account.SourceAutodiscover, autodiscoverHost)
			if got := brief(a.Candidates); got != test.want || a.Status != test.status || !strings.Contains(a.Note, test.words) {
				t.Errorf("%s: got %v, %s, %q, want %v, %s, %q", test.name, a.Status, got, a.Note, test.status, test.want, test.words)
			}
		})
	}
}

// W-1, W-2, W-3, N-5: a document that sends elsewhere is a redirect like any other, and none leads up to a public suffix.
func TestAutodiscoverRedirectsAreChecked(t *testing.T) {
	toURL := func(s string) string { return pox("<Action>redirectUrl</Action><RedirectUrl>" + s + "</RedirectUrl>") }
	toAddress := func(s string) string {
		return pox("<Action>redirectAddr</Action><RedirectAddr>" + s + "</RedirectAddr>")
	}
	good := pox(protocol("IMAP", "imap.hoster.example", ""))
	tests := []struct {
		name, body string
		status     Status
		requests   int
		words      string
	}{
		{"to a URL", toURL("https://autodiscover.hoster.example/autodiscover/autodiscover.xml"), Named, 2, "sends whoever asks for its settings to autodiscover.hoster.example"},
		{"to an address", toAddress("bob@hoster.example"), Named, 2, "sends whoever asks"},
		{"to http", toURL("http://autodiscover.hoster.example/x"), Broken, 1, "unencrypted"},
		{"to itself", toURL("https://" + autodiscoverHost + "/autodiscover/autodiscover.xml"), Broken, 1, "circle"},
		{"to an address of itself", toAddress("bob@example.test"), Broken, 1, "circle"},
		{"to this machine", toURL("https://127.0.0.1/x"), Broken, 1, "no public name"},
		{"to a public suffix", toAddress("bob@co.uk"), Broken, 1, "no domain that can be asked"},
		{"to a top-level domain", toAddress("bob@test"), Silent, 1, ""},
		{"on and on", toURL("https://chain.example.test/1"), Broken, 1 + maxHops, "too many"},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, map[string]site{
				autodiscoverHost: {serve: answers(test.body)}, "autodiscover.hoster.example": {serve: answers(good)},
				"chain.example.test": {serve: redirect("https://next.example.test/2")}, "next.example.test": {serve: answers(toURL("https://chain.example.test/3"))},
			})
			f := w.finder()
			f.Settings.SendAddress = true // not here: V-2
			a := w.source(f, alice("example.test"), account.SourceAutodiscover, autodiscoverHost).Ask(context.Background(), func() {})
			if a.Status != test.status || len(w.requests) != test.requests || !strings.Contains(a.Note, test.words) {
				t.Errorf("%s: got %v, %q after %q, want %v, %q after %d", test.name, a.Status, a.Note, w.requests, test.status, test.words, test.requests)
			}
			for i, body := range w.bodies {
				if !strings.Contains(body, "<EMailAddress>autodiscover@") || strings.Contains(body, "alice") || !strings.HasPrefix(w.requests[i], "POST ") || len(w.heads[i]["Authorization"]) > 0 {
					t.Errorf("%s: got %q, want a POST without the address or credentials", test.name, body)
				}
			}
			for _, c := range a.Candidates {
				if c.Origin.Vouched {
					t.Errorf("%s: got %+v, want nobody's word for it", test.name, c)
				}
			}
		})
	}
}

func FuzzAutodiscover(f *testing.F) {
	for _, seed := range []string{
		pox(protocol("IMAP", "imap.example.test", "<Port>993</Port><SSL>on</SSL><LoginName>autodiscover@example.test</LoginName>")),
		pox("<Action>redirectUrl</Action><RedirectUrl>https://a.example/</RedirectUrl>"), pox("<Action>redirectAddr</Action><RedirectAddr>a@b.example</RedirectAddr>"),
		"<Autodiscover><Response><Error/></Response></Autodiscover>", "<html/>", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		answer, remarks, err := format.ReadAutodiscover(data)
		if err != nil {
			return
		}
		q := newInquiry(Finder{}, alice("example.test"))
		p := page{urls: []string{"https://" + autodiscoverHost + "/"}}
		if next, err := sentOn(p, answer); err == nil && (!strings.HasPrefix(next, "https://") || published(parseURL(next).Hostname()) == "") {
			t.Errorf("got a redirect to %q, want https and a public name", next)
		}
		a := q.readAutodiscover(answer, remarks, p, "")
		for _, c := range a.Candidates {
			for _, port := range c.Ports {
				if published(c.Host) != c.Host || port.Number < 1 || port.Number > 65535 || port.Protocol.Role() != c.Role {
					t.Errorf("got %+v, want a public name and possible ports", c)
				}
			}
		}
		if a.Note != account.Neutral(a.Note, maxNote) {
			t.Errorf("got %q, want neutral text", a.Note)
		}
	})
}
