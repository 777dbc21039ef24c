package probe_test

import (
	"testing"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/mailbox"
)

// H-10: what a program is told is what the server has; a name that could not be shown is told to nobody.
func TestSpecialFoldersAreTheFirstOfEachUseUnderTheirOwnName(t *testing.T) {
	look := probe.Look{Box: mailbox.Box{Folders: []mailbox.Folder{
		{Name: "INBOX", Use: mailbox.InboxFolder},
		{Name: "Entwürfe", Use: mailbox.DraftsFolder},
		{Name: "a<U+202E>b", Altered: true, Use: mailbox.SentFolder},
		{Name: "Sent", Use: mailbox.SentFolder},
		{Name: "Sent Items", Use: mailbox.SentFolder},
		{Name: "Spam", Use: mailbox.JunkFolder},
		{Name: "Müll", Use: mailbox.TrashFolder},
		{Name: " ", Use: mailbox.ArchiveFolder},
		{Name: "All", Use: mailbox.AllFolder},
		{Name: "Private"},
	}}}
	want := account.Folders{Sent: "Sent", Drafts: "Entwürfe", Trash: "Müll", Junk: "Spam"}
	if got := look.Special(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := (probe.Report{Mailbox: look}).Account("", account.Policy{}).Folders; got != want {
		t.Errorf("got %+v in the account, want %+v", got, want)
	}
	if got := (probe.Look{}).Special(); got != (account.Folders{}) {
		t.Errorf("got %+v of nothing, want nothing", got)
	}
}
