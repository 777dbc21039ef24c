package setup

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"portolan/account"
	"portolan/account/store"
)

// Keeping is where the accounts are kept. Its zero value keeps nothing.
type Keeping struct {
	Folder  string        // see store.DefaultFolder
	Keyring store.Keyring // nil: passwords are kept until the program ends
	// Beside says that the program was started with something to show: what stood in the form when it ended last is not
	// opened in its place.
	Beside bool
}

// A keeper is the session's side of the saved accounts. Its fields belong to the window's goroutine, unless they say otherwise.
type keeper struct {
	safe   store.Safe // from when the file was loaded
	choice *reluctant
	before chan struct{} // closed when the work that was begun last has ended
	undo   *time.Timer   // ends the time for UndoDelete
	drafts draftKeeper
	checks checker

	keyless bool // the system had no keyring when it was looked for last

	opened *store.Store // by the work that opens it, for the work after it

	home *keeper // of a practice mailbox's list: the one that it stands in for
	away book    // while another list is in the window: what stood there with this one
	left bool    // a practice mailbox's list, which nobody will see again
}

// closingKeyring is how long the keyring is waited for when the session ends.
const closingKeyring = closing * 7 / 10

// thereTime is how long the system is waited for to say whether it has a keyring.
const thereTime = time.Second

// errDeclined says that the person does not want a password in the keyring.
var errDeclined = errors.New("declined by the person")

// A reluctant keyring takes no password that the person does not want to be there.
type reluctant struct {
	store.Keyring
	mu       sync.Mutex
	declined map[ID]error
}

// decline says why the passwords of an account may not be put into the keyring; nil: they may.
func (c *reluctant) decline(id ID, why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.declined[id] = why
}

// Set refuses what was declined, and any password where there is no keyring.
func (c *reluctant) Set(e store.Entry, secret account.Secret) error {
	if why := c.refusal(e); why != nil {
		return why
	}
	return c.Keyring.Set(e, secret)
}

// refusal says why an entry is refused.
func (c *reluctant) refusal(e store.Entry) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, why := range c.declined {
		if why != nil && strings.HasPrefix(string(e), string(id)) {
			return why
		}
	}
	return nil
}

// noKeyring is the keyring of a program that was given none.
type noKeyring struct{}

var errNoKeyring = errors.New("there is no keyring")

func (noKeyring) Get(store.Entry) (account.Secret, error) { return account.Secret{}, errNoKeyring }
func (noKeyring) Set(store.Entry, account.Secret) error   { return errNoKeyring }
func (noKeyring) Delete(store.Entry) error                { return errNoKeyring }
func (noKeyring) There() bool                             { return false }

// work does something with the file in a goroutine of its own, after all that was begun before. It may outlive the session's
// context, by the time that Close waits.
func (s *Session) work(do func(ctx context.Context)) {
	before, done := s.before, make(chan struct{})
	s.before = done
	s.wg.Go(func() {
		defer close(done)
		if before != nil {
			<-before
		}
		ctx, cancel := context.WithCancel(context.WithoutCancel(s.ctx))
		defer cancel()
		defer context.AfterFunc(s.ctx, func() {
			time.AfterFunc(closingKeyring, cancel)
		})()
		do(ctx)
	})
}

// put saves an account.
func (s *Session) put(b book, p putting) {
	p.saved = b.shelf.newest(p.saved)
	b.shelf.saving = p.saved.ID
	safe, choice, k := s.safe, s.choice, s.keeper
	s.work(func(ctx context.Context) {
		if p.keyless && isThere(ctx, safe.Passwords) { // it has come since
			s.tellOf(k, func() { s.askAfterAll(p) })
			return
		}
		choice.decline(p.saved.ID, p.refusal())
		end := putEnd{putting: p}
		end.placed, end.err = place(ctx, safe, p)
		if errors.Is(end.placed.Err, errDeclined) {
			_ = safe.Sweep(ctx) // an older password may still be there; it is listed, and tried again at the next start
		}
		if errors.Is(end.err, store.ErrChanged) {
			end.again, end.unread = safe.Store.Load()
		}
		end.saved, _ = safe.Store.Book().Find(p.saved.ID)
		end.remembered = safe.Passwords.Remembers(p.saved.ID)
		s.tellOf(k, func() { s.book = s.book.put(end) })
	})
	s.set(b)
}

// refusal says why the password that is being saved may not be put into the keyring; nil: it may.
func (p putting) refusal() error {
	switch {
	case !p.secret || p.keyring:
		return nil
	case p.keyless:
		return errNoKeyring
	default:
		return errDeclined
	}
}

// askAfterAll asks about the password of an account on its way into the file, whichever one is in the form by now: a keyring is
// there that was not there before.
func (s *Session) askAfterAll(p putting) {
	p.keyless = false
	s.keyless, s.book.shelf.saving = false, ""
	s.book = s.book.askedKeyring(p)
}

// isThere asks whether there is a keyring; a system that does not say so soon may have one.
func isThere(ctx context.Context, p *store.Passwords) bool {
	ctx, cancel := context.WithTimeout(ctx, thereTime)
	defer cancel()
	return p.There(ctx)
}

// place puts an account into the file, and its passwords where they belong, if they are others than before.
func place(ctx context.Context, safe store.Safe, p putting) (store.Placed, error) {
	if p.secret {
		return safe.Put(ctx, p.saved, p.secrets, p.unseen...)
	}
	return store.Placed{}, safe.Store.Update(func(b store.Book) store.Book {
		if old, ok := b.Find(p.saved.ID); ok {
			p.saved.Keyring = old.Keyring
		}
		return b.With(p.saved)
	})
}

// take puts a good copy into the place of a file that could not be read.
func (s *Session) take(b book, c store.Copy) {
	b.shelf.loading = true
	safe, k := s.safe, s.keeper
	s.work(func(context.Context) {
		err := safe.Store.Save(c.Book)
		s.tellOf(k, func() { s.book = s.book.usedCopy(safe.Store.Book(), err) })
	})
	s.set(b)
}

// fetch shows a book and gets the passwords of the account in it, unless somebody types one first.
func (s *Session) fetch(b book) {
	saved, ok := b.shelf.find(b.shelf.open)
	if !ok || b.base.fetched || len(saved.Keyring) == 0 && !b.shelf.entry(saved.ID, "").InMemory {
		s.set(b)
		return
	}
	b.base.fetched = true
	stamp, passwords, k := b.stamp, s.safe.Passwords, s.keeper
	s.wg.Go(func() {
		secrets, err := passwords.Load(s.ctx, saved)
		s.tellOf(k, func() { s.book = s.book.fetched(saved, stamp, secrets, err) })
	})
	s.set(b)
}

// forget ends the time for Undo: what was deleted is deleted for good.
func (s *Session) forget() {
	d := s.book.shelf.deleted
	if d == nil {
		return
	}
	s.undo.Stop()
	s.book.shelf.deleted = nil
	if !d.stored {
		return
	}
	safe, k := s.safe, s.keeper
	s.work(func(ctx context.Context) {
		err := safe.Remove(ctx, d.saved.ID)
		s.tellOf(k, func() { s.book = s.book.removed(*d, err) })
	})
}

// open opens the folder and reads what is in it, in a goroutine: a disk may be slow. Without a folder, it is one that is gone
// with the session.
func (s *Session) open(k Keeping) {
	ring := k.Keyring
	if ring == nil {
		ring = noKeyring{}
	}
	s.choice = &reluctant{Keyring: ring, declined: map[ID]error{}}
	passwords, mine := store.NewPasswords(s.choice), s.keeper
	s.work(func(ctx context.Context) {
		l, err := mine.load(k.Folder)
		if err != nil {
			s.tellOf(mine, func() { s.book = s.book.unloaded(err) })
			return
		}
		l.keyless = !isThere(ctx, passwords)
		s.tellOf(mine, func() { s.begin(k, store.Safe{Store: mine.opened, Passwords: passwords}, l) })
	})
}

// load opens a folder and reads what is in it. It blocks.
func (k *keeper) load(folder string) (l fromDisk, err error) {
	if folder == "" {
		k.opened, err = store.OpenTemporary()
	} else {
		k.opened, err = store.Open(folder)
	}
	if err != nil {
		return l, err
	}
	if l.Loaded, err = k.opened.Load(); err != nil {
		return l, err
	}
	if l.readOnly = k.opened.ReadOnly(); folder == "" {
		l.noDrafts = true
		return l, nil
	}
	l.drafts, l.remarks, l.noDrafts = readDrafts(folder, k.opened)
	return l, nil
}

// begin takes in what was on the disk.
func (s *Session) begin(k Keeping, safe store.Safe, l fromDisk) {
	s.safe, s.keyless = safe, l.keyless
	s.drafts.path = ""
	if !l.readOnly && !l.noDrafts {
		s.drafts.path = draftsPath(k.Folder)
	}
	b := s.book.loaded(l)
	if !l.readOnly && len(l.Book.Orphans) > 0 {
		s.work(func(ctx context.Context) { _ = safe.Sweep(ctx) }) // what is left is listed, and tried again
	}
	s.drafts.noted = l.drafts
	if next, there := b.sought(s.options.Start.Form.Address); there && s.home == nil {
		s.fetch(next)
		return
	}
	if open := l.drafts.Open; open != "" && !k.Beside && b.Phase == Resting && b.blank() && b.shelf.has(open) {
		s.fetch(b.opening(open))
		return
	}
	s.book = b
}

// release does what is left to do with the file, while the session is being closed.
func (s *Session) release() {
	s.leave()
	if s.book.shelf.deleted != nil {
		s.forget()
	}
	s.writeDrafts()
}
