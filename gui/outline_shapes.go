//go:build uioutline

package gui

import (
	"reflect"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// A shape is one widget of an outline. Lengths are pixels of the window. The text of a password is never among it.
type shape struct {
	Kind     string `json:"kind"`
	Text     string `json:"text"`
	Hint     string `json:"hint,omitempty"` // what an empty field shows
	X        int    `json:"x"`
	Y        int    `json:"y"`
	W        int    `json:"w"`
	H        int    `json:"h"`
	Layer    int    `json:"layer"` // 0 the window, 1 and up what lies over it; only the top one can be used
	Focused  bool   `json:"focused"`
	Disabled bool   `json:"disabled"`
	Visible  bool   `json:"visible"`
	InSight  bool   `json:"in_sight"` // visible, and its middle is not scrolled away
	On       bool   `json:"on"`       // ticked, or the chosen one; of a password: not empty
}

// A sketcher walks over widgets and notes the shapes that a person would name.
type sketcher struct {
	canvas  fyne.Canvas
	focused fyne.Focusable
	layer   int
	shapes  []shape
}

// A region is the part of the window that a scroll leaves to its content.
type region struct{ left, top, right, bottom float32 }

func whole(c fyne.Canvas) region { return region{0, 0, c.Size().Width, c.Size().Height} }

func (r region) within(at fyne.Position, size fyne.Size) region {
	return region{max(r.left, at.X), max(r.top, at.Y), min(r.right, at.X+size.Width), min(r.bottom, at.Y+size.Height)}
}

func (r region) has(p fyne.Position) bool {
	return p.X >= r.left && p.X < r.right && p.Y >= r.top && p.Y < r.bottom
}

// menus notes the main menu. Its entries have no place: Fyne draws them where nobody outside can look.
func (s *sketcher) menus(menu *fyne.MainMenu) {
	if menu == nil {
		return
	}
	for _, m := range menu.Items {
		s.shapes = append(s.shapes, shape{Kind: "menu", Text: m.Label})
		s.entries(m.Label, m.Items)
	}
}

func (s *sketcher) entries(path string, items []*fyne.MenuItem) {
	for _, item := range items {
		if item.IsSeparator {
			continue
		}
		name := path + " > " + item.Label
		s.shapes = append(s.shapes, shape{Kind: "entry of a menu", Text: name, Disabled: item.Disabled, On: item.Checked})
		if item.ChildMenu != nil {
			s.entries(name, item.ChildMenu.Items)
		}
	}
}

// add notes an object and what is in it.
func (s *sketcher) add(o fyne.CanvasObject, at fyne.Position, clip region, visible bool) {
	if o == nil {
		return
	}
	visible = visible && o.Visible()
	if found, known := describe(o); known {
		s.note(o, found, at, clip, visible)
		if !holds(o) {
			return
		}
	}
	if _, scrolls := o.(*container.Scroll); scrolls {
		clip = clip.within(at, o.Size())
	}
	for _, child := range children(o, visible) {
		s.add(child, at.Add(child.Position()), clip, visible)
	}
}

func (s *sketcher) note(o fyne.CanvasObject, found shape, at fyne.Position, clip region, visible bool) {
	size := o.Size()
	found.X, found.Y = s.canvas.PixelCoordinateForPosition(at)
	found.W, found.H = s.canvas.PixelCoordinateForPosition(fyne.NewPos(size.Width, size.Height))
	found.Layer, found.Visible = s.layer, visible
	found.InSight = visible && clip.has(at.AddXY(size.Width/2, size.Height/2))
	if focusable, ok := o.(fyne.Focusable); ok {
		found.Focused = s.focused == focusable
	}
	if disableable, ok := o.(fyne.Disableable); ok {
		found.Disabled = disableable.Disabled()
	}
	s.shapes = append(s.shapes, found)
}

// children gives what an object is made of. A widget that was never seen is not asked, since asking would build it.
func children(o fyne.CanvasObject, visible bool) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case fyne.Widget:
		if visible {
			return test.WidgetRenderer(o).Objects()
		}
	}
	return nil
}

// holds reports whether what is described holds more that a person would name.
func holds(o fyne.CanvasObject) bool {
	switch o.(type) {
	case *accountRow, *accountList, *summaryList:
		return true
	}
	return false
}

// ofTheList describes the parts of the list of accounts. The address of a row is told whole, whatever there is room for.
func ofTheList(o fyne.CanvasObject) (shape, bool) {
	switch w := o.(type) {
	case *accountRow:
		return shape{Kind: "account", Text: w.drawn.title + ": " + w.drawn.status, On: w.drawn.open}, true
	case *accountList, *summaryList:
		return shape{Kind: "list"}, true
	case *dots:
		return shape{Kind: "button", Text: "⋯"}, true
	}
	return shape{}, false
}

// describe tells what a person would call an object; false for one that only holds others.
func describe(o fyne.CanvasObject) (shape, bool) {
	if text, ok := o.(*canvas.Text); ok {
		return shape{Kind: "text", Text: text.Text}, true
	}
	if found, ok := ofTheList(o); ok {
		return found, true
	}
	switch w := known(o).(type) {
	case *widget.Entry:
		return entry(w), true
	case *widget.Button:
		return shape{Kind: "button", Text: w.Text}, true
	case *widget.Check:
		return shape{Kind: "check", Text: w.Text, On: w.Checked}, true
	case *widget.Select:
		return shape{Kind: "select", Text: w.Selected, Hint: strings.Join(w.Options, "|")}, true
	case *widget.Hyperlink:
		return shape{Kind: "link", Text: w.Text}, true
	case *widget.Label:
		return shape{Kind: "label", Text: w.Text}, true
	case *widget.RichText:
		return shape{Kind: "label", Text: w.String()}, true
	case *widget.Icon:
		if w.Resource != nil {
			return shape{Kind: "icon", Text: w.Resource.Name()}, true
		}
	}
	return hiddenKind(o)
}

// entry describes a field; that of a password without its text, also while a person has it shown.
func entry(e *widget.Entry) shape {
	found := shape{Kind: "entry", Text: e.Text, Hint: e.PlaceHolder}
	if e.Password || reflect.TypeOf(e.ActionItem) != nil && reflect.TypeOf(e.ActionItem).String() == "*widget.passwordRevealer" {
		found.Kind, found.Text, found.On = "password", "", e.Text != ""
	}
	return found
}

// hiddenKind describes the widgets of Fyne whose types have no public name.
func hiddenKind(o fyne.CanvasObject) (shape, bool) {
	v := reflect.Indirect(reflect.ValueOf(o))
	if v.Kind() != reflect.Struct {
		return shape{}, false
	}
	switch v.Type().String() {
	case "widget.radioItem":
		return shape{Kind: "radio", Text: v.FieldByName("Label").String(), On: v.FieldByName("Selected").Bool()}, true
	case "widget.menuItem":
		if item, ok := v.FieldByName("Item").Interface().(*fyne.MenuItem); ok {
			return shape{Kind: "entry of a menu", Text: item.Label, Disabled: item.Disabled, On: item.Checked}, true
		}
	}
	return shape{}, false
}

// known gives the widget of Fyne that an object is or has embedded.
func known(o fyne.CanvasObject) any {
	v := reflect.Indirect(reflect.ValueOf(o))
	for v.Kind() == reflect.Struct {
		if v.Type().PkgPath() == "fyne.io/fyne/v2/widget" && v.CanAddr() {
			return v.Addr().Interface()
		}
		if v.NumField() == 0 || !v.Type().Field(0).Anonymous {
			return nil
		}
		v = v.Field(0)
	}
	return nil
}
