package format

import (
	"cmp"
	"strings"
	"unicode"

	"portolan/account"
)

// exportAerc writes a section of aerc's accounts.conf.
func exportAerc(s *sheet) error {
	from := mailbox(s.a.Name, s.a.Address)
	if strings.ContainsAny(from, "#;`") { // which begin a comment outside backticks
		from = "`" + from + "`"
	}
	if strings.Contains(from, "%(") || strings.Contains(s.a.Address.Local, "`") {
		s.refuse(account.FieldAddress, "aerc takes part of this address for a reference.")
	}
	s.unverified(account.Incoming, account.Outgoing)
	s.line("[%s]", label(s.a.Address))
	s.line("from = %s", from)
	if s.a.Incoming.Protocol == account.IMAP {
		s.line("source = %s", url(s.aercSource(), s.a.Incoming.Username, s.in, s.a.Incoming.Endpoint))
		s.aercCommand("source", s.in)
		s.line("default = INBOX")
		s.aercFolders()
	} else {
		s.remark(account.Incoming, "aerc does not speak POP3: the incoming server is not in the file, and aerc needs a line “source” to another one.")
		s.withhold(account.Incoming)
	}
	s.line("outgoing = %s", url(s.aercOutgoing(), s.a.Outgoing.Username, s.out, s.a.Outgoing.Endpoint))
	if s.a.Outgoing.Auth != account.AuthNone {
		s.aercCommand("outgoing", s.out)
	}
	s.remark(account.RoleUnknown, "aerc wants its accounts.conf to be readable by you alone: chmod 600.")
	s.warn(false, account.Incoming, account.Outgoing)
	return s.finish()
}

// aercFolders names the folders that aerc has a word for.
func (s *sheet) aercFolders() {
	for _, key := range []struct{ name, folder, usual string }{
		{"copy-to", s.a.Folders.Sent, "Sent"}, {"postpone", s.a.Folders.Drafts, ""}, {"archive", s.a.Folders.Archive, ""},
	} {
		folder := cmp.Or(key.folder, key.usual)
		value, fits := aercValue(folder)
		switch {
		case folder == "":
		case !fits:
			s.remark(account.Incoming, "aerc takes part of the folder name “"+folder+"” for something else: the line “"+key.name+"” is not in the file.")
		default:
			s.line("%s = %s", key.name, value)
		}
	}
}

// aercValue gives the name of a folder as a value: between backticks where it holds anything that could mean something
// else. What cannot be written so does not fit: a backtick, the beginning of a reference, a comma, which separates two folders.
func aercValue(name string) (value string, fits bool) {
	simple := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" ./-_[]", r)
	}
	if trim(name) == name && !strings.ContainsFunc(name, func(r rune) bool { return !simple(r) }) && !strings.HasPrefix(name, "[") {
		return name, true
	}
	return "`" + name + "`", !strings.ContainsAny(name, "`,") && !strings.Contains(name, "%(")
}

// aercCommand shows where a command goes that prints the password.
func (s *sheet) aercCommand(which, password string) {
	if password == "" {
		s.line("# %s-cred-cmd = pass show %s", which, label(s.a.Address))
	}
}

// aercSource gives the scheme of the incoming server. Without a suffix aerc uses the command LOGIN.
func (s *sheet) aercSource() string {
	scheme := map[account.Security]string{account.TLS: "imaps", account.STARTTLS: "imap", account.Cleartext: "imap+insecure"}[s.a.Incoming.Security]
	return scheme + s.method(account.Incoming, map[account.Auth]string{
		account.AuthPlain: "", account.AuthLogin: "", account.AuthXOAUTH2: "+xoauth2", account.AuthOAuthBearer: "+oauthbearer",
	})
}

// aercOutgoing gives the scheme of the outgoing server; "smtp" demands STARTTLS.
func (s *sheet) aercOutgoing() string {
	scheme := map[account.Security]string{account.TLS: "smtps", account.STARTTLS: "smtp", account.Cleartext: "smtp+insecure"}[s.a.Outgoing.Security]
	return scheme + s.method(account.Outgoing, map[account.Auth]string{
		account.AuthNone: "+none", account.AuthPlain: "+plain", account.AuthLogin: "+login", account.AuthXOAUTH2: "+xoauth2", account.AuthOAuthBearer: "+oauthbearer",
	})
}
