package format

import (
	"fmt"
	"strings"

	"portolan/account"
)

// An Autodiscover is what an answer of Microsoft's Autodiscover protocol ("plain old XML", MS-OXDSCLI) says. Where it names
// no servers, it may say where else to ask; it may also say nothing at all.
type Autodiscover struct {
	Servers        []Entry // in the order of the answer; Username as it stands there, and nothing replaced
	RedirectDomain string  // ask for this domain instead, in ASCII
	RedirectURL    string  // ask there instead; not checked
}

// ReadAutodiscover reads an answer to a request for settings. What it does not know is passed over, and a server that is
// broken or of another kind is left out with a remark. An error that the answer reports is a remark. The error is a
// *FileError: this is no Autodiscover answer.
func ReadAutodiscover(data []byte) (Autodiscover, []Remark, error) {
	root, err := parseXML(data)
	if err != nil {
		return Autodiscover{}, nil, err
	}
	responses := root.named("Response")
	if root.name != "Autodiscover" || len(responses) != 1 {
		return Autodiscover{}, nil, &FileError{"This is no Autodiscover answer."}
	}
	var a Autodiscover
	r := reader{}
	for _, e := range responses[0].named("Error") {
		r.remark(account.RoleUnknown, "The server reports an error: “"+account.Neutral(e.first("Message"), 80)+"”.")
	}
	for _, acct := range responses[0].named("Account") {
		a.account(acct, &r)
	}
	return a, r.remarks, nil
}

// account reads one Account element.
func (a *Autodiscover) account(acct *element, r *reader) {
	switch action := acct.first("Action"); {
	case strings.EqualFold(action, "redirectAddr"):
		if to, err := account.ParseAddress(acct.first("RedirectAddr")); err == nil {
			a.RedirectDomain = to.Domain
		}
	case strings.EqualFold(action, "redirectUrl"):
		a.RedirectURL = acct.first("RedirectUrl")
	default:
		a.servers(acct, r)
	}
}

// servers reads the Protocol elements of an account.
func (a *Autodiscover) servers(acct *element, r *reader) {
	for i, p := range acct.named("Protocol") {
		if r.servers++; r.servers > maxServers {
			r.remark(account.RoleUnknown, fmt.Sprintf("The answer names more than %d servers; the rest was not read.", maxServers))
			return
		}
		entry, err := readProtocol(p)
		if err != nil {
			r.remark(account.RoleUnknown, fmt.Sprintf("The server number %d was left out: %s", i+1, err))
			continue
		}
		a.Servers = append(a.Servers, entry)
	}
}

// readProtocol reads one server.
func readProtocol(p *element) (Entry, error) {
	var e Entry
	word := p.first("Type")
	if word == "" {
		word = p.attr("Type")
	}
	protocol, err := account.ParseProtocol(strings.ToLower(word))
	if err != nil {
		return e, &FileError{"its kind is “" + account.Neutral(word, 40) + "”."}
	}
	e.Protocol = protocol
	server, err := p.only("Server")
	if err != nil {
		return e, err
	}
	if e.Host, err = account.ParseHost(server); err != nil {
		return e, err
	}
	if port := p.first("Port"); port != "" {
		if e.Port, err = account.ParsePort(port); err != nil {
			return e, err
		}
	}
	e.Security = poxSecurity(p, e.Port)
	if e.Port == 0 {
		if e.Security == account.SecurityUnknown {
			e.Security = account.TLS
		}
		e.Port = account.StandardPort(e.Protocol, e.Security)
	}
	e.Username = p.first("LoginName")
	return e, account.CheckUsername(e.Username)
}

// poxSecurity reads how a server is encrypted. A well-known port decides where encryption is wanted at all: "TLS" stands for
// STARTTLS with some who write such answers and for TLS from the first byte with others, and so does SSL "on" at port 587.
// SecurityUnknown is an encrypted port that may be either.
//
// MS-OXDSCLI, section 2.2.4.1.1.2.6: Encryption overrides SSL, and SSL is "on" where it is not given.
func poxSecurity(p *element, port int) account.Security {
	usual := account.UsualSecurity(port)
	encryption, ssl := strings.ToLower(p.first("Encryption")), strings.ToLower(p.first("SSL"))
	switch {
	case encryption == "none" || encryption == "" && ssl == "off":
		if usual == account.TLS {
			return usual
		}
		return account.Cleartext
	case usual != account.SecurityUnknown:
		return usual
	case encryption == "ssl":
		return account.TLS
	case encryption == "" && port == 0:
		return account.TLS
	default:
		return account.SecurityUnknown
	}
}

// first gives the text of the first child of that name, "" where there is none.
func (e *element) first(name string) string {
	if found := e.named(name); len(found) > 0 {
		return found[0].text
	}
	return ""
}
