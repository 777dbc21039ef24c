//go:build linux

package cli_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/netip"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/mailtest/debian"
	"portolan/probe/wire"
)

// TestClientCertificatesOnRealServers shows client certificates to Dovecot, which signs in with them, and to Cyrus and
// Postfix, which let nobody through the handshake without one: the right one, none, and one that they do not believe.
func TestClientCertificatesOnRealServers(t *testing.T) {
	debian.Run(t, func(t *testing.T, lab *debian.Lab) {
		at := func(domain string) *peopleTown { return newPeopleTown(t, lab, domain) }
		t.Run("dovecot", func(t *testing.T) { playPeopleAtDovecot(t, at("people.test")) })
		t.Run("dovecot, password", func(t *testing.T) { playPasswordAndCertificate(t, at("both.test")) })
		for i, versions := range []string{"tls1_2", "tls1_3"} {
			t.Run("cyrus "+versions, func(t *testing.T) { playPeopleAtCyrus(t, at(fmt.Sprintf("cyrus%d.test", i)), versions) })
		}
		for i, versions := range []string{"<=TLSv1.2", ">=TLSv1.3"} {
			t.Run("postfix "+versions, func(t *testing.T) { playPeopleAtPostfix(t, at(fmt.Sprintf("postfix%d.test", i)), versions) })
		}
	})
}

// A peopleTown is a town whose authority for people is another one than that for servers.
type peopleTown struct {
	*town
	people   []byte // the authority, in PEM
	right    wire.Identity
	unknown  wire.Identity // of somebody whom the authority knows and the servers do not
	stranger wire.Identity // says the right name, and nobody vouches for it
}

func newPeopleTown(t *testing.T, lab *debian.Lab, domain string) *peopleTown {
	t.Helper()
	w := &peopleTown{town: &town{lab: lab, domain: domain, address: lab.Address()}}
	w.name(w.address)
	authority, err := debian.NewAuthority("People")
	if err != nil {
		t.Fatal(err)
	}
	other, err := debian.NewAuthority("Others")
	if err != nil {
		t.Fatal(err)
	}
	w.people = authority.PEM
	w.right = inPEM(t, personal(t, authority, w.user()))
	w.unknown = inPEM(t, personal(t, authority, "mallory@"+domain))
	w.stranger = inPKCS12(t, personal(t, other, w.user()))
	if again := inPKCS12(t, personal(t, authority, w.user())); domain == "people.test" {
		w.right = again // the one town is known by the other kind of file
	}
	return w
}

func personal(t *testing.T, a *debian.Authority, name string) debian.Certificate {
	t.Helper()
	c, err := a.Personal(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// inPEM reads a certificate from two files.
func inPEM(t *testing.T, c debian.Certificate) wire.Identity {
	t.Helper()
	id, err := wire.ParseIdentity(c.Chain, c.Key, account.Secret{})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// inPKCS12 reads a certificate from a file behind a password.
func inPKCS12(t *testing.T, c debian.Certificate) wire.Identity {
	t.Helper()
	chain, _ := pem.Decode(c.Chain)
	leaf, err := x509.ParseCertificate(chain.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(c.Key)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	file, err := pkcs12.Modern2023.Encode(key, leaf, nil, "sesame")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := wire.ParseIdentity(file, nil, account.NewSecret("semolina")); wire.FaultOf(err) != wire.PasswordWrong {
		t.Errorf("got %v, want the password to be wrong", err)
	}
	id, err := wire.ParseIdentity(file, nil, account.NewSecret("sesame"))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// A gate is a server that certificates are shown to.
type gate struct {
	door
	label    string
	security account.Security
}

// gates are the usual doors of a protocol, by TLS and by STARTTLS.
func gates() []gate {
	return []gate{
		{door{account.IMAP, 993}, "imap", account.TLS}, {door{account.IMAP, 143}, "imap", account.STARTTLS},
		{door{account.POP3, 995}, "pop", account.TLS}, {door{account.POP3, 110}, "pop", account.STARTTLS},
		{door{account.SMTP, 465}, "smtp", account.TLS}, {door{account.SMTP, 587}, "smtp", account.STARTTLS},
	}
}

// ask searches with a certificate: for the account, or with a gate for that one server.
func (w *peopleTown) ask(t *testing.T, g *gate, id wire.Identity, password string) probe.Report {
	t.Helper()
	address, err := account.ParseAddress(w.user())
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(w.lab.Authority.PEM)
	authority, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	q := probe.Request{Task: probe.Search, Address: address, Secret: account.NewSecret(password), Identity: id}
	q.Policy.Trust.Authorities = []*x509.Certificate{authority}
	if g != nil {
		server := w.at(g.protocol, g.label, g.port, g.security)
		q.Task, q.Role, q.Account.Address = probe.Test, g.protocol.Role(), address
		if q.Role == account.Incoming {
			q.Account.Incoming = server
		} else {
			q.Account.Outgoing = server
		}
	}
	var r probe.Report
	for e := range (&probe.Prober{}).Run(t.Context(), q) {
		r = r.With(e)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%v %v %v: %v %+v", id, g, password != "", r.Outcome, r.Findings)
			for _, a := range r.Attempts {
				t.Logf("%v %v %x: %v %s %s", a.Server, a.Status, a.Facts.TLS.Version, a.Facts.ClientCert, a.Cause, a.Detail)
			}
			for _, s := range r.SignIns {
				t.Logf("%v %v %v: %s %s %v", s.Server, s.Auth, s.Status, s.Cause, s.Detail, s.Transcript)
			}
		}
	})
	return r
}

// enters wants the certificate to be all that it takes.
func (w *peopleTown) enters(t *testing.T, g gate, auth account.Auth, password string) {
	t.Helper()
	r := w.ask(t, &g, w.right, password)
	res := r.Incoming
	if g.protocol.Role() == account.Outgoing {
		res = r.Outgoing
	}
	if !res.SignedIn || res.Auth != auth || res.Username != w.user() {
		t.Errorf("%v: got %v and %+v, want a sign-in by %v", g.door, r.Outcome, res.Server, auth)
	}
}

// stays wants one cause for which nobody entered, and no password spent.
func (w *peopleTown) stays(t *testing.T, g gate, id wire.Identity, want probe.Cause) {
	t.Helper()
	w.staysAfter(t, g, id, 0, want)
}

// staysAfter wants one cause for which nobody entered, after as many refusals of the password.
func (w *peopleTown) staysAfter(t *testing.T, g gate, id wire.Identity, refusals int, want probe.Cause) {
	t.Helper()
	r := w.ask(t, &g, id, secret)
	var got []probe.Cause
	for _, f := range r.Findings {
		if f.Cause != probe.AddressInside { // the lab is all loopback
			got = append(got, f.Cause)
		}
	}
	if len(got) != 1 || got[0] != want || r.Refusals != refusals {
		t.Errorf("%v: got %v after %d refusals, want %v after %d", g.door, got, r.Refusals, want, refusals)
	}
}

// playPeopleAtDovecot has a Dovecot that takes certificates and nothing else, for all three protocols.
func playPeopleAtDovecot(t *testing.T, w *peopleTown) {
	server := w.serve(t, debian.Dovecot{
		People: w.people, OnlyPeople: true, Mechanisms: "external",
		Listeners: []debian.Listener{imap(143), imaps(993), pop3(110), pop3s(995), submit(587), submits(465)},
	})
	for _, g := range gates() {
		before := server.SignIns(t)
		w.enters(t, g, account.AuthExternal, "")
		w.enters(t, g, account.AuthExternal, secret)
		w.stays(t, g, w.unknown, probe.ClientCertificateRefused)
		if got := logged(before+3, func() int { return server.SignIns(t) }) - before; got != 3 {
			t.Errorf("%v: the server counts %d sign-ins, want 3", g.door, got)
		}
		w.stays(t, g, w.stranger, probe.ClientCertificateRefused)
		want := 0
		if g.protocol == account.POP3 { // USER is offered, and what is missing is said only to the password
			want = 1
		}
		w.staysAfter(t, g, wire.Identity{}, want, probe.ClientCertificateWanted)
	}
	if r := w.ask(t, nil, w.right, ""); r.Outcome != probe.Ready || r.Incoming.Auth != account.AuthExternal || r.Outgoing.Auth != account.AuthExternal || !r.Outgoing.SignedIn {
		t.Errorf("got %v, %+v, %+v, want an account without a password", r.Outcome, r.Incoming.Server, r.Outgoing.Server)
	}
}

// playPasswordAndCertificate has a Dovecot that takes either: the certificate comes first where there is one.
func playPasswordAndCertificate(t *testing.T, w *peopleTown) {
	w.serve(t, debian.Dovecot{
		People: w.people, Mechanisms: "plain external",
		Listeners: []debian.Listener{imap(143), imaps(993), pop3(110), pop3s(995), submit(587), submits(465)},
	})
	for _, g := range gates() {
		w.enters(t, g, account.AuthExternal, secret)
	}
	if r := w.ask(t, nil, wire.Identity{}, secret); r.Outcome != probe.Ready || r.Incoming.Auth != account.AuthPlain {
		t.Errorf("got %v, %+v, want the password where there is no certificate", r.Outcome, r.Incoming.Server)
	}
}

// playPeopleAtCyrus has a Cyrus that wants the certificate within the handshake, in one version of TLS, and signs in with it.
func playPeopleAtCyrus(t *testing.T, w *peopleTown, versions string) {
	w.lab.StartCyrus(t, debian.Cyrus{
		Addresses: []netip.Addr{w.address}, Listeners: []debian.Listener{imap(143), imaps(993), pop3(110), pop3s(995)},
		Certificate: w.certificate(t), Host: w.host("mail"), TLS: versions, Users: map[string]string{w.user(): secret},
		Mechanisms: "PLAIN EXTERNAL", People: w.people,
	})
	for _, g := range gates()[:4] {
		w.enters(t, g, account.AuthExternal, "")
		w.stays(t, g, w.stranger, probe.ClientCertificateRefused)
		w.stays(t, g, wire.Identity{}, probe.ClientCertificateWanted)
	}
}

// playPeopleAtPostfix has a Postfix that wants the certificate within the handshake, in one version of TLS, and a password after
// it: Postfix 3.7 tells nobody whom the certificate names.
func playPeopleAtPostfix(t *testing.T, w *peopleTown, protocols string) {
	if !needsPostfix(t, w.town) {
		return
	}
	w.lab.StartPostfix(t, debian.Postfix{
		Addresses: []netip.Addr{w.address}, Certificate: w.certificate(t), Domain: w.domain, Users: map[string]string{w.user(): secret},
		Gates:  []debian.Gate{{Port: 465, TLS: true, SignIn: true, People: true}, {Port: 587, STARTTLS: true, SignIn: true, People: true}},
		People: w.people, Protocols: protocols,
	})
	for _, g := range gates()[4:] {
		w.enters(t, g, account.AuthPlain, secret)
		w.stays(t, g, w.stranger, probe.ClientCertificateRefused)
		w.stays(t, g, wire.Identity{}, probe.ClientCertificateWanted)
	}
}
