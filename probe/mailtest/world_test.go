package mailtest

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"os"
	"portolan/account"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// build makes the world of a scenario whose run asks for alice with the password "correct horse".
func build(t *testing.T, world string) *World {
	t.Helper()
	s, err := Parse("world\n" + world + "\nrun\naddress alice@example.test\npassword \"correct horse\"\nexpect\noutcome ready\n")
	if err != nil {
		t.Fatal(err)
	}
	w, err := NewWorld(s.World)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

// A client is a raw one, for dialogues.
type client struct {
	t    *testing.T
	w    *World
	conn net.Conn
	in   *bufio.Reader
}

func dial(t *testing.T, w *World, at string) *client {
	t.Helper()
	conn, err := w.DialContext(t.Context(), "tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t, w, conn, bufio.NewReader(conn)}
}

func (c *client) secure(name string) error {
	pool := x509.NewCertPool()
	pool.AddCert(c.w.Authority())
	conn := tls.Client(c.conn, &tls.Config{ServerName: name, RootCAs: pool, MinVersion: tls.VersionTLS12})
	c.conn, c.in = conn, bufio.NewReader(conn)
	return conn.Handshake()
}

// talk sends ("> …") and expects ("< prefix") lines.
func (c *client) talk(lines ...string) {
	c.t.Helper()
	for _, line := range lines {
		text := line[2:]
		if line[0] == '>' {
			if _, err := io.WriteString(c.conn, text+"\r\n"); err != nil {
				c.t.Fatalf("%s: %v", line, err)
			}
			continue
		}
		got, err := c.in.ReadString('\n')
		if err != nil || !strings.HasPrefix(got, text) {
			c.t.Fatalf("got %q, %v, want %q\n%v", got, err, text, c.w.Record())
		}
	}
}

func violations(t *testing.T, w *World, want ...string) {
	t.Helper()
	got := w.Record().Violations
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !strings.Contains(got[i], want[i]) {
			t.Fatalf("got violations %q, want %q", got, want)
		}
	}
}

func TestADialCostsWhatItsAddressDoes(t *testing.T) {
	const world = `
host 192.0.2.1 a.example.test
host 192.0.2.2 rtt=80ms rest=silent b.example.test
host 2001:db8::1 rest=unreachable c.example.test
imap 192.0.2.1:143 plain
port 192.0.2.1:25 silent`
	for _, c := range []struct {
		at   string
		want error
		took time.Duration
	}{
		{"192.0.2.1:143", nil, 50 * time.Millisecond},
		{"192.0.2.1:993", syscall.ECONNREFUSED, 50 * time.Millisecond},
		{"192.0.2.1:25", context.DeadlineExceeded, 5 * time.Second},
		{"192.0.2.2:143", context.DeadlineExceeded, 5 * time.Second},
		{"[2001:db8::1]:143", syscall.ENETUNREACH, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := build(t, world)
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			begin := time.Now()
			conn, err := w.DialContext(ctx, "tcp", c.at)
			if !errors.Is(err, c.want) || time.Since(begin) != c.took {
				t.Errorf("%s: got %v after %v, want %v after %v", c.at, err, time.Since(begin), c.want, c.took)
			}
			if conn != nil {
				_ = conn.Close()
			}
		})
	}
}

func TestReplyNeedsTwoRoundTrips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, "host 192.0.2.1 a.example.test\nsmtp 192.0.2.1:587 plain")
		begin := time.Now()
		c := dial(t, w, "192.0.2.1:587")
		c.talk("< 220 ")
		if got, want := time.Since(begin), 100*time.Millisecond; got != want {
			t.Errorf("got the greeting after %v, want %v", got, want)
		}
		c.talk("> EHLO [127.0.0.1]", "< 250-")
		if got, want := time.Since(begin), 150*time.Millisecond; got != want {
			t.Errorf("got the reply after %v, want %v", got, want)
		}
		_ = c.conn.Close()
		violations(t, w)
	})
}

func TestPassedDeadlineBeatsWaitingBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, "host 192.0.2.1 a.example.test\nimap 192.0.2.1:143 plain idle=2s")
		c := dial(t, w, "192.0.2.1:143")
		defer func() { _ = c.conn.Close() }()
		time.Sleep(time.Second)
		_ = c.conn.SetReadDeadline(time.Now())
		if _, err := c.in.ReadByte(); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("got %v, want a timeout", err)
		}
		_ = c.conn.SetReadDeadline(time.Time{})
		c.talk("< * OK ", "< * BYE ")
		if _, err := c.in.ReadByte(); err != io.EOF {
			t.Errorf("got %v, want the end", err)
		}
	})
}

func TestPortsMisbehaveAsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, `host 192.0.2.1 a.example.test
port 192.0.2.1:1 hangup
port 192.0.2.1:2 reset
port 192.0.2.1:3 mute
ssh 192.0.2.1:4
http 192.0.2.1:5`)
		for at, want := range map[string]error{"192.0.2.1:1": io.EOF, "192.0.2.1:2": syscall.ECONNRESET, "192.0.2.1:3": os.ErrDeadlineExceeded} {
			c := dial(t, w, at)
			_ = c.conn.SetReadDeadline(time.Now().Add(time.Minute))
			if _, err := c.in.ReadByte(); !errors.Is(err, want) {
				t.Errorf("%s: got %v, want %v", at, err, want)
			}
			_ = c.conn.Close()
		}
		c := dial(t, w, "192.0.2.1:4")
		c.talk("< SSH-2.0-")
		_ = c.conn.Close()
		c = dial(t, w, "192.0.2.1:5")
		c.talk("> hello", "< HTTP/1.1 400")
		_ = c.conn.Close()
		violations(t, w)
	})
}

func TestNamesResolveAsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, `host 192.0.2.1 a.example.test slow.example.test
host 2001:db8::1 a.example.test
mx example.test 20 b.example.test
mx example.test 10 a.example.test
dns slow.example.test 4 2s
dns broken.example.test 4 servfail
dns mute.example.test 6 silent`)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		got, err := w.LookupNetIP(ctx, "ip6", "A.example.test.")
		if err != nil || len(got) != 1 || got[0].String() != "2001:db8::1" {
			t.Errorf("got %v, %v, want 2001:db8::1", got, err)
		}
		begin := time.Now()
		if _, err := w.LookupNetIP(ctx, "ip4", "slow.example.test."); err != nil || time.Since(begin) != 2050*time.Millisecond {
			t.Errorf("got %v after %v, want an answer after 2.05s", err, time.Since(begin))
		}
		mx, err := w.LookupMX(ctx, "example.test.")
		if err != nil || len(mx) != 2 || mx[0].Host != "a.example.test." {
			t.Errorf("got %v, %v, want a.example.test. first", mx, err)
		}
		var dns *net.DNSError
		if _, err := w.LookupNetIP(ctx, "ip6", "slow.example.test."); !errors.As(err, &dns) || !dns.IsNotFound {
			t.Errorf("got %v, want not found", err)
		}
		if _, err := w.LookupNetIP(ctx, "ip4", "broken.example.test."); !errors.As(err, &dns) || !dns.IsTemporary {
			t.Errorf("got %v, want trouble", err)
		}
		if _, err := w.LookupNetIP(ctx, "ip6", "mute.example.test."); !errors.As(err, &dns) || !dns.IsTimeout {
			t.Errorf("got %v, want a timeout", err)
		}
		violations(t, w)
		_, _ = w.LookupNetIP(t.Context(), "ip4", "a.example.test")
		violations(t, w, "without a final dot")
	})
}

func TestClientOfOneDomainNeverAsksTheSearchList(t *testing.T) { // N-1
	synctest.Test(t, func(t *testing.T) {
		w := build(t, "host 192.0.2.1 nas nas.local")
		for _, name := range []string{"nas", "nas.local", "nas.local."} {
			if _, err := w.LookupNetIP(t.Context(), "ip4", name); err != nil {
				t.Errorf("%s: got %v, want an address", name, err)
			}
		}
		violations(t, w)
	})
}

func TestCertificatesAreWrongInTheirOwnWay(t *testing.T) {
	for _, c := range []struct{ cert, want string }{
		{"", ""},
		{"cert=self-signed", "unknown authority"},
		{"cert=wrong-name", "not a.example.test"},
		{"cert=expired", "expired or is not yet valid"},
		{"cert=not-yet-valid", "expired or is not yet valid"},
		{"cert=unknown-issuer", "unknown authority"},
		{"cert=incomplete-chain", "unknown authority"},
		{"names=b.example.test", "not a.example.test"},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := build(t, "host 192.0.2.1 a.example.test\nimap 192.0.2.1:993 tls "+c.cert)
			conn := dial(t, w, "192.0.2.1:993")
			defer func() { _ = conn.conn.Close() }()
			err := conn.secure("a.example.test")
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%q: got %v, want %q", c.cert, err, c.want)
			}
		})
	}
}

func TestPinNamesTheCertificateOfTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, "host 192.0.2.1 a.example.test\nimap 192.0.2.1:993 tls cert=self-signed\nsmtp 192.0.2.1:465 tls cert=self-signed")
		one, err := w.Pin(account.Endpoint{Host: "a.example.test", Port: 993})
		two, err2 := w.Pin(account.Endpoint{Host: "a.example.test", Port: 465})
		if err != nil || err2 != nil || one.Certificate != two.Certificate {
			t.Errorf("got %v, %v, %v, %v, want one certificate at both ports", one, err, two, err2)
		}
		if _, err := w.Pin(account.Endpoint{Host: "a.example.test", Port: 143}); err == nil {
			t.Error("got a pin where there is no server")
		}
	})
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
