package probe

import (
	"net/netip"
	"testing"

	"portolan/account"
)

// N-9: a public name that leads into a private network, to the link, or to the machine is told; one that belongs there is not.
func TestAPublicNameThatLeadsInsideIsTold(t *testing.T) {
	for _, test := range []struct {
		host, addr string
		want       bool
	}{
		{"imap.example.test", "192.0.2.1", false},
		{"imap.example.test", "2001:db8::1", false},
		{"imap.example.test", "10.0.0.1", true},
		{"imap.example.test", "172.16.0.1", true},
		{"imap.example.test", "192.168.1.1", true},
		{"imap.example.test", "127.0.0.1", true},
		{"imap.example.test", "169.254.169.254", true},
		{"imap.example.test", "0.0.0.0", true},
		{"imap.example.test", "::", true},
		{"imap.example.test", "::1", true},
		{"imap.example.test", "fe80::1", true},
		{"imap.example.test", "fd00::1", true},
		{"imap.example.test", "::ffff:10.0.0.1", true},
		{"imap.example.test", "::ffff:0.0.0.0", true},
		{"imap.example.test", "::ffff:192.0.2.1", false},
		{"practice.invalid", "127.0.0.1", false},
		{"mail.home.arpa", "192.168.1.1", false},
		{"mail.corp.internal", "10.0.0.1", false},
		{"mail.localhost", "127.0.0.1", false},
		{"mail.local", "192.168.1.1", false},
		{"mailserver", "192.168.1.1", false},
		{"notinternal.test", "10.0.0.1", true},
	} {
		h := &host{}
		h.Host, h.Role = test.host, account.Incoming
		h.families[v4] = family{done: true, addrs: []netip.Addr{netip.MustParseAddr(test.addr)}}
		tab := &table{hosts: []*host{h}}
		f, got := tab.insideFinding(account.Incoming, nil)
		if got != test.want || got && (f.Cause != AddressInside || f.Server.Host != test.host) {
			t.Errorf("%s at %s: got %v %+v, want %v", test.host, test.addr, got, f, test.want)
		}
		if _, got := tab.insideFinding(account.Outgoing, nil); got {
			t.Errorf("%s at %s: got it told of the other role", test.host, test.addr)
		}
		for _, typed := range []*Wish{&tab.request.Incoming, &tab.request.Outgoing} {
			typed.Server.Host = test.host
			if _, got := tab.insideFinding(account.Incoming, nil); got {
				t.Errorf("%s at %s: got it told though it was typed", test.host, test.addr)
			}
			typed.Server.Host = ""
		}
	}
}

// It is the address in use that counts, and the winner that is in use.
func TestOnlyTheAddressInUseIsLookedAt(t *testing.T) {
	inside, outside := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("192.0.2.1")
	h, other := &host{}, &host{}
	h.Host, h.Role, other.Host, other.Role = imapHost, account.Incoming, mailHost, account.Incoming
	h.families[v4].addrs = []netip.Addr{outside, inside}
	tab := &table{hosts: []*host{other, h}}
	for _, test := range []struct {
		w    *choice
		want bool
	}{
		{nil, true},
		{&choice{service: &service{host: h}}, true},
		{&choice{service: &service{host: h}, outcome: outcome{line: &line{addr: netip.AddrPortFrom(outside, 993)}}}, false},
		{&choice{service: &service{host: h}, outcome: outcome{line: &line{addr: netip.AddrPortFrom(inside, 993)}}}, true},
		{&choice{service: &service{host: other}}, false},
	} {
		if _, got := tab.insideFinding(account.Incoming, test.w); got != test.want {
			t.Errorf("%+v: got %v, want %v", test.w, got, test.want)
		}
	}
}
