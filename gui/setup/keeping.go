package setup

import (
	"time"

	"portolan/account"
	"portolan/account/store"
)

// undoTime is how long Undo brings back what was deleted.
const undoTime = 10 * time.Second

// listing reports whether the list can be used at all.
func (s *Session) listing() bool { return !s.closed && !s.book.shelf.loading }

// SaveAccount saves what stands in the form. A password that is new is asked about once: keep it in the system's keyring, or
// until the program ends. Where the system has no keyring, there is nothing to ask, and that is said. In a practice mailbox, it is kept
// until that is left.
func (s *Session) SaveAccount() {
	b := s.book
	switch {
	case s.closed || b.shelf.saving != "" || b.shelf.loading || b.Phase != Resting:
		return
	case b.shelf.readOnly || !b.shelf.kept:
		s.set(b.noticed(Warning, "Nothing can be saved in this window. "+readOnlyWords))
		return
	case len(b.account().Validate()) > 0:
		b.seen, b.base.wanted = allFields, true
		s.set(b.noticed(Warning, "The account was not saved: something is missing, or cannot be right. It is said at the fields."))
		return
	case !b.differs() && !b.passwordNew():
		return
	}
	b.base.wanted = false
	p := putting{saved: b.toSave(), shown: b.account(), secrets: b.secrets(), secret: b.passwordNew(), unseen: b.unseen()}
	if p.secret && (!p.secrets.Incoming.Empty() || !p.secrets.Certificate.Empty()) && b.Practice == "" {
		if p.keyless = s.keyless; !p.keyless {
			s.set(b.askedKeyring(p))
			return
		}
	}
	s.put(b, p)
}

// NewAccount opens an empty form; what stood in it stays with its own account.
func (s *Session) NewAccount() {
	if s.listing() && !s.book.blank() {
		s.turnTo(s.book.stowed().blankPage(store.NewID()))
	}
}

// OpenAccount puts an account into the form, as it was left; what stood in the form stays with its own account.
func (s *Session) OpenAccount(id ID) {
	if s.listing() && id != s.book.shelf.open && s.book.shelf.has(id) {
		s.turnTo(s.book.opening(id))
	}
}

// turnTo goes to another account. What was running belongs to the one before.
func (s *Session) turnTo(b book) {
	s.halt()
	s.fetch(b)
}

// DuplicateAccount makes an unsaved account with the same servers, and opens it.
func (s *Session) DuplicateAccount(id ID) {
	if s.listing() && s.book.shelf.has(id) {
		s.turnTo(s.book.duplicated(id, store.NewID()))
	}
}

// DeleteAccount takes an account from the list. It and its passwords are gone for good when the time for Undo is over.
func (s *Session) DeleteAccount(id ID) {
	b := s.book
	if !s.listing() || !b.shelf.has(id) {
		return
	}
	_, saved := b.shelf.find(id)
	switch {
	case saved && b.shelf.readOnly:
		s.set(b.noticed(Warning, "Nothing can be deleted in this window. "+readOnlyWords))
		return
	case id == b.shelf.saving:
		s.set(b.noticed(Warning, "The account is just being saved. Delete it when that is done."))
		return
	case !saved && id == b.shelf.open && b.blank():
		return
	}
	s.forget()
	open := id == b.shelf.open
	b = s.book.deleting(id, store.NewID())
	number, k := b.shelf.deleted.number, s.keeper
	s.undo = time.AfterFunc(undoTime, func() {
		s.tellOf(k, func() {
			if d := s.book.shelf.deleted; d != nil && d.number == number {
				s.forget()
			}
		})
	})
	if open {
		s.turnTo(b)
		return
	}
	s.set(b)
}

// UndoDelete brings back what DeleteAccount took last.
func (s *Session) UndoDelete() {
	if !s.listing() || s.book.shelf.deleted == nil {
		return
	}
	s.undo.Stop()
	b := s.book.undeleted()
	if b.shelf.open != s.book.shelf.open {
		s.turnTo(b)
		return
	}
	s.set(b)
}

// ForgetDeleted ends the time for UndoDelete.
func (s *Session) ForgetDeleted() {
	if !s.closed && s.book.shelf.deleted != nil {
		s.forget()
		s.set(s.book)
	}
}

// PutAwaySummary hides what the checks came to.
func (s *Session) PutAwaySummary() {
	b := s.book
	b.shelf.summary = nil
	s.set(b)
}

// AnswerAsk answers the question of the list.
func (s *Session) AnswerAsk(yes bool) {
	b := s.book
	a := b.shelf.ask
	if s.closed || a == nil || b.Shelf.Ask == nil {
		return
	}
	b.shelf.ask = nil
	switch {
	case a.offer == nil:
		p := a.put
		p.keyring = yes
		s.put(b, p)
	case yes:
		s.take(b, *a.offer)
	default:
		s.set(b)
	}
}

// An ask is an open question with what it is about: a password that is to be saved, or a good copy of the accounts.
type ask struct {
	Ask
	put   putting
	offer *store.Copy
}

// A putting is one account on its way into the file.
type putting struct {
	saved   store.Saved
	shown   account.Account // as the form has it
	secrets store.Secrets
	secret  bool // the secrets are others than before
	keyring bool // they may go to the keyring
	keyless bool // they may not, because there is none
	unseen  []store.Kind
}

// asking opens a question of the list.
func (b book) askedList(a ask) book {
	b.shelf.asked++
	a.Number = b.shelf.asked
	b.shelf.ask = &a
	return b
}

// askedKeyring asks where a new password is to be kept.
func (b book) askedKeyring(p putting) book {
	a := ask{put: p, Ask: Ask{Yes: "Keep it there", No: "Only until I quit"}}
	what, _ := secretWords(p.secrets)
	if p.saved.ID != b.shelf.open {
		what += " of " + account.Neutral(p.saved.Address.Unicode(), nameLimit)
	}
	a.Text.Title = "Keep the " + what + " in the system's keyring?"
	a.Text.Advice = "The keyring is the safe that your system has for passwords. The account itself is saved in either case; Portolan never writes a password into a file of its own."
	return b.askedList(a)
}

// duplicated opens an unsaved account with the servers of another. Address and password are its own to type, and what was
// agreed to was agreed to for the other one.
func (b book) duplicated(id, as ID) book {
	of := b
	if id != b.shelf.open {
		of = b.opening(id)
	}
	a, origin := of.account(), of.origin
	b = b.stowed().blankPage(as)
	if a.Incoming.Username == a.Address.String() {
		a.Incoming.Username = ""
	}
	if a.Outgoing.Username == a.Address.String() {
		a.Outgoing.Username = a.Incoming.Username
	}
	a.Address, a.Trust, a.Consents = account.Address{}, account.Trust{}, account.Consents{}
	b = b.withAccount(a)
	b.origin = origin
	return b
}

// deleting takes an account out of the list, and opens its neighbour if it was open, or an empty form.
func (b book) deleting(id, fresh ID) book {
	b.shelf.removals++
	d := deletion{number: b.shelf.removals, open: id == b.shelf.open}
	if d.open {
		b = b.stowed()
	}
	d.saved, d.stored = b.shelf.find(id)
	if d.page, d.paged = b.shelf.page(id); !d.page.book.base.known {
		d.page.book.base.fetched = false // an answer of the keyring finds nobody
	}
	next := fresh
	for i, s := range b.shelf.saved {
		if s.ID != id {
			continue
		}
		d.at = i
		if i+1 < len(b.shelf.saved) {
			next = b.shelf.saved[i+1].ID
		} else if i > 0 {
			next = b.shelf.saved[i-1].ID
		}
	}
	d.title = d.page.title
	if d.title == "" && d.stored {
		d.title = d.saved.Address.Unicode()
	}
	b.shelf = b.shelf.withoutPage(id)
	b.shelf.saved = store.Book{Accounts: b.shelf.saved}.Without(id).Accounts
	b.shelf.deleted, b.shelf.summary = &d, nil
	switch {
	case !d.open:
		return b
	case next == fresh:
		return b.blankPage(fresh)
	default:
		return b.turned(next)
	}
}

// undeleted brings back what was deleted last, and opens it where it was open and nothing was typed since.
func (b book) undeleted() book {
	d := b.shelf.deleted
	b.shelf.deleted = nil
	b = b.restored(*d)
	if d.open && b.Phase == Resting && !b.differs() && !b.passwordNew() {
		return b.opening(b.idOf(*d))
	}
	return b
}

// restored puts a deleted account back into its place.
func (b book) restored(d deletion) book {
	if d.stored {
		at := min(d.at, len(b.shelf.saved))
		list := append(append([]store.Saved{}, b.shelf.saved[:at]...), d.saved)
		b.shelf.saved = append(list, b.shelf.saved[at:]...)
	}
	if d.paged {
		b.shelf = b.shelf.withPage(d.page)
	}
	b.shelf = b.shelf.changed()
	return b
}

// idOf names what was deleted.
func (b book) idOf(d deletion) ID {
	if d.stored {
		return d.saved.ID
	}
	return d.page.id
}
