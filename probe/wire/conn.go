package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/xdg-go/scram"

	"portolan/account"
)

// A Conn is a connection that is ready to sign in: protected, and asked for its capabilities. One goroutine at a time may
// use it; Abort and Transcript may be called from any.
type Conn struct {
	target   Target
	progress func(Stage)
	ends     time.Time // when Open, or SignIn, is over at the latest
	log      *transcript
	facts    Facts
	step     Step

	raw      net.Conn // the socket
	stream   net.Conn // the socket, or TLS on it
	in       *lineReader
	talk     dialogue
	offer    offer
	idle     bool               // the last reply is complete, and nothing says that the server is leaving
	sent     bool               // a proof has left in this sign-in
	judged   account.Protection // what the handshake under way has proved
	covert   bool               // a SASL exchange is under way: challenges are not kept
	admitted bool               // a sign-in was accepted

	binding scram.ChannelBinding // ties SCRAM to the TLS connection
}

// Facts tells what was learned so far.
func (c *Conn) Facts() Facts { return c.facts }

// Transcript gives the conversation so far.
func (c *Conn) Transcript() []Line { return c.log.all() }

// Abort closes the socket at once, without a word. It may be called at any time, from any goroutine.
func (c *Conn) Abort() {
	if c.raw != nil {
		_ = c.raw.Close()
	}
}

// Dead reports, without waiting, whether the server has closed the connection or said something unasked meanwhile. An
// IMAP server may say that it still is there.
func (c *Conn) Dead() bool {
	if !c.idle {
		return true
	}
	_ = c.stream.SetReadDeadline(time.Now().Add(peekLimit))
	_, err := c.in.buf.Peek(1)
	if err != nil {
		return !errors.Is(err, os.ErrDeadlineExceeded)
	}
	for line := range strings.Lines(c.in.buffered()) {
		if strings.HasSuffix(line, "\n") && !c.talk.harmless(line) {
			return true
		}
	}
	return false
}

// Goodbye ends the connection politely (LOGOUT, QUIT; at most 2 s, less where ctx ends) and closes it.
func (c *Conn) Goodbye(ctx context.Context) {
	if c.raw == nil {
		return
	}
	defer c.Abort()
	ctx, cancel := context.WithTimeout(ctx, goodbyeLimit)
	defer cancel()
	defer context.AfterFunc(ctx, c.Abort)()
	c.ends = time.Now().Add(goodbyeLimit)
	if c.idle {
		_ = c.talk.logout()
	}
	_ = c.stream.Close() // over TLS, close_notify
}

// dress puts a new reader and a new dialogue on the stream, as at the start and after a handshake. Nothing learned before
// is carried over but the budget.
//
// RFC 9051, section 6.2.1, and RFC 3207, section 4.2: what the server said before TLS is discarded.
func (c *Conn) dress(stream net.Conn) {
	left := connectionLimit
	if c.in != nil {
		left = c.in.left
	}
	c.stream, c.offer = stream, offer{}
	c.binding = bindingOf(stream)
	c.facts.Greeting, c.facts.Capabilities = "", nil
	c.facts.Auths, c.facts.Spoken, c.facts.OnRequest = nil, nil, nil
	switch c.target.Protocol {
	case account.IMAP:
		c.in, c.talk = newLineReader(stream, imapLineLimit, left), &imap{c: c}
	case account.POP3:
		c.in, c.talk = newLineReader(stream, lineLimit, left), &pop3{c: c}
	default:
		c.in, c.talk = newLineReader(stream, lineLimit, left), &smtp{c: c}
	}
}

// arm sets the absolute deadline of the next exchange and opens its budget.
func (c *Conn) arm(limit time.Duration) error {
	end := time.Now().Add(limit)
	if end.After(c.ends) {
		end = c.ends
	}
	c.in.begin()
	return c.stream.SetDeadline(end)
}

// send writes one command line. It is the only writer: what would end or hide a line is refused here, not escaped.
func (c *Conn) send(m message) error {
	if !sendable(m.text) {
		return ErrUnsendable
	}
	limit := replyLimit
	if c.step == StepSignIn {
		limit = signInReplyLimit
	}
	if err := c.arm(limit); err != nil {
		return err
	}
	if c.in.buf.Buffered() > 0 {
		if err := c.talk.unasked(); err != nil {
			c.idle = false
			return err
		}
	}
	c.idle = false
	c.log.add(true, m.shown)
	n, err := c.stream.Write([]byte(m.text + "\r\n"))
	c.sent = c.sent || m.proof && (n > 0 || err == nil)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	return nil // a server that hung up may have said why: the reading tells, and fails as the writing did
}

// sendable reports whether a text can stand in a command line: it holds no control characters.
func sendable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r == 0x7f })
}

// line reads one line of a reply.
func (c *Conn) line() (string, error) {
	s, err := c.in.line()
	if err != nil {
		if s != "" {
			c.log.add(false, s)
		}
		return s, c.lineError(err)
	}
	c.log.add(false, c.withoutChallenge(s))
	return s, nil
}

// withoutChallenge gives a line as the transcript keeps it: what belongs to a SASL exchange is replaced.
func (c *Conn) withoutChallenge(line string) string {
	if !c.covert || len(line) >= 3 && strings.EqualFold(line[:3], "+OK") {
		return line
	}
	for _, prefix := range []string{"334 ", "334-", "+ ", "+"} {
		if rest, ok := strings.CutPrefix(line, prefix); ok && strings.TrimSpace(rest) != "" {
			return prefix + hiddenChallenge
		}
	}
	return line
}

// quote80 gives the beginning of foreign bytes for an error.
func (c *Conn) quote80(s string) string { return c.log.clean(s, shownBytes) }

// odd says that a line is not what the protocol has here. From then on nobody knows where the conversation stands.
func (c *Conn) odd(what, line string) error {
	c.idle = false
	return &ProtocolError{What: what, Bytes: c.quote80(line)}
}

// lineError names what came instead of a line. Under TLS 1.3 a server that misses the client certificate says so only after
// the handshake, and not always by the alert that is meant for it.
//
// RFC 8446, section 4.4.2.4: "certificate_required" where none was sent; other alerts are the implementation's choice.
func (c *Conn) lineError(err error) error {
	a := alertOf(err)
	if a == nil {
		return err
	}
	switch a.Description {
	case AlertHandshakeFailure, alertBadCertificate, alertCertificateUnknown, alertAccessDenied:
		if c.facts.ClientCert == ClientCertMissing {
			a.Description = AlertCertificateRequired
		}
	}
	return a
}

// streamError names a TLS alert that came instead of data.
func streamError(err error) error {
	if a := alertOf(err); a != nil {
		return a
	}
	return err
}

// alertOf gives the alert that the server sent, nil where there was none. crypto/tls keeps its type to itself; it is a
// uint8 inside a *net.OpError.
func alertOf(err error) *AlertError {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" || op.Err == nil {
		return nil
	}
	v := reflect.ValueOf(op.Err)
	if v.Kind() != reflect.Uint8 {
		return nil
	}
	return &AlertError{Description: uint8(v.Uint()), Text: op.Error()}
}

// isTLS reports whether the stream is encrypted.
func (c *Conn) isTLS() bool {
	_, ok := c.stream.(*tls.Conn)
	return ok
}
