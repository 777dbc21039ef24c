package discover

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/probe/wire"
)

const autoconfigHost = "autoconfig.example.test"

// config is an autoconfig file for a domain with one server of each kind.
func config(domain, incoming, outgoing string) string {
	return `<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="x"><domain>` + domain + `</domain>` +
		`<incomingServer type="imap"><hostname>` + incoming + `</hostname><port>993</port><socketType>SSL</socketType>` +
		`<username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></incomingServer>` +
		`<outgoingServer type="smtp"><hostname>` + outgoing + `</hostname><port>587</port><socketType>STARTTLS</socketType>` +
		`<username>%EMAILLOCALPART%</username><authentication>password-cleartext</authentication></outgoingServer></emailProvider></clientConfig>`
}

// goodFile is what example.test publishes about itself.
func goodFile() string { return config("example.test", "imap.example.test", "smtp.example.test") }

// zipped is a body of 64 MiB that travels in 64 KiB.
func zipped(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for range 64 {
		if _, err := z.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// W-1, W-2, W-3, W-5, W-6, R-2: what is no complete page of the right kind is a finding, and costs neither time nor memory.
func TestOnlyACompleteVerifiedPageIsRead(t *testing.T) {
	bomb := zipped(t)
	head := "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
	length := func(n int) string { return fmt.Sprintf("%sContent-Length: %d\r\n\r\n", head, n) }
	tests := []struct {
		name  string
		site  site
		want  Status
		words string // part of the note
	}{
		{"the file", site{serve: answers(goodFile())}, Named, ""},
		{"the file with a wrong type (W-6)", site{serve: raw(strings.Replace(length(len(goodFile())), "text/xml", "text/plain", 1) + goodFile())}, Named, ""},
		{"the file in chunks", site{serve: raw(head + "Transfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(goodFile()), goodFile()))}, Named, ""},
		{"the file behind an early hint", site{serve: raw("HTTP/1.1 103 Early Hints\r\n\r\n" + length(len(goodFile())) + goodFile())}, Named, ""},
		{"the file where IPv6 leads nowhere", site{serve: answers(goodFile()), six: true}, Named, ""},
		{"nothing there", site{serve: status(404)}, Silent, ""},
		{"a wish for a password (W-1)", site{serve: raw("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n")}, Silent, ""},
		{"a wish of a proxy (W-1)", site{serve: status(407)}, Silent, ""},
		{"another success", site{serve: status(204)}, Silent, ""},
		{"a broken server", site{serve: status(503)}, Broken, "503"},
		{"nobody connects", site{refuses: true}, Missing, "accepts no connection"},
		{"no word", site{silent: true}, Missing, "did not answer in time"},
		{"no word after the request", site{serve: func(io.Writer, *http.Request) { time.Sleep(time.Hour) }}, Missing, "did not answer in time"},
		{"no TLS", site{plain: true}, Missing, "No encrypted connection"},
		{"another name's certificate", site{names: []string{"www.hoster.example"}, serve: answers(goodFile())}, Broken, "seems to publish settings, but its certificate is wrong"},
		{"an old certificate", site{ends: time.Date(1999, 6, 1, 0, 0, 0, 0, time.UTC), serve: answers(goodFile())}, Broken, "it has expired"},
		{"a web page", site{serve: answers("<!DOCTYPE html><html><body>Welcome</body></html>")}, Broken, "only a web page"},
		{"nothing", site{serve: answers("")}, Broken, "no usable configuration"},
		{"a cut body", site{serve: raw(length(len(goodFile())) + goodFile()[:200])}, Broken, "cut off"},
		{"cut chunks", site{serve: raw(head + "Transfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n%s\r\n", len(goodFile()), goodFile()))}, Broken, "cut off"},
		{"a body without an end", site{serve: raw(head + "\r\n" + goodFile())}, Broken, "does not tell its length"},
		{"a body announced as huge", site{serve: raw(length(1 << 40))}, Broken, "far too large"},
		{"endless chunks", site{serve: again(head+"Transfer-Encoding: chunked\r\n\r\n", "100\r\n"+strings.Repeat("x", 256)+"\r\n")}, Broken, "far too large"},
		{"an endless body", site{serve: again(head+"\r\n", goodFile())}, Broken, "does not tell its length"},
		{"an endless head", site{serve: again("HTTP/1.1 200 OK\r\n", "X-Filler: y\r\n")}, Missing, "No encrypted connection"},
		{"endless hints", site{serve: again("", "HTTP/1.1 103 Early Hints\r\n\r\n")}, Missing, "No encrypted connection"},
		{"a gzip bomb", site{serve: raw(strings.Replace(length(len(bomb)), "Content-Type", "Content-Encoding: gzip\r\nContent-Type", 1) + bomb)}, Broken, "compressed"},
		{"billion laughs", site{serve: answers(`<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><clientConfig>&b;</clientConfig>`)}, Broken, "no usable configuration"},
		{"foreign files", site{serve: answers(`<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><clientConfig>&a;</clientConfig>`)}, Broken, "no usable configuration"},
		{"two roots", site{serve: answers(goodFile() + "<clientConfig/>")}, Broken, "no usable configuration"},
		{"text behind the root", site{serve: answers(goodFile() + "x")}, Broken, "no usable configuration"},
		{"another root", site{serve: answers("<rss/>")}, Broken, "no usable configuration"},
		{"UTF-16", site{serve: answers("\xfe\xff\x00<\x00x\x00/\x00>")}, Broken, "no usable configuration"},
		{"another charset", site{serve: answers(strings.Replace(goodFile(), `version="1.0"`, `version="1.0" encoding="iso-8859-1"`, 1))}, Broken, "no usable configuration"},
		{"bytes that are no UTF-8", site{serve: answers(strings.Replace(goodFile(), "example.test", "ex\xffample.test", 1))}, Broken, "no usable configuration"},
		{"a deep file", site{serve: answers(strings.Repeat("<clientConfig>", 10000))}, Broken, "no usable configuration"},
		{"a huge attribute", site{serve: answers(`<clientConfig a="` + strings.Repeat("x", maxBody) + `"/>`)}, Broken, "far too large"},
		{"a login page of the network (W-11)", site{serve: status(511)}, Broken, "wants a login first"},
		{"a redirect to http (W-2, W-11)", site{serve: redirect("http://portal.test/")}, Broken, "unencrypted"},
		{"a redirect to a file (W-3)", site{serve: redirect("file:///etc/passwd")}, Broken, "no ordinary https page"},
		{"a redirect to another port (W-3)", site{serve: redirect("https://example.test:8443/x")}, Broken, "no ordinary https page"},
		{"a redirect with credentials (W-3)", site{serve: redirect("https://a:b@example.test/x")}, Broken, "no ordinary https page"},
		{"a redirect to an address (W-3)", site{serve: redirect("https://127.0.0.1/x")}, Broken, "no public name"},
		{"a redirect to IPv6 (W-3)", site{serve: redirect("https://[::1]/x")}, Broken, "no public name"},
		{"a redirect to this machine (W-3)", site{serve: redirect("https://localhost/x")}, Broken, "no public name"},
		{"a redirect to a public suffix (W-3)", site{serve: redirect("https://co.uk/x")}, Broken, "no public name"},
		{"a redirect to nowhere", site{serve: raw("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")}, Broken, "does not say where to"},
		{"a redirect to nonsense", site{serve: redirect("https://exa mple.test/%zz")}, Broken, "makes no sense"},
		{"a redirect to itself (W-3)", site{serve: redirect("/mail/config-v1.1.xml?again")}, Broken, "in a circle"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, map[string]site{autoconfigHost: test.site})
				begun := time.Now()
				a := w.ask(account.SourceAutoconfig, autoconfigHost)
				if a.Status != test.want || !strings.Contains(a.Note, test.words) {
					t.Errorf("got %v, %q (%v), want %v, %q", a.Status, a.Note, a.Err, test.want, test.words)
				}
				if took := time.Since(begun); took > askLimit {
					t.Errorf("took %v, want at most %v", took, askLimit)
				}
				if a.Portal != (test.name == "a login page of the network (W-11)") {
					t.Errorf("got Portal %v", a.Portal)
				}
				time.Sleep(2 * time.Hour) // everybody who still waits for something shows now
				synctest.Wait()
				w.mu.Lock()
				defer w.mu.Unlock()
				if w.open != 0 || w.taken > 2*maxBody {
					t.Errorf("got %d connections left open and %d bytes taken, want none and at most %d", w.open, w.taken, 2*maxBody)
				}
			})
		})
	}
}

// W-3: a chain of redirects ends, whoever goes on.
func TestRedirectsAreFewAndNeverCircle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int64
		endless := func(w io.Writer, r *http.Request) {
			redirect(fmt.Sprintf("https://example.test/%d", n.Add(1)))(w, r)
		}
		w := newWorld(t, map[string]site{autoconfigHost: {serve: endless}, "example.test": {serve: endless}})
		a := w.ask(account.SourceAutoconfig, autoconfigHost)
		if a.Status != Broken || !strings.Contains(a.Note, "too many") || len(w.requests) != 1+maxHops {
			t.Errorf("got %v, %q after %d requests, want broken after %d", a.Status, a.Note, len(w.requests), 1+maxHops)
		}
	})
}

// W-12: no proxy is asked, that of the environment neither, and nothing is unpacked. The settings are looked at themselves:
// net/http reads the environment once in a process, so that a test which sets it cannot fail.
func TestTheWebIsAskedWithoutAProxy(t *testing.T) {
	transport := Finder{}.transport(nil, "example.test")
	if transport.Proxy != nil || !transport.DisableCompression || !transport.DisableKeepAlives || transport.TLSClientConfig != nil {
		t.Errorf("got %+v, want no proxy, no compression, no second request, and TLS made in package wire", transport)
	}
}

// W-1: nothing is said but what is asked for.
func TestRequestsSayNothingBeside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cookie := raw("HTTP/1.1 302 Found\r\nSet-Cookie: a=b; Secure\r\nLocation: https://example.test/x\r\nContent-Length: 0\r\n\r\n")
		w := newWorld(t, map[string]site{autoconfigHost: {serve: cookie}, "example.test": {serve: answers(goodFile())}})
		t.Setenv("HTTPS_PROXY", "http://proxy.example:3128")
		if a := w.ask(account.SourceAutoconfig, autoconfigHost); a.Status != Named {
			t.Fatalf("got %v, %q, want named", a.Status, a.Note)
		}
		for _, head := range w.heads {
			for name, values := range head {
				allowed := map[string]string{"User-Agent": "Portolan", "Accept-Encoding": "identity", "Connection": "close"}
				if len(values) != 1 || values[0] != allowed[name] {
					t.Errorf("got %s: %v, want it not to be sent", name, values)
				}
			}
		}
		if len(w.heads) != 2 {
			t.Errorf("got %d requests, want 2", len(w.heads))
		}
	})
}

// N-8: what the DNS did is told apart, and a resolver that never answers ends in time.
func TestLookupTroubleIsToldApart(t *testing.T) {
	name := autoconfigHost + "."
	servfail := errors.New("server misbehaving")
	tests := []struct {
		what  string
		zone  func(z *zone)
		words string
	}{
		{"no such name", func(*zone) {}, autoconfigHost + " has no address"},
		{"no address", func(z *zone) { z.addrs["ip4 "+name], z.addrs["ip6 "+name] = []netip.Addr{}, []netip.Addr{} }, autoconfigHost + " has no address"},
		{"an error", func(z *zone) { z.broken = map[string]error{name: servfail} }, ""},
		{"silence", func(z *zone) { z.mute = []string{name} }, "did not answer in time"},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, nil)
			test.zone(w.zone)
			begun := time.Now()
			a := w.ask(account.SourceAutoconfig, autoconfigHost)
			if a.Status != Missing || a.Err == nil || !strings.Contains(a.Note, test.words) || time.Since(begun) > askLimit {
				t.Errorf("%s: got %v, %q, %v after %v, want missing, %q", test.what, a.Status, a.Note, a.Err, time.Since(begun), test.words)
			}
		})
	}
}

// G-2: whoever does not want the answer any more has it at once, and nothing goes on behind.
func TestCancellingEndsEverySourceAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, map[string]site{autoconfigHost: {silent: true}, "example.test": {silent: true}, "autodiscover.example.test": {silent: true, six: true}})
		w.mute = []string{"mx example.test.", "_imaps._tcp.example.test.", "_ua-auto-config.example.test.", "v1.ispdb.net."}
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan Status)
		sources := w.finder().Sources(alice("example.test"))
		for _, s := range sources {
			go func() { ended <- s.Ask(ctx, func() {}).Status }()
		}
		time.Sleep(time.Second)
		begun := time.Now()
		cancel()
		for range sources {
			if got := <-ended; got == Named {
				t.Errorf("got %v, want nothing", got)
			}
		}
		if took := time.Since(begun); took > 200*time.Millisecond {
			t.Errorf("took %v, want no time", took)
		}
		synctest.Wait()
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.open != 0 {
			t.Errorf("got %d connections left open, want none", w.open)
		}
	})
}

func TestProgressIsToldForEveryAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(w io.Writer, r *http.Request) {
			time.Sleep(4 * time.Second)
			answers(goodFile())(w, r)
		}
		w := newWorld(t, map[string]site{autoconfigHost: {serve: slow}})
		begun := time.Now()
		heard := make(chan time.Duration, 100)
		src := w.source(w.finder(), alice("example.test"), account.SourceAutoconfig, autoconfigHost)
		src.Ask(context.Background(), func() { heard <- time.Since(begun) })
		close(heard)
		var list []time.Duration
		for d := range heard {
			list = append(list, d)
		}
		if len(list) < 4 || list[0] != 0 || list[len(list)-1] != 4*time.Second {
			t.Errorf("got %v, want the look-ups, the connection and TLS at once and the response after 4s", list)
		}
	})
}

// W-11: the same stranger's certificate at the provider database and at another host is a network's own.
func TestOneStrangerEverywhereIsTheNetwork(t *testing.T) {
	portal := []string{"login.portal.example"}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, map[string]site{autoconfigHost: {names: portal}, "v1.ispdb.net": {names: portal}, "example.test": {names: portal}})
		w.fixed = w.certificate(&x509Template{DNSNames: portal}, w.authority)
		sources := w.finder().Sources(alice("example.test"))
		var portals []bool
		for _, key := range []string{autoconfigHost, "example.test", "ispdb"} {
			i := slices.IndexFunc(sources, func(s Source) bool { return s.Key == key && s.Name != account.SourceSRV })
			a := sources[i].Ask(context.Background(), func() {})
			var e *wire.CertificateError
			if a.Status != Broken || !errors.As(a.Err, &e) {
				t.Errorf("%s: got %v, %v, want a certificate error", key, a.Status, a.Err)
			}
			portals = append(portals, a.Portal)
		}
		if want := []bool{false, false, true}; !slices.Equal(portals, want) {
			t.Errorf("got %v, want %v: two hosts of one domain may share a bad certificate", portals, want)
		}
	})
}
