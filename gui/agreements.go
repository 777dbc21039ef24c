package gui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
	"portolan/probe/explain"
)

// The agreements are what the person said yes to for the account, each with a button that takes it back.
type agreements struct {
	session *setup.Session
	list    *fyne.Container
	box     *fyne.Container
	drawn   []setup.Agreement
}

func newAgreements(s *setup.Session) *agreements {
	a := &agreements{session: s, list: stacked(2)}
	a.box = container.New(layout.NewCustomPaddedLayout(theme.Padding(), 0, 0, 0), stacked(-6, widget.NewLabel("What you agreed to"), a.list))
	a.box.Hide()
	return a
}

// render draws the list, where there is news.
func (a *agreements) render(now []setup.Agreement) {
	if slices.Equal(a.drawn, now) {
		return
	}
	a.list.Objects = nil
	for _, one := range now {
		a.list.Add(a.line(one))
	}
	a.drawn = now
	show(a.box, len(now) > 0)
	a.box.Refresh()
}

// line is one agreement.
func (a *agreements) line(one setup.Agreement) fyne.CanvasObject {
	forget := newButton("Forget", theme.DeleteIcon(), func() { a.session.TakeBack(one) })
	forget.onEscape = a.session.Stop
	words := newRemark(one.Tone)
	words.say(one.About + ": " + one.Words)
	facts := stacked(-8, words.box)
	if one.Fingerprint != "" {
		facts.Add(newSmallFacts([]explain.Detail{{Label: fingerprintLabel, Value: one.Fingerprint}}))
	}
	return container.NewBorder(nil, nil, nil, container.NewVBox(forget), facts)
}
