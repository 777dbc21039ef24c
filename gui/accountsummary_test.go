package gui

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"portolan/gui/setup"
	"portolan/probe/explain"
)

// aSummary has a line of every tone, one of them long.
func aSummary(number, more int) *setup.Summary {
	s := &setup.Summary{Title: "4 accounts checked: 2 work, 2 need a look", Number: number, Lines: []setup.SummaryLine{
		{ID: "2", Tone: setup.Danger, Title: "charles.babbage@analytical-engines.example", Text: "The sign-in is refused since this check; it worked " +
			"the last time. The password may have been changed at the provider. The certificate of imap.analytical-engines.example ends on 3 December 2026."},
		{ID: "3", Tone: setup.Warning, Title: "grace@another.example", Text: "The certificate ends on 3 December 2026."},
		{ID: "1", Tone: setup.Neutral, Title: "ada@domain.example", Text: "smtp.domain.example now offers TLS on port 465."},
	}}
	for i := range more {
		s.Lines = append(s.Lines, setup.SummaryLine{ID: setup.ID(fmt.Sprint("m", i)), Tone: setup.Success, Title: "mary@third.example", Text: "Works as before."})
	}
	return s
}

// summaryOn opens the dialog of a summary.
func summaryOn(t *testing.T, size fyne.Size, s *setup.Summary) (*summaries, *deed, fyne.Window) {
	t.Helper()
	w, d := newStage(t, size), &deed{}
	v := &summaries{win: w, open: d.actions().open, done: func() { d.done = append(d.done, "put away") }}
	v.render(setup.State{Shelf: setup.Shelf{Summary: s}})
	settle(w)
	return v, d, w
}

func TestASummaryClipsNothingAtAnySize(t *testing.T) {
	for _, size := range advancedSizes() {
		for _, more := range []int{0, 997} {
			v, _, w := summaryOn(t, size, aSummary(1, more))
			checkUnclipped(t, w.Canvas().Overlays().Top(), size.Width)
			if got := len(rowsIn(v.list)); got == 0 || got > 20 {
				t.Errorf("at %v with %d lines: got %d drawn, want those alone that are in sight", size, 3+more, got)
			}
			for _, row := range rowsIn(v.list) {
				if least := row.text.MinSize().Height; row.text.Size().Height < least {
					t.Errorf("at %v: got %v for %q, want %v", size, row.text.Size().Height, row.text.Text, least)
				}
			}
		}
	}
}

func rowsIn(l *summaryList) []*summaryRow {
	return slices.SortedFunc(slices.Values(within[*summaryRow](l)), func(a, b *summaryRow) int { return cmp.Compare(topOf(a), topOf(b)) })
}

func TestALineOfTheSummaryOpensItsAccount(t *testing.T) {
	v, d, w := summaryOn(t, fyne.NewSize(720, 740), aSummary(1, 0))
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(rowsIn(v.list)[1])
	test.TapCanvas(w.Canvas(), at.AddXY(60, 20))
	d.want(t, "put away", "open 3")
	if w.Canvas().Overlays().Top() != nil {
		t.Error("got the summary over the account, want it closed")
	}

	v, d, w = summaryOn(t, fyne.NewSize(720, 740), aSummary(1, 0))
	w.Canvas().Focus(v.list)
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyUp, fyne.KeyEnd, fyne.KeyHome, fyne.KeyDown, fyne.KeyReturn} {
		typeKey(w, k)
	}
	d.want(t, "put away", "open 3")
}

func TestASummaryIsShownOnceAndPutAway(t *testing.T) {
	state := func(s *setup.Summary) setup.State { return setup.State{Shelf: setup.Shelf{Summary: s}} }
	v, d, w := summaryOn(t, fyne.NewSize(720, 740), aSummary(1, 0))
	first := v.sheet
	v.render(state(aSummary(1, 0)))
	if v.sheet != first {
		t.Error("got the same summary opened again, want it once")
	}
	v.render(state(aSummary(2, 0)))
	if v.sheet == first || len(w.Canvas().Overlays().List()) != 1 {
		t.Errorf("got %d dialogs, want the new summary alone", len(w.Canvas().Overlays().List()))
	}
	typeKey(w, fyne.KeyEscape)
	d.want(t, "put away")
	v.render(state(nil))
	if w.Canvas().Overlays().Top() != nil {
		t.Error("got a dialog, want none")
	}
}

// G-6.
func TestASummaryWaitsUntilNothingElseIsOpen(t *testing.T) {
	w := newStage(t, fyne.NewSize(720, 740))
	q := newQuestions(quietSession(), w)
	v := &summaries{win: w, open: func(setup.ID) {}, done: func() {}}
	s := setup.State{Shelf: setup.Shelf{Summary: aSummary(1, 0), Ask: &setup.Ask{Text: explain.Text{Title: "Keep it?"}, Yes: "Keep it", No: "No", Number: 1}}}
	q.render(s)
	v.render(s)
	if got := len(w.Canvas().Overlays().List()); got != 1 || v.sheet != nil {
		t.Errorf("got %d dialogs, want the question alone", got)
	}
	s.Shelf.Ask = nil
	q.render(s)
	v.render(s)
	if v.sheet == nil || !v.sheet.visible() {
		t.Error("got no summary once nothing is asked, want it")
	}
}

// Most dialogs close without a word to the session.
func TestASummaryThatWaitedComesWhenWhatWasOpenHasClosed(t *testing.T) {
	w := newStage(t, fyne.NewSize(720, 740))
	var looks []func()
	v := &summaries{win: w, open: func(setup.ID) {}, done: func() {}, later: func(f func()) { looks = append(looks, f) }}
	other := newSheet(w, "Something else", caption("open"), func() {})
	other.open(questionWidth, 0)
	s := setup.State{Shelf: setup.Shelf{Summary: aSummary(1, 0)}}
	v.render(s)
	v.render(s)
	if len(looks) != 1 || v.sheet != nil {
		t.Fatalf("got %d looks planned, want one, and no summary yet", len(looks))
	}
	looks[0]()
	if len(looks) != 2 || v.sheet != nil {
		t.Fatalf("got %d looks planned, want another one while it is open still", len(looks))
	}
	other.close()
	looks[1]()
	if len(looks) != 2 || v.sheet == nil || !v.sheet.visible() {
		t.Error("got no summary once the other dialog was closed, want it")
	}
}
