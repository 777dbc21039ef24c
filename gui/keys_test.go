package gui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
	"portolan/probe/explain"
)

func key(name fyne.KeyName) *fyne.KeyEvent { return &fyne.KeyEvent{Name: name} }

func TestEnterAndSpacePressAButtonAndKeepItsFocus(t *testing.T) {
	w := newStage(t, fyne.NewSize(560, 480))
	presses := 0
	b := newButton("Press", theme.SearchIcon(), func() { presses++ })
	w.SetContent(container.NewVBox(b, newField("")))
	w.Canvas().Focus(b)
	for i, name := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace} {
		typeKey(w, name)
		if presses != i+1 || w.Canvas().Focused() != fyne.Focusable(b) {
			t.Errorf("%s: got %d presses and the focus on %T, want %d and the button", name, presses, w.Canvas().Focused(), i+1)
		}
	}
	b.Disable()
	b.TypedKey(key(fyne.KeyReturn))
	if presses != 3 {
		t.Errorf("got %d presses, want none of a disabled button", presses)
	}
}

func TestAButtonThatMovesTheFocusDoesNotTakeItBack(t *testing.T) {
	w := newStage(t, fyne.NewSize(560, 480))
	f := newField("")
	b := newButton("Press", nil, func() { w.Canvas().Focus(f) })
	w.SetContent(container.NewVBox(b, f))
	w.Canvas().Focus(b)
	b.TypedKey(key(fyne.KeyReturn))
	if got := w.Canvas().Focused(); got != fyne.Focusable(f) {
		t.Errorf("got the focus on %T, want the field", got)
	}
}

func TestEscapeGoesOnFromEveryKindOfWidget(t *testing.T) {
	newStage(t, fyne.NewSize(560, 480))
	escapes := 0
	escape := func() { escapes++ }
	b, f, p := newButton("", nil, nil), newField(""), newPasswordField()
	c, l := newCheck("", func(bool) {}), newChoice([]string{"a", "b"}, func(int) {})
	b.onEscape, f.onEscape, p.onEscape, c.onEscape, l.onEscape = escape, escape, escape, escape, escape
	f.Disable()
	b.Disable()
	for i, w := range []fyne.Focusable{b, f, p, c, l} {
		if w.TypedKey(key(fyne.KeyEscape)); escapes != i+1 {
			t.Errorf("%T: got %d, want Escape handed on, disabled or not", w, escapes)
		}
	}
}

func TestFillingInIsNotTyping(t *testing.T) {
	w := newStage(t, fyne.NewSize(560, 480))
	var got []string
	f := newField("")
	f.onTyped = func(text string) { got = append(got, text) }
	c := newCheck("", func(bool) { got = append(got, "check") })
	l := newChoice([]string{"a", "b"}, func(int) { got = append(got, "choice") })
	w.SetContent(container.NewVBox(f, c, l))
	f.fill("filled in")
	c.fill(true)
	l.fill(1)
	if len(got) != 0 || f.Text != "filled in" || !c.Checked || l.Selected != "b" {
		t.Errorf("got %q, %q, %t, %q, want all three filled in and nothing heard", got, f.Text, c.Checked, l.Selected)
	}
	test.Type(f, "x")
	test.Tap(c)
	l.SetSelectedIndex(0)
	if len(got) != 3 {
		t.Errorf("got %q, want one word from each", got)
	}
}

func TestFillingInTheSameTextLeavesTheCursor(t *testing.T) {
	w := newStage(t, fyne.NewSize(560, 480))
	f := newField("")
	w.SetContent(f)
	test.Type(f, "abc")
	f.TypedKey(key(fyne.KeyLeft))
	f.fill("abc")
	if f.CursorColumn != 2 {
		t.Errorf("got the cursor at %d, want it left at 2", f.CursorColumn)
	}
}

func TestLeavingAFieldIsTold(t *testing.T) {
	w := newStage(t, fyne.NewSize(560, 480))
	left := 0
	f, g := newField(""), newField("")
	f.onLeave = func() { left++ }
	w.SetContent(container.NewVBox(f, g))
	w.Canvas().Focus(f)
	w.Canvas().Focus(g)
	if left != 1 {
		t.Errorf("got %d, want it told once", left)
	}
}

// The revealer stays Fyne's own, and the tab order passes it by.
func TestAPasswordFieldShowsDotsAndHasTheRevealer(t *testing.T) {
	w := newStage(t, fyne.NewSize(560, 480))
	f := newPasswordField()
	w.SetContent(container.NewVBox(f))
	test.WidgetRenderer(f)
	if !f.Password || f.ActionItem == nil {
		t.Errorf("got dots %t and revealer %v, want both", f.Password, f.ActionItem)
	}
	fyne.CurrentApp().Clipboard().SetContent("pasted")
	f.TypedShortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
	if f.Text != "pasted" {
		t.Errorf("got %q, want a paste to go through", f.Text)
	}
}

func TestABannersButtonStandsBelowWhereItIsNarrow(t *testing.T) {
	for width, beside := range map[float32]bool{460: false, 640: true} {
		w := newStage(t, fyne.NewSize(width, 480))
		b, action := newBanner(), newButton("Edit password", nil, nil)
		b.set(setup.Danger, explain.Text{Title: "A title", Advice: "Some advice."}, action)
		w.SetContent(container.NewVBox(b.box))
		relax(w.Content())
		text := fyne.CurrentApp().Driver().AbsolutePositionForObject(b.title)
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(action)
		if got := at.X > text.X+b.title.Size().Width-1; got != beside {
			t.Errorf("at %v: got the button beside the text %t, want %t", width, got, beside)
		}
	}
}

func TestOnlyOneButtonIsThePrimaryOne(t *testing.T) {
	for name, state := range simpleStates() {
		v, w := simpleOn(t, fyne.NewSize(720, 740), state)
		bar := newBottomBar(v.session, w, fyne.NewMenu(""))
		state.CanWrite = state.Verdict.Tone == setup.Success && state.Searched
		bar.render(state)
		v.render(state)
		n := 0
		for _, b := range []*button{v.find, v.know, v.action, bar.view, bar.export} {
			if b.Importance == widget.HighImportance {
				n++
			}
		}
		if want := map[bool]int{true: 1, false: 0}[state.Phase == setup.Resting]; n != want {
			t.Errorf("%s: got %d buttons of high importance, want %d", name, n, want)
		}
	}
}
