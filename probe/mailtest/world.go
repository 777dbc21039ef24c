// Package mailtest is a scripted fake mail world for tests: DNS, a virtual network with delay, mail servers that speak IMAP,
// POP3 and SMTP, and web servers, with real TLS, all told in one short text file, a scenario.
//
// A [World] is made inside a testing/synctest bubble and blocks on nothing but channels, conditions and timers, so that
// a search of half a minute takes a millisecond. It is the wire.Dialer and the discover.Resolver of the program under
// test. Its servers are strict: whatever a client must not do (a byte that the state does not allow, a command before the
// reply to the last one, a password without encryption) becomes a violation in the [Record].
//
// # Scenarios
//
// A scenario file is a story in sections. Its first comment says what it is about. A line is a verb and its words;
// "quotes" hold blanks together; # begins a comment.
//
//	world
//	  rtt 50ms
//	  host 192.0.2.10 imap.example.test smtp.example.test     (names; also rtt=80ms and rest=silent|refused|unreachable)
//	  port 192.0.2.10:143 silent                              (refused silent unreachable hangup reset mute)
//	  imap 192.0.2.10:993 tls cert=self-signed                (imap pop3 smtp http ssh; tls starttls plain; options: see Server)
//	  mx example.test 10 mx.example.test
//	  srv _imaps._tcp.example.test 10 20 993 imap.example.test   (priority weight port target; times=N with # in the target)
//	  txt _ua-auto-config.example.test "v=UAAC1; …"           ({sha256 URL} in it: the digest of a page)
//	  wildcard example.test 192.0.2.99                        (every other name below the domain)
//	  dns imap.example.test 6 silent                          (a name or *; 4 6 mx srv txt or *; silent servfail nothing, or a delay)
//	  web 192.0.2.20:443 cert=expired                         (HTTPS, for every page; options: see Server)
//	  page example.test /path 200 type=text/xml <<END         (options: see Page)
//	    <clientConfig version="1.1">…
//	  END
//	  config autoconfig.example.test example.test imap:imap.example.test:993:SSL smtp:smtp.example.test:465:SSL:%EMAILLOCALPART%
//	  mailbox "right password" alice alice@example.test       (default: the first run's password and address)
//	run
//	  address alice@example.test
//	  password "correct horse"
//	expect
//	  outcome ready
//	then                                                      (again, with what the last run found and one more consent)
//	  trust imap.example.test:993
//	expect
//	  ...
//
// "again" in place of "then" starts a run that keeps nothing. The words of run are in [Request]; the expectations that
// the world itself can judge are in [Record.Check], the others in the runner of package probe.
package mailtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"os"
	"portolan/account"
	"slices"
	"sync"
	"syscall"
	"time"
)

// A World is a virtual network with its DNS and its mail servers.
type World struct {
	scene Map
	certs map[netip.AddrPort]*tls.Certificate
	root  *x509.Certificate

	mu     sync.Mutex
	start  time.Time
	record *Record
	open   []*end                  // every server's end that was ever made
	pinned map[netip.AddrPort]bool // where the user accepted the certificate

	serving sync.WaitGroup
}

// NewWorld builds a world. It is to be called inside the bubble, because certificates are made relative to its time.
func NewWorld(m Map) (*World, error) {
	a, err := newAuthority()
	if err != nil {
		return nil, err
	}
	w := &World{scene: m, certs: map[netip.AddrPort]*tls.Certificate{}, root: a.root.cert, pinned: map[netip.AddrPort]bool{}}
	for _, v := range m.Servers {
		names := v.Names
		if len(names) == 0 {
			names = w.namesAt(v.Addr.Addr())
		}
		if w.certs[v.Addr], err = a.leaf(v.Certificate, names); err != nil {
			return nil, err
		}
	}
	w.Begin()
	return w, nil
}

// Authority is the certificate authority that a client should trust.
func (w *World) Authority() *x509.Certificate { return w.root }

// Begin starts a new record: what follows is a run of its own.
func (w *World) Begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.start, w.record = time.Now(), &Record{}
}

// Record gives a copy of what was seen since Begin.
func (w *World) Record() Record {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := *w.record
	r.Connections = slices.Clone(r.Connections)
	for i := range r.Connections {
		r.Connections[i].Said = slices.Clone(r.Connections[i].Said)
	}
	r.SignIns, r.Lookups, r.Violations = slices.Clone(r.SignIns), slices.Clone(r.Lookups), slices.Clone(r.Violations)
	r.Requests = slices.Clone(r.Requests)
	return r
}

// Close hangs up everywhere and waits until every goroutine of the world has ended.
func (w *World) Close() {
	w.mu.Lock()
	open := w.open
	w.open = nil
	w.mu.Unlock()
	for _, e := range open {
		_ = e.Close()
	}
	w.serving.Wait()
}

// Pin gives the pin that a user makes who accepts the certificate of a server, and lets a client speak there.
func (w *World) Pin(server account.Endpoint) (account.Pin, error) {
	pin := account.Pin{Server: server}
	for _, h := range w.scene.Hosts {
		at := netip.AddrPortFrom(h.Addr, uint16(server.Port))
		c, ok := w.certs[at]
		if !ok || h.Addr.String() != server.Host && !slices.Contains(h.Names, server.Host) {
			continue
		}
		w.mu.Lock()
		w.pinned[at] = true
		w.mu.Unlock()
		pin.Certificate = account.FingerprintOf(c.Leaf)
	}
	if pin.Certificate == (account.Fingerprint{}) {
		return pin, fmt.Errorf("no server at %v to trust", server)
	}
	return pin, nil
}

func (w *World) namesAt(a netip.Addr) []string {
	names := []string{a.String()}
	for _, h := range w.scene.Hosts {
		if h.Addr == a {
			names = append(names, h.Names...)
		}
	}
	return names
}

// now is the time since the start of the run. The caller holds mu.
func (w *World) now() time.Duration { return time.Since(w.start) }

func (w *World) note(f func(*Record)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(w.record)
}

func (w *World) violate(format string, args ...any) {
	w.note(func(r *Record) {
		r.Violations = append(r.Violations, fmt.Sprintf("%v: ", w.now())+fmt.Sprintf(format, args...))
	})
}

// DialContext connects to an address of the world. network is "tcp", address an IP literal with a port.
func (w *World) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp" {
		w.violate("dial of %s %s, want tcp and an address", network, address)
		return nil, &net.OpError{Op: "dial", Net: network, Err: &net.AddrError{Err: "no address", Addr: address}}
	}
	host, behaviour, server := w.find(at)
	c := w.newCall(at, host, behaviour, server)
	if err := ctx.Err(); err != nil {
		return nil, c.failed(err)
	}
	if behaviour == Unreachable {
		return nil, c.failed(os.NewSyscallError("connect", syscall.ENETUNREACH))
	}
	if behaviour == Silent {
		<-ctx.Done()
		return nil, c.failed(ctx.Err())
	}
	if err := sleep(ctx, host.RTT); err != nil {
		return nil, c.failed(err)
	}
	if behaviour == Refused {
		return nil, c.failed(os.NewSyscallError("connect", syscall.ECONNREFUSED))
	}
	return c.accepted(), nil
}

// find tells what is at an address and port.
func (w *World) find(at netip.AddrPort) (Host, Behaviour, *Server) {
	i := slices.IndexFunc(w.scene.Hosts, func(h Host) bool { return h.Addr == at.Addr() })
	if i < 0 {
		w.violate("dial of %v, an address that no name has", at)
		return Host{Addr: at.Addr()}, Unreachable, nil
	}
	host := w.scene.Hosts[i]
	if host.RTT == 0 {
		host.RTT = w.scene.RTT
	}
	for _, v := range w.scene.Servers {
		if v.Addr == at {
			return host, Serving, v
		}
	}
	if b, ok := w.scene.Ports[at]; ok {
		return host, b, nil
	}
	return host, host.Rest, nil
}
