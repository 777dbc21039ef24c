package mailtest

import (
	"io"
	"net"
	"net/netip"
	"slices"
	"time"

	"portolan/account"
)

// A call is one dial and the connection that it may become; it keeps the record of it.
type call struct {
	w         *World
	at        netip.AddrPort
	rtt       time.Duration
	behaviour Behaviour
	server    *Server   // where behaviour is Serving
	record    *Record   // of the run that it belongs to
	index     int       // in record.Connections
	left      time.Time // when the client closed; guarded by the world's mutex
}

func (w *World) newCall(at netip.AddrPort, h Host, b Behaviour, v *Server) *call {
	c := &call{w: w, at: at, rtt: h.RTT, behaviour: b, server: v}
	w.note(func(r *Record) {
		c.record, c.index = r, len(r.Connections)
		if v != nil && v.StripsLater && slices.ContainsFunc(r.Connections, func(o Connection) bool { return o.Addr == at && o.Connected }) {
			stripped := *v
			stripped.Security = account.Cleartext
			c.server = &stripped
		}
		r.Connections = append(r.Connections, Connection{Addr: at, Dialled: w.now(), Ended: -1, Lost: b == Silent})
	})
	return c
}

// update changes the record of the call.
func (c *call) update(f func(*Connection)) {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	f(&c.record.Connections[c.index])
}

func (c *call) failed(err error) error {
	c.update(func(r *Connection) { r.Ended = c.w.now() })
	return &net.OpError{Op: "dial", Net: "tcp", Addr: net.TCPAddrFromAddrPort(c.at), Err: err}
}

// accepted makes the connection and starts the server's side of it.
func (c *call) accepted() net.Conn {
	client := &net.TCPAddr{IP: net.IPv4(203, 0, 113, 1), Port: 40000 + c.index}
	near, far := newConn(client, net.TCPAddrFromAddrPort(c.at), c.rtt)
	near.closed = func() {
		c.update(func(r *Connection) { r.Open, r.Closed, c.left = false, c.w.now(), time.Now() })
	}
	c.update(func(r *Connection) { r.Ended, r.Connected, r.Open = c.w.now(), true, true })
	c.w.mu.Lock()
	c.w.open = append(c.w.open, far)
	c.w.mu.Unlock()
	c.w.serving.Go(func() { c.serve(far) })
	return near
}

// serve is the server's side, from the arrival of the client's ACK on.
func (c *call) serve(far *end) {
	defer func() { _ = far.Close() }()
	time.Sleep(c.rtt / 2)
	switch c.behaviour {
	case Hangup:
	case ResetAfter:
		_ = far.Reset()
	case Mute:
		drain(far)
	default:
		newSession(c, far).run()
	}
}

// drain reads and forgets until the client goes away.
func drain(far *end) { _, _ = io.Copy(io.Discard, far) }
