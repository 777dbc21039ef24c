package wire

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"
)

// newPipe gives the two ends of a connection in memory. Unlike net.Pipe it buffers, as a socket does, so that both sides
// may write at once; its deadlines work with the fake time of synctest.
func newPipe() (client, server *pipeEnd) {
	a, b := newHalf(), newHalf()
	return &pipeEnd{in: a, out: b}, &pipeEnd{in: b, out: a}
}

// A half is one direction.
type half struct {
	mu     sync.Mutex
	wake   *sync.Cond
	data   []byte
	closed bool  // by the writer: EOF after the data
	broken error // by the reader or by force
	until  time.Time
	timer  *time.Timer
	took   int // bytes read so far
}

// pipeRoom is how much a half holds before its writer waits.
const pipeRoom = 64 << 10

func newHalf() *half {
	h := &half{}
	h.wake = sync.NewCond(&h.mu)
	return h
}

func (h *half) read(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.broken != nil:
			return 0, h.broken
		case !h.until.IsZero() && !time.Now().Before(h.until):
			return 0, os.ErrDeadlineExceeded
		case len(h.data) > 0:
			n := copy(p, h.data)
			h.data = h.data[n:]
			h.took += n
			h.wake.Broadcast()
			return n, nil
		case h.closed:
			return 0, io.EOF
		}
		h.wake.Wait()
	}
}

func (h *half) write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.data) > pipeRoom && h.broken == nil && !h.closed {
		h.wake.Wait()
	}
	if h.broken != nil || h.closed {
		return 0, syscall.EPIPE
	}
	h.data = append(h.data, p...)
	h.wake.Broadcast()
	return len(p), nil
}

func (h *half) end(broken error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	if broken != nil {
		h.broken = broken
	}
	h.wake.Broadcast()
}

func (h *half) deadline(t time.Time) {
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

// A pipeEnd is one end of a connection in memory.
type pipeEnd struct{ in, out *half }

func (p *pipeEnd) Read(b []byte) (int, error)  { return p.in.read(b) }
func (p *pipeEnd) Write(b []byte) (int, error) { return p.out.write(b) }

func (p *pipeEnd) Close() error {
	p.out.end(nil)
	p.in.end(net.ErrClosed)
	p.in.deadline(time.Time{})
	return nil
}

func (p *pipeEnd) LocalAddr() net.Addr               { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 1} }
func (p *pipeEnd) RemoteAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 2), Port: 2} }
func (p *pipeEnd) SetDeadline(t time.Time) error     { p.in.deadline(t); return nil }
func (p *pipeEnd) SetReadDeadline(t time.Time) error { p.in.deadline(t); return nil }
func (p *pipeEnd) SetWriteDeadline(time.Time) error  { return nil }

func TestPipeKeepsItsDeadline(t *testing.T) {
	client, _ := newPipe()
	_ = client.SetDeadline(time.Now().Add(-time.Second))
	if _, err := client.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v, want a deadline", err)
	}
}
