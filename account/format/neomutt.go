package format

import "portolan/account"

// What NeoMutt and mutt keep of an account, in bytes (struct ConnAccount): they cut off the rest without a word.
const (
	maxNeomuttName     = 127 // host or user
	maxNeomuttPassword = 255
)

// exportNeomutt writes lines for a neomuttrc; mutt reads them too. In double quotes both look at backslash, dollar and
// backtick.
func exportNeomutt(s *sheet) error {
	for _, limited := range []struct {
		field account.Field
		text  string
		limit int
	}{
		{account.FieldIncomingServer, s.a.Incoming.Host, maxNeomuttName}, {account.FieldOutgoingServer, s.a.Outgoing.Host, maxNeomuttName},
		{account.FieldUsername, s.a.Incoming.Username, maxNeomuttName}, {account.FieldOutgoingUsername, s.a.Outgoing.Username, maxNeomuttName},
		{account.FieldPassword, s.in, maxNeomuttPassword}, {account.FieldOutgoingPassword, s.out, maxNeomuttPassword},
	} {
		s.fits(limited.field, limited.text, limited.limit)
	}
	s.line("# %s", s.a.Address)
	s.unverified(account.Incoming, account.Outgoing)
	if s.a.Name != "" {
		s.set("realname", s.a.Name)
	}
	s.set("from", s.a.Address.String())
	s.line("set use_from = yes")
	s.neomuttIncoming()
	s.neomuttOutgoing()
	in, out := s.a.Incoming.Security, s.a.Outgoing.Security
	clear := in == account.Cleartext || out == account.Cleartext
	if clear && in != out {
		s.remark(account.RoleUnknown, "NeoMutt has one switch for both servers: as one of them has no encryption, it cannot be demanded of the other.")
	}
	s.line("set ssl_force_tls = %s", yesNo(!clear))
	s.line("set ssl_starttls = %s", yesNo(in == account.STARTTLS || out == account.STARTTLS))
	s.warn(false, account.Incoming, account.Outgoing)
	return s.finish()
}

// neomuttIncoming writes where mail is read from.
func (s *sheet) neomuttIncoming() {
	in := s.a.Incoming
	if in.Protocol == account.POP3 {
		scheme := map[bool]string{true: "pops", false: "pop"}[in.Security == account.TLS]
		s.set("pop_host", url(scheme, "", "", in.Endpoint))
		s.set("pop_user", in.Username)
		s.secret("pop_pass", s.in)
		s.line("set pop_delete = no")
		s.authenticators("pop_authenticators", account.Incoming)
		return
	}
	scheme := map[bool]string{true: "imaps", false: "imap"}[in.Security == account.TLS]
	s.set("folder", url(scheme, "", "", in.Endpoint)+"/")
	s.line(`set spoolfile = "+INBOX"`)
	s.set("imap_user", in.Username)
	s.secret("imap_pass", s.in)
	s.authenticators("imap_authenticators", account.Incoming)
	for _, v := range []struct{ name, folder string }{{"record", s.a.Folders.Sent}, {"postponed", s.a.Folders.Drafts}, {"trash", s.a.Folders.Trash}} {
		if v.folder != "" {
			s.set(v.name, "+"+v.folder)
		}
	}
}

// neomuttOutgoing writes where mail is sent through.
func (s *sheet) neomuttOutgoing() {
	out := s.a.Outgoing
	scheme := map[bool]string{true: "smtps", false: "smtp"}[out.Security == account.TLS]
	s.set("smtp_url", url(scheme, out.Username, "", out.Endpoint)+"/")
	s.secret("smtp_pass", s.out)
	if out.Auth != account.AuthNone {
		s.authenticators("smtp_authenticators", account.Outgoing)
	}
}

// set writes one variable.
func (s *sheet) set(name, value string) { s.line("set %s = %s", name, slashed(value, "$`")) }

// secret writes a password, where there is one.
func (s *sheet) secret(name, password string) {
	if password != "" {
		s.set(name, password)
	}
}

// authenticators writes the sign-in method. NeoMutt refuses a line with a word that it was not built with; these are in the
// usual builds.
func (s *sheet) authenticators(name string, role account.Role) {
	words := map[account.Auth]string{account.AuthPlain: "plain", account.AuthLogin: "login", account.AuthXOAUTH2: "xoauth2", account.AuthOAuthBearer: "oauthbearer"}
	switch s.server(role).Protocol {
	case account.IMAP:
		words[account.AuthGSSAPI] = "gssapi"
	case account.POP3: // where a password is sent with USER and PASS
		words = map[account.Auth]string{account.AuthPlain: "user", account.AuthLogin: "user", account.AuthAPOP: "apop", account.AuthOAuthBearer: "oauthbearer"}
	}
	if word := s.method(role, words); word != "" {
		s.set(name, word)
	}
}

// yesNo gives a switch as mutt and OfflineIMAP write it.
func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
