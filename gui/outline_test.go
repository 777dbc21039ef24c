//go:build uioutline

package gui

import (
	"encoding/json"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// K-2.
func TestAnOutlineTellsNoPasswordEvenWhileItIsShown(t *testing.T) {
	test.NewTempApp(t)
	pass := newPasswordField()
	win := test.NewTempWindow(t, container.NewVBox(pass))
	pass.SetText("Tr0ubadour")
	for _, hidden := range []bool{true, false} {
		pass.Password = hidden
		pass.Refresh()
		text, err := json.Marshal(outlineOf(win))
		if err != nil || strings.Contains(string(text), "Tr0ubadour") {
			t.Errorf("hidden %t: got error %v and %s, want no password in it", hidden, err, text)
		}
	}
}

func TestAnOutlineTellsWhatAPersonSees(t *testing.T) {
	test.NewTempApp(t)
	name, push, tick := newField("Ada"), newButton("Push", nil, nil), newCheck("Tick", func(bool) {})
	low := widget.NewLabel("below")
	tall := container.NewVScroll(container.NewVBox(name, push, tick, widget.NewRadioGroup([]string{"a", "b"}, nil), low))
	win := test.NewTempWindow(t, tall)
	win.Resize(fyne.NewSize(300, 150))
	name.SetText("Grace")
	push.Disable()
	tick.fill(true)
	win.Canvas().Focus(name)
	got := map[string]shape{}
	for _, s := range outlineOf(win).Widgets {
		got[s.Kind+" "+s.Text] = s
	}
	for text, right := range map[string]func(shape) bool{
		"entry Grace": func(s shape) bool { return s.Focused && s.Hint == "Ada" && s.Visible && s.InSight && s.W > 100 },
		"button Push": func(s shape) bool { return s.Disabled && s.Y > 0 },
		"check Tick":  func(s shape) bool { return s.On && !s.Focused },
		"radio b":     func(s shape) bool { return !s.On },
		"label below": func(s shape) bool { return s.Visible && !s.InSight },
	} {
		if s, found := got[text]; !found || !right(s) {
			t.Errorf("%s: got %+v (found %t), want it as it was made", text, s, found)
		}
	}
}

func TestAnOutlineTellsTheListOfAccounts(t *testing.T) {
	a, _, win := accountsOn(t, fyne.NewSize(1000, 640), aShelf())
	win.Canvas().Focus(a.side.list)
	got := map[string]shape{}
	dots := 0
	for _, s := range outlineOf(win).Widgets {
		got[s.Kind+" "+s.Text] = s
		if s.Text == "⋯" {
			dots++
		}
	}
	for text, right := range map[string]func(shape) bool{
		"list ": func(s shape) bool { return s.Focused && s.H > 100 },
		"account ada@domain.example: Works · changed": func(s shape) bool { return s.On && s.InSight && s.W > 100 },
		"account New account: Not saved":              func(s shape) bool { return !s.On && s.Y > 0 },
		"label Identity not verified":                 func(s shape) bool { return s.Visible },
		"button Check all":                            func(s shape) bool { return !s.Disabled },
	} {
		if s, found := got[text]; !found || !right(s) {
			t.Errorf("%s: got %+v (found %t), want it as it was made", text, s, found)
		}
	}
	if dots != 5 {
		t.Errorf("got %d buttons for actions, want one for each account", dots)
	}
}
