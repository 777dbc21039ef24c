package format

import (
	"errors"
	"fmt"
	"portolan/account"
	"slices"
	"strings"
)

// How much of one file is looked at, beyond its size and depth.
const (
	maxServers = 20
	maxDomains = 500
)

// maxDisplayName is how many runes of a provider's name are written.
const maxDisplayName = 60

// ReadThunderbird reads a Thunderbird autoconfig file (clientConfig, version 1.1 or later). Elements that it does not
// know are passed over, and a server that is broken or of another kind is left out with a remark, as
// draft-ietf-mailmaint-autoconfig asks. The error is a *FileError: no such file, or not one usable server in it.
func ReadThunderbird(data []byte) (Config, []Remark, error) {
	root, err := parseXML(data)
	if err != nil {
		return Config{}, nil, err
	}
	if root.name != "clientConfig" {
		return Config{}, nil, &FileError{"This is no configuration file for mail programs: it begins with <" + account.Neutral(root.name, 40) + ">."}
	}
	providers := root.named("emailProvider")
	if len(providers) == 0 {
		return Config{}, nil, &FileError{"The file names no mail provider."}
	}
	r := reader{}
	if len(providers) > 1 {
		r.remark(account.RoleUnknown, "The file names several providers; only the first was read.")
	}
	r.provider(providers[0])
	if len(r.config.Incoming)+len(r.config.Outgoing) == 0 {
		return Config{}, r.remarks, &FileError{"The file names no server that could be used."}
	}
	return r.config, r.remarks, nil
}

// A reader gathers what a file says.
type reader struct {
	config  Config
	remarks []Remark
	servers int // looked at so far, used or not
}

// remark notes something that the user should know.
func (r *reader) remark(role account.Role, text string) {
	r.remarks = append(r.remarks, Remark{role, text})
}

// leftOut notes why a server is missing; index counts from 0.
func (r *reader) leftOut(role account.Role, index int, why error) {
	r.remark(role, fmt.Sprintf("The %s server number %d was left out: %s", role, index+1, why))
}

// provider reads an emailProvider.
func (r *reader) provider(provider *element) {
	r.domains(provider.named("domain"))
	r.config.Incoming = r.entries(provider.named("incomingServer"), account.Incoming)
	r.config.Outgoing = r.entries(provider.named("outgoingServer"), account.Outgoing)
}

// domains reads the e-mail domains.
func (r *reader) domains(elements []*element) {
	impossible := 0
	for _, e := range elements[:min(len(elements), maxDomains)] {
		domain, err := account.ParseHost(e.text)
		switch {
		case strings.EqualFold(e.text, domainPlaceholder):
			r.config.Domains = append(r.config.Domains, domainPlaceholder)
		case err != nil || !account.PublicName(domain):
			impossible++
		case !slices.Contains(r.config.Domains, domain):
			r.config.Domains = append(r.config.Domains, domain)
		}
	}
	if impossible > 0 {
		r.remark(account.RoleUnknown, fmt.Sprintf("Left out of the file's list of domains: %d that cannot be domains.", impossible))
	}
	if len(elements) > maxDomains {
		r.remark(account.RoleUnknown, fmt.Sprintf("The file lists %d domains; only the first %d were read.", len(elements), maxDomains))
	}
}

// entries reads the servers of one role.
func (r *reader) entries(elements []*element, role account.Role) []Entry {
	var entries []Entry
	for i, e := range elements {
		if r.servers++; r.servers > maxServers {
			r.remark(role, fmt.Sprintf("The file names more than %d servers; the rest was not read.", maxServers))
			break
		}
		entry, err := readEntry(e, role)
		if err != nil {
			r.leftOut(role, i, err)
			continue
		}
		if !account.PublicName(entry.Host) && !strings.Contains(entry.Host, "%") {
			r.remark(role, "The server "+entry.Host+" can only be reached inside its own network.")
		}
		entries = append(entries, entry)
	}
	return entries
}

// readEntry reads one server. W-7: host, port and socket type stand in it exactly once, and are possible.
func readEntry(e *element, role account.Role) (Entry, error) {
	var entry Entry
	var err error
	if entry.Protocol, err = protocolOf(e, role); err != nil {
		return Entry{}, err
	}
	if entry.Host, err = hostOf(e); err != nil {
		return Entry{}, err
	}
	port, err := e.only("port")
	if err != nil {
		return Entry{}, err
	}
	if entry.Port, err = account.ParsePort(port); err != nil {
		return Entry{}, err
	}
	word, err := e.only("socketType")
	if err != nil {
		return Entry{}, err
	}
	if entry.Security = parseSocketType(word); entry.Security == account.SecurityUnknown {
		return Entry{}, &FileError{"“" + account.Neutral(word, 40) + "” is no kind of encryption that the format knows."}
	}
	if entry.Username, err = usernameOf(e); err != nil {
		return Entry{}, err
	}
	entry.authentication(e, role)
	return entry, nil
}

// protocolOf reads the type of a server.
func protocolOf(e *element, role account.Role) (account.Protocol, error) {
	word := e.attr("type")
	protocol, err := account.ParseProtocol(word)
	if err != nil || protocol.Role() != role {
		return 0, &FileError{"its kind is “" + account.Neutral(word, 40) + "”."}
	}
	return protocol, nil
}

// hostOf reads the host of a server, which may hold the domain's placeholder and no other: the local part of an address
// has no business in the DNS.
func hostOf(e *element) (string, error) {
	text, err := e.only("hostname")
	if err != nil {
		return "", err
	}
	if !strings.Contains(text, domainPlaceholder) {
		return account.ParseHost(text)
	}
	_, err = account.ParseHost(strings.ReplaceAll(text, domainPlaceholder, "domain.example"))
	return text, err
}

// usernameOf reads the user name of a server, "" where there is none. W-8: only the three known placeholders.
func usernameOf(e *element) (string, error) {
	if len(e.named("username")) == 0 {
		return "", nil
	}
	text, err := e.only("username")
	if err != nil {
		return "", err
	}
	rest := strings.NewReplacer(addressPlaceholder, "", localPlaceholder, "", domainPlaceholder, "").Replace(text)
	if placeholderLike.MatchString(rest) {
		return "", &FileError{"its user name “" + account.Neutral(text, 80) + "” holds an unknown placeholder."}
	}
	return text, account.CheckUsername(text)
}

// authentication reads the sign-in methods of a server.
func (entry *Entry) authentication(e *element, role account.Role) {
	for _, child := range e.named("authentication") {
		auth := parseAuthWord(child.text, role)
		if child.attr("system") == "sasl" {
			auth, _ = account.ParseAuth(strings.ToLower(child.text))
		}
		if auth != account.AuthUnknown && !slices.Contains(entry.Auths, auth) {
			entry.Auths = append(entry.Auths, auth)
		}
	}
	if len(entry.Auths) > 0 {
		entry.Auth = entry.Auths[0]
	}
	if entry.Auth == account.AuthNone {
		entry.Username = ""
	}
}

// only gives the text of the one child of that name. A child that is missing, stands twice or holds elements is an error.
func (e *element) only(name string) (string, error) {
	switch found := e.named(name); {
	case len(found) == 0 || found[0].text == "" && name != "username":
		return "", errors.New("it has no " + name + ".")
	case len(found) > 1:
		return "", errors.New("it has more than one " + name + ".")
	case len(found[0].children) > 0:
		return "", errors.New("its " + name + " is not a text.")
	default:
		return found[0].text, nil
	}
}
