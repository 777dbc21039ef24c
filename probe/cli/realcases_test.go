//go:build linux

package cli_test

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"portolan/account"
	"portolan/account/format"
	"portolan/probe/mailtest/debian"
)

func realCases() []realCase {
	return []realCase{
		{"TLS and STARTTLS", playBoth},
		{"no password", playNoPassword},
		{"STARTTLS, rest refuses", playSTARTTLS},
		{"STARTTLS, rest silent", playSTARTTLSAmongSilence},
		{"cleartext only", playCleartext},
		{"POP3 only", playPOP3},
		{"typed ports", playTypedPorts},
		{"languages swapped", playSwapped},
		{"465 in the clear", play465InTheClear},
		{"LOGINDISABLED", playLoginDisabled},
		{"self-signed", playSelfSigned},
		{"local part", playLocalPart},
		{"typed user", playTypedUser},
		{"wrong password", playWrongPassword},
		{"outgoing self-signed", playOutgoingSelfSigned},
		{"993 refused", play993Refused},
		{"one certificate", playOneCertificate},
		{"two hosts", playTwoHosts},
		{"IPv6 only", playIPv6Only},
		{"IPv6 dead", playIPv6Dead},
		{"everything silent", playSilent},
		{"everything refuses", playRefusing},
		{"no such domain", playNothing},
		{"Thunderbird", playThunderbird},
		{"port 25", playPort25},
		{"port 25 without AUTH", playPort25WithoutAUTH},
		{"expired", playExpired},
		{"only OAuth", playOnlyOAuth},
		{"MX in the domain", playMX},
	}
}

func playBoth(t *testing.T, w *town) {
	w.name(w.address)
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imap(143), imaps(993), pop3(110), pop3s(995), submit(587), submits(465)}})
	f := w.find(t)
	f.want(t, 0, "ready", "imap tls "+w.host("imap")+":993", "smtp tls "+w.host("smtp")+":465")
	w.signIns(t, f, 2)
	if f.Incoming != nil && (f.Incoming.TLS != "1.3" || f.Incoming.Username != w.user() || !f.Incoming.SignedIn) {
		t.Errorf("incoming: got %+v, want TLS 1.3, signed in as the full address", f.Incoming)
	}
}

func playNoPassword(t *testing.T, w *town) {
	w.name(w.address)
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imaps(993), submits(465)}})
	f := w.findWith(t, "")
	f.want(t, 0, "found", "imap tls "+w.host("imap")+":993", "smtp tls "+w.host("smtp")+":465")
	w.signIns(t, f, 0)
}

func playSTARTTLS(t *testing.T, w *town) {
	w.name(w.address)
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imap(143), submit(587)}})
	f := w.find(t)
	f.want(t, 0, "ready", "imap starttls "+w.host("imap")+":143", "smtp starttls "+w.host("smtp")+":587")
	w.signIns(t, f, 2)
}

func playSTARTTLSAmongSilence(t *testing.T, w *town) {
	w.name(w.address)
	w.lab.Silence(t, w.address, 993, 465, 995, 110, 25)
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imap(143), submit(587)}})
	f := w.find(t)
	f.want(t, 0, "ready", "imap starttls "+w.host("imap")+":143", "smtp starttls "+w.host("smtp")+":587")
}

func playCleartext(t *testing.T, w *town) {
	w.name(w.address)
	w.lab.Silence(t, w.address, 993)
	w.serve(t, debian.Dovecot{Encryption: debian.None, Listeners: []debian.Listener{imap(143), submit(587)}})
	f := w.find(t)
	f.want(t, 4, "decision", "imap none "+w.host("imap")+":143", "smtp none "+w.host("smtp")+":587")
	f.decision(t, "cleartext", w.host("imap")+":143")
	w.signIns(t, f, 0)
	f = w.find(t, "-allow-cleartext", w.host("imap")+":143", "-allow-cleartext", w.host("smtp")+":587")
	f.want(t, 0, "ready", "imap none "+w.host("imap")+":143", "smtp none "+w.host("smtp")+":587")
	w.signIns(t, f, 2)
}

func playPOP3(t *testing.T, w *town) {
	w.lab.Names.Host(w.host("pop"), w.address)
	w.lab.Names.Host(w.host("smtp"), w.address)
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{pop3s(995), submits(465)}})
	f := w.find(t)
	f.want(t, 0, "ready", "pop3 tls "+w.host("pop")+":995", "smtp tls "+w.host("smtp")+":465")
	w.signIns(t, f, 2)
}

func playTypedPorts(t *testing.T, w *town) {
	w.name(w.address)
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imaps(1993), submit(2525), imap(143), submits(465)}})
	f := w.find(t, "-incoming", w.host("mail")+":1993", "-outgoing", w.host("mail")+":2525")
	f.want(t, 0, "ready", "imap tls "+w.host("mail")+":1993", "smtp starttls "+w.host("mail")+":2525")
	w.signIns(t, f, 2)
}

func playSwapped(t *testing.T, w *town) {
	w.name(w.address)
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imap(993), imaps(143), submit(465), submits(587)}})
	f := w.find(t)
	if f.exit != 0 || f.Incoming == nil || f.Outgoing == nil || f.Incoming.Security == "none" || f.Outgoing.Security == "none" {
		t.Errorf("got exit %d, %v and %v, want both encrypted", f.exit, f.Incoming, f.Outgoing)
	}
	w.signIns(t, f, 2)
}

func play465InTheClear(t *testing.T, w *town) {
	w.name(w.address)
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imaps(993)}})
	w.serve(t, debian.Dovecot{Encryption: debian.None, Listeners: []debian.Listener{submit(465)}})
	f := w.find(t)
	f.want(t, 4, "decision", "imap tls "+w.host("imap")+":993", "smtp none "+w.host("smtp")+":465")
	f.decision(t, "cleartext", w.host("smtp")+":465")
	w.signIns(t, f, 0)
	f = w.find(t, "-allow-cleartext", w.host("smtp")+":465")
	f.want(t, 0, "ready", "imap tls "+w.host("imap")+":993", "smtp none "+w.host("smtp")+":465")
}

// P-4: where the server says LOGINDISABLED nothing is sent, whatever the user allowed.
func playLoginDisabled(t *testing.T, w *town) {
	w.name(w.address)
	w.serve(t, debian.Dovecot{Encryption: debian.None, PlainText: debian.PlainTextDisabled, Listeners: []debian.Listener{imap(143)}})
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{submits(465)}})
	f := w.find(t, "-allow-cleartext", w.host("imap")+":143")
	if f.exit == 0 || f.Incoming != nil && f.Incoming.SignedIn {
		t.Errorf("got exit %d and %+v, want nothing signed in to", f.exit, f.Incoming)
	}
	if got := w.servers[0].SignIns(t); got != 0 {
		t.Errorf("sign-ins at the incoming server: got %d, want 0", got)
	}
}

// D-1: a certificate that does not verify is a question and never a reason to go on without encryption.
func playSelfSigned(t *testing.T, w *town) {
	w.name(w.address)
	certificate, err := debian.SelfSigned(w.host("imap"), w.host("mail"))
	if err != nil {
		t.Fatal(err)
	}
	w.serve(t, debian.Dovecot{Certificate: certificate, Listeners: []debian.Listener{imaps(993)}})
	w.serve(t, debian.Dovecot{Encryption: debian.None, Listeners: []debian.Listener{imap(143)}})
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{submits(465)}})
	f := w.find(t)
	f.want(t, 4, "decision", "imap tls "+w.host("imap")+":993", "smtp tls "+w.host("smtp")+":465")
	d := f.decision(t, "certificate")
	w.signIns(t, f, 0)
	f = w.find(t, "-trust", w.host("imap")+":993="+d.Certificate)
	f.want(t, 0, "ready", "imap tls "+w.host("imap")+":993", "smtp tls "+w.host("smtp")+":465")
	w.signIns(t, f, 2)
}

func playLocalPart(t *testing.T, w *town) {
	w.name(w.address)
	w.serve(t, debian.Dovecot{Users: map[string]string{"alice": secret}, Listeners: []debian.Listener{imaps(993), submits(465)}})
	f := w.find(t)
	f.want(t, 0, "ready", "imap tls "+w.host("imap")+":993", "smtp tls "+w.host("smtp")+":465")
	w.signIns(t, f, 3)
	if f.Refusals != 1 || f.Incoming == nil || f.Incoming.Username != "alice" || f.Outgoing == nil || f.Outgoing.Username != "alice" {
		t.Errorf("got %d refusals, %+v and %+v, want one and alice for both", f.Refusals, f.Incoming, f.Outgoing)
	}
}

func playTypedUser(t *testing.T, w *town) {
	w.name(w.address)
	w.serve(t, debian.Dovecot{Users: map[string]string{"a.lice": secret}, Listeners: []debian.Listener{imaps(993), submits(465)}})
	f := w.find(t, "-user", "a.lice")
	f.want(t, 0, "ready", "imap tls "+w.host("imap")+":993", "smtp tls "+w.host("smtp")+":465")
	w.signIns(t, f, 2)
}

func playWrongPassword(t *testing.T, w *town) {
	w.name(w.address)
	server := w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imaps(993), submits(465)}})
	f := w.findWith(t, "wrong")
	f.want(t, 3, "refused", "imap tls "+w.host("imap")+":993", "smtp tls "+w.host("smtp")+":465")
	if got := logged(f.Refusals, func() int { return server.Refused(t) }); got > 2 || got != f.Refusals || got != f.SignIns {
		t.Errorf("refusals: the server counts %d, Portolan %d in %d sign-ins, want the same and at most 2", got, f.Refusals, f.SignIns)
	}
}

func playOutgoingSelfSigned(t *testing.T, w *town) {
	w.name(w.address)
	certificate, err := debian.SelfSigned(w.host("smtp"), w.host("mail"))
	if err != nil {
		t.Fatal(err)
	}
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imaps(993)}})
	w.serve(t, debian.Dovecot{Certificate: certificate, Listeners: []debian.Listener{submits(465), submit(587)}})
	f := w.find(t)
	f.want(t, 4, "decision", "imap tls "+w.host("imap")+":993", "smtp tls "+w.host("smtp")+":465")
	f.decision(t, "certificate")
	w.signIns(t, f, 0)
}

func playExpired(t *testing.T, w *town) {
	w.name(w.address)
	certificate, err := w.lab.Authority.Expired(w.host("imap"), w.host("smtp"), w.host("mail"))
	if err != nil {
		t.Fatal(err)
	}
	w.serve(t, debian.Dovecot{Certificate: certificate, Listeners: []debian.Listener{imaps(993), submits(465)}})
	f := w.find(t)
	f.want(t, 4, "decision", "imap tls "+w.host("imap")+":993", "smtp tls "+w.host("smtp")+":465")
	if !f.hasFinding("certificate-expired") {
		t.Errorf("findings: got %+v, want certificate-expired", f.Findings)
	}
	w.signIns(t, f, 0)
}

func playOnlyOAuth(t *testing.T, w *town) {
	w.name(w.address)
	w.serve(t, debian.Dovecot{Mechanisms: "xoauth2 oauthbearer", Listeners: []debian.Listener{imaps(993), submits(465)}})
	f := w.find(t)
	if f.exit == 0 || !f.hasFinding("oauth-only") {
		t.Errorf("got exit %d and %+v, want oauth-only", f.exit, f.Findings)
	}
	w.signIns(t, f, 0)
}

// The MX host in the user's domain is a guess like the others.
func playMX(t *testing.T, w *town) {
	w.lab.Names.Host(w.host("mx"), w.address)
	w.lab.Names.Mail(w.domain, w.host("mx"))
	certificate, err := w.lab.Authority.Issue(w.host("mx"))
	if err != nil {
		t.Fatal(err)
	}
	w.serve(t, debian.Dovecot{Certificate: certificate, Listeners: []debian.Listener{imaps(993), submits(465)}})
	f := w.find(t)
	f.want(t, 0, "ready", "imap tls "+w.host("mx")+":993", "smtp tls "+w.host("mx")+":465")
}

func play993Refused(t *testing.T, w *town) {
	w.name(w.address)
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imap(143), pop3s(995), submits(465)}})
	f := w.find(t)
	f.want(t, 0, "ready", "imap starttls "+w.host("imap")+":143", "smtp tls "+w.host("smtp")+":465")
}

func playOneCertificate(t *testing.T, w *town) {
	w.name(w.address)
	certificate, err := w.lab.Authority.Issue(w.host("mail"))
	if err != nil {
		t.Fatal(err)
	}
	w.serve(t, debian.Dovecot{Certificate: certificate, Listeners: []debian.Listener{imaps(993), submits(465)}})
	f := w.find(t)
	f.want(t, 0, "ready", "imap tls "+w.host("mail")+":993", "smtp tls "+w.host("mail")+":465")
	if len(f.Decisions) != 0 {
		t.Errorf("decisions: got %+v, want none", f.Decisions)
	}
}

func playTwoHosts(t *testing.T, w *town) {
	other := w.lab.Address()
	w.lab.Names.Host(w.host("imap"), w.address)
	w.lab.Names.Host(w.host("smtp"), other)
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imaps(993)}})
	w.serve(t, debian.Dovecot{Addresses: []netip.Addr{other}, Listeners: []debian.Listener{submits(465)}})
	f := w.find(t)
	f.want(t, 0, "ready", "imap tls "+w.host("imap")+":993", "smtp tls "+w.host("smtp")+":465")
	w.signIns(t, f, 2)
}

func playIPv6Only(t *testing.T, w *town) {
	w.name(netip.IPv6Loopback())
	w.serve(t, debian.Dovecot{Addresses: []netip.Addr{netip.IPv6Loopback()}, Listeners: []debian.Listener{imaps(993), submits(465)}})
	f := w.find(t)
	f.want(t, 0, "ready", "imap tls "+w.host("imap")+":993", "smtp tls "+w.host("smtp")+":465")
}

func playIPv6Dead(t *testing.T, w *town) {
	w.name(w.address, netip.IPv6Loopback())
	w.lab.Silence(t, netip.IPv6Loopback(), 993, 465, 143, 587, 995, 110, 25)
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imaps(993), submits(465)}})
	f := w.find(t)
	f.want(t, 0, "ready", "imap tls "+w.host("imap")+":993", "smtp tls "+w.host("smtp")+":465")
	if !f.hasFinding("ipv6-broken") {
		t.Errorf("findings: got %+v, want ipv6-broken", f.Findings)
	}
}

func playSilent(t *testing.T, w *town) {
	w.name(w.address)
	w.lab.Silence(t, w.address, 993, 465, 143, 587, 995, 110, 25)
	f := w.find(t)
	f.want(t, 1, "none", "none", "none")
	if !f.hasFinding("no-answer") && !f.hasFinding("firewall") {
		t.Errorf("findings: got %+v, want the silence in them", f.Findings)
	}
}

func playRefusing(t *testing.T, w *town) {
	w.name(w.address)
	f := w.find(t)
	f.want(t, 1, "none", "none", "none")
	if !f.hasFinding("connection-refused") {
		t.Errorf("findings: got %+v, want connection-refused", f.Findings)
	}
}

func playNothing(t *testing.T, w *town) {
	f := w.find(t)
	f.want(t, 1, "none", "none", "none")
	if !f.hasFinding("no-such-host") {
		t.Errorf("findings: got %+v, want no-such-host", f.Findings)
	}
}

func playThunderbird(t *testing.T, w *town) {
	w.name(w.address)
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imaps(993), submits(465)}})
	file := filepath.Join(t.TempDir(), "alice.xml")
	w.findWith(t, "wrong", "-format", "thunderbird", "-o", file)
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("after a refusal: got %v, want no file", err)
	}
	w.find(t, "-format", "thunderbird", "-o", file).want(t, 0, "ready", "imap tls "+w.host("imap")+":993", "smtp tls "+w.host("smtp")+":465")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(content, []byte(secret)) || bytes.Contains(content, []byte("wrong")) {
		t.Errorf("the file holds the password: %s", content)
	}
	readBack(t, w, content)
}

// readBack reads an exported file by the program's own parser.
func readBack(t *testing.T, w *town, content []byte) {
	t.Helper()
	config, _, err := format.ReadThunderbird(content)
	if err != nil || len(config.Incoming) == 0 || len(config.Outgoing) == 0 {
		t.Fatalf("read back: got %+v %v, want two servers", config, err)
	}
	in, out := config.Incoming[0], config.Outgoing[0]
	if in.Host != w.host("imap") || in.Port != 993 || in.Security != account.TLS || out.Host != w.host("smtp") || out.Port != 465 || out.Security != account.TLS {
		t.Errorf("read back: got %+v and %+v, want what was found", in, out)
	}
}

// needsPostfix says whether there is a Postfix to play the case with.
func needsPostfix(t *testing.T, w *town) bool {
	t.Helper()
	if !w.lab.Root() {
		t.Log("NOT RUN: Postfix needs root")
	}
	return w.lab.Root()
}

func playPort25(t *testing.T, w *town) {
	if !needsPostfix(t, w) {
		return
	}
	w.name(w.address)
	mailboxes := w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imaps(993)}})
	w.lab.StartPostfix(t, debian.Postfix{
		Addresses: []netip.Addr{w.address}, Gates: []debian.Gate{{Port: 25, STARTTLS: true, SignIn: true}},
		Certificate: w.certificate(t), Domain: w.domain, Mailboxes: mailboxes,
	})
	f := w.find(t)
	f.want(t, 0, "ready", "imap tls "+w.host("imap")+":993", "smtp starttls "+w.host("smtp")+":25")
	w.signIns(t, f, 2)
}

func playPort25WithoutAUTH(t *testing.T, w *town) {
	if !needsPostfix(t, w) {
		return
	}
	w.name(w.address)
	w.lab.Silence(t, w.address, 587)
	mailboxes := w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imaps(993)}})
	w.lab.StartPostfix(t, debian.Postfix{
		Addresses: []netip.Addr{w.address}, Gates: []debian.Gate{{Port: 25, STARTTLS: true}},
		Certificate: w.certificate(t), Domain: w.domain, Mailboxes: mailboxes,
	})
	f := w.find(t)
	f.want(t, 1, "incomplete", "imap tls "+w.host("imap")+":993", "none")
}
