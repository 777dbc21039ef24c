package setup

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"portolan/account"
	"portolan/account/store"
)

// A shelf is what is known of the accounts of the list. It is a value, like the book that it stands in: the open account is
// that book itself, each other one that was open before is a page.
type shelf struct {
	saved    []store.Saved // as they stand in the file, in its order
	pages    []*page       // accounts as they were left, the one that was left last behind all others; none is ever changed
	order    []ID          // of those that are not saved, as they came up
	open     ID
	kept     bool // there is a file to save to
	readOnly bool
	loading  bool
	saving   ID   // the account that is being saved, "" for none
	memory   []ID // whose password is kept until the program ends
	deleted  *deletion
	removals int // the number of the last deletion
	ask      *ask
	asked    int // the number of the last question
	round    round
	summary  *Summary
	told     int // the number of the last summary

	now     time.Time // when the window was drawn last
	listed  []Entry
	listing string // the day that the list was written on; "" where it has to be written again
}

// A page is an account as it was left: what was typed, found, agreed to.
type page struct {
	id      ID
	book    book
	title   string
	changed bool
	draft   draft
	drafted bool // draft holds something that is not saved
}

// A base is what is saved of the account in the form.
type base struct {
	account account.Account // as the form shows what is saved; zero for an account that is not
	secrets store.Secrets   // as they were loaded or saved
	fetched bool            // the secrets were asked for
	known   bool            // the secrets came, or were saved
	wanted  bool            // it was to be saved: what it lacks is a problem
}

// A deletion is what Undo brings back.
type deletion struct {
	saved  store.Saved
	stored bool // saved is there
	at     int  // its place in the list
	page   page
	paged  bool // page is there
	open   bool
	title  string
	number int
}

// find gives a saved account of the list.
func (k shelf) find(id ID) (store.Saved, bool) { return store.Book{Accounts: k.saved}.Find(id) }

// page gives an account as it was left.
func (k shelf) page(id ID) (page, bool) {
	i := slices.IndexFunc(k.pages, func(p *page) bool { return p.id == id })
	if i < 0 {
		return page{}, false
	}
	return *k.pages[i], true
}

// has reports whether an account is in the list.
func (k shelf) has(id ID) bool {
	_, saved := k.find(id)
	_, paged := k.page(id)
	return id != "" && (id == k.open || saved || paged)
}

// withSaved gives the shelf with a saved account in the place of the one of the same ID, or behind all others.
func (k shelf) withSaved(s store.Saved) shelf {
	k.saved = store.Book{Accounts: k.saved}.With(s).Accounts
	return k.changed()
}

// withPage gives the shelf with a page behind all others.
func (k shelf) withPage(p page) shelf {
	k = k.withoutPage(p.id).ordered(p.id)
	k.pages = append(slices.Clip(k.pages), &p)
	return k
}

// withChanged gives the shelf with a page in the place of the one of the same account.
func (k shelf) withChanged(p page) shelf {
	k.pages = slices.Clone(k.pages)
	for i := range k.pages {
		if k.pages[i].id == p.id {
			k.pages[i] = &p
		}
	}
	return k.changed()
}

// ordered gives an account a place among those that are not saved, which it keeps.
func (k shelf) ordered(id ID) shelf {
	if !slices.Contains(k.order, id) {
		k.order = append(slices.Clip(k.order), id)
	}
	return k.changed()
}

// withoutPage gives the shelf without the page of an account.
func (k shelf) withoutPage(id ID) shelf {
	k.pages = slices.DeleteFunc(slices.Clone(k.pages), func(p *page) bool { return p.id == id })
	return k.changed()
}

// remembering notes whether the password of an account is kept until the program ends, and no longer.
func (k shelf) remembering(id ID, on bool) shelf {
	k.memory = slices.DeleteFunc(slices.Clone(k.memory), func(other ID) bool { return other == id })
	if on {
		k.memory = append(k.memory, id)
	}
	return k.changed()
}

// changed has the list written again.
func (k shelf) changed() shelf {
	k.listing = ""
	return k
}

// blank reports whether nothing stands in the form that somebody typed.
func (b book) blank() bool {
	_, saved := b.shelf.find(b.shelf.open)
	f, n := b.Form, b.newForm()
	empty := f.Name == n.Name && f.Address == n.Address && (f.Password.Empty() || f.Password == n.Password) &&
		f.OutgoingPassword.Empty() && f.IncomingText == "" && f.OutgoingText == ""
	untyped := f.Incoming.Typed|f.Outgoing.Typed|b.aside[0].Typed|b.aside[1].Typed == 0
	own := b.Form.Certificate != (account.ClientCertificate{}) || len(b.consents.authorities) > 0
	return !saved && !own && empty && untyped && b.aside[0].text == "" && b.aside[1].text == "" && !b.isDrafted()
}

// differs reports whether the form says something else than what is saved, its password left aside.
func (b book) differs() bool {
	if _, saved := b.shelf.find(b.shelf.open); !saved {
		return !b.blank()
	}
	return !sameAccount(b.account(), b.base.account)
}

// secrets are the passwords of the account in the form.
func (b book) secrets() store.Secrets {
	secrets := b.base.secrets
	secrets.Incoming, secrets.Outgoing = b.Form.Password, b.ownPassword()
	secrets.Certificate = b.Form.CertificatePassword
	return secrets
}

// passwordNew reports whether the password in the form is another than the one that was loaded or saved.
func (b book) passwordNew() bool { return b.secrets() != b.base.secrets }

// sameAccount reports whether two accounts say the same. Who named a server is no matter of the account.
func sameAccount(a, b account.Account) bool {
	for _, x := range []*account.Account{&a, &b} {
		x.Incoming.Source, x.Outgoing.Source = account.SourceUnknown, account.SourceUnknown
	}
	same := slices.Equal(a.Trust.Pins, b.Trust.Pins) && slices.Equal(a.Consents.Domains, b.Consents.Domains) &&
		slices.Equal(a.Consents.Cleartext, b.Consents.Cleartext) && len(a.Trust.Authorities) == len(b.Trust.Authorities)
	for i := range a.Trust.Authorities {
		same = same && a.Trust.Authorities[i].Equal(b.Trust.Authorities[i])
	}
	a.Trust, b.Trust, a.Consents, b.Consents = account.Trust{}, account.Trust{}, account.Consents{}, account.Consents{}
	return same && reflect.DeepEqual(a, b)
}

// stowed puts the open account away as it stands. What was running belongs to it, and has to be stopped; a form in which
// nothing was typed leaves nothing behind.
func (b book) stowed() book {
	if b.Phase != Resting {
		b = b.over(b.Number)
	}
	if b.blank() {
		b.shelf = b.shelf.withoutPage(b.shelf.open)
		return b
	}
	p := page{id: b.shelf.open, title: b.title(), changed: b.differs() || b.passwordNew(), book: b}
	p.draft, p.drafted = b.draft()
	p.book.shelf, p.book.Shelf, p.book.log, p.book.Log = shelf{}, Shelf{}, journal{}, nil
	p.book.exported, p.book.offered, p.book.later = account.Account{}, nil, nil
	b.shelf = b.shelf.withPage(p)
	return b
}

// opening puts an account of the list into the form. The open one is stowed.
func (b book) opening(id ID) book { return b.stowed().turned(id) }

// turned puts an account of the list into the form, in the place of what was stowed.
func (b book) turned(id ID) book {
	p, ok := b.shelf.page(id)
	if !ok {
		saved, _ := b.shelf.find(id)
		return b.blankPage(id).onto(saved)
	}
	next := p.book
	next.shelf = b.shelf.withoutPage(id)
	next.shelf.open, next.shelf.ask = id, nil
	next.Practice, next.practice = b.Practice, b.practice
	return next.following(b)
}

// following takes over from the book that was in the window before what belongs to no account.
func (b book) following(last book) book {
	b.View, b.Settings, b.Notice = last.View, last.Settings, last.Notice
	b.Number, b.question = last.Number+1, last.question+1
	b.Export, b.Import = ExportState{Writing: last.Export.Writing}, ImportState{Number: last.Import.Number}
	b.log = last.log.closed(last.current())
	b.log.begun = time.Time{}
	return b
}

// sought opens the account of the address that the program was started with, where it is in the list and nothing else was typed
// since: whoever names an account that is there means that one.
func (b book) sought(address string) (_ book, there bool) {
	untouched, wanted := b, b.address().String()
	untouched.Form.Address = ""
	if address == "" || b.Form.Address != address || b.address() == (account.Address{}) || b.Phase != Resting || !untouched.blank() {
		return b, false
	}
	same := func(a account.Address) bool { return strings.EqualFold(a.String(), wanted) }
	var id ID
	if i := slices.IndexFunc(b.shelf.saved, func(s store.Saved) bool { return same(s.Address) }); i >= 0 {
		id = b.shelf.saved[i].ID
	} else if i := slices.IndexFunc(b.shelf.pages, func(p *page) bool { return same(p.book.address()) }); i >= 0 {
		id = b.shelf.pages[i].id
	} else {
		return b, false
	}
	next := untouched.opening(id)
	if next.Notice.Text == "" {
		next = next.noticed(Neutral, next.title()+" is in your list already, and was opened as you left it.")
	}
	return next, true
}

// blankPage begins anew, with an empty form, in the place of what was stowed.
func (b book) blankPage(id ID) book {
	writing, number := b.Export.Writing, b.Import.Number
	b = b.fresh(b.newForm())
	b.Export.Writing, b.Import.Number = writing, number
	b.shelf.open, b.shelf.ask = id, nil
	b.shelf = b.shelf.ordered(id)
	return b
}

// newForm is the form of a new account: empty, or that of the practice mailbox in use.
func (b book) newForm() Form {
	if b.Practice != "" {
		return b.practice.form
	}
	return Form{RequireEncryption: true, Outgoing: Fields{Protocol: account.SMTP}}
}

// onto fills a saved account in, as if every word of it had been typed, with what was agreed to for it.
func (b book) onto(s store.Saved) book {
	b = b.withAccount(s.Account)
	b = b.knowsFolders(b.settings(account.Incoming), s.Folders)
	b.base = base{account: b.account()}
	return b
}

// withAccount fills an account in, as if it were typed.
func (b book) withAccount(a account.Account) book {
	b.Form.Name, b.Form.KnowServers = a.Name, true
	if a.Address != (account.Address{}) {
		b.Form.Address = a.Address.Unicode()
	}
	b.Form.RequireEncryption = len(a.Consents.Cleartext) == 0
	b.Form.Incoming, b.Form.Certificate = fieldsOf(a.Incoming), a.ClientCertificate
	out := fieldsOf(a.Outgoing)
	switch {
	case a.Outgoing.Auth == account.AuthNone:
		out.User, out.Username, out.Auth = NoUser, "", account.AuthUnknown
		out.lock(PartUsername|PartAuth, false)
	case a.Outgoing.Username != "" && a.Outgoing.Username != a.Incoming.Username:
		out.User = OwnUser
	default:
		out.Username = ""
		out.lock(PartUsername, false)
	}
	b.Form.Outgoing = out
	b.consents = consents{
		pins: slices.Clone(a.Trust.Pins), clear: slices.Clone(a.Consents.Cleartext), domains: slices.Clone(a.Consents.Domains),
		authorities: slices.Clone(a.Trust.Authorities), verified: slices.Clone(a.Trust.Verified),
	}
	for i, s := range []account.Server{a.Incoming, a.Outgoing} {
		if s.Source == account.SourceFile {
			b.origin[i] = s.Host // nobody has answered for it yet
		}
		b.apart[i] = account.UsualSecurity(s.Port) != s.Security
	}
	b.stamp.servers[0]++
	b.stamp.servers[1]++
	return b.follow(account.Incoming).follow(account.Outgoing)
}

// fieldsOf shows a server as if every word of it had been typed.
func fieldsOf(s account.Server) Fields {
	f := Fields{Protocol: s.Protocol, Host: s.Host, Port: portText(s.Port), Security: s.Security, Auth: s.Auth, Username: s.Username}
	f.lock(PartHost, s.Host != "")
	f.lock(PartPort, s.Port != 0)
	f.lock(PartSecurity, s.Security != account.SecurityUnknown)
	f.lock(PartAuth, s.Auth != account.AuthUnknown)
	f.lock(PartUsername, s.Username != "")
	f.lock(PartProtocol, s.Protocol != account.ProtocolUnknown && s.Protocol != account.SMTP)
	return f
}

// title names an account that is in the form.
func (b book) title() string {
	if a := b.address(); a != (account.Address{}) {
		return a.Unicode()
	}
	if text := strings.TrimSpace(b.Form.Address); text != "" {
		return account.Neutral(text, nameLimit)
	}
	for _, host := range b.origin {
		if host != "" { // several files may be open, none of which tells an address
			return "New account at " + account.Neutral(account.UnicodeHost(host), nameLimit)
		}
	}
	return "New account"
}

// nameLimit is the longest name of an account in the list, in runes.
const nameLimit = 120
