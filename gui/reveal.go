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
	revealOn(fyne.CurrentApp().Driver().CanvasForObject(o), o)
}

// revealOn does the same for an object that may not have been drawn yet, of which the driver knows neither canvas nor place.
func revealOn(c fyne.Canvas, o fyne.CanvasObject) {
	if c == nil || c.Content() == nil {
		return
	}
	scroll, _ := scrollAround(top(c), o)
	if scroll == nil {
		return
	}
	scroll.Refresh() // what was just written may need more room than there was
	_, y := scrollAround(top(c), o)
	y -= scroll.Offset.Y
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

// scrollAround finds the innermost scroll that holds an object, nil for none, and how far below the top of what is scrolled the
// object is.
func scrollAround(top, o fyne.CanvasObject) (found *container.Scroll, below float32) {
	var within func(at fyne.CanvasObject, around *container.Scroll, y float32) bool
	within = func(at fyne.CanvasObject, around *container.Scroll, y float32) bool {
		if at == o {
			found, below = around, y
			return true
		}
		switch at := at.(type) {
		case *fyne.Container:
			for _, child := range at.Objects {
				if child.Visible() && within(child, around, y+child.Position().Y) {
					return true
				}
			}
		case *container.Scroll:
			return within(at.Content, at, 0)
		case *container.ThemeOverride:
			return within(at.Content, around, y+at.Content.Position().Y)
		case *panel:
			return within(at.content, around, y+at.content.Position().Y)
		}
		return false
	}
	within(top, nil, 0)
	return found, below
}
