package probe

import (
	"cmp"
	"slices"
	"time"

	"portolan/account"
	"portolan/probe/discover"
)

// newTable lays out what is known before anything was asked: typed servers, guesses, or the fixed servers of an account.
func newTable(r Request, settings discover.Settings, providers discover.Providers) *table {
	t := &table{request: r, providers: providers}
	t.request.Policy = policyOf(r)
	switch {
	case r.Task != Search:
		t.fixed = true
		t.fix(r.Account.Incoming, account.Origin{Source: r.Account.Incoming.Source})
		t.fix(r.Account.Outgoing, account.Origin{Source: r.Account.Outgoing.Source})
	case goesOn(r):
		t.fixed = true
		t.fix(r.Kept.Incoming.Server, r.Kept.Incoming.Origin)
		t.fix(r.Kept.Outgoing.Server, r.Kept.Outgoing.Origin)
	default:
		t.layOut(settings)
	}
	return t
}

// goesOn reports whether the request is a yes that goes on with what an earlier run proved. A server that was held and never
// tried, or that the user has declined, has to be searched for afresh; what was found for another address proves nothing.
func goesOn(r Request) bool {
	if r.Kept.Address != r.Address {
		return false
	}
	found := false
	for _, s := range []Result{r.Kept.Incoming, r.Kept.Outgoing} {
		if s.Host == "" {
			continue
		}
		found = true
		if s.Attempt == 0 || slices.ContainsFunc(r.Declined, func(d Decision) bool {
			return slices.Contains(d.Servers, s.Endpoint) || d.Kind == DecideDomain && d.Domain == account.RegistrableDomain(s.Host)
		}) {
			return false
		}
	}
	return found
}

// policyOf completes the user's rule: the domain of the address, and typed hosts with their registrable domains, which
// count as confirmed; a saved account brings its own consents and trust.
func policyOf(r Request) account.Policy {
	p := r.Policy
	p.Domain = account.RegistrableDomain(r.Address.Domain)
	p.Consents.Domains = slices.Concat(p.Consents.Domains, r.Account.Consents.Domains)
	p.Consents.Cleartext = slices.Concat(p.Consents.Cleartext, r.Account.Consents.Cleartext)
	p.Trust.Pins = slices.Concat(p.Trust.Pins, r.Account.Trust.Pins)
	p.Trust.Authorities = slices.Concat(p.Trust.Authorities, r.Account.Trust.Authorities)
	p.Trust.Verified = slices.Concat(p.Trust.Verified, r.Account.Trust.Verified)
	for _, w := range []Wish{r.Incoming, r.Outgoing} {
		if d := account.RegistrableDomain(w.Server.Host); d != "" {
			p.Consents.Domains = append(p.Consents.Domains, d)
		}
	}
	return p
}

// layOut adds the typed servers and, unless the user does without, the guesses.
func (t *table) layOut(settings discover.Settings) {
	for _, role := range []account.Role{account.Incoming, account.Outgoing} {
		other := account.Incoming
		if role == account.Incoming {
			other = account.Outgoing
		}
		if h := t.wish(role).Server.Host; h != "" {
			t.addTyped(h, role)
		} else if h := t.wish(other).Server.Host; h != "" {
			t.add(discover.FromOther(h, role), 0)
		}
	}
	if settings.NoGuess {
		return
	}
	for _, c := range discover.Guesses(t.request.Address) {
		t.add(c, 0)
	}
}

// fix adds the one service of a server that is known already, and where that is less than TLS from the first byte, a look
// at the host's TLS port.
func (t *table) fix(s account.Server, origin account.Origin) {
	role := s.Protocol.Role()
	if s.Host == "" || !t.request.concerns(role) {
		return
	}
	h := &host{Candidate: discover.Candidate{Host: s.Host, Role: role, Origin: origin}}
	t.hosts = append(t.hosts, h)
	for _, security := range languages(s.Security, s.Port) {
		t.services = append(t.services, &service{host: h, protocol: s.Protocol, port: s.Port, security: security, typed: true})
	}
	if port := account.StandardPort(s.Protocol, account.TLS); t.request.Task == Check && s.Security != account.TLS && s.Port != port {
		t.services = append(t.services, &service{host: h, protocol: s.Protocol, port: port, security: account.TLS, look: true})
	}
}

// languages lists the ways to speak to a port: the one asked for, else both. Port 25 is never spoken to first.
func languages(asked account.Security, port int) []account.Security {
	switch {
	case asked == account.TLS:
		return []account.Security{account.TLS}
	case asked != account.SecurityUnknown || port == 25:
		return []account.Security{account.STARTTLS}
	default:
		return []account.Security{account.TLS, account.STARTTLS}
	}
}

// take takes an answer into the table.
func (t *table) take(a discover.Answer, now time.Duration) {
	t.wildcard = t.wildcard || a.Wildcard
	t.exchanger = cmp.Or(t.exchanger, a.Exchanger)
	for _, p := range a.Unoffered {
		if !slices.Contains(t.unoffered, p) {
			t.unoffered = append(t.unoffered, p)
		}
	}
	for _, c := range a.Candidates {
		t.add(c, now)
	}
}

// add takes a candidate into the table. A typed host is the only host of its role; a host that is known already keeps its
// better source.
func (t *table) add(c discover.Candidate, now time.Duration) {
	if t.wish(c.Role).Server.Host != "" {
		t.markMX(c)
		return
	}
	named := 0
	for _, h := range t.hosts {
		if h.Role != c.Role {
			continue
		}
		if h.Origin.Source != account.SourceGuess {
			named++
		}
		if h.Host == c.Host {
			t.merge(h, c)
			return
		}
	}
	if c.Origin.Source != account.SourceGuess && named >= maxNamed {
		return
	}
	h := &host{Candidate: c, since: now}
	h.held = t.holds(h)
	t.hosts = append(t.hosts, h)
	if wish := t.wish(c.Role); wish.Security != account.SecurityUnknown {
		t.addAsked(h, wish)
	} else {
		t.addStandard(h, false)
	}
	t.addPublished(h, c.Ports)
}

// merge adds what another source says of a host that is known already.
func (t *table) merge(h *host, c discover.Candidate) {
	h.MX = h.MX || c.MX
	h.Origin.Vouched = h.Origin.Vouched || c.Origin.Vouched
	if c.Origin.Source != account.SourceUnknown && c.Origin.Source < h.Origin.Source {
		h.Origin.Source, h.Order = c.Origin.Source, c.Order
		h.Usernames = append(slices.Clone(c.Usernames), h.Usernames...)
	} else {
		h.Usernames = append(slices.Clone(h.Usernames), c.Usernames...)
	}
	h.held = h.held && t.holds(h)
	t.addPublished(h, c.Ports)
}

// holds reports whether a host has to be confirmed before it is connected to.
//
// RFC 6186, section 6: the user is asked before any connection to an SRV target outside the domain.
func (t *table) holds(h *host) bool {
	return h.Origin.Source == account.SourceSRV && !t.request.Policy.HostConfirmed(h.Host, h.Origin)
}

// markMX notes that a typed host is the domain's mail exchanger.
func (t *table) markMX(c discover.Candidate) {
	for _, h := range t.hosts {
		if h.Role == c.Role && h.Host == c.Host {
			h.MX = h.MX || c.MX
		}
	}
}

// addTyped takes a host that the user typed for a role.
func (t *table) addTyped(name string, role account.Role) {
	h := &host{Candidate: discover.Candidate{Host: name, Role: role, Origin: account.Origin{Source: account.SourceUser}}}
	t.hosts = append(t.hosts, h)
	wish := t.wish(role)
	if wish.Server.Port == 0 && wish.Security == account.SecurityUnknown {
		t.addStandard(h, false)
		return
	}
	t.addAsked(h, wish)
}

// addAsked adds the services that a typed port or security asks for, and the standard ones behind them as offers.
func (t *table) addAsked(h *host, wish Wish) {
	for _, p := range t.askedProtocols(h.Role, wish.Server.Port) {
		for _, security := range languages(wish.Security, wish.Server.Port) {
			port := wish.Server.Port
			if port == 0 {
				port = account.StandardPort(p, security)
			}
			t.services = append(t.services, &service{host: h, protocol: p, port: port, security: security, typed: true})
		}
	}
	t.addStandard(h, true)
}

// askedProtocols lists the protocols to begin with on a typed port; a server that greets in the other one is tried in it.
func (t *table) askedProtocols(role account.Role, port int) []account.Protocol {
	all := t.protocols(role)
	switch {
	case port == 0 || len(all) == 1:
		return all
	case port == 995 || port == 110:
		return []account.Protocol{account.POP3}
	default:
		return []account.Protocol{account.IMAP}
	}
}

// protocols lists the protocols of a role that the user wants.
func (t *table) protocols(role account.Role) []account.Protocol {
	switch {
	case role == account.Outgoing:
		return []account.Protocol{account.SMTP}
	case t.request.Protocol == account.IMAP || t.request.Protocol == account.POP3:
		return []account.Protocol{t.request.Protocol}
	default:
		return []account.Protocol{account.IMAP, account.POP3}
	}
}

// addStandard adds the standard ports of a host.
func (t *table) addStandard(h *host, offer bool) {
	for _, p := range t.protocols(h.Role) {
		for _, security := range []account.Security{account.TLS, account.STARTTLS} {
			t.addService(&service{host: h, protocol: p, port: account.StandardPort(p, security), security: security, offer: offer})
		}
		if p == account.SMTP {
			t.addService(&service{host: h, protocol: p, port: 25, security: account.STARTTLS, offer: offer})
		}
	}
}

// addPublished adds the ports that a source named.
func (t *table) addPublished(h *host, ports []discover.Port) {
	for _, p := range ports {
		if !slices.Contains(t.protocols(h.Role), p.Protocol) {
			continue
		}
		for _, security := range languages(p.Security, p.Number) {
			t.addService(&service{host: h, protocol: p.Protocol, port: p.Number, security: security, published: true})
		}
	}
}

// addService adds a service unless the table has it; a published one marks the one that is there.
func (t *table) addService(s *service) {
	for _, o := range t.services {
		if o.host == s.host && o.protocol == s.protocol && o.port == s.port && o.security == s.security {
			o.published = o.published || s.published
			return
		}
	}
	t.services = append(t.services, s)
}
