// Package practice is the built-in practice mailbox: real IMAP, POP3 and SMTP servers on this machine's loopback, for
// you@practice.invalid, so that the whole program can be tried with no account and no network.
//
// A Mailbox is three things at once. It runs servers, on ports that the system chooses. It is the dialer that leads the
// world's ports (993, 143 and so on) at the practice address to those servers, and refuses everything else. And it is
// the resolver that knows the practice names and no others. A program that is given the dialer and the resolver reaches
// nothing but the practice mailbox, on the very path by which it reaches real servers. A personality says how the
// servers behave; Names lists them.
//
// # Why the folders are fixed
//
// go-imap's memory store has no special use and no limits, and hands messages out to an IMAP connection alone. So the
// session in front of it names the folders itself, refuses to make others, and a maildrop keeps each message's text
// beside the store, for POP3, within a budget.
//
// # Why POP3 takes no lock
//
// RFC 1939, section 4, has the server lock the maildrop for one session. Here every session works on the messages that
// it found at sign-in, so that a second connection of the same program is never turned away.
package practice

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"strings"

	"portolan/account"
)

const (
	domain   = "practice.invalid"
	local    = "you"
	username = local + "@" + domain
	password = "practice"
)

// A Mailbox is a running practice mailbox. It satisfies the dialer and the resolver that a search asks for; its methods
// may be called from any goroutine.
type Mailbox struct {
	authority *x509.Certificate
	berths    map[int]berth // by the world's port; what is not in it refuses
	crowd     *crowd
	cancel    context.CancelFunc
	done      <-chan struct{}
}

// Start runs the practice mailbox with the personality of that name until Close is called or ctx ends. The error for an
// unknown name lists the known ones; any other is the system's, for want of a port or of randomness.
func Start(ctx context.Context, name string) (*Mailbox, error) {
	p, ok := find(name)
	if !ok {
		return nil, fmt.Errorf("no practice mailbox %q: there are %s", name, strings.Join(Names(), ", "))
	}
	papers, err := newPapers(p.certificate)
	if err != nil {
		return nil, fmt.Errorf("practice certificate: %w", err)
	}
	drop, err := newMaildrop()
	if err != nil {
		return nil, fmt.Errorf("practice mailbox: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	m := &Mailbox{authority: papers.authority, berths: make(map[int]berth), crowd: newCrowd(), cancel: cancel, done: ctx.Done()}
	m.crowd.sessions.Go(func() {
		<-ctx.Done()
		m.crowd.end()
	})
	if err := m.open(ctx, p, office{drop: drop, admission: p.admission, crowd: m.crowd, tls: papers.config, security: p.upgrade}); err != nil {
		_ = m.Close()
		return nil, fmt.Errorf("practice mailbox: %w", err)
	}
	return m, nil
}

// Close ends the servers and every connection to them, and waits until they have ended. It may be called more than once;
// the error is always nil.
func (m *Mailbox) Close() error {
	m.cancel()
	m.crowd.sessions.Wait()
	return nil
}

// Address is the address that the mailbox belongs to; the whole of it is the user name.
func (m *Mailbox) Address() account.Address { return account.Address{Local: local, Domain: domain} }

// Password is the password of the mailbox.
func (m *Mailbox) Password() account.Secret { return account.NewSecret(password) }

// Trust holds the authority that was made for this mailbox. It vouches for practice.invalid alone, and its key is gone.
func (m *Mailbox) Trust() account.Trust {
	return account.Trust{Authorities: []*x509.Certificate{m.authority}}
}

// A berth is what answers at one of the world's ports.
type berth struct {
	answer answer
	real   string // host:port of the listener, where answer is serves
}

// An office is what the servers of one mailbox have in common.
type office struct {
	drop      *maildrop
	admission admission
	crowd     *crowd
	tls       *tls.Config
	security  account.Security // of the ports that begin in the clear: STARTTLS or Cleartext
}

// upgrade is the TLS configuration for STARTTLS, nil where it is not offered.
func (o office) upgrade() *tls.Config {
	if o.security == account.STARTTLS {
		return o.tls
	}
	return nil
}

// open starts a server at every port that the personality serves.
func (m *Mailbox) open(ctx context.Context, p personality, o office) error {
	for _, s := range p.services() {
		b := berth{answer: s.answer}
		if s.answer == serves {
			ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", net.JoinHostPort(loopback, "0"))
			if err != nil {
				return err
			}
			b.real = ln.Addr().String()
			o.start(s, m.crowd.door(ln))
		}
		m.berths[s.port] = b
	}
	return nil
}

// start serves one port, in a goroutine that the crowd waits for.
func (o office) start(s service, ln net.Listener) {
	if s.security == account.TLS {
		ln = tls.NewListener(ln, o.tls)
	}
	serve := o.servePOP3
	switch s.protocol {
	case account.IMAP:
		serve = o.serveIMAP
	case account.SMTP:
		serve = o.serveSMTP
	}
	o.crowd.sessions.Go(func() { serve(ln) })
}
