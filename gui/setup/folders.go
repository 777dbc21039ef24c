package setup

import (
	"portolan/account"
	"portolan/probe"
)

// seenFolders are the names of a mailbox's folders, and whose mailbox that is.
type seenFolders struct {
	names  account.Folders
	owner  account.Address
	server account.Endpoint
	user   string
}

// landVisit keeps what a look into the mailbox taught for the exports.
func (b book) landVisit() book {
	if look := b.visits.look.Mailbox; b.Task == probe.Inspect && look.Status == probe.OK && b.stamp == b.begun {
		return b.knowsFolders(b.settings(account.Incoming), look.Special())
	}
	return b
}

// knowsFolders notes the folders behind a server of the address that stands in the form: seen in this session, or kept with
// an account that is opened.
func (b book) knowsFolders(s account.Server, names account.Folders) book {
	b.folders = seenFolders{names: names, owner: b.address(), server: s.Endpoint, user: s.Username}
	return b
}

// withFolders fills in the folders that are known of the account's own mailbox.
func (b book) withFolders(a account.Account) account.Account {
	f, in := b.folders, a.Incoming
	if f.owner == a.Address && f.server == in.Endpoint && f.user == in.Username && in.Protocol == account.IMAP {
		a.Folders = f.names
	}
	return a
}
