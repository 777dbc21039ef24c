package format

import (
	"fmt"
	"strings"
	"unicode"

	"portolan/account"
)

// exportHimalaya writes a table of himalaya's config.toml, with the keys of version 2.
func exportHimalaya(s *sheet) error {
	s.line("# Keys of himalaya 2; version 1 has others.")
	s.unverified(account.Incoming, account.Outgoing)
	s.line("[accounts.%s]", label(s.a.Address))
	s.line("default = true")
	s.line("email = %s", toml(s.a.Address.String()))
	if s.a.Name != "" {
		s.line("display-name = %s", toml(s.a.Name))
	}
	if s.a.Incoming.Protocol == account.IMAP {
		s.himalayaServer("imap", account.Incoming, s.in)
	} else {
		s.remark(account.Incoming, "himalaya does not speak POP3: the incoming server is not in the file.")
		s.withhold(account.Incoming)
	}
	s.himalayaServer("smtp", account.Outgoing, s.out)
	s.himalayaFolders()
	s.warn(false, account.Incoming, account.Outgoing)
	return s.finish()
}

// himalayaFolders writes the names by which himalaya knows folders.
func (s *sheet) himalayaFolders() {
	if s.a.Folders == (account.Folders{}) {
		return
	}
	s.line("mailbox.alias.inbox = \"INBOX\"")
	for _, u := range account.FolderUses() {
		if name := s.a.Folders.Of(u); name != "" {
			s.line("mailbox.alias.%s = %s", u, toml(name))
		}
	}
}

// himalayaServer writes one server.
func (s *sheet) himalayaServer(prefix string, role account.Role, password string) {
	server := s.server(role)
	scheme := prefix
	if server.Security == account.TLS {
		scheme += "s"
	}
	s.line("%s.server = %s", prefix, toml(url(scheme, "", "", server.Endpoint)))
	s.line("%s.starttls = %t", prefix, server.Security == account.STARTTLS)
	if server.Auth == account.AuthNone {
		return
	}
	word := s.method(role, map[account.Auth]string{
		account.AuthPlain: "plain", account.AuthLogin: "login", account.AuthSCRAMSHA256: "scram-sha-256", account.AuthXOAUTH2: "xoauth2", account.AuthOAuthBearer: "oauthbearer",
	})
	if word == "" {
		word = "plain"
	}
	s.line("%s.sasl.%s.username = %s", prefix, word, toml(server.Username))
	what := "password"
	if server.Auth.NeedsToken() {
		what = "token"
	}
	if password != "" {
		s.line("%s.sasl.%s.%s.raw = %s", prefix, word, what, toml(password))
	} else {
		s.line("# %s.sasl.%s.%s.command = [\"pass\", \"show\", \"%s\"]", prefix, word, what, label(s.a.Address))
	}
}

// toml gives a basic string. TOML 1.0, "String": quotation mark, backslash and control characters are escaped; here
// everything that cannot be seen is.
func toml(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r != ' ' && !unicode.IsGraphic(r) || unicode.IsControl(r):
			fmt.Fprintf(&b, `\U%08X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
