package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// A panel is a rounded box with a border around some content. It follows the theme, which a bare rectangle does not.
type panel struct {
	widget.BaseWidget
	fill, stroke fyne.ThemeColorName
	pad          float32
	content      fyne.CanvasObject
}

func newPanel(fill, stroke fyne.ThemeColorName, pad float32, content fyne.CanvasObject) *panel {
	p := &panel{fill: fill, stroke: stroke, pad: pad, content: content}
	p.ExtendBaseWidget(p)
	return p
}

// paint changes the colours.
func (p *panel) paint(fill, stroke fyne.ThemeColorName) {
	if p.fill == fill && p.stroke == stroke {
		return
	}
	p.fill, p.stroke = fill, stroke
	p.Refresh()
}

// CreateRenderer is called by Fyne.
func (p *panel) CreateRenderer() fyne.WidgetRenderer {
	r := &panelRenderer{panel: p, box: canvas.NewRectangle(nil)}
	r.apply()
	return r
}

type panelRenderer struct {
	panel *panel
	box   *canvas.Rectangle
}

func (r *panelRenderer) apply() {
	th, variant := r.panel.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.box.FillColor = th.Color(r.panel.fill, variant)
	r.box.StrokeColor = th.Color(r.panel.stroke, variant)
	r.box.StrokeWidth = 1
	r.box.CornerRadius = th.Size(sizePanelRadius)
}

// Destroy has nothing to free.
func (r *panelRenderer) Destroy() {}

// Layout leaves the padding on all sides.
func (r *panelRenderer) Layout(size fyne.Size) {
	r.box.Resize(size)
	r.panel.content.Move(fyne.NewPos(r.panel.pad, r.panel.pad))
	r.panel.content.Resize(size.Subtract(fyne.NewSquareSize(2 * r.panel.pad)))
}

// MinSize is the content's and the padding.
func (r *panelRenderer) MinSize() fyne.Size {
	return r.panel.content.MinSize().Add(fyne.NewSquareSize(2 * r.panel.pad))
}

// Objects are the box and, over it, the content.
func (r *panelRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.box, r.panel.content}
}

// Refresh reads the theme again.
func (r *panelRenderer) Refresh() {
	r.apply()
	r.box.Refresh()
	r.Layout(r.panel.Size())
	canvas.Refresh(r.panel.content)
}

// heading is the title of a view.
func heading(text string) *widget.Label {
	l := widget.NewLabel(text)
	l.SizeName = theme.SizeNameHeadingText
	l.TextStyle.Bold = true
	return l
}

// caption is small grey text that takes as many lines as it needs.
func caption(text string) *widget.Label {
	l := widget.NewLabel(text)
	l.SizeName = theme.SizeNameCaptionText
	l.Importance = widget.LowImportance
	l.Wrapping = fyne.TextWrapWord
	return l
}

// say changes a label's text, and does nothing where it is there already.
func say(l *widget.Label, text string) {
	if l.Text != text {
		l.SetText(text)
	}
}

// show makes an object visible or not, and does nothing where it is so already.
func show(o fyne.CanvasObject, visible bool) {
	switch {
	case visible == o.Visible():
	case visible:
		o.Show()
	default:
		o.Hide()
	}
}

// enable makes a widget usable or not, and does nothing where it is so already.
func enable(d fyne.Disableable, usable bool) {
	switch {
	case usable != d.Disabled():
	case usable:
		d.Enable()
	default:
		d.Disable()
	}
}
