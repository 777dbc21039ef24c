package probe

import (
	"context"
	"crypto/x509"
	"net/netip"
	"slices"
	"strings"
	"time"

	"portolan/account"
	"portolan/probe/discover"
	"portolan/probe/wire"
)

// An otherName is a name in a certificate that is sound but for another host than the one that was dialled, and what the DNS
// says of it.
//
// C-5: it is looked up to see whether it leads to the same server, and never dialled before the user has said so: taken
// as the server's name, or its domain confirmed.
type otherName struct {
	host  string
	role  account.Role
	done  bool
	addrs []netip.Addr
}

// Limits on the names of certificates.
const (
	maxNamesSeen   = 100 // names of one certificate that are looked at
	maxNamesLooked = 4   // names in a run that are looked up
)

// newNames notes the names that are worth a look-up and were not noted before: they stand in a certificate whose only fault is
// its name, and share the registrable domain of the host that was dialled or of the domain's mail exchanger.
func (t *table) newNames() []*otherName {
	known := len(t.names)
	for _, l := range t.lines {
		if best, ok := t.best(l.protocol.Role()); !wrongNameOnly(l) || ok && best.rank.class == classVerified {
			continue
		}
		for _, name := range plainNames(l.facts.TLS.Chain[0]) {
			role, domain := l.protocol.Role(), account.RegistrableDomain(name)
			near := domain != "" && (domain == account.RegistrableDomain(l.names[0]) || domain == account.RegistrableDomain(t.exchanger))
			had := slices.Contains(l.names, name) || slices.ContainsFunc(t.names, func(n *otherName) bool { return n.host == name && n.role == role })
			if near && !had && t.namesOf(role) < maxNamesLooked {
				t.names = append(t.names, &otherName{host: name, role: role})
			}
		}
	}
	return t.names[known:]
}

func (t *table) namesOf(r account.Role) int {
	n := 0
	for _, o := range t.names {
		if o.role == r {
			n++
		}
	}
	return n
}

// wrongNameOnly reports whether a line ended at a certificate that is sound but for its name.
func wrongNameOnly(l *line) bool {
	return l.state == lineFailed && slices.Equal(l.facts.TLS.Problems, []wire.Problem{wire.WrongName}) && len(l.facts.TLS.Chain) > 0
}

// plainNames gives the host names in a certificate that can be dialled: no wildcard, no address, nothing odd.
func plainNames(leaf *x509.Certificate) []string {
	var list []string
	for _, name := range leaf.DNSNames[:min(len(leaf.DNSNames), maxNamesSeen)] {
		host, err := account.ParseHost(strings.ToLower(name))
		if err == nil && host == strings.ToLower(name) && account.RegistrableDomain(host) != "" && !slices.Contains(list, host) {
			list = append(list, host)
		}
	}
	return list
}

// namesOpen reports whether the DNS has not yet said where a name leads.
func (t *table) namesOpen() bool {
	return slices.ContainsFunc(t.names, func(n *otherName) bool { return !n.done })
}

// reservedNames counts the handshakes that an address may yet see for names that stand in its certificates.
func (t *table) reservedNames(a netip.Addr) int {
	n := 0
	for _, o := range t.names {
		if o.done || t.fixed || account.RegistrableDomain(o.host) != account.RegistrableDomain(t.exchanger) {
			continue
		}
		if slices.ContainsFunc(t.lines, func(l *line) bool { return l.addr.Addr() == a && l.protocol.Role() == o.role && wrongNameOnly(l) }) {
			n++
		}
	}
	return n
}

// instead is the name to try in the place of a service's host: it stands in the certificate that the line showed, in the same
// registrable domain, and leads to the same address. It is zero where there is none. A name that is taken counts as typed, and
// its domain with it: that is no way around the question about the domain, which stands before the one about the certificate.
func (t *table) instead(s *service, l *line) account.Endpoint {
	for _, n := range t.names {
		if account.RegistrableDomain(n.host) != account.RegistrableDomain(s.host.Host) || !t.leads(n, l) {
			continue
		}
		e := account.Endpoint{Host: n.host, Port: s.port}
		if s.port == 25 || s.port == account.StandardPort(s.protocol, account.TLS) || s.port == account.StandardPort(s.protocol, account.STARTTLS) {
			e.Port = 0
		}
		return e
	}
	return account.Endpoint{}
}

// leads reports whether a name stands in the certificate of a line, and leads to the line's address.
func (t *table) leads(n *otherName, l *line) bool {
	return n.role == l.protocol.Role() && wrongNameOnly(l) && slices.Contains(n.addrs, l.addr.Addr()) &&
		slices.Contains(plainNames(l.facts.TLS.Chain[0]), n.host)
}

// takeName takes in where a name leads. One in the domain of the mail exchanger, that of a hoster with many domains, becomes
// a candidate at the address where its certificate was seen; unless the user has confirmed that domain, it is held for a yes.
func (t *table) takeName(n *otherName, addrs []netip.Addr, now time.Duration) {
	n.done, n.addrs = true, addrs
	if t.fixed || t.wish(n.role).Server.Host != "" || account.RegistrableDomain(n.host) != account.RegistrableDomain(t.exchanger) {
		return
	}
	for _, l := range t.lines {
		if !t.leads(n, l) || account.RegistrableDomain(l.names[0]) == account.RegistrableDomain(n.host) {
			continue
		}
		known := len(t.hosts)
		t.add(discover.Candidate{Host: n.host, Role: n.role, Origin: account.Origin{Source: account.SourceMX}, Order: maxNamed}, now)
		for _, h := range t.hosts[known:] { // none where somebody has named it, or the table is full
			h.shown, h.held = true, !t.request.Policy.HostConfirmed(n.host, h.Origin)
			h.families[v4] = family{done: true, at: now, addrs: []netip.Addr{l.addr.Addr()}}
			h.families[v6] = family{done: true, at: now}
		}
		return
	}
}

// resolveNames looks the names of certificates up.
func (r *run) resolveNames() {
	for _, n := range r.table.newNames() {
		r.work(func() {
			ctx, cancel := context.WithTimeout(r.asking, discoveryLimit)
			defer cancel()
			var addrs []netip.Addr
			for _, network := range [...]string{"ip4", "ip6"} {
				found, _ := r.prober.Finder.Addresses(ctx, network, n.host) // who cannot be found leads nowhere
				addrs = append(addrs, found[:min(len(found), maxAddrs)]...)
			}
			r.post(func() { r.table.takeName(n, addrs, r.now()) })
		})
	}
}
