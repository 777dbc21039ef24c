package format

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"howett.net/plist"

	"portolan/account"
)

// mailPayload is the type of the part of a profile that holds a mail account.
const mailPayload = "com.apple.mail.managed"

// exportMobileConfig writes an Apple configuration profile with one mail account.
func exportMobileConfig(s *sheet) error {
	id := "portolan." + label(s.a.Address)
	mail := map[string]any{
		"PayloadType": mailPayload, "PayloadVersion": 1, "PayloadIdentifier": id + ".mail", "PayloadUUID": profileUUID(s.a, "mail"),
		"PayloadDisplayName":      s.a.Address.String(),
		"EmailAccountDescription": s.a.Address.String(),
		"EmailAddress":            s.a.Address.String(),
		"EmailAccountType":        map[account.Protocol]string{account.IMAP: "EmailTypeIMAP", account.POP3: "EmailTypePOP"}[s.a.Incoming.Protocol],
	}
	if s.a.Name != "" {
		mail["EmailAccountName"] = s.a.Name
	}
	s.profileServer(mail, account.Incoming, "Incoming", s.in)
	s.profileServer(mail, account.Outgoing, "Outgoing", s.out)
	if s.out != "" {
		mail["OutgoingPasswordSameAsIncomingPassword"] = s.in == s.out
	}
	profile := map[string]any{
		"PayloadType": "Configuration", "PayloadVersion": 1, "PayloadIdentifier": id, "PayloadUUID": profileUUID(s.a, "profile"),
		"PayloadDisplayName": "Mail: " + s.a.Address.String(), "PayloadRemovalDisallowed": false, "PayloadContent": []any{mail},
	}
	if said := unverified(s.a); said != nil {
		profile["PayloadDescription"] = strings.Join(said, " ")
	}
	data, err := plist.MarshalIndent(profile, plist.XMLFormat, "  ")
	if err != nil {
		return err
	}
	s.warn(false, account.Incoming, account.Outgoing)
	s.remark(account.RoleUnknown, "The profile is not signed: the device says so when it is opened.")
	s.add("", append(data, '\n'))
	return nil
}

// profileServer adds one server to a payload. UseSSL is always written: it is false where it is missing.
func (s *sheet) profileServer(mail map[string]any, role account.Role, prefix, password string) {
	server := s.server(role)
	mail[prefix+"MailServerHostName"] = server.Host
	mail[prefix+"MailServerPortNumber"] = server.Port
	mail[prefix+"MailServerUseSSL"] = server.Security != account.Cleartext
	mail[prefix+"MailServerAuthentication"] = s.profileAuth(role)
	if server.Username != "" {
		mail[prefix+"MailServerUsername"] = server.Username
	}
	if password != "" {
		mail[prefix+"Password"] = password
	}
	if server.Security == account.STARTTLS {
		s.remark(role, "A profile cannot ask for STARTTLS: it says that the connection is encrypted, and the device tries how.")
	} else if server.Security == account.TLS && account.UsualSecurity(server.Port) == account.STARTTLS {
		s.remark(role, "A profile cannot say that TLS begins with the first byte; on this port the device may try STARTTLS first.")
	}
}

// profileAuth gives the word for a sign-in method.
func (s *sheet) profileAuth(role account.Role) string {
	switch auth := s.server(role).Auth; auth {
	case account.AuthNone:
		return "EmailAuthNone"
	case account.AuthCRAMMD5:
		return "EmailAuthCRAMMD5"
	case account.AuthNTLM:
		return "EmailAuthNTLM"
	case account.AuthDigestMD5:
		return "EmailAuthHTTPMD5"
	case account.AuthUnknown, account.AuthPlain, account.AuthLogin:
	default:
		s.remark(role, "A profile has no word for the sign-in method "+auth.String()+"; it says “password”.")
	}
	return "EmailAuthPassword"
}

// profileUUID gives an identifier that is the same for the same address, so that a newer profile takes the place of an
// older one. RFC 9562, section 5.8: version 8.
func profileUUID(a account.Account, part string) string {
	h := sha256.Sum256([]byte("portolan profile " + part + " " + a.Address.String()))
	h[6], h[8] = h[6]&0x0f|0x80, h[8]&0x3f|0x80
	return fmt.Sprintf("%X-%X-%X-%X-%X", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}
