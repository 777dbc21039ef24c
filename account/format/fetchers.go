package format

import (
	"encoding/hex"
	"strings"

	"portolan/account"
)

// exportFetchmail writes a fetchmailrc.
func exportFetchmail(s *sheet) error {
	in := s.a.Incoming
	s.alone(account.Incoming, "fetchmail")
	s.line("# %s", s.a.Address)
	s.unverified(account.Incoming)
	protocol := strings.ToUpper(in.Protocol.String())
	if in.Auth == account.AuthAPOP && in.Protocol == account.POP3 {
		protocol = "APOP"
	}
	s.line("poll %s protocol %s port %d", fetchmailText(in.Host), protocol, in.Port)
	if in.Protocol == account.POP3 {
		s.line("  uidl") // fetchmail(1) on "keep": without it, POP3 brings every message again
	}
	if word := s.method(account.Incoming, map[account.Auth]string{
		account.AuthPlain: "password", account.AuthLogin: "password", account.AuthAPOP: "password", account.AuthCRAMMD5: "cram-md5", account.AuthNTLM: "ntlm",
		account.AuthGSSAPI: "gssapi", account.AuthExternal: "external",
	}); word != "" {
		s.line("  auth %s", word)
	}
	s.line("  user %s", fetchmailText(in.Username))
	if s.in != "" {
		s.line("  password %s", fetchmailText(s.in))
	}
	switch in.Security {
	case account.TLS:
		s.line("  ssl\n  sslproto \"TLS1.2+\"\n  sslcertck")
	case account.STARTTLS:
		s.line("  sslproto \"TLS1.2+\" # without \"ssl\" this demands STARTTLS\n  sslcertck")
	default:
		s.line("  sslproto \"\" # no encryption")
	}
	s.line("  keep")
	s.remark(account.RoleUnknown, "“keep” leaves the mail on the server. fetchmail hands mail to the mail system of this computer.")
	s.warn(false, account.Incoming)
	return s.finish()
}

// fetchmailText quotes a text with the escapes that fetchmail reads: backslash, x and two hexadecimal digits.
func fetchmailText(text string) string {
	return `"` + strings.NewReplacer(`\`, `\x5c`, `"`, `\x22`).Replace(text) + `"`
}

// exportGetmail writes a getmailrc for getmail6.
func exportGetmail(s *sheet) error {
	in := s.a.Incoming
	s.alone(account.Incoming, "getmail")
	s.unblanked(account.FieldUsername, in.Username)
	s.unblanked(account.FieldPassword, s.in)
	kind := map[account.Protocol]string{account.IMAP: "SimpleIMAP", account.POP3: "SimplePOP3"}[in.Protocol]
	switch in.Security {
	case account.STARTTLS:
		s.refuse(account.FieldIncomingSecurity, "getmail does not speak STARTTLS: it would send the password without encryption. It needs a port with TLS from the first byte.")
		return s.err()
	case account.TLS:
		kind += "SSL"
	}
	s.line("# %s", s.a.Address)
	s.unverified(account.Incoming)
	s.line("[retriever]\ntype = %sRetriever", kind)
	s.line("server = %s\nport = %d\nusername = %s", in.Host, in.Port, in.Username)
	if s.in != "" {
		s.line("password = %s", s.in)
	} else {
		s.line("# password_command = (\"pass\", \"show\", \"%s\")", label(s.a.Address))
	}
	s.getmailTLS()
	switch {
	case in.Protocol == account.POP3 && in.Auth == account.AuthAPOP:
		s.line("use_apop = true")
	case in.Protocol == account.IMAP && in.Auth == account.AuthXOAUTH2:
		s.line("use_xoauth2 = true")
	default:
		s.method(account.Incoming, map[account.Auth]string{account.AuthUnknown: "", account.AuthPlain: "", account.AuthLogin: ""})
	}
	s.line("\n[destination]\ntype = Maildir\npath = ~/Mail/%s/", label(s.a.Address))
	s.line("\n[options]\nread_all = false\ndelete = false")
	s.remark(account.RoleUnknown, "Create the Maildir ~/Mail/"+label(s.a.Address)+" with cur, new and tmp before the first run.")
	s.warn(true, account.Incoming)
	return s.finish()
}

// getmailTLS writes whom getmail believes: without ca_certs it would believe any certificate.
func (s *sheet) getmailTLS() {
	if s.a.Incoming.Security != account.TLS {
		return
	}
	if pin, pinned := s.a.Trust.PinFor(s.a.Incoming.Endpoint); pinned {
		s.line("ssl_fingerprints = (\"%s\",)", hex.EncodeToString(pin.Certificate[:]))
		return
	}
	s.line("ca_certs = /etc/ssl/certs/ca-certificates.crt")
	s.remark(account.Incoming, "getmail checks certificates only with the line “ca_certs”; its file is where Debian keeps it. Other systems keep it elsewhere.")
}

// exportOfflineIMAP writes an offlineimaprc. In its values a percent sign is written twice.
func exportOfflineIMAP(s *sheet) error {
	if !s.needsIMAP("OfflineIMAP") {
		return s.err()
	}
	in, name := s.a.Incoming, label(s.a.Address)
	s.alone(account.Incoming, "OfflineIMAP")
	s.unblanked(account.FieldUsername, in.Username)
	s.unblanked(account.FieldPassword, s.in)
	s.line("# %s", s.a.Address)
	s.unverified(account.Incoming)
	s.line("[general]\naccounts = %s", name)
	s.line("\n[Account %s]\nlocalrepository = %s-local\nremoterepository = %s-remote", name, name, name)
	s.line("\n[Repository %s-local]\ntype = Maildir\nlocalfolders = ~/Mail/%s", name, name)
	s.line("\n[Repository %s-remote]\ntype = IMAP\nremotehost = %s\nremoteport = %d", name, in.Host, in.Port)
	s.line("remoteuser = %s", percentTwice(in.Username))
	if s.in != "" {
		s.line("remotepass = %s", percentTwice(s.in))
	}
	s.line("ssl = %s\nstarttls = %s", yesNo(in.Security == account.TLS), yesNo(in.Security == account.STARTTLS))
	if pin, pinned := s.a.Trust.PinFor(in.Endpoint); pinned && in.Security == account.TLS {
		s.line("cert_fingerprint = %s", hex.EncodeToString(pin.Certificate[:]))
	} else if in.Security == account.TLS {
		s.line("sslcacertfile = OS-DEFAULT")
	}
	if word := s.method(account.Incoming, offlineIMAPAuths()); word != "" {
		s.line("auth_mechanisms = %s", word)
	}
	if in.Security == account.STARTTLS {
		s.remark(account.Incoming, "With STARTTLS, OfflineIMAP checks no certificate, and goes on without encryption where a server takes STARTTLS back. Use a port with TLS from the first byte.")
	}
	s.warn(in.Security == account.TLS, account.Incoming)
	return s.finish()
}

// offlineIMAPAuths lists the sign-in methods that OfflineIMAP knows; it refuses a file with any other.
func offlineIMAPAuths() map[account.Auth]string {
	return map[account.Auth]string{
		account.AuthPlain: "PLAIN", account.AuthLogin: "LOGIN", account.AuthCRAMMD5: "CRAM-MD5", account.AuthXOAUTH2: "XOAUTH2", account.AuthGSSAPI: "GSSAPI",
	}
}

// percentTwice keeps Python's configparser from taking a percent sign for a reference.
func percentTwice(text string) string { return strings.ReplaceAll(text, "%", "%%") }
