package setup

import (
	"slices"
	"strings"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/explain"
)

// snapshot is what the fields of a server say, for comparing.
func (b book) snapshot(r account.Role) Fields {
	f := *b.Form.Fields(r)
	f.Typed = 0
	f.Username = b.username(r)
	return f
}

// matches reports whether the fields of a server say what was proved.
func (b book) matches(r account.Role, res probe.Result) bool {
	s := b.settings(r)
	if res.Host == "" || s.Endpoint != res.Endpoint || s.Security != res.Security || s.Protocol != res.Protocol {
		return false
	}
	if (s.Auth == account.AuthNone) != (res.Auth == account.AuthNone) || s.Auth != account.AuthUnknown && s.Auth != res.Auth {
		return false
	}
	return !res.SignedIn || s.Username == res.Username
}

// server is what is known of a server beside its fields.
func (b book) server(r account.Role) ServerState {
	p := b.proofs[at(r)]
	st := ServerState{Testing: b.Phase != Resting && b.Task == probe.Test && b.TaskRole == r}
	if !p.known {
		return st
	}
	same := p.whole == b.era(r)
	switch {
	case same && b.matches(r, p.result):
		st.Tone, st.Tested = p.tone, p.text
	case same && p.triedText != "" && b.snapshot(r) == p.tried:
		st.Tone, st.Tested = p.triedTone, p.triedText
	default:
		st.Tone, st.Tested = Warning, notTested
	}
	s := b.settings(r)
	if p.result.Host == "" {
		if b.snapshot(r) == p.tried {
			st.Evidence = p.evidence
		}
		return st
	}
	if s.Endpoint == p.result.Endpoint {
		st.Offered, st.Evidence = p.offered, p.evidence
	}
	if s.Host == p.result.Host && b.Phase == Resting {
		st.Offers = b.offers(r, p)
	}
	return st
}

// offers lists where what the user asked for differs from what the server was proved to offer.
func (b book) offers(r account.Role, p proof) []Offer {
	f, s, res := b.Form.Fields(r), b.settings(r), p.result
	var list []Offer
	add := func(part Part, asked, offered string) {
		list = append(list, Offer{part, "You asked for " + asked + "; the server offers " + offered + "."})
	}
	way := securityName(res.Security) + " on port " + portText(res.Port)
	otherPort := f.Typed&PartPort != 0 && s.Port != res.Port
	otherSecurity := f.Typed&PartSecurity != 0 && s.Security != res.Security
	switch {
	case f.Typed&PartProtocol != 0 && s.Protocol != res.Protocol:
		add(PartProtocol, protocolName(s.Protocol), protocolName(res.Protocol)+", "+way)
	case otherPort && otherSecurity:
		add(PartPort, securityName(s.Security)+" on port "+f.Port, way)
	case otherPort:
		add(PartPort, "port "+f.Port, way)
	case otherSecurity:
		add(PartSecurity, securityName(s.Security), way)
	}
	if f.Typed&PartAuth != 0 && f.User != NoUser && f.Auth != res.Auth && len(p.offered) > 0 && !slices.Contains(p.offered, f.Auth) {
		add(PartAuth, authName(f.Auth), authNames(p.offered))
	}
	if name := b.username(r); f.Typed&PartUsername != 0 && res.SignedIn && name != res.Username && res.Username != "" {
		list = append(list, Offer{PartUsername, "You asked for the user name " + name + "; the server accepted " + res.Username + "."})
	}
	return list
}

// taken takes what the server offers in the place of what was asked for, and keeps it like something typed.
func (b book) taken(r account.Role, part Part) book {
	f, p := b.Form.Fields(r), b.proofs[at(r)]
	res := p.result
	if res.Host == "" || b.settings(r).Host != res.Host {
		return b
	}
	from := Fields{Protocol: res.Protocol, Port: portText(res.Port), Security: res.Security, Auth: res.Auth, Username: res.Username}
	locks := f.Typed | part
	switch part {
	case PartPort, PartSecurity:
		f.take(from, PartPort|PartSecurity)
	case PartProtocol:
		f.take(from, PartPort|PartSecurity|PartProtocol)
	case PartAuth, PartUsername:
		f.take(from, part)
	default:
		return b
	}
	f.Typed = locks
	b.apart[at(r)] = account.UsualSecurity(res.Port) != res.Security
	return b.edited(r).follow(r)
}

func authName(a account.Auth) string { return explain.Auth(a) }

func authNames(list []account.Auth) string {
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = authName(a)
	}
	return strings.Join(names, ", ")
}
