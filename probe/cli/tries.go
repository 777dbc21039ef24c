package cli

import (
	"fmt"
	"strings"
	"time"

	"portolan/probe"
	"portolan/probe/explain"
)

// tries is the list of what is tried, one line each. A try that has ended is written once and never again; those that run
// stand below, on a terminal alone, and are rewritten in place: only the lines that changed.
type tries struct {
	told    map[row]bool
	running []string // the lines below, as they stand on the terminal
}

// A row is a try, or a sign-in.
type row struct {
	signIn bool
	number int
}

func newTries() *tries { return &tries{told: make(map[row]bool)} }

// next gives what has to be written to bring the list up to date, "" where nothing changed. Without a terminal (columns
// 0) it is plain lines.
func (t *tries) next(r probe.Report, columns, rows int) string {
	ended := t.ended(r, columns)
	if columns == 0 {
		return plainLines(ended)
	}
	before := t.running
	t.running = running(r, columns, rows)
	return rewrite(before, append(ended, t.running...))
}

// ended gives the lines of the tries that have ended since the last time, in the order of their start. A try that was
// never made is left to -json.
func (t *tries) ended(r probe.Report, columns int) []string {
	var lines []string
	for _, a := range r.Attempts {
		key := row{number: a.ID}
		if a.Status < probe.OK || t.told[key] || a.Status == probe.Skipped && a.Took == 0 {
			continue
		}
		t.told[key] = true
		lines = append(lines, lineOf(mark(a.Status), explain.Attempt(a), a.Took, columns))
	}
	for i, s := range r.SignIns {
		key := row{signIn: true, number: i}
		if s.Status < probe.OK || t.told[key] {
			continue
		}
		t.told[key] = true
		lines = append(lines, lineOf(mark(s.Status), explain.SignIn(s), s.Took, columns))
	}
	return lines
}

// running gives the lines of what goes on, fewer than the terminal has rows.
func running(r probe.Report, columns, rows int) []string {
	if r.Outcome != probe.Unfinished {
		return nil
	}
	var lines []string
	for _, a := range r.Attempts {
		if a.Status == probe.Running {
			lines = append(lines, lineOf(mark(a.Status), explain.Attempt(a), 0, columns))
		}
	}
	for _, s := range r.SignIns {
		if s.Status == probe.Running {
			lines = append(lines, lineOf(mark(s.Status), explain.SignIn(s), 0, columns))
		}
	}
	if room := max(rows-2, 1); len(lines) > room {
		more := len(lines) - room + 1
		lines = append(lines[:room-1], cut(fmt.Sprintf("  … and %d more", more), columns-1))
	}
	return lines
}

// mark is the sign in front of a line; the words behind it say the same.
func mark(s probe.Status) string {
	switch s {
	case probe.OK:
		return "✓"
	case probe.Failed:
		return "✗"
	case probe.Running:
		return "·"
	default:
		return "–"
	}
}

// lineOf writes one line: mark, what, how it stands, and the milliseconds at the right. It is cut to the columns less
// one, so that no terminal wraps it; with 0 columns it is written whole.
func lineOf(mark string, l explain.Line, took time.Duration, columns int) string {
	text := mark + " " + l.Head
	if l.Note != "" {
		text += "   " + l.Note
	}
	ms := ""
	if took > 0 {
		ms = fmt.Sprintf("%d ms", max(1, took.Milliseconds()))
	}
	if columns == 0 {
		return strings.TrimRight(text+"   "+ms, " ")
	}
	room := columns - 1 - len(ms) - 2
	if ms == "" || room < 10 {
		return cut(text, columns-1)
	}
	return pad(cut(text, room), room) + "  " + ms
}

// plainLines ends every line, whatever the terminal.
func plainLines(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// rewrite gives the bytes that turn the lines before, which end above the cursor, into the lines after; what is the same
// stays untouched, so that nothing flickers.
func rewrite(before, after []string) string {
	same := len(before) == len(after)
	for i := 0; same && i < len(after); i++ {
		same = before[i] == after[i]
	}
	if same {
		return ""
	}
	var b strings.Builder
	b.WriteString("\r") // a Ctrl-C may have left its echo
	if len(before) > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", len(before)) // cursor up
	}
	for i, line := range after {
		if i >= len(before) || before[i] != line {
			b.WriteString(line + "\x1b[K") // erase what stood behind it
		}
		b.WriteString("\r\n")
	}
	if len(after) < len(before) {
		b.WriteString("\x1b[J") // erase the lines below
	}
	return b.String()
}
