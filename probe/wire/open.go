package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"portolan/account"
)

// Open connects, protects and asks, in this order and with a deadline on every step; no password is in reach. A STARTTLS
// target whose server has no STARTTLS gives a Conn whose Facts say Unprotected. progress may be nil; it is called from
// Open's goroutine. When ctx ends, the socket is closed at once. Every error is a *Failure.
func Open(ctx context.Context, d Dialer, t Target, progress func(Stage)) (*Conn, error) {
	if progress == nil {
		progress = func(Stage) {}
	}
	if len(t.Names) == 0 {
		t.Names = []string{t.Addr.Addr().String()}
	}
	now := time.Now()
	c := &Conn{
		target: t, progress: progress, ends: now.Add(attemptLimit),
		log: &transcript{begun: now},
	}
	returned := false
	defer func() {
		if !returned {
			c.Abort() // a panic: the socket does not outlive it
		}
	}()
	err := c.open(ctx, d)
	returned = true
	if err != nil {
		c.leave(err)
		return nil, &Failure{Step: c.step, Facts: c.facts, Transcript: c.log.all(), Err: err}
	}
	return c, nil
}

// open is the order of the steps up to the point where a connection can sign in.
func (c *Conn) open(ctx context.Context, d Dialer) (err error) {
	if err := c.connect(ctx, d); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, c.Abort)
	defer func() {
		if !stop() {
			err = cancelled(ctx, err)
		}
	}()
	if c.target.Security == account.TLS {
		return c.openTLS(ctx)
	}
	return c.openClear(ctx)
}

// openTLS goes on with TLS from the first byte.
func (c *Conn) openTLS(ctx context.Context) error {
	c.step = StepTLS
	if err := c.secure(ctx); err != nil {
		return err
	}
	if err := c.greet(); err != nil {
		return err
	}
	return c.ask()
}

// openClear goes on in the clear, up to TLS where the server has it.
func (c *Conn) openClear(ctx context.Context) error {
	upgraded, err := c.upTo()
	if err != nil || !upgraded {
		return err
	}
	c.step = StepUpgrade
	if err := c.secure(ctx); err != nil {
		return err
	}
	c.idle = true // there is no greeting inside
	return c.ask()
}

// connect opens the socket.
func (c *Conn) connect(ctx context.Context, d Dialer) error {
	c.step = StepConnect
	c.progress(Connecting)
	if d == nil {
		d = &net.Dialer{}
	}
	dialling, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	begun := time.Now()
	raw, err := d.DialContext(dialling, "tcp", c.target.Addr.String())
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return cancelled(ctx, err)
	case dialling.Err() != nil:
		return fmt.Errorf("%w: %w", os.ErrDeadlineExceeded, err)
	default:
		return err
	}
	c.raw = raw
	c.facts.Connect = max(time.Since(begun), 1)
	c.progress(Connected)
	return nil
}

// greet waits for the server's first words. The client never speaks first.
func (c *Conn) greet() error {
	c.step = StepGreeting
	if err := c.arm(replyLimit); err != nil {
		return err
	}
	if err := c.recognise(); err != nil {
		return err
	}
	if err := c.talk.greeting(); err != nil {
		return err
	}
	c.progress(Greeted)
	return nil
}

// ask learns what the server can do in the present state.
func (c *Conn) ask() error {
	c.step = StepCapability
	if c.enough() {
		return ErrEnough
	}
	o, err := c.talk.capabilities()
	if err != nil {
		return err
	}
	c.offer = o
	c.facts.Capabilities = o.words
	c.choose()
	if o.startTLS && !c.isTLS() {
		c.facts.STARTTLS = Offered
	}
	c.progress(Asked)
	return nil
}

// startTLS asks for encryption, unless the server said that it has none, and reports whether a handshake follows. A
// server that knows the command and refuses it is a failure, never a clear-text connection.
func (c *Conn) startTLS() (bool, error) {
	c.step = StepSTARTTLS
	if c.offer.known && !c.offer.startTLS {
		c.facts.STARTTLS = NotOffered
		return false, nil
	}
	if c.enough() {
		return false, ErrEnough
	}
	c.progress(Upgrading)
	err := c.talk.startTLS()
	if err != nil && !c.offer.known && c.talk.declines(err) {
		c.facts.STARTTLS = Declined
		c.progress(Asked)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	// RFC 9051, section 6.2.1: no bytes may stand between the end of the yes and the handshake.
	c.idle = false
	if extra := c.in.buffered(); extra != "" {
		return false, &InjectedError{Bytes: c.quote80(extra)}
	}
	return true, nil
}

// enough reports whether the caller has lost interest.
func (c *Conn) enough() bool {
	select {
	case <-c.target.Enough:
		return true
	default:
		return false
	}
}

// leave closes a connection that came to nothing. A server whose last reply was complete hears a goodbye, whose answer is
// not waited for; after anything else the socket is closed without a word.
func (c *Conn) leave(err error) {
	var said *ReplyError
	if c.idle && (errors.As(err, &said) || errors.Is(err, ErrEnough)) {
		c.ends = time.Now().Add(farewellLimit)
		c.talk.farewell()
	}
	c.Abort()
}

// cancelled puts the end of the caller's context before what it caused.
func cancelled(ctx context.Context, err error) error {
	if err == nil {
		return ctx.Err()
	}
	return fmt.Errorf("%w: %w", ctx.Err(), err)
}
