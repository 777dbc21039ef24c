package practice

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"portolan/account"
)

// begin starts a mailbox that ends with the test.
func begin(t *testing.T, name string) *Mailbox {
	t.Helper()
	m, err := Start(t.Context(), name)
	if err != nil {
		t.Fatalf("Start(%q): %v", name, err)
	}
	t.Cleanup(func() { _ = m.Close() })
	return m
}

// A client speaks raw lines to a server and keeps what was said.
type client struct {
	t    *testing.T
	m    *Mailbox
	conn net.Conn
	r    *bufio.Reader
	said []string
}

// dial connects to one of the world's ports, with TLS from the first byte where it is a port for that.
func dial(t *testing.T, m *Mailbox, port int) *client {
	t.Helper()
	conn, err := m.DialContext(t.Context(), "tcp", net.JoinHostPort(loopback, strconv.Itoa(port)))
	if err != nil {
		t.Fatalf("port %d: %v", port, err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	c := &client{t: t, m: m}
	c.use(conn)
	if account.UsualSecurity(port) == account.TLS {
		c.protect()
	}
	return c
}

func (c *client) use(conn net.Conn) { c.conn, c.r = conn, bufio.NewReader(conn) }

// trusted is a client's configuration that believes the mailbox's authority and no other.
func trusted(m *Mailbox, name string) *tls.Config {
	pool := x509.NewCertPool()
	for _, a := range m.Trust().Authorities {
		pool.AddCert(a)
	}
	return &tls.Config{RootCAs: pool, ServerName: name, MinVersion: tls.VersionTLS12}
}

// protect verifies the certificate.
func (c *client) protect() {
	c.t.Helper()
	conn := tls.Client(c.conn, trusted(c.m, "mail.practice.invalid"))
	if err := conn.HandshakeContext(c.t.Context()); err != nil {
		c.fail("handshake: %v", err)
	}
	c.use(conn)
}

func (c *client) fail(format string, values ...any) {
	c.t.Helper()
	c.t.Fatalf(format+"\n%s", append(values, strings.Join(c.said, "\n"))...)
}

func (c *client) send(lines ...string) {
	c.t.Helper()
	for _, line := range lines {
		c.said = append(c.said, "C: "+line)
		if _, err := io.WriteString(c.conn, line+"\r\n"); err != nil {
			c.fail("send: %v", err)
		}
	}
}

func (c *client) line() string {
	c.t.Helper()
	line, err := c.r.ReadString('\n')
	c.said = append(c.said, "S: "+strings.TrimRight(line, "\r\n"))
	if err != nil {
		c.fail("read: %v", err)
	}
	if !strings.HasSuffix(line, "\r\n") {
		c.fail("got %q, want a line that ends in CRLF", line)
	}
	return strings.TrimSuffix(line, "\r\n")
}

// until reads lines up to one that begins with one of the ends, and gives them all.
func (c *client) until(ends ...string) []string {
	c.t.Helper()
	var all []string
	for {
		all = append(all, c.line())
		if slices.ContainsFunc(ends, func(end string) bool { return strings.HasPrefix(all[len(all)-1], end) }) {
			return all
		}
	}
}

// want reads a line that has to begin like this.
func (c *client) want(prefix string) string {
	c.t.Helper()
	line := c.line()
	if !strings.HasPrefix(line, prefix) {
		c.fail("got %q, want %q", line, prefix)
	}
	return line
}

// ask sends a line and wants the answer to begin like this.
func (c *client) ask(line, prefix string) string {
	c.t.Helper()
	c.send(line)
	return c.want(prefix)
}

// wantEnd wants the server to close the connection.
func (c *client) wantEnd() {
	c.t.Helper()
	if rest, err := io.ReadAll(c.r); err != nil && !errors.Is(err, syscall.ECONNRESET) {
		c.fail("got %q, %v, want the end", rest, err)
	}
}

func encode(parts ...string) string {
	return base64.StdEncoding.EncodeToString([]byte(strings.Join(parts, "\x00")))
}

func TestNamesAreThePersonalitiesInMenuOrder(t *testing.T) {
	want := []string{"tls", "starttls", "cleartext", "silent-tls", "self-signed", "refuses"}
	if got := Names(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, name := range want {
		if about := Describe(name); about == "" || strings.Contains(about, "\n") {
			t.Errorf("%s: got %q, want one line", name, about)
		}
	}
	if got := Describe("nonsense"); got != "" {
		t.Errorf("got %q, want nothing for an unknown name", got)
	}
}

func TestAnUnknownNameIsAnErrorThatListsTheKnownOnes(t *testing.T) {
	m, err := Start(t.Context(), "nonsense")
	if m != nil || err == nil {
		t.Fatalf("got %v, %v, want an error", m, err)
	}
	for _, name := range append(Names(), `"nonsense"`) {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("got %q, want %q in it", err, name)
		}
	}
}

func TestTheMailboxTellsItsAddressAndPassword(t *testing.T) {
	m := begin(t, "tls")
	if got, want := m.Address(), (account.Address{Local: "you", Domain: "practice.invalid"}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := m.Password().Reveal(); got != "practice" {
		t.Errorf("got %q, want practice", got)
	}
}

// TestEveryPortAnswersAsThePersonalityHasIt covers the sign-in of every protocol at every port of every personality.
func TestEveryPortAnswersAsThePersonalityHasIt(t *testing.T) {
	const (
		tlsPort, start, clear, refused, mute, doubt, wrong = "tls", "starttls", "clear", "refused", "silent", "doubtful", "wrong"
	)
	tests := []struct {
		name              string
		implicit, upgrade string
	}{
		{"tls", tlsPort, start},
		{"starttls", refused, start},
		{"cleartext", refused, clear},
		{"silent-tls", mute, start},
		{"self-signed", doubt, doubt},
		{"refuses", wrong, wrong},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := begin(t, test.name)
			for _, port := range []int{993, 995, 465, 143, 110, 587, 25} {
				want := test.implicit
				if account.UsualSecurity(port) != account.TLS {
					want = test.upgrade
				}
				if port == 25 {
					want = refused
				}
				t.Run(fmt.Sprint(port), func(t *testing.T) { checkPort(t, m, port, want) })
			}
		})
	}
}

// checkPort wants one port to behave in one of the ways of the table above.
func checkPort(t *testing.T, m *Mailbox, port int, want string) {
	address := net.JoinHostPort(loopback, strconv.Itoa(port))
	switch want {
	case "refused":
		if _, err := m.DialContext(t.Context(), "tcp", address); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("got %v, want a refused connection", err)
		}
	case "silent":
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := m.DialContext(ctx, "tcp", address); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want silence until the end of ctx", err)
		}
	case "doubtful":
		checkDoubtful(t, m, port)
	default:
		s := speakers(port)
		c := dial(t, m, port)
		s.greet(c)
		if want == "starttls" || (want == "wrong" && account.UsualSecurity(port) != account.TLS) {
			s.cannotSignIn(c)
			s.upgrade(c)
			c.protect()
		}
		s.signIn(c, want != "wrong")
	}
}

// checkDoubtful wants a certificate that the authority does not vouch for and that signed itself.
func checkDoubtful(t *testing.T, m *Mailbox, port int) {
	conn, err := m.DialContext(t.Context(), "tcp", net.JoinHostPort(loopback, strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	c := &client{t: t, m: m}
	c.use(conn)
	if account.UsualSecurity(port) != account.TLS {
		s := speakers(port)
		s.greet(c)
		s.upgrade(c)
	}
	var unknown x509.UnknownAuthorityError
	if err := tls.Client(conn, trusted(m, "mail.practice.invalid")).HandshakeContext(t.Context()); !errors.As(err, &unknown) {
		t.Fatalf("got %v, want an unknown authority", err)
	}
	if got := unknown.Cert.CheckSignature(unknown.Cert.SignatureAlgorithm, unknown.Cert.RawTBSCertificate, unknown.Cert.Signature); got != nil {
		t.Errorf("got %v, want a certificate that signed itself", got)
	}
}

// A speaker is how a client of one protocol greets, asks for TLS, and signs in.
type speaker struct {
	greet, cannotSignIn, upgrade func(*client)
	signIn                       func(c *client, right bool)
}

func speakers(port int) speaker {
	switch port {
	case 993, 143:
		return speaker{imapGreet, imapCannot, imapUpgrade, imapSignIn}
	case 995, 110:
		return speaker{popGreet, popCannot, popUpgrade, popSignIn}
	default:
		return speaker{smtpGreet, smtpCannot, smtpUpgrade, smtpSignIn}
	}
}

func TestEveryPersonalityEndsWithoutALeak(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, name := range Names() {
		m, err := Start(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		var open []net.Conn
		for _, b := range m.berths {
			if b.answer != serves {
				continue
			}
			for range 3 { // none of them says a word: a TLS port waits for its handshake
				conn, err := net.Dial("tcp4", b.real)
				if err != nil {
					t.Fatal(err)
				}
				open = append(open, conn)
			}
		}
		if err := m.Close(); err != nil {
			t.Errorf("%s: got %v, want nil", name, err)
		}
		if err := m.Close(); err != nil {
			t.Errorf("%s: got %v from a second Close, want nil", name, err)
		}
		for _, conn := range open {
			_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
			_, err := io.Copy(io.Discard, conn)
			if errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: got %v, want the connection closed", name, err)
			}
			_ = conn.Close()
		}
	}
	wantGoroutines(t, before)
}

// wantGoroutines waits for the last instructions of the libraries' goroutines, which nobody can wait for.
func wantGoroutines(t *testing.T, most int) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > most; runtime.Gosched() {
		if time.Now().After(end) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("got %d goroutines, want %d\n%s", runtime.NumGoroutine(), most, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

func TestTheEndOfTheContextEndsEverything(t *testing.T) {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	m, err := Start(ctx, "tls")
	if err != nil {
		t.Fatal(err)
	}
	busy := []*client{dial(t, m, 993), dial(t, m, 465), dial(t, m, 110)}
	imapGreet(busy[0])
	imapSignIn(busy[0], true)
	busy[0].ask("i IDLE", "+ ")
	smtpGreet(busy[1])
	smtpSignIn(busy[1], true)
	busy[1].ask("MAIL FROM:<you@practice.invalid>", "250")
	busy[1].ask("RCPT TO:<you@practice.invalid>", "250")
	busy[1].ask("BDAT 3\r\nabc", "250")
	popGreet(busy[2])
	cancel()
	for _, c := range busy {
		c.wantEnd()
		_ = c.conn.Close()
	}
	if _, err := m.DialContext(t.Context(), "tcp", loopback+":993"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v, want a refused connection after the end", err)
	}
	_ = m.Close()
	wantGoroutines(t, before)
}

func TestAStartThatIsTooLateLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if m, err := Start(ctx, "tls"); err == nil {
		_ = m.Close()
	}
	wantGoroutines(t, before)
}

func TestOneGuestTooManyIsShownOut(t *testing.T) {
	m := begin(t, "tls")
	var guests []*client
	for range maxGuests {
		c := dial(t, m, 110)
		c.want("+OK")
		guests = append(guests, c)
	}
	extra := dial(t, m, 110)
	extra.wantEnd()
	if len(extra.said) > 0 {
		t.Errorf("got %v, want no word", extra.said)
	}
	guests[0].ask("QUIT", "+OK")
	guests[0].wantEnd()
	dial(t, m, 110).want("+OK")
}
