package explain_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/explain"
	"portolan/probe/mailbox"
)

// taken is what an outgoing server said when it accepted the message.
func taken() probe.Taken {
	return probe.Taken{
		Server: account.Endpoint{Host: "smtp.example.test", Port: 465}, Words: "2.0.0 queued as 42", Number: "42",
		At: time.Date(2026, 3, 4, 15, 6, 7, 0, time.FixedZone("", 3600)),
	}
}

// trip is a message that was sent, with how the last step went.
func trip(last probe.TripStep, missing bool) probe.Trip {
	return probe.Trip{ID: "portolan.x@example.test", Missing: missing, Taken: taken(), Steps: []probe.TripStep{
		{Kind: probe.TripInbox, Status: probe.OK}, {Kind: probe.TripSend, Status: probe.OK, Detail: "2.0.0 queued as 42"}, last,
	}}
}

// Which server has it, since when, under which number, and where it is not.
func TestALostMessageIsToldWhereItWasSeenLast(t *testing.T) {
	way := trip(probe.TripStep{Kind: probe.TripArrive, Status: probe.Failed, Detail: "the message was not seen"}, true)
	for _, c := range []struct {
		name   string
		change func(*probe.Trip)
		want   []string
	}{
		{"everything is known", func(t *probe.Trip) { t.Looked = []string{"INBOX", "Spam", "Lists"} }, []string{
			"last seen at smtp.example.test, which accepted it at 15:06:07 and put it into its queue under the number 42.",
			"neither in the inbox nor in the 2 other folders", "Accepted by: smtp.example.test:465", "Accepted on: 4 March 2026, 15:06:07 +0100",
			"Queue number: 42", "Its words: 2.0.0 queued as 42", "Message-ID: <portolan.x@example.test>", "Looked in: INBOX, Spam, Lists",
		}},
		{"no number", func(t *probe.Trip) { t.Taken.Number, t.Looked = "", []string{"INBOX"} }, []string{"accepted it at 15:06:07. What", "no folder for spam was found"}},
		{"one more folder", func(t *probe.Trip) { t.Looked = []string{"INBOX", "Spam"} }, []string{"nor in the 1 other folder that"}},
		{"POP3", func(*probe.Trip) {}, []string{"By POP3 only the inbox can be seen"}},
		{"nothing is known", func(t *probe.Trip) { t.Taken = probe.Taken{} }, []string{"It was last seen at the outgoing server, which accepted it."}},
		{"the watch broke off", func(t *probe.Trip) { t.Missing = false; t.Steps[2].Cause = probe.NoAnswer }, []string{
			"could not be watched any longer", "last seen at smtp.example.test", "Queue number: 42",
		}},
	} {
		lost := way
		lost.Steps = slices.Clone(way.Steps)
		c.change(&lost)
		text := explain.Trip(lost)
		all := text.Title + "\n" + text.Advice
		for _, d := range text.Details {
			all += "\n" + d.Label + ": " + d.Value
		}
		for _, w := range c.want {
			if !strings.Contains(all, w) {
				t.Errorf("%s: got %s\nwant %q", c.name, all, w)
			}
		}
	}
}

// Whether a message was taken is not claimed where nobody has said it.
func TestAMessageWithoutAnAnswerIsNotSaidToBeRefused(t *testing.T) {
	way := probe.Trip{ID: "portolan.x@example.test", Unsure: true, Steps: []probe.TripStep{{Kind: probe.TripSend, Status: probe.Failed, Cause: probe.NoAnswer}}}
	got := explain.Trip(way)
	if !strings.Contains(got.Title, "has not said whether") || !strings.Contains(got.Advice, "may arrive all the same") || len(got.Details) != 1 {
		t.Errorf("got %+v, want it left open, with the Message-ID", got)
	}
	way.Unsure = false
	if got := explain.Trip(way); !strings.Contains(got.Title, "did not take") {
		t.Errorf("got %q, want it said to be refused", got.Title)
	}
}

// A rule of the provider's is no spam filter, and no failure.
func TestAMessageInAnotherFolderIsSaidToBeThere(t *testing.T) {
	way := trip(probe.TripStep{Kind: probe.TripArrive, Status: probe.OK, Detail: "Lists"}, false)
	for use, want := range map[mailbox.Use]string{mailbox.NoUse: "but not into the inbox", mailbox.TrashFolder: "but not into the inbox", mailbox.JunkFolder: "spam"} {
		way.Use = use
		text, line := explain.Trip(way), explain.TripStep(way.Steps[2], way)
		if !strings.Contains(text.Title, want) || !strings.Contains(line.Note, "Lists") || use != mailbox.JunkFolder && !strings.Contains(text.Advice, "“Lists”") {
			t.Errorf("%v: got %+v and %+v, want %q and the folder named", use, text, line, want)
		}
	}
	way.Use, way.Steps[2].Detail = mailbox.InboxFolder, "INBOX"
	if text := explain.Trip(way); text.Title != "The message came round" {
		t.Errorf("got %q, want no folder named", text.Title)
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
