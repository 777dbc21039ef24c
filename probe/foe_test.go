package probe_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe/mailtest"
)

// A moment is a place in a conversation at which a server can do its worst.
type moment uint8

const (
	atHello    moment = iota // the connection is open; over TLS, before the handshake
	atGreeting               // over TLS, inside it
	atAsked                  // in place of the capabilities, in the clear
	atUpgrade                // in place of the answer to STARTTLS
	atYes                    // after the yes to STARTTLS
	atInside                 // in place of the capabilities, inside TLS
	atSignIn                 // in place of the answer to the password
)

func (m moment) String() string {
	return [...]string{"connected", "greeting", "capabilities", "STARTTLS", "upgrade", "capabilities inside", "sign-in"}[m]
}

// A foe is a mail server that behaves until a moment, and then does its worst. It is the wire.Dialer that every connection
// goes through, and keeps what the client said.
type foe struct {
	protocol account.Protocol // ProtocolUnknown: that of the port
	security account.Security
	at       moment
	act      func(*foeSide)
	link     func() (client, server foeLink)
	conf     *tls.Config

	mu     sync.Mutex
	clear  bytes.Buffer // what came in without encryption
	inside bytes.Buffer // what came in inside TLS
	dials  int
	done   sync.WaitGroup
}

// A foeLink is one end of a connection, however it is made.
type foeLink interface {
	net.Conn
	CloseWrite() error
	Reset()
}

// foePipe makes a link in memory.
func foePipe() (client, server foeLink) { return mailtest.Pipe() }

// DialContext lets a conversation begin.
func (f *foe) DialContext(_ context.Context, _, address string) (net.Conn, error) {
	at := netip.MustParseAddrPort(address)
	protocol, security := f.protocol, f.security
	if protocol == account.ProtocolUnknown {
		protocol, security = servedAt(at.Port())
	}
	client, server := f.link()
	f.mu.Lock()
	f.dials++
	f.mu.Unlock()
	f.done.Go(func() {
		side := &foeSide{foe: f, raw: server, conn: server, protocol: protocol, security: security}
		side.listen()
		defer func() { _ = server.Close() }()
		side.talk()
	})
	return client, nil
}

// servedAt tells what is expected at a standard port.
func servedAt(port uint16) (account.Protocol, account.Security) {
	for _, p := range []account.Protocol{account.IMAP, account.POP3, account.SMTP} {
		if int(port) == account.StandardPort(p, account.TLS) {
			return p, account.TLS
		}
		if int(port) == account.StandardPort(p, account.STARTTLS) {
			return p, account.STARTTLS
		}
	}
	return account.SMTP, account.STARTTLS // 25
}

// A foeSide is the server's side of one connection.
type foeSide struct {
	*foe
	raw      foeLink
	conn     net.Conn
	in       *bufio.Reader
	protocol account.Protocol
	security account.Security
	tag      string // of the last IMAP command
}

// listen makes a new reader, which keeps what it reads.
func (s *foeSide) listen() {
	kept := &s.clear
	if s.conn != net.Conn(s.raw) {
		kept = &s.inside
	}
	s.in = bufio.NewReader(io.TeeReader(s.conn, foeKeeper{s.foe, kept}))
}

// A foeKeeper keeps the first megabyte.
type foeKeeper struct {
	foe  *foe
	kept *bytes.Buffer
}

func (k foeKeeper) Write(p []byte) (int, error) {
	k.foe.mu.Lock()
	defer k.foe.mu.Unlock()
	if k.kept.Len() < 1<<20 {
		k.kept.Write(p)
	}
	return len(p), nil
}

// talk is the conversation of a server that behaves, up to the moment.
func (s *foeSide) talk() {
	if s.due(atHello) || s.security == account.TLS && !s.handshake() || s.due(atGreeting) {
		return
	}
	s.say(s.greeting())
	if s.security != account.TLS && !s.upgrade() {
		return
	}
	if !s.hear() || s.due(atInside) {
		return
	}
	s.say(s.offer(false))
	if !s.hear() || s.due(atSignIn) {
		return
	}
	s.say(s.yes("signed in"))
	s.drain()
}

// upgrade leads to TLS; false: the conversation is over.
func (s *foeSide) upgrade() bool {
	if !s.hear() || s.due(atAsked) {
		return false
	}
	s.say(s.offer(true))
	if !s.hear() || s.due(atUpgrade) {
		return false
	}
	s.say(s.begin())
	return !s.due(atYes) && s.handshake()
}

// due does the worst, if its moment has come.
func (s *foeSide) due(now moment) bool {
	if s.at != now {
		return false
	}
	if now == atYes {
		time.Sleep(time.Millisecond) // what comes with the yes is another case
	}
	s.act(s)
	return true
}

func (s *foeSide) say(text string) {
	_, _ = io.WriteString(s.conn, strings.ReplaceAll(text, "TAG", s.tag))
}

// hear reads a line; false: the client has left.
func (s *foeSide) hear() bool {
	line, err := s.in.ReadString('\n')
	if s.protocol == account.IMAP {
		s.tag, _, _ = strings.Cut(line, " ")
	}
	return err == nil
}

// drain reads until the client has closed.
func (s *foeSide) drain() { _, _ = io.Copy(io.Discard, s.in) }

func (s *foeSide) handshake() bool {
	conn := tls.Server(s.raw, s.conf)
	if conn.Handshake() != nil {
		s.drain()
		return false
	}
	s.conn = conn
	s.listen()
	return true
}

// by gives the text of the protocol that is spoken.
func (s *foeSide) by(imap, pop3, smtp string) string {
	switch s.protocol {
	case account.IMAP:
		return imap
	case account.POP3:
		return pop3
	default:
		return smtp
	}
}

func (s *foeSide) greeting() string {
	return s.by("* OK ready\r\n", "+OK ready\r\n", "220 mail.example.test ESMTP\r\n")
}

func (s *foeSide) begin() string { return s.by("TAG OK go\r\n", "+OK go\r\n", "220 go\r\n") }

func (s *foeSide) yes(text string) string {
	return s.by("TAG OK "+text+"\r\n", "+OK "+text+"\r\n", "235 2.7.0 "+text+"\r\n")
}

// offer lists capabilities: STARTTLS before TLS, a way to sign in inside it.
func (s *foeSide) offer(starttls bool) string {
	if starttls {
		return s.by("* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\nTAG OK done\r\n", "+OK list\r\nSTLS\r\n.\r\n", "250-mail.example.test\r\n250 STARTTLS\r\n")
	}
	return s.by("* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\nTAG OK done\r\n", "+OK list\r\nSASL PLAIN\r\n.\r\n", "250-mail.example.test\r\n250 AUTH PLAIN\r\n")
}

// foeNames are the names that the foe's certificate holds.
var foeNames = []string{"imap.example.test", "pop.example.test", "pop3.example.test", "smtp.example.test", "mail.example.test", "example.test"}

// foeCertificate is a certificate for the foe's names, and the authority that vouches for it: a hostile server can have
// that. Its dates hold for the clock of a synctest bubble and for the real one.
func foeCertificate(t testing.TB) (tls.Certificate, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(c, by *x509.Certificate) *x509.Certificate {
		c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(int64(len(c.DNSNames)+1)), time.Unix(900000000, 0), time.Now().Add(40*365*24*time.Hour)
		der, err := x509.CreateCertificate(rand.Reader, c, by, &key.PublicKey, key)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	root := &x509.Certificate{Subject: pkix.Name{CommonName: "Foe Root"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	root = sign(root, root)
	leaf := sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: "foe"}, DNSNames: foeNames,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, root)
	return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}, root
}

// foeNet answers every look-up of an address below example.test with one address, and has no other records.
type foeNet struct{}

func (foeNet) LookupNetIP(_ context.Context, network, host string) ([]netip.Addr, error) {
	for _, n := range foeNames {
		if network == "ip4" && strings.TrimSuffix(host, ".") == n {
			return []netip.Addr{netip.MustParseAddr("192.0.2.66")}, nil
		}
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

func (foeNet) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (foeNet) LookupSRV(_ context.Context, _, _, name string) (string, []*net.SRV, error) {
	return "", nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (foeNet) LookupTXT(_ context.Context, name string) ([]string, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}
