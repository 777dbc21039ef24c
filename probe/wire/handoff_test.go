package wire

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
)

// given opens a connection, signs in where auth says so, and gives it away.
func (tr *trial) given(auth account.Auth, budget int64) (*Conn, net.Conn) {
	tr.t.Helper()
	c := tr.mustOpen()
	if auth != account.AuthUnknown {
		if err := tr.signIn(c, auth); err != nil {
			tr.t.Fatalf("got %v, want to be signed in", err)
		}
	}
	h, err := c.Handoff(time.Now().Add(time.Minute), budget)
	if err != nil {
		tr.t.Fatalf("got %v, want a connection", err)
	}
	return c, h
}

// What shows mail is given away after the sign-in alone, and once.
func TestAConnectionIsGivenAwayOnceAndSignedIn(t *testing.T) {
	for _, s := range []struct {
		name     string
		protocol account.Protocol
		script   string
		auth     account.Auth
		given    bool
	}{
		{"imap", account.IMAP, imapOffering("SASL-IR AUTH=PLAIN"), account.AuthUnknown, false},
		{"pop3", account.POP3, pop3Offering("USER"), account.AuthUnknown, false},
		{"pop3, signed in", account.POP3, pop3Offering("USER") + "C: USER " + user + "\n\tS: +OK\n\tC: PASS " + password + "\n\tS: +OK", account.AuthLogin, true},
		{"smtp", account.SMTP, smtpOffering("AUTH PLAIN"), account.AuthUnknown, true},
	} {
		t.Run(s.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, s.protocol, onTLS, s.script)
				c := tr.mustOpen()
				if s.auth != account.AuthUnknown {
					if err := tr.signIn(c, s.auth); err != nil {
						t.Errorf("got %v, want to be signed in", err)
					}
				}
				if _, err := c.Handoff(time.Now().Add(time.Minute), 100); (err == nil) != s.given {
					t.Errorf("got %v, want it given away: %v", err, s.given)
				}
				if _, err := c.Handoff(time.Now().Add(time.Minute), 100); !errors.Is(err, net.ErrClosed) {
					t.Errorf("a second time: got %v, want %v", err, net.ErrClosed)
				}
				tr.finish(c)
			})
		})
	}
}

// no more is read than the budget, whatever the server sends.
func TestWhatIsGivenAwayHasABudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := newTrial(t, account.SMTP, onTLS, smtpOffering("AUTH PLAIN")+"S: 0123456789\n\tS: 0123456789")
		c, h := tr.given(account.AuthUnknown, 15)
		got, err := io.ReadAll(h)
		var limit *LimitError
		if string(got) != "0123456789\r\n012" || !errors.As(err, &limit) {
			t.Errorf("got %q, %v, want 15 bytes and a limit", got, err)
		}
		tr.finish(c)
	})
}

// Nothing is read or written after the end, whatever deadline is asked for, and closing leaves no socket.
func TestWhatIsGivenAwayEndsAndCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := newTrial(t, account.SMTP, onTLS, smtpOffering("AUTH PLAIN")+"SILENT")
		_, h := tr.given(account.AuthUnknown, 1000)
		begun := time.Now()
		if err := h.SetDeadline(begun.Add(time.Hour)); err != nil {
			t.Errorf("got %v, want a deadline set", err)
		}
		if _, err := h.Read(make([]byte, 1)); !isTimeout(err) || time.Since(begun) != time.Minute {
			t.Errorf("got %v after %v, want the end after a minute", err, time.Since(begun))
		}
		if err := h.Close(); err != nil {
			t.Errorf("got %v, want it closed", err)
		}
		tr.done.Wait() // the server sees the end
	})
}

// P-17: whoever takes no goodbye is waited for 2 s, whatever crypto/tls would wait.
func TestAGoodbyeThatNobodyTakesIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe() // it holds nothing, like a socket at whose other end nobody reads
		defer func() { _ = far.Close() }()
		ca := newAuthority(t, "Test Root")
		server := tls.Server(far, &tls.Config{Certificates: []tls.Certificate{ca.leaf([]string{mailHost})}, SessionTicketsDisabled: true})
		go func() { _ = server.Handshake() }()
		conf := baseConfig(mailHost)
		conf.RootCAs = x509.NewCertPool()
		conf.RootCAs.AddCert(ca.cert)
		conn := tls.Client(near, conf)
		if err := conn.Handshake(); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		if err := (&handoff{Conn: conn, from: &Conn{raw: near}}).Close(); err != nil || time.Since(begun) != goodbyeLimit {
			t.Errorf("got %v after %v, want it closed after %v", err, time.Since(begun), goodbyeLimit)
		}
	})
}

// Of POP3 the status lines are kept alone: the rest is mail.
func TestMailIsNotKeptInTheTranscript(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := pop3Offering("USER") + "C: USER " + user + "\n\tS: +OK\n\tC: PASS " + password + "\n\tS: +OK\n\tC: TOP 1 0\n\tS: +OK here\n\tS| Subject: private\n\tS| ."
		tr := newTrial(t, account.POP3, onTLS, script)
		c, h := tr.given(account.AuthLogin, 1000)
		if _, err := h.Write([]byte("TOP 1 0\r\n")); err != nil {
			t.Errorf("got %v, want it sent", err)
		}
		if _, err := io.ReadFull(h, make([]byte, len("+OK here\r\nSubject: private\r\n.\r\n"))); err != nil {
			t.Errorf("got %v, want the mail", err)
		}
		var kept []string
		for _, l := range c.Transcript() {
			kept = append(kept, l.Text)
		}
		all := strings.Join(kept, "\n")
		if !strings.Contains(all, "TOP 1 0\n+OK here") || strings.Contains(all, "private") {
			t.Errorf("got %q, want the command and its status alone", all)
		}
		tr.finish(c)
	})
}
