package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// A wheel lies over a field, cannot be seen, and hands the wheel of the mouse on to the page around it. Fyne's entry keeps
// the wheel for itself: with the pointer on a field, which is where it mostly is in a form, no page would move.
type wheel struct{ widget.BaseWidget }

func newWheel() *wheel {
	w := &wheel{}
	w.ExtendBaseWidget(w)
	return w
}

// CreateRenderer is called by Fyne; there is nothing to draw.
func (w *wheel) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewWithoutLayout())
}

// Scrolled moves the page.
func (w *wheel) Scrolled(e *fyne.ScrollEvent) {
	driver := fyne.CurrentApp().Driver()
	c := driver.CanvasForObject(w)
	if c == nil || c.Content() == nil {
		return
	}
	middle := driver.AbsolutePositionForObject(w).AddXY(w.Size().Width/2, w.Size().Height/2)
	if page := scrollAt(top(c), middle); page != nil {
		page.Scrolled(e)
	}
}

// scrollAt finds the innermost scroll at a place in the window, nil for none.
func scrollAt(top fyne.CanvasObject, place fyne.Position) *container.Scroll {
	var found *container.Scroll
	var within func(o fyne.CanvasObject)
	within = func(o fyne.CanvasObject) {
		if !o.Visible() {
			return
		}
		switch o := o.(type) {
		case *fyne.Container:
			for _, child := range o.Objects {
				within(child)
			}
		case *container.Scroll:
			if covers(o, place) {
				found = o
				within(o.Content)
			}
		case *panel:
			within(o.content)
		}
	}
	within(top)
	return found
}

// covers reports whether an object is at a place in the window.
func covers(o fyne.CanvasObject, place fyne.Position) bool {
	at := place.Subtract(fyne.CurrentApp().Driver().AbsolutePositionForObject(o))
	return at.X >= 0 && at.Y >= 0 && at.X < o.Size().Width && at.Y < o.Size().Height
}

// A wheeled renderer is that of a field, with a wheel on top.
type wheeled struct {
	fyne.WidgetRenderer
	wheel *wheel
}

// Layout has the wheel cover the field.
func (r *wheeled) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	r.wheel.Move(fyne.NewPos(0, 0))
	r.wheel.Resize(size)
}

// Objects are those of the field and the wheel.
func (r *wheeled) Objects() []fyne.CanvasObject {
	inner := r.WidgetRenderer.Objects()
	return append(inner[:len(inner):len(inner)], r.wheel)
}
