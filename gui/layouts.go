package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
)

// centred keeps its single object at most max wide, in the middle, at full height.
type centred struct{ max float32 }

// MinSize is the object's own.
func (c centred) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

// Layout places the object.
func (c centred) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := min(size.Width, c.max)
	objects[0].Resize(fyne.NewSize(width, size.Height))
	objects[0].Move(fyne.NewPos((size.Width-width)/2, 0))
}

// paged is centred for the content of a page that scrolls. Content that gets shorter takes the page along; Fyne leaves it where
// it is, and then nothing is in sight until somebody scrolls. Text that is new is short until it is wrapped: where the content
// grows again before anybody has scrolled, the page goes back.
type paged struct {
	centred
	page     *container.Scroll
	at, want float32 // the offset that it was given last, and the one that it had before
}

// newPage is a page with content in the middle, at most max wide.
func newPage(max float32, content fyne.CanvasObject) *container.Scroll {
	page := container.NewVScroll(nil)
	page.Content = container.New(&paged{centred: centred{max}, page: page}, content)
	return page
}

// Layout places the object and, where it must, moves the page.
func (p *paged) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	p.centred.Layout(objects, size)
	end := max(0, size.Height-p.page.Size().Height)
	if at := p.page.Offset.Y; at > p.at || at < min(p.at, end) { // somebody has scrolled; Fyne itself goes to the end alone
		p.want = at
	}
	p.at = min(p.want, end)
	p.page.Offset.Y = p.at
}

// fixedWidth gives its single object a set width and its own height.
type fixedWidth struct{ w float32 }

// MinSize is the set width.
func (f fixedWidth) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(f.w, objects[0].MinSize().Height)
}

// Layout fills the place.
func (f fixedWidth) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(size)
}

// columns puts objects side by side where there is room for breakAt, equally wide and high, and else on top of each other.
// Its height depends on the width that it got last, as that of wrapped text does.
type columns struct {
	breakAt float32
	width   float32
}

// MinSize is as wide as the widest object, so that the stack is always possible.
func (c *columns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.Size{}
	for i, o := range shown(objects) {
		m := o.MinSize()
		size.Width = max(size.Width, m.Width)
		switch {
		case c.width >= c.breakAt:
			size.Height = max(size.Height, m.Height)
		case i > 0:
			size.Height += m.Height + columnGap()
		default:
			size.Height += m.Height
		}
	}
	return size
}

// Layout places the objects.
func (c *columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	c.width = size.Width
	objects = shown(objects)
	if c.width >= c.breakAt {
		c.beside(objects, size)
		return
	}
	y := float32(0)
	for _, o := range objects {
		height := o.MinSize().Height
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, height))
		y += height + columnGap()
	}
}

func (c *columns) beside(objects []fyne.CanvasObject, size fyne.Size) {
	n := float32(len(objects))
	width := (size.Width - columnGap()*(n-1)) / n
	height := float32(0)
	for _, o := range objects {
		height = max(height, o.MinSize().Height)
	}
	for i, o := range objects {
		o.Move(fyne.NewPos(float32(i)*(width+columnGap()), 0))
		o.Resize(fyne.NewSize(width, height))
	}
}

func columnGap() float32 { return theme.Padding() * 3 }

// tail puts a last, narrow object at the right of a first one, in the middle of its height, where at least breakAt are left
// for both, and else below it, at its left edge.
type tail struct {
	breakAt float32
	width   float32
}

// MinSize depends on the width that it got last.
func (t *tail) MinSize(objects []fyne.CanvasObject) fyne.Size {
	first, last := objects[0].MinSize(), objects[1].MinSize()
	switch {
	case !objects[1].Visible() || last.Width == 0:
		return first
	case t.width >= t.breakAt:
		return fyne.NewSize(max(first.Width, last.Width), max(first.Height, last.Height))
	default:
		return fyne.NewSize(max(first.Width, last.Width), first.Height+last.Height+theme.Padding())
	}
}

// Layout places both.
func (t *tail) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	t.width = size.Width
	first, last := objects[0], objects[1]
	least := last.MinSize()
	first.Move(fyne.NewPos(0, 0))
	switch {
	case !last.Visible() || least.Width == 0:
		first.Resize(size)
	case t.width >= t.breakAt:
		first.Resize(fyne.NewSize(size.Width-least.Width-theme.Padding(), size.Height))
		last.Resize(least)
		last.Move(fyne.NewPos(size.Width-least.Width, (size.Height-least.Height)/2))
	default:
		first.Resize(fyne.NewSize(size.Width, size.Height-least.Height-theme.Padding()))
		last.Resize(least)
		last.Move(fyne.NewPos(theme.InnerPadding(), size.Height-least.Height))
	}
}

// beside lays out a list, a bar and the main content. The list stands at the left of the content where the window is at
// least breakAt wide, and the bar above it in a narrower one; neither is there while shown is false.
type beside struct {
	breakAt      float32
	side         func(window float32) float32 // the width of the list
	shown        bool
	flipped      func() // the list or the bar has come or gone
	wide, narrow bool   // as laid out last
}

// MinSize is that of the narrow window, so that every window can become one.
func (b *beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := objects[2].MinSize()
	if !b.shown {
		return size
	}
	bar := objects[1].MinSize()
	size.Width = max(size.Width, bar.Width)
	if !b.wide {
		size.Height += bar.Height
	}
	return size
}

// Layout places all three.
func (b *beside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	side, bar, main := objects[0], objects[1], objects[2]
	wide := b.shown && size.Width >= b.breakAt
	narrow := b.shown && !wide
	show(side, wide)
	show(bar, narrow)
	if wide != b.wide || narrow != b.narrow {
		b.wide, b.narrow = wide, narrow
		b.flipped()
	}
	at := fyne.Position{}
	switch {
	case wide:
		side.Move(at)
		at.X = b.side(size.Width)
		side.Resize(fyne.NewSize(at.X, size.Height))
	case narrow:
		bar.Move(at)
		bar.Resize(fyne.NewSize(size.Width, bar.MinSize().Height))
		at.Y = bar.MinSize().Height
	}
	main.Move(at)
	main.Resize(size.SubtractWidthHeight(at.X, at.Y))
}

// shown leaves out what is hidden.
func shown(objects []fyne.CanvasObject) []fyne.CanvasObject {
	visible := make([]fyne.CanvasObject, 0, len(objects))
	for _, o := range objects {
		if o.Visible() {
			visible = append(visible, o)
		}
	}
	return visible
}

// stacked puts objects on top of each other with a set gap; a negative one takes back the inner padding of labels.
func stacked(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(gap), objects...)
}

// foldable lays out four objects: content, a button that opens something, what it opens, and a last button. While nothing
// is open both buttons share a row; open, the last button stands below what is open. The order for Tab is always that of
// the objects.
type foldable struct{}

// MinSize has room for both rows.
func (foldable) MinSize(objects []fyne.CanvasObject) fyne.Size {
	content, opener, fold, last := objects[0].MinSize(), objects[1].MinSize(), objects[2].MinSize(), objects[3].MinSize()
	gap := theme.Padding()
	size := fyne.NewSize(max(content.Width, opener.Width+gap+last.Width), content.Height+gap+max(opener.Height, last.Height))
	if objects[2].Visible() {
		size.Width = max(size.Width, fold.Width)
		size.Height += fold.Height + last.Height + 2*gap
	}
	return size
}

// Layout places all four.
func (foldable) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	content, opener, fold, last := objects[0], objects[1], objects[2], objects[3]
	gap, y := theme.Padding(), float32(0)
	place := func(o fyne.CanvasObject, x, width float32) float32 {
		height := o.MinSize().Height
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(width, height))
		return height + gap
	}
	y += place(content, 0, size.Width)
	opened := place(opener, 0, opener.MinSize().Width)
	if fold.Visible() {
		y += opened
		y += place(fold, 0, size.Width)
	}
	place(last, size.Width-last.MinSize().Width, last.MinSize().Width)
}
