//go:build linux

package debian_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"portolan/probe/mailtest/debian"
)

// alice is the only user of these servers, and her password.
const (
	alice    = "alice@example.test"
	password = "correct horse"
)

// everything is a Dovecot with all its mail ports open.
func everything(t *testing.T, lab *debian.Lab, address netip.Addr) debian.Dovecot {
	t.Helper()
	certificate, err := lab.Authority.Issue("mail.example.test")
	if err != nil {
		t.Fatal(err)
	}
	return debian.Dovecot{
		Addresses: []netip.Addr{address},
		Listeners: []debian.Listener{
			{Service: debian.IMAP, Port: 143}, {Service: debian.IMAP, Port: 993, TLS: true},
			{Service: debian.POP3, Port: 110}, {Service: debian.POP3, Port: 995, TLS: true},
			{Service: debian.Submission, Port: 587}, {Service: debian.Submission, Port: 465, TLS: true},
			{Service: debian.LMTP, Port: 24},
		},
		Encryption:  debian.Required,
		Certificate: certificate,
		Users:       map[string]string{alice: password},
	}
}

func TestDovecotSpeaksOnItsTrueTLSPorts(t *testing.T) {
	debian.Run(t, func(t *testing.T, lab *debian.Lab) {
		address := lab.Address()
		server := lab.StartDovecot(t, everything(t, lab, address))
		lab.Names.Host("mail.example.test", address)
		for _, dialogue := range []struct {
			port int
			says []string
		}{
			{993, []string{"* OK", `> a LOGIN "` + alice + `" "wrong"`, "a NO", `> b LOGIN "` + alice + `" "` + password + `"`, "b OK", "> c LOGOUT", "* BYE"}},
			{995, []string{"+OK", "> USER " + alice, "+OK", "> PASS " + password, "+OK", "> QUIT", "+OK"}},
			{465, []string{"220 ", "> AUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdABjb3JyZWN0IGhvcnNl", "235 ", "> QUIT", "221 "}},
		} {
			conn := dialTLS(t, lab, "mail.example.test", dialogue.port)
			talk(t, conn, dialogue.says)
		}
		if got := server.SignIns(t); got != 4 {
			t.Errorf("sign-ins: got %d, want 4", got)
		}
		if got := server.Refused(t); got != 1 {
			t.Errorf("refused: got %d, want 1", got)
		}
	})
}

func TestDovecotHidesSignInBeforeSTARTTLS(t *testing.T) {
	debian.Run(t, func(t *testing.T, lab *debian.Lab) {
		address := lab.Address()
		lab.StartDovecot(t, everything(t, lab, address))
		talk(t, dial(t, address, 143), []string{"* OK", "> a CAPABILITY", "LOGINDISABLED", "> b STARTTLS", "b OK"})
		talk(t, dial(t, address, 110), []string{"+OK", "> CAPA", "STLS", "> STLS", "+OK"})
		talk(t, dial(t, address, 587), []string{"220 ", "> EHLO lab.invalid", "STARTTLS", "> STARTTLS", "220 "})
	})
}

func TestSilentPortNeitherAnswersNorRefuses(t *testing.T) {
	debian.Run(t, func(t *testing.T, lab *debian.Lab) {
		for _, address := range []netip.Addr{lab.Address(), netip.IPv6Loopback()} {
			lab.Silence(t, address, 993)
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			_, err := (&net.Dialer{}).DialContext(ctx, "tcp", netip.AddrPortFrom(address, 993).String())
			cancel()
			if !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("silent port of %v: got %v, want no answer", address, err)
			}
		}
	})
}

func TestNamesOfTheLabAreTheOnlyOnes(t *testing.T) {
	debian.Run(t, func(t *testing.T, lab *debian.Lab) {
		lab.Names.Host("mail.example.test", netip.MustParseAddr("127.0.1.1"), netip.IPv6Loopback())
		lab.Names.Mail("example.test", "mail.example.test")
		lab.Names.Service("_imaps._tcp.example.test", "mail.example.test", 993)
		got, err := net.DefaultResolver.LookupNetIP(t.Context(), "ip", "mail.example.test.")
		if err != nil || len(got) != 2 {
			t.Errorf("addresses: got %v %v, want two", got, err)
		}
		mx, err := net.DefaultResolver.LookupMX(t.Context(), "example.test.")
		if err != nil || len(mx) != 1 || mx[0].Host != "mail.example.test." {
			t.Errorf("MX: got %v %v, want mail.example.test.", mx, err)
		}
		_, srv, err := net.DefaultResolver.LookupSRV(t.Context(), "imaps", "tcp", "example.test.")
		if err != nil || len(srv) != 1 || srv[0].Port != 993 {
			t.Errorf("SRV: got %v %v, want port 993", srv, err)
		}
		_, err = net.DefaultResolver.LookupNetIP(t.Context(), "ip", "nobody.example.test.")
		if notFound := new(net.DNSError); !errors.As(err, &notFound) || !notFound.IsNotFound {
			t.Errorf("unknown name: got %v, want not found", err)
		}
	})
}

func TestPostfixDeliversToDovecot(t *testing.T) {
	debian.Run(t, func(t *testing.T, lab *debian.Lab) {
		if !lab.Root() {
			t.Log("NOT RUN: Postfix needs root")
			return
		}
		address := lab.Address()
		dovecot := everything(t, lab, address)
		dovecot.Listeners = dovecot.Listeners[:4]
		mailboxes := lab.StartDovecot(t, dovecot)
		lab.Names.Host("mail.example.test", address)
		lab.StartPostfix(t, debian.Postfix{
			Addresses: []netip.Addr{address},
			Gates: []debian.Gate{
				{Port: 25, STARTTLS: true}, {Port: 465, TLS: true, SignIn: true}, {Port: 587, STARTTLS: true, SignIn: true}, {Port: 2525, SignIn: true},
			},
			Certificate: dovecot.Certificate,
			Domain:      "example.test",
			Mailboxes:   mailboxes,
		})
		talk(t, dial(t, address, 25), []string{"220 ", "> EHLO lab.invalid", "250-STARTTLS", "> AUTH PLAIN", "503 "})
		talk(t, dial(t, address, 587), []string{"220 ", "> EHLO lab.invalid", "250-STARTTLS", "> STARTTLS", "220 "})
		talk(t, dial(t, address, 2525), []string{"220 ", "> EHLO lab.invalid", "250-AUTH PLAIN LOGIN"})
		talk(t, dialTLS(t, lab, "mail.example.test", 465), []string{
			"220 ", "> EHLO lab.invalid", "250-AUTH PLAIN LOGIN", "> AUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdABjb3JyZWN0IGhvcnNl", "235 ",
			"> MAIL FROM:<" + alice + ">", "250 ", "> RCPT TO:<" + alice + ">", "250 ", "> DATA", "354 ", "> Subject: hello", "> ", "> world", "> .", "250 ",
		})
		arrives(t, lab)
	})
}

// arrives waits until a message is in alice's mailbox.
func arrives(t *testing.T, lab *debian.Lab) {
	t.Helper()
	conn := dialTLS(t, lab, "mail.example.test", 993)
	heard := talk(t, conn, []string{"* OK", `> a LOGIN "` + alice + `" "` + password + `"`, "a OK", "> b SELECT INBOX", "b OK"})
	if !strings.Contains(heard, "* 1 EXISTS") {
		talk(t, conn, []string{"> c IDLE", "* 1 EXISTS", "> DONE", "c OK"})
	}
}

func dial(t *testing.T, address netip.Addr, port int) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", netip.AddrPortFrom(address, uint16(port)).String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// dialTLS resolves the name, connects and verifies the certificate against the lab's authority.
func dialTLS(t *testing.T, lab *debian.Lab, host string, port int) net.Conn {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(lab.Authority.PEM)
	conn, err := (&tls.Dialer{Config: &tls.Config{RootCAs: roots}}).DialContext(t.Context(), "tcp", fmt.Sprintf("%s:%d", host, port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// talk plays a script: a line with > is sent, any other is read for, passing over the lines before it. It
// gives what was heard since the last line that was sent.
func talk(t *testing.T, conn net.Conn, script []string) string {
	t.Helper()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	reader, heard := bufio.NewReader(conn), ""
	for _, step := range script {
		if line, ok := strings.CutPrefix(step, "> "); ok {
			heard = ""
			if _, err := fmt.Fprintf(conn, "%s\r\n", line); err != nil {
				t.Fatal(err)
			}
			continue
		}
		for !strings.Contains(heard, step) {
			line, err := reader.ReadString('\n')
			if err != nil {
				t.Fatalf("got %q %v, want %q", heard, err, step)
			}
			heard += line
		}
	}
	return heard
}
