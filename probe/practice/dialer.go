package practice

import (
	"context"
	"net"
	"net/netip"
	"os"
	"syscall"
)

// loopback is the practice address: what every practice name resolves to, and where the servers really listen.
const loopback = "127.0.0.1"

// DialContext leads a port of the practice address to the server that plays it, refuses (syscall.ECONNREFUSED in a
// *net.OpError), or stays silent until ctx ends, as the personality has it. Any other address is refused, and so is
// everything once the mailbox has ended.
func (m *Mailbox) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	refusal := &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	asked, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, refusal
	}
	refusal.Addr = net.TCPAddrFromAddrPort(asked)
	if m.ended() || asked.Addr() != practiceAddr() || (network != "tcp" && network != "tcp4") {
		return nil, refusal
	}
	switch b := m.berths[int(asked.Port())]; b.answer {
	case serves:
		return (&net.Dialer{}).DialContext(ctx, "tcp4", b.real)
	case silent:
		select {
		case <-ctx.Done():
			return nil, &net.OpError{Op: "dial", Net: network, Addr: refusal.Addr, Err: ctx.Err()}
		case <-m.done:
			return nil, refusal
		}
	default:
		return nil, refusal
	}
}

// ended reports whether the mailbox is closed: its ports may be somebody else's by now.
func (m *Mailbox) ended() bool {
	select {
	case <-m.done:
		return true
	default:
		return false
	}
}

func practiceAddr() netip.Addr { return netip.MustParseAddr(loopback) }
