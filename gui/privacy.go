package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"portolan/probe/explain"
)

// privacyWidth is how wide the page is where the window allows it.
const privacyWidth = 640

// showPrivacy says who is asked in a search, and what each of them learns.
func showPrivacy(w fyne.Window) {
	if w.Canvas().Overlays().Top() != nil {
		return // a question comes first
	}
	said := explain.WhoIsAsked()
	page := stacked(-6, wrapped(said.Intro))
	for _, p := range said.Parties {
		name := wrapped(p.Name)
		name.TextStyle.Bold = true
		page.Add(stacked(-14, name, wrapped(p.Learns)))
	}
	page.Add(wrapped(said.End))

	var s *sheet
	closing := func() { s.close() }
	done := newReadingButton("Close", closing)
	s = newSheet(w, "Who is asked", page, closing, done)
	done.page = s.page
	s.open(privacyWidth, 0)
	w.Canvas().Focus(done)
}

// A readingButton closes a page that is longer than the window, and has the keys that turn it.
type readingButton struct {
	button
	page *container.Scroll
}

func newReadingButton(text string, tapped func()) *readingButton {
	b := &readingButton{}
	b.ExtendBaseWidget(b)
	b.Text, b.Icon, b.OnTapped, b.onEscape = text, theme.CancelIcon(), tapped, tapped
	return b
}

// TypedKey turns the page, or is the button's.
func (b *readingButton) TypedKey(key *fyne.KeyEvent) {
	if !turn(b.page, key.Name) {
		b.button.TypedKey(key)
	}
}
