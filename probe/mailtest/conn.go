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

// A segment is what travels in one piece: bytes, or the end of the stream.
type segment struct {
	at   time.Time // when it arrives
	data []byte
	end  error // io.EOF for a FIN, ECONNRESET for a RST; nil while data remains
}

// A stream is one direction of a connection, with its latency.
type stream struct {
	latency time.Duration

	mu       sync.Mutex
	change   *sync.Cond // on mu
	segments []segment
	deadline time.Time
	shut     bool      // the reading end is closed
	ended    bool      // the writing end said FIN or RST
	arrived  time.Time // when the bytes last read had arrived
}

func newStream(latency time.Duration) *stream {
	s := &stream{latency: latency}
	s.change = sync.NewCond(&s.mu)
	return s
}

// send puts a segment on the way; nothing follows an end.
func (s *stream) send(data []byte, end error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended || s.shut {
		return
	}
	s.ended = end != nil
	s.segments = append(s.segments, segment{time.Now().Add(s.latency), data, end})
	s.wakeAfter(s.latency)
}

// wakeAfter makes the reader look again later. The caller holds mu.
func (s *stream) wakeAfter(d time.Duration) {
	if d <= 0 {
		s.change.Broadcast()
		return
	}
	time.AfterFunc(d, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.change.Broadcast()
	})
}

// read waits for bytes, the end, or the deadline, and like a socket of the system it fails at a passed deadline even
// where bytes are waiting.
func (s *stream) read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		now := time.Now()
		switch {
		case s.shut:
			return 0, net.ErrClosed
		case !s.deadline.IsZero() && !now.Before(s.deadline):
			return 0, os.ErrDeadlineExceeded
		case len(s.segments) > 0 && !now.Before(s.segments[0].at):
			return s.take(p)
		}
		s.change.Wait()
	}
}

// take reads from the first segment, which has arrived. The caller holds mu.
func (s *stream) take(p []byte) (int, error) {
	first := &s.segments[0]
	if first.end != nil {
		return 0, first.end
	}
	s.arrived = first.at
	n := copy(p, first.data)
	if first.data = first.data[n:]; len(first.data) == 0 {
		s.segments = s.segments[1:]
	}
	return n, nil
}

func (s *stream) setDeadline(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deadline = t
	s.change.Broadcast()
	if !t.IsZero() {
		s.wakeAfter(time.Until(t))
	}
}

// shutdown ends the reading side.
func (s *stream) shutdown() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shut = true
	s.change.Broadcast()
}

// reset reports whether a RST has arrived.
func (s *stream) reset() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.segments {
		if errors.Is(g.end, syscall.ECONNRESET) && !time.Now().Before(g.at) {
			return true
		}
	}
	return false
}

// lastArrival tells when the bytes last read had arrived.
func (s *stream) lastArrival() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.arrived
}

// An end is one end of a virtual TCP connection. It is a net.Conn.
type end struct {
	once          sync.Once
	in, out       *stream
	local, remote net.Addr
	closed        func() // called once, by Close; may be nil

	mu       sync.Mutex
	deadline time.Time // of writing
	done     bool
}

// newConn makes the two ends of a connection whose round trip takes rtt.
func newConn(client, server net.Addr, rtt time.Duration) (near, far *end) {
	there, back := newStream(rtt/2), newStream(rtt-rtt/2)
	return &end{in: back, out: there, local: client, remote: server},
		&end{in: there, out: back, local: server, remote: client}
}

func (e *end) fail(op string, err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		err = os.NewSyscallError(op, errno)
	}
	return &net.OpError{Op: op, Net: "tcp", Source: e.local, Addr: e.remote, Err: err}
}

// Read is net.Conn's.
func (e *end) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, err := e.in.read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = e.fail("read", err)
	}
	return n, err
}

// Write is net.Conn's; it never waits.
func (e *end) Write(p []byte) (int, error) {
	e.mu.Lock()
	done, deadline := e.done, e.deadline
	e.mu.Unlock()
	switch {
	case done:
		return 0, e.fail("write", net.ErrClosed)
	case !deadline.IsZero() && !time.Now().Before(deadline):
		return 0, e.fail("write", os.ErrDeadlineExceeded)
	case e.in.reset():
		return 0, e.fail("write", syscall.EPIPE)
	}
	e.out.send(append([]byte(nil), p...), nil)
	return len(p), nil
}

// Close ends both directions.
func (e *end) Close() error { return e.finish(io.EOF) }

// Reset ends both directions with a RST.
func (e *end) Reset() error { return e.finish(syscall.ECONNRESET) }

// finish closes once; who comes second waits until the first one is through, as with a real socket.
func (e *end) finish(how error) error {
	first := false
	e.once.Do(func() {
		first = true
		e.mu.Lock()
		e.done = true
		e.mu.Unlock()
		e.out.send(nil, how)
		e.in.shutdown()
		if e.closed != nil {
			e.closed()
		}
	})
	if !first {
		return e.fail("close", net.ErrClosed)
	}
	return nil
}

// CloseWrite ends the direction of writing alone.
func (e *end) CloseWrite() error {
	e.out.send(nil, io.EOF)
	return nil
}

// LocalAddr is net.Conn's.
func (e *end) LocalAddr() net.Addr { return e.local }

// RemoteAddr is net.Conn's.
func (e *end) RemoteAddr() net.Addr { return e.remote }

// SetDeadline is net.Conn's.
func (e *end) SetDeadline(t time.Time) error {
	_ = e.SetReadDeadline(t)
	return e.SetWriteDeadline(t)
}

// SetReadDeadline is net.Conn's.
func (e *end) SetReadDeadline(t time.Time) error {
	e.in.setDeadline(t)
	return nil
}

// SetWriteDeadline is net.Conn's.
func (e *end) SetWriteDeadline(t time.Time) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.deadline = t
	return nil
}
