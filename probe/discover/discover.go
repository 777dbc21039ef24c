// Package discover turns an address into candidates: hosts that might be the user's mail servers, each with who named it.
//
// Every source is one file and one value of Source; the search asks them all at once. Guesses need no network and come
// first; what a source answers later joins the ranked list with its own trust.
package discover

import (
	"context"
	"net"
	"net/netip"
	"strings"

	"portolan/account"
)

// A Resolver looks names up. *net.Resolver is one. Names are absolute: they end in a dot, but for single labels and .local.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) // network "ip4" or "ip6"
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
}

// A Candidate is one host that might serve one role.
type Candidate struct {
	Host   string // ASCII (A-labels), lower case, no trailing dot; or an IP literal
	Role   account.Role
	Origin account.Origin
	Order  int  // among the hosts of one source, the lower first
	MX     bool // the host is the domain's mail exchanger
	Ports  []Port
}

// A Port is one that a source names for its host; the host's standard ports are tried in any case.
type Port struct {
	Protocol account.Protocol
	Number   int
	Security account.Security
}

// A Source is somebody who can be asked for candidates.
type Source struct {
	Name account.Source
	Ask  func(ctx context.Context) ([]Candidate, error) // nil candidates and nil error: nothing known
}

// A Finder knows whom to ask. Its zero value asks the system's resolver.
type Finder struct {
	Resolver Resolver // nil: net.DefaultResolver
}

// Sources lists everybody who is asked about an address. Guesses need no asking: see Guesses.
func (f Finder) Sources(a account.Address) []Source {
	return []Source{{
		Name: account.SourceMX,
		Ask:  func(ctx context.Context) ([]Candidate, error) { return f.mx(ctx, a) },
	}}
}

// Addresses looks up one family of a host's addresses: network is "ip4" or "ip6". An IP literal is its own answer.
func (f Finder) Addresses(ctx context.Context, network, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		if a = a.Unmap(); a.Is4() == (network == "ip4") {
			return []netip.Addr{a}, nil
		}
		return nil, nil
	}
	found, err := f.resolver().LookupNetIP(ctx, network, Absolute(host))
	addrs := make([]netip.Addr, 0, len(found))
	for _, a := range found {
		addrs = append(addrs, a.Unmap())
	}
	if len(addrs) > 0 {
		return addrs, nil // partial answers come with an error; the usable part counts
	}
	return nil, err
}

// Absolute gives the name with the trailing dot that keeps resolvers from walking their search list. Single labels and
// .local names, which only the local system knows, stay as they were typed.
func Absolute(host string) string {
	if !strings.Contains(host, ".") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".") {
		return host
	}
	return host + "."
}

func (f Finder) resolver() Resolver {
	if f.Resolver != nil {
		return f.Resolver
	}
	return net.DefaultResolver
}
