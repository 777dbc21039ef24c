package gui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// sheetMargin is what a sheet leaves free around it in the window, both sides together.
const sheetMargin = 24

// A sheet is a dialog over the window. Its body scrolls where the window is small, its buttons never do. Tab meets the
// buttons first, in their order; nothing has the focus at first; Enter does nothing by itself, and Escape calls onEscape.
type sheet struct {
	win      fyne.Window
	dialog   *dialog.CustomDialog
	body     fyne.CanvasObject
	content  *fyne.Container
	page     *container.Scroll // holds the body
	onEscape func()
	overlay  fyne.CanvasObject // nil: not open
	release  func()
}

func newSheet(w fyne.Window, title string, body fyne.CanvasObject, onEscape func(), buttons ...fyne.CanvasObject) *sheet {
	s := &sheet{win: w, body: body, page: container.NewVScroll(body), onEscape: onEscape}
	foot := container.NewCenter(container.NewHBox(buttons...))
	s.content = container.New(footFirst{}, foot, s.page)
	s.dialog = dialog.NewCustomWithoutButtons(title, s.content, w)
	return s
}

// open shows the sheet, as wide as asked and as high as its body and least need, as far as the window allows.
func (s *sheet) open(width, least float32) {
	s.fit(width, least)
	s.dialog.Show()
	s.overlay = s.win.Canvas().Overlays().Top()
	s.release = catchEscape(s.win.Canvas(), s.overlay, s.onEscape)
}

// fit gives the sheet its size.
func (s *sheet) fit(width, least float32) {
	room := s.win.Canvas().Size().SubtractWidthHeight(sheetMargin, sheetMargin)
	frame := s.dialog.MinSize().Subtract(s.content.MinSize())
	width = min(width, room.Width)
	inner := width - frame.Width
	for range 2 { // wrapped text knows its height only once it has its width, and its box only once the text has
		s.body.Resize(fyne.NewSize(inner, s.body.MinSize().Height))
	}
	foot := s.content.Objects[0].MinSize().Height
	height := frame.Height + foot + footGap() + s.body.MinSize().Height + theme.Padding()
	s.dialog.Resize(fyne.NewSize(width, min(max(height, least), room.Height)))
}

// close takes the sheet away.
func (s *sheet) close() {
	if s.overlay == nil {
		return
	}
	s.overlay = nil
	s.release()
	s.dialog.Hide()
}

// visible reports whether the sheet is in the window; closing one below it takes it away, too.
func (s *sheet) visible() bool {
	return s.overlay != nil && slices.Contains(s.win.Canvas().Overlays().List(), s.overlay)
}

// catchEscape calls f for Escape where nothing has the focus, as long as overlay is on top of the window. While it is in
// the window at all, no key reaches the window below. The caller calls release when the overlay goes.
func catchEscape(c fyne.Canvas, overlay fyne.CanvasObject, f func()) (release func()) {
	before := c.OnTypedKey()
	c.SetOnTypedKey(func(key *fyne.KeyEvent) {
		switch {
		case overlay == c.Overlays().Top():
			if key.Name == fyne.KeyEscape {
				f()
			}
		case before != nil && !slices.Contains(c.Overlays().List(), overlay):
			before(key)
		}
	})
	return func() { c.SetOnTypedKey(before) }
}

// turn moves a page by a key, and reports whether it is one that turns pages.
func turn(page *container.Scroll, key fyne.KeyName) bool {
	const line = 40
	whole := page.Size().Height - line
	switch key {
	case fyne.KeyDown:
		page.ScrollToOffset(page.Offset.AddXY(0, line))
	case fyne.KeyUp:
		page.ScrollToOffset(page.Offset.AddXY(0, -line))
	case fyne.KeyPageDown:
		page.ScrollToOffset(page.Offset.AddXY(0, whole))
	case fyne.KeyPageUp:
		page.ScrollToOffset(page.Offset.AddXY(0, -whole))
	case fyne.KeyHome:
		page.ScrollToTop()
	case fyne.KeyEnd:
		page.ScrollToBottom()
	default:
		return false
	}
	return true
}

// footFirst stacks two objects of which the first, the row of buttons, stands below the second: so Tab meets it first.
type footFirst struct{}

// MinSize is that of both.
func (footFirst) MinSize(objects []fyne.CanvasObject) fyne.Size {
	foot, body := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(max(foot.Width, body.Width), foot.Height+footGap()+body.Height)
}

// Layout gives the body what the buttons leave.
func (footFirst) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	foot := objects[0].MinSize().Height
	objects[0].Move(fyne.NewPos(0, size.Height-foot))
	objects[0].Resize(fyne.NewSize(size.Width, foot))
	objects[1].Move(fyne.NewPos(0, 0))
	objects[1].Resize(fyne.NewSize(size.Width, size.Height-foot-footGap()))
}

func footGap() float32 { return theme.Padding() * 2 }

// A consentButton says yes to something: with the mouse or with Space, never with Enter. It has the keys that turn the page
// above it.
type consentButton struct {
	widget.Button
	onEscape func()
	page     *container.Scroll // nil: none
}

func newConsentButton(text string, importance widget.Importance, tapped, escaped func()) *consentButton {
	b := &consentButton{onEscape: escaped}
	b.ExtendBaseWidget(b)
	b.Text, b.Icon, b.Importance, b.OnTapped = text, theme.ConfirmIcon(), importance, tapped
	return b
}

// TypedKey leaves Enter without an effect, whatever Fyne will do with it.
func (b *consentButton) TypedKey(key *fyne.KeyEvent) {
	switch {
	case key.Name == fyne.KeyEscape:
		b.onEscape()
	case b.page != nil:
		turn(b.page, key.Name)
	}
}

// TypedRune presses the button with Space; see that of button.
func (b *consentButton) TypedRune(r rune) {
	if r == ' ' {
		b.Tapped(nil)
	}
}

// newEscapeButton is a button that Escape presses, too.
func newEscapeButton(text string, icon fyne.Resource, tapped func()) *button {
	b := newButton(text, icon, tapped)
	b.onEscape = tapped
	return b
}
