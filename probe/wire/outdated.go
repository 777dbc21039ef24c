package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"time"

	"portolan/account"
)

// errExamined ends a handshake that was made to see what the server speaks.
var errExamined = errors.New("seen enough")

// Examine tells, after a connection of Open's whose handshake failed, what the server's TLS is: its version, cipher suite and
// certificates, none of which Portolan would use. It connects anew, in the language of the target, and leaves in the middle of
// the handshake: it asks for no password and can send no data. why is Open's error; without a hint at an old server in it, or
// where the server shows nothing that is too old, the answer is empty. At most 10 s.
//
// # Why the versions offered depend on the failure
//
// A server that named the version as the problem, or hung up on ours, is offered the old versions alone, as the hello of those
// days was. One that found no common cipher suite may well speak TLS 1.2, so that is offered as well.
func Examine(ctx context.Context, d Dialer, t Target, why error) (TLSFacts, error) {
	newest := offeredAfter(why)
	if newest == 0 {
		return TLSFacts{}, nil
	}
	if len(t.Names) == 0 {
		t.Names = []string{t.Addr.Addr().String()}
	}
	now := time.Now()
	c := &Conn{target: t, progress: func(Stage) {}, ends: now.Add(examineLimit), log: &transcript{begun: now}}
	if err := c.connect(ctx, d); err != nil {
		return TLSFacts{}, err
	}
	defer c.Abort()
	defer context.AfterFunc(ctx, c.Abort)()
	if t.Security != account.TLS {
		if upgraded, err := c.upTo(); err != nil || !upgraded {
			return TLSFacts{}, err
		}
	}
	return c.examine(ctx, newest)
}

// offeredAfter is the newest version worth offering after a handshake has failed; 0: none, as age is not the trouble.
func offeredAfter(why error) uint16 {
	var (
		alert      *AlertError
		unanswered *UnansweredError
	)
	switch {
	case errors.As(why, &alert) && alert.Description == AlertProtocolVersion:
		return tls.VersionTLS11
	case errors.As(why, &alert) && (alert.Description == AlertHandshakeFailure || alert.Description == AlertInsufficientSecurity):
		return tls.VersionTLS12
	case errors.As(why, &unanswered) && !isTimeout(unanswered.Err):
		return tls.VersionTLS11
	default:
		return 0
	}
}

// isTimeout reports whether an error is that of a deadline: who says nothing at all will not say more to an older hello.
func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// upTo goes through the clear up to the yes to STARTTLS.
func (c *Conn) upTo() (bool, error) {
	c.dress(c.raw)
	if err := c.greet(); err != nil {
		return false, err
	}
	if err := c.ask(); err != nil {
		return false, err
	}
	return c.startTLS()
}

// Current reports whether a version of TLS is one that Portolan uses.
func Current(version uint16) bool { return version >= tls.VersionTLS12 }

// SuiteName gives the standard's name of a cipher suite.
func SuiteName(suite uint16) string { return tls.CipherSuiteName(suite) }
