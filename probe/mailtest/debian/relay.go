//go:build linux

package debian

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"

	"github.com/emersion/go-smtp"
)

// A relay is what Dovecot's submission service sends through: it delivers every message to that Dovecot's own LMTP.
type relay struct{ lmtp string }

// startRelay listens on a free port of the loopback interface until the test ends.
func startRelay(t *testing.T, lmtp string) netip.AddrPort {
	t.Helper()
	listener, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(relay{lmtp})
	server.Domain = "relay.invalid"
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		if err := <-done; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Errorf("relay: %v", err)
		}
	})
	return netip.MustParseAddrPort(listener.Addr().String())
}

// NewSession begins a conversation.
func (r relay) NewSession(*smtp.Conn) (smtp.Session, error) { return &errand{lmtp: r.lmtp}, nil }

// An errand is one message on its way.
type errand struct {
	lmtp, from string
	to         []string
}

// Mail notes the sender.
func (e *errand) Mail(from string, _ *smtp.MailOptions) error {
	e.from = from
	return nil
}

// Rcpt notes a recipient.
func (e *errand) Rcpt(to string, _ *smtp.RcptOptions) error {
	e.to = append(e.to, to)
	return nil
}

// Data delivers the message.
func (e *errand) Data(r io.Reader) error {
	message, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	conn, err := net.Dial("unix", e.lmtp)
	if err != nil {
		return err
	}
	client := smtp.NewClientLMTP(conn)
	if err := client.SendMail(e.from, e.to, bytes.NewReader(message)); err != nil {
		return errors.Join(err, client.Close())
	}
	return client.Quit()
}

// Reset forgets sender and recipients.
func (e *errand) Reset() { e.from, e.to = "", nil }

// Logout has nothing to end.
func (e *errand) Logout() error { return nil }
