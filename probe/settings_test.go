package probe_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
)

// An emptyDNS knows no name, and keeps those that it was asked for.
type emptyDNS struct {
	mu    sync.Mutex
	asked []string
}

func (e *emptyDNS) heard(name string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked = append(e.asked, strings.TrimSuffix(name, "."))
	return &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (e *emptyDNS) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	return nil, e.heard(host)
}

func (e *emptyDNS) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	return nil, e.heard(name)
}

func (e *emptyDNS) LookupSRV(_ context.Context, service, proto, name string) (string, []*net.SRV, error) {
	return "", nil, e.heard("_" + service + "._" + proto + "." + name)
}

func (e *emptyDNS) LookupTXT(_ context.Context, name string) ([]string, error) {
	return nil, e.heard(name)
}

// A noDialer fails whoever wants to connect.
type noDialer struct{}

func (noDialer) DialContext(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("nobody is to be connected to")
}

// V-4.
func TestNobodyLooksForGuessedNamesWhereGuessingIsSwitchedOff(t *testing.T) {
	usual := []string{"imap.example.test", "mail.example.test", "pop.example.test", "pop3.example.test", "smtp.example.test"}
	for _, off := range []bool{false, true} {
		dns := &emptyDNS{}
		p := &probe.Prober{Dialer: noDialer{}, Finder: discover.Finder{Resolver: dns, Dialer: noDialer{}, Settings: discover.Settings{NoGuess: off}}}
		var report probe.Report
		for e := range p.Run(t.Context(), probe.Request{Address: account.Address{Local: "alice", Domain: "example.test"}}) {
			report = report.With(e)
		}
		if report.Outcome != probe.Nothing {
			t.Errorf("guessing off %t: got %v, want none", off, report.Outcome)
		}
		for _, name := range usual {
			if got := slices.Contains(dns.asked, name); got == off {
				t.Errorf("guessing off %t: got %s looked up %t, want %t; asked were %v", off, name, got, !off, dns.asked)
			}
		}
	}
}
