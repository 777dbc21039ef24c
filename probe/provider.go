package probe

import (
	"slices"

	"portolan/account"
	"portolan/probe/discover"
)

// providerOf gives what is known beforehand of whoever runs a host. A server's own name says it best. A host that the user
// typed, and that no provider is known by, is nobody's; the domain of the address speaks for every other one, and the mail
// exchanger only for the hosts that its operator, or the provider database, named: in front of a company's own servers there
// may stand a provider that does nothing but filter.
func (t *table) providerOf(h *host) discover.Provider {
	all, byDomain := t.providers, t.providers.ByDomain(t.request.Address.Domain)
	if byDomain.Serves(h.Host) {
		return byDomain
	}
	if p := all.ByServer(h.Host); p.Name != "" {
		return p
	}
	switch {
	case t.isTyped(h):
		return discover.Provider{}
	case byDomain.Name != "":
		return byDomain
	case h.Origin.Source == account.SourceMX || h.Origin.Source == account.SourceISPDB:
		return t.byExchanger()
	default:
		return discover.Provider{}
	}
}

// isTyped reports whether the user, or a file that the user opened, named the host, for whichever role.
func (t *table) isTyped(h *host) bool {
	typed := h.Host == t.request.Incoming.Server.Host || h.Host == t.request.Outgoing.Server.Host
	return typed || h.Origin.Source == account.SourceUser || h.Origin.Source == account.SourceFile
}

// byExchanger gives the provider of the domain's mail exchanger; a yes that goes on does not look that up again.
func (t *table) byExchanger() discover.Provider {
	if p := t.providers.ByExchanger(t.exchanger); p.Name != "" || !t.fixed {
		return p
	}
	return t.request.Kept.Provider
}

// provider gives whose mailbox it is, as far as that is known: by the winners, else by the address and its mail exchanger.
func (t *table) provider(v verdict) discover.Provider {
	for _, w := range []*choice{v.incoming, v.outgoing} {
		if w == nil {
			continue
		}
		if p := t.providerOf(w.service.host); p.Name != "" {
			return p
		}
	}
	if v.incoming != nil {
		return discover.Provider{}
	}
	if p := t.providers.ByDomain(t.request.Address.Domain); p.Name != "" {
		return p
	}
	return t.byExchanger()
}

// keepsBack reports whether no password is sent to a winner: its provider takes none, and what the user gave is no token.
func (t *table) keepsBack(w *choice) bool {
	return t.providerOf(w.service.host).SignIn == discover.OAuthAlone && t.givesPassword(w)
}

// givesPassword reports whether a password is what the sign-in to a winner takes, as the request stands.
func (t *table) givesPassword(w *choice) bool {
	if w.service.host.Role == account.Outgoing && t.request.OutgoingSignIn == SignInNone {
		return false
	}
	auth := t.wish(w.service.host.Role).Auth
	return !auth.NeedsToken() && auth != account.AuthExternal
}

// A purse is one password and the winners that would get it.
type purse struct {
	role    account.Role // Outgoing: the one of the outgoing server's own
	secret  account.Secret
	winners []*choice
}

// purses lists the passwords that a sign-in would spend. Where incoming gets none, because its provider takes none, nothing
// is signed in to.
func (t *table) purses(v verdict) []purse {
	in, own := purse{role: account.Incoming, secret: t.request.Secret}, purse{role: account.Outgoing, secret: t.request.OutgoingSecret}
	if v.incoming != nil && t.keepsBack(v.incoming) {
		return nil
	}
	for _, w := range []*choice{v.incoming, v.outgoing} {
		switch {
		case w == nil || !t.givesPassword(w) || t.keepsBack(w):
		case w == v.outgoing && t.request.ownOutgoing():
			own.winners = append(own.winners, w)
		default:
			in.winners = append(in.winners, w)
		}
	}
	return slices.DeleteFunc([]purse{in, own}, func(p purse) bool { return p.secret.Empty() || len(p.winners) == 0 })
}

// appPassword gives the first winner whose provider takes nothing but an app password, and that provider.
func (t *table) appPassword(winners []*choice) (*choice, discover.Provider) {
	for _, w := range winners {
		if p := t.providerOf(w.service.host); p.SignIn == discover.AppPasswordOnly {
			return w, p
		}
	}
	return nil, discover.Provider{}
}

// passwordQuestions asks whether the passwords are the right ones before they are spent, where something speaks against
// it: the provider takes only app passwords, or the shape of one is odd. Whoever is sure is not asked, nor behind a
// sign-in that was proved before.
func (t *table) passwordQuestions(v verdict) []Decision {
	if t.request.PasswordSure || t.request.Task == Inspect || t.request.Task == RoundTrip || t.request.Secret.Empty() {
		return nil
	}
	var list []Decision
	for _, p := range t.purses(v) {
		d := Decision{Kind: DecidePassword, For: t.request.Address.Domain, Role: p.role, Remark: account.PasswordRemark(p.secret)}
		_, d.Provider = t.appPassword(p.winners)
		if d.Provider.Name == "" && d.Remark == "" {
			continue
		}
		for _, w := range p.winners {
			d.Servers = append(d.Servers, w.service.endpoint())
		}
		list = append(list, d)
	}
	return list
}

// providerFindings lists what is to be said because of the provider, and of the passwords that were not asked about.
func (t *table) providerFindings(v verdict, ends []signInEnd) []Finding {
	var list []Finding
	for _, w := range []*choice{v.incoming, v.outgoing} {
		if w != nil && t.keepsBack(w) {
			list = append(list, Finding{Cause: OAuthOnly, Server: w.service.endpoint(), Role: w.service.host.Role})
		}
	}
	if p := t.provider(v); v.incoming == nil && p.Access == discover.NoneAtAll && t.request.concerns(account.Incoming) {
		list = append(list, Finding{Cause: NotForMailPrograms, Role: account.Incoming, Provider: p})
	}
	if len(v.decisions) > 0 || t.request.Task == Inspect || t.request.Task == RoundTrip {
		return list
	}
	if t.request.Secret.Empty() {
		if w, _ := t.appPassword(v.winners()); w != nil && t.givesPassword(w) {
			list = append(list, Finding{Cause: AppPasswordNeeded, Server: w.service.endpoint(), Role: w.service.host.Role})
		}
		return list
	}
	for _, p := range t.purses(v) {
		if w, _ := t.appPassword(p.winners); w != nil && !accepted(ends, w) {
			list = append(list, Finding{Cause: AppPasswordNeeded, Server: w.service.endpoint(), Role: w.service.host.Role})
		}
		if remark := account.PasswordRemark(p.secret); remark != "" {
			list = append(list, Finding{Cause: PasswordOdd, Server: p.winners[0].service.endpoint(), Role: p.winners[0].service.host.Role, Detail: remark})
		}
	}
	return list
}

// accepted reports whether a winner was signed in to.
func accepted(ends []signInEnd, w *choice) bool {
	return slices.ContainsFunc(ends, func(e signInEnd) bool { return e.ok && e.role == w.service.host.Role })
}

// winners lists the winners that there are.
func (v verdict) winners() []*choice {
	return slices.DeleteFunc([]*choice{v.incoming, v.outgoing}, func(w *choice) bool { return w == nil })
}

// knows adds to a finding about a sign-in what is known of the provider there.
func (t *table) knows(f Finding, v verdict) Finding {
	switch f.Cause {
	case SignInRefused, AppPasswordNeeded, OAuthOnly, ProtocolSwitchedOff, AccountLocked, PasswordExpired:
	default:
		return f
	}
	if f.Provider.Name != "" {
		return f
	}
	for _, s := range t.services {
		if s.endpoint() == f.Server {
			f.Provider = t.providerOf(s.host)
		}
	}
	if f.Server.Host == "" {
		f.Provider = t.provider(v)
	}
	return f
}

// tellProvider yields what is known of the provider, where that is news.
func (r *run) tellProvider(p discover.Provider) {
	if p.Name == r.told {
		return
	}
	r.told = p.Name
	r.emit(Event{Kind: ProviderKnown, Provider: p})
}
