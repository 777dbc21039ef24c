package gui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"portolan/account"
	"portolan/gui/setup"
	"portolan/probe"
	"portolan/probe/explain"
)

// practised is a whole window on the practice mailbox, its settings found, in the advanced view.
func practised(t *testing.T) *deck {
	t.Helper()
	d := newDeck(t, &script{})
	d.session.Practice("tls")
	d.pump("the practice mailbox", func() bool { return d.session.State().Form.Address != "" })
	d.session.Show(setup.Advanced)
	test.Tap(d.advanced.again)
	d.pump("the end of the search", d.rested)
	return d
}

func TestMailboxIsLookedIntoAndAMessageGoesRoundThroughTheWindow(t *testing.T) {
	d := practised(t)
	m := d.advanced.mailbox
	if m.look.Disabled() || m.send.Disabled() || m.remove.Visible() {
		t.Fatalf("got %+v, want to be able to look and to send", d.session.State().Mailbox)
	}
	test.Tap(m.look)
	d.pump("the end of the look", d.rested)
	if words := shownWords(m.box); !strings.Contains(words, "5 folders") || !strings.Contains(words, "sent mail") || !strings.Contains(words, "1 message, 1 unread") {
		t.Errorf("got %q, want the folders", words)
	}
	test.Tap(m.send)
	if !d.session.State().Mailbox.Sending || m.send.Text != "Stop" {
		t.Errorf("got %q, want to be able to stop", m.send.Text)
	}
	d.pump("the end of the trip", d.rested)
	words := shownWords(m.box)
	for _, want := range []string{"The message came round", "encrypted on its whole way", "Accepted by the outgoing server", "Hop 1"} {
		if !strings.Contains(words, want) {
			t.Errorf("got %q, want %q", words, want)
		}
	}
	if !m.remove.Visible() || m.remove.Disabled() {
		t.Fatal("the message cannot be deleted again")
	}
	test.Tap(m.remove)
	d.pump("the end of the deletion", d.rested)
	if words := shownWords(m.box); m.remove.Visible() || !strings.Contains(words, "Delete it again") {
		t.Errorf("got %q, want it deleted", words)
	}
	test.Tap(m.look)
	d.pump("the end of the look", d.rested)
	if words := shownWords(m.box); !strings.Contains(words, "1 message, 1 unread") {
		t.Errorf("got %q, want the welcome alone", words)
	}
}

func TestMailboxIsOpenOnlyWhereTheServersWereSignedInTo(t *testing.T) {
	d := newDeck(t, &script{events: ready()})
	d.session.Show(setup.Advanced)
	m := d.advanced.mailbox
	if !m.look.Disabled() || !m.send.Disabled() || m.remove.Visible() {
		t.Error("before a search: the mailbox is open")
	}
	d.fill()
	d.session.Find()
	d.pump("the end of the search", d.rested)
	if m.look.Disabled() || m.send.Disabled() {
		t.Error("after the sign-in: the mailbox is closed")
	}
	d.session.Type(account.FieldOutgoingPort, "2525")
	if m.look.Disabled() || !m.send.Disabled() {
		t.Error("another outgoing port: want to look, and not to send")
	}
	d.session.Type(account.FieldPassword, "other")
	if !m.look.Disabled() || !m.send.Disabled() {
		t.Error("another password: the mailbox is open")
	}
}

func TestStoppedTripIsStoppedAndTheSearchStandsAsItWas(t *testing.T) {
	s := &script{events: ready()}
	d := newDeck(t, s)
	d.fill()
	d.session.Find()
	d.pump("the end of the search", d.rested)
	d.session.Show(setup.Advanced)
	before := d.session.State()
	s.lingers = true
	s.events = []probe.Event{{Kind: probe.TripChanged, Trip: probe.Trip{Steps: []probe.TripStep{{Kind: probe.TripInbox, Status: probe.Running}}}}}
	m := d.advanced.mailbox
	test.Tap(m.send)
	d.pump("the first step", func() bool { return len(d.session.State().Mailbox.Steps) == 1 })
	test.Tap(m.send)
	d.pump("the end", d.rested)
	after := d.session.State()
	if after.Mailbox.Trip.Title != "Stopped" || after.Mailbox.Steps[0].Status != probe.Skipped {
		t.Errorf("got %+v, want it stopped", after.Mailbox)
	}
	if after.Verdict.Title != before.Verdict.Title || after.Incoming.Tested != before.Incoming.Tested {
		t.Errorf("got %q and %q, want what the search had found", after.Verdict.Title, after.Incoming.Tested)
	}
	q := <-s.asked
	for len(s.asked) > 0 {
		q = <-s.asked
	}
	if q.Task != probe.RoundTrip || q.DeleteTest != "" || q.Account.Incoming.Host != "imap.domain.example" || q.Account.Outgoing.Host != "smtp.domain.example" {
		t.Errorf("got %+v, want a round trip over both servers", q)
	}
}

// shownWords are the words of all labels that are to be seen.
func shownWords(o fyne.CanvasObject) string {
	if !o.Visible() {
		return ""
	}
	var parts []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		parts = o.Objects
	case *panel:
		parts = []fyne.CanvasObject{o.content}
	default:
		return wordsIn(o)
	}
	words := make([]string, len(parts))
	for i, p := range parts {
		words[i] = shownWords(p)
	}
	return strings.Join(words, "\n")
}

// mailboxStates are the panel full, and broken.
func mailboxStates() map[string]setup.MailboxState {
	long := strings.Repeat("A folder with a very long name/", 6)
	rows := []setup.Row{
		{Status: probe.OK, Head: "Send the message to yourself", Note: "Accepted by the outgoing server · 250 2.0.0 Ok: queued as " + long, Took: 1},
		{Status: probe.Running, Head: "Wait for it in your inbox", Note: "Waiting, one minute at most"},
	}
	text := explain.Text{Title: "The message came round", Advice: strings.Repeat("It was encrypted. ", 20), Details: []explain.Detail{{Label: "Hop 1", Value: long}}}
	return map[string]setup.MailboxState{
		"full":   {CanLook: true, CanSend: true, CanDelete: true, Tone: setup.Success, Seen: text, Steps: rows, TripTone: setup.Danger, Trip: text},
		"locked": {},
		"going":  {Sending: true, Steps: rows},
	}
}

func TestMailboxPanelClipsNothingAtAnySize(t *testing.T) {
	for name, m := range mailboxStates() {
		for _, size := range advancedSizes() {
			t.Run(name, func(t *testing.T) {
				s := foundState()
				s.Mailbox = m
				a, w := advancedOn(t, size, s)
				settle(w)
				checkUnclipped(t, a.mailbox.box, size.Width)
			})
		}
	}
}
