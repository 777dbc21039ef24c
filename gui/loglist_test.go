package gui

import (
	"strings"
	"testing"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"pgregory.net/rapid"
)

// V-6: what is shared is seen before: no line of the log is cut short in the window.
func TestFoldedLinesAreWholeAndFitTheirRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.StringMatching(`[a-zé漢 ]{0,200}`).Draw(t, "line")
		columns := rapid.IntRange(9, 80).Draw(t, "columns")
		rows := folded([]string{line}, columns)
		var whole strings.Builder
		for i, row := range rows {
			if utf8.RuneCountInString(row) > columns {
				t.Fatalf("got a row of %d letters, want %d at most", utf8.RuneCountInString(row), columns)
			}
			if i > 0 {
				row = strings.TrimPrefix(row, foldIndent)
			}
			whole.WriteString(row)
		}
		if whole.String() != line {
			t.Fatalf("got %q, want %q", whole.String(), line)
		}
	})
}

func TestLogLinesAreCutAnewForAnotherWidth(t *testing.T) {
	long := "S: * OK [CAPABILITY " + strings.Repeat("IMAP4rev1 ", 20) + "] ready"
	w := newStage(t, fyne.NewSize(560, 480))
	l := newLogList(false, journalHeight)
	l.set([]string{long, "C: a1 LOGOUT"})
	w.SetContent(l.content)
	rows := map[float32]int{}
	for _, width := range []float32{560, 1000, 560} {
		w.Resize(fyne.NewSize(width, 480))
		row := newLogLine()
		for i, text := range l.rows {
			l.draw(i, row)
			if got := logLetter().Width * float32(utf8.RuneCountInString(text)); got > width {
				t.Errorf("%v: got row %d %v wide, want it within the window", width, i, got)
			}
		}
		if before := rows[width]; before != 0 && before != len(l.rows) {
			t.Errorf("%v: got %d rows, want %d as before", width, len(l.rows), before)
		}
		rows[width] = len(l.rows)
	}
	if rows[560] <= rows[1000] || rows[1000] < 3 {
		t.Errorf("got %v rows, want more of them where the window is narrow", rows)
	}
}
