package store

import (
	"context"
	"errors"
	"slices"
)

// A Safe keeps accounts and their passwords in step. Its methods block for as long as the keyring does; its Store may be
// used beside it meanwhile.
type Safe struct {
	Store     *Store
	Passwords *Passwords
}

// A Place is where a password was put.
type Place uint8

// The places of a password. The zero value is none: no password was given.
const (
	Nowhere Place = iota
	InKeyring
	InMemory // until the program ends, which is to be told
)

var placeNames = [...]string{"nowhere", "keyring", "memory"}

// String gives a lower-case word for logs and tests.
func (p Place) String() string { return placeNames[p] }

// A Placed says what became of the passwords of an account that was saved.
type Placed struct {
	Place Place
	Err   error // a *KeyringError: why the keyring does not have them, or why it still has old ones; nil: all is well
}

// Put saves an account and its passwords; saved.Keyring is worked out here. A secret that is empty is forgotten, unless it is of
// one of the kinds to be left as they are: its owner has not seen it. The keyring comes first, and its first no
// is its last: what it did not take is kept in memory. The error is that of the Store; the account is then not saved, and the
// passwords that the keyring took are listed as orphans.
func (s Safe) Put(ctx context.Context, saved Saved, secrets Secrets, leave ...Kind) (Placed, error) {
	if err := saved.check(); err != nil {
		return Placed{}, err
	}
	plan, err := s.prepare(saved.ID, secrets, leave)
	if err != nil {
		return Placed{}, err
	}
	placed := s.place(ctx, saved.ID, secrets, &plan)
	err = s.Store.Update(func(b Book) Book {
		saved.Keyring = plan.kept
		return b.settle(plan.settled...).With(saved).orphan(plan.loose...)
	})
	return placed, err
}

// A putting is what a Put is about to do to the keyring, and then what it did.
type putting struct {
	set, unset []Kind  // to be set; to be deleted
	fresh      []Kind  // to be set where there was nothing before
	kept       []Kind  // set, or left as they are
	left       []Kind  // left as they are
	settled    []Entry // entries whose state is known for sure
	loose      []Entry // entries that may hold what nobody uses
}

// prepare notes in the file what the keyring may hold should the program end before Put does: entries that are new, and
// those that are not wanted any more. An entry that is replaced stays the account's.
func (s Safe) prepare(id ID, secrets Secrets, leave []Kind) (putting, error) {
	plan := putting{left: leave}
	err := s.Store.Update(func(b Book) Book {
		old, there := b.Find(id)
		var keep []Kind
		for _, k := range allKinds {
			claimed, listed := slices.Contains(old.Keyring, k), slices.Contains(b.Orphans, EntryOf(id, k))
			switch given := !secrets.of(k).Empty(); {
			case given && claimed:
				plan.set, keep = append(plan.set, k), append(keep, k)
			case given:
				plan.set, b = append(plan.set, k), b.orphan(EntryOf(id, k))
				if !listed {
					plan.fresh = append(plan.fresh, k)
				}
			case claimed && slices.Contains(leave, k):
				plan.kept, keep = append(plan.kept, k), append(keep, k)
			case claimed, listed:
				plan.unset = append(plan.unset, k)
			}
		}
		if there {
			old.Keyring = keep
			b = b.With(old)
		}
		for _, k := range plan.unset {
			b = b.orphan(EntryOf(id, k))
		}
		return b
	})
	return plan, err
}

// place does to the keyring what was prepared.
func (s Safe) place(ctx context.Context, id ID, secrets Secrets, plan *putting) Placed {
	var placed Placed
	for _, k := range plan.set {
		e := EntryOf(id, k)
		asked := placed.Err == nil
		if asked {
			placed.Err = s.Passwords.set(ctx, e, secrets.of(k))
		}
		if placed.Err == nil {
			s.Passwords.forget(e)
			plan.kept, plan.settled = append(plan.kept, k), append(plan.settled, e)
			placed.Place = InKeyring
			continue
		}
		s.Passwords.remember(e, secrets.of(k))
		placed.Place = InMemory
		if slices.Contains(plan.fresh, k) && !(asked && TroubleOf(placed.Err) == KeyringSlow) {
			plan.settled = append(plan.settled, e) // there was nothing, and a clear no left it so
		} else {
			plan.loose = append(plan.loose, e)
		}
	}
	for _, k := range allKinds {
		if secrets.of(k).Empty() && !slices.Contains(plan.left, k) {
			s.Passwords.forget(EntryOf(id, k))
		}
	}
	for _, k := range plan.unset {
		if placed.Err == nil {
			placed.Err = s.Passwords.remove(ctx, EntryOf(id, k))
		}
		if placed.Err == nil {
			plan.settled = append(plan.settled, EntryOf(id, k))
		}
	}
	return placed
}

// Remove deletes an account: from the file first, then its secrets from the keyring and from memory. A *KeyringError says that
// the account is deleted and that the keyring still has a secret of it, which Book.Orphans lists; any other error is the
// Store's, and then nothing is deleted.
func (s Safe) Remove(ctx context.Context, id ID) error {
	err := s.Store.Update(func(b Book) Book {
		saved, _ := b.Find(id)
		return b.Without(id).orphan(saved.claims()...)
	})
	if err != nil {
		return err
	}
	var mine []Entry
	for _, k := range allKinds {
		mine = append(mine, EntryOf(id, k))
	}
	for _, e := range mine {
		s.Passwords.forget(e)
	}
	if err = s.sweep(ctx, func(e Entry) bool { return slices.Contains(mine, e) }); TroubleOf(err) == NoTrouble {
		return nil // what the file could not be told is deleted once more at the next start
	}
	return err
}

// Sweep deletes from the keyring every entry that no account uses. The error says which trouble ended it; what is left
// is still listed.
func (s Safe) Sweep(ctx context.Context) error {
	return s.sweep(ctx, func(Entry) bool { return true })
}

// sweep deletes the orphans that are wanted, up to the first trouble, and takes them off the list.
func (s Safe) sweep(ctx context.Context, wanted func(Entry) bool) error {
	var gone []Entry
	var trouble error
	for _, e := range s.Store.Book().Orphans {
		if !wanted(e) {
			continue
		}
		if trouble = s.Passwords.remove(ctx, e); trouble != nil {
			break
		}
		gone = append(gone, e)
	}
	if len(gone) == 0 {
		return trouble
	}
	return errors.Join(trouble, s.Store.Update(func(b Book) Book { return b.settle(gone...) }))
}
