package format

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"portolan/account"
)

// The names of the formats that are only read. Thunderbird, Android, MobileConfig, AutodiscoverPOX, SRV, Msmtp and JSON are
// read as well as written.
const (
	Prefs = "prefs" // prefs.js in a profile of Thunderbird
	K9    = "k9"    // the settings file of K-9 Mail and Thunderbird for Android
)

// The largest prefs.js and the most accounts that are read from one file.
const (
	maxPrefs    = 4 << 20
	maxAccounts = 200
)

// An Imported is an account as a file tells it, as far as it does: Address may be empty, and so may either server. The
// source of every server is account.SourceFile, and Trust and Consents are empty.
type Imported struct {
	account.Account
	Domain       string           // the e-mail domain that the file is for, in ASCII, where it names one
	IncomingUser string           // the user name with placeholders, where it depends on an address that the file does not tell
	OutgoingUser string           // likewise
	FileTrust    account.Trust    // what the file would have us believe; to be shown to the user before it is used
	FileConsents account.Consents // what the file says was agreed to; likewise
	Remarks      []Remark
}

// For fills an address in: it becomes the account's, where that has none, and takes the place of the placeholders.
func (i Imported) For(a account.Address) Imported {
	i.Remarks = i.Remarks[:len(i.Remarks):len(i.Remarks)]
	if i.Address == (account.Address{}) {
		i.Address = a
	}
	fill := func(s *account.Server, pattern *string) {
		if *pattern == "" || a == (account.Address{}) {
			return
		}
		e := Entry{Server: *s}
		e.Username = *pattern
		if err := e.fill(a); err != nil {
			i.Remarks = append(i.Remarks, Remark{s.Protocol.Role(), "The user name cannot be made from the address: " + err.Error()})
			return
		}
		s.Username, *pattern = e.Username, ""
	}
	fill(&i.Incoming, &i.IncomingUser)
	fill(&i.Outgoing, &i.OutgoingUser)
	return i
}

// srvName finds the name of a mail service in DNS.
var srvName = regexp.MustCompile(`(?i)(^|[\s"])_(imaps?|pop3s?|submissions?)\._tcp[.\s]`)

// msmtpLine finds a line that only an msmtprc begins with.
var msmtpLine = regexp.MustCompile(`(?m)^[ \t]*(account[ \t]+[^=\s]|defaults[ \t]*\r?$|host[ \t]+[^=\s])`)

// codeStart finds the beginning of a code for Thunderbird for Android: an array whose first element is 1.
var codeStart = regexp.MustCompile(`^\[\s*1\s*,`)

// Detect tells the format of a file by its content, "" where it is none that Read knows.
func Detect(data []byte) string {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	text := bytes.TrimLeft(data, " \t\r\n")
	has := func(s string) bool { return bytes.Contains(data, []byte(s)) }
	switch {
	case codeStart.Match(text):
		return Android
	case bytes.HasPrefix(text, []byte("{")):
		return JSON
	case has("user_pref"):
		return Prefs
	case has("<clientConfig"):
		return Thunderbird
	case has("<k9settings"):
		return K9
	case has("<plist"):
		return MobileConfig
	case has("<Autodiscover"):
		return AutodiscoverPOX
	case bytes.HasPrefix(text, []byte("<")):
		return ""
	case srvName.Match(data):
		return SRV
	case msmtpLine.Match(data):
		return Msmtp
	}
	return ""
}

// Read reads the accounts of a file in the format of that name; the name "" stands for what Detect finds. At least one account
// comes back where err is nil. The error is a *FileError: the file is of another kind, too large, or names no server.
// A password in a file is never read.
func Read(name string, data []byte) ([]Imported, error) {
	if name == "" {
		name = Detect(data)
	}
	limit := maxFile
	switch name {
	case Prefs:
		limit = maxPrefs
	case K9:
		limit = maxK9
	}
	if len(data) > limit {
		return nil, &FileError{"The file is larger than any file of its kind."}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch name {
	case Thunderbird:
		return importThunderbird(data)
	case AutodiscoverPOX:
		return importAutodiscover(data)
	case MobileConfig:
		return readMobileConfig(data)
	case Android:
		return readAndroid(data)
	case K9:
		return readK9(data)
	case Prefs:
		return readPrefs(data)
	case Msmtp:
		return readMsmtp(data)
	case SRV:
		return readSRV(data)
	case JSON:
		return readJSON(data)
	case "":
		return nil, &FileError{"This is no file with mail settings that Portolan knows."}
	}
	return nil, &FileError{"Files of this kind are not read."}
}

// A gather puts one account together from what a file says.
type gather struct{ Imported }

// A found is one server as a file tells it.
type found struct {
	protocol account.Protocol
	host     string
	port     string // "" stands for the standard port
	security account.Security
	auth     account.Auth
	user     string
}

// remark notes something that the user should know.
func (g *gather) remark(role account.Role, text string) {
	g.Remarks = append(g.Remarks, Remark{role, text})
}

// leftOut notes why a server is missing.
func (g *gather) leftOut(role account.Role, why error) {
	g.remark(role, "A server was left out: "+account.Neutral(why.Error(), 200))
}

// server checks one server and takes it in, unless there is one of its role already. A broken one is left out.
func (g *gather) server(f found) {
	role := f.protocol.Role()
	slot := &g.Incoming
	if role == account.Outgoing {
		slot = &g.Outgoing
	}
	if slot.Protocol != account.ProtocolUnknown {
		g.remark(role, "The file names another "+role.String()+" server, “"+account.Neutral(f.host, 80)+"”, which was not read.")
		return
	}
	s, err := f.checked()
	if err != nil {
		g.leftOut(role, err)
		return
	}
	if s.Security == account.Cleartext {
		g.remark(role, "The file says that this server is used without encryption.")
	}
	*slot = s
}

// checked gives the server, as far as it is possible. W-7, W-8.
func (f found) checked() (account.Server, error) {
	s := account.Server{Protocol: f.protocol, Security: f.security, Auth: f.auth, Username: f.user, Source: account.SourceFile}
	var err error
	if s.Host, err = account.ParseHost(f.host); err != nil {
		return account.Server{}, err
	}
	if f.port == "" {
		s.Port = account.StandardPort(s.Protocol, s.Security)
	} else if s.Port, err = account.ParsePort(f.port); err != nil {
		return account.Server{}, err
	}
	if s.Security == account.SecurityUnknown {
		return account.Server{}, &FileError{"The file does not say how the connection to " + s.Host + " is encrypted."}
	}
	if s.Auth == account.AuthNone {
		if s.Username = ""; s.Protocol != account.SMTP {
			s.Auth = account.AuthUnknown
		}
	}
	return s, account.CheckUsername(s.Username)
}

// identity takes in the person's name and address; what is impossible is left out.
func (g *gather) identity(name, address string) {
	for _, p := range account.Validate(account.Input{Name: name, Address: "name@domain.example"}) {
		if p.Field == account.FieldName {
			g.remark(account.RoleUnknown, "The name was left out: "+p.Message)
			name = ""
		}
	}
	g.Name = name
	if address == "" {
		return
	}
	a, err := account.ParseAddress(address)
	if err != nil {
		g.remark(account.RoleUnknown, "The e-mail address was left out: "+err.Error())
		return
	}
	g.Address, g.Domain = a, a.Domain
}

// empty reports whether there is no server.
func (g *gather) empty() bool {
	return g.Incoming.Protocol == account.ProtocolUnknown && g.Outgoing.Protocol == account.ProtocolUnknown
}

// result gives the one account of a file.
func (g *gather) result() ([]Imported, error) { return usable([]gather{*g}) }

// usable gives the accounts that have a server. What was said of the others is lost only where there is an account at all.
func usable(all []gather) ([]Imported, error) {
	var list []Imported
	why := ""
	for _, g := range all {
		if g.empty() {
			if len(g.Remarks) > 0 && why == "" {
				why = " " + g.Remarks[len(g.Remarks)-1].Text
			}
			continue
		}
		if g.FileTrust.Pins != nil || g.FileTrust.Authorities != nil || g.FileConsents.Domains != nil || g.FileConsents.Cleartext != nil {
			g.remark(account.RoleUnknown, "The file names certificates or consents that somebody accepted by hand. They are not taken over unless you say so.")
		}
		list = append(list, g.Imported)
	}
	if len(list) == 0 {
		return nil, &FileError{"The file names no server that could be used." + why}
	}
	return list, nil
}

// importThunderbird gives the first usable server of each role of an autoconfig file.
func importThunderbird(data []byte) ([]Imported, error) {
	config, remarks, err := ReadThunderbird(data)
	if err != nil {
		return nil, err
	}
	g := gather{Imported{Remarks: remarks}}
	for _, d := range config.Domains {
		if d != domainPlaceholder {
			g.Domain = d
			break
		}
	}
	g.entries(config.Incoming)
	g.entries(config.Outgoing)
	return g.result()
}

// entries takes in the first usable entry; the others are alternatives and no loss.
func (g *gather) entries(entries []Entry) {
	for _, e := range entries {
		if g.entry(e, true) {
			return
		}
	}
}

// entry takes one entry in; placeholders tells whether its format has them, which then stand aside. It reports success.
func (g *gather) entry(e Entry, placeholders bool) bool {
	role, user := e.Protocol.Role(), e.Username
	if placeholders && g.Domain != "" {
		e.Host = strings.ReplaceAll(e.Host, domainPlaceholder, g.Domain)
	}
	if placeholders && placeholderLike.MatchString(user) || user == "" && e.Auth != account.AuthNone {
		if user == "" {
			user = addressPlaceholder
		}
		if role == account.Outgoing {
			g.OutgoingUser = user
		} else {
			g.IncomingUser = user
		}
		user = ""
	}
	before := len(g.Remarks)
	g.server(found{e.Protocol, e.Host, fmt.Sprint(e.Port), e.Security, e.Auth, user})
	return len(g.Remarks) == before || e.Security == account.Cleartext
}

// importAutodiscover gives the servers of an Autodiscover answer.
func importAutodiscover(data []byte) ([]Imported, error) {
	answer, remarks, err := ReadAutodiscover(data)
	if err != nil {
		return nil, err
	}
	g := gather{Imported{Remarks: remarks}}
	for _, role := range []account.Role{account.Incoming, account.Outgoing} {
		for _, e := range answer.Servers {
			if e.Protocol.Role() == role && g.entry(e, false) {
				break
			}
		}
	}
	return g.result()
}

// checkText refuses what is no text in UTF-8.
func checkText(data []byte) error {
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return &FileError{"The file is not a text in UTF-8."}
	}
	return nil
}
