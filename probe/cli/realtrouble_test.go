//go:build linux

package cli_test

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/mailtest/debian"
)

// TestTroubleOnRealServers plays servers that are late, shut off or curt, and accounts that are looked at again.
func TestTroubleOnRealServers(t *testing.T) {
	debian.Run(t, func(t *testing.T, lab *debian.Lab) {
		at := func(domain string) *town { return &town{lab: lab, domain: domain, address: lab.Address()} }
		late := playLateGreeting(t, at("late.test")) // its eight seconds pass beside the other cases
		for i, c := range []realCase{
			{"only 25 is blocked", playOnly25Blocked},
			{"no without a code", playNoWithoutCode},
			{"checked again", playCheck},
			{"checked again after another password", playCheckAfterNewPassword},
			{"checked again when it is gone", playCheckWhenGone},
		} {
			t.Run(c.name, func(t *testing.T) { c.play(t, at(fmt.Sprintf("trouble%d.test", i))) })
		}
		t.Run("greeting after eight seconds", late)
	})
}

// greetingDelay is how long some servers let every stranger wait, to be rid of those who cannot.
const greetingDelay = 8 * time.Second

// playLateGreeting begins a search for servers with a late greeting; what it gives waits for the end and looks at it.
func playLateGreeting(t *testing.T, w *town) func(*testing.T) {
	t.Helper()
	w.name(w.address)
	behind := w.lab.Address()
	server := w.serve(t, debian.Dovecot{Addresses: []netip.Addr{behind}, Listeners: []debian.Listener{imap(143), submit(587)}})
	for _, port := range []uint16{143, 587} {
		delay(t, netip.AddrPortFrom(w.address, port), netip.AddrPortFrom(behind, port))
	}
	var f found
	var searching sync.WaitGroup
	searching.Go(func() { f = w.find(t) })
	return func(t *testing.T) {
		searching.Wait()
		f.want(t, 0, "ready", "imap starttls "+w.host("imap")+":143", "smtp starttls "+w.host("smtp")+":587")
		if f.Elapsed < int(greetingDelay.Milliseconds()) {
			t.Errorf("got an answer after %d ms, want the greeting to have been waited for", f.Elapsed)
		}
		if got := server.Refused(t); got != 0 {
			t.Errorf("refused: got %d, want 0", got)
		}
		w.signIns(t, f, 2)
	}
}

// delay passes on what goes between clients and a server, and what the server says only after the delay.
func delay(t *testing.T, front, behind netip.AddrPort) {
	t.Helper()
	listener, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(front))
	if err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	ended := make(chan struct{})
	open.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() { passLate(client, behind, ended) })
		}
	})
	t.Cleanup(func() {
		close(ended)
		_ = listener.Close()
		open.Wait()
	})
}

// passLate waits, and copies both ways until one side ends.
func passLate(client net.Conn, behind netip.AddrPort, ended <-chan struct{}) {
	defer func() { _ = client.Close() }()
	select {
	case <-time.After(greetingDelay):
	case <-ended:
		return
	}
	server, err := net.Dial("tcp", behind.String())
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	copyBoth(client, server)
}

// copyBoth copies both ways until one side ends.
func copyBoth(a, b net.Conn) {
	ends := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{a, b}, {b, a}} {
		go func() {
			_, _ = io.Copy(way[0], way[1])
			ends <- struct{}{}
		}()
	}
	<-ends
}

// playOnly25Blocked has 25 dropped on the way, as most providers of Internet access do, and no other port to send through
// but the one that is found: the answer explains why 25 was silent.
func playOnly25Blocked(t *testing.T, w *town) {
	w.name(w.address)
	w.lab.Silence(t, w.address, 25)
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imaps(993), submit(587)}})
	f := w.find(t, "-outgoing", w.host("smtp")+":25")
	f.want(t, 4, "decision", "imap tls "+w.host("imap")+":993", "smtp starttls "+w.host("smtp")+":587")
	f.decision(t, "port", w.host("smtp")+":587")
	if !f.hasFinding("port-25-blocked") {
		t.Errorf("findings: got %+v, want port-25-blocked", f.Findings)
	}
	w.signIns(t, f, 0)
	f = w.find(t)
	f.want(t, 0, "ready", "imap tls "+w.host("imap")+":993", "smtp starttls "+w.host("smtp")+":587")
}

// playNoWithoutCode has Cyrus, whose no has no code, know the user by the local part alone: the no is taken for a wrong
// name or password, and the other form of the name is tried.
func playNoWithoutCode(t *testing.T, w *town) {
	if !needsPostfix(t, w) {
		return
	}
	w.name(w.address)
	certificate, users := w.certificate(t), map[string]string{"alice": secret}
	w.lab.StartCyrus(t, debian.Cyrus{
		Addresses: []netip.Addr{w.address}, Listeners: []debian.Listener{imaps(993)}, Certificate: certificate,
		TLS: "tls1_2 tls1_3", Users: users, Mechanisms: cyrusMechanisms, Host: w.host("mail"),
	})
	w.lab.StartPostfix(t, debian.Postfix{
		Addresses: []netip.Addr{w.address}, Gates: []debian.Gate{{Port: 465, TLS: true, SignIn: true}}, Certificate: certificate,
		Domain: w.domain, Users: users,
	})
	f := w.find(t)
	f.want(t, 0, "ready", "imap tls "+w.host("imap")+":993", "smtp tls "+w.host("smtp")+":465")
	if f.Refusals != 1 || f.SignIns != 3 || f.Incoming == nil || f.Incoming.Username != "alice" {
		t.Errorf("got %d refusals in %d sign-ins and %+v, want one in three and alice", f.Refusals, f.SignIns, f.Incoming)
	}
}

// saved is the town's account as it was saved, with TLS.
func (w *town) saved() (incoming, outgoing account.Server) {
	return w.at(account.IMAP, "imap", 993, account.TLS), w.at(account.SMTP, "smtp", 465, account.TLS)
}

// playCheck looks at a saved account: one connection and one sign-in for each server.
func playCheck(t *testing.T, w *town) {
	w.name(w.address)
	server := w.serve(t, debian.Dovecot{Listeners: []debian.Listener{imap(143), imaps(993), submit(587), submits(465)}})
	incoming, outgoing := w.saved()
	r := w.task(t, probe.Check, incoming, outgoing, "")
	if r.Outcome != probe.Ready || len(r.Attempts) != 2 || !r.Incoming.SignedIn || !r.Outgoing.SignedIn {
		t.Errorf("got %v with %d attempts, %+v and %+v, want two and both signed in", r.Outcome, len(r.Attempts), r.Incoming, r.Outgoing)
	}
	if got := logged(2, func() int { return server.SignIns(t) }); got != 2 {
		t.Errorf("sign-ins: the server counts %d, want 2", got)
	}
}

// playCheckAfterNewPassword has the password changed since the account was saved: it is sent once.
func playCheckAfterNewPassword(t *testing.T, w *town) {
	w.name(w.address)
	server := w.serve(t, debian.Dovecot{
		Users: map[string]string{w.user(): "another one"}, Listeners: []debian.Listener{imaps(993), submits(465)},
	})
	incoming, outgoing := w.saved()
	r := w.task(t, probe.Check, incoming, outgoing, "")
	if r.Outcome != probe.RefusedIn {
		t.Errorf("got %v, want the refusal", r.Outcome)
	}
	if got := logged(1, func() int { return server.Refused(t) }); got != 1 || server.SignIns(t) != 1 {
		t.Errorf("refusals: the server counts %d in %d sign-ins, want one", got, server.SignIns(t))
	}
}

// playCheckWhenGone has the incoming server gone since then, and one in the clear in its place: no password is sent.
func playCheckWhenGone(t *testing.T, w *town) {
	w.name(w.address)
	w.serve(t, debian.Dovecot{Encryption: debian.None, Listeners: []debian.Listener{imap(143)}})
	w.serve(t, debian.Dovecot{Listeners: []debian.Listener{submits(465)}})
	incoming, outgoing := w.saved()
	r := w.task(t, probe.Check, incoming, outgoing, "")
	if r.Outcome == probe.Ready || r.Incoming.SignedIn {
		t.Errorf("got %v and %+v, want no incoming server", r.Outcome, r.Incoming)
	}
	if got := w.servers[0].SignIns(t); got != 0 {
		t.Errorf("sign-ins in the clear: got %d, want 0", got)
	}
}
