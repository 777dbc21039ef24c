package probe

import (
	"portolan/account"
	"portolan/probe/wire"
)

// A Task is what a run is for.
type Task uint8

// The tasks. Search is the zero value.
const (
	Search    Task = iota // from an address to settings
	Check                 // a saved account: its two servers, one connection each
	Test                  // one server of an account, as it stands in the fields
	Inspect               // the mailbox behind a proven incoming server
	RoundTrip             // the test message
)

// A SignInRule says whether the outgoing server is expected to ask for a sign-in.
type SignInRule uint8

// The positions of the switch "Outgoing server requires sign-in"; the zero value is the switch's default, on.
const (
	SignInRequired SignInRule = iota
	SignInNone
)

// A Wish is what the user typed for one role; zero fields are open. A typed host is the only host of its role.
type Wish struct {
	Server   account.Endpoint
	Security account.Security
	Auth     account.Auth
	Username string
}

// A Request is everything that a run may know. It is a value: a yes to a decision is a new Request with the consent in Policy.
type Request struct {
	Task     Task
	Address  account.Address
	Protocol account.Protocol // of the incoming server; ProtocolUnknown: automatic, IMAP preferred
	Incoming Wish
	Outgoing Wish

	OutgoingSignIn SignInRule
	Secret         account.Secret // password, or token where the wish's Auth needs one; empty: everything is found and proved, nothing is signed in to
	OutgoingSecret account.Secret // empty: the same as Secret

	// Identity is the client certificate that the user chose for the account. It is shown only where a server asks for it that a
	// password could go to, and signs in where the server offers EXTERNAL, even without a Secret.
	Identity wire.Identity

	PasswordSure bool // the passwords are sent as they are given: DecidePassword is not asked, and is a finding

	Policy   account.Policy // Domain is filled in by the Prober from Address
	Declined []Decision     // decisions that the user answered with no: they are not asked again, and what they would allow is not used

	Account account.Account // Check, Test, Inspect and RoundTrip: the servers as they are saved
	Role    account.Role    // Test: which of the two servers
	Kept    Report          // what an earlier run learned, for a yes; zero: nothing

	DeleteTest string // RoundTrip: nothing is sent; the test message with this Message-ID, see Trip, is deleted again
}

// MaxRefusals is how many sign-ins may be refused in the run, all servers together: one more where the outgoing server has
// a password of its own, of which no more than two are spent on that password.
func (r Request) MaxRefusals() int {
	if r.ownOutgoing() {
		return maxRefusals + extraOwnRefusal
	}
	return maxRefusals
}

// ownOutgoing reports whether the outgoing server has a password of its own. A user name of its own is none: the password that
// is sent would be the same.
func (r Request) ownOutgoing() bool {
	return r.OutgoingSignIn == SignInRequired && !r.OutgoingSecret.Empty() && !r.OutgoingSecret.Equal(r.Secret) && r.concerns(account.Outgoing)
}

// concerns reports whether the task has to do with the server of a role.
func (r Request) concerns(role account.Role) bool {
	switch {
	case r.Task == Test:
		return role == r.Role
	case r.Task == Inspect, r.Task == RoundTrip && r.DeleteTest != "":
		return role == account.Incoming
	default:
		return true
	}
}
