package probe

import (
	"cmp"
	"slices"

	"portolan/account"
	"portolan/probe/wire"
)

// A verdict is what the search came to: at most one winner per role, and the questions that stand before a sign-in.
type verdict struct {
	incoming, outgoing *choice
	decisions          []Decision
}

// winner gives the role's winner, nil where there is none.
func (v verdict) winner(r account.Role) *choice {
	if r == account.Incoming {
		return v.incoming
	}
	return v.outgoing
}

// decide is the decision of the whole search, on plain data: it is made once both roles are settled.
func (t *table) decide() verdict {
	v := verdict{incoming: t.winner(account.Incoming), outgoing: t.winner(account.Outgoing)}
	for _, w := range []*choice{v.incoming, v.outgoing} {
		if w == nil {
			continue
		}
		for _, d := range t.questions(*w) {
			v.decisions = addDecision(v.decisions, d)
		}
	}
	if len(v.decisions) == 0 {
		v.decisions = t.passwordQuestions(v)
	}
	return v
}

// winner is what would be used for a role, after a yes where one is needed: the best of its choices, unless a certificate
// has to be asked about first, and no cleartext where the server has TLS that merely fails.
func (t *table) winner(r account.Role) *choice {
	list := slices.DeleteFunc(t.usable(r, good, doubtful, clear, held), func(c choice) bool { return c.outcome.standing == clear && !t.lacksTLS(c) })
	if len(list) == 0 {
		return nil
	}
	best := &list[0]
	for i := range list[1:] {
		if c := &list[i+1]; c.outcome.standing == doubtful && t.before(*c, *best) {
			return c
		}
	}
	return best
}

// before reports whether the certificate of c has to be asked about before the verified winner is signed in to: its host
// has a better source, or is the domain's MX host, and nothing verified is known of it.
func (t *table) before(c, best choice) bool {
	if best.rank.class != classVerified || c.service.host.Host == best.service.host.Host || t.hostVerified(c.service.host, c.service.protocol) {
		return false
	}
	return c.rank.tier < best.rank.tier || t.asksFirst(c.service, best)
}

// lacksTLS reports whether the server of a cleartext choice has no TLS at all: it offers no STARTTLS, and no TLS port of the
// same role at any of its addresses accepts a connection. A TLS port that greets in the clear, without STARTTLS, does not count.
// A server that has had TLS for this account is never believed to have none: somebody on the way may have struck it (D-8).
func (t *table) lacksTLS(c choice) bool {
	if _, had := t.hadTLS(c.service); had || t.acceptedBefore(c.service) {
		return false
	}
	if o := c.outcome.line.facts.STARTTLS; o != wire.NotOffered && o != wire.Declined {
		return false
	}
	addrs := c.service.host.addrs()
	for _, l := range t.lines {
		if l.protocol.Role() != c.service.host.Role || l.security != account.TLS || !slices.Contains(addrs, l.addr.Addr()) {
			continue
		}
		if l.state == lineSkipped || l.facts.Connect > 0 && !t.clearThere(l) {
			return false
		}
	}
	return true
}

// clearThere reports whether a TLS line's port turned out to greet in the clear and to have no STARTTLS.
func (t *table) clearThere(at *line) bool {
	for _, l := range t.lines {
		if l.addr == at.addr && l.security == account.STARTTLS && (l.facts.STARTTLS == wire.NotOffered || l.facts.STARTTLS == wire.Declined) {
			return true
		}
	}
	return false
}

// questions lists what the user has to decide before a password is sent to the choice.
func (t *table) questions(c choice) []Decision {
	var list []Decision
	s, l, policy := c.service, c.outcome.line, t.request.Policy
	if s.offer {
		list = append(list, Decision{Kind: DecidePort, Servers: []account.Endpoint{s.endpoint()}, Asked: t.wish(s.host.Role).Server, Security: s.security})
	}
	if s.host.held || !policy.HostConfirmed(s.host.Host, s.host.Origin) {
		list = append(list, Decision{Kind: DecideDomain, Servers: []account.Endpoint{s.endpoint()}, Domain: cmp.Or(account.RegistrableDomain(s.host.Host), s.host.Host), For: t.request.Address.Domain})
	}
	switch c.outcome.standing {
	case doubtful:
		list = append(list, Decision{Kind: DecideCertificate, Servers: t.showed(s.endpoint(), l), TLS: l.facts.TLS.For(s.host.Host), Instead: t.instead(s, l)})
	case clear:
		if policy.Encryption != account.EncryptionOptional || !slices.Contains(policy.Consents.Cleartext, s.endpoint()) {
			list = append(list, Decision{Kind: DecideCleartext, Servers: []account.Endpoint{s.endpoint()}})
		}
	}
	return list
}

// showed lists the servers that showed the certificate of a line, the one in question first; one name a port of an address.
func (t *table) showed(first account.Endpoint, at *line) []account.Endpoint {
	seen := map[string]bool{at.addr.String(): true}
	list := []account.Endpoint{first}
	for _, l := range t.lines {
		if l.state != lineFailed || !certificateCause(l.cause) || l.facts.TLS.Certificate != at.facts.TLS.Certificate || seen[l.addr.String()] {
			continue
		}
		if l.addr.Port() == 25 && len(l.facts.Auths) == 0 {
			continue
		}
		seen[l.addr.String()] = true
		if e := t.label(l); !slices.Contains(list, e) {
			list = append(list, e)
		}
	}
	return list
}

// label is the server that a line stands for: the best of the names that it serves, or the one whose own handshake it is.
func (t *table) label(l *line) account.Endpoint {
	e := account.Endpoint{Host: l.names[0], Port: int(l.addr.Port())}
	if l.own {
		return e
	}
	var best *service
	for _, s := range t.services {
		if slices.Contains(s.lines, l) && (best == nil || t.potential(s).compare(t.potential(best)) < 0) {
			best = s
		}
	}
	if best != nil {
		e.Host = best.host.Host
	}
	return e
}

// told is the label of a line where its end is told: a bad certificate was shown to the name that was dialled.
func (t *table) told(l *line) account.Endpoint {
	if l.state == lineFailed && certificateCause(l.cause) {
		return account.Endpoint{Host: l.names[0], Port: int(l.addr.Port())}
	}
	return t.label(l)
}

// addDecision adds a decision; one question covers every server that showed the same certificate, and every server of the
// same domain.
func addDecision(list []Decision, d Decision) []Decision {
	for i := range list {
		o := &list[i]
		same := o.Kind == d.Kind && (d.Kind == DecideCertificate && o.TLS.Certificate == d.TLS.Certificate || d.Kind == DecideDomain && o.Domain == d.Domain)
		if !same {
			continue
		}
		for _, s := range d.Servers {
			if !slices.Contains(o.Servers, s) {
				o.Servers = append(o.Servers, s)
			}
		}
		return list
	}
	return append(list, d)
}

// result is a choice as the report shows it.
func (t *table) result(c choice) Result {
	s, l := c.service, c.outcome.line
	if l == nil { // held: it has not been tried
		l = &line{}
	}
	r := Result{
		Server: account.Server{
			Protocol: s.protocol, Endpoint: s.endpoint(), Security: s.security, Auth: t.auth(s, l),
			Username: t.usernames(s.host)[0], Source: s.host.Origin.Source,
		},
		Origin: s.host.Origin, Protection: l.facts.Protection, TLSVersion: l.facts.TLS.Version,
		Certificate: l.facts.TLS.Certificate, Attempt: l.id,
	}
	if c.outcome.standing == clear {
		r.Security = account.Cleartext
	}
	if c.outcome.standing == doubtful {
		r.Protection = account.Unverified
	}
	if r.Auth == account.AuthNone {
		r.Username = ""
	}
	return r
}

// auth is the sign-in method that would be tried first; unknown where the server was not asked.
func (t *table) auth(s *service, l *line) account.Auth {
	if s.host.Role == account.Outgoing && t.request.OutgoingSignIn == SignInNone {
		return account.AuthNone
	}
	wish := t.wish(s.host.Role).Auth
	if wish != account.AuthUnknown || len(l.facts.Spoken) == 0 || l.state != lineUp {
		return wish
	}
	return l.facts.Spoken[0]
}

// usernames lists the user names to try on a host, in order: what was typed; else what was published and the full address;
// else the full address and its local part.
func (t *table) usernames(h *host) []string {
	if t.fixed {
		for _, s := range []account.Server{t.request.Account.Incoming, t.request.Account.Outgoing} {
			if s.Protocol.Role() == h.Role && s.Username != "" {
				return []string{s.Username}
			}
		}
	}
	if u := t.wish(h.Role).Username; u != "" {
		return []string{u}
	}
	full, local := t.request.Address.String(), t.request.Address.Local
	if len(h.Usernames) == 0 {
		return []string{full, local}
	}
	var list []string
	for _, u := range append(slices.Clone(h.Usernames), full) {
		if !slices.Contains(list, u) {
			list = append(list, u)
		}
	}
	return list
}

// alternatives lists the other proven servers of both roles, best first.
func (t *table) alternatives(v verdict) []Result {
	var list []Result
	for _, role := range []account.Role{account.Incoming, account.Outgoing} {
		for _, c := range t.choices(role) {
			if w := v.winner(role); c.outcome.standing == good && (w == nil || c.service != w.service) && (w == nil || c.outcome.line != w.outcome.line) {
				list = append(list, t.result(c))
			}
		}
	}
	return list
}
