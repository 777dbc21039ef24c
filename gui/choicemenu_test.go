package gui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// openedChoice shows a choice of three of which the second is grey, opened as a person does it.
func openedChoice(t *testing.T, opened func(*choice)) (c *choice, w fyne.Window, chosen *[]int) {
	t.Helper()
	chosen = new([]int)
	w = newStage(t, fyne.NewSize(560, 480))
	c = newChoice(nil, func(i int) { *chosen = append(*chosen, i) })
	w.SetContent(container.NewVBox(c))
	c.setOptions([]string{"a", "b", "c"}, []bool{false, true, false})
	c.fill(0)
	w.Canvas().Focus(c)
	opened(c)
	return c, w, chosen
}

// menuOf gives the open menu, nil for none.
func menuOf(w fyne.Window) *widget.PopUpMenu {
	for _, o := range w.Canvas().Overlays().List() {
		for _, inner := range test.LaidOutObjects(o) {
			if menu, ok := inner.(*widget.PopUpMenu); ok && menu.Visible() {
				return menu
			}
		}
	}
	return nil
}

func TestAGreyOptionCannotBeChosenByKeyboardOrMouse(t *testing.T) {
	for name, opened := range map[string]func(*choice){
		"Space": func(c *choice) { c.TypedKey(key(fyne.KeySpace)) },
		"down":  func(c *choice) { c.TypedKey(key(fyne.KeyDown)) },
		"click": func(c *choice) { test.Tap(c) },
	} {
		for down, want := range map[int][]int{1: nil, 2: nil, 3: {2}} { // to a, which is chosen already, to b, to c
			c, w, chosen := openedChoice(t, opened)
			if menuOf(w) == nil {
				t.Fatalf("%s: got no menu, want it open", name)
			}
			for range down {
				menuOf(w).TypedKey(key(fyne.KeyDown))
			}
			menuOf(w).TypedKey(key(fyne.KeyReturn))
			if len(*chosen) != len(want) && down != 1 || down == 2 && c.Selected != "a" || down == 3 && c.Selected != "c" {
				t.Errorf("%s, %d times down: got %v and %q, want %v", name, down, *chosen, c.Selected, want)
			}
			if menuOf(w) != nil {
				t.Errorf("%s: got an open menu, want it put away", name)
			}
			if got := w.Canvas().Focused(); got != fyne.Focusable(c) {
				t.Errorf("%s: got the focus on %T, want it back on the choice", name, got)
			}
		}
	}
}

func TestLeftAndRightPassOverWhatIsGrey(t *testing.T) {
	c, _, chosen := openedChoice(t, func(*choice) {})
	for _, step := range []struct {
		key  fyne.KeyName
		want string
	}{{fyne.KeyRight, "c"}, {fyne.KeyRight, "a"}, {fyne.KeyLeft, "c"}, {fyne.KeyLeft, "a"}} {
		if c.TypedKey(key(step.key)); c.Selected != step.want {
			t.Errorf("%s: got %q, want %q", step.key, c.Selected, step.want)
		}
	}
	if len(*chosen) != 4 {
		t.Errorf("got %v, want four choices", *chosen)
	}
	c.Disable()
	c.TypedKey(key(fyne.KeyRight))
	c.TypedKey(key(fyne.KeySpace))
	test.Tap(c)
	if c.Selected != "a" || c.menu != nil {
		t.Errorf("got %q and menu %v of a disabled choice, want nothing done", c.Selected, c.menu)
	}
}

func TestAMenuGoesWithItsChoice(t *testing.T) {
	c, w, _ := openedChoice(t, func(c *choice) { c.open() })
	menuOf(w).TypedKey(key(fyne.KeyEscape))
	if menuOf(w) != nil {
		t.Error("got a menu after Escape, want none")
	}
	c.open()
	before := menuOf(w).Position()
	c.Move(fyne.NewPos(0, 100))
	if got := menuOf(w).Position(); got.Y <= before.Y {
		t.Errorf("got the menu at %v, want it below %v", got, before)
	}
	c.Hide()
	if menuOf(w) != nil {
		t.Error("got the menu of a hidden choice, want none")
	}
}
