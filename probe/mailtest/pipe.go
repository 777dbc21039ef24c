package mailtest

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// Pipe gives the two ends of a connection in memory, without the delay of a World's. It behaves as a socket does: it buffers,
// so that both sides may write at once; its writer waits when the reader does not read; either side can end its direction
// alone or reset both; and deadlines follow the clock of the test.
func Pipe() (client, server *PipeEnd) {
	a, b := newPipeHalf(), newPipeHalf()
	return &PipeEnd{in: a, out: b}, &PipeEnd{in: b, out: a}
}

// PipeRoom is how many bytes wait in one direction before its writer has to.
const PipeRoom = 64 << 10

// A pipeHalf is one direction.
type pipeHalf struct {
	mu    sync.Mutex
	wake  *sync.Cond
	data  []byte
	fin   bool  // nothing follows the data
	gone  error // both sides get it at once
	until time.Time
	timer *time.Timer
	took  int // bytes read so far
}

func newPipeHalf() *pipeHalf {
	h := &pipeHalf{}
	h.wake = sync.NewCond(&h.mu)
	return h
}

func (h *pipeHalf) read(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.gone != nil:
			return 0, h.gone
		case !h.until.IsZero() && !time.Now().Before(h.until):
			return 0, os.ErrDeadlineExceeded
		case len(h.data) > 0:
			n := copy(p, h.data)
			h.data = h.data[n:]
			h.took += n
			h.wake.Broadcast()
			return n, nil
		case h.fin:
			return 0, io.EOF
		}
		h.wake.Wait()
	}
}

func (h *pipeHalf) write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.data) > PipeRoom && h.gone == nil && !h.fin {
		h.wake.Wait()
	}
	if h.gone != nil || h.fin {
		return 0, syscall.EPIPE
	}
	h.data = append(h.data, p...)
	h.wake.Broadcast()
	return len(p), nil
}

// end ends the direction: in good order where why is nil, else at once and for both sides.
func (h *pipeHalf) end(why error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fin = true
	if why != nil && h.gone == nil {
		h.gone, h.data = why, nil
	}
	h.wake.Broadcast()
}

func (h *pipeHalf) deadline(t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.until = t
	if h.timer != nil {
		h.timer.Stop()
		h.timer = nil
	}
	if !t.IsZero() {
		h.timer = time.AfterFunc(time.Until(t), func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.wake.Broadcast()
		})
	}
	h.wake.Broadcast()
}

// A PipeEnd is one end. It is a net.Conn.
type PipeEnd struct{ in, out *pipeHalf }

// Read reads what the other end wrote.
func (e *PipeEnd) Read(p []byte) (int, error) { return e.in.read(p) }

// Write waits while PipeRoom bytes are not read yet.
func (e *PipeEnd) Write(p []byte) (int, error) { return e.out.write(p) }

// Took counts the bytes that this end has read.
func (e *PipeEnd) Took() int {
	e.in.mu.Lock()
	defer e.in.mu.Unlock()
	return e.in.took
}

// Close ends both directions: what was sent still arrives.
func (e *PipeEnd) Close() error {
	e.out.end(nil)
	e.in.end(net.ErrClosed)
	e.in.deadline(time.Time{})
	return nil
}

// CloseWrite ends this side's direction alone.
func (e *PipeEnd) CloseWrite() error {
	e.out.end(nil)
	return nil
}

// Reset ends both directions at once.
func (e *PipeEnd) Reset() {
	reset := &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	e.out.end(reset)
	e.in.end(errors.Join(reset))
}

// LocalAddr is made up.
func (e *PipeEnd) LocalAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 1} }

// RemoteAddr is made up.
func (e *PipeEnd) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 2), Port: 2} }

// SetDeadline sets the deadline for reading; a write has none.
func (e *PipeEnd) SetDeadline(t time.Time) error { e.in.deadline(t); return nil }

// SetReadDeadline sets the deadline for reading.
func (e *PipeEnd) SetReadDeadline(t time.Time) error { e.in.deadline(t); return nil }

// SetWriteDeadline does nothing.
func (e *PipeEnd) SetWriteDeadline(_ time.Time) error { return nil }
