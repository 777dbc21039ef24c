package setup

import (
	"testing"

	"portolan/account"
	"portolan/account/format"
	"portolan/probe"
	"portolan/probe/mailbox"
)

// looked is a run that shows three folders.
func looked() []probe.Event {
	box := mailbox.Box{Protocol: account.IMAP, Folders: []mailbox.Folder{
		{Name: "INBOX", Use: mailbox.InboxFolder}, {Name: "Gesendet", Use: mailbox.SentFolder}, {Name: "a<U+202E>b", Altered: true, Use: mailbox.TrashFolder},
	}}
	return []probe.Event{
		{Kind: probe.RunStarted, Address: alice}, {Kind: probe.MailboxSeen, Look: probe.Look{Status: probe.OK, Box: box}}, ended(probe.Ready),
	}
}

func TestFoldersOfALookAreInTheAccountOfThatMailboxAlone(t *testing.T) {
	want := account.Folders{Sent: "Gesendet"}
	d := newDesk(t, &script{runs: [][]probe.Event{well(), looked()}}).fill()
	d.Show(Advanced)
	d.Find()
	d.untilResting(t)
	if got := d.book.account().Folders; got != (account.Folders{}) {
		t.Errorf("got %+v before any look, want none", got)
	}
	d.LookInside()
	d.untilResting(t)
	for _, change := range []struct {
		name       string
		field      account.Field
		text, back string
		stays      bool
	}{
		{"nothing", account.FieldName, "Alice", "", true},
		{"the password", account.FieldPassword, "another", password, true},
		{"the outgoing server", account.FieldOutgoingServer, "relay.example.test", "smtp.example.test", true},
		{"the incoming server", account.FieldIncomingServer, "mail.example.test", "imap.example.test", false},
		{"the user name", account.FieldUsername, "bob", "alice@example.test", false},
		{"the address", account.FieldAddress, "bob@example.test", "alice@example.test", false},
	} {
		d.Type(change.field, change.text)
		if got := d.book.account().Folders; (got == want) != change.stays || got != want && got != (account.Folders{}) {
			t.Errorf("with another %s: got %+v, want kept %t", change.name, got, change.stays)
		}
		d.Type(change.field, change.back)
		if got := d.book.account().Folders; got != want {
			t.Errorf("with %s as before: got %+v, want %+v", change.name, got, want)
		}
	}
	d.ChooseProtocol(account.POP3)
	if got := d.book.account().Folders; got != (account.Folders{}) {
		t.Errorf("got %+v by POP3, want none", got)
	}
}

func TestFoldersOfAFileStayWithItsAccount(t *testing.T) {
	d := newDesk(t, &script{}).fill()
	a := account.Account{
		Address:  alice,
		Incoming: account.Server{Protocol: account.IMAP, Endpoint: imap993, Security: account.TLS, Username: "alice", Auth: account.AuthPlain},
		Outgoing: account.Server{Protocol: account.SMTP, Endpoint: smtp465, Security: account.TLS, Username: "alice", Auth: account.AuthPlain},
		Folders:  account.Folders{Sent: "Gesendet", Archive: "Archiv"},
	}
	b := d.book.took("a.json", format.Imported{Account: a})
	if got := b.account().Folders; got != a.Folders {
		t.Errorf("got %+v, want %+v", got, a.Folders)
	}
}
