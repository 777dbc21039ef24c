// Package discover turns an address into candidates: hosts that might be the user's mail servers, each with who named it.
//
// Every source is one file and one value of Source; the search asks them all at once. Guesses need no network and come
// first; what a source answers later joins the ranked list with its own trust.
package discover

import (
	"context"
	"crypto/x509"
	"net"
	"net/netip"
	"strings"

	"portolan/account"
	"portolan/probe/wire"
)

// A Resolver looks names up. *net.Resolver is one. Names are absolute: they end in a dot, but for single labels and .local.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) // network "ip4" or "ip6"
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupSRV(ctx context.Context, service, proto, name string) (cname string, records []*net.SRV, err error)
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// A Candidate is one host that might serve one role.
type Candidate struct {
	Host      string // ASCII (A-labels), lower case, no trailing dot; or an IP literal
	Role      account.Role
	Origin    account.Origin
	Order     int  // among the hosts of one source, the lower first
	MX        bool // the host is the domain's mail exchanger
	Ports     []Port
	Usernames []string // published, placeholders replaced; in the order to try
}

// A Port is one that a source names for its host; the host's standard ports are tried in any case.
type Port struct {
	Protocol account.Protocol
	Number   int // 1 to 65535
	Security account.Security
}

// A Status is what became of asking a source.
type Status uint8

// What can become of asking a source.
const (
	Asking  Status = iota
	Named          // it named servers
	Silent         // it answered, and knows nothing of the domain
	Broken         // it has something to say, and it cannot be used: see Note
	Missing        // no answer, no such name, nothing there
	Off            // not asked: switched off, or nobody there to ask; see Note
)

var statusNames = [...]string{"asking", "named", "silent", "broken", "missing", "off"}

// String gives the word that JSON carries.
func (s Status) String() string { return statusNames[s] }

// An Answer is all that one source said.
type Answer struct {
	Status     Status
	URL        string // what was asked, without the local part of the address
	Candidates []Candidate
	Unoffered  []account.Protocol // SRV ".": the domain says that it does not offer the protocol at all
	Wildcard   bool               // a name that nobody could have entered has an address
	Exchanger  string             // the domain's best mail exchanger, where it was asked for
	Portal     bool               // the network itself seems to have answered: it wants a login first
	Note       string             // in plain words, foreign text neutralised
	Err        error              // evidence, where there is any
}

// A Source is somebody who can be asked.
type Source struct {
	Name account.Source
	Key  string // "autoconfig.example.org": tells two sources of the same name apart
	// Ask asks; progress is called whenever something has answered, so that patience knows, by several goroutines at once.
	// It ends with ctx.
	Ask func(ctx context.Context, progress func()) Answer
}

// Settings are the user's say in who is asked.
type Settings struct {
	ISPDB       string // base URL, ending in a slash; "" is DefaultISPDB, "off" asks nobody
	SendAddress bool   // the full address goes to the domain's own HTTPS autoconfig host, and nowhere else
	NoGuess     bool   // the usual names (imap.D, smtp.D, …) are not tried, only servers that somebody named; whoever searches looks
}

// DefaultISPDB is the public provider database.
const DefaultISPDB = "https://v1.ispdb.net/"

// A Finder knows whom to ask, and how. Its zero value asks the system's resolver and the real web.
type Finder struct {
	Resolver    Resolver            // nil: net.DefaultResolver
	Dialer      wire.Dialer         // nil: net.Dialer; HTTPS goes through it too
	Authorities []*x509.Certificate // beside the system's, for HTTPS
	Settings    Settings
	Providers   Providers // what is known of providers beforehand; nil: KnownProviders
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
