package probe_test

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// foePipe gives the two ends of a connection in memory that behaves as a socket does: it buffers, its writer waits when the
// reader does not read, either side can end its direction alone or reset both, and deadlines follow the clock of the test.
func foePipe() (client, server foeLink) {
	a, b := newFoeHalf(), newFoeHalf()
	return &foeEnd{in: a, out: b}, &foeEnd{in: b, out: a}
}

// foeRoom is how many bytes wait in one direction before its writer has to.
const foeRoom = 64 << 10

// A foeHalf is one direction.
type foeHalf struct {
	mu    sync.Mutex
	wake  *sync.Cond
	data  []byte
	fin   bool  // nothing follows the data
	gone  error // both sides get it at once
	until time.Time
	timer *time.Timer
}

func newFoeHalf() *foeHalf {
	h := &foeHalf{}
	h.wake = sync.NewCond(&h.mu)
	return h
}

func (h *foeHalf) read(p []byte) (int, error) {
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
			h.wake.Broadcast()
			return n, nil
		case h.fin:
			return 0, io.EOF
		}
		h.wake.Wait()
	}
}

func (h *foeHalf) write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.data) > foeRoom && h.gone == nil && !h.fin {
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
func (h *foeHalf) end(why error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fin = true
	if why != nil && h.gone == nil {
		h.gone, h.data = why, nil
	}
	h.wake.Broadcast()
}

func (h *foeHalf) deadline(t time.Time) {
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

// A foeEnd is one end. It is a net.Conn.
type foeEnd struct{ in, out *foeHalf }

func (e *foeEnd) Read(p []byte) (int, error)  { return e.in.read(p) }
func (e *foeEnd) Write(p []byte) (int, error) { return e.out.write(p) }

// Close ends both directions: what was sent still arrives.
func (e *foeEnd) Close() error {
	e.out.end(nil)
	e.in.end(net.ErrClosed)
	e.in.deadline(time.Time{})
	return nil
}

// CloseWrite ends this side's direction alone.
func (e *foeEnd) CloseWrite() error {
	e.out.end(nil)
	return nil
}

// Reset ends both directions at once.
func (e *foeEnd) Reset() {
	reset := &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	e.out.end(reset)
	e.in.end(errors.Join(reset))
}

func (e *foeEnd) LocalAddr() net.Addr                { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 1} }
func (e *foeEnd) RemoteAddr() net.Addr               { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 2), Port: 2} }
func (e *foeEnd) SetDeadline(t time.Time) error      { e.in.deadline(t); return nil }
func (e *foeEnd) SetReadDeadline(t time.Time) error  { e.in.deadline(t); return nil }
func (e *foeEnd) SetWriteDeadline(_ time.Time) error { return nil }
