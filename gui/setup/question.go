package setup

import (
	"slices"
	"strings"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/explain"
)

// asking opens the questions that a run ended with, one after the other. While encryption is required, a server without
// any is no question, and nothing beside it is worth one.
func (b book) asking(list []probe.Decision) book {
	if b.Form.RequireEncryption && hasCleartext(list) {
		list = nil
	}
	b.queue = slices.Clone(list)
	b.question++
	return b
}

// open is the question that stands open, nil for none. It is about what stood in the form when the run began.
func (b book) open() *Question {
	if len(b.queue) == 0 || b.Phase != Resting || b.stamp != b.begun {
		return nil
	}
	d := b.queue[0]
	if d.Kind == probe.DecideCleartext && b.Form.RequireEncryption {
		return nil
	}
	q := Question{Kind: d.Kind, Text: explain.Decision(d), Number: b.question}
	q.Yes, q.No = b.answers(d)
	q.Instead = insteadButton(d)
	q.Grave = d.Kind == probe.DecideCertificate || d.Kind == probe.DecideCleartext
	return &q
}

// answers are the words on the buttons: what will happen.
func (b book) answers(d probe.Decision) (yes, no string) {
	switch d.Kind {
	case probe.DecideCertificate:
		return "Trust it", "Do not trust"
	case probe.DecideCleartext:
		return "Use it without encryption", "Do not use it"
	case probe.DecideDomain:
		if b.Form.Password.Empty() {
			return "Use this server", "Do not use it"
		}
		return "Send it there", "Do not send it"
	case probe.DecidePassword:
		return "Sign in with it", "Change it first"
	}
	server := account.Endpoint{}
	if len(d.Servers) > 0 {
		server = d.Servers[0]
	}
	if d.Asked.Port == 0 || d.Asked.Port == server.Port {
		return "Use " + securityName(d.Security) + " on port " + portText(server.Port), "Keep what I asked for"
	}
	return "Use port " + portText(server.Port), "Keep port " + portText(d.Asked.Port)
}

// answered takes in the answer to the open question, and gives the run that follows from it, if one does.
func (b book) answered(yes bool) (book, *probe.Request) {
	if b.open() == nil {
		return b, nil
	}
	d := b.queue[0]
	if !yes {
		return b.declines(d)
	}
	b.consents = b.consents.with(d)
	switch d.Kind {
	case probe.DecidePort:
		b = b.tookServer(d)
	case probe.DecideDomain:
		b = b.vouched(d.Domain)
	case probe.DecidePassword:
		b.consents.sure = b.keys()
	}
	b.queue = b.queue[1:]
	b.question++
	if len(b.queue) > 0 {
		return b, nil
	}
	q := b.request()
	switch {
	case b.before:
	case b.Task == probe.Test:
		q = b.testRequest(b.TaskRole)
	default:
		q.Kept = b.search
	}
	return b, &q
}

// declines takes in a no. Where something verified remains, the search goes on without what was declined.
func (b book) declines(d probe.Decision) (book, *probe.Request) {
	b.declined = append(slices.Clone(b.declined), d)
	if d.Kind == probe.DecidePassword {
		b.consents.sure = keys{}
	}
	b.queue = nil
	b.question++
	if b.Task == probe.Test && !b.before {
		return b, nil
	}
	b.refused = &d
	if b.before || !somethingRemains(b.search, d) {
		b.before = false
		return b, nil
	}
	q := b.request()
	return b, &q
}

// somethingRemains reports whether each role that a no takes a server from has another, verified one.
func somethingRemains(r probe.Report, d probe.Decision) bool {
	if d.Kind != probe.DecideCertificate && d.Kind != probe.DecideDomain {
		return false
	}
	concerned := func(e account.Endpoint) bool {
		return slices.Contains(d.Servers, e) || d.Kind == probe.DecideDomain && account.RegistrableDomain(e.Host) == d.Domain
	}
	for _, role := range roles() {
		if !concerned(resultOf(r, role).Endpoint) {
			continue
		}
		remains := slices.ContainsFunc(r.Alternatives, func(a probe.Result) bool {
			return a.Protocol.Role() == role && a.Protection == account.Verified && !concerned(a.Endpoint)
		})
		if !remains {
			return false
		}
	}
	return true
}

// tookServer puts a server that works in the place of the typed one, as if it had been typed.
func (b book) tookServer(d probe.Decision) book {
	if len(d.Servers) == 0 {
		return b
	}
	server, role := d.Servers[0], account.Incoming
	if b.current().Outgoing.Endpoint == server {
		role = account.Outgoing
	}
	f := b.Form.Fields(role)
	f.take(Fields{Host: server.Host, Port: portText(server.Port), Security: d.Security}, PartHost|PartPort|PartSecurity)
	if f.Protocol != account.ProtocolUnknown {
		f.Protocol = resultOf(b.current(), role).Protocol
	}
	b.apart[at(role)] = account.UsualSecurity(server.Port) != d.Security
	b = b.edited(role).follow(role)
	b.begun = b.stamp // the other questions stay open
	return b
}

// vouched notes that the user answers for a domain that an opened file named.
func (b book) vouched(domain string) book {
	for _, r := range roles() {
		if domain == domainOf(b.origin[at(r)]) {
			b.origin[at(r)] = ""
		}
	}
	return b
}

// unconfirmed lists the questions that stand before a search: servers that an opened file named, outside the domain of
// the address. Nobody has answered for them yet, though they stand in fields that count as typed.
func (b book) unconfirmed() []probe.Decision {
	var list []probe.Decision
	for _, r := range roles() {
		server := b.Form.Fields(r).wish().Server
		domain := domainOf(server.Host)
		if server.Host == "" || server.Host != b.origin[at(r)] || domain == b.address().RegistrableDomain() || slices.Contains(b.consents.domains, domain) {
			continue
		}
		if i := slices.IndexFunc(list, func(d probe.Decision) bool { return d.Domain == domain }); i >= 0 {
			list[i].Servers = append(list[i].Servers, server)
			continue
		}
		list = append(list, probe.Decision{Kind: probe.DecideDomain, Servers: []account.Endpoint{server}, Domain: domain, For: b.address().Domain})
	}
	return list
}

// domainOf is what is confirmed of a host: the domain that somebody registered, or the host itself.
func domainOf(host string) string {
	if domain := account.RegistrableDomain(host); domain != "" {
		return domain
	}
	return host
}

// declinedVerdict says what a no came to.
func declinedVerdict(d probe.Decision) Verdict {
	hosts := make([]string, 0, len(d.Servers))
	for _, s := range d.Servers {
		if !slices.Contains(hosts, s.Host) {
			hosts = append(hosts, s.Host)
		}
	}
	where := strings.Join(hosts, ", ")
	const kept = " Your password has not been sent."
	v := plain(Warning, "You said no, and nothing was sent", "")
	v.Action = explain.TypeServers
	switch d.Kind {
	case probe.DecideCertificate:
		v.Advice = "You did not trust the certificate of " + where + ", and nothing else was found to take its place." + kept + " Ask your provider for the right server, or for the certificate's fingerprint."
	case probe.DecideCleartext:
		v.Advice = "You did not use " + where + " without encryption, and nothing else was found." + kept + " Ask your provider for an encrypted server."
	case probe.DecideDomain:
		v.Advice = "You did not confirm " + d.Domain + ", and nothing else was found." + kept + " If you know your servers, tell them by name."
	case probe.DecidePassword:
		v.Title, v.Action = "Your password was not sent", explain.EditPassword
		v.Advice = "Nothing was sent to " + where + ". " + d.Remark
		if d.Provider.Name != "" {
			v.Advice = "Nothing was sent to " + where + ". " + explain.AppPassword(d.Provider)
		}
		v.Advice += " Change the password and search again."
	default:
		v.Title = "You kept what you asked for"
		v.Advice = "Nothing that can be used was found at " + d.Asked.String() + "." + kept + " Advanced settings show what the server offers instead."
		v.Action = explain.ActionNone
	}
	return v
}
