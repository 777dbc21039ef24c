package wire

import (
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"os"
	"slices"
	"syscall"
	"testing"

	"portolan/account"
)

// onLoopback plays a script on a real socket, once.
func onLoopback(t *testing.T, w *world, after func(*net.TCPConn)) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close(); w.done.Wait() })
	w.done.Add(1)
	go func() {
		defer w.done.Done()
		conn, err := l.Accept()
		if err != nil {
			return
		}
		tcp := conn.(*net.TCPConn)
		defer func() { _ = tcp.Close() }()
		after(tcp)
	}()
	return l.Addr().(*net.TCPAddr).AddrPort()
}

// The same conversation over a real socket: what fake connections cannot tell apart is told here.
func TestRealSocketsAreToldDeadFromAlive(t *testing.T) {
	ca := newAuthority(t, "Test Root")
	closing, closed := make(chan bool), make(chan bool)
	conf := &tls.Config{Certificates: []tls.Certificate{ca.leaf([]string{mailHost})}}
	addr := onLoopback(t, &world{t: t}, func(tcp *net.TCPConn) {
		conn := tls.Server(tcp, conf)
		_, _ = conn.Write([]byte("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"))
		<-closing
		_ = tcp.SetLinger(0) // a reset, not a polite end
		_ = tcp.Close()
		close(closed)
	})
	c, err := Open(t.Context(), nil, Target{
		Protocol: account.IMAP, Security: account.TLS, Addr: addr, Names: []string{mailHost}, Trust: ca.trust(),
	}, nil)
	if err != nil {
		t.Fatalf("got %v, want a connection", err)
	}
	for range 3 {
		if c.Dead() {
			t.Error("got dead, want alive")
		}
	}
	closing <- true
	<-closed
	if !c.Dead() {
		t.Error("got alive, want dead")
	}
	err = c.SignIn(t.Context(), account.Policy{}, mailHost, typed(), account.AuthPlain, credentials(password))
	var s *SignInError
	if !errors.As(err, &s) {
		t.Errorf("got %v, want a *SignInError", err)
	}
	c.Goodbye(t.Context())
	c.Abort()
}

// A port that refuses is the network's own error, at the step of connecting.
func TestARefusedPortIsTheNetworksOwnError(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().(*net.TCPAddr).AddrPort()
	_ = l.Close()
	_, err = Open(t.Context(), nil, Target{Protocol: account.POP3, Security: account.TLS, Addr: addr}, nil)
	var f *Failure
	if !errors.As(err, &f) || f.Step != StepConnect || !errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v, want a refused connection", err)
	}
}

// A reset in the middle of a conversation is one, not a timeout.
func TestAResetIsToldAsOne(t *testing.T) {
	addr := onLoopback(t, &world{t: t}, func(tcp *net.TCPConn) {
		_, _ = tcp.Write([]byte("220 ready\r\n"))
		_, _ = tcp.Read(make([]byte, 100))
		_ = tcp.SetLinger(0)
	})
	_, err := Open(t.Context(), nil, Target{Protocol: account.SMTP, Security: account.STARTTLS, Addr: addr}, nil)
	var f *Failure
	if !errors.As(err, &f) || f.Step != StepCapability || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("got %v, want a reset at the capabilities", err)
	}
}

// C-1: the environment weakens nothing.
func TestTheEnvironmentWeakensNothing(t *testing.T) {
	t.Setenv("GODEBUG", "tls3des=1,tlsrsakex=1,tls10server=1,tlssha1=1")
	weak := []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA} // no forward secrecy; no authenticated encryption
	for _, suite := range tls.InsecureCipherSuites() {
		weak = append(weak, suite.ID)
	}
	if conf := baseConfig(mailHost); conf.MinVersion != tls.VersionTLS12 || conf.MaxVersion != 0 || conf.KeyLogWriter != nil ||
		len(conf.CipherSuites) == 0 || slices.ContainsFunc(conf.CipherSuites, func(s uint16) bool { return slices.Contains(weak, s) }) {
		t.Errorf("got versions %x to %x, suites %x, want TLS 1.2 and later, and what is strong in it, written out", conf.MinVersion, conf.MaxVersion, conf.CipherSuites)
	}
	for _, conf := range []*tls.Config{
		{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11},
		{MaxVersion: tls.VersionTLS12, CipherSuites: weak},
	} {
		tr := newTrial(t, account.IMAP, onTLS, "TLS")
		conf.Certificates = []tls.Certificate{tr.ca.leafWithKey(newRSAKey(t, 2048), []string{mailHost})}
		tr.conf = conf
		c, err := tr.open()
		var alert *AlertError
		if !errors.As(err, &alert) {
			t.Errorf("got %v, want an alert", err)
		}
		tr.finish(c)
	}
}
