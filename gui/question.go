package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
	"portolan/probe"
	"portolan/probe/explain"
)

// questionWidth is how wide a question is where the window allows it.
const questionWidth = 640

// The questions are the decisions that the search and the list leave to a person, one at a time. No is the default: it comes
// first, has the focus, and Escape means it; yes takes a click or Space on its own button.
type questions struct {
	session *setup.Session
	win     fyne.Window
	sheet   *sheet
	asked   inquiry
}

// An inquiry is a question, whoever asks it.
type inquiry struct {
	list    bool // asked by the list, not by the search
	number  int
	title   string
	text    explain.Text
	yes, no string
	instead string // a third way out, "" for none
	grave   bool
}

func newQuestions(s *setup.Session, w fyne.Window) *questions {
	return &questions{session: s, win: w}
}

// inquiryOf gives the one question that a state has to ask; that of the search comes before that of the list.
func inquiryOf(s setup.State) (inquiry, bool) {
	switch {
	case s.Question != nil:
		q := s.Question
		return inquiry{number: q.Number, title: questionTitle(q.Kind), text: q.Text, yes: q.Yes, no: q.No, instead: q.Instead, grave: q.Grave}, true
	case s.Shelf.Ask != nil:
		q := s.Shelf.Ask
		return inquiry{list: true, number: q.Number, title: questionTitle(probe.DecisionKind(0)), text: q.Text, yes: q.Yes, no: q.No}, true
	default:
		return inquiry{}, false
	}
}

// render opens the dialog of the state's question where it is not open already, and closes what is no longer asked.
func (q *questions) render(s setup.State) {
	next, asked := inquiryOf(s)
	if !asked {
		q.close()
		return
	}
	if q.sheet != nil && q.asked.same(next) && q.sheet.visible() {
		return
	}
	q.close()
	q.ask(next)
}

// same reports whether two inquiries are one question.
func (i inquiry) same(other inquiry) bool { return i.list == other.list && i.number == other.number }

func (q *questions) ask(next inquiry) {
	q.asked = next
	answer := func(yes bool) func() {
		return func() { q.answer(next, yes) }
	}
	importance, tone := widget.MediumImportance, setup.Warning
	if next.grave {
		importance = widget.DangerImportance
	}
	if next.list {
		tone = setup.Neutral
	}
	warning := newBanner()
	warning.set(tone, explain.Text{Title: next.text.Title, Advice: next.text.Advice})
	body := stacked(theme.Padding()*2, warning.box, newFacts(next.text.Details, theme.SizeNameText, 0))
	no := newSafeButton(next.no, answer(false))
	buttons := []fyne.CanvasObject{no}
	consents := []*consentButton{newConsentButton(next.yes, importance, answer(true), answer(false))}
	if next.instead != "" {
		instead := newConsentButton(next.instead, widget.MediumImportance, func() { q.takeInstead(next) }, answer(false))
		consents = append([]*consentButton{instead}, consents...)
	}
	for _, b := range consents {
		buttons = append(buttons, b)
	}
	q.sheet = newSheet(q.win, next.title, body, answer(false), buttons...)
	no.page = q.sheet.page
	for _, b := range consents {
		b.page = q.sheet.page
	}
	q.sheet.open(questionWidth, 0)
	q.win.Canvas().Focus(no)
}

// A safeButton says no, with the mouse, Space, Enter or Escape. It has the focus as soon as the question is there: a key that
// was held down before presses nothing until it is pressed anew.
type safeButton struct {
	widget.Button
	pressed bool              // a key went down while the focus was here
	page    *container.Scroll // the question, where it is longer than the window; its keys turn it
}

func newSafeButton(text string, tapped func()) *safeButton {
	b := &safeButton{}
	b.ExtendBaseWidget(b)
	b.Text, b.Icon, b.OnTapped = text, theme.CancelIcon(), tapped
	return b
}

// KeyDown is called by Fyne when a key goes down, and not when it repeats itself.
func (b *safeButton) KeyDown(*fyne.KeyEvent) { b.pressed = true }

// KeyUp is called by Fyne; it means nothing here.
func (b *safeButton) KeyUp(*fyne.KeyEvent) {}

// TypedKey says no.
func (b *safeButton) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if b.pressed {
			b.OnTapped()
		}
	case fyne.KeyEscape:
		b.OnTapped()
	default:
		if b.page != nil {
			turn(b.page, key.Name)
		}
	}
}

// TypedRune says no with Space; see that of button.
func (b *safeButton) TypedRune(r rune) {
	if r == ' ' && b.pressed {
		b.OnTapped()
	}
}

// answer hands the answer on, unless the question is no longer the one that stands in the window.
func (q *questions) answer(to inquiry, yes bool) {
	if q.sheet == nil || !q.asked.same(to) {
		return
	}
	q.close()
	if to.list {
		q.session.AnswerAsk(yes)
		return
	}
	q.session.Answer(yes)
}

// takeInstead takes the third way out, unless the question is no longer the one that stands in the window.
func (q *questions) takeInstead(of inquiry) {
	if q.sheet == nil || !q.asked.same(of) {
		return
	}
	q.close()
	q.session.TakeInstead()
}

func (q *questions) close() {
	if q.sheet == nil {
		return
	}
	open := q.sheet
	q.sheet = nil
	open.close()
}

// questionTitle is the title of the dialog; the question itself stands in the banner below it.
func questionTitle(kind probe.DecisionKind) string {
	switch kind {
	case probe.DecideCertificate:
		return "Check this certificate"
	case probe.DecideDomain:
		return "Check this domain"
	case probe.DecideCleartext:
		return "No encryption here"
	case probe.DecidePort:
		return "Another port"
	case probe.DecidePassword:
		return "Check the password"
	default:
		return "Your decision is needed"
	}
}
