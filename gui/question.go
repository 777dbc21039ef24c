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
const questionWidth = 560

// fingerprintLabel is the label of the fact that is written in letters of one width, to be compared.
const fingerprintLabel = "SHA-256"

// The questions are the decisions that the search leaves to a person, one at a time. No is the default: it comes first, and
// Escape means it; yes takes a click or Space on its own button.
type questions struct {
	session *setup.Session
	win     fyne.Window
	sheet   *sheet
	number  int
}

func newQuestions(s *setup.Session, w fyne.Window) *questions {
	return &questions{session: s, win: w}
}

// render opens the dialog of the state's question where it is not open already, and closes what is no longer asked.
func (q *questions) render(s setup.State) {
	if s.Question == nil {
		q.close()
		return
	}
	if q.sheet != nil && q.number == s.Question.Number && q.sheet.visible() {
		return
	}
	q.close()
	q.ask(*s.Question)
}

func (q *questions) ask(question setup.Question) {
	q.number = question.Number
	answer := func(yes bool) func() {
		return func() { q.answer(question.Number, yes) }
	}
	importance, tone := widget.MediumImportance, setup.Warning
	if question.Grave {
		importance = widget.DangerImportance
	}
	warning := newBanner()
	warning.set(tone, explain.Text{Title: question.Text.Title, Advice: question.Text.Advice})
	body := stacked(theme.Padding()*2, warning.box, newFacts(question.Text.Details, theme.SizeNameText, 0))
	q.sheet = newSheet(q.win, questionTitle(question.Kind), body, answer(false),
		newEscapeButton(question.No, theme.CancelIcon(), answer(false)),
		newConsentButton(question.Yes, importance, answer(true), answer(false)))
	q.sheet.open(questionWidth, 0)
}

// answer hands the answer on, unless the question is no longer the one that stands in the window.
func (q *questions) answer(number int, yes bool) {
	if q.sheet == nil || q.number != number {
		return
	}
	q.close()
	q.session.Answer(yes)
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
	default:
		return "Your decision is needed"
	}
}

// newFacts lays details out in two columns, label and value; a value can be selected and copied.
func newFacts(details []explain.Detail, size fyne.ThemeSizeName, gap float32) *fyne.Container {
	labels, width := make([]*widget.Label, len(details)), float32(0)
	for i, d := range details {
		labels[i] = widget.NewLabelWithStyle(d.Label, fyne.TextAlignTrailing, fyne.TextStyle{Bold: true})
		labels[i].SizeName = size
		width = max(width, labels[i].MinSize().Width)
	}
	facts := stacked(gap)
	for i, d := range details {
		facts.Add(container.NewBorder(nil, nil, container.New(fixedWidth{width}, labels[i]), nil, newFact(d, size)))
	}
	return facts
}

// newFact is the value of a detail.
func newFact(d explain.Detail, size fyne.ThemeSizeName) *widget.Label {
	value := widget.NewLabel(d.Value)
	value.SizeName = size
	value.Selectable = true
	value.Wrapping = fyne.TextWrapWord
	if d.Label == fingerprintLabel {
		value.Wrapping = fyne.TextWrapBreak
		value.TextStyle.Monospace = true
	}
	return value
}

// newSmallFacts lays details out where they are read in passing.
func newSmallFacts(details []explain.Detail) *fyne.Container {
	return newFacts(details, theme.SizeNameCaptionText, -12)
}
