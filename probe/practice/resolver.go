package practice

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// hosts are the names that resolve, and that the certificates are made for.
func hosts() []string {
	return []string{"imap." + domain, "pop." + domain, "smtp." + domain, "mail." + domain}
}

// LookupNetIP knows the four practice hosts, which have an IPv4 address alone. Every other name is "no such host".
func (m *Mailbox) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if network == "ip6" || !slices.Contains(hosts(), canonical(host)) {
		return nil, notFound(host)
	}
	return []netip.Addr{practiceAddr()}, nil
}

// LookupMX knows the practice domain alone.
func (m *Mailbox) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if canonical(name) != domain {
		return nil, notFound(name)
	}
	return []*net.MX{{Host: "mail." + domain + ".", Pref: 10}}, nil
}

// canonical takes the final dot and the capitals from a name.
func canonical(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// notFound is what package net says of a name that does not exist, or has no such record.
func notFound(name string) error {
	return &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// LookupSRV knows nothing: the practice domain publishes no services.
func (m *Mailbox) LookupSRV(ctx context.Context, _, _, name string) (string, []*net.SRV, error) {
	if err := ctx.Err(); err != nil {
		return "", nil, err
	}
	return "", nil, notFound(name)
}

// LookupTXT knows nothing.
func (m *Mailbox) LookupTXT(ctx context.Context, name string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return nil, notFound(name)
}
