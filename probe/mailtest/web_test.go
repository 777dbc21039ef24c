package mailtest

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const webWorld = `
host 192.0.2.20 autoconfig.example.test
web 192.0.2.20:443
page autoconfig.example.test /a 200 type=text/xml <<END
    <a>
      <b/>
    </a>
END
page autoconfig.example.test /post 200 post <<END
yes
END
page autoconfig.example.test /round 302 redirect=https://autoconfig.example.test/round?# body=empty
page autoconfig.example.test /late 200 delay=3s body=html
page autoconfig.example.test /cut 200 body=cut <<END
0123456789
END
page autoconfig.example.test /chunked 200 body=chunked <<END
0123456789
END
page autoconfig.example.test /endless 200 body=endless
page autoconfig.example.test /bomb 200 body=gzip-bomb
config autoconfig.example.test example.test imap:in.example.test:993:SSL smtp:out.example.test:465:SSL:%EMAILLOCALPART%&co
web 192.0.2.20:8443 cert=expired
`

// ask sends a request with the usual header and gives all that comes until the server hangs up.
func ask(t *testing.T, w *World, request string, extra ...string) string {
	t.Helper()
	c := dial(t, w, "192.0.2.20:443")
	if err := c.secure("autoconfig.example.test"); err != nil {
		t.Fatal(err)
	}
	head := append([]string{request, "Host: autoconfig.example.test", "User-Agent: Portolan", "Connection: close"}, extra...)
	if _, err := io.WriteString(c.conn, strings.Join(head, "\r\n")+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(c.conn)
	_ = c.conn.Close()
	return string(answer)
}

func TestWebServerServesItsPages(t *testing.T) {
	tests := []struct{ request, want string }{
		{"GET /a HTTP/1.1", "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 16\r\n\r\n<a>\n  <b/>\n</a>\n"},
		{"GET /a?emailaddress=x HTTP/1.1", "HTTP/1.1 200 OK"},
		{"GET /b HTTP/1.1", "HTTP/1.1 404 Not Found"},
		{"POST /a HTTP/1.1", "HTTP/1.1 405 Method Not Allowed"},
		{"POST /post HTTP/1.1", "HTTP/1.1 200 OK"},
		{"GET /post HTTP/1.1", "HTTP/1.1 405 Method Not Allowed"},
		{"GET /round HTTP/1.1", "HTTP/1.1 302 Found\r\nContent-Type: text/xml\r\nLocation: https://autoconfig.example.test/round?1\r\n"},
		{"GET /cut HTTP/1.1", "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 11\r\n\r\n01234"},
		{"GET /chunked HTTP/1.1", "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n6\r\n56789\n\r\n0\r\n\r\n"},
		{"GET /bomb HTTP/1.1", "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Encoding: gzip\r\n"},
		{"GET /mail/config-v1.1.xml HTTP/1.1", "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			w := build(t, webWorld)
			got := ask(t, w, test.request)

			if !strings.HasPrefix(got, test.want) {
				t.Errorf("%s: got %.300q, want %q", test.request, got, test.want)
			}
			violations(t, w)
			if n := len(w.Record().Requests); n != 1 {
				t.Errorf("%s: got %d requests recorded, want 1", test.request, n)
			}
		})
	}
}

func TestConfigurationFileIsWritten(t *testing.T) {
	s, err := Parse("world" + webWorld + "run\naddress a@b.test\nexpect\noutcome none\n")
	if err != nil {
		t.Fatal(err)
	}
	got := s.World.pageAt("autoconfig.example.test", "/mail/config-v1.1.xml").Body
	for _, want := range []string{
		`<emailProvider id="example.test"><domain>example.test</domain>`,
		`<incomingServer type="imap"><hostname>in.example.test</hostname><port>993</port><socketType>SSL</socketType>`,
		`<outgoingServer type="smtp">`, `<username>%EMAILADDRESS%</username>`, `<username>%EMAILLOCALPART%&amp;co</username>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s in it", got, want)
		}
	}
}

func TestWebServerAccusesATalkativeClient(t *testing.T) { // W-1, V-5, R-2
	tests := []struct{ request, header, want string }{
		{"GET /a HTTP/1.1", "Authorization: Basic eDp5", "the header Authorization"},
		{"GET /a HTTP/1.1", "Cookie: a=b", "the header Cookie"},
		{"GET /a HTTP/1.1", "Referer: https://x.test/", "the header Referer"},
		{"GET /a HTTP/1.1", "Accept-Language: de", "the header Accept-Language"},
		{"GET /a HTTP/1.1", "Accept-Encoding: gzip", "Accept-Encoding"},
		{"GET /a HTTP/1.1", "X: correct horse", "a password in a request"},
		{"GET /a?p=correct+horse HTTP/1.1", "X: y", "a password in a request"},
		{"GET /a HTTP/1.1", "X: Y29ycmVjdCBob3JzZQ==", "a password in a request"},
		{"GET /a HTTP/1.0", "X: y", "want GET or POST of a path by HTTP/1.1"},
		{"DELETE /a HTTP/1.1", "X: y", "want GET or POST of a path by HTTP/1.1"},
		{"nonsense", "X: y", "a request that is none"},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			w := build(t, webWorld)
			ask(t, w, test.request, test.header)
			violations(t, w, test.want)
		})
	}
}

func TestWebServerTakesNoRequestBehindABadCertificate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, webWorld)
		c := dial(t, w, "192.0.2.20:8443")
		if err := c.secure("autoconfig.example.test"); err == nil {
			t.Error("got no error of an expired certificate, want one")
		}
		_ = c.conn.Close()
		violations(t, w)
	})
}

func TestEndlessBodyEndsWhenTheClientHasEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, webWorld)
		c := dial(t, w, "192.0.2.20:443")
		if err := c.secure("autoconfig.example.test"); err != nil {
			t.Fatal(err)
		}
		c.talk("> GET /endless HTTP/1.1\r\nHost: autoconfig.example.test\r\nUser-Agent: Portolan\r\n")
		if _, err := io.CopyN(io.Discard, c.conn, 256<<10); err != nil {
			t.Error(err)
		}
		_ = c.conn.Close()
		time.Sleep(time.Second)
		violations(t, w)
		ask(t, w, "GET /endless HTTP/1.1")
		violations(t, w, "of an endless body")
	})
}

func TestWhoLearnsTheLocalPartIsNoticed(t *testing.T) { // V-2, W-2
	tests := []struct {
		name   string
		record Record
		send   bool
		want   string
	}{
		{"nobody", Record{Lookups: []Lookup{{Name: "imap.example.test"}}, Requests: []WebRequest{{URL: "https://example.test/x"}}}, false, ""},
		{"DNS", Record{Lookups: []Lookup{{Name: "alice.example.test"}}}, false, "DNS was asked"},
		{"a query", Record{Requests: []WebRequest{{URL: "https://autoconfig.example.test/x?emailaddress=alice%40example.test"}}}, false, "was told"},
		{"an escaped query", Record{Requests: []WebRequest{{URL: "https://autoconfig.example.test/x?a=%61lice"}}}, false, "was told"},
		{"a query that is allowed", Record{Requests: []WebRequest{{URL: "https://autoconfig.example.test/x?emailaddress=alice%40example.test"}}}, true, ""},
		{"another host", Record{Requests: []WebRequest{{URL: "https://autoconfig.provider.example/x?a=alice"}}}, true, "was told"},
		{"a host that is named alike", Record{Requests: []WebRequest{{URL: "https://autoconfig.example.test.evil.example/x?a=alice"}}}, true, "was told"},
		{"a body", Record{Requests: []WebRequest{{URL: "https://autodiscover.example.test/x", Body: "<EMailAddress>Alice@"}}}, true, "was told"},
		{"a header", Record{Requests: []WebRequest{{URL: "https://example.test/x", Header: map[string][]string{"X": {"alice"}}}}}, false, "was told"},
	}
	for _, test := range tests {
		s := Step{Request: Request{Address: "Alice@example.test", SendAddress: test.send}}
		got := strings.Join(s.Invariants(test.record), "; ")
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
