package mailbox

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"portolan/probe/wire"
)

const (
	longestLine   = 16 << 10 // bytes
	maxReplyLines = 100      // of one SMTP reply
)

// A talk is a conversation in lines, on a connection that was handed over.
type talk struct {
	from *wire.Conn
	conn net.Conn
	in   *bufio.Reader
}

func newTalk(from *wire.Conn, conn net.Conn) *talk {
	return &talk{from: from, conn: conn, in: bufio.NewReaderSize(conn, longestLine)}
}

// limit sets how long the next exchange may take.
func (t *talk) limit(d time.Duration) error { return t.conn.SetDeadline(time.Now().Add(d)) }

// send writes one command line.
func (t *talk) send(line string) error {
	if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return wire.ErrUnsendable
	}
	if err := t.limit(replyLimit); err != nil {
		return err
	}
	_, err := io.WriteString(t.conn, line+"\r\n")
	return err
}

// line reads one line, without its end.
func (t *talk) line() (string, error) {
	b, err := t.in.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return "", &wire.LimitError{What: "line"}
	case errors.Is(err, io.EOF) && len(b) > 0:
		return "", io.ErrUnexpectedEOF
	case err != nil:
		return "", err
	}
	return strings.TrimSuffix(string(b[:len(b)-1]), "\r"), nil
}

// part says QUIT and closes the connection; the answer is waited for only shortly.
func (t *talk) part() {
	if t.send("QUIT") == nil && t.limit(partLimit) == nil {
		_, _ = t.line() // it has ended either way
	}
	_ = t.conn.Close()
}
