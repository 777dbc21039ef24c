package format

import (
	"strings"

	"portolan/account"
)

// exportSheet writes the settings for a person who types them in somewhere.
func exportSheet(s *sheet) error {
	title := "Mail settings for " + s.a.Address.Unicode()
	s.line("%s\n%s\n", title, strings.Repeat("=", len([]rune(title))))
	if s.a.Name != "" {
		s.line("Name             %s", s.a.Name)
	}
	s.line("E-mail address   %s", s.a.Address)
	s.sheetServer(account.Incoming, "Incoming mail ("+strings.ToUpper(s.a.Incoming.Protocol.String())+")", s.in)
	s.sheetServer(account.Outgoing, "Outgoing mail (SMTP)", s.out)
	s.sheetFolders()
	for _, pin := range s.a.Trust.Pins {
		s.line("\nThe certificate of %s was accepted by hand. Its fingerprint:\n%s", pin.Server, pin.Certificate)
	}
	s.warn(true, account.Incoming, account.Outgoing)
	return s.finish()
}

// sheetServer writes one server.
func (s *sheet) sheetServer(role account.Role, title, password string) {
	server := s.server(role)
	s.line("\n%s\n%s", title, strings.Repeat("-", len(title)))
	s.line("Server           %s", server.Host)
	s.line("Port             %d", server.Port)
	s.line("Encryption       %s", map[account.Security]string{
		account.TLS: "SSL/TLS (from the first byte)", account.STARTTLS: "STARTTLS", account.Cleartext: "none",
	}[server.Security])
	s.line("Sign-in          %s", sheetAuth(server.Auth))
	if server.Auth != account.AuthNone {
		s.line("User name        %s", server.Username)
	}
	if s.a.IdentityUnverified(role) {
		s.line("Identity         not verified: the certificate was accepted by hand")
	}
	if password != "" {
		s.line("Password         %s", password)
	}
}

// sheetFolders lists the folders with a use of their own.
func (s *sheet) sheetFolders() {
	if s.a.Folders == (account.Folders{}) {
		return
	}
	s.line("\nFolders\n-------")
	for _, f := range []struct{ title, name string }{
		{"Sent mail", s.a.Folders.Sent}, {"Drafts", s.a.Folders.Drafts}, {"Deleted mail", s.a.Folders.Trash}, {"Spam", s.a.Folders.Junk},
		{"Archive", s.a.Folders.Archive},
	} {
		if f.name != "" {
			s.line("%-16s %s", f.title, f.name)
		}
	}
}

// sheetAuth gives a sign-in method in the words of mail programs.
func sheetAuth(a account.Auth) string {
	switch a {
	case account.AuthUnknown:
		return "automatic"
	case account.AuthNone:
		return "none"
	case account.AuthPlain, account.AuthLogin:
		return "normal password (" + strings.ToUpper(a.String()) + ")"
	case account.AuthXOAUTH2, account.AuthOAuthBearer:
		return "OAuth2 (" + strings.ToUpper(a.String()) + ")"
	case account.AuthExternal:
		return "TLS client certificate"
	case account.AuthNTLM, account.AuthGSSAPI, account.AuthAnonymous:
		return strings.ToUpper(a.String())
	default:
		return "encrypted password (" + strings.ToUpper(a.String()) + ")"
	}
}
