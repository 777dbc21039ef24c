package practice

import (
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
)

// A pipes listener hands out connections that need no network.
type pipes struct{ conns chan net.Conn }

func (p pipes) Accept() (net.Conn, error) {
	conn, ok := <-p.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

func TestAConnectionThatNeverSaysAWordEnds(t *testing.T) {
	for _, test := range []struct {
		name    string
		service service
		after   time.Duration
	}{
		{"IMAP in TLS", service{993, account.IMAP, account.TLS, serves}, greetingLimit},
		{"POP3 in TLS", service{995, account.POP3, account.TLS, serves}, greetingLimit},
		{"SMTP in TLS", service{465, account.SMTP, account.TLS, serves}, smtpIdle},
		{"IMAP", service{143, account.IMAP, account.STARTTLS, serves}, time.Minute}, // go-imap waits its 30 s twice
		{"POP3", service{110, account.POP3, account.STARTTLS, serves}, strangerIdle},
		{"SMTP", service{587, account.SMTP, account.STARTTLS, serves}, smtpIdle},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				papers, err := newPapers(byAuthority)
				if err != nil {
					t.Fatal(err)
				}
				o := office{crowd: newCrowd(), admission: whenRight, tls: papers.config, security: account.STARTTLS}
				ln := pipes{make(chan net.Conn)}
				o.start(test.service, o.crowd.door(ln))
				client, server := net.Pipe()
				ln.conns <- server
				begun := time.Now()
				_, _ = io.Copy(io.Discard, client)
				if took := time.Since(begun); took != test.after {
					t.Errorf("got the end after %v, want %v", took, test.after)
				}
				close(ln.conns)
				o.crowd.sessions.Wait()
			})
		})
	}
}

func TestACrowdThatHasEndedLetsNobodyIn(t *testing.T) {
	c := newCrowd()
	c.end()
	if c.enter() {
		t.Error("got a yes to a goroutine, want a no")
	}
	_, server := net.Pipe()
	if _, ok := c.admit(server); ok {
		t.Error("got a yes to a connection, want a no")
	}
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.door(ln).Accept(); err == nil {
		t.Error("got a connection, want a closed listener")
	}
}
