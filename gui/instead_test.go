package gui

import (
	"testing"

	"fyne.io/fyne/v2"
)

// C-5, G-6: the other name of a certificate is a button of its own, between no and yes; a press of it answers the question.
func TestTheOtherNameStandsBetweenNoAndYes(t *testing.T) {
	q, w := asking(t, fyne.NewSize(720, 740), askedStates()["another name"])
	w.Canvas().FocusNext()
	b, ok := w.Canvas().Focused().(*consentButton)
	if !ok || b.Text != "Try the other name" {
		t.Fatalf("got focus on %v, want the other name behind no", w.Canvas().Focused())
	}
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if q.sheet == nil {
		t.Error("got an answer by the Return key, want none")
	}
	b.OnTapped()
	if q.sheet != nil {
		t.Error("got the question still open, want it answered")
	}
}
