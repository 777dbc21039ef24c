package setup

import (
	"path/filepath"
	"slices"
	"strings"

	"portolan/account"
	"portolan/account/format"
	"portolan/account/store"
	"portolan/probe/explain"
)

// longLimit bounds what is read of a profile's prefs.js and of a .k9s file, in bytes; any other file has readLimit.
const longLimit = 4 << 20

// An ImportState is the dialog about a file that was opened: which of its accounts is meant, or what mail programs make of
// the file. It holds no password, since none is read.
type ImportState struct {
	File       string // its name; "": the dialog is closed
	Accounts   []ImportChoice
	Understood []explain.Detail  // what was read of the file; nil: nothing
	Lint       []format.LintLine // what mail programs do otherwise than its author may expect
	Number     int               // changes with every dialog
}

// An ImportChoice is one account of a file.
type ImportChoice struct {
	Head string // its address, else its domain
	Note string // its servers
}

// KnownFile reports whether a name ends like that of a file that can be opened.
func KnownFile(name string) bool {
	known := []string{".xml", ".js", ".json", ".mobileconfig", ".msmtprc", ".k9s"}
	return slices.Contains(known, strings.ToLower(filepath.Ext(name)))
}

// OpenFile reads a configuration file into the form. Where it holds several accounts, it asks which one.
func (s *Session) OpenFile(path string) {
	if s.closed {
		return
	}
	s.wg.Go(func() {
		f := readPath(path)
		s.tell(func() { s.book = s.book.opened(f) })
	})
	s.set(s.book)
}

// ChooseAccount opens one account of the file that asks which one.
func (s *Session) ChooseAccount(number, index int) {
	b := s.book
	if s.closed || b.Import.Number != number || index < 0 || index >= len(b.offered) || b.Import.File == "" {
		return
	}
	name, chosen := b.Import.File, b.offered[index]
	s.set(b.importClosed().took(name, chosen))
}

// ChooseAll opens every account of the file that asks which one, each as an account of its own in the list. What stands in the form
// stays with its own account.
func (s *Session) ChooseAll(number int) {
	b := s.book
	if !s.closed && b.Import.Number == number && b.Import.File != "" && len(b.offered) > 0 {
		s.set(b.tookAll())
	}
}

// CloseImport closes the dialog about a file. Where several files were opened, that about the next one follows.
func (s *Session) CloseImport() { s.set(s.book.lookingOn()) }

// An openedFile is what was read of a file.
type openedFile struct {
	name     string
	accounts []format.Imported
	config   *format.Config // of an autoconfig file: its placeholders wait for an address
	lint     []format.LintLine
	err      error
}

// readPath reads what the file at a path holds.
func readPath(path string) openedFile {
	name, limit := account.Neutral(filepath.Base(path), 80), int64(readLimit)
	if strings.EqualFold(filepath.Base(path), "prefs.js") || strings.EqualFold(filepath.Ext(path), ".k9s") {
		limit = longLimit
	}
	data, err := store.ReadFile(path, limit)
	if err != nil {
		return openedFile{name: name, err: err}
	}
	return readFile(name, data)
}

// readFile reads what a file holds, of whatever kind it is.
func readFile(name string, data []byte) openedFile {
	f := openedFile{name: name}
	if format.Detect(data) != format.Thunderbird {
		f.accounts, f.err = format.Read("", data)
		return f
	}
	f.lint = format.LintThunderbird(data)
	config, remarks, err := format.ReadThunderbird(data)
	f.accounts, f.config, f.err = []format.Imported{{Remarks: remarks}}, &config, err
	return f
}

// opened takes in what was read of a file.
func (b book) opened(f openedFile) book {
	b.later = nil // what was still to be said of others would come behind what is opened now
	switch {
	case f.err != nil:
		b = b.unopened(f.name, f.err)
		if len(f.lint) > 0 {
			b = b.looking(ImportState{File: f.name, Lint: f.lint}, nil)
		}
	case b.Phase != Resting:
		b = b.noticed(Warning, f.name+" was not opened, because a search is running. Stop it first.")
	case len(f.accounts) > 1:
		b = b.looking(ImportState{File: f.name, Accounts: choices(f.accounts)}, f.accounts)
	default:
		one := f.accounts[0]
		if f.config != nil {
			one = configured(*f.config, b.address(), one.Remarks)
		}
		b = b.took(f.name, one)
		if len(f.lint) > 0 {
			b = b.looking(ImportState{File: f.name, Understood: understood(one.For(b.address())), Lint: f.lint}, nil)
		}
	}
	return b
}

// unopened says why a file could not be used.
func (b book) unopened(name string, err error) book {
	return b.noticed(Danger, name+" could not be opened: "+reason(err))
}

// looking opens the dialog.
func (b book) looking(i ImportState, accounts []format.Imported) book {
	i.Number = b.Import.Number + 1
	b.Import, b.offered = i, accounts
	return b
}

func (b book) importClosed() book {
	b.Import, b.offered, b.later = ImportState{Number: b.Import.Number}, nil, nil
	return b
}

// configured gives the first server of each role of an autoconfig file; the others are alternatives and no loss. Without an
// address, a user name that depends on it stays open.
func configured(c format.Config, a account.Address, remarks []format.Remark) format.Imported {
	if a == (account.Address{}) {
		withoutPlaceholders(c.Incoming)
		withoutPlaceholders(c.Outgoing)
	}
	c, more := c.For(a)
	one := format.Imported{Remarks: append(slices.Clone(remarks), more...)}
	if len(c.Incoming) > 0 {
		one.Incoming = c.Incoming[0].Server
	}
	if len(c.Outgoing) > 0 {
		one.Outgoing = c.Outgoing[0].Server
	}
	return one
}

// withoutPlaceholders leaves user names open that depend on an address which nobody has typed yet.
func withoutPlaceholders(list []format.Entry) {
	for i := range list {
		if strings.Contains(list[i].Username, "%EMAIL") {
			list[i].Username = ""
		}
	}
}

// took fills an account of a file in, as if it were typed. What the file would have us trust or agree to is left out.
func (b book) took(name string, one format.Imported) book {
	if b.Phase != Resting {
		return b.noticed(Warning, name+" was not opened, because a search is running. Stop it first.")
	}
	if serverless(one) {
		return b.noticed(Danger, sentences(name+" names no server that can be used.", one.Remarks))
	}
	b, more, remarks := b.besides(one).takingIn(one)
	tone := Success
	if len(remarks) > 0 || more != "" {
		tone = Warning
	}
	return b.noticed(tone, sentences(name+" was opened. Nothing has been contacted yet."+more, remarks))
}

// besides makes room for an account of a file where it would otherwise take the place of a saved account, which is changed by
// hand alone, or of what somebody typed. Whose account it is goes along where the file does not say otherwise.
func (b book) besides(one format.Imported) book {
	_, saved := b.shelf.find(b.shelf.open)
	another := one.Address != (account.Address{}) && one.Address != b.address() && strings.TrimSpace(b.Form.Address) != ""
	switch old := b.Form; {
	case saved || another && !b.blank():
		return b.stowed().blankPage(store.NewID())
	case b.typedServers():
		b = b.stowed().blankPage(store.NewID())
		b.Form.Name, b.Form.Password = old.Name, old.Password
		return b.typedAddress(old.Address)
	default:
		return b
	}
}

// typedServers reports whether something about a server was typed by hand, and not filled in from a file.
func (b book) typedServers() bool {
	for _, r := range roles() {
		if b.origin[at(r)] == "" && b.Form.Fields(r).Typed&^PartProtocol != 0 {
			return true
		}
	}
	return false
}

// serverless reports whether an account of a file is of no use.
func serverless(one format.Imported) bool { return one.Incoming.Host == "" && one.Outgoing.Host == "" }

// takingIn fills an account in. It says what became of the password, and gives what there is to know of the account.
func (b book) takingIn(one format.Imported) (_ book, said string, _ []format.Remark) {
	b, said = b.identified(one)
	one = one.For(b.address())
	b = b.known()
	for _, r := range roles() {
		server := one.Incoming
		if r == account.Outgoing {
			server = one.Outgoing
		}
		if server.Host != "" {
			b = b.filledFromFile(r, server)
			one.Remarks = append(slices.Clip(one.Remarks), methodRemark(r, server.Auth)...)
		}
	}
	if one.Folders != (account.Folders{}) {
		b = b.knowsFolders(b.settings(account.Incoming), one.Folders)
	}
	if trusting(one) {
		one.Remarks = append(slices.Clip(one.Remarks), format.Remark{Text: "They were left out: whatever has to be decided, you will be asked."})
	}
	return b, said, one.Remarks
}

// methodRemark says what becomes of a special sign-in method that a file asks for: the usual ones are what a search takes anyway,
// and a password must not go out as a token because a file says so.
func methodRemark(r account.Role, a account.Auth) []format.Remark {
	switch a {
	case account.AuthUnknown, account.AuthNone, account.AuthPlain, account.AuthLogin:
		return nil
	default:
		return []format.Remark{{Role: r, Text: "The file asks for the sign-in method " + authName(a) + ". It stays automatic: the search takes what the server offers, and Advanced settings show it."}}
	}
}

// identified takes over whose account it is. A password that was typed for another address does not stay.
func (b book) identified(one format.Imported) (_ book, said string) {
	if one.Address != (account.Address{}) && one.Address != b.address() {
		other := strings.TrimSpace(b.Form.Address) != ""
		b = b.typedAddress(one.Address.Unicode())
		if other && (!b.Form.Password.Empty() || !b.Form.OutgoingPassword.Empty()) {
			b = b.typed(account.FieldPassword, "").typed(account.FieldOutgoingPassword, "")
			said = " The password was taken out, because it was typed for another address."
		}
		if other {
			b.Form.Name = ""
		}
	}
	if one.Name != "" && strings.TrimSpace(b.Form.Name) == "" {
		b.Form.Name = one.Name
	}
	return b, said
}

// trusting reports whether a file says what is to be trusted or was agreed to.
func trusting(one format.Imported) bool {
	t, c := one.FileTrust, one.FileConsents
	return len(t.Pins)+len(t.Authorities)+len(c.Domains)+len(c.Cleartext) > 0
}

// filledFromFile puts one server of a file into the fields.
func (b book) filledFromFile(r account.Role, s account.Server) book {
	f := b.Form.Fields(r)
	*f = Fields{Protocol: s.Protocol, Host: s.Host, Port: portText(s.Port), Security: s.Security, Username: s.Username, Typed: PartHost}
	f.lock(PartPort, s.Port != 0)
	f.lock(PartSecurity, s.Security != account.SecurityUnknown)
	f.lock(PartUsername, s.Username != "")
	f.lock(PartProtocol, r == account.Incoming)
	if r == account.Outgoing {
		switch {
		case s.Auth == account.AuthNone:
			f.User, f.Username = NoUser, ""
			f.lock(PartUsername, false)
		case s.Username != "" && s.Username != b.username(account.Incoming):
			f.User = OwnUser
		default:
			f.User, f.Username = SameUser, ""
			f.lock(PartUsername, false)
		}
	}
	b.origin[at(r)] = s.Host
	b.apart[at(r)] = account.UsualSecurity(s.Port) != s.Security
	return b.edited(r).follow(r)
}

// choices describe the accounts of a file.
func choices(list []format.Imported) []ImportChoice {
	all := make([]ImportChoice, len(list))
	for i, one := range list {
		c := &all[i]
		switch {
		case one.Address != (account.Address{}):
			c.Head = account.Neutral(one.Address.Unicode(), wordLimit)
		case one.Domain != "":
			c.Head = account.Neutral("for "+account.UnicodeHost(one.Domain), wordLimit)
		default:
			c.Head = "Without an address"
		}
		var notes []string
		for _, d := range understood(one) {
			notes = append(notes, d.Value)
		}
		c.Note = strings.Join(notes, "; ")
	}
	return all
}

// understood lists what was read of an account.
func understood(one format.Imported) []explain.Detail {
	var list []explain.Detail
	for _, s := range []account.Server{one.Incoming, one.Outgoing} {
		if s.Host == "" {
			continue
		}
		label, value := "Incoming", protocolName(s.Protocol)+" "+s.Endpoint.String()+", "+securityName(s.Security)
		if s.Protocol == account.SMTP {
			label = "Outgoing"
		}
		if s.Username != "" {
			value += ", user name " + account.Neutral(s.Username, 80)
		}
		list = append(list, explain.Detail{Label: label, Value: value})
	}
	return list
}
