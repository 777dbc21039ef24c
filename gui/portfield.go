package gui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/mobile"

	"portolan/gui/setup"
)

// portDigits is the length of the largest port.
const portDigits = 5

// portWidth is the width of a port field; five digits fit.
const portWidth = 84

// A portField takes digits alone, at most five, however they come in.
type portField struct{ field }

func newPortField() *portField {
	p := &portField{field{message: newRemark(setup.Danger)}}
	p.ExtendBaseWidget(p)
	p.PlaceHolder = "Auto"
	p.Wrapping = fyne.TextWrapOff
	p.Scroll = container.ScrollHorizontalOnly
	p.AlwaysShowValidationError = true
	p.OnChanged = p.changed
	return p
}

// FocusGained brings the field into sight: what stands in the page is this, not the field inside.
func (p *portField) FocusGained() {
	p.field.FocusGained()
	reveal(p)
}

// TypedRune lets digits in while there is room for them.
func (p *portField) TypedRune(r rune) {
	if r >= '0' && r <= '9' && len(p.Text)-len(p.SelectedText()) < portDigits {
		p.field.TypedRune(r)
	}
}

// TypedShortcut takes the digits out of what is pasted, as if they had been typed.
func (p *portField) TypedShortcut(s fyne.Shortcut) {
	paste, ok := s.(*fyne.ShortcutPaste)
	if !ok {
		p.field.TypedShortcut(s)
		return
	}
	if paste.Clipboard == nil || p.Disabled() {
		return
	}
	for _, r := range strings.TrimSpace(paste.Clipboard.Content()) {
		p.TypedRune(r)
	}
}

// Keyboard asks for digits where the keyboard is on the screen.
func (p *portField) Keyboard() mobile.KeyboardType { return mobile.NumberKeyboard }
