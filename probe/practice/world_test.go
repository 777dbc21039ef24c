package practice

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
)

func TestNoAddressButTheMailboxsOwnIsDialled(t *testing.T) {
	m := begin(t, "tls")
	for _, test := range []struct{ network, address string }{
		{"tcp", "192.0.2.1:993"},
		{"tcp", "127.0.0.2:993"},
		{"tcp", "[::1]:993"},
		{"tcp", "[::ffff:127.0.0.1]:993"},
		{"tcp6", "127.0.0.1:993"},
		{"udp", "127.0.0.1:993"},
		{"tcp", "127.0.0.1:25"},
		{"tcp", "127.0.0.1:22"},
		{"tcp", "127.0.0.1"},
		{"tcp", "imap.practice.invalid:993"},
		{"tcp", "localhost:993"},
		{"tcp", m.berths[993].real},
		{"tcp", ""},
	} {
		conn, err := m.DialContext(t.Context(), test.network, test.address)
		var op *net.OpError
		if conn != nil || !errors.As(err, &op) || !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%s %q: got %v, %v, want a refusal", test.network, test.address, conn, err)
		}
	}
}

func TestASilentPortHangsUntilTheContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &Mailbox{berths: map[int]berth{993: {answer: silent}}, done: make(chan struct{})}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		begun := time.Now()
		_, err := m.DialContext(ctx, "tcp", "127.0.0.1:993")
		var op *net.OpError
		if !errors.As(err, &op) || !op.Timeout() || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want a *net.OpError that timed out", err)
		}
		if took := time.Since(begun); took != time.Hour {
			t.Errorf("got an answer after %v, want an hour", took)
		}
	})
}

func TestASilentPortIsRefusedWhenTheMailboxCloses(t *testing.T) {
	m := begin(t, "silent-tls")
	result := make(chan error)
	go func() {
		_, err := m.DialContext(context.Background(), "tcp", "127.0.0.1:993")
		result <- err
	}()
	_ = m.Close()
	if err := <-result; !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v, want a refusal", err)
	}
}

func TestOnlyThePracticeNamesResolve(t *testing.T) {
	m := begin(t, "tls")
	address := []netip.Addr{netip.MustParseAddr("127.0.0.1")}
	for _, test := range []struct {
		network, host string
		want          []netip.Addr
	}{
		{"ip4", "imap.practice.invalid.", address},
		{"ip4", "pop.practice.invalid.", address},
		{"ip4", "smtp.practice.invalid.", address},
		{"ip4", "MAIL.practice.invalid.", address},
		{"ip6", "imap.practice.invalid.", nil},
		{"ip4", "practice.invalid.", nil},
		{"ip4", "pop3.practice.invalid.", nil},
		{"ip4", "imap.practice.invalid.corp.example.", nil},
		{"ip4", "localhost", nil},
		{"ip4", "imap.example.test.", nil},
		{"ip4", "", nil},
	} {
		got, err := m.LookupNetIP(t.Context(), test.network, test.host)
		checkLookup(t, test.network+" "+test.host, got, test.want, err)
	}
}

func TestOnlyThePracticeDomainHasAMailExchanger(t *testing.T) {
	m := begin(t, "tls")
	for name, want := range map[string][]string{"practice.invalid.": {"mail.practice.invalid."}, "imap.practice.invalid.": nil, "example.test.": nil} {
		records, err := m.LookupMX(t.Context(), name)
		var got []string
		for _, r := range records {
			got = append(got, r.Host)
		}
		checkLookup(t, name, got, want, err)
	}
}

// checkLookup wants the records, or "no such host" where there are none.
func checkLookup[T comparable](t *testing.T, name string, got, want []T, err error) {
	t.Helper()
	var dns *net.DNSError
	notFound := errors.As(err, &dns) && dns.IsNotFound
	if !slices.Equal(got, want) || notFound != (want == nil) {
		t.Errorf("%s: got %v, %v, want %v", name, got, err, want)
	}
}

func TestALookupEndsWithItsContext(t *testing.T) {
	m := begin(t, "tls")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.LookupNetIP(ctx, "ip4", "imap.practice.invalid."); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want a cancelled look-up", err)
	}
	if _, err := m.LookupMX(ctx, "practice.invalid."); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want a cancelled look-up", err)
	}
}

func TestTheCertificateCoversEveryPracticeName(t *testing.T) {
	m := begin(t, "tls")
	for _, host := range hosts() {
		conn, err := m.DialContext(t.Context(), "tcp", "127.0.0.1:993")
		if err != nil {
			t.Fatal(err)
		}
		secured := tls.Client(conn, trusted(m, host))
		if err := secured.HandshakeContext(t.Context()); err != nil {
			t.Errorf("%s: got %v, want a verified certificate", host, err)
		}
		_ = secured.Close()
	}
}

func TestTheAuthorityVouchesForThePracticeDomainAlone(t *testing.T) {
	authority, key, err := newAuthority()
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"imap.practice.invalid", "imap.example.test"} {
		template, err := newTemplate("test")
		if err != nil {
			t.Fatal(err)
		}
		template.DNSNames = []string{host}
		der, err := x509.CreateCertificate(nil, template, authority, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		roots := x509.NewCertPool()
		roots.AddCert(authority)
		_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host})
		if inside := strings.HasSuffix(host, domain); inside != (err == nil) {
			t.Errorf("%s: got %v, want it verified: %v", host, err, inside)
		}
	}
}

func TestTwoMailboxesDoNotTrustEachOther(t *testing.T) {
	one, other := begin(t, "tls"), begin(t, "tls")
	conn, err := one.DialContext(t.Context(), "tcp", "127.0.0.1:993")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	var unknown x509.UnknownAuthorityError
	if err := tls.Client(conn, trusted(other, hosts()[0])).HandshakeContext(t.Context()); !errors.As(err, &unknown) {
		t.Errorf("got %v, want an unknown authority", err)
	}
}

func TestTheStandardPortsAreServed(t *testing.T) {
	p, _ := find("tls")
	got := make(map[int]account.Security)
	for _, s := range p.services() {
		got[s.port] = s.security
	}
	for _, port := range []int{993, 995, 465, 143, 110, 587} {
		if got[port] != account.UsualSecurity(port) {
			t.Errorf("port %d: got %v, want %v", port, got[port], account.UsualSecurity(port))
		}
	}
	if len(got) != 6 {
		t.Errorf("got %v, want six ports", got)
	}
}
