package format

import (
	"encoding/xml"
	"regexp"
	"strings"

	"portolan/account"
)

// clientConfig is the file, in the order of its elements.
type clientConfig struct {
	XMLName  xml.Name      `xml:"clientConfig"`
	Version  string        `xml:"version,attr"`
	Provider emailProvider `xml:"emailProvider"`
}

// emailProvider is the one provider of the file.
type emailProvider struct {
	ID        string        `xml:"id,attr"`
	Domain    string        `xml:"domain"`
	Name      string        `xml:"displayName"`
	ShortName string        `xml:"displayShortName"`
	Incoming  serverElement `xml:"incomingServer"`
	Outgoing  serverElement `xml:"outgoingServer"`
}

// serverElement is one server of the file. The port is always written: Thunderbird fills in none.
type serverElement struct {
	Type       string `xml:"type,attr"`
	Host       string `xml:"hostname"`
	Port       int    `xml:"port"`
	SocketType string `xml:"socketType"`
	// An empty element would be read as the user name "true", a missing one as "undefined" for an incoming server.
	Username       string `xml:"username,omitempty"`
	Authentication string `xml:"authentication"`
}

// converted matches texts that Thunderbird's reader turns into numbers, truth values or (until 2024) dates.
var converted = regexp.MustCompile(`^(?i:[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?|0x[0-9a-f]+|0o[0-7]+|0b[01]+|true|false|[0-9]{4}-[0-9]{2}(-[0-9]{2})?)$`)

// WriteThunderbird gives an account as a Thunderbird autoconfig file: UTF-8, version 1.1, exactly one server of each
// role, so that an entry without encryption never stands beside a safer one of the same role. The user name is a
// placeholder where it follows from the address. The result was read back and compared. The error is an *AccountError
// where the account is not complete or does not fit the format.
func WriteThunderbird(a account.Account) ([]byte, []Remark, error) {
	if problems := a.Validate(); len(problems) > 0 {
		return nil, nil, &AccountError{problems}
	}
	if problems := unfit(a); len(problems) > 0 {
		return nil, nil, &AccountError{problems}
	}
	file := clientConfig{Version: "1.1", Provider: emailProvider{
		ID:        a.Address.Domain,
		Domain:    a.Address.Domain,
		Name:      account.Neutral(account.UnicodeHost(a.Address.Domain), maxDisplayName),
		ShortName: account.Neutral(account.UnicodeHost(a.Address.RegistrableDomain()), 20),
		Incoming:  serverAsWritten(a.Incoming, a.Address),
		Outgoing:  serverAsWritten(a.Outgoing, a.Address),
	}}
	if file.Provider.ShortName == "" { // the domain is a public suffix itself
		file.Provider.ShortName = account.Neutral(file.Provider.Name, 20)
	}
	text, err := xml.MarshalIndent(file, "", "  ")
	if err != nil {
		return nil, nil, err
	}
	data := []byte(xml.Header + commented(a) + string(text) + "\n")
	if err := readBack(data, a); err != nil {
		return nil, nil, err
	}
	return data, remarksOn(a, file.Provider), nil
}

// commented says in XML comments which servers have nobody's word for who they are (C-6).
func commented(a account.Account) string {
	var b strings.Builder
	for _, said := range unverified(a) {
		b.WriteString("<!-- " + said + " -->\n")
	}
	return b.String()
}

// unfit lists what a complete account can have that this format has no way to say.
func unfit(a account.Account) []account.Problem {
	var problems []account.Problem
	check := func(s account.Server, user, auth account.Field) {
		if authWord(s.Auth) == "" {
			problems = append(problems, account.Problem{Field: auth, Message: "A Thunderbird file has no word for the sign-in method " + s.Auth.String() + "."})
		}
		if trim(s.Username) != s.Username {
			problems = append(problems, account.Problem{Field: user, Message: "A Thunderbird file cannot hold a user name that begins or ends with a blank."})
		} else if placeholderLike.MatchString(s.Username) {
			problems = append(problems, account.Problem{Field: user, Message: "The user name looks like a placeholder, and a Thunderbird file would replace it."})
		}
	}
	check(a.Incoming, account.FieldUsername, account.FieldIncomingAuth)
	check(a.Outgoing, account.FieldOutgoingUsername, account.FieldOutgoingAuth)
	return problems
}

// serverAsWritten gives one server as it stands in the file. Thunderbird takes a server without a user name for one that is
// not known in full, even where nobody signs in: then the address stands there, and is not used.
func serverAsWritten(s account.Server, a account.Address) serverElement {
	if s.Auth == account.AuthNone {
		s.Username = a.String()
	}
	return serverElement{s.Protocol.String(), s.Host, s.Port, socketType(s.Security), placeholder(s.Username, a), authWord(s.Auth)}
}

// placeholder gives a user name by its relation to the address. An address in need of quotes is written out: other
// programs part it at its first @.
func placeholder(username string, a account.Address) string {
	switch {
	case !a.Plain():
		return username
	case username == a.String():
		return addressPlaceholder
	case username == a.Local:
		return localPlaceholder
	default:
		return username
	}
}

// readBack makes sure that the file says what the account says.
func readBack(data []byte, a account.Account) error {
	read, _, err := ReadThunderbird(data)
	if err != nil {
		return err
	}
	read, _ = read.For(a.Address)
	if len(read.Incoming) != 1 || read.Incoming[0].Server != asRead(a.Incoming) {
		return &AccountError{[]account.Problem{{Field: account.FieldIncomingServer, Message: "A Thunderbird file cannot hold these settings unchanged."}}}
	}
	if len(read.Outgoing) != 1 || read.Outgoing[0].Server != asRead(a.Outgoing) {
		return &AccountError{[]account.Problem{{Field: account.FieldOutgoingServer, Message: "A Thunderbird file cannot hold these settings unchanged."}}}
	}
	return nil
}

// asRead gives a server as it comes back from a file: the sign-in method is one of its kind, the source is unknown.
func asRead(s account.Server) account.Server {
	s.Auth = parseAuthWord(authWord(s.Auth), s.Protocol.Role())
	s.Source = account.SourceUnknown
	return s
}

// remarksOn says what the readers of a file will make of it.
func remarksOn(a account.Account, p emailProvider) []Remark {
	r := reader{}
	r.remarkOn(a.Incoming, p.Incoming, a.Trust)
	r.remarkOn(a.Outgoing, p.Outgoing, a.Trust)
	if len(a.Trust.Authorities) > 0 {
		r.remark(account.RoleUnknown, "The file cannot carry your own certificate authority; the mail program has to be told of it.")
	}
	return r.remarks
}

// remarkOn does this for one server.
func (r *reader) remarkOn(s account.Server, written serverElement, trust account.Trust) {
	role := s.Protocol.Role()
	if converted.MatchString(written.Username) {
		r.remark(role, "The user name "+s.Username+" looks like a number or a date, and Thunderbird may change it. Please check it there.")
	}
	if converted.MatchString(written.Host) {
		r.remark(role, "The server name "+s.Host+" looks like a number, and Thunderbird may change it. Please check it there.")
	}
	if s.Security == account.Cleartext {
		r.remark(role, "This server is used without encryption. Thunderbird for Android refuses a file that says so.")
	}
	if text := authRemark(s.Auth); text != "" {
		r.remark(role, text)
	}
	// C-6: an exported file says that a certificate was accepted by hand.
	if _, pinned := trust.PinFor(s.Endpoint); pinned && s.Security != account.Cleartext {
		r.remark(role, "Identity not verified: you accepted this server's certificate yourself. The file says so in a comment; the mail program will ask again.")
	}
}

// authRemark says what becomes of a sign-in method in the format, "" where nothing is lost.
func authRemark(a account.Auth) string {
	switch a {
	case account.AuthUnknown:
		return "The sign-in method is not known; the file says “normal password”."
	case account.AuthXOAUTH2, account.AuthOAuthBearer:
		return "Thunderbird uses OAuth2 only with the providers that it knows, and passes over this server otherwise."
	case account.AuthExternal:
		return "Thunderbird on the desktop passes over a server that wants a client certificate; set it up there by hand."
	case account.AuthSCRAMSHA1, account.AuthSCRAMSHA256, account.AuthSCRAMSHA512, account.AuthSCRAMSHA1Plus, account.AuthSCRAMSHA256Plus,
		account.AuthSCRAMSHA512Plus, account.AuthDigestMD5:
		return "The file says “encrypted password”, which Thunderbird takes for CRAM-MD5. If it cannot sign in, choose “normal password” there."
	default:
		return ""
	}
}
