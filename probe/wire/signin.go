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
		return &SignInError{Sent: c.sent, Err: err}
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
	if err := c.present(way, auth, host, cr); err != nil {
		return err
	}
	c.admitted = true
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
	bySASL
	byDigest  // APOP
	byCommand // IMAP LOGIN, POP3 USER and PASS
)

// way chooses how to carry out a method: a mechanism of that name where one is offered, else the command of the protocol,
// which sends the password just as PLAIN and LOGIN do. What was not offered in this state is never tried.
func (c *Conn) way(auth account.Auth) way {
	switch {
	case auth == account.AuthAPOP && c.facts.Speaks(auth):
		return byDigest
	case c.facts.Speaks(auth) && slices.Contains(c.offer.mechanisms, auth):
		return bySASL
	case auth.SendsPassword() && c.offer.command && slices.ContainsFunc(c.facts.Spoken, account.Auth.SendsPassword):
		return byCommand
	default:
		return byNothing
	}
}

// present opens the password, the only place in this package that does, and shows it to the server.
func (c *Conn) present(how way, auth account.Auth, host string, cr Credentials) error {
	user, secret := cr.Username, cr.Secret.Reveal()
	if !presentable(how, auth, user, secret) {
		return ErrUnsendable
	}
	if auth.NeedsToken() && !isToken(secret) {
		return ErrNoToken
	}
	c.log.hide(user, secret)
	switch how {
	case bySASL:
		m, err := c.mechanism(auth, host, user, secret)
		if err != nil {
			return err
		}
		return c.exchange(m)
	case byDigest:
		return c.apop(user, secret)
	default:
		return c.talk.login(user, secret)
	}
}

// presentable reports whether a method can carry what it has to.
func presentable(how way, auth account.Auth, user, secret string) bool {
	switch {
	case strings.Contains(user+secret, "\x00"): // RFC 4616, section 2: NUL separates the parts of PLAIN
		return false
	case how == byCommand: // the commands cannot carry any control character
		return sendable(user + secret)
	case how == byDigest: // RFC 1939, section 7: blanks separate the parts of APOP
		return sendable(user) && !strings.Contains(user, " ")
	case auth.NeedsToken():
		return sendable(user)
	default:
		return true
	}
}

// mechanism makes the SASL mechanism of a method.
func (c *Conn) mechanism(auth account.Auth, host, user, secret string) (mechanism, error) {
	switch auth {
	case account.AuthPlain:
		return plain(user, secret), nil
	case account.AuthLogin:
		return login(user, secret), nil
	case account.AuthCRAMMD5:
		return cram(user, secret), nil
	case account.AuthExternal:
		return external(), nil
	case account.AuthXOAUTH2:
		return c.token(xoauth2(user, secret)), nil
	case account.AuthOAuthBearer:
		return c.token(oauthBearer(user, secret, host, c.target.Addr.Port())), nil
	default:
		if hashOf(auth) == nil {
			return mechanism{}, ErrNoCommonAuth
		}
		return c.scram(auth, user, secret)
	}
}
