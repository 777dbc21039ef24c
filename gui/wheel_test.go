package gui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"portolan/account"
	"portolan/account/format"
	"portolan/gui/setup"
	"portolan/probe/explain"
)

func TestTheWheelMovesThePageWithThePointerOnAField(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(560, 480), fyne.NewSize(720, 300)} {
		w := newStage(t, size)
		f, p := newField("name"), newPortField()
		f.fill(strings.Repeat("a text wider than any window ", 20))
		tallBox := container.New(tall{2000}, widget.NewLabel(""))
		page := container.NewVScroll(container.NewVBox(f.under(), p, tallBox))
		w.SetContent(page)
		w.Resize(size)
		for _, on := range []fyne.CanvasObject{f, p} {
			page.ScrollToTop()
			at := fyne.CurrentApp().Driver().AbsolutePositionForObject(on)
			test.Scroll(w.Canvas(), at.AddXY(30, on.Size().Height/2), 0, -50)
			if page.Offset.Y != 50 {
				t.Errorf("%v, %T: got the page at %v, want it moved by 50", size, on, page.Offset.Y)
			}
		}
	}
}

// Nothing but what can be seen to have the focus takes it, and Escape has its meaning wherever it is.
func TestTabStopsOnlyWhereItCanBeSeenInAQuestion(t *testing.T) {
	r := newRig(t)
	r.runner.events = certificateEvents()
	r.session.Find()
	r.untilResting()
	c := r.win.Canvas()
	for range 6 {
		switch got := c.Focused().(type) {
		case *safeButton, *consentButton:
		default:
			t.Errorf("got the focus on %T, want only buttons", got)
		}
		c.FocusNext()
	}
	typeKey(r.win, fyne.KeyEscape)
	if r.session.State().Question != nil {
		t.Error("got the question open, want Escape to say no")
	}
}

func TestAQuestionLongerThanTheWindowIsTurnedByKeys(t *testing.T) {
	w := newStage(t, fyne.NewSize(560, 480))
	q := newQuestions(quietSession(), w)
	var facts []explain.Detail
	for range 40 {
		facts = append(facts, explain.Detail{Label: "Server", Value: "imap.domain.example:993"})
	}
	q.ask(inquiry{number: 1, title: "Check", text: explain.Text{Title: "Really?", Details: facts}, yes: "Yes", no: "No"})
	for range 2 { // on No, then on Yes
		for _, c := range []struct {
			key  fyne.KeyName
			down bool
		}{{fyne.KeyPageDown, true}, {fyne.KeyHome, false}, {fyne.KeyDown, true}, {fyne.KeyUp, false}, {fyne.KeyEnd, true}, {fyne.KeyPageUp, true}, {fyne.KeyHome, false}} {
			typeKey(w, c.key)
			if got := q.sheet.page.Offset.Y > 0; got != c.down {
				t.Errorf("%s: got the page moved %v, want %v", c.key, got, c.down)
			}
		}
		w.Canvas().FocusNext()
	}
}

func TestWhatIsExportedIsReadAndCopiedAndNeverChanged(t *testing.T) {
	w := newStage(t, fyne.NewSize(560, 480))
	closed := 0
	r := newReading(func() { closed++ })
	w.SetContent(r.small())
	r.show("one\ntwo\n")
	w.Canvas().Focus(r)
	for _, key := range []fyne.KeyName{fyne.KeyDown, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyBackspace, fyne.KeyDelete, fyne.KeyEnd, fyne.KeyPageUp, fyne.KeySpace, fyne.KeyTab} {
		typeKey(w, key)
	}
	r.TypedRune('x')
	clipboard := fyne.CurrentApp().Clipboard()
	clipboard.SetContent("a paste")
	for _, s := range []fyne.Shortcut{&fyne.ShortcutPaste{Clipboard: clipboard}, &fyne.ShortcutCut{Clipboard: clipboard}, &fyne.ShortcutUndo{}} {
		r.TypedShortcut(s)
	}
	r.TypedShortcut(&fyne.ShortcutSelectAll{})
	r.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clipboard})
	if got := clipboard.Content(); r.Text != "one\ntwo\n" || got != r.Text {
		t.Errorf("got the text %q and %q copied, want both as they were", r.Text, got)
	}
	typeKey(w, fyne.KeyEscape)
	if closed != 1 || r.AcceptsTab() {
		t.Errorf("got Escape %d times, Tab kept %v; want it once, and Tab left to the window", closed, r.AcceptsTab())
	}
}

func TestACodeIsInSightWholeWithTheKeyboardBelow(t *testing.T) {
	w := newStage(t, fyne.NewSize(560, 480))
	e := newExporter(quietSession(), w)
	e.render(setup.State{CanWrite: true, Export: setup.ExportState{
		Open: true, Format: format.AndroidPNG, Title: "QR code", Preview: "[1]", Code: qr(), Path: "/folder/code.png", Password: setup.PasswordLeftOut,
	}})
	if got := w.Canvas().Focused(); got != fyne.Focusable(e.write) || e.sheet.page.Offset.Y != 0 {
		t.Errorf("got the focus on %T and the page at %v, want it on the button and the code at the top", got, e.sheet.page.Offset.Y)
	}
}

// In a small window, what comes of a press in the mailbox panel would stand below the edge.
func TestWhatWasFoundInTheMailboxComesIntoSight(t *testing.T) {
	w := newStage(t, fyne.NewSize(560, 300))
	m := newMailboxPanel(quietSession())
	page := container.NewVScroll(container.NewVBox(container.New(tall{500}, widget.NewLabel("")), m.box, container.New(tall{500}, widget.NewLabel(""))))
	w.SetContent(page)
	w.Resize(fyne.NewSize(560, 300))
	in := func(o fyne.CanvasObject) bool {
		_, y := scrollAround(page, o)
		return o.Visible() && y >= page.Offset.Y && y < page.Offset.Y+page.Size().Height
	}
	m.render(setup.State{Mailbox: setup.MailboxState{Looking: true}})
	if in(m.seen.box) {
		t.Error("got something in sight before there was any")
	}
	m.render(setup.State{Mailbox: setup.MailboxState{Seen: explain.Text{Title: "5 folders"}}})
	if !in(m.seen.box) {
		t.Error("got the folders out of sight, want them in it")
	}
	page.ScrollToTop()
	m.render(setup.State{Mailbox: setup.MailboxState{Sending: true, Steps: []setup.Row{{Head: "Open your inbox"}}}})
	if !in(m.steps.box) {
		t.Error("got the steps out of sight, want them in it")
	}
	m.render(setup.State{Mailbox: setup.MailboxState{Steps: []setup.Row{{Head: "Open your inbox"}}, Trip: explain.Text{Title: "The message came round"}}})
	if !in(m.trip.box) {
		t.Error("got the end out of sight, want it in it")
	}
}

func TestAWrongAddressGetsTheKeyboardWhenTheSearchIsAskedFor(t *testing.T) {
	d := newDeck(t, &script{})
	c := d.win.Canvas()
	for _, start := range []func(){
		func() { c.Focus(d.simple.name); typeKey(d.win, fyne.KeyReturn) },
		func() { c.Focus(d.simple.find); typeKey(d.win, fyne.KeyReturn) },
		d.search,
	} {
		c.Unfocus()
		start()
		if c.Focused() != fyne.Focusable(d.simple.mail) || problemOf(d.session.State(), account.FieldAddress) == "" {
			t.Errorf("got the focus on %T, want the address, with its problem told", c.Focused())
		}
	}
}
