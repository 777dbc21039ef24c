package wire

import (
	"context"
	"net"
	"slices"
	"strings"
	"time"

	"portolan/account"
)

// SignIn asks the gate, then signs in with the given method. host is the name that the password is meant for; it must be
// among Facts().TLS.Covered, unless the connection is unprotected. The error is a *SignInError. After a *ReplyError the
// connection can be asked again, unless it is Dead.
func (c *Conn) SignIn(ctx context.Context, gate account.Policy, host string, origin account.Origin, auth account.Auth, cr Credentials) error {
	c.sent = false
	err := c.signIn(ctx, gate, host, origin, auth, cr)
	if err != nil {
		return &SignInError{Auth: auth, Sent: c.sent, Err: err}
	}
	return nil
}

// signIn is the order of the steps: the gate first, the password last.
func (c *Conn) signIn(ctx context.Context, gate account.Policy, host string, origin account.Origin, auth account.Auth, cr Credentials) (err error) {
	if admission := gate.Admit(c.proof(gate, host, origin)); admission != account.Admitted {
		return &GateError{Admission: admission}
	}
	way := c.way(auth)
	if way == byNothing {
		return ErrNoCommonAuth
	}
	if !c.idle {
		return net.ErrClosed
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	stop := context.AfterFunc(ctx, c.Abort)
	defer func() {
		if !stop() {
			err = cancelled(ctx, err)
		}
	}()
	c.step, c.ends = StepSignIn, time.Now().Add(signInLimit)
	c.progress(SigningIn)
	if err := c.present(way, cr); err != nil {
		return err
	}
	c.progress(SignedIn)
	return nil
}

// proof is what the gate may know of this connection. A name that the certificate does not cover has no protection that
// counts, and a pin counts only where the gate's own trust holds it for this very certificate.
func (c *Conn) proof(gate account.Policy, host string, origin account.Origin) account.Proof {
	server := account.Endpoint{Host: host, Port: int(c.target.Addr.Port())}
	p := account.Proof{Server: server, Origin: origin, Protection: c.facts.Protection}
	switch {
	case p.Protection == account.Unprotected:
	case !c.facts.Covers(host):
		p.Protection = account.Unverified
	case p.Protection == account.Pinned && !gate.Trust.Pinned(server, c.facts.TLS.Certificate):
		p.Protection = account.Unverified
	}
	return p
}

// A way is how a method is carried out in the state that the connection is in.
type way uint8

const (
	byNothing way = iota
	byPlain
	byLogin
	byCommand // IMAP LOGIN, POP3 USER and PASS
)

// way chooses how to carry out a method: a mechanism of that name where one is offered, else the command of the protocol,
// which sends the password just as PLAIN and LOGIN do. What was not offered in this state is never tried.
func (c *Conn) way(auth account.Auth) way {
	offered := slices.Contains(c.offer.mechanisms, auth)
	switch {
	case auth == account.AuthPlain && offered:
		return byPlain
	case auth == account.AuthLogin && offered:
		return byLogin
	case auth.SendsPassword() && c.offer.command:
		return byCommand
	default:
		return byNothing
	}
}

// present opens the password, the only place in this package that does, and shows it to the server.
func (c *Conn) present(how way, cr Credentials) error {
	user, password := cr.Username, cr.Secret.Reveal()
	// RFC 4616, section 2: NUL separates the parts of PLAIN. The commands cannot carry any control character.
	if strings.Contains(user+password, "\x00") || how == byCommand && !sendable(user+password) {
		return ErrUnsendable
	}
	c.log.hide(user, password)
	switch how {
	case byPlain:
		return c.exchange(plain(user, password))
	case byLogin:
		return c.exchange(login(user, password))
	default:
		return c.talk.login(user, password)
	}
}
