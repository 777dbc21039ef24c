package gui

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"

	"portolan/gui/setup"
	"portolan/probe"
	"portolan/probe/explain"
)

func TestEnterInAnyFieldFinds(t *testing.T) {
	d := newDeck(t, &script{events: refused()})
	d.fill()
	d.session.KnowServers(true)
	v := d.simple
	for i, f := range []*field{v.name, v.mail, v.pass, v.incoming, v.outgoing, v.user} {
		d.win.Canvas().Focus(f)
		f.TypedKey(key(fyne.KeyReturn))
		d.pump("the search to run and end", func() bool { return d.rested() && len(d.script.asked) == i+1 })
	}
}

// G-1.
func TestFiftyPressesAreOneSearch(t *testing.T) {
	d := newDeck(t, &script{lingers: true})
	d.fill()
	for range 50 {
		d.simple.mail.TypedKey(key(fyne.KeyReturn))
		d.session.Find()
	}
	d.pump("the search", func() bool { return len(d.script.asked) > 0 })
	d.session.Stop()
	d.pump("the end", d.rested)
	if got := len(d.script.asked); got != 1 {
		t.Errorf("got %d runs, want one", got)
	}
}

func TestEscapeStopsFromWherever(t *testing.T) {
	d := newDeck(t, &script{lingers: true})
	d.fill()
	v, c := d.simple, d.win.Canvas()
	places := map[string]func(){
		"a field":        func() { v.mail.TypedKey(key(fyne.KeyEscape)) },
		"the password":   func() { v.pass.TypedKey(key(fyne.KeyEscape)) },
		"a switch":       func() { v.encrypt.TypedKey(key(fyne.KeyEscape)) },
		"a list":         func() { v.protocol.TypedKey(key(fyne.KeyEscape)) },
		"the button":     func() { v.find.TypedKey(key(fyne.KeyEscape)) },
		"the bottom bar": func() { d.bar.view.TypedKey(key(fyne.KeyEscape)) },
		"nowhere":        func() { c.Unfocus(); c.OnTypedKey()(key(fyne.KeyEscape)) },
	}
	for place, escape := range places {
		d.session.Find()
		if d.rested() {
			t.Fatalf("%s: got no search to stop", place)
		}
		escape()
		d.pump("the search stopped from "+place, d.rested)
		if got := d.session.State().Verdict.Title; got != "Stopped." {
			t.Errorf("%s: got %q, want it stopped", place, got)
		}
	}
}

func TestTheButtonFindsAndStops(t *testing.T) {
	d := newDeck(t, &script{lingers: true})
	d.fill()
	test.Tap(d.simple.find)
	if d.simple.find.Text != "Stop" || d.rested() {
		t.Fatalf("got %q, want a running search and Stop", d.simple.find.Text)
	}
	test.Tap(d.simple.find)
	d.pump("the search stopped", d.rested)
}

func TestAfterSuccessTheKeyboardIsAtExport(t *testing.T) {
	d := newDeck(t, &script{events: ready()})
	d.fill()
	d.simple.pass.TypedKey(key(fyne.KeyReturn))
	d.pump("the verdict", d.rested)
	if got := d.win.Canvas().Focused(); got != fyne.Focusable(d.bar.export) {
		t.Errorf("got the focus on %T, want Export", got)
	}
	if d.simple.find.Text != "Search again" || d.bar.export.Disabled() {
		t.Errorf("got %q and export disabled %t, want Search again and Export", d.simple.find.Text, d.bar.export.Disabled())
	}
}

func TestAfterARefusalThePasswordIsReadyToBeTypedAnew(t *testing.T) {
	d := newDeck(t, &script{events: refused()})
	d.fill()
	d.simple.mail.TypedKey(key(fyne.KeyReturn))
	d.pump("the verdict", d.rested)
	if got := d.win.Canvas().Focused(); got != fyne.Focusable(d.simple.pass) {
		t.Fatalf("got the focus on %T, want the password", got)
	}
	if got := d.simple.pass.SelectedText(); got != "wrong horse" {
		t.Errorf("got %d characters selected, want all", len(got))
	}
	d.simple.pass.TypedRune('x')
	if d.simple.pass.Text != "x" {
		t.Errorf("got %q, want the old password replaced", d.simple.pass.Text)
	}
}

// G-4.
func TestWhatIsTypedSurvivesEveryDrawing(t *testing.T) {
	d := newDeck(t, &script{events: ready()})
	test.Type(d.simple.name, "Ada")
	d.fill()
	for _, state := range []setup.View{setup.Advanced, setup.Simple} {
		d.session.Show(state)
		d.session.KnowServers(state == setup.Advanced)
		d.session.RequireEncryption(state == setup.Simple)
	}
	d.session.Find()
	d.pump("the verdict", d.rested)
	v := d.simple
	if v.name.Text != "Ada" || v.mail.Text != "ada@domain.example" || v.pass.Text != "wrong horse" {
		t.Errorf("got %q, %q and %d characters, want what was typed", v.name.Text, v.mail.Text, len(v.pass.Text))
	}
}

// Nothing that the search's goroutine does reaches a widget but through Post; the race detector watches. G-5.
func TestOnlyPostCrossesToTheWindow(t *testing.T) {
	var events []probe.Event
	for id := range 200 {
		events = append(events, probe.Event{Kind: probe.AttemptChanged, Attempt: probe.Attempt{ID: id, Status: probe.Running}})
	}
	d := newDeck(t, &script{events: append(events, ready()...)})
	d.fill()
	d.session.Find()
	for len(d.queue) == 0 {
		time.Sleep(time.Millisecond)
	}
	if got := len(d.simple.rows.box.Objects); got != 0 {
		t.Errorf("got %d rows before anything was pumped, want none", got)
	}
	d.pump("the verdict", d.rested)
	if got := len(d.simple.rows.box.Objects); got != 200 {
		t.Errorf("got %d rows, want 200", got)
	}
}

// G-3.
func TestClosingEndsTheSearchAndRemembersThreeThings(t *testing.T) {
	d := newDeck(t, &script{lingers: true})
	d.fill()
	d.session.Show(setup.Advanced)
	d.setLook(lookDark)
	d.session.Find()
	d.win.Resize(fyne.NewSize(900, 600))
	closed := false
	d.win.SetOnClosed(func() { closed = true })
	began := time.Now()
	d.Close()
	d.Close()
	d.pump("the window closed", func() bool { return closed })
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("got %v, want it within its bounds", took)
	}
	d.open()
	if got := d.win.Canvas().Size(); got != fyne.NewSize(900, 600) {
		t.Errorf("got size %v, want it remembered", got)
	}
	if d.session.State().View != setup.Advanced || d.look != lookDark {
		t.Errorf("got view %d and look %d, want advanced and dark", d.session.State().View, d.look)
	}
	if d.session.State().Form.Address != "" {
		t.Errorf("got %q, want no address remembered", d.session.State().Form.Address)
	}
}

func TestAWindowIsNeverBroughtBackTooSmall(t *testing.T) {
	a := test.NewTempApp(t)
	if got := remember(a.Preferences()).size; got != fyne.NewSize(defaultWidth, defaultHeight) {
		t.Errorf("got %v, want the size of a new window", got)
	}
	for _, nonsense := range []string{"nonsense", "1x1 view=7 look=0", "1x1 view=0 look=9", "-5x-5"} {
		a.Preferences().SetString(memoryKey, nonsense)
		if got := remember(a.Preferences()); got != (memory{size: fyne.NewSize(defaultWidth, defaultHeight)}) {
			t.Errorf("%q: got %+v, want a new window", nonsense, got)
		}
	}
	memory{size: fyne.NewSize(10, 10)}.save(a.Preferences())
	if got := remember(a.Preferences()).size; got != fyne.NewSize(leastWidth, leastHeight) {
		t.Errorf("got %v, want the smallest size", got)
	}
}

func TestTheKeyboardBeginsAtTheFirstEmptyField(t *testing.T) {
	d := newDeck(t, &script{})
	if got := d.win.Canvas().Focused(); got != fyne.Focusable(d.simple.name) {
		t.Errorf("got %T, want the name", got)
	}
	test.Type(d.simple.name, "Ada")
	d.session.Show(setup.Advanced)
	if got := d.win.Canvas().Focused(); got == fyne.Focusable(d.simple.name) {
		t.Error("got the focus left in the hidden view, want it in the other")
	}
	d.session.Show(setup.Simple)
	if got := d.win.Canvas().Focused(); got != fyne.Focusable(d.simple.mail) {
		t.Errorf("got %T, want the e-mail", got)
	}
}

func TestTheAdvancedViewIsMadeWhenItIsShownFirst(t *testing.T) {
	d := newDeck(t, &script{})
	if d.advanced != nil {
		t.Fatal("got the advanced view in a new window, want it when it is needed")
	}
	d.session.Show(setup.Advanced)
	if d.advanced == nil || !d.advanced.content.Visible() || d.simple.content.Visible() {
		t.Error("got no advanced view, want it shown")
	}
}

func TestSwitchingTheViewLeadsTheKeyboardIntoIt(t *testing.T) {
	d := newDeck(t, &script{})
	test.Type(d.simple.name, "Ada")
	firsts := map[setup.View]fyne.Focusable{setup.Advanced: d.needAdvanced().again, setup.Simple: d.simple.mail}
	for _, want := range []setup.View{setup.Advanced, setup.Simple} {
		d.win.Canvas().Focus(d.bar.view)
		d.bar.view.TypedKey(key(fyne.KeyReturn))
		if got := d.session.State().View; got != want || d.simple.content.Visible() == (want == setup.Advanced) {
			t.Errorf("got view %d, want %d, and only that one to be seen", got, want)
		}
		if got := d.win.Canvas().Focused(); got != firsts[want] {
			t.Errorf("view %d: got the focus on %T, want it where one begins", want, got)
		}
	}
}

func TestADroppedFileIsOpened(t *testing.T) {
	d := newDeck(t, &script{})
	path := filepath.Join(t.TempDir(), "settings.xml")
	if err := os.WriteFile(path, []byte("no configuration"), 0o600); err != nil {
		t.Fatal(err)
	}
	elsewhere, err := storage.ParseURI("https://domain.example/settings.xml")
	if err != nil {
		t.Fatal(err)
	}
	d.drop([]fyne.URI{elsewhere, storage.NewFileURI(path)})
	d.pump("a word on the file", func() bool { return d.session.State().Notice.Text != "" })
	if !d.notice.box.Visible() || d.notice.text.Text != d.session.State().Notice.Text {
		t.Errorf("got the notice shown %t as %q, want %q", d.notice.box.Visible(), d.notice.text.Text, d.session.State().Notice.Text)
	}
	test.Tap(d.notice.button)
	if d.notice.box.Visible() {
		t.Error("got the notice after OK, want it put away")
	}
}

func TestOneStripAtATime(t *testing.T) {
	d := newDeck(t, &script{})
	s := d.session.State()
	s.Practice, s.Notice = "tls", setup.Notice{Tone: setup.Warning, Text: "A word.", Number: 1}
	d.Draw(s)
	if !d.notice.box.Visible() || d.practice.box.Visible() {
		t.Error("got the mailbox beside the notice, want the notice alone")
	}
	d.read = 1
	d.Draw(s)
	if d.notice.box.Visible() || !d.practice.box.Visible() {
		t.Error("got the notice after it was put away, want the mailbox")
	}
}

func TestShortcutsAreAllOnTheMenu(t *testing.T) {
	d := newDeck(t, &script{})
	seen := map[fyne.KeyName]string{}
	for _, m := range d.menu.main.Items {
		for _, i := range m.Items {
			s, ok := i.Shortcut.(*desktop.CustomShortcut)
			if !ok {
				continue
			}
			if other, taken := seen[s.KeyName]; taken {
				t.Errorf("got %s for %q and %q, want it once", s.KeyName, other, i.Label)
			}
			seen[s.KeyName] = i.Label
		}
	}
	if len(seen) != 6 {
		t.Errorf("got %v, want six", seen)
	}
	d.menu.advanced.Action()
	if d.session.State().View != setup.Advanced || !d.menu.advanced.Checked {
		t.Error("got no tick, want the advanced view and its tick")
	}
}

func TestEveryMailboxStandsInTheHelpMenu(t *testing.T) {
	d := newDeck(t, &script{})
	leave := d.menu.practice[len(d.menu.practice)-1]
	if got := len(d.menu.practice); got != 3 || d.menu.practice[0].Label != "Everything as it should be" || !leave.Disabled {
		t.Fatalf("got %d entries, the first %q, want two mailboxes and a way out", got, d.menu.practice[0].Label)
	}
	s := d.session.State()
	s.Practice = "refuses"
	d.Draw(s)
	if d.menu.practice[0].Checked || !d.menu.practice[1].Checked || leave.Disabled {
		t.Error("got other ticks, want the second mailbox's, and the way out open")
	}
}

func TestADrawingInsideADrawingComesAfterIt(t *testing.T) {
	d := newDeck(t, &script{})
	first, second := d.session.State(), d.session.State()
	first.Form.Name, second.Form.Name = "first", "second"
	d.drawing = true
	d.Draw(first)
	d.Draw(second)
	if d.simple.name.Text != "" {
		t.Errorf("got %q while drawing, want nothing yet", d.simple.name.Text)
	}
	d.drawing = false
	d.Draw(second)
	if d.simple.name.Text != "second" {
		t.Errorf("got %q, want the newest state", d.simple.name.Text)
	}
}

func TestTheWholeWindowClipsNothingAtAnySize(t *testing.T) {
	d := newDeck(t, &script{})
	for name, state := range simpleStates() {
		state.Notice = setup.Notice{Text: "The settings.xml that was opened names two servers. It is read, and nothing is contacted.", Number: 7}
		for _, size := range advancedSizes() {
			for _, view := range []setup.View{setup.Simple, setup.Advanced} {
				state.View = view
				d.Draw(state)
				d.win.Resize(size)
				relax(d.win.Content())
				t.Run(fmt.Sprintf("%s, view %d, %v", name, view, size), func(t *testing.T) {
					checkUnclipped(t, d.win.Content(), size.Width)
					if got := d.win.Canvas().Size(); got != size {
						t.Errorf("got a window of %v, want it no larger than %v", got, size)
					}
				})
			}
		}
	}
}

func TestTheVerdictsButtonDoesWhatItSays(t *testing.T) {
	d := newDeck(t, &script{events: refused()})
	d.fill()
	v := d.simple
	press := func(a explain.Action) fyne.Focusable {
		d.win.Canvas().Unfocus() // leaving a field draws what the session says
		s := d.session.State()
		s.Verdict = setup.Verdict{Tone: setup.Danger, Text: explain.Text{Title: "A verdict", Action: a}}
		d.Draw(s)
		d.win.Canvas().Focus(v.action)
		v.action.TypedKey(key(fyne.KeyReturn))
		return d.win.Canvas().Focused()
	}
	for a, want := range map[explain.Action]*field{explain.EditPassword: v.pass, explain.GivePassword: v.pass, explain.EditAddress: v.mail} {
		if got := press(a); got != fyne.Focusable(want) || want.SelectedText() != want.Text {
			t.Errorf("action %d: got the focus on %T with %q marked, want its field with all", a, got, want.SelectedText())
		}
	}
	if got := press(explain.TypeServers); got != fyne.Focusable(v.incoming) || !d.session.State().Form.KnowServers {
		t.Errorf("got the focus on %T, want the incoming server, opened", got)
	}
	if got := press(explain.AllowUnsafe); got != fyne.Focusable(v.find) || d.session.State().Form.RequireEncryption {
		t.Errorf("got the focus on %T, want the button, and encryption no longer required", got)
	}
	press(explain.SearchAgain)
	d.pump("another search", func() bool { return d.rested() && len(d.script.asked) == 1 })
}
