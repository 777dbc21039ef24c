package setup

import (
	"crypto/x509"
	"slices"
	"strings"

	"portolan/account"
	"portolan/probe"
)

// consents are what the user has said yes to, for the address that stands in the form.
type consents struct {
	pins    []account.Pin
	clear   []account.Endpoint
	domains []string

	verified    []account.Endpoint  // servers that verified once for this account
	authorities []*x509.Certificate // private ones, for this account
	sure        keys                // the passwords that may be spent as they are
}

// keys are what the sign-ins open with; two of them are equal as long as nothing was typed in between.
type keys struct{ password, own account.Secret }

// keys gives those that stand in the form.
func (b book) keys() keys { return keys{b.Form.Password, b.ownPassword()} }

// passwordSure reports whether the user said of these very passwords that they are to be sent as they are.
func (b book) passwordSure() bool { return b.consents.sure != keys{} && b.consents.sure == b.keys() }

// with adds a yes.
func (c consents) with(d probe.Decision) consents {
	switch d.Kind {
	case probe.DecideCertificate:
		c.pins = slices.Clone(c.pins)
		for _, s := range d.Servers {
			c.pins = slices.DeleteFunc(c.pins, func(p account.Pin) bool { return p.Server == s })
			c.pins = append(c.pins, account.Pin{Server: s, Certificate: d.TLS.Certificate})
		}
	case probe.DecideCleartext:
		c.clear = append(slices.Clone(c.clear), d.Servers...)
	case probe.DecideDomain:
		c.domains = append(slices.Clone(c.domains), d.Domain)
	}
	return c
}

// policy is the user's rule as it stands now.
func (b book) policy() account.Policy {
	p := account.Policy{
		Trust:    account.Trust{Pins: slices.Clone(b.consents.pins), Authorities: slices.Concat(b.practice.authorities, b.consents.authorities), Verified: slices.Clone(b.consents.verified)},
		Consents: account.Consents{Domains: slices.Clone(b.consents.domains), Cleartext: slices.Clone(b.consents.clear)},
	}
	if !b.Form.RequireEncryption {
		p.Encryption = account.EncryptionOptional
	}
	return p
}

// address is the address of the form, zero where it cannot be read.
func (b book) address() account.Address {
	a, _ := account.ParseAddress(b.Form.Address)
	return a
}

// request asks for a search, from what is typed and from nothing that an earlier search filled in.
func (b book) request() probe.Request {
	q := probe.Request{
		Task: probe.Search, Address: b.address(), Secret: b.Form.Password, Policy: b.policy(), Declined: slices.Clone(b.declined),
		Incoming: b.Form.Incoming.wish(), Outgoing: b.Form.Outgoing.wish(), PasswordSure: b.passwordSure(),
		Identity: b.identity.identity,
	}
	if b.Form.Incoming.Typed&PartProtocol != 0 {
		q.Protocol = b.Form.Incoming.Protocol
	}
	switch b.Form.Outgoing.User {
	case SameUser:
		q.Outgoing.Username = q.Incoming.Username
	case OwnUser:
		q.OutgoingSecret = b.Form.OutgoingPassword
	case NoUser:
		q.OutgoingSignIn, q.Outgoing.Username, q.Outgoing.Auth = probe.SignInNone, "", account.AuthUnknown
	}
	return q
}

// wish is what is typed of a server. A port says nothing without a host.
func (f *Fields) wish() probe.Wish {
	var w probe.Wish
	if f.Typed&PartHost != 0 {
		w.Server, w.Security, _ = account.ParseServer(f.Host)
		if port := portNumber(f.Port); f.Typed&PartPort != 0 && port != 0 && w.Server.Host != "" {
			w.Server.Port = port
		}
	}
	if f.Typed&PartSecurity != 0 {
		w.Security = f.Security
	}
	if f.Typed&PartAuth != 0 {
		w.Auth = f.Auth
	}
	if f.Typed&PartUsername != 0 {
		w.Username = f.Username
	}
	return w
}

// testRequest asks for a test of one server as it stands in the fields.
func (b book) testRequest(r account.Role) probe.Request {
	q := probe.Request{
		Task: probe.Test, Role: r, Address: b.address(), Secret: b.secret(r), Policy: b.policy(), Declined: slices.Clone(b.declined),
		Account: account.Account{Address: b.address()}, PasswordSure: b.passwordSure(), Identity: b.identity.identity,
	}
	s := b.settings(r)
	if p := b.proofs[at(r)].result; p.Host != "" && p.Host == s.Host && s.Source != account.SourceFile {
		// It was found, and either vouched for or confirmed, or nothing of it would stand in the fields.
		q.Policy.Consents.Domains = append(q.Policy.Consents.Domains, account.RegistrableDomain(s.Host))
	}
	if r == account.Outgoing {
		q.Account.Outgoing, q.Outgoing.Auth = s, s.Auth
		if s.Auth == account.AuthNone {
			q.OutgoingSignIn, q.Outgoing.Auth = probe.SignInNone, account.AuthUnknown
		}
	} else {
		q.Account.Incoming, q.Incoming.Auth = s, s.Auth
	}
	return q
}

// settings are a server as its fields say, with what goes without saying: the full address as the user name.
func (b book) settings(r account.Role) account.Server {
	f := b.Form.Fields(r)
	s := account.Server{
		Protocol: f.Protocol, Security: f.Security, Auth: f.Auth, Username: b.username(r), Source: account.SourceUser,
	}
	e, security, err := account.ParseServer(f.Host)
	s.Endpoint = e
	if err != nil {
		s.Host = strings.TrimSpace(f.Host)
	}
	if f.Port != "" {
		s.Port = portNumber(f.Port)
	}
	if s.Security == account.SecurityUnknown {
		s.Security = security
	}
	if s.Protocol == account.ProtocolUnknown {
		s.Protocol = account.IMAP
		if p := protocolOfPort(s.Port); p != account.ProtocolUnknown {
			s.Protocol = p
		}
	}
	if r == account.Outgoing && f.User == NoUser {
		s.Auth = account.AuthNone
	}
	switch p := b.proofs[at(r)].result; {
	case b.origin[at(r)] != "" && b.origin[at(r)] == s.Host:
		s.Source = account.SourceFile
	case f.Typed&PartHost == 0 && p.Host == s.Host && p.Host != "":
		s.Source = p.Source
	}
	return s
}

// secret is the password or token that a server gets.
func (b book) secret(r account.Role) account.Secret {
	if own := b.ownPassword(); r == account.Outgoing && !own.Empty() {
		return own
	}
	return b.Form.Password
}

// ownPassword is the outgoing server's own password, empty where it has none.
func (b book) ownPassword() account.Secret {
	if b.Form.Outgoing.User != OwnUser {
		return account.Secret{}
	}
	return b.Form.OutgoingPassword
}

// username is the user name that a server gets, "" for none.
func (b book) username(r account.Role) string {
	f := b.Form.Fields(r)
	switch {
	case r == account.Outgoing && f.User == NoUser:
		return ""
	case r == account.Outgoing && f.User == SameUser:
		return b.username(account.Incoming)
	case f.Username != "":
		return f.Username
	default:
		return b.address().String()
	}
}

// account is the account that stands in the fields, with what was proved of it in the place of "automatic".
func (b book) account() account.Account {
	a := account.Account{
		Name: strings.TrimSpace(b.Form.Name), Address: b.address(),
		Incoming: b.proved(account.Incoming), Outgoing: b.proved(account.Outgoing),
	}
	p := b.policy()
	p.Trust.Authorities = slices.Clone(b.consents.authorities) // that of the practice mailbox is no matter of the account
	r := probe.Report{Address: a.Address}
	r.Incoming, r.Outgoing = b.sourced(account.Incoming, a.Incoming), b.sourced(account.Outgoing, a.Outgoing)
	a = r.Account(a.Name, p)
	a.ClientCertificate = b.Form.Certificate
	return b.withFolders(a)
}

// sourced is a server with what is known of who named it for this address.
func (b book) sourced(r account.Role, s account.Server) probe.Result {
	res := probe.Result{Server: s}
	if p := b.proofs[at(r)]; p.whole == b.era(r) && p.result.Host == s.Host {
		res.Origin = p.result.Origin
		if p.result.Endpoint == s.Endpoint && s.Security != account.Cleartext {
			res.Protection = p.result.Protection
		}
	}
	return res
}

// proved are the settings of a server, with the proved method and security where the fields leave them open.
func (b book) proved(r account.Role) account.Server {
	s, p := b.settings(r), b.proofs[at(r)]
	if p.result.Host == "" || p.whole != b.era(r) || p.tried != b.snapshot(r) && !b.matches(r, p.result) {
		return s
	}
	if s.Auth == account.AuthUnknown {
		s.Auth = p.result.Auth
	}
	if s.Security == account.SecurityUnknown {
		s.Security = p.result.Security
	}
	return s
}

// NeedsToken reports whether what signs in is an access token that the user pastes, in the place of a password: because the
// incoming server is to get one, or both servers get what the outgoing one is to get.
func NeedsToken(f Form) bool {
	shared := f.Outgoing.User == SameUser || f.Outgoing.User == OwnUser && f.OutgoingPassword.Empty()
	return f.Incoming.Auth.NeedsToken() || f.Incoming.Auth == account.AuthUnknown && shared && f.Outgoing.Auth.NeedsToken()
}
