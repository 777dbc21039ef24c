package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
)

// A bottomBar switches the view, exports, and saves.
type bottomBar struct {
	content fyne.CanvasObject
	view    *button
	export  *button
	save    *button
	canvas  fyne.Canvas
	saving  bool // the button was pressed: when it is grey, what comes next gets the keyboard
}

func newBottomBar(s *setup.Session, w fyne.Window, formats *fyne.Menu) *bottomBar {
	b := &bottomBar{canvas: w.Canvas()}
	b.view = newButton("", nil, func() { s.Show(other(s.State().View)) })
	b.export = newButton("Export", theme.MenuDropDownIcon(), func() { b.popUp(w.Canvas(), formats) })
	b.export.IconPlacement = widget.ButtonIconTrailingText
	b.save = newButton("Save account", theme.DocumentSaveIcon(), func() {
		b.saving = true
		s.SaveAccount()
	})
	b.view.onEscape, b.export.onEscape, b.save.onEscape = s.Stop, s.Stop, s.Stop
	row := container.NewBorder(nil, nil, b.view, container.NewHBox(b.export, b.save))
	b.content = container.NewBorder(widget.NewSeparator(), nil, nil, nil, container.New(layout.NewCustomPaddedLayout(6, 8, 12, 12), row))
	return b
}

// other gives the view that is not shown.
func other(v setup.View) setup.View {
	if v == setup.Simple {
		return setup.Advanced
	}
	return setup.Simple
}

// popUp opens the list of formats above the button, and gives the focus back when it closes.
func (b *bottomBar) popUp(c fyne.Canvas, formats *fyne.Menu) {
	menu := widget.NewPopUpMenu(formats, c)
	hide := menu.OnDismiss
	menu.OnDismiss = func() {
		hide()
		c.Focus(b.export)
	}
	size, driver := menu.MinSize(), fyne.CurrentApp().Driver()
	left := driver.AbsolutePositionForObject(b.export).X
	x := min(b.export.Size().Width-size.Width, c.Size().Width-size.Width-widest(formats)-left)
	menu.ShowAtRelativePosition(fyne.NewPos(max(x, -left), -size.Height), b.export)
}

// widest is the width of the widest submenu: it opens to the right, and where there is no room it would lie over its parent.
func widest(of *fyne.Menu) float32 {
	var width float32
	for _, item := range of.Items {
		if item.ChildMenu != nil {
			width = max(width, widget.NewMenu(item.ChildMenu).MinSize().Width)
		}
	}
	return width
}

func (b *bottomBar) render(s setup.State) {
	if s.View == setup.Advanced {
		b.view.set("Back to simple view", theme.NavigateBackIcon(), widget.LowImportance)
	} else {
		b.view.set("Advanced settings", theme.SettingsIcon(), widget.LowImportance)
	}
	export, save := widget.MediumImportance, widget.MediumImportance
	switch done := s.CanWrite && s.Searched && s.Verdict.Tone == setup.Success && s.Phase == setup.Resting; {
	case done && s.Shelf.CanSave:
		save = widget.HighImportance
	case done:
		export = widget.HighImportance
	}
	b.export.set("Export", theme.MenuDropDownIcon(), export)
	b.save.set(saveWords(s.Shelf), theme.DocumentSaveIcon(), save)
	enable(b.export, s.CanWrite)
	enable(b.save, s.Shelf.CanSave)
	b.followUp(s)
}

// followUp gives the keyboard to exporting, which comes next, when what was pressed to save is grey.
func (b *bottomBar) followUp(s setup.State) {
	if !b.saving || s.Shelf.Saving || s.Shelf.CanSave {
		return
	}
	b.saving = false
	focused := b.canvas.Focused()
	if (focused == nil || focused == fyne.Focusable(b.save)) && s.CanWrite && s.Phase == setup.Resting && b.canvas.Overlays().Top() == nil {
		b.canvas.Focus(b.export)
	}
}

// saveWords is what stands on the button that saves.
func saveWords(s setup.Shelf) string {
	switch {
	case s.ReadOnly && !s.Nowhere:
		return "Read only"
	case s.Saving:
		return "Saving…"
	default:
		return "Save account"
	}
}
