//go:build linux

package debian

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"testing"
)

// Silence makes ports of an address silent, as a firewall does that drops packets: a connection is neither made nor
// refused. It works by a listener that accepts nobody and whose queue is full, which Linux answers with nothing.
func (l *Lab) Silence(t *testing.T, address netip.Addr, ports ...int) {
	t.Helper()
	for _, port := range ports {
		fd, err := deaf(netip.AddrPortFrom(address, uint16(port)))
		if err != nil {
			t.Fatalf("silence %v port %d: %v", address, port, err)
		}
		t.Cleanup(func() { _ = syscall.Close(fd) })
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", netip.AddrPortFrom(address, uint16(port)).String())
		if err != nil {
			t.Fatalf("fill the queue of %v port %d: %v", address, port, err)
		}
		t.Cleanup(func() { _ = conn.Close() })
	}
}

// deaf opens a listening socket with room for one connection in its queue, which nobody will ever take out.
func deaf(at netip.AddrPort) (int, error) {
	family, name := syscall.AF_INET6, syscall.Sockaddr(&syscall.SockaddrInet6{Port: int(at.Port()), Addr: at.Addr().As16()})
	if at.Addr().Is4() {
		family, name = syscall.AF_INET, &syscall.SockaddrInet4{Port: int(at.Port()), Addr: at.Addr().As4()}
	}
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, fmt.Errorf("socket: %w", err)
	}
	err = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	if err == nil {
		err = syscall.Bind(fd, name)
	}
	if err == nil {
		err = syscall.Listen(fd, 0)
	}
	if err != nil {
		return 0, errors.Join(err, syscall.Close(fd))
	}
	return fd, nil
}
