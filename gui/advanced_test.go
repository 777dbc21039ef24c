package gui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/account"
	"portolan/gui/setup"
	"portolan/probe"
	"portolan/probe/explain"
)

// advancedSizes are the windows in which nothing may be clipped.
func advancedSizes() []fyne.Size {
	return []fyne.Size{fyne.NewSize(560, 480), fyne.NewSize(720, 740), fyne.NewSize(1000, 640), fyne.NewSize(1600, 900)}
}

// newStage gives the one window of a test, with the program's own theme.
func newStage(t *testing.T, size fyne.Size) fyne.Window {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(newTheme(lookLight))
	w := test.NewTempWindow(t, container.NewStack())
	w.SetPadded(false)
	w.Resize(size)
	return w
}

// settle lays a window out until wrapped text has its height, as the real driver does from frame to frame.
func settle(w fyne.Window) {
	size := w.Canvas().Size()
	for range 3 {
		if w.Canvas().Overlays().Top() == nil { // a dialog would stay as small
			w.Resize(fyne.NewSize(size.Width*0.6, size.Height))
			w.Resize(size)
		}
		for _, o := range w.Canvas().Overlays().List() {
			o.Refresh()
		}
	}
}

// advancedOn shows an advanced view in a state.
func advancedOn(t *testing.T, size fyne.Size, s setup.State) (*advancedView, fyne.Window) {
	t.Helper()
	w := newStage(t, size)
	a := newAdvancedView(quietSession(), w)
	w.SetContent(a.content)
	w.Resize(size)
	a.render(s)
	settle(w)
	return a, w
}

// quietSession is a session that is never asked to search.
func quietSession() *setup.Session {
	return setup.New(setup.Options{Post: func(func()) {}, Draw: func(setup.State) {}})
}

// foundState is a finished search.
func foundState() setup.State {
	s := setup.State{View: setup.Advanced, Searched: true, CanFind: true, CanTest: [2]bool{true, true}, CanWrite: true}
	s.Form.Address = "ada@domain.example"
	s.Form.Incoming = setup.Fields{
		Protocol: account.IMAP, Host: "imap.domain.example", Port: "993", Security: account.TLS, Username: "ada@domain.example",
	}
	s.Form.Outgoing = setup.Fields{Protocol: account.SMTP, Host: "smtp.domain.example", Port: "587", Security: account.STARTTLS}
	s.Incoming = setup.ServerState{
		Tone: setup.Success, Tested: "Signed in, TLS 1.3, 340 ms", Evidence: certificateFacts(),
		Offered: []account.Auth{account.AuthPlain, account.AuthSCRAMSHA256},
	}
	s.Outgoing = setup.ServerState{Tone: setup.Success, Tested: "Signed in, TLS 1.3, 210 ms", Evidence: certificateFacts()}
	s.Verdict = setup.Verdict{Tone: setup.Success, Text: explain.Text{Title: "Your settings were found and tested"}}
	s.Log = logLines(6)
	return s
}

func certificateFacts() []explain.Detail {
	return []explain.Detail{
		{Label: "Server", Value: "imap.domain.example:993"}, {Label: "Named by", Value: "Thunderbird's database"},
		{Label: "Issued to", Value: "imap.domain.example, mail.domain.example"}, {Label: "Issued by", Value: "An Authority (test)"},
		{Label: "Valid", Value: "2 March 2026 until 2 March 2027"},
		{Label: "SHA-256", Value: strings.TrimSuffix(strings.Repeat("7C:3A:9D:0E:", 8), ":")},
	}
}

func logLines(n int) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = fmt.Sprintf("12:04:11.%03d  imap.domain.example:993  S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=SCRAM-SHA-256] line %d", i%1000, i)
	}
	return lines
}

// busyState has everything at once: a running test, problems, offers, findings, long words.
func busyState() setup.State {
	s := foundState()
	s.Phase, s.Task, s.TaskRole = setup.Running, probe.Test, account.Incoming
	s.CanFind, s.CanTest = false, [2]bool{}
	s.Incoming.Testing = true
	s.Outgoing.Tone, s.Outgoing.Tested = setup.Danger, "The server wants a sign-in that Portolan does not know"
	s.Outgoing.Offered = []account.Auth{account.AuthSCRAMSHA512Plus, account.AuthOAuthBearer}
	s.Outgoing.Offers = []setup.Offer{
		{Part: setup.PartSecurity, Text: "You asked for STARTTLS; the server offers TLS on port 465."},
		{Part: setup.PartPort, Text: "You asked for port 587; the server offers port 465."},
	}
	s.Form.Outgoing.User = setup.OwnUser
	s.Form.Incoming.Host = strings.Repeat("a-very-long-name.", 8) + "domain.example"
	for f := account.FieldIncomingServer; f <= account.FieldOutgoingUsername; f++ {
		s.Problems = append(s.Problems, account.Problem{Field: f, Message: "Port 993 belongs to TLS from the first byte; with STARTTLS it is usually 143. (" + f.String() + ")"})
	}
	s.Findings = []explain.Text{
		{Title: "IPv6 does not work here", Advice: "The way over IPv6 to imap.domain.example is broken; the one over IPv4 works and was used. Mail programs may be slow to connect."},
		{Title: "The server's certificate has expired", Advice: "The identity of pop.domain.example:995 cannot be confirmed any more.", Details: certificateFacts()},
	}
	s.Log = logLines(400)
	return s
}

func advancedStates() map[string]setup.State {
	running := foundState()
	running.Phase, running.Task, running.CanFind = setup.Running, probe.Search, false
	changed := foundState()
	changed.Outgoing.Tone, changed.Outgoing.Tested = setup.Warning, "Not tested since the last change"
	changed.Form.Outgoing.User = setup.NoUser
	return map[string]setup.State{
		"empty": {}, "found": foundState(), "busy": busyState(), "running": running, "changed": changed,
	}
}

func TestAdvancedViewClipsNothingAtAnySize(t *testing.T) {
	for name, state := range advancedStates() {
		for _, size := range advancedSizes() {
			t.Run(fmt.Sprintf("%s at %.0fx%.0f", name, size.Width, size.Height), func(t *testing.T) {
				_, w := advancedOn(t, size, state)
				checkUnclipped(t, w.Content(), size.Width)
			})
		}
	}
}

// checkUnclipped walks what is visible and complains about everything that is smaller than it has to be, or that stands
// outside the width that it has.
func checkUnclipped(t *testing.T, top fyne.CanvasObject, width float32) {
	t.Helper()
	var walk func(o fyne.CanvasObject, at fyne.Position)
	walk = func(o fyne.CanvasObject, at fyne.Position) {
		if _, icon := o.(*widget.Icon); icon || !o.Visible() {
			return // an icon is drawn in any size
		}
		at = at.Add(o.Position())
		least, size := o.MinSize(), o.Size()
		if size.IsZero() {
			size = least // Fyne's dialogs give their title no size, and draw it all the same
		}
		if size.Width+0.5 < least.Width || size.Height+0.5 < least.Height {
			t.Errorf("%T %q at %v: got %v, want at least %v", o, wordsIn(o), at, size, least)
		}
		if at.X < -0.5 || at.X+size.Width > width+0.5 {
			t.Errorf("%T %q: got it from %v to %v, want it within %v", o, wordsIn(o), at.X, at.X+size.Width, width)
		}
		switch o := o.(type) {
		case *fyne.Container:
			for _, child := range o.Objects {
				walk(child, at)
			}
		case *container.Scroll:
			if o.Direction == container.ScrollVerticalOnly {
				walk(o.Content, at)
			}
		case *widget.Label, *field, *portField, *widget.List, *choice, *widget.RadioGroup:
			// they wrap, scroll, or cut with an ellipsis, by themselves
		case fyne.Widget:
			for _, child := range test.WidgetRenderer(o).Objects() {
				walk(child, at)
			}
		}
	}
	walk(top, fyne.Position{})
}

func wordsIn(o fyne.CanvasObject) string {
	switch o := o.(type) {
	case *widget.Label:
		return o.Text
	case *fact:
		return o.Text
	case *widget.Button:
		return o.Text
	case *button:
		return o.Text
	default:
		return ""
	}
}

func TestAdvancedServersStandSideBySideWhereThereIsRoom(t *testing.T) {
	for _, size := range advancedSizes() {
		a, _ := advancedOn(t, size, foundState())
		beside := a.incoming.box.Position().Y == a.outgoing.box.Position().Y
		if want := size.Width >= 800; beside != want {
			t.Errorf("at %v: got side by side %t, want %t", size, beside, want)
		}
	}
}

func TestAdvancedChoicesAreWideEnoughForTheirWords(t *testing.T) {
	for _, size := range advancedSizes() {
		a, _ := advancedOn(t, size, busyState())
		for _, list := range []*choice{a.incoming.security, a.incoming.auth, a.outgoing.security, a.outgoing.auth, a.outgoing.mode} {
			room := list.Size().Width - 2*theme.InnerPadding() - theme.IconInlineSize()
			for _, words := range list.Options {
				if need := fyne.MeasureText(words, theme.TextSize(), fyne.TextStyle{}).Width; need > room {
					t.Errorf("at %v: got %v for %q, want %v", size, room, words, need)
				}
			}
		}
	}
}

func TestLogOfManyLinesIsDrawnAtOnce(t *testing.T) {
	a, _ := advancedOn(t, fyne.NewSize(1000, 640), foundState())
	best := time.Hour // of a few: the machine may be busy with something else
	for n := range 5 {
		s := foundState()
		s.Log = logLines(5000 - n)
		start := time.Now()
		a.render(s)
		best = min(best, time.Since(start))
	}
	if best > 50*time.Millisecond {
		t.Errorf("got %v for 5000 lines, want less than 50 ms", best)
	}
}

func TestLogFollowsItsEndUnlessSomebodyScrolledAway(t *testing.T) {
	s := foundState()
	s.Log = logLines(300)
	a, _ := advancedOn(t, fyne.NewSize(1000, 640), s)
	end := a.journal.log.list.GetScrollOffset()
	if end == 0 || !a.journal.log.atEnd() {
		t.Fatalf("got offset %v at first, want the end of the log", end)
	}
	s.Log = logLines(400)
	a.render(s)
	if got := a.journal.log.list.GetScrollOffset(); got <= end || !a.journal.log.atEnd() {
		t.Errorf("got offset %v after more lines, want the new end", got)
	}
	a.journal.log.list.ScrollToOffset(100)
	s.Log = logLines(500)
	a.render(s)
	if got := a.journal.log.list.GetScrollOffset(); got != 100 {
		t.Errorf("got offset %v, want the place that somebody scrolled to", got)
	}
}

func TestLogIsAskedAboutBeforeItReplacesAFile(t *testing.T) {
	a, w := advancedOn(t, fyne.NewSize(720, 740), foundState())
	s := foundState()
	s.Notice = setup.Notice{Tone: setup.Warning, Text: "It exists.", Number: 1, Exists: "/folder/of/mine/a.log"}
	a.render(s)
	a.render(s)
	if n := len(w.Canvas().Overlays().List()); n != 1 {
		t.Errorf("got %d dialogs, want one question", n)
	}
	typeKey(w, fyne.KeyEscape)
	if w.Canvas().Overlays().Top() != nil {
		t.Error("got a dialog, want it closed")
	}
}
