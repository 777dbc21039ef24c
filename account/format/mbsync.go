package format

import "portolan/account"

// maxMbsyncText is the longest quoted text that fits on a line of an mbsyncrc beside its keyword; isync 1.4 reads 1023 bytes.
const maxMbsyncText = 1000

// exportMbsync writes an mbsyncrc with the keywords of isync 1.4: a later version knows them still, under newer names.
func exportMbsync(s *sheet) error {
	if !s.needsIMAP("mbsync") {
		return s.err()
	}
	in, name := s.a.Incoming, label(s.a.Address)
	s.alone(account.Incoming, "mbsync")
	s.fits(account.FieldPassword, slashed(s.in, ""), maxMbsyncText)
	s.line("# %s", s.a.Address)
	s.unverified(account.Incoming)
	s.line("IMAPAccount %s", name)
	s.line("Host %s", slashed(in.Host, ""))
	s.line("Port %d", in.Port)
	s.line("User %s", slashed(in.Username, ""))
	if s.in != "" {
		s.line("Pass %s", slashed(s.in, ""))
	} else {
		s.line("# PassCmd \"pass show %s\"", name)
	}
	s.line("SSLType %s", map[account.Security]string{account.TLS: "IMAPS", account.STARTTLS: "STARTTLS", account.Cleartext: "None"}[in.Security])
	if word := s.method(account.Incoming, saslNames()); word != "" {
		s.line("AuthMechs %s", word)
	}
	s.line("\nIMAPStore %s-remote\nAccount %s", name, name)
	s.line("\nMaildirStore %s-local\nPath ~/Mail/%s/\nInbox ~/Mail/%s/INBOX\nSubFolders Verbatim", name, name, name)
	s.line("\nChannel %s\nFar :%s-remote:\nNear :%s-local:\nPatterns *\nCreate Near\nExpunge None\nSyncState *", name, name, name)
	s.remark(account.RoleUnknown, "Create the folder ~/Mail/"+name+" before the first run. Nothing is deleted on the server.")
	s.warn(false, account.Incoming)
	return s.finish()
}

// needsIMAP refuses accounts whose incoming server speaks POP3.
func (s *sheet) needsIMAP(program string) bool {
	if s.a.Incoming.Protocol != account.IMAP {
		s.refuse(account.FieldIncomingProtocol, program+" speaks IMAP alone, and this account is read by POP3.")
		return false
	}
	return true
}

// saslNames lists the names of sign-in methods in the registry of SASL mechanisms, in capitals.
func saslNames() map[account.Auth]string {
	return map[account.Auth]string{
		account.AuthPlain: "PLAIN", account.AuthLogin: "LOGIN", account.AuthCRAMMD5: "CRAM-MD5", account.AuthDigestMD5: "DIGEST-MD5",
		account.AuthSCRAMSHA1: "SCRAM-SHA-1", account.AuthSCRAMSHA256: "SCRAM-SHA-256", account.AuthSCRAMSHA512: "SCRAM-SHA-512",
		account.AuthSCRAMSHA1Plus: "SCRAM-SHA-1-PLUS", account.AuthSCRAMSHA256Plus: "SCRAM-SHA-256-PLUS", account.AuthSCRAMSHA512Plus: "SCRAM-SHA-512-PLUS",
		account.AuthXOAUTH2: "XOAUTH2", account.AuthOAuthBearer: "OAUTHBEARER", account.AuthExternal: "EXTERNAL", account.AuthNTLM: "NTLM", account.AuthGSSAPI: "GSSAPI",
	}
}
