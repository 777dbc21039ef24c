package explain_test

import (
	"strings"
	"testing"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/explain"
	"portolan/probe/mailbox"
)

func TestMailboxIsToldInWords(t *testing.T) {
	box := mailbox.Box{Protocol: account.IMAP, Idle: true, Folders: []mailbox.Folder{
		{Name: "INBOX", Use: mailbox.InboxFolder, Count: mailbox.Count{Known: true, Messages: 1, Unseen: 1}},
		{Name: "Gesendet", Use: mailbox.SentFolder, Count: mailbox.Count{Known: true, Messages: 12}},
		{Name: "Odd\x1bname"},
	}, Quota: []mailbox.Quota{{Resource: "STORAGE", Used: 512, Limit: 1024}, {Resource: "MESSAGE", Used: 3, Limit: 0}}}
	got := explain.Mailbox(probe.Look{Box: box, Status: probe.OK})
	want := []explain.Detail{
		{Label: "INBOX", Value: "1 message, 1 unread"}, {Label: "Gesendet", Value: "sent mail · 12 messages"}, {Label: "Odd␛name", Value: "not counted"},
		{Label: "Space", Value: "524 kB of 1.0 MB used (50 %)"}, {Label: "Messages", Value: "3 of 0 used"},
	}
	if got.Title != "3 folders" || len(got.Details) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if got.Details[i] != want[i] {
			t.Errorf("got %+v, want %+v", got.Details[i], want[i])
		}
	}
}

func TestManyFoldersAreSummedUp(t *testing.T) {
	got := explain.Mailbox(probe.Look{Box: mailbox.Box{Folders: make([]mailbox.Folder, 1000), More: true}, Status: probe.OK})
	if got.Title != "More than 1000 folders" || len(got.Details) != 41 || got.Details[40].Value != "and 960 more" {
		t.Errorf("got %q and %d details", got.Title, len(got.Details))
	}
}

func TestPOP3MailboxWarnsWithoutUIDL(t *testing.T) {
	got := explain.Mailbox(probe.Look{Box: mailbox.Box{Protocol: account.POP3, Messages: 2, Size: 1500}, Status: probe.OK})
	if got.Title != "2 messages" || got.Details[0].Value != "1.5 kB" || !strings.Contains(got.Advice, "fetched twice") {
		t.Errorf("got %+v", got)
	}
}
