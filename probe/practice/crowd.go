package practice

import (
	"net"
	"sync"
	"time"
)

const (
	maxGuests     = 64               // connections at a time, all ports together
	greetingLimit = 30 * time.Second // for a new connection to show what it is, TLS handshake included
)

// A crowd is everything that goes on in one mailbox: listeners, connections and the goroutines that serve them. It is
// bounded, and it ends as one.
type crowd struct {
	sessions sync.WaitGroup // every goroutine of the mailbox

	mu     sync.Mutex
	ended  bool
	doors  []net.Listener
	guests map[*guest]struct{}
}

func newCrowd() *crowd { return &crowd{guests: make(map[*guest]struct{})} }

// door bounds a listener: a connection too many is closed without a word.
func (c *crowd) door(ln net.Listener) net.Listener {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		_ = ln.Close()
	}
	c.doors = append(c.doors, ln)
	return &door{ln, c}
}

// enter counts a goroutine that a library started, and refuses where the crowd has ended. A yes is paired with leave.
func (c *crowd) enter() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return false
	}
	c.sessions.Add(1)
	return true
}

func (c *crowd) leave() { c.sessions.Done() }

// admit takes a connection in, unless there are too many or the crowd has ended.
func (c *crowd) admit(conn net.Conn) (*guest, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended || len(c.guests) >= maxGuests {
		return nil, false
	}
	g := &guest{conn, c}
	c.guests[g] = struct{}{}
	return g, true
}

// end closes every listener and every connection, which ends the goroutines that serve them.
func (c *crowd) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	for _, ln := range c.doors {
		_ = ln.Close()
	}
	for g := range c.guests {
		_ = g.Conn.Close()
	}
}

// A door is a listener whose connections belong to a crowd.
type door struct {
	net.Listener
	crowd *crowd
}

// Accept waits for a connection that the crowd has room for.
func (d *door) Accept() (net.Conn, error) {
	for {
		conn, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if g, ok := d.crowd.admit(conn); ok {
			// go-imap sets no deadline for a TLS handshake; a later one replaces this.
			_ = conn.SetDeadline(time.Now().Add(greetingLimit))
			return g, nil
		}
		_ = conn.Close()
	}
}

// A guest is a connection that leaves the crowd when it is closed.
type guest struct {
	net.Conn
	crowd *crowd
}

// Close closes the connection and gives its place back. It may be called more than once.
func (g *guest) Close() error {
	g.crowd.mu.Lock()
	delete(g.crowd.guests, g)
	g.crowd.mu.Unlock()
	return g.Conn.Close()
}
