package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// A button can be pressed with Enter as well as with Space, keeps the focus when it was pressed so, and hands Escape on.
type button struct {
	widget.Button
	onEscape func()
}

func newButton(text string, icon fyne.Resource, tapped func()) *button {
	b := &button{}
	b.ExtendBaseWidget(b)
	b.Text, b.Icon, b.OnTapped = text, icon, tapped
	return b
}

// set changes what stands on the button, and does nothing where it is so already.
func (b *button) set(text string, icon fyne.Resource, importance widget.Importance) {
	if b.Text == text && b.Importance == importance {
		return
	}
	b.Text, b.Icon, b.Importance = text, icon, importance
	b.Refresh()
}

// FocusGained brings it into sight.
func (b *button) FocusGained() {
	b.Button.FocusGained()
	reveal(b)
}

// TypedKey presses the button. Fyne drops the focus of a pressed button; unless the press moved it, it comes back. What opens
// a dialog has it back when that is closed.
func (b *button) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		b.press()
	case fyne.KeyEscape:
		if b.onEscape != nil {
			b.onEscape()
		}
	}
}

// TypedRune presses the button with Space. Its rune comes after its key: a button that closes its dialog with the key would
// leave the rune to the field below, and to a password there.
func (b *button) TypedRune(r rune) {
	if r == ' ' {
		b.press()
	}
}

func (b *button) press() {
	if b.Disabled() {
		return
	}
	c := fyne.CurrentApp().Driver().CanvasForObject(b)
	if c == nil {
		b.Tapped(nil)
		return
	}
	dialogs := len(c.Overlays().List())
	b.Tapped(nil)
	opened := len(c.Overlays().List()) - dialogs
	if (opened > 0 || opened == 0 && c.Focused() == nil) && b.Visible() && !b.Disabled() {
		c.Focus(b)
	}
}

// A check is a box with a tick that tells a person's tick from the program's, and hands Escape on.
type check struct {
	widget.Check
	onEscape func()
	filling  bool
}

func newCheck(text string, ticked func(on bool)) *check {
	c := &check{}
	c.ExtendBaseWidget(c)
	c.Text = text
	c.OnChanged = func(on bool) {
		if !c.filling {
			ticked(on)
		}
	}
	return c
}

// fill sets the tick without that counting as the person's.
func (c *check) fill(on bool) {
	c.filling = true
	defer func() { c.filling = false }()
	c.SetChecked(on)
}

// FocusGained brings it into sight.
func (c *check) FocusGained() {
	c.Check.FocusGained()
	reveal(c)
}

// TypedKey hands Escape on; Space, which ticks, comes to TypedRune.
func (c *check) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape && c.onEscape != nil {
		c.onEscape()
		return
	}
	c.Check.TypedKey(key)
}

// A choice is a list of a few words of which one holds. It knows them by position, tells a person's choice from the
// program's, and hands Escape on.
type choice struct {
	widget.Select
	onEscape func()
	filling  bool
	barred   []bool            // which options are grey; see choicemenu.go
	menu     *widget.PopUpMenu // while it is open
}

func newChoice(words []string, chosen func(index int)) *choice {
	c := &choice{}
	c.ExtendBaseWidget(c)
	c.Options = words
	c.OnChanged = func(string) {
		if !c.filling {
			chosen(c.SelectedIndex())
		}
	}
	return c
}

// fill sets the choice without that counting as the person's.
func (c *choice) fill(index int) {
	if c.SelectedIndex() == index {
		return
	}
	c.filling = true
	defer func() { c.filling = false }()
	c.SetSelectedIndex(index)
}

// FocusGained brings it into sight.
func (c *choice) FocusGained() {
	c.Select.FocusGained()
	reveal(c)
}

// TypedKey hands Escape on; Space and the arrows choose.
func (c *choice) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape && c.onEscape != nil {
		c.onEscape()
		return
	}
	switch {
	case c.Disabled():
	case key.Name == fyne.KeySpace || key.Name == fyne.KeyUp || key.Name == fyne.KeyDown:
		c.open()
	case key.Name == fyne.KeyRight:
		c.step(1)
	case key.Name == fyne.KeyLeft:
		c.step(-1)
	}
}
