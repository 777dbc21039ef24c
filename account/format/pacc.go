package format

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"portolan/account"
)

// A paccHost is a server of a PACC document: TLS from the first byte on the standard port.
type paccHost struct {
	Host string `json:"host"`
}

// paccDocument is a PACC document, draft-ietf-mailmaint-pacc. The outgoing server stands in it under both its names.
type paccDocument struct {
	Protocols struct {
		IMAP   *paccHost `json:"imap,omitempty"`
		POP3   *paccHost `json:"pop3,omitempty"`
		SMTP   *paccHost `json:"smtp,omitempty"`   // until -02
		Submit *paccHost `json:"submit,omitempty"` // since -03
	} `json:"protocols"`
	Authentication struct {
		Password bool `json:"password"`
	} `json:"authentication"`
	Info struct {
		Provider struct {
			Name string `json:"name"`
		} `json:"provider"`
	} `json:"info"`
}

// exportPACC writes the document and the record that vouches for it.
func exportPACC(s *sheet) error {
	d := s.a.Address.Domain
	var doc paccDocument
	doc.Info.Provider.Name = account.Neutral(account.UnicodeHost(d), maxDisplayName)
	if host := s.paccHost(account.Incoming); host != nil && s.a.Incoming.Protocol == account.IMAP {
		doc.Protocols.IMAP = host
	} else {
		doc.Protocols.POP3 = host
	}
	doc.Protocols.SMTP = s.paccHost(account.Outgoing)
	doc.Protocols.Submit = doc.Protocols.SMTP
	doc.Authentication.Password = !s.a.Incoming.Auth.NeedsToken()
	if doc.Protocols.IMAP == nil && doc.Protocols.POP3 == nil && doc.Protocols.SMTP == nil {
		s.refuse(account.FieldIncomingSecurity, "PACC knows TLS from the first byte on the standard port alone, and neither server is used so.")
		return s.err()
	}
	data, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	s.warn(false, account.Incoming, account.Outgoing)
	s.add("ua-auto-config."+d+"/.well-known/user-agent-configuration.json", data)
	s.add(d+".zone", []byte(paccRecord(d, data)))
	return nil
}

// paccHost gives a server as PACC can say it, nil where it cannot.
func (s *sheet) paccHost(role account.Role) *paccHost {
	server := s.server(role)
	if server.Security != account.TLS || server.Port != account.StandardPort(server.Protocol, account.TLS) {
		s.remark(role, "PACC knows TLS from the first byte on the standard port alone: this server is not in the file.")
		return nil
	}
	if server.Auth != account.AuthNone && server.Username != s.a.Address.String() {
		s.remark(role, "PACC takes the whole address as the user name; here it is another one.")
	}
	if !account.PublicName(server.Host) {
		s.remark(role, "The server "+server.Host+" can only be reached inside its own network.")
	}
	return &paccHost{server.Host}
}

// paccRecord gives the TXT record with the digest of the exact document.
func paccRecord(domain string, document []byte) string {
	digest := sha256.Sum256(document)
	return "; The digest is that of the exact bytes of the JSON file: make it anew after each change.\n" +
		"_ua-auto-config." + domain + `. 3600 IN TXT "v=UAAC1; a=sha256; d=` + base64.StdEncoding.EncodeToString(digest[:]) + "\"\n"
}
