package wire

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// A lineReader takes lines from one stream, and never more than its budgets. After a handshake a new one is made; only
// the connection's budget goes over.
type lineReader struct {
	buf   *bufio.Reader
	left  int // bytes of the connection's budget
	bytes int // of this reply so far
	lines int // of this reply so far
}

// newLineReader reads lines of at most longest bytes, line end included, and left bytes in all.
func newLineReader(r io.Reader, longest, left int) *lineReader {
	return &lineReader{buf: bufio.NewReaderSize(r, longest), left: left}
}

// begin starts a new reply.
func (r *lineReader) begin() { r.bytes, r.lines = 0, 0 }

// line gives the next line without its end. A bare LF ends a line too; a CR elsewhere stays in it.
func (r *lineReader) line() (string, error) {
	b, err := r.buf.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", &LimitError{What: "line"}
	}
	if err != nil {
		if errors.Is(err, io.EOF) && len(b) > 0 {
			err = io.ErrUnexpectedEOF
		}
		return string(b), err
	}
	r.lines++
	if r.lines > replyLineLimit {
		return "", &LimitError{What: "list of lines"}
	}
	if err := r.spend(len(b)); err != nil {
		return "", err
	}
	return strings.TrimSuffix(string(b[:len(b)-1]), "\r"), nil
}

// skip reads n bytes and keeps none: memory is never taken by announcement.
func (r *lineReader) skip(n int) error {
	if err := r.spend(n); err != nil {
		return err
	}
	_, err := r.buf.Discard(n)
	return err
}

// spend counts bytes against the reply and the connection.
func (r *lineReader) spend(n int) error {
	r.bytes += n
	r.left -= n
	if r.bytes > replySizeLimit {
		return &LimitError{What: "reply"}
	}
	if r.left < 0 {
		return &LimitError{What: "conversation"}
	}
	return nil
}

// buffered gives what has been read from the stream and not yet been taken.
func (r *lineReader) buffered() string {
	b, _ := r.buf.Peek(r.buf.Buffered())
	return string(b)
}
