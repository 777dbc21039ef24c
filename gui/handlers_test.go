package gui

import (
	"context"
	"iter"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"portolan/account"
	"portolan/account/format"
	"portolan/gui/setup"
	"portolan/probe"
	"portolan/probe/wire"
)

// A scriptedRunner tells the events of a script instead of searching.
type scriptedRunner struct {
	mu       sync.Mutex
	requests []probe.Request
	events   []probe.Event
	hold     bool // after the events: wait to be stopped
}

// Run plays the script.
func (r *scriptedRunner) Run(ctx context.Context, q probe.Request) iter.Seq[probe.Event] {
	r.mu.Lock()
	r.requests = append(r.requests, q)
	events, hold := r.events, r.hold
	r.mu.Unlock()
	return func(yield func(probe.Event) bool) {
		for _, e := range events {
			if !yield(e) {
				return
			}
		}
		if hold {
			<-ctx.Done()
			yield(probe.Event{Kind: probe.RunEnded, Outcome: probe.Stopped})
		}
	}
}

func (r *scriptedRunner) asked() []probe.Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.requests)
}

// A rig is the advanced view and its dialogs on a session with a scripted runner.
type rig struct {
	t        *testing.T
	posts    chan func()
	runner   *scriptedRunner
	session  *setup.Session
	win      fyne.Window
	advanced *advancedView
	asking   *questions
	exporter *exporter
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, posts: make(chan func(), 1000), runner: &scriptedRunner{}, win: newStage(t, fyne.NewSize(1000, 900))}
	start := setup.State{View: setup.Advanced}
	start.Form.Address = "ada@domain.example"
	r.session = setup.New(setup.Options{
		Runner: r.runner, Post: func(f func()) { r.posts <- f }, Draw: r.draw, Folder: t.TempDir(), Start: start,
	})
	t.Cleanup(r.session.Close)
	r.advanced = newAdvancedView(r.session, r.win)
	r.asking = newQuestions(r.session, r.win)
	r.exporter = newExporter(r.session, r.win)
	r.win.SetContent(container.NewStack(r.advanced.content))
	r.win.Resize(fyne.NewSize(1000, 900))
	r.draw(r.session.State())
	return r
}

func (r *rig) draw(s setup.State) {
	if r.advanced == nil {
		return // the session draws once while it is made
	}
	r.advanced.render(s)
	r.asking.render(s)
	r.exporter.render(s)
}

// until runs what was posted, on the test's goroutine, until a condition holds.
func (r *rig) until(what string, holds func() bool) {
	r.t.Helper()
	limit := time.After(5 * time.Second)
	for !holds() {
		select {
		case f := <-r.posts:
			f()
		case <-limit:
			r.t.Fatalf("got %+v, want %s", r.session.State(), what)
		}
	}
}

func (r *rig) untilResting() {
	r.t.Helper()
	r.until("the run to end", func() bool { return r.session.State().Phase == setup.Resting })
}

// fill types both servers.
func (r *rig) fill() {
	test.Type(r.advanced.incoming.host, "imap.domain.example")
	test.Type(r.advanced.outgoing.host, "smtp.domain.example")
	r.advanced.incoming.protocol.SetSelected("IMAP")
	r.advanced.incoming.security.SetSelectedIndex(1)
	r.advanced.outgoing.security.SetSelectedIndex(2)
}

func foundEvents() []probe.Event {
	in := probe.Result{Server: account.Server{
		Protocol: account.IMAP, Endpoint: account.Endpoint{Host: "imap.domain.example", Port: 993},
		Security: account.TLS, Auth: account.AuthPlain, Username: "ada@domain.example", Source: account.SourceUser,
	}, Protection: account.Verified}
	out := probe.Result{Server: account.Server{
		Protocol: account.SMTP, Endpoint: account.Endpoint{Host: "smtp.domain.example", Port: 465},
		Security: account.TLS, Auth: account.AuthPlain, Username: "ada@domain.example", Source: account.SourceUser,
	}, Protection: account.Verified}
	return []probe.Event{
		{Kind: probe.RunStarted, Address: account.Address{Local: "ada", Domain: "domain.example"}},
		{Kind: probe.ResultSettled, Role: account.Incoming, Result: in},
		{Kind: probe.ResultSettled, Role: account.Outgoing, Result: out},
		{Kind: probe.RunEnded, Outcome: probe.Found},
	}
}

func TestTypingReachesTheSessionAndStays(t *testing.T) {
	r := newRig(t)
	test.Type(r.advanced.incoming.host, "imap.domain.example")
	test.Type(r.advanced.incoming.port, "1993")
	test.Type(r.advanced.incoming.user, "ada")
	f := r.session.State().Form.Incoming
	if f.Host != "imap.domain.example" || f.Port != "1993" || f.Username != "ada" {
		t.Errorf("got %+v, want what was typed", f)
	}
	if got := r.advanced.incoming.host.CursorColumn; got != len("imap.domain.example") {
		t.Errorf("got the cursor at %d, want it behind what was typed", got)
	}
}

func TestPortFollowsSecurityInTheFields(t *testing.T) {
	r := newRig(t)
	r.advanced.incoming.protocol.SetSelected("IMAP")
	for _, c := range []struct {
		place int
		want  string
	}{{1, "993"}, {2, "143"}, {1, "993"}} {
		r.advanced.incoming.security.SetSelectedIndex(c.place)
		if got := r.advanced.incoming.port.Text; got != c.want {
			t.Errorf("got port %q with %s, want %q", got, securityOptions()[c.place].words, c.want)
		}
	}
	r.advanced.incoming.protocol.SetSelected("POP3")
	if got := r.advanced.incoming.port.Text; got != "995" {
		t.Errorf("got port %q for POP3, want 995", got)
	}
}

func TestOutgoingUserNameIsShownWhereItIsItsOwn(t *testing.T) {
	r := newRig(t)
	card := r.advanced.outgoing
	if card.own.Visible() {
		t.Error("got a field for the user name, want none while it is that of incoming")
	}
	card.mode.SetSelectedIndex(1)
	if !card.own.Visible() || r.session.State().Form.Outgoing.User != setup.OwnUser {
		t.Error("got no field, want one for the other user name")
	}
	test.Type(card.user, "post")
	if got := r.session.State().Form.Outgoing.Username; got != "post" {
		t.Errorf("got user name %q, want what was typed", got)
	}
	card.mode.SetSelectedIndex(2)
	if card.own.Visible() || !card.auth.Disabled() {
		t.Error("got fields for a sign-in, want none")
	}
}

func TestTestButtonTestsItsServerAndStopsIt(t *testing.T) {
	r := newRig(t)
	r.fill()
	r.runner.hold = true
	card := r.advanced.outgoing
	test.Tap(&card.test.Button)
	if card.test.Text != "Stop" || card.status.text.Text != "Testing…" {
		t.Errorf("got %q and %q, want a running test", card.test.Text, card.status.text.Text)
	}
	if !r.advanced.incoming.test.Disabled() {
		t.Error("got a usable test of the other server, want one at a time")
	}
	test.Tap(&card.test.Button)
	r.untilResting()
	if q := r.runner.asked(); len(q) != 1 || q[0].Task != probe.Test || q[0].Role != account.Outgoing {
		t.Errorf("got %d requests, want one test of the outgoing server", len(q))
	}
	if card.test.Text != "Test" || card.test.Disabled() {
		t.Errorf("got %q, want the button as before", card.test.Text)
	}
}

func TestEnterTestsAndEscapeStops(t *testing.T) {
	r := newRig(t)
	r.fill()
	r.runner.hold = true
	r.win.Canvas().Focus(r.advanced.incoming.host)
	typeKey(r.win, fyne.KeyReturn)
	if s := r.session.State(); s.Phase != setup.Running || s.TaskRole != account.Incoming {
		t.Errorf("got phase %v of role %v, want a test of the incoming server", s.Phase, s.TaskRole)
	}
	typeKey(r.win, fyne.KeyEscape)
	r.untilResting()
}

func TestProbeAgainSearchesAfresh(t *testing.T) {
	r := newRig(t)
	r.runner.events = foundEvents()
	if got := r.advanced.again.Text; got != "Find my settings" {
		t.Errorf("got %q before any search, want Find my settings", got)
	}
	test.Tap(&r.advanced.again.Button)
	r.untilResting()
	if got := r.advanced.again.Text; got != "Probe again" {
		t.Errorf("got %q after a search, want Probe again", got)
	}
	if got := r.advanced.outgoing.port.Text; got != "465" {
		t.Errorf("got port %q, want what the search found", got)
	}
	test.Tap(&r.advanced.again.Button)
	r.untilResting()
	q := r.runner.asked()
	if len(q) != 2 || q[1].Task != probe.Search || q[1].Incoming.Server.Host != "" {
		t.Errorf("got %+v, want a second search that knows nothing of the first", q)
	}
}

func TestOfferIsTakenWithOneClick(t *testing.T) {
	r := newRig(t)
	r.runner.events = foundEvents()
	r.fill() // outgoing: STARTTLS
	r.session.Find()
	r.untilResting()
	offers := r.session.State().Outgoing.Offers
	if len(offers) == 0 || !r.advanced.outgoing.offers.box.Visible() {
		t.Fatalf("got offers %v, want what the server offers instead of STARTTLS", offers)
	}
	row, ok := r.advanced.outgoing.offers.box.Objects[0].(*panel)
	if !ok {
		t.Fatalf("got %T, want a panel", r.advanced.outgoing.offers.box.Objects[0])
	}
	for _, b := range buttonsIn(row.content) {
		test.Tap(&b.Button)
	}
	if f := r.session.State().Form.Outgoing; f.Security != account.TLS || f.Port != "465" {
		t.Errorf("got %v on port %s, want TLS on 465", f.Security, f.Port)
	}
	if n := len(r.session.State().Outgoing.Offers); n != 0 || r.advanced.outgoing.offers.box.Visible() {
		t.Errorf("got %d offers, want none any more", n)
	}
}

// buttonsIn lists the buttons in a tree of containers.
func buttonsIn(o fyne.CanvasObject) []*button {
	switch o := o.(type) {
	case *button:
		return []*button{o}
	case *fyne.Container:
		var all []*button
		for _, child := range o.Objects {
			all = append(all, buttonsIn(child)...)
		}
		return all
	default:
		return nil
	}
}

// certificateEvents end in the question about a certificate.
func certificateEvents() []probe.Event {
	server := account.Endpoint{Host: "imap.domain.example", Port: 993}
	events := foundEvents()
	events[1].Result.Protection, events[1].Result.Certificate = account.Unverified, account.Fingerprint{1}
	return slices.Insert(events[:3], 3,
		probe.Event{Kind: probe.DecisionOpened, Decision: probe.Decision{
			Kind: probe.DecideCertificate, Servers: []account.Endpoint{server},
			TLS: wire.TLSFacts{Certificate: account.Fingerprint{1}, Problems: []wire.Problem{wire.SelfSigned}},
		}},
		probe.Event{Kind: probe.RunEnded, Outcome: probe.NeedDecision})
}

func TestYesToACertificateStartsARunThatTrustsIt(t *testing.T) {
	r := newRig(t)
	r.runner.events = certificateEvents()
	r.session.Find()
	r.untilResting()
	if r.asking.sheet == nil || !r.asking.sheet.visible() {
		t.Fatal("got no question, want one about the certificate")
	}
	r.runner.mu.Lock()
	r.runner.events = foundEvents()
	r.runner.mu.Unlock()
	r.win.Canvas().FocusNext()
	typeKey(r.win, fyne.KeyReturn)
	if n := len(r.runner.asked()); n != 1 {
		t.Fatalf("got %d runs after Enter, want the question still open", n)
	}
	typeKey(r.win, fyne.KeySpace)
	r.untilResting()
	q := r.runner.asked()
	if len(q) != 2 || !q[1].Policy.Trust.Pinned(account.Endpoint{Host: "imap.domain.example", Port: 993}, account.Fingerprint{1}) {
		t.Errorf("got %d runs, want a second one with the certificate pinned", len(q))
	}
	if r.win.Canvas().Overlays().Top() != nil {
		t.Error("got a dialog, want none once it is answered")
	}
}

func TestEscapeDeclinesACertificate(t *testing.T) {
	r := newRig(t)
	r.runner.events = certificateEvents()
	r.session.Find()
	r.untilResting()
	typeKey(r.win, fyne.KeyEscape)
	r.untilResting()
	if s := r.session.State(); s.Question != nil || r.win.Canvas().Overlays().Top() != nil {
		t.Errorf("got question %v, want it declined", s.Question)
	}
	for _, q := range r.runner.asked() {
		if len(q.Policy.Trust.Pins) > 0 {
			t.Errorf("got pins %v, want none", q.Policy.Trust.Pins)
		}
	}
}

func TestExportIsWrittenOnceAndReplacedOnlyAfterAYes(t *testing.T) {
	r := newRig(t)
	r.runner.events = foundEvents()
	r.session.Find()
	r.untilResting()
	if !r.session.State().CanWrite {
		t.Fatalf("got %+v, want something to write", r.session.State())
	}
	r.session.Export(format.Thunderbird)
	r.until("a writable path", func() bool { return !r.exporter.write.Disabled() })
	written := func() bool { s := r.session.State().Export; return s.Done != "" && s.Exists && !s.Writing }
	test.Tap(&r.exporter.write.Button)
	r.until("the file to be written", written)
	test.Tap(&r.exporter.write.Button)
	if r.exporter.replace == nil || !r.exporter.replace.visible() {
		t.Fatal("got no question, want one before the file is replaced")
	}
	typeKey(r.win, fyne.KeyEscape)
	if r.session.State().Export.Writing {
		t.Error("got it written after a no, want the old file")
	}
	test.Tap(&r.exporter.write.Button)
	r.win.Canvas().FocusNext()
	r.win.Canvas().FocusNext()
	typeKey(r.win, fyne.KeySpace)
	if !r.session.State().Export.Writing {
		t.Error("got nothing written after a yes, want the file replaced")
	}
	r.until("the file to be written", written)
	r.session.CloseExport()
	if r.win.Canvas().Overlays().Top() != nil {
		t.Error("got a dialog, want none")
	}
}

func TestCopyPutsTheWholeLogOnTheClipboard(t *testing.T) {
	r := newRig(t)
	events := foundEvents()
	r.runner.events = slices.Insert(events, 1, probe.Event{Kind: probe.AttemptChanged, Attempt: probe.Attempt{
		ID: 1, Protocol: account.IMAP, Server: account.Endpoint{Host: "imap.domain.example", Port: 993},
		Address: netip.MustParseAddr("192.0.2.1"), Security: account.TLS, Status: probe.OK, Transcript: []wire.Line{{Text: "* OK ready"}},
	}})
	r.session.Find()
	r.untilResting()
	if r.advanced.journal.copy.Disabled() {
		t.Fatalf("got log %q, want one to copy", r.session.State().Log)
	}
	test.Tap(&r.advanced.journal.copy.Button)
	if got := fyne.CurrentApp().Clipboard().Content(); got != r.session.LogText(setup.HideNames) || got == "" {
		t.Errorf("got %q, want the log", got)
	}
}
