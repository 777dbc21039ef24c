package discover

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"portolan/probe/wire"
)

// A reached is what came of connecting by one family of addresses.
type reached struct {
	conn net.Conn
	err  error
}

// connect opens TCP to a host. Both families are looked up at once and raced, IPv6 with a head start; the first that
// connects is it. progress is called for every answer, by two goroutines at once, and never after connect has returned.
//
// RFC 8305, section 5: a connection attempt delay of 250 ms.
func (f Finder) connect(ctx context.Context, host string, port int, progress func()) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()

	results := make(chan reached)
	sixOver := make(chan struct{})
	deliver := func(conn net.Conn, err error) {
		select {
		case results <- reached{conn, err}:
		case <-ctx.Done():
			if conn != nil {
				_ = conn.Close() // too late to be wanted
			}
		}
	}
	race := func(network string, over <-chan struct{}) (conn net.Conn, err error) {
		if fault := wire.Survive(func() { conn, err = f.byFamily(ctx, network, host, port, over, progress) }); fault != nil {
			return nil, fault
		}
		return conn, err
	}
	wg.Go(func() {
		conn, err := race("ip6", nil)
		close(sixOver)
		deliver(conn, err)
	})
	wg.Go(func() { deliver(race("ip4", sixOver)) })

	var worst error
	for range 2 {
		select {
		case r := <-results:
			if r.err == nil {
				return r.conn, nil
			}
			worst = telling(worst, r.err)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return nil, worst
}

// errNoAddress says that a name exists and has no address.
var errNoAddress = errors.New("no address")

// telling picks the error that says more: a failed connection over a missing address.
func telling(a, b error) error {
	if a == nil || nameless(a) && !nameless(b) {
		return b
	}
	return a
}

// nameless reports whether an error says that there is no such name, or no address for it.
func nameless(err error) bool {
	var dns *net.DNSError
	return errors.Is(err, errNoAddress) || errors.As(err, &dns) && dns.IsNotFound
}

// byFamily looks one family up and tries its addresses in order, after the head start of the other family where over is
// not nil: over is closed when that has come to nothing.
func (f Finder) byFamily(ctx context.Context, network, host string, port int, over <-chan struct{}, progress func()) (net.Conn, error) {
	addrs, err := f.Addresses(ctx, network, host)
	if err == nil || nameless(err) {
		progress()
	}
	if err != nil {
		return nil, err
	}
	if len(addrs) == 0 {
		return nil, errNoAddress
	}
	if over != nil {
		wait(ctx, headStart, over)
	}
	for _, a := range addrs[:min(len(addrs), maxAddresses)] {
		var conn net.Conn
		if conn, err = f.dial(ctx, netip.AddrPortFrom(a, uint16(port))); err == nil {
			progress()
			return conn, nil
		}
	}
	return nil, err
}

// wait waits for a time, or until over is closed or ctx ends.
func wait(ctx context.Context, d time.Duration, over <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-over:
	case <-ctx.Done():
	}
}

// dial opens TCP to one address.
func (f Finder) dial(ctx context.Context, addr netip.AddrPort) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	return f.dialer().DialContext(ctx, "tcp", net.JoinHostPort(addr.Addr().String(), strconv.Itoa(int(addr.Port()))))
}

func (f Finder) dialer() wire.Dialer {
	if f.Dialer != nil {
		return f.Dialer
	}
	return &net.Dialer{}
}
