//go:build linux

package cli_test

import (
	"crypto/x509"
	"encoding/pem"
	"net/netip"
	"testing"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/mailbox"
	"portolan/probe/mailtest/debian"
)

// TestMailboxOnRealServers looks into a real Dovecot's mailbox and sends the test message round through a real Postfix.
func TestMailboxOnRealServers(t *testing.T) {
	debian.Run(t, func(t *testing.T, lab *debian.Lab) {
		if !lab.Root() {
			t.Log("NOT RUN: Postfix needs root")
			return
		}
		w := &town{lab: lab, domain: "mailbox.test", address: lab.Address()}
		w.name(w.address)
		certificate := w.certificate(t)
		store := w.serve(t, debian.Dovecot{
			Listeners: []debian.Listener{imap(143), imaps(993), pop3(110), pop3s(995)}, Certificate: certificate,
		})
		lab.StartPostfix(t, debian.Postfix{
			Addresses:   []netip.Addr{w.address},
			Gates:       []debian.Gate{{Port: 25, STARTTLS: true}, {Port: 465, TLS: true, SignIn: true}, {Port: 587, STARTTLS: true, SignIn: true}},
			Certificate: certificate, Domain: w.domain, Mailboxes: store,
		})
		for _, c := range []struct {
			name             string
			incoming, sender account.Server
		}{
			{"IMAP and TLS", w.at(account.IMAP, "imap", 993, account.TLS), w.at(account.SMTP, "smtp", 465, account.TLS)},
			{"IMAP and STARTTLS", w.at(account.IMAP, "imap", 143, account.STARTTLS), w.at(account.SMTP, "smtp", 587, account.STARTTLS)},
			{"POP3", w.at(account.POP3, "pop", 995, account.TLS), w.at(account.SMTP, "smtp", 465, account.TLS)},
		} {
			t.Run(c.name, func(t *testing.T) { w.goesRound(t, c.incoming, c.sender) })
		}
	})
}

// goesRound sends the test message, sees it arrive, looks into the mailbox, and deletes the message again.
func (w *town) goesRound(t *testing.T, incoming, outgoing account.Server) {
	r := w.task(t, probe.RoundTrip, incoming, outgoing, "")
	if !r.Trip.Arrived() {
		t.Fatalf("got %v and %+v, want the message back", r.Outcome, r.Trip)
	}
	encrypted := 0
	for _, h := range r.Trip.Hops {
		if h.Passage == mailbox.InTheClear {
			t.Errorf("got %+v, want no hop in the clear", h)
		}
		if h.Passage == mailbox.Encrypted {
			encrypted++
		}
	}
	if encrypted == 0 || r.Trip.Steps[1].Detail == "" {
		t.Errorf("got %+v, want an encrypted hop and the words of the server that took the message", r.Trip)
	}
	if n := w.count(t, incoming); n != 1 {
		t.Errorf("got %d messages, want the test message", n)
	}
	if r = w.task(t, probe.RoundTrip, incoming, outgoing, r.Trip.ID); r.Trip.Steps[len(r.Trip.Steps)-1].Status != probe.OK {
		t.Errorf("got %+v, want the message deleted", r.Trip)
	}
	if n := w.count(t, incoming); n != 0 {
		t.Errorf("got %d messages, want none", n)
	}
}

// count looks into the mailbox.
func (w *town) count(t *testing.T, incoming account.Server) int {
	t.Helper()
	look := w.task(t, probe.Inspect, incoming, account.Server{}, "").Mailbox
	switch {
	case look.Status != probe.OK:
		t.Fatalf("got %+v, want a look", look)
	case look.Protocol == account.POP3:
		return look.Messages
	case len(look.Folders) == 0 || look.Folders[0].Use != mailbox.InboxFolder || !look.Idle:
		t.Fatalf("got %+v, want the inbox first, and IDLE", look)
	}
	return look.Folders[0].Count.Messages
}

// task runs one of the tasks behind the sign-in.
func (w *town) task(t *testing.T, task probe.Task, incoming, outgoing account.Server, deleteTest string) probe.Report {
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
	q := probe.Request{
		Task: task, Address: address, Secret: account.NewSecret(secret), DeleteTest: deleteTest,
		Account: account.Account{Address: address, Incoming: incoming, Outgoing: outgoing},
	}
	q.Policy.Trust.Authorities = []*x509.Certificate{authority}
	var r probe.Report
	for e := range (&probe.Prober{}).Run(t.Context(), q) {
		r = r.With(e)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%v %+v %+v", r.Outcome, r.Mailbox, r.Trip)
			for _, a := range r.Attempts {
				t.Logf("%v: %s %s", a.Server, a.Cause, a.Detail)
				for _, l := range a.Transcript {
					t.Logf("\t%t %s", l.Out, l.Text)
				}
			}
		}
	})
	return r
}

// at is one of the town's servers.
func (w *town) at(p account.Protocol, label string, port int, s account.Security) account.Server {
	return account.Server{
		Protocol: p, Endpoint: account.Endpoint{Host: w.host(label), Port: port}, Security: s, Username: w.user(), Source: account.SourceUser,
	}
}
