// Package store is also where the accounts live: they are kept in one JSON file, which a [Store] reads and replaces; their passwords are kept in the system's
// keyring, which [Passwords] asks. A [Safe] holds both and keeps them in step.
//
// # The folder
//
//	accounts.json                what is kept; only this user can read it, and no secret is ever in it
//	accounts.json.bak            the same as it was before the last change
//	accounts.json.broken-TIME    what stood there and could not be read; Portolan never touches it again
//	accounts.json.bak.kept-TIME  a good copy that was offered and declined
//	accounts.lock                held while a Portolan that may write is open
//	drafts.json                  what was typed and not saved; the window writes it, under the same lock and without secrets
//
// # Why unknown fields are damage
//
// A field that a program does not know would be lost with its next save. So every change of a form that was released gets a new version
// number, a file of a newer version is set aside whole, and a file of a known version has known fields alone. For the same
// reason an account that account.Account.Validate refuses is damage: a stricter rule needs a new version too.
//
// # Why a file that changed is not replaced
//
// The lock keeps a second Portolan from writing, but not a program that keeps two computers in step. What it brought would be
// lost with the next save; ErrChanged asks for a new Load instead.
//
// # Why a call to the keyring may be left behind
//
// A locked keyring asks the person for its own password, and the library waits without an end. A call that outlives its
// deadline is left to itself: no other call begins before it ends, and a secret that it puts into the keyring after all is
// taken out again, since its owner was told that it is not there.
//
// # Why the file names entries of the keyring that nobody uses
//
// A keyring cannot be asked what it holds. Before an entry is made, and before one is deleted, the file says that it may be
// there without an account; so whatever stops the program in between, Book.Orphans lists it.
package store
