package gui

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// reveal scrolls an object into sight, if it stands in something that scrolls. The kinds of widget here call it when they
// get the focus: Tab goes on below the edge of a small window, and Fyne does not go with it.
func reveal(o fyne.CanvasObject) {
	driver := fyne.CurrentApp().Driver()
	c := driver.CanvasForObject(o)
	if c == nil || c.Content() == nil {
		return
	}
	scroll := scrollAround(top(c), o)
	if scroll == nil {
		return
	}
	scroll.Refresh() // what was just written may need more room than there was
	y := driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(scroll).Y
	switch below := y + o.Size().Height - scroll.Size().Height; {
	case y < 0:
		scroll.ScrollToOffset(scroll.Offset.AddXY(0, y))
	case below > 0:
		scroll.ScrollToOffset(scroll.Offset.AddXY(0, min(below, y)))
	}
}

// top is what the keyboard belongs to: a sheet, or else the window's content. Fyne shows a sheet in a type that has no name
// outside; only that it has a field Content is known of it.
func top(c fyne.Canvas) fyne.CanvasObject {
	over := reflect.Indirect(reflect.ValueOf(c.Overlays().Top()))
	if over.Kind() != reflect.Struct {
		return c.Content()
	}
	if f := over.FieldByName("Content"); f.IsValid() && f.CanInterface() {
		if p, ok := f.Interface().(*widget.PopUp); ok {
			return p.Content
		}
	}
	return c.Content()
}

// scrollAround finds the innermost scroll that holds an object, nil for none.
func scrollAround(top, o fyne.CanvasObject) *container.Scroll {
	var found *container.Scroll
	var within func(at fyne.CanvasObject, around *container.Scroll) bool
	within = func(at fyne.CanvasObject, around *container.Scroll) bool {
		if at == o {
			found = around
			return true
		}
		switch at := at.(type) {
		case *fyne.Container:
			for _, child := range at.Objects {
				if child.Visible() && within(child, around) {
					return true
				}
			}
		case *container.Scroll:
			return within(at.Content, at)
		case *panel:
			return within(at.content, around)
		}
		return false
	}
	within(top, nil)
	return found
}
