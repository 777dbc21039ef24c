package discover

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// A half is one direction of a connection. It takes some bytes before anybody reads them, as a socket does and net.Pipe
// does not.
type half struct {
	mu      sync.Mutex
	buffer  []byte
	ended   bool          // nothing more is written
	left    bool          // nothing more is read
	changed chan struct{} // closed at the next change
}

func newHalf() *half { return &half{changed: make(chan struct{})} }

// change does something to the half and wakes whoever waits for it.
func (h *half) change(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
	close(h.changed)
	h.changed = make(chan struct{})
}

// A socket is one end of a connection.
type socket struct {
	in, out *half
	mu      sync.Mutex
	until   [2]time.Time // deadlines of reading and writing
}

func newSockets() (client, server *socket) {
	a, b := newHalf(), newHalf()
	return &socket{in: a, out: b}, &socket{in: b, out: a}
}

// await tries until f is done, something at its half ends it, or the deadline has passed.
func (s *socket) await(h *half, which int, f func() (done bool, err error)) error {
	for {
		h.mu.Lock()
		done, err := f()
		changed := h.changed
		h.mu.Unlock()
		if done || err != nil {
			return err
		}
		s.mu.Lock()
		until := s.until[which]
		s.mu.Unlock()
		if until.IsZero() {
			<-changed
			continue
		}
		timer := time.NewTimer(time.Until(until))
		select {
		case <-changed:
		case <-timer.C:
			return os.ErrDeadlineExceeded
		}
		timer.Stop()
	}
}

func (s *socket) Read(b []byte) (n int, err error) {
	err = s.await(s.in, 0, func() (bool, error) {
		switch {
		case s.in.left:
			return false, net.ErrClosed
		case len(s.in.buffer) > 0:
			n = copy(b, s.in.buffer)
			s.in.buffer = s.in.buffer[n:]
			return true, nil
		case s.in.ended:
			return false, io.EOF
		default:
			return false, nil
		}
	})
	s.in.change(func() {})
	return n, err
}

func (s *socket) Write(b []byte) (int, error) {
	const room = 64 << 10
	err := s.await(s.out, 1, func() (bool, error) {
		switch {
		case s.out.ended || s.out.left:
			return false, net.ErrClosed
		case len(s.out.buffer) < room:
			s.out.buffer = append(s.out.buffer, b...)
			return true, nil
		default:
			return false, nil
		}
	})
	if err != nil {
		return 0, err
	}
	s.out.change(func() {})
	return len(b), nil
}

// Close ends both directions: what was written before can still be read at the other end.
func (s *socket) Close() error {
	s.out.change(func() { s.out.ended = true })
	s.in.change(func() { s.in.left = true })
	return nil
}

func (s *socket) SetDeadline(t time.Time) error {
	_ = s.SetReadDeadline(t)
	return s.SetWriteDeadline(t)
}

func (s *socket) set(which int, h *half, t time.Time) error {
	s.mu.Lock()
	s.until[which] = t
	s.mu.Unlock()
	h.change(func() {})
	return nil
}

func (s *socket) SetReadDeadline(t time.Time) error  { return s.set(0, s.in, t) }
func (s *socket) SetWriteDeadline(t time.Time) error { return s.set(1, s.out, t) }
func (s *socket) LocalAddr() net.Addr                { return &net.TCPAddr{} }
func (s *socket) RemoteAddr() net.Addr               { return &net.TCPAddr{} }
