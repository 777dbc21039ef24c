package wire

import (
	"bytes"
	"net"
	"sync"
	"time"

	"portolan/account"
)

// Handoff gives the connection away to whoever speaks the rest of its protocol: an IMAP or POP3 connection that has signed
// in, an SMTP connection that is ready for a message. What is handed over is bounded like everything here: nothing is read
// or written after deadline, whatever deadlines are set on it, and at most budget bytes are read. Its conversation is kept
// in the transcript as before; of POP3, the status lines alone, because the rest is the user's mail. The error is
// net.ErrClosed where the connection is in no state to be given away. Afterwards Abort, Goodbye and Transcript are all that
// may be called here.
func (c *Conn) Handoff(deadline time.Time, budget int64) (net.Conn, error) {
	if !c.idle || !c.admitted && c.target.Protocol != account.SMTP {
		return nil, net.ErrClosed
	}
	c.idle = false
	h := &handoff{Conn: c.stream, from: c, end: deadline, left: budget}
	h.said.log, h.said.out = c.log, true
	h.heard.log, h.heard.status = c.log, c.target.Protocol == account.POP3
	return h, h.SetDeadline(deadline)
}

// Shown gives foreign text as it may be kept and shown: one line of at most limit runes, the password that was used
// replaced.
func (c *Conn) Shown(text string, limit int) string { return c.log.clean(text, limit) }

// A handoff is a connection that was given away.
type handoff struct {
	net.Conn // the socket, or TLS on it
	from     *Conn
	end      time.Time
	left     int64
	said     lineLog
	heard    lineLog
}

// Read gives what the server says, while the budget lasts.
func (h *handoff) Read(p []byte) (int, error) {
	if h.left <= 0 {
		return 0, &LimitError{What: "conversation"}
	}
	n, err := h.from.in.buf.Read(p[:min(int64(len(p)), h.left)])
	h.left -= int64(n)
	h.heard.add(p[:n])
	if err != nil {
		return n, streamError(err)
	}
	return n, nil
}

// Write sends.
func (h *handoff) Write(p []byte) (int, error) {
	h.said.add(p)
	return h.Conn.Write(p)
}

// Close ends the connection: over TLS, with close_notify. A peer that does not take that is waited for 2 s, and not the 5 s that
// crypto/tls would.
func (h *handoff) Close() error {
	defer time.AfterFunc(goodbyeLimit, h.from.Abort).Stop()
	_ = h.Conn.Close()
	h.from.Abort()
	return nil
}

// SetDeadline sets both deadlines, none of them after the end.
func (h *handoff) SetDeadline(t time.Time) error { return h.Conn.SetDeadline(h.clamped(t)) }

// SetReadDeadline sets a deadline, not after the end.
func (h *handoff) SetReadDeadline(t time.Time) error { return h.Conn.SetReadDeadline(h.clamped(t)) }

// SetWriteDeadline sets a deadline, not after the end.
func (h *handoff) SetWriteDeadline(t time.Time) error { return h.Conn.SetWriteDeadline(h.clamped(t)) }

func (h *handoff) clamped(t time.Time) time.Time {
	if t.IsZero() || t.After(h.end) {
		return h.end
	}
	return t
}

// A lineLog cuts one direction of a conversation into the lines that the transcript keeps.
type lineLog struct {
	log    *transcript
	out    bool
	status bool // only POP3's status lines are kept

	mu   sync.Mutex
	part []byte
}

// partLimit is how much of a line without end is kept, in bytes.
const partLimit = 4 * shownLineLimit

func (l *lineLog) add(p []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(p) > 0 {
		line, rest, ended := bytes.Cut(p, []byte("\n"))
		l.part = append(l.part, line[:min(len(line), partLimit-len(l.part))]...)
		if !ended {
			return
		}
		if l.keeps(l.part) {
			l.log.add(l.out, string(bytes.TrimSuffix(l.part, []byte("\r"))))
		}
		l.part, p = l.part[:0], rest
	}
}

func (l *lineLog) keeps(line []byte) bool {
	return !l.status || bytes.HasPrefix(line, []byte("+OK")) || bytes.HasPrefix(line, []byte("-ERR"))
}
