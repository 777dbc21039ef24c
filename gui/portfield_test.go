package gui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/test"
)

func TestPortFieldTakesDigitsAlone(t *testing.T) {
	for _, c := range []struct{ name, before, typed, pasted, want string }{
		{"digits", "", "993", "", "993"},
		{"letters are dropped", "", "9a9-3 ", "", "993"},
		{"at most five", "", "1234567", "", "12345"},
		{"a pasted number", "", "", " 587\n", "587"},
		{"digits out of a pasted text", "", "", "port 465", "465"},
		{"a long paste", "1", "", "23456789", "12345"},
		{"digits of other alphabets are none", "", "٩٩٣", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newStage(t, fyne.NewSize(200, 100))
			p := newPortField()
			w.SetContent(p)
			p.fill(c.before)
			p.CursorColumn = len(c.before)
			test.Type(p, c.typed)
			clipboard := fyne.CurrentApp().Clipboard()
			clipboard.SetContent(c.pasted)
			p.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
			if p.Text != c.want {
				t.Errorf("got %q, want %q", p.Text, c.want)
			}
		})
	}
}

func TestPortFieldReplacesWhatIsSelected(t *testing.T) {
	w := newStage(t, fyne.NewSize(200, 100))
	p := newPortField()
	w.SetContent(p)
	p.fill("12345")
	p.selectAll()
	p.TypedRune('9')
	if p.Text != "9" {
		t.Errorf("got %q, want the selection replaced by 9", p.Text)
	}
}

func TestPortFieldTellsTypingFromFilling(t *testing.T) {
	newStage(t, fyne.NewSize(200, 100))
	p := newPortField()
	var typed []string
	p.onTyped = func(text string) { typed = append(typed, text) }
	p.fill("993")
	test.Type(p, "1")
	if len(typed) != 1 || typed[0] != "1993" {
		t.Errorf("got %q, want what was typed alone", typed)
	}
}

func TestPortFieldAsksForANumberKeyboard(t *testing.T) {
	newStage(t, fyne.NewSize(200, 100))
	if got := newPortField().Keyboard(); got != mobile.NumberKeyboard {
		t.Errorf("got %v, want the keyboard for numbers", got)
	}
}
