package setup

import (
	"slices"

	"portolan/account"
	"portolan/account/store"
)

// toSave is what would be saved of the form: who named a server stays known as long as the server is the same.
func (b book) toSave() store.Saved {
	old, _ := b.shelf.find(b.shelf.open)
	s := b.shelf.newest(store.Saved{ID: b.shelf.open, Account: b.account(), Keyring: old.Keyring})
	for _, pair := range [][2]*account.Server{{&s.Incoming, &old.Incoming}, {&s.Outgoing, &old.Outgoing}} {
		if pair[0].Host == pair[1].Host && pair[0].Source == account.SourceUser && pair[1].Source != account.SourceUnknown && pair[1].Source != account.SourceFile {
			pair[0].Source = pair[1].Source
		}
	}
	if c, ok := b.lookedAt(); ok && c.At.After(s.LastCheck.At) {
		s.LastCheck = c
	}
	return s
}

// newest gives an account that is to be saved what was found out of it meanwhile. What was found of other servers says nothing of
// these.
func (k shelf) newest(s store.Saved) store.Saved {
	now, ok := k.find(s.ID)
	if !ok || s.Address != now.Address {
		return s
	}
	s.Trust.Verified = together(s.Trust.Verified, now.Trust.Verified)
	if sameWay(s, now) && now.LastCheck.At.After(s.LastCheck.At) {
		s.LastCheck = now.LastCheck
	}
	return s
}

// sameWay reports whether two accounts are reached and signed in to in the same way.
func sameWay(a, b store.Saved) bool {
	a.Incoming.Source, a.Outgoing.Source = b.Incoming.Source, b.Outgoing.Source
	return a.Incoming == b.Incoming && a.Outgoing == b.Outgoing && a.ClientCertificate == b.ClientCertificate
}

// together gives some servers, and those of others that are not among them.
func together(list, others []account.Endpoint) []account.Endpoint {
	list = slices.Clip(list)
	for _, e := range others {
		if !slices.Contains(list, e) {
			list = append(list, e)
		}
	}
	return list
}

// unseen lists the secrets that may be kept for the account and never came into the form. They stay where they are.
func (b book) unseen() []store.Kind {
	saved, _ := b.shelf.find(b.shelf.open)
	if b.base.known || len(saved.Keyring) == 0 && !slices.Contains(b.shelf.memory, saved.ID) {
		return nil
	}
	var list []store.Kind
	f, base := b.Form, b.base.secrets
	if f.Password.Empty() && base.Incoming.Empty() {
		list = append(list, store.IncomingPassword)
	}
	if f.OutgoingPassword.Empty() && base.Outgoing.Empty() {
		list = append(list, store.OutgoingPassword)
	}
	if f.CertificatePassword.Empty() && base.Certificate.Empty() {
		list = append(list, store.CertificatePassword)
	}
	return list
}
