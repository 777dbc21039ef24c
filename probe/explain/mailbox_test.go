package explain_test

import (
	"strings"
	"testing"
	"time"

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

// trip is a message that was sent, with how the last step went.
func trip(last probe.TripStep, missing bool) probe.Trip {
	return probe.Trip{ID: "portolan.x@example.test", Missing: missing, Steps: []probe.TripStep{
		{Kind: probe.TripInbox, Status: probe.OK}, {Kind: probe.TripSend, Status: probe.OK, Detail: "2.0.0 queued as 42"}, last,
	}}
}

func TestALostMessageIsToldWhereItWasSeenLast(t *testing.T) {
	got := explain.Trip(trip(probe.TripStep{Kind: probe.TripArrive, Status: probe.Failed, Detail: "the message was not seen"}, true))
	if got.Title != "The message has not arrived within a minute" || !strings.Contains(got.Advice, "“2.0.0 queued as 42”") || got.Details[0].Value != "<portolan.x@example.test>" {
		t.Errorf("got %+v", got)
	}
}

func TestEveryEndOfATripHasWords(t *testing.T) {
	for _, kind := range []probe.TripStepKind{probe.TripInbox, probe.TripSend, probe.TripArrive, probe.TripDelete} {
		for _, status := range []probe.Status{probe.Running, probe.OK, probe.Failed} {
			for _, cause := range []probe.Cause{probe.CauseNone, probe.NoAnswer, probe.ServerTrouble} {
				way := trip(probe.TripStep{Kind: kind, Status: status, Cause: cause, Detail: "550 no", Took: 3 * time.Second}, status == probe.Failed && cause == probe.CauseNone)
				line := explain.TripStep(way.Steps[2], way)
				if line.Head == "" || line.Note == "" {
					t.Errorf("%v %v %v: got %+v", kind, status, cause, line)
				}
				if text := explain.Trip(way); status == probe.Failed && (text.Title == "" || text.Advice == "") {
					t.Errorf("%v %v: got %+v", kind, cause, text)
				}
			}
		}
	}
}

func TestTheWorstHopDecides(t *testing.T) {
	way := trip(probe.TripStep{Kind: probe.TripArrive, Status: probe.OK, Detail: "INBOX"}, false)
	for _, c := range []struct {
		hops []mailbox.Passage
		want string
	}{
		{nil, "not noted"},
		{[]mailbox.Passage{mailbox.Encrypted, mailbox.Inside}, "whole way"},
		{[]mailbox.Passage{mailbox.Encrypted, mailbox.PassageUnknown}, "Not every server"},
		{[]mailbox.Passage{mailbox.Encrypted, mailbox.InTheClear, mailbox.PassageUnknown}, "without encryption"},
	} {
		way.Hops = nil
		for _, p := range c.hops {
			way.Hops = append(way.Hops, mailbox.Hop{From: "a.test", By: "b.test", With: "ESMTP", Passage: p})
		}
		got := explain.Trip(way)
		if !strings.Contains(got.Advice, c.want) || len(got.Details) != len(c.hops) {
			t.Errorf("%v: got %+v, want %q", c.hops, got, c.want)
		}
	}
	way.Use = mailbox.JunkFolder
	if got := explain.Trip(way); !strings.Contains(got.Title, "spam") {
		t.Errorf("got %q, want the spam named", got.Title)
	}
}
