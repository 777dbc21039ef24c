package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// A reading is text of several lines that can be read, turned, marked and copied with the mouse and the keys, and not
// changed. Tab leaves it, and Escape is handed on.
type reading struct {
	widget.Entry
	onEscape func()
}

func newReading(onEscape func()) *reading {
	r := &reading{onEscape: onEscape}
	r.ExtendBaseWidget(r)
	r.MultiLine = true
	r.Wrapping, r.Scroll = fyne.TextWrapOff, container.ScrollBoth
	r.TextStyle.Monospace = true
	return r
}

// small has the text in small letters.
func (r *reading) small() fyne.CanvasObject { return container.NewThemeOverride(r, captionTheme{}) }

// show changes the text, and begins at its top.
func (r *reading) show(text string) {
	if r.Text == text {
		return
	}
	r.SetText(text)
	r.CursorRow, r.CursorColumn = 0, 0
	r.Refresh()
}

// FocusGained brings it into sight.
func (r *reading) FocusGained() {
	r.Entry.FocusGained()
	reveal(r)
}

// AcceptsTab leaves Tab to the window.
func (r *reading) AcceptsTab() bool { return false }

// TypedRune changes nothing.
func (r *reading) TypedRune(rune) {}

// TypedKey moves in the text.
func (r *reading) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyEscape:
		r.onEscape()
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyLeft, fyne.KeyRight, fyne.KeyHome, fyne.KeyEnd, fyne.KeyPageUp, fyne.KeyPageDown:
		r.Entry.TypedKey(key)
	}
}

// TypedShortcut marks and copies.
func (r *reading) TypedShortcut(s fyne.Shortcut) {
	switch s.(type) {
	case *fyne.ShortcutCopy, *fyne.ShortcutSelectAll:
		r.Entry.TypedShortcut(s)
	}
}

// TappedSecondary offers to copy what is marked, or else everything.
func (r *reading) TappedSecondary(e *fyne.PointEvent) {
	c := fyne.CurrentApp().Driver().CanvasForObject(r)
	if c == nil {
		return
	}
	copying := fyne.NewMenuItem("Copy", func() {
		text := r.SelectedText()
		if text == "" {
			text = r.Text
		}
		fyne.CurrentApp().Clipboard().SetContent(text)
	})
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", copying), c, e.AbsolutePosition)
}

// A captionTheme is the program's theme with small text, for the widgets of Fyne that know one size of text alone.
type captionTheme struct{ programTheme }

// Size is the program's, but for the text.
func (t captionTheme) Size(name fyne.ThemeSizeName) float32 {
	if name == theme.SizeNameText {
		name = theme.SizeNameCaptionText
	}
	return t.theme().Size(name)
}
