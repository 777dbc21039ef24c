package discover

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"portolan/account"
)

// A site is one web host of a test.
type site struct {
	names   []string // in its certificate; its own name where there is none
	ends    time.Time
	refuses bool // connections
	silent  bool // takes connections and says nothing
	plain   bool // answers without TLS
	six     bool // has an IPv6 address too, at which nobody answers
	serve   func(w io.Writer, r *http.Request)
}

// A world is a DNS and a web, connected by pipes.
type world struct {
	*zone
	t         *testing.T
	sites     map[string]site
	order     []string // hosts, in the order of their addresses
	authority *x509.Certificate
	key       *ecdsa.PrivateKey
	fixed     *x509.Certificate // shown by every site

	mu       sync.Mutex
	requests []string // "GET host/path?query", in order of arrival
	heads    []http.Header
	bodies   []string
	open     int // connections
	taken    int // bytes that a site could write, at most of all sites
}

func newWorld(t *testing.T, sites map[string]site) *world {
	t.Helper()
	w := &world{t: t, zone: &zone{addrs: map[string][]netip.Addr{}}, sites: sites}
	for host, s := range sites {
		w.order = append(w.order, host)
		n := byte(len(w.order))
		w.addrs["ip4 "+host+"."] = []netip.Addr{netip.AddrFrom4([4]byte{192, 0, 2, n})}
		if s.six {
			w.addrs["ip6 "+host+"."] = []netip.Addr{netip.MustParseAddr("2001:db8::1")}
		}
	}
	var err error
	if w.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	w.authority = w.certificate(&x509.Certificate{
		Subject: pkix.Name{CommonName: "Test Authority"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil)
	return w
}

type x509Template = x509.Certificate

// certificate signs a template, by itself where parent is nil.
func (w *world) certificate(template, parent *x509.Certificate) *x509.Certificate {
	w.t.Helper()
	template.SerialNumber = big.NewInt(int64(len(template.DNSNames) + 1))
	template.NotBefore = time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)
	if template.NotAfter.IsZero() {
		template.NotAfter = time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &w.key.PublicKey, w.key)
	if err != nil {
		w.t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) finder() Finder {
	return Finder{Resolver: w.zone, Dialer: w, Authorities: []*x509.Certificate{w.authority}}
}

// DialContext connects to the site at an address.
func (w *world) DialContext(ctx context.Context, _, address string) (net.Conn, error) {
	ap := netip.MustParseAddrPort(address)
	if ap.Addr().Is6() { // a black hole
		<-ctx.Done()
		return nil, ctx.Err()
	}
	host := w.order[ap.Addr().As4()[3]-1]
	s := w.sites[host]
	if s.refuses || ap.Port() != 443 {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	client, server := newSockets()
	w.count(1)
	go func() {
		defer w.count(-1)
		defer server.Close()
		w.play(server, host, s)
	}()
	return client, nil
}

func (w *world) count(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open += n
}

// play is a site's side of one connection.
func (w *world) play(conn net.Conn, host string, s site) {
	switch {
	case s.silent:
		_, _ = io.Copy(io.Discard, conn)
		return
	case s.plain:
		go func() { _, _ = io.Copy(io.Discard, conn) }()
		_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
		return
	}
	names := s.names
	if names == nil {
		names = []string{host}
	}
	leaf := w.certificate(&x509.Certificate{DNSNames: names, NotAfter: s.ends, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, w.authority)
	if w.fixed != nil {
		leaf = w.fixed
	}
	secure := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Raw}, PrivateKey: w.key}}})
	defer secure.Close()
	r, err := http.ReadRequest(bufio.NewReader(secure))
	if err != nil {
		return
	}
	body, _ := io.ReadAll(r.Body)
	w.mu.Lock()
	w.requests = append(w.requests, r.Method+" "+r.Host+r.URL.RequestURI())
	w.heads, w.bodies = append(w.heads, r.Header), append(w.bodies, string(body))
	w.mu.Unlock()
	counting := &counter{w: secure}
	s.serve(counting, r)
	w.mu.Lock()
	w.taken = max(w.taken, counting.n)
	w.mu.Unlock()
}

// A counter counts what could be written.
type counter struct {
	w io.Writer
	n int
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += n
	return n, err
}

// answers serves a body with status 200.
func answers(body string) func(io.Writer, *http.Request) {
	return raw(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
}

// raw serves a whole response as it is.
func raw(response string) func(io.Writer, *http.Request) {
	return func(w io.Writer, _ *http.Request) { _, _ = io.WriteString(w, response) }
}

// status serves an empty response.
func status(code int) func(io.Writer, *http.Request) {
	return raw(fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Length: 0\r\n\r\n", code, http.StatusText(code)))
}

// redirect sends elsewhere.
func redirect(location string) func(io.Writer, *http.Request) {
	return raw("HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n")
}

// again serves one text over and over behind a head, until nobody takes it.
func again(head, text string) func(io.Writer, *http.Request) {
	return func(w io.Writer, _ *http.Request) {
		_, err := io.WriteString(w, head)
		for block := strings.Repeat(text, 1+4096/len(text)); err == nil; {
			_, err = io.WriteString(w, block)
		}
	}
}

// source picks a source of an address.
func (w *world) source(f Finder, a account.Address, name account.Source, key string) Source {
	w.t.Helper()
	for _, s := range f.Sources(a) {
		if s.Name == name && s.Key == key {
			return s
		}
	}
	w.t.Fatalf("there is no source %v %s", name, key)
	return Source{}
}

// ask asks one source about alice@example.test.
func (w *world) ask(name account.Source, key string) Answer {
	w.t.Helper()
	return w.source(w.finder(), alice("example.test"), name, key).Ask(context.Background(), func() {})
}

// A zone answers look-ups from tables and notes what it was asked.
type zone struct {
	addrs  map[string][]netip.Addr // "ip4 host."; "ip4 *" for every other host
	mx     map[string][]*net.MX
	srv    map[string][]*net.SRV // "imaps domain."
	txt    map[string][]string
	broken map[string]error // by name
	mute   []string         // names for which no answer ever comes

	zoneMu sync.Mutex
	asked  []string
}

func (z *zone) question(ctx context.Context, name string) error {
	z.zoneMu.Lock()
	z.asked = append(z.asked, name)
	z.zoneMu.Unlock()
	if slices.Contains(z.mute, name) {
		<-ctx.Done()
		return &net.DNSError{Err: "i/o timeout", Name: name, IsTimeout: errors.Is(ctx.Err(), context.DeadlineExceeded), UnwrapErr: ctx.Err()}
	}
	return z.broken[name]
}

func (z *zone) times(name string) int {
	z.zoneMu.Lock()
	defer z.zoneMu.Unlock()
	n := 0
	for _, a := range z.asked {
		if a == name {
			n++
		}
	}
	return n
}

func unknown(name string) error {
	return &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (z *zone) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	if err := z.question(ctx, host); err != nil {
		return nil, err
	}
	for _, key := range []string{network + " " + host, network + " *"} {
		if a, ok := z.addrs[key]; ok {
			return a, nil
		}
	}
	return nil, unknown(host)
}

func (z *zone) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	if err := z.question(ctx, "mx "+name); err != nil {
		return nil, err
	}
	if m, ok := z.mx[name]; ok {
		return m, nil
	}
	return nil, unknown(name)
}

func (z *zone) LookupSRV(ctx context.Context, service, _, name string) (string, []*net.SRV, error) {
	if err := z.question(ctx, "_"+service+"._tcp."+name); err != nil {
		return "", nil, err
	}
	if s, ok := z.srv[service+" "+name]; ok {
		return name, s, nil
	}
	return "", nil, unknown(name)
}

func (z *zone) LookupTXT(ctx context.Context, name string) ([]string, error) {
	if err := z.question(ctx, name); err != nil {
		return nil, err
	}
	if s, ok := z.txt[name]; ok {
		return s, nil
	}
	return nil, unknown(name)
}

func alice(domain string) account.Address { return account.Address{Local: "alice", Domain: domain} }
