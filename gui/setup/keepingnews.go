package setup

import (
	"errors"
	"path/filepath"
	"strings"
	"time"

	"portolan/account"
	"portolan/account/store"
)

const readOnlyWords = "The accounts can be looked at, checked and exported here, and nothing more."

// A fromDisk is what the folder held when the program began.
type fromDisk struct {
	store.Loaded
	readOnly bool
	keyless  bool // the system has no keyring
	drafts   draftsForm
	remarks  []string // on the drafts
	noDrafts bool     // their file is not to be written
}

// A putEnd is how saving an account ended.
type putEnd struct {
	putting
	placed     store.Placed
	err        error // of the file; nil: it was saved
	remembered bool  // its password is kept until the program ends
	again      store.Loaded
	unread     error // why again is not there
}

// loaded takes in what was on the disk.
func (b book) loaded(l fromDisk) book {
	b.shelf.saved, b.shelf.kept, b.shelf.readOnly, b.shelf.loading = l.Book.Accounts, true, l.readOnly, false
	b.shelf = b.shelf.changed()
	b = b.withDrafts(l.drafts)
	var said []string
	tone := Neutral
	for _, n := range l.Notices {
		t, text := noticeWords(n)
		tone, said = max(tone, t), append(said, text)
	}
	if said = append(said, l.remarks...); len(l.remarks) > 0 {
		tone = max(tone, Warning)
	}
	if len(said) > 0 {
		b = b.noticed(tone, strings.Join(said, " "))
	}
	if l.Copy == nil || l.readOnly {
		return b
	}
	a := ask{offer: l.Copy, Ask: Ask{Yes: "Use the copy", No: "Begin with an empty list"}}
	a.Text.Title = "Use the copy of your accounts from " + when(l.Copy.Time, b.shelf.now) + "?"
	a.Text.Advice = "It holds " + accounts(len(l.Copy.Book.Accounts)) + ", as they were before the last change. If you say no, the copy is put aside and not deleted."
	return b.askedList(a)
}

// unloaded says why the accounts could not be opened.
func (b book) unloaded(err error) book {
	b.shelf.loading, b.shelf.readOnly = false, true
	b.shelf = b.shelf.changed()
	return b.noticed(Danger, "The saved accounts could not be opened: "+reason(err)+" Nothing was changed, and nothing can be saved in this window.")
}

// noticeWords says what there is to know of the file of the accounts.
func noticeWords(n store.Notice) (Tone, string) {
	aside := " It was left where it is."
	if n.Aside != "" {
		aside = " It was put aside as " + account.Neutral(filepath.Base(n.Aside), nameLimit) + "; nothing of it is lost."
	}
	name := "The file of your accounts"
	if strings.HasSuffix(n.Path, ".bak") {
		name = "The copy of your accounts"
	}
	switch n.Kind {
	case store.Busy:
		return Warning, "Portolan is open in another window already, which keeps the accounts. " + readOnlyWords
	case store.Unlockable:
		return Warning, "Nothing can be written in the folder of your accounts, " + account.Neutral(n.Path, wordLimit) + ". " + readOnlyWords
	case store.Damaged:
		return Danger, name + " is damaged and cannot be read." + aside
	case store.Newer:
		return Danger, name + " was written by a newer Portolan, which this one cannot read." + aside
	case store.Odd:
		return Danger, name + " is no ordinary file." + aside
	case store.TooLarge:
		return Danger, name + " is far too large." + aside
	case store.Missing:
		return Warning, "The file of your accounts is gone."
	default:
		if n.Err != nil {
			return Warning, "Others on this computer are allowed to look at your accounts, and that could not be changed: " + reason(n.Err)
		}
		return Neutral, "Others on this computer were allowed to look at your accounts. They no longer are."
	}
}

// usedCopy takes in that a good copy was put into the place of a broken file, or was not.
func (b book) usedCopy(now store.Book, err error) book {
	b.shelf.loading = false
	b.shelf.saved = now.Accounts
	b.shelf = b.shelf.changed()
	if err != nil {
		return b.noticed(Danger, "The copy could not be put into its place: "+reason(err))
	}
	return b.noticed(Success, accounts(len(now.Accounts))+" came back from the copy.")
}

// put takes in how saving an account ended.
func (b book) put(e putEnd) book {
	id := e.putting.saved.ID
	b.shelf.saving = ""
	b.shelf = b.shelf.changed()
	if e.err != nil {
		return b.unsaved(e)
	}
	b.shelf = b.shelf.withSaved(b.shelf.newest(e.saved)).remembering(id, e.remembered)
	b = b.verified(id).onPage(id, func(p book) book {
		p.base.account = e.shown
		if len(e.unseen) == 0 {
			p.base.fetched, p.base.known = true, true
		}
		if e.secret {
			p.base.secrets = e.secrets
		}
		return p
	})
	if b.Practice != "" {
		return b.noticed(Success, practiceWords(e))
	}
	tone, text := savedWords(e)
	return b.noticed(tone, text)
}

// onPage changes what is known of an account, whether it is in the form or stowed.
func (b book) onPage(id ID, change func(book) book) book {
	if id == b.shelf.open {
		return change(b)
	}
	p, ok := b.shelf.page(id)
	if !ok {
		return b
	}
	p.book.shelf = shelf{open: id}
	if saved, ok := b.shelf.find(id); ok {
		p.book.shelf.saved = []store.Saved{saved}
	}
	p.book = change(p.book)
	p.title, p.changed = p.book.title(), p.book.differs() || p.book.passwordNew()
	p.draft, p.drafted = p.book.draft()
	p.book.shelf = shelf{}
	b.shelf = b.shelf.withChanged(p)
	return b
}

// unsaved says why an account was not saved; what was typed stays as it is.
func (b book) unsaved(e putEnd) book {
	const kept = " Nothing that you typed is lost."
	switch {
	case errors.Is(e.err, store.ErrChanged) && e.unread == nil:
		b.shelf.saved = e.again.Book.Accounts
		return b.noticed(Warning, "The account was not saved yet: another program changed the file of your accounts, and it was read again. Please save once more."+kept)
	case errors.Is(e.err, store.ErrReadOnly):
		b.shelf.readOnly = true
		return b.noticed(Danger, "The account was not saved: nothing can be written there."+kept)
	default:
		return b.noticed(Danger, "The account was not saved: "+reason(e.err)+kept)
	}
}

// secretWords name the secrets of an account after a word such as "its", with the verb that follows them.
func secretWords(s store.Secrets) (what, be string) {
	n := 0
	for _, secret := range []account.Secret{s.Incoming, s.Outgoing, s.Certificate} {
		if !secret.Empty() {
			n++
		}
	}
	switch {
	case n > 1:
		return "passwords", "are"
	case !s.Certificate.Empty():
		return "certificate's password", "is"
	default:
		return "password", "is"
	}
}

// savedWords say what became of an account and of its password.
func savedWords(e putEnd) (Tone, string) {
	const done = "The account was saved."
	what, be := secretWords(e.secrets)
	kept := done + " Its " + what + " " + be
	switch {
	case e.placed.Err == nil && e.placed.Place == store.InKeyring:
		return Success, kept + " in the system's keyring."
	case errors.Is(e.placed.Err, errDeclined):
		return Success, kept + " kept until you quit."
	case e.placed.Err == nil:
		return Success, done
	case e.placed.Place == store.InMemory:
		return Warning, kept + " kept until you quit, and no longer: " + troubleWords(e.placed.Err)
	default:
		return Warning, done + " Its old password is still in the system's keyring: " + troubleWords(e.placed.Err)
	}
}

// practiceWords say what became of an account of the practice mailbox, and what would be otherwise with a real one.
func practiceWords(e putEnd) string {
	const done = "The account was saved for practice: it is gone when you leave the practice mailbox."
	if !e.secret || e.secrets.Incoming.Empty() {
		return done
	}
	return done + " With a real account, you would be asked now whether the system's keyring shall keep its password."
}

// troubleWords say why the keyring did not do what it was asked.
func troubleWords(err error) string {
	switch store.TroubleOf(err) {
	case store.KeyringLocked:
		return "the system's keyring is locked."
	case store.KeyringDenied:
		return "the system's keyring said no."
	case store.KeyringSlow:
		return "the system's keyring did not answer."
	case store.SecretTooLong:
		return "the system's keyring takes no password of this length."
	case store.SecretNotThere:
		return "the system's keyring does not have it any more."
	default:
		return "no keyring was found on this system, or it does not work."
	}
}

// verified lets a saved account know at once which servers have proved who they are: one that does not any more is an error,
// and never a question (RFC 8314, section 5.4).
func (b book) verified(id ID) book {
	saved, ok := b.shelf.find(id)
	if !ok || len(saved.Trust.Verified) == 0 {
		return b
	}
	return b.onPage(id, func(p book) book {
		if p.address() == saved.Address {
			p.consents.verified = together(p.consents.verified, saved.Trust.Verified)
		}
		return p
	})
}

// fetched takes in the passwords of an account. One that was typed meanwhile stays, and where the address was typed, all stay out.
func (b book) fetched(of store.Saved, then stamp, secrets store.Secrets, err error) book {
	id := of.ID
	b = b.onPage(id, func(p book) book {
		p.base.fetched = err == nil
		if p.address() != of.Address {
			return p
		}
		p.base.known = err == nil
		same, base := p.stamp.whole == then.whole, &p.base.secrets
		if same && p.Form.CertificatePassword == base.Certificate {
			base.Certificate, p.Form.CertificatePassword = secrets.Certificate, secrets.Certificate
		}
		if same && p.Form.Password == base.Incoming {
			base.Incoming, p.Form.Password = secrets.Incoming, secrets.Incoming
		}
		if p.stamp.own == then.own && p.Form.OutgoingPassword == base.Outgoing && !secrets.Outgoing.Empty() && p.Form.Outgoing.User != NoUser {
			base.Outgoing, p.Form.OutgoingPassword = secrets.Outgoing, secrets.Outgoing
			if p.Form.Outgoing.User == SameUser { // the same name with a password of its own
				p.Form.Outgoing.take(Fields{Username: p.username(account.Outgoing)}, PartUsername)
				p.Form.Outgoing.User = OwnUser
			}
		}
		return p
	})
	if err != nil && id == b.shelf.open && b.Form.Password.Empty() {
		return b.noticed(Warning, "The saved password could not be read: "+troubleWords(err)+" You can type it instead.")
	}
	return b
}

// removed takes in that an account was deleted for good, or was not.
func (b book) removed(d deletion, err error) book {
	switch {
	case err == nil:
		b.shelf = b.shelf.remembering(d.saved.ID, false)
		return b
	case store.TroubleOf(err) != store.NoTrouble:
		return b.noticed(Warning, d.title+" was deleted, but its password is still in the system's keyring: "+troubleWords(err)+" It is tried again when Portolan starts next.")
	default:
		return b.restored(d).noticed(Danger, d.title+" could not be deleted: "+reason(err))
	}
}

// tick notes the time for what is written with it.
func (b book) tick(now time.Time) book {
	b.shelf.now = now
	return b
}
