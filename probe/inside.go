package probe

import (
	"net/netip"
	"slices"
	"strings"

	"portolan/account"
)

// insideFinding tells of a public name that leads to an address which cannot be reached from outside: that of the winner,
// or, where a role has none, of the first host that was to be tried. A name that the user typed is the user's business.
//
// N-9: a name service that was tampered with leads into the user's own network, or to the machine itself, in this way.
func (t *table) insideFinding(role account.Role, w *choice) (Finding, bool) {
	for _, h := range t.hosts {
		if h.Role != role || w != nil && w.service.host != h || !outsideName(h.Host) || t.typedHost(h.Host) {
			continue
		}
		addrs := slices.Concat(h.families[v6].addrs, h.families[v4].addrs)
		if w != nil && w.outcome.line != nil {
			addrs = []netip.Addr{w.outcome.line.addr.Addr()}
		}
		if i := slices.IndexFunc(addrs, insideAddress); i >= 0 {
			return Finding{Cause: AddressInside, Server: account.Endpoint{Host: h.Host}, Role: role, Detail: addrs[i].String()}, true
		}
	}
	return Finding{}, false
}

// typedHost reports whether the user typed a host, for either role.
func (t *table) typedHost(host string) bool {
	return host == t.request.Incoming.Server.Host || host == t.request.Outgoing.Server.Host
}

// outsideName reports whether a name ought to lead to the Internet. The domains that are set aside for what stands inside a
// network do not, and practice mailboxes are in .invalid.
//
// RFC 6761, sections 6.3 and 6.4: localhost and invalid. RFC 8375, section 3: home.arpa.
func outsideName(host string) bool {
	within := func(domain string) bool { return strings.HasSuffix("."+host, domain) }
	return account.PublicName(host) && !slices.ContainsFunc([]string{".localhost", ".invalid", ".internal", ".home.arpa"}, within)
}

// insideAddress reports whether an address means this machine, its link, or a private network.
func insideAddress(a netip.Addr) bool {
	a = a.Unmap()
	// RFC 1918, section 3, and RFC 4193, section 3: IsPrivate. RFC 3927, section 2.1, and RFC 4291, section 2.5.6:
	// IsLinkLocalUnicast, which holds 169.254.169.254, where clouds keep what they know of a machine.
	return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsUnspecified()
}
