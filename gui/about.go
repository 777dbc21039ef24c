package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/probe/explain"
)

// aboutWidth is how wide the dialog is where the window allows it.
const aboutWidth = 460

// showAbout says what the program is.
func showAbout(w fyne.Window, version string) {
	if w.Canvas().Overlays().Top() != nil {
		return // a question comes first
	}
	title := widget.NewLabelWithStyle("Portolan", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	title.SizeName = theme.SizeNameHeadingText
	what := wrapped("A portolan is the chart by which a pilot finds the right port. This one finds, proves and hands on the " +
		"settings of a mail account, the safest way first.")
	try := wrapped("To try it without an account and without a network, choose a practice mailbox in the Help menu.")
	facts := newFacts([]explain.Detail{
		{Label: "Version", Value: version},
		{Label: "Licence", Value: "MIT; © 2026 The Portolan authors"},
	}, theme.SizeNameText, -8)

	var s *sheet
	closing := func() { s.close() }
	s = newSheet(w, "About Portolan", stacked(-4, title, what, facts, try), closing,
		newEscapeButton("Close", theme.CancelIcon(), closing))
	s.open(aboutWidth, 0)
}

// wrapped is a paragraph.
func wrapped(text string) *widget.Label {
	l := widget.NewLabel(text)
	l.Wrapping = fyne.TextWrapWord
	return l
}
