package format

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"unicode/utf8"

	"portolan/account"
)

// How a JSON file of ours says what it is.
const (
	jsonFormat  = "portolan-account"
	jsonVersion = 1
)

// A jsonAccount is our own file: everything that an account says, and no secret. Words are those of package account;
// certificates are PEM, fingerprints "sha256:" and hexadecimal digits.
type jsonAccount struct {
	Format   string      `json:"format"`
	Version  int         `json:"version"`
	Name     string      `json:"name,omitempty"`
	Address  string      `json:"address"`
	Incoming jsonServer  `json:"incoming"`
	Outgoing jsonServer  `json:"outgoing"`
	Folders  jsonFolders `json:"folders,omitzero"`
	Trust    struct {
		Pins        []jsonPin `json:"pins,omitempty"`
		Authorities []string  `json:"authorities,omitempty"`
	} `json:"trust"`
	Consents struct {
		Domains   []string       `json:"domains,omitempty"`
		Cleartext []jsonEndpoint `json:"cleartext,omitempty"`
	} `json:"consents"`
}

// jsonFolders are the names of the folders with a use of their own.
type jsonFolders struct {
	Sent    string `json:"sent,omitempty"`
	Drafts  string `json:"drafts,omitempty"`
	Trash   string `json:"trash,omitempty"`
	Junk    string `json:"junk,omitempty"`
	Archive string `json:"archive,omitempty"`
}

// A jsonEndpoint is a host and a port.
type jsonEndpoint struct {
	Host string `json:"host"`
	Port int    `json:"port"`
}

// A jsonServer is one server.
type jsonServer struct {
	Protocol string `json:"protocol"`
	jsonEndpoint
	Security string `json:"security"`
	Auth     string `json:"auth,omitempty"`
	Username string `json:"username,omitempty"`
	Source   string `json:"source,omitempty"`
}

// A jsonPin is a certificate that was accepted for one server.
type jsonPin struct {
	jsonEndpoint
	Certificate string `json:"certificate"`
}

// exportJSON writes our own file.
func exportJSON(s *sheet) error {
	file := jsonAccount{Format: jsonFormat, Version: jsonVersion, Name: s.a.Name, Address: s.a.Address.String(), Incoming: serverToJSON(s.a.Incoming), Outgoing: serverToJSON(s.a.Outgoing)}
	file.Folders = jsonFolders(s.a.Folders)
	for _, role := range []account.Role{account.Incoming, account.Outgoing} {
		if s.a.IdentityUnverified(role) {
			s.remark(role, "Identity not verified: you accepted this server's certificate yourself. The file names it, and whoever opens the file is asked about it.")
		}
	}
	for _, p := range s.a.Trust.Pins {
		file.Trust.Pins = append(file.Trust.Pins, jsonPin{jsonEndpoint(p.Server), p.Certificate.String()})
	}
	for _, c := range s.a.Trust.Authorities {
		file.Trust.Authorities = append(file.Trust.Authorities, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})))
	}
	file.Consents.Domains = s.a.Consents.Domains
	for _, e := range s.a.Consents.Cleartext {
		file.Consents.Cleartext = append(file.Consents.Cleartext, jsonEndpoint(e))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(file); err != nil {
		return err
	}
	s.add("", b.Bytes())
	return nil
}

// serverToJSON gives a server as it stands in the file.
func serverToJSON(s account.Server) jsonServer {
	return jsonServer{s.Protocol.String(), jsonEndpoint(s.Endpoint), s.Security.String(), s.Auth.String(), s.Username, s.Source.String()}
}

// readJSON reads our own file.
func readJSON(data []byte) ([]Imported, error) {
	if err := checkJSON(data); err != nil {
		return nil, err
	}
	var file jsonAccount
	if err := json.Unmarshal(data, &file); err != nil || file.Format != jsonFormat {
		return nil, &FileError{"This JSON file is not an account that Portolan wrote."}
	}
	if file.Version != jsonVersion {
		return nil, &FileError{fmt.Sprintf("The file was written by a newer Portolan (version %d of the format).", file.Version)}
	}
	var g gather
	g.identity(file.Name, file.Address)
	for _, s := range []jsonServer{file.Incoming, file.Outgoing} {
		g.jsonServer(s)
	}
	g.jsonFolders(file.Folders)
	g.jsonTrust(file)
	return g.result()
}

// jsonServer reads one server.
func (g *gather) jsonServer(s jsonServer) {
	if s.Protocol == "" {
		return
	}
	protocol, err := account.ParseProtocol(s.Protocol)
	if err != nil {
		g.leftOut(account.RoleUnknown, err)
		return
	}
	security, err := account.ParseSecurity(s.Security)
	if err != nil {
		g.leftOut(protocol.Role(), err)
		return
	}
	auth := account.AuthUnknown
	if s.Auth != "" {
		if auth, err = account.ParseAuth(s.Auth); err != nil {
			g.remark(protocol.Role(), "The sign-in method “"+account.Neutral(s.Auth, 40)+"” is not known.")
		}
	}
	g.server(found{protocol: protocol, host: s.Host, port: fmt.Sprint(s.Port), security: security, auth: auth, user: s.Username})
}

// jsonFolders reads the names of folders, which IMAP alone has.
func (g *gather) jsonFolders(read jsonFolders) {
	names := account.Folders(read)
	switch {
	case names == account.Folders{}:
	case g.Incoming.Protocol != account.IMAP || names.Check() != nil:
		g.remark(account.Incoming, "The names of the folders cannot be read, and were left out.")
	default:
		g.Folders = names
	}
}

// jsonTrust reads what the file would have us believe and agree to.
func (g *gather) jsonTrust(file jsonAccount) {
	broken := 0
	for _, p := range file.Trust.Pins {
		f, err := account.ParseFingerprint(p.Certificate)
		e, bad := endpoint(p.jsonEndpoint)
		if err != nil || bad != nil {
			broken++
			continue
		}
		g.FileTrust.Pins = append(g.FileTrust.Pins, account.Pin{Server: e, Certificate: f})
	}
	for _, text := range file.Trust.Authorities {
		block, rest := pem.Decode([]byte(text))
		if block == nil || block.Type != "CERTIFICATE" || len(bytes.TrimSpace(rest)) > 0 {
			broken++
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			broken++
			continue
		}
		g.FileTrust.Authorities = append(g.FileTrust.Authorities, c)
	}
	for _, d := range file.Consents.Domains {
		if domain, err := account.ParseHost(d); err != nil || domain != d {
			broken++
			continue
		}
		g.FileConsents.Domains = append(g.FileConsents.Domains, d)
	}
	for _, c := range file.Consents.Cleartext {
		e, err := endpoint(c)
		if err != nil {
			broken++
			continue
		}
		g.FileConsents.Cleartext = append(g.FileConsents.Cleartext, e)
	}
	if broken > 0 {
		g.remark(account.RoleUnknown, fmt.Sprintf("Left out of what the file trusts: %d that cannot be read.", broken))
	}
}

// endpoint checks a host and a port.
func endpoint(e jsonEndpoint) (account.Endpoint, error) {
	host, err := account.ParseHost(e.Host)
	if err != nil {
		return account.Endpoint{}, err
	}
	port, err := account.ParsePort(fmt.Sprint(e.Port))
	return account.Endpoint{Host: host, Port: port}, err
}

// checkJSON refuses what is no single JSON value in UTF-8 of reasonable depth.
func checkJSON(data []byte) error {
	if !utf8.Valid(data) || !json.Valid(data) {
		return &FileError{"The file is not correct JSON."}
	}
	depth, text := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			text = !text
		case text:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return &FileError{"The file is nested deeper than any configuration file."}
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}
