//go:build linux

package cli_test

import (
	"net/netip"
	"strings"
	"testing"

	"portolan/account"
	"portolan/probe/mailtest/debian"
)

// TestDovecotsChannelBindingOnRealServers signs in to a Dovecot that ties sign-ins to their TLS connection, which 2.4 and
// later can, on all three protocols and in TLS 1.3: with every odd password and a wrong one, through a thief of the key,
// through a Postfix, and within a whole search.
func TestDovecotsChannelBindingOnRealServers(t *testing.T) {
	debian.Run(t, func(t *testing.T, lab *debian.Lab) {
		if version := lab.DovecotVersion(t); strings.HasPrefix(version, "2.3.") {
			t.Logf("NOT RUN: Dovecot %s knows no channel binding; Cyrus plays it in another test", version)
			return
		}
		w := emptyMechTown(t, lab, "bound.test")
		w.identity = w.certificate(t)
		w.server = w.serve(t, debian.Dovecot{
			Mechanisms:  "plain scram-sha-256 scram-sha-1-plus scram-sha-256-plus",
			Certificate: w.identity, Users: w.users(), Listeners: []debian.Listener{imaps(993), pop3s(995), submits(465)},
		})
		for _, auth := range triedAt(onDovecot24) {
			for _, at := range []door{{account.IMAP, 993}, {account.POP3, 995}, {account.SMTP, 465}} {
				t.Run(auth.String()+" "+at.String(), func(t *testing.T) { w.passwords(t, at, auth) })
			}
		}
		t.Run("through a thief of the key", func(t *testing.T) {
			thief := door{account.IMAP, w.thief(t)}
			for _, auth := range triedAt(onDovecot24) {
				wantNo(t, w.signIn(t, thief, auth, w.person(0), secret))
			}
			if err := w.signIn(t, thief, account.AuthSCRAMSHA256, w.person(0), secret); err != nil {
				t.Errorf("without binding: got %v, want a sign-in", err)
			}
		})
		t.Run("through a Postfix", func(t *testing.T) { w.throughPostfix(t) })
		t.Run("pinned", func(t *testing.T) {
			playBindingWhenPinned(t, &town{lab: lab, domain: "boundpin.test", address: lab.Address()})
		})
	})
}

// throughPostfix has a Postfix ask the Dovecot. Postfix has nothing to bind to and strikes -PLUS from the list, which to
// Dovecot looks like the attack that SCRAM's "y" is there to betray: without binding it refuses SCRAM, and PLAIN works.
func (w *mechTown) throughPostfix(t *testing.T) {
	if !needsPostfix(t, w.town) {
		return
	}
	w.lab.StartPostfix(t, debian.Postfix{
		Addresses: []netip.Addr{w.address}, Gates: []debian.Gate{{Port: 2465, TLS: true, SignIn: true}},
		Certificate: w.identity, Domain: w.domain, Mailboxes: w.server,
	})
	at := door{account.SMTP, 2465}
	wantNo(t, w.signIn(t, at, account.AuthSCRAMSHA256, w.person(0), secret))
	w.passwords(t, at, account.AuthPlain)
}

// playBindingWhenPinned is the whole search where the user vouches for the certificate: the binding comes first.
func playBindingWhenPinned(t *testing.T, w *town) {
	w.name(w.address)
	certificate, err := debian.SelfSigned(w.host("imap"), w.host("smtp"))
	if err != nil {
		t.Fatal(err)
	}
	w.serve(t, debian.Dovecot{
		Certificate: certificate, Mechanisms: "plain scram-sha-256 scram-sha-256-plus", Listeners: []debian.Listener{imaps(993), submits(465)},
	})
	d := w.find(t).decision(t, "certificate")
	f := w.find(t, "-trust", w.host("imap")+":993="+d.Certificate, "-trust", w.host("smtp")+":465="+d.Certificate)
	f.auths(t, "scram-sha-256-plus")
	w.signIns(t, f, 2)
}
