package setup

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"portolan/account"
	"portolan/account/store"
)

const (
	// draftsName is the file of what was typed and not saved, beside the accounts.
	draftsName    = "drafts.json"
	draftsVersion = 1
	mostDrafts    = 200     // a file may bring many at once
	draftsLimit   = 1 << 20 // bytes
)

// errNewerDrafts says that a newer Portolan wrote the file.
var errNewerDrafts = errors.New("written by a newer version")

// A draft is what was typed of one account, without any secret, as the file has it. What a search filled in is left out:
// without its proof it would look as if it had been typed.
type draft struct {
	ID                ID          `json:"id"`
	Name              string      `json:"name,omitempty"`
	Address           string      `json:"address,omitempty"`
	RequireEncryption bool        `json:"require_encryption"`
	KnowServers       bool        `json:"know_servers,omitempty"`
	Incoming          draftServer `json:"incoming"`
	Outgoing          draftServer `json:"outgoing"`

	Certificates draftCertificates `json:"certificates,omitzero"`
}

// A draftServer is what was typed of one server.
type draftServer struct {
	draftFields
	Line      string      `json:"line,omitempty"`      // of the simple view
	Aside     draftFields `json:"aside,omitzero"`      // what stands there while "I know my server names" is closed
	AsideLine string      `json:"aside_line,omitzero"` // of the simple view
	FromFile  string      `json:"from_file,omitempty"` // the host that an opened file named, as long as nobody confirmed it
	Apart     bool        `json:"apart,omitempty"`     // the security was chosen against the port
}

// draftFields are Fields, with words for numbers.
type draftFields struct {
	Protocol string `json:"protocol,omitempty"`
	Host     string `json:"host,omitempty"`
	Port     string `json:"port,omitempty"`
	Security string `json:"security,omitempty"`
	Auth     string `json:"auth,omitempty"`
	Username string `json:"username,omitempty"`
	User     string `json:"user,omitempty"`  // "own", "none"; "": as incoming
	Typed    string `json:"typed,omitempty"` // one letter for each part
}

// draftsForm is the file.
type draftsForm struct {
	Version int     `json:"version"`
	Open    ID      `json:"open,omitempty"` // which of them stood in the form
	Drafts  []draft `json:"drafts"`
}

// partLetters are the letters of the parts, in the order of their bits.
const partLetters = "hpsaut"

// userWords are the words of the user modes, in their order.
func userWords() []string { return []string{"", "own", "none"} }

// draft gives what is typed in the form, and whether it is worth keeping: the password alone is not, since it is not kept.
func (b book) draft() (draft, bool) {
	f := b.Form
	d := draft{
		ID: b.shelf.open, Name: f.Name, Address: f.Address, RequireEncryption: f.RequireEncryption, KnowServers: f.KnowServers,
		Incoming: b.draftServer(account.Incoming), Outgoing: b.draftServer(account.Outgoing),
		Certificates: b.draftCertificates(),
	}
	return d, b.differs()
}

func (b book) draftServer(r account.Role) draftServer {
	i := at(r)
	return draftServer{
		draftFields: draftFieldsOf(*b.Form.Fields(r)), Line: *b.Form.text(r),
		Aside: draftFieldsOf(b.aside[i].Fields), AsideLine: b.aside[i].text, FromFile: b.origin[i], Apart: b.apart[i],
	}
}

// draftFieldsOf writes down the typed parts of a server.
func draftFieldsOf(f Fields) draftFields {
	typed := Fields{User: f.User}
	typed.take(f, f.Typed)
	if f.User == OwnUser && f.Typed&PartUsername == 0 {
		typed.User = SameUser // the search found that name
	}
	d := draftFields{
		Protocol: typed.Protocol.String(), Host: typed.Host, Port: typed.Port, Security: typed.Security.String(),
		Auth: typed.Auth.String(), Username: typed.Username, User: userWords()[typed.User],
	}
	for i, letter := range partLetters {
		if f.Typed&(1<<i) != 0 {
			d.Typed += string(letter)
		}
	}
	return d
}

// fields reads what draftFieldsOf wrote.
func (d draftFields) fields() (Fields, error) {
	f := Fields{Host: d.Host, Port: d.Port, Username: d.Username}
	var errs [5]error
	if d.Protocol != "" {
		f.Protocol, errs[0] = account.ParseProtocol(d.Protocol)
	}
	if d.Security != "" {
		f.Security, errs[1] = account.ParseSecurity(d.Security)
	}
	if d.Auth != "" {
		f.Auth, errs[2] = account.ParseAuth(d.Auth)
	}
	user := slices.Index(userWords(), d.User)
	if user < 0 {
		errs[3] = fmt.Errorf("%q says nothing of a user name", d.User)
	} else {
		f.User = UserMode(user)
	}
	for _, letter := range d.Typed {
		i := strings.IndexRune(partLetters, letter)
		if i < 0 {
			errs[4] = fmt.Errorf("%q is no part of a server", letter)
			break
		}
		f.Typed |= 1 << i
	}
	return f, errors.Join(errs[:]...)
}

// onto fills a draft in. What was agreed to for another address is not agreed to for this one.
func (d draft) onto(b book) (book, error) {
	if d.Address != b.Form.Address {
		b.consents = consents{authorities: b.consents.authorities}
	}
	b.Form.Name, b.Form.Address = d.Name, d.Address
	b.Form.RequireEncryption, b.Form.KnowServers = d.RequireEncryption, d.KnowServers
	if d.RequireEncryption {
		b.consents.clear = nil
	}
	for r, s := range map[account.Role]draftServer{account.Incoming: d.Incoming, account.Outgoing: d.Outgoing} {
		f, err := s.fields()
		if err != nil {
			return b, err
		}
		kept, err := s.Aside.fields()
		if err != nil {
			return b, err
		}
		if r == account.Outgoing {
			f.Protocol = account.SMTP
		}
		*b.Form.Fields(r), *b.Form.text(r) = f, s.Line
		b.aside[at(r)] = aside{kept, s.AsideLine}
		b.origin[at(r)], b.apart[at(r)] = s.FromFile, s.Apart
		b = b.paired(r)
	}
	b.stamp.whole++
	return d.Certificates.onto(b)
}

// paired gives a server of a draft the half of port and security that followed the typed one.
func (b book) paired(r account.Role) book {
	f := b.Form.Fields(r)
	switch {
	case f.Port == "" && f.Security != account.SecurityUnknown:
		f.Port = portText(account.StandardPort(f.Protocol, f.Security))
	case f.Port != "" && f.Security == account.SecurityUnknown:
		f.Security = account.UsualSecurity(portNumber(f.Port))
	}
	return b
}

// encodeDrafts gives the file; what the file has no room for is left out, the oldest first.
func encodeDrafts(form draftsForm) ([]byte, error) {
	form.Version = draftsVersion
	drafts, room := form.Drafts[max(0, len(form.Drafts)-mostDrafts):], draftsLimit
	form.Drafts = []draft{}
	for first := len(drafts) - 1; first >= 0; first-- {
		one, err := indented(drafts[first], "    ")
		if err != nil {
			return nil, err
		}
		if room -= len(one) + draftsSeam; room < 0 {
			break
		}
		form.Drafts = drafts[first:]
	}
	return indented(form, "")
}

// draftsSeam is more than what stands around one draft, and around all of them if there is one, in bytes.
const draftsSeam = 128

// indented writes JSON as a person can read it.
func indented(v any, margin string) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent(margin, "  ")
	err := e.Encode(v)
	return text.Bytes(), err
}

// decodeDrafts reads what encodeDrafts wrote, and nothing else.
func decodeDrafts(file []byte) (draftsForm, error) {
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(file, &head); err != nil {
		return draftsForm{}, err
	}
	if head.Version > draftsVersion {
		return draftsForm{}, errNewerDrafts
	}
	var form draftsForm
	d := json.NewDecoder(bytes.NewReader(file))
	d.DisallowUnknownFields()
	if err := d.Decode(&form); err != nil {
		return draftsForm{}, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return draftsForm{}, errors.New("something stands behind the end")
	}
	switch {
	case !utf8.Valid(file):
		return draftsForm{}, errors.New("not UTF-8")
	case form.Version != draftsVersion || len(form.Drafts) > mostDrafts:
		return draftsForm{}, fmt.Errorf("form %d with %d drafts", form.Version, len(form.Drafts))
	}
	seen := map[ID]bool{}
	for _, one := range form.Drafts {
		if _, err := one.onto(book{}); err != nil {
			return draftsForm{}, err
		}
		if !validID(one.ID) || seen[one.ID] {
			return draftsForm{}, fmt.Errorf("%q is not the ID of one draft", one.ID)
		}
		seen[one.ID] = true
	}
	return form, nil
}

// validID reports whether an ID looks as store.NewID makes them.
func validID(id ID) bool {
	return len(id) == len(store.NewID()) && strings.Trim(string(id), "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// isDrafted reports whether the form holds choices beside its texts that are worth a draft.
func (b book) isDrafted() bool { return !b.Form.RequireEncryption || b.Form.Outgoing.User == NoUser }

// drafts are all that was typed and is not saved, what was left last behind all others, the open account at the end.
func (b book) drafts() draftsForm {
	var form draftsForm
	for _, p := range b.shelf.pages {
		if p.drafted {
			form.Drafts = append(form.Drafts, p.draft)
		}
	}
	if d, worth := b.draft(); worth && b.shelf.open != "" {
		form.Drafts, form.Open = append(form.Drafts, d), d.ID
	}
	return form
}

// same reports whether the file would be the same.
func (f draftsForm) same(o draftsForm) bool {
	return f.Open == o.Open && slices.Equal(f.Drafts, o.Drafts)
}

// withDrafts makes pages of what was typed before the program ended, or broke off.
func (b book) withDrafts(form draftsForm) book {
	for _, d := range form.Drafts {
		b.shelf = b.shelf.withPage(b.drafted(d))
	}
	return b
}

// drafted makes a page of a draft.
func (b book) drafted(d draft) page {
	one := book{State: State{Form: Form{RequireEncryption: true, Outgoing: Fields{Protocol: account.SMTP}}}}
	one.shelf.open = d.ID
	if saved, ok := b.shelf.find(d.ID); ok {
		one.shelf.saved = []store.Saved{saved}
		one = one.onto(saved)
	}
	one, _ = d.onto(one) // decodeDrafts has read it
	differs := one.differs()
	p := page{id: d.ID, title: one.title(), changed: differs, draft: d, drafted: differs, book: one}
	p.book.shelf = shelf{}
	return p
}
