package gui

import (
	"context"
	"iter"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"portolan/account"
	"portolan/gui/setup"
	"portolan/probe"
)

// A script is a runner whose runs bring the same events each time, and then, if it lingers, last until they are stopped.
type script struct {
	events  []probe.Event
	lingers bool
	asked   chan probe.Request
}

func (s *script) Run(ctx context.Context, r probe.Request) iter.Seq[probe.Event] {
	return func(yield func(probe.Event) bool) {
		s.asked <- r
		if !yield(probe.Event{Kind: probe.RunStarted, Address: r.Address}) {
			return
		}
		for _, e := range s.events {
			if !yield(e) {
				return
			}
		}
		if s.lingers {
			<-ctx.Done()
		}
	}
}

// A deck is a whole window with a scripted search. What the session posts runs only when the test pumps.
type deck struct {
	*Window
	t      *testing.T
	app    fyne.App
	script *script
	kept   setup.Keeping
	queue  chan func()
}

func newDeck(t *testing.T, s *script) *deck {
	t.Helper()
	d := &deck{t: t, app: test.NewTempApp(t), script: s, queue: make(chan func(), 1000)}
	s.asked = make(chan probe.Request, 100)
	d.open()
	return d
}

// open makes the window, as a start of the program does.
func (d *deck) open() {
	d.Window = New(d.app, Options{
		Runner: d.script, Version: "(a test)", Folder: d.t.TempDir(), Post: func(f func()) { d.queue <- f }, Keeping: d.kept,
		Mailboxes: []Mailbox{{"tls", "Everything as it should be."}, {"refuses", "Every sign-in is refused."}},
	})
	w := d.Window
	d.t.Cleanup(w.session.Close)
}

// pump does what a window does between two frames, until something holds.
func (d *deck) pump(what string, until func() bool) {
	d.t.Helper()
	limit := time.After(10 * time.Second)
	for !until() {
		select {
		case f := <-d.queue:
			f()
		case <-limit:
			d.t.Fatalf("got nothing for ten seconds, want %s", what)
		}
	}
}

func (d *deck) rested() bool { return d.session.State().Phase == setup.Resting }

// fill types an address and a password, as a person does.
func (d *deck) fill() {
	test.Type(d.simple.mail, "ada@domain.example")
	test.Type(d.simple.pass, "wrong horse")
}

// server is a result of a search.
func server(role account.Role, protocol account.Protocol, host string, port int) probe.Event {
	r := probe.Result{Protection: account.Verified, SignedIn: true, TLSVersion: 0x0304}
	r.Protocol, r.Endpoint, r.Security = protocol, account.Endpoint{Host: host, Port: port}, account.TLS
	r.Auth, r.Username = account.AuthPlain, "ada@domain.example"
	return probe.Event{Kind: probe.ResultSettled, Role: role, Result: r}
}

// ready are the events of a search that finds everything.
func ready() []probe.Event {
	return []probe.Event{
		server(account.Incoming, account.IMAP, "imap.domain.example", 993),
		server(account.Outgoing, account.SMTP, "smtp.domain.example", 465),
		{Kind: probe.RunEnded, Outcome: probe.Ready},
	}
}

func refused() []probe.Event {
	events := ready()
	events[2].Outcome = probe.RefusedIn
	return events
}
