package probe

import (
	"slices"

	"portolan/account"
	"portolan/probe/discover"
	"portolan/probe/wire"
)

// findings lists what the user should know beside the answer: about the servers that would be used first, then about
// others; nothing twice.
func (t *table) findings(v verdict, ends []signInEnd) []Finding {
	var list []Finding
	add := func(f Finding) {
		f = t.knows(f, v)
		for i, o := range list {
			if o.Cause == f.Cause && o.Server == f.Server {
				if o.Role != f.Role {
					list[i].Role = account.RoleUnknown // it concerns both
				}
				return
			}
		}
		list = append(list, f)
	}
	for _, e := range ends {
		if !e.ok && !e.skipped {
			add(Finding{Cause: e.refusal.cause, Server: e.server, Role: e.role, Detail: e.refusal.detail})
		}
	}
	for _, f := range t.providerFindings(v, ends) {
		add(f)
	}
	for _, role := range []account.Role{account.Incoming, account.Outgoing} {
		for _, f := range t.roleFindings(role, v.winner(role)) {
			add(f)
		}
	}
	if t.portal() || slices.ContainsFunc(t.sources, func(s *source) bool { return s.answer.Portal }) {
		add(Finding{Cause: CaptivePortal})
	}
	if t.clockSuspected() {
		add(Finding{Cause: ClockWrong, Detail: t.begun.Format("2 January 2006")})
	}
	for _, s := range t.sources {
		if s.answer.Status == discover.Broken && (s.name == account.SourceAutoconfig || s.name == account.SourcePACC) && s.key != t.request.Address.Domain {
			add(Finding{Cause: SettingsUnusable, Server: account.Endpoint{Host: s.key}, Detail: s.answer.Note})
		}
	}
	for _, h := range t.hosts {
		if f, ok := t.familyFinding(h); ok {
			add(f)
		}
	}
	return list
}

// roleFindings lists what is to be said of one role.
func (t *table) roleFindings(role account.Role, w *choice) []Finding {
	var list []Finding
	switch {
	case w != nil && w.outcome.standing == clear:
		list = append(list, Finding{Cause: CleartextOnly, Server: w.service.endpoint(), Role: role})
	case w != nil && w.service.offer:
		list = append(list, Finding{Cause: OtherPort, Server: t.wish(role).Server, Role: role})
	}
	for _, l := range t.lines {
		if l.protocol.Role() != role {
			continue
		}
		if f, ok := t.lineFinding(l, w); ok {
			f.Role = role
			list = append(list, f)
		}
	}
	for _, s := range t.role(role) {
		if s.look && t.outcome(s).standing == good {
			list = append(list, Finding{Cause: SaferAvailable, Server: s.endpoint(), Role: role})
		}
	}
	if w == nil && len(t.role(role)) > 0 && !slices.ContainsFunc(list, func(f Finding) bool { return f.Cause != SaferAvailable }) {
		list = append(list, t.emptyFinding(role))
	}
	if f, ok := t.insideFinding(role, w); ok {
		list = append(list, f)
	}
	return list
}

// lineFinding tells whether a connection's end is worth a word: everything but "nobody there", which is worth one only on
// port 25, where it has a reason of its own.
func (t *table) lineFinding(l *line, w *choice) (Finding, bool) {
	f := Finding{Cause: l.cause, Server: t.told(l), Detail: l.detail, TLS: l.facts.TLS}
	if l.state == lineUp {
		a := Attempt{Server: f.Server}
		_, f.Cause = t.upStatus(l, &a)
		if f.Cause == CauseNone && l.small && l.facts.Protection >= account.Pinned {
			f.Cause, f.TLS = LargeHello, wire.TLSFacts{}
		}
		if f.Cause == NoSTARTTLS && w == nil {
			return t.struck(f, l)
		}
		return f, f.Cause != CauseNone && f.Cause != CertificateWrongName && f.Cause != NoSTARTTLS
	}
	if l.state != lineFailed {
		return f, false
	}
	switch l.cause {
	case NoAnswer, ConnectionRefused:
		f.Cause = Port25Blocked
		asked := t.wish(account.Outgoing).Server.Port == 25
		return f, l.addr.Port() == 25 && (l.cause == NoAnswer || asked) && w != nil && w.service.port != 25
	case NetworkDown, Cancelled, CauseNone:
		return f, false
	case Internal:
		return f, l.detail != ""
	case PlainOnTLSPort, WrongProtocol:
		return f, !t.otherwiseGood(l) && !(isWeb(l) && t.portal()) // found as it is, or told as a whole: nothing to explain
	case ConnectionClosed, TimedOut:
		return f, !l.small && !t.otherwiseGood(l)
	default:
		return t.stopped(f, l), !certificateCause(l.cause) || !t.sharedOnly(l) && !t.guessedWrong(l)
	}
}

// otherwiseGood reports whether the line's port works when spoken to in another way.
func (t *table) otherwiseGood(l *line) bool {
	return slices.ContainsFunc(t.lines, func(o *line) bool {
		return o != l && o.addr == l.addr && o.state == lineUp && o.facts.Protection >= account.Pinned
	})
}

// sharedOnly reports whether every name of a line with a wrong certificate shares its address with one that was verified.
func (t *table) sharedOnly(l *line) bool {
	for _, s := range t.services {
		if slices.Contains(s.lines, l) && t.outcome(s).standing != shared && t.outcome(s).standing != good {
			return false
		}
	}
	return true
}

// guessedWrong reports whether a line's name was a guess, and all that is wrong with the certificate is that it is for another
// name of a server that was verified: whichever guess is dialled first, nobody has said that it is the server's.
func (t *table) guessedWrong(l *line) bool {
	return l.source == account.SourceGuess && wrongNameOnly(l) && t.verifiedAt(l)
}

// emptyFinding says in one cause why nothing at all was found for a role.
func (t *table) emptyFinding(role account.Role) Finding {
	f := Finding{Cause: NoSuchHost, Role: role}
	services := t.role(role)
	if i := slices.IndexFunc(services, func(s *service) bool { return s.host.held }); i >= 0 {
		return Finding{Cause: OtherDomain, Role: role, Server: services[i].endpoint()}
	}
	if !slices.ContainsFunc(services, func(s *service) bool { return !t.unwanted(s) }) {
		return Finding{Cause: NotOffered, Role: role}
	}
	if t.firewalled() {
		return Finding{Cause: Firewall, Role: role}
	}
	weight := func(c Cause) int {
		order := []Cause{NoSuchHost, NoAddress, NetworkDown, DNSTrouble, ConnectionRefused, Limited, ConnectionClosed, NoAnswer}
		return slices.Index(order, c)
	}
	for _, s := range t.role(role) {
		o := t.outcome(s)
		if w := weight(o.cause); w > weight(f.Cause) {
			f.Cause = o.cause
			if o.line != nil && (s.typed || s.host.Origin.Source != account.SourceGuess) {
				f.Server, f.Detail = s.endpoint(), o.line.detail
			}
		}
	}
	return f
}

// familyFinding tells of a host one of whose two families does not work while the other does.
func (t *table) familyFinding(h *host) (Finding, bool) {
	if len(h.families[v6].addrs) == 0 || len(h.families[v4].addrs) == 0 {
		return Finding{}, false
	}
	for _, s := range t.role(h.Role) {
		if s.host != h || t.outcome(s).standing != good {
			continue
		}
		well := t.outcome(s).line
		for _, l := range s.lines {
			if l.addr.Addr().Is4() != well.addr.Addr().Is4() && broken(l, well) {
				f := Finding{Cause: IPv6Broken, Server: s.endpoint(), Role: h.Role, Detail: l.cause.String(), TLS: l.facts.TLS}
				if l.addr.Addr().Is4() {
					f.Cause = IPv4Broken
				}
				return f, true
			}
		}
	}
	return Finding{}, false
}

// broken reports whether a line failed, or was given up after it had had longer than its sibling needed to connect, without
// an answer.
func broken(l, well *line) bool {
	switch l.state {
	case lineFailed:
		return true
	case lineDropped:
		stalled := l.stage == wire.Connecting && l.ended-l.started >= headStart+patienceTrips*well.facts.Connect
		return stalled || l.stage == wire.Connected && l.ended-l.progress >= tlsStall
	default:
		return false
	}
}
