package explain

import (
	"slices"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
)

// Disagreements says, a sentence for each of the two roles, where sources name different servers. Those that name at least
// one host in common agree; a mail exchanger, which is a host and no word about mailboxes, contradicts nobody.
func Disagreements(sources []probe.SourceReport) []string {
	var all []string
	for _, role := range []account.Role{account.Incoming, account.Outgoing} {
		camps := campsOf(sources, role)
		if len(camps) < 2 {
			continue
		}
		words := make([]string, len(camps))
		for i, c := range camps {
			words[i] = list(c.hosts) + " (" + list(c.kinds) + ")"
		}
		all = append(all, "The sources do not agree about "+role.String()+" mail: "+list(words)+" were named. What the servers themselves do decides.")
	}
	return all
}

// A camp is the hosts that sources with something in common name, and what those sources are.
type camp struct{ hosts, kinds []string }

// campsOf sorts what the sources name for a role.
func campsOf(sources []probe.SourceReport, role account.Role) []camp {
	var camps []camp
	for _, s := range sources {
		hosts := hostsNamed(s, role)
		if len(hosts) == 0 {
			continue
		}
		next := camp{hosts, []string{sourceKind(s.Source)}}
		camps = slices.DeleteFunc(camps, func(c camp) bool {
			common := slices.ContainsFunc(c.hosts, func(h string) bool { return slices.Contains(hosts, h) })
			if common {
				next = camp{union(c.hosts, next.hosts), union(c.kinds, next.kinds)}
			}
			return common
		})
		camps = append(camps, next)
	}
	return camps
}

// union appends what is not in a list yet.
func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// hostsNamed lists the hosts that a source names for a role.
func hostsNamed(s probe.SourceReport, role account.Role) []string {
	var hosts []string
	if s.Status != discover.Named {
		return nil
	}
	for _, n := range s.Servers {
		if host := account.UnicodeHost(n.Server.Host); n.Role == role && n.Protocol != account.ProtocolUnknown && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}
