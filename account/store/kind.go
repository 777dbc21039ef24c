package store

import "strings"

// A Kind is what a secret of an account is for. Each has an entry of its own in the keyring. Its zero value is the password of
// the incoming server.
type Kind uint8

// The kinds of secrets.
const (
	IncomingPassword    Kind = iota // of the outgoing server too, unless that has its own
	OutgoingPassword                // that the outgoing server has for itself
	CertificatePassword             // of the file that holds the client certificate
)

var allKinds = [...]Kind{IncomingPassword, OutgoingPassword, CertificatePassword}

// kindNames are what the file of accounts says, and entryNames what stands behind the ID in the name of an entry.
var (
	kindNames  = [...]string{"incoming", "outgoing", "certificate"}
	entryNames = [...]string{"", "/outgoing", "/certificate"}
)

// String gives the word that the file of accounts says.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return ""
}

// An Entry is the name under which the keyring files one secret: the account's ID, and for all kinds but the first, a word
// behind it.
type Entry string

// EntryOf names the secret of one kind.
func EntryOf(id ID, k Kind) Entry { return Entry(string(id) + entryNames[k]) }

// owner gives the account and the kind that an entry is named for.
func (e Entry) owner() (ID, Kind, bool) {
	for _, k := range allKinds[1:] {
		if id, found := strings.CutSuffix(string(e), entryNames[k]); found {
			return ID(id), k, ID(id).valid()
		}
	}
	return ID(e), IncomingPassword, ID(e).valid()
}
