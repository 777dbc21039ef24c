package setup

import (
	"strings"

	"portolan/account"
)

// typed takes in the new text of a field. Text that is there already changes nothing.
func (b book) typed(f account.Field, text string) book {
	switch f {
	case account.FieldName:
		b.Form.Name = text
	case account.FieldAddress:
		return b.typedAddress(text)
	case account.FieldPassword:
		if text == "" && b.Form.Password.Empty() {
			return b
		}
		b.Form.Password = account.NewSecret(text)
		b.stamp.whole++
	case account.FieldOutgoingPassword:
		return b.typedOutgoingPassword(text)
	case account.FieldIncomingServer, account.FieldOutgoingServer:
		return b.typedServer(roleOf(f), text)
	case account.FieldIncomingPort, account.FieldOutgoingPort:
		return b.typedPort(roleOf(f), text)
	case account.FieldUsername, account.FieldOutgoingUsername:
		return b.typedUsername(roleOf(f), text)
	}
	return b
}

// typedOutgoingPassword takes in the outgoing server's own password; an empty one leaves it with the other one.
func (b book) typedOutgoingPassword(text string) book {
	if text == "" && b.Form.OutgoingPassword.Empty() {
		return b
	}
	b.Form.OutgoingPassword = account.NewSecret(text)
	b.stamp.own++
	return b.edited(account.Outgoing)
}

// roleOf tells to which server a field belongs.
func roleOf(f account.Field) account.Role {
	if f >= account.FieldOutgoingServer {
		return account.Outgoing
	}
	return account.Incoming
}

// typedAddress takes in the address. Whatever the user agreed to was agreed to for the old one.
func (b book) typedAddress(text string) book {
	if text == b.Form.Address {
		return b
	}
	b.Form.Address = text
	b.consents = consents{authorities: b.consents.authorities}
	b.stamp.whole++
	return b
}

// typedServer takes in the name of a server: in the simple view with the port behind it, in the advanced view without.
func (b book) typedServer(r account.Role, text string) book {
	if b.View == Simple {
		return b.typedLine(r, text)
	}
	f := b.Form.Fields(r)
	if text == f.Host {
		return b
	}
	b = b.known().edited(r)
	f = b.Form.Fields(r)
	pasted := len(text) > len(f.Host)+1
	f.Host = text
	f.lock(PartHost, text != "")
	if pasted {
		b = b.takenApart(r)
	}
	return b.follow(r)
}

// typedLine takes in "host:port", or what else ParseServer understands, as the simple view has it.
func (b book) typedLine(r account.Role, text string) book {
	old := b.Form.text(r)
	if *old == text {
		return b
	}
	_, was, _ := account.ParseServer(*old)
	*old = text
	b = b.edited(r)
	f := b.Form.Fields(r)
	hadPort := f.Typed&PartPort != 0
	e, security, err := account.ParseServer(text)
	f.Host = e.Host
	if err != nil {
		f.Host = strings.TrimSpace(text)
	}
	f.lock(PartHost, f.Host != "")
	if security == account.SecurityUnknown && was != account.SecurityUnknown && f.Security == was {
		f.Security = account.SecurityUnknown
		f.lock(PartSecurity, false)
	}
	switch port := portText(e.Port); {
	case port != "":
		b = b.withPort(r, port)
	case hadPort:
		b = b.withPort(r, "")
	}
	if security != account.SecurityUnknown {
		b = b.withSecurity(r, security)
	}
	return b
}

// typedPort takes in the port of a server.
func (b book) typedPort(r account.Role, text string) book {
	if text == b.Form.Fields(r).Port {
		return b
	}
	return b.known().edited(r).withPort(r, text).follow(r)
}

// typedUsername takes in a user name. An own one for the outgoing server makes it the own one.
func (b book) typedUsername(r account.Role, text string) book {
	f := b.Form.Fields(r)
	if text == f.Username {
		return b
	}
	if b.View == Advanced {
		b = b.known()
		f = b.Form.Fields(r)
	}
	f.Username = text
	f.lock(PartUsername, text != "")
	if r == account.Outgoing && text != "" && f.User == SameUser {
		b = b.chosenUser(OwnUser)
	}
	if r == account.Incoming {
		b = b.edited(account.Outgoing)
	}
	return b.edited(r)
}

// left marks a field as one whose problem is shown from now on, and takes a pasted server apart.
func (b book) left(f account.Field) book {
	b.seen = b.seen.with(f)
	if f == account.FieldIncomingServer || f == account.FieldOutgoingServer {
		return b.apartNow(roleOf(f))
	}
	return b
}

// apartNow takes apart what stands in the field of a server, once nobody is typing there.
func (b book) apartNow(r account.Role) book {
	if b.View == Simple || b.Form.Fields(r).Typed&PartHost == 0 {
		return b
	}
	return b.takenApart(r).follow(r)
}

// takenApart puts the port and the security of "host:993" or "imaps://host" where they belong.
func (b book) takenApart(r account.Role) book {
	f := b.Form.Fields(r)
	e, security, err := account.ParseServer(f.Host)
	if err != nil || e.Port == 0 && security == account.SecurityUnknown && !strings.Contains(f.Host, "://") {
		return b
	}
	f.Host = e.Host
	if e.Port != 0 {
		b = b.withPort(r, portText(e.Port))
	}
	if security != account.SecurityUnknown {
		b = b.withSecurity(r, security)
	}
	return b.edited(r)
}

// chosenUser takes in whose user name the outgoing server gets.
func (b book) chosenUser(m UserMode) book {
	if b.Form.Outgoing.User == m {
		return b
	}
	if !b.Form.OutgoingPassword.Empty() && (m == OwnUser || b.Form.Outgoing.User == OwnUser) {
		b.stamp.own++ // it signs in, or does so no longer
	}
	b.Form.Outgoing.User = m
	return b.edited(account.Outgoing)
}

// signsOut is the switch "Outgoing server requires sign-in".
func (b book) signsOut(on bool) book {
	f := &b.Form.Outgoing
	switch {
	case !on:
		return b.chosenUser(NoUser)
	case f.User != NoUser:
		return b
	case f.Username != "":
		return b.chosenUser(OwnUser)
	default:
		return b.chosenUser(SameUser)
	}
}

// chosenAuth takes in a sign-in method. No sign-in at all is a matter of the user name.
func (b book) chosenAuth(r account.Role, a account.Auth) book {
	f := b.Form.Fields(r)
	if a == account.AuthNone {
		if r == account.Outgoing {
			return b.chosenUser(NoUser)
		}
		return b
	}
	if f.Auth == a && (f.Typed&PartAuth != 0) == (a != account.AuthUnknown) {
		return b
	}
	f.Auth = a
	f.lock(PartAuth, a != account.AuthUnknown)
	return b.edited(r)
}

// encrypted is the switch "Require encryption". Switching it on takes back what was allowed without; switching it off leads
// on to the question that it kept shut.
func (b book) encrypted(on bool) book {
	if b.Form.RequireEncryption == on {
		return b
	}
	b.Form.RequireEncryption = on
	if on {
		b.consents.clear = nil
		return b
	}
	if b.Phase == Resting && b.refused == nil && b.stamp == b.begun && len(b.queue) == 0 {
		return b.asking(b.current().Decisions)
	}
	return b
}

// simpleParts are the parts that the simple view has fields for, and what follows from them.
const simpleParts = PartHost | PartPort | PartSecurity | PartUsername | PartProtocol

// knows opens or closes the fields for server names. What was typed there is put aside while they are closed, and comes
// back with them.
func (b book) knows(on bool) book {
	if b.Form.KnowServers == on {
		return b
	}
	b.Form.KnowServers = on
	for _, r := range roles() {
		f, text, kept := b.Form.Fields(r), b.Form.text(r), &b.aside[at(r)]
		if on {
			f.take(kept.Fields, kept.Typed&^f.Typed)
			*text = kept.text
			*kept = aside{}
		} else {
			*kept = aside{*f, *text}
			kept.Typed &= simpleParts
			f.take(Fields{Protocol: unchosen(r)}, kept.Typed)
			f.Typed &^= kept.Typed
			*text = ""
		}
		b = b.edited(r)
	}
	return b
}

// known opens the fields for server names, because one was typed in the other view.
func (b book) known() book {
	b.Form.KnowServers = true
	b.aside = [2]aside{}
	return b
}

// follow writes what the fields say into the line of the simple view.
func (b book) follow(r account.Role) book {
	f := *b.Form.Fields(r)
	if _, err := account.ParseHost(f.Host); b.View == Simple && f.Host != "" && err != nil {
		return b // it stands there as it was typed
	}
	line := ""
	if f.Typed&PartHost != 0 {
		line = f.Host
		if f.Typed&PartPort != 0 {
			line += ":" + f.Port
			if port, err := account.ParsePort(f.Port); err == nil {
				line = account.Endpoint{Host: f.Host, Port: port}.String()
			}
		}
	}
	*b.Form.text(r) = line
	return b
}

// text is the line of the simple view for a server.
func (f *Form) text(r account.Role) *string {
	if r == account.Outgoing {
		return &f.OutgoingText
	}
	return &f.IncomingText
}

// lock marks parts as typed, or opens them to the search again.
func (f *Fields) lock(p Part, on bool) {
	if on {
		f.Typed |= p
	} else {
		f.Typed &^= p
	}
}

// take copies parts from another server, with their locks.
func (f *Fields) take(from Fields, p Part) {
	if p&PartHost != 0 {
		f.Host = from.Host
	}
	if p&PartPort != 0 {
		f.Port = from.Port
	}
	if p&PartSecurity != 0 {
		f.Security = from.Security
	}
	if p&PartAuth != 0 {
		f.Auth = from.Auth
	}
	if p&PartUsername != 0 {
		f.Username = from.Username
	}
	if p&PartProtocol != 0 {
		f.Protocol = from.Protocol
	}
	f.Typed |= p
}

// unchosen is the protocol of a server before anybody chose one.
func unchosen(r account.Role) account.Protocol {
	if r == account.Outgoing {
		return account.SMTP
	}
	return account.ProtocolUnknown
}
