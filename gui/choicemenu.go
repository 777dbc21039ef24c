package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Fyne's list cannot grey an option, so that a choice opens a menu of its own. Its behaviour is otherwise that of the list:
// Space and the arrows up and down open it, left and right go from one option that can be chosen to the next.

// setOptions changes what can be chosen; an option for which barred holds true is shown grey.
func (c *choice) setOptions(words []string, barred []bool) {
	c.barred = barred
	c.SetOptions(words)
}

// grey reports whether an option cannot be chosen.
func (c *choice) grey(i int) bool { return i < len(c.barred) && c.barred[i] }

// Tapped opens the menu.
func (c *choice) Tapped(*fyne.PointEvent) {
	if c.Disabled() {
		return
	}
	if canvas := c.canvas(); canvas != nil && !fyne.CurrentDevice().IsMobile() {
		canvas.Focus(c)
	}
	c.open()
}

// open shows the menu below the choice. What is grey does nothing: Fyne lets Enter reach it all the same.
func (c *choice) open() {
	canvas := c.canvas()
	if canvas == nil {
		return
	}
	c.shut()
	items := make([]*fyne.MenuItem, len(c.Options))
	for i, words := range c.Options {
		items[i] = &fyne.MenuItem{Label: words, Disabled: c.grey(i)}
		if !c.grey(i) {
			items[i].Action = func() { c.SetSelectedIndex(i) }
		}
	}
	menu := widget.NewPopUpMenu(fyne.NewMenu("", items...), canvas)
	menu.OnDismiss = c.shut
	c.menu = menu
	menu.ShowAtPosition(c.below())
	c.fit()
}

// fit makes the menu as wide as the choice, or as its words.
func (c *choice) fit() {
	least := c.menu.MinSize()
	c.menu.Resize(fyne.NewSize(max(least.Width, c.Size().Width), least.Height))
}

// below is where the menu is shown.
func (c *choice) below() fyne.Position {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(c)
	return at.AddXY(0, c.Size().Height-theme.Size(theme.SizeNameInputBorder))
}

// shut puts the menu away.
func (c *choice) shut() {
	if menu := c.menu; menu != nil {
		c.menu = nil
		menu.Hide()
	}
}

func (c *choice) canvas() fyne.Canvas { return fyne.CurrentApp().Driver().CanvasForObject(c) }

// Hide puts the menu away, too.
func (c *choice) Hide() {
	c.shut()
	c.Select.Hide()
}

// Move takes the menu along.
func (c *choice) Move(to fyne.Position) {
	c.Select.Move(to)
	if c.menu != nil {
		c.menu.Move(c.below())
	}
}

// Resize takes the menu along.
func (c *choice) Resize(size fyne.Size) {
	c.Select.Resize(size)
	if c.menu != nil {
		c.fit()
	}
}

// step chooses the next option in a direction, past those that are grey.
func (c *choice) step(by int) {
	n := len(c.Options)
	at := c.SelectedIndex()
	if at < 0 && by < 0 {
		at = 0
	}
	for range n {
		at = (at + by + n) % n
		if !c.grey(at) {
			c.SetSelectedIndex(at)
			return
		}
	}
}
