package format

import (
	"encoding/xml"

	"portolan/account"
)

// poxFile is an answer of Microsoft's Autodiscover protocol, in the order of its elements.
type poxFile struct {
	XMLName  xml.Name `xml:"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006 Autodiscover"`
	Response struct {
		XMLName xml.Name `xml:"http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a Response"`
		Display string   `xml:"User>DisplayName"`
		Account struct {
			AccountType string        `xml:"AccountType"`
			Action      string        `xml:"Action"`
			Protocols   []poxProtocol `xml:"Protocol"`
		} `xml:"Account"`
	}
}

// poxProtocol is one server. Every switch is written out: the defaults of SPA and SSL are "on" (MS-OXDSCLI, section
// 2.2.4.1.1.2.6), and Encryption overrides SSL.
type poxProtocol struct {
	Type           string `xml:"Type"`
	Server         string `xml:"Server"`
	Port           int    `xml:"Port"`
	LoginName      string `xml:"LoginName,omitempty"`
	DomainRequired string `xml:"DomainRequired"`
	SPA            string `xml:"SPA"`
	SSL            string `xml:"SSL"`
	Encryption     string `xml:"Encryption"`
	AuthRequired   string `xml:"AuthRequired"`
}

// exportPOX writes what a server answers to Outlook's question for one address.
func exportPOX(s *sheet) error {
	var file poxFile
	file.Response.Display = s.a.Name
	if s.a.Name == "" {
		file.Response.Display = s.a.Address.Unicode()
	}
	file.Response.Account.AccountType, file.Response.Account.Action = "email", "settings"
	for _, role := range []account.Role{account.Incoming, account.Outgoing} {
		file.Response.Account.Protocols = append(file.Response.Account.Protocols, s.poxProtocol(role))
	}
	s.unblanked(account.FieldUsername, s.a.Incoming.Username)
	s.unblanked(account.FieldOutgoingUsername, s.a.Outgoing.Username)
	if err := s.err(); err != nil {
		return err
	}
	text, err := xml.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	s.warn(false, account.Incoming, account.Outgoing)
	s.remark(account.RoleUnknown, "Outlook asks a server for this file: publish it at https://autodiscover."+s.a.Address.Domain+"/autodiscover/autodiscover.xml, made for the address that is asked for.")
	s.add("", []byte(xml.Header+commented(s.a)+string(text)+"\n"))
	return nil
}

// poxProtocol gives one server.
func (s *sheet) poxProtocol(role account.Role) poxProtocol {
	server := s.server(role)
	p := poxProtocol{
		Type: map[account.Protocol]string{account.IMAP: "IMAP", account.POP3: "POP3", account.SMTP: "SMTP"}[server.Protocol], Server: server.Host, Port: server.Port, LoginName: server.Username,
		DomainRequired: "off", SPA: "off", SSL: "on", Encryption: "SSL", AuthRequired: "on",
	}
	switch server.Security {
	case account.STARTTLS:
		p.Encryption = "TLS"
		s.remark(role, "Encryption “TLS” stands for STARTTLS here; some programs take it for TLS from the first byte.")
	case account.Cleartext:
		p.SSL, p.Encryption = "off", "None"
	}
	switch server.Auth {
	case account.AuthNone:
		p.AuthRequired = "off"
	case account.AuthNTLM:
		p.SPA = "on"
	case account.AuthUnknown, account.AuthPlain, account.AuthLogin:
	default:
		s.remark(role, "The file has no word for the sign-in method "+server.Auth.String()+".")
	}
	return p
}
