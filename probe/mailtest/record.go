package mailtest

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// A Connection is the record of one dial. Times are since the start of the run.
type Connection struct {
	Addr      netip.AddrPort
	Dialled   time.Duration
	Ended     time.Duration // when the dial came to its end, either way; -1 while it waits
	Open      bool          // the dial succeeded and the client has not closed
	Connected bool          // the dial succeeded
	Closed    time.Duration // when the client closed
	Lost      bool          // the SYN was lost: nothing answers
	Handshake string        // how TLS went: "", "done", or the error
	SNI       string
	Said      []string // the client's commands, secrets replaced
	Password  bool     // a password was seen
	Polite    bool     // the client said LOGOUT or QUIT, or the server ended the conversation
	Shown     bool     // the client showed its certificate
	Rude      bool     // the client hung up in the middle of a sound conversation that waited for its next command
}

// A SignIn is the record of one try to sign in.
type SignIn struct {
	Addr    netip.AddrPort
	User    string
	OK      bool
	Refused bool // the credentials were wrong, whatever the server said to them
	Clear   bool // without encryption
	At      time.Duration
}

// A Lookup is the record of one question to DNS.
type Lookup struct {
	Name string
	Kind string // "4", "6", "mx", "srv", "txt"
	At   time.Duration
}

// A Record is everything that the world saw in one run.
type Record struct {
	Connections []Connection
	SignIns     []SignIn
	Lookups     []Lookup
	Requests    []WebRequest
	Violations  []string // what a client must never do
}

// String tells the run as the servers saw it, one line a connection.
func (r Record) String() string {
	var b strings.Builder
	for _, v := range r.Violations {
		fmt.Fprintf(&b, "VIOLATION %s\n", v)
	}
	for _, c := range r.Connections {
		fmt.Fprintf(&b, "%8v %-24v %-14s tls=%q sni=%q said=%q\n", c.Dialled, c.Addr, c.fate(), c.Handshake, c.SNI, c.Said)
	}
	for _, s := range r.SignIns {
		fmt.Fprintf(&b, "%8v %-24v sign-in %q ok=%v refused=%v clear=%v\n", s.At, s.Addr, s.User, s.OK, s.Refused, s.Clear)
	}
	for _, q := range r.Requests {
		fmt.Fprintf(&b, "%8v %-24v %s %s %v %q\n", q.At, q.Addr, q.Method, q.URL, q.Header, q.Body)
	}
	for _, l := range r.Lookups {
		fmt.Fprintf(&b, "%8v lookup %s %s\n", l.At, l.Kind, l.Name)
	}
	return b.String()
}

// fate tells in a few words what became of the connection.
func (c Connection) fate() string {
	switch {
	case c.Open:
		return "open"
	case c.Connected && c.Rude:
		return fmt.Sprintf("rude %v", c.Closed)
	case c.Connected:
		return fmt.Sprintf("closed %v", c.Closed)
	case c.Ended < 0:
		return "dialling"
	default:
		return fmt.Sprintf("failed %v", c.Ended)
	}
}
