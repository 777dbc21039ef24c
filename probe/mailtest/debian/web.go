//go:build linux

package debian

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Web is a web server over HTTPS, on port 443 of one address.
type Web struct {
	pages map[string]string // by host and path: "autoconfig.example.test/mail/config-v1.1.xml"

	mu    sync.Mutex
	asked []string
}

// StartWeb runs a web server for the hosts of its pages until the test ends. The lab's authority vouches for all of them.
// A page that is not there is status 404.
func (l *Lab) StartWeb(t *testing.T, address netip.Addr, pages map[string]string) *Web {
	t.Helper()
	w := &Web{pages: pages}
	var hosts []string
	for page := range pages {
		host, _, _ := strings.Cut(page, "/")
		hosts = append(hosts, host)
		l.Names.Host(host, address)
	}
	issued, err := l.Authority.Issue(hosts...)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(issued.Chain, issued.Key)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(address, 443)))
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{
		Handler: w, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12},
	}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.ServeTLS(listener, "", "") })
	t.Cleanup(func() {
		_ = server.Close()
		serving.Wait()
	})
	return w
}

// ServeHTTP answers with a page and notes who asked for what.
func (w *Web) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<16)) // what was cut off is noted as far as it came
	w.mu.Lock()
	w.asked = append(w.asked, strings.TrimSpace(r.Method+" https://"+r.Host+r.URL.String()+" "+string(body)))
	w.mu.Unlock()
	page, found := w.pages[r.Host+r.URL.Path]
	if !found {
		http.NotFound(out, r)
		return
	}
	_, _ = io.WriteString(out, page)
}

// Asked gives the questions so far: method, address, and what was posted.
func (w *Web) Asked() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.asked...)
}
