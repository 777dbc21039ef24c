//go:build linux

package cli_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"sync"
	"testing"

	"portolan/account"
	"portolan/probe/mailtest/debian"
	"portolan/probe/wire"
)

// bindings are what ties a sign-in to its TLS connection.
func bindings() []account.Auth {
	return []account.Auth{account.AuthSCRAMSHA1Plus, account.AuthSCRAMSHA256Plus, account.AuthSCRAMSHA512Plus}
}

// cyrusMechanisms is what Cyrus SASL can do with the file of users; it adds -PLUS by itself where there is TLS.
const cyrusMechanisms = "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512"

// TestChannelBindingOnRealServers signs in to Cyrus IMAP, the one server in Debian 12 that offers SCRAM with channel
// binding, and to a Postfix that asks Cyrus SASL: with every odd password, and with a wrong one. Without PLAIN it is also
// the one where IMAP LOGIN and POP3 USER and PASS are what there is to say a password with.
func TestChannelBindingOnRealServers(t *testing.T) {
	debian.Run(t, func(t *testing.T, lab *debian.Lab) {
		w := cyrusTown(t, lab, "unique.test", "tls1_2", cyrusMechanisms)
		for _, auth := range triedAt(onCyrus) {
			for _, at := range []door{{account.IMAP, 993}, {account.POP3, 995}} {
				t.Run(auth.String()+" "+at.String(), func(t *testing.T) { w.everyPassword(t, at, auth) })
			}
		}
		t.Run("through a thief of the key", func(t *testing.T) { w.throughThief(t) })
		w.saslPostfix(t)
		w = cyrusTown(t, lab, "exporter.test", "tls1_2 tls1_3", cyrusMechanisms)
		for _, at := range []door{{account.IMAP, 993}, {account.POP3, 995}} {
			t.Run("another binding "+at.String(), func(t *testing.T) { w.otherBinding(t, at) })
		}
		w = cyrusTown(t, lab, "commands.test", "tls1_2 tls1_3", "CRAM-MD5")
		for _, at := range []door{{account.IMAP, 993}, {account.POP3, 995}} {
			t.Run("the command of "+at.String(), func(t *testing.T) { w.everyPassword(t, at, account.AuthLogin) })
			t.Run("cram-md5 "+at.String(), func(t *testing.T) { w.everyPassword(t, at, account.AuthCRAMMD5) })
		}
		t.Run("another binding, pinned", func(t *testing.T) {
			playOtherBindingWhenPinned(t, &town{lab: lab, domain: "pinned.test", address: lab.Address()})
		})
	})
}

// cyrusTown starts a Cyrus with these versions of TLS and these mechanisms.
func cyrusTown(t *testing.T, lab *debian.Lab, domain, versions, mechanisms string) *mechTown {
	t.Helper()
	w := emptyMechTown(t, lab, domain)
	w.identity = w.certificate(t)
	lab.StartCyrus(t, debian.Cyrus{
		Addresses: []netip.Addr{w.address}, Listeners: []debian.Listener{imaps(993), pop3s(995)},
		Certificate: w.identity, Host: w.host, TLS: versions, Users: w.users(), Mechanisms: mechanisms,
	})
	return w
}

// saslPostfix has a Postfix that asks Cyrus SASL, where it can run, say SCRAM-SHA-512, which Dovecot 2.3 does not know.
func (w *mechTown) saslPostfix(t *testing.T) {
	t.Helper()
	if !needsPostfix(t, w.town) {
		return
	}
	w.lab.StartPostfix(t, debian.Postfix{
		Addresses: []netip.Addr{w.address}, Gates: []debian.Gate{{Port: 465, TLS: true, SignIn: true}},
		Certificate: w.identity, Domain: w.domain, Users: w.users(),
	})
	at := door{account.SMTP, 465}
	for _, auth := range triedAt(onCyrusSASL) {
		t.Run(auth.String()+" "+at.String(), func(t *testing.T) { w.everyPassword(t, at, auth) })
	}
}

// everyPassword signs every user in, and the first one with a wrong password.
func (w *mechTown) everyPassword(t *testing.T, at door, auth account.Auth) {
	for i, s := range oddSecrets() {
		if err := w.signIn(t, at, auth, w.person(i), s); err != nil {
			t.Errorf("%q: got %v, want a sign-in", s, err)
		}
	}
	wantNo(t, w.signIn(t, at, auth, w.person(0), "wrong horse"))
}

// wantNo wants the server's no to what was sent.
func wantNo(t *testing.T, err error) {
	t.Helper()
	var in *wire.SignInError
	var no *wire.ReplyError
	if !errors.As(err, &in) || !in.Sent || !errors.As(err, &no) {
		t.Errorf("got %v, want the server's no", err)
	}
}

// otherBinding has a server that binds to tls-unique where RFC 9266 wants tls-exporter: that is not taken for a no to the
// password, and without binding the sign-in works.
func (w *mechTown) otherBinding(t *testing.T, at door) {
	for _, auth := range bindings() {
		var no *wire.ReplyError
		if err := w.signIn(t, at, auth, w.person(0), secret); !errors.Is(err, wire.ErrNoCommonAuth) || errors.As(err, &no) {
			t.Errorf("%v: got %v, want the mechanism not to be common", auth, err)
		}
	}
	w.everyPassword(t, at, account.AuthSCRAMSHA256)
}

// playOtherBindingWhenPinned is the same for the whole search: the binding is tried first where the user vouches for the
// certificate, and what is found in the end works.
func playOtherBindingWhenPinned(t *testing.T, w *town) {
	if !needsPostfix(t, w) {
		return
	}
	w.name(w.address)
	certificate, err := debian.SelfSigned(w.host("imap"), w.host("smtp"))
	if err != nil {
		t.Fatal(err)
	}
	users := map[string]string{w.user(): secret}
	w.lab.StartCyrus(t, debian.Cyrus{
		Addresses: []netip.Addr{w.address}, Listeners: []debian.Listener{imaps(993)}, Certificate: certificate,
		Host: w.host("mail"), TLS: "tls1_3", Users: users, Mechanisms: cyrusMechanisms,
	})
	w.lab.StartPostfix(t, debian.Postfix{
		Addresses: []netip.Addr{w.address}, Gates: []debian.Gate{{Port: 465, TLS: true, SignIn: true}}, Certificate: certificate,
		Domain: w.domain, Users: users,
	})
	pin := w.find(t).decision(t, "certificate").Certificate
	trust := []string{"-trust", w.host("imap") + ":993=" + pin, "-trust", w.host("smtp") + ":465=" + pin}
	f := w.find(t, trust...)
	f.want(t, 0, "ready", "imap tls "+w.host("imap")+":993", "smtp tls "+w.host("smtp")+":465")
	f.auths(t, "scram-sha-512")
	f = w.findWith(t, "wrong", trust...)
	if f.exit != 3 || f.Refusals == 0 || f.Refusals > 2 {
		t.Errorf("got exit %d and %d refusals, want 3 and at most two", f.exit, f.Refusals)
	}
}

// throughThief puts somebody between who has the server's key: only the binding notices.
func (w *mechTown) throughThief(t *testing.T) {
	port := w.thief(t)
	for _, auth := range bindings() {
		wantNo(t, w.signIn(t, door{account.IMAP, port}, auth, w.person(0), secret))
	}
	if err := w.signIn(t, door{account.IMAP, port}, account.AuthSCRAMSHA256, w.person(0), secret); err != nil {
		t.Errorf("without binding: got %v, want a sign-in", err)
	}
}

// thief passes on what goes between a client and IMAP at 993, each side under a TLS of its own; it gives its port.
func (w *mechTown) thief(t *testing.T) int {
	t.Helper()
	pair, err := tls.X509KeyPair(w.identity.Chain, w.identity.Key)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(w.lab.Authority.PEM)
	inner := &tls.Config{RootCAs: roots, ServerName: w.host, MaxVersion: tls.VersionTLS12}
	outer := &tls.Config{Certificates: []tls.Certificate{pair}, MaxVersion: tls.VersionTLS12}
	listener, err := tls.Listen("tcp", netip.AddrPortFrom(w.address, 0).String(), outer)
	if err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() { between(client, netip.AddrPortFrom(w.address, 993).String(), inner) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		open.Wait()
	})
	return listener.Addr().(*net.TCPAddr).Port
}

// between copies both ways until one side ends.
func between(client net.Conn, server string, config *tls.Config) {
	defer func() { _ = client.Close() }()
	behind, err := tls.Dial("tcp", server, config)
	if err != nil {
		return
	}
	defer func() { _ = behind.Close() }()
	copyBoth(client, behind)
}
