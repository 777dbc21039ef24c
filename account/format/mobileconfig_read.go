package format

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"howett.net/plist"

	"portolan/account"
)

// readMobileConfig reads the mail accounts of an Apple configuration profile in XML. Of a signed one the signature is not
// looked at.
func readMobileConfig(data []byte) ([]Imported, error) {
	signed := bytes.HasPrefix(data, []byte("\x30")) // DER or BER, as in CMS
	if content, ok := signedContent(data); ok {
		data = content
	}
	start, end := bytes.Index(data, []byte("<plist")), bytes.LastIndex(data, []byte("</plist>"))
	if start < 0 || end < start {
		return nil, &FileError{"This is no configuration profile in XML."}
	}
	data = data[start : end+len("</plist>")]
	if err := checkPlist(data); err != nil {
		return nil, err
	}
	var profile map[string]any
	if _, err := plist.Unmarshal(data, &profile); err != nil {
		return nil, &FileError{"The file is not a correct property list."}
	}
	if _, encrypted := profile["EncryptedPayloadContent"]; encrypted {
		return nil, &FileError{"The profile is encrypted; only the device that it was made for can read it."}
	}
	payloads, _ := profile["PayloadContent"].([]any)
	if profile["PayloadType"] == mailPayload {
		payloads = []any{profile}
	}
	var all []gather
	others := 0
	for _, p := range payloads[:min(len(payloads), maxAccounts)] {
		mail, _ := p.(map[string]any)
		if mail["PayloadType"] != mailPayload {
			others++
			continue
		}
		g := profileAccount(mail)
		if signed {
			g.remark(account.RoleUnknown, "The profile is signed; the signature was not checked.")
		}
		all = append(all, g)
	}
	if others > 0 && len(all) > 0 {
		all[0].remark(account.RoleUnknown, fmt.Sprintf("Left out: %d parts of the profile that are no IMAP or POP3 account.", others))
	}
	return usable(all)
}

// checkPlist looks at the shape of a property list before its reader does, which calls itself for each level: UTF-8, no
// DOCTYPE inside, no deep nesting.
func checkPlist(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	depth := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return &FileError{"The file is not correct XML."}
		}
		switch token.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return &FileError{"The file is nested deeper than any profile."}
			}
		case xml.EndElement:
			depth--
		case xml.Directive:
			return &FileError{"The file has a document type declaration inside."}
		}
	}
}

// profileAccount reads one account.
func profileAccount(mail map[string]any) gather {
	var g gather
	word := func(key string) string {
		s, _ := mail[key].(string)
		return s
	}
	g.identity(word("EmailAccountName"), word("EmailAddress"))
	protocol := map[string]account.Protocol{"EmailTypeIMAP": account.IMAP, "EmailTypePOP": account.POP3}[word("EmailAccountType")]
	if protocol == account.ProtocolUnknown {
		g.leftOut(account.Incoming, &FileError{"its kind is “" + account.Neutral(word("EmailAccountType"), 40) + "”."})
	} else {
		g.profileServer(mail, protocol, "Incoming")
	}
	g.profileServer(mail, account.SMTP, "Outgoing")
	if word("IncomingPassword") != "" || word("OutgoingPassword") != "" {
		g.remark(account.RoleUnknown, "The profile holds a password, which was not read.")
	}
	return g
}

// profileServer reads one server.
func (g *gather) profileServer(mail map[string]any, p account.Protocol, prefix string) {
	f := found{protocol: p}
	f.host, _ = mail[prefix+"MailServerHostName"].(string)
	if f.host == "" {
		return
	}
	f.user, _ = mail[prefix+"MailServerUsername"].(string)
	port := 0
	switch n := mail[prefix+"MailServerPortNumber"].(type) {
	case nil:
	case uint64:
		f.port, port = fmt.Sprint(n), int(min(n, 1<<16))
	default:
		f.port = "?"
	}
	encrypted, _ := mail[prefix+"MailServerUseSSL"].(bool)
	switch {
	case !encrypted:
		f.security = account.Cleartext
	case account.UsualSecurity(port) != account.SecurityUnknown:
		f.security = account.UsualSecurity(port)
	default:
		f.security = account.TLS
	}
	word, _ := mail[prefix+"MailServerAuthentication"].(string)
	f.auth = map[string]account.Auth{
		"EmailAuthNone": account.AuthNone, "EmailAuthPassword": account.AuthPlain, "EmailAuthCRAMMD5": account.AuthCRAMMD5,
		"EmailAuthNTLM": account.AuthNTLM, "EmailAuthHTTPMD5": account.AuthDigestMD5,
	}[word]
	g.server(f)
	if !encrypted {
		g.remark(p.Role(), "A profile that does not speak of SSL means “none”; the server may offer more.")
	}
}
