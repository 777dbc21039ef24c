package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/explain"
)

// A paper is a terminal of endless height. It fails on everything that the list has no business to write.
type paper struct {
	t       rapid.TB
	columns int
	lines   []string
	row     int
}

func (p *paper) write(s string) {
	for len(s) > 0 {
		switch {
		case strings.HasPrefix(s, "\r\n"):
			p.row++
			s = s[2:]
		case s[0] == '\r':
			s = s[1:]
		case strings.HasPrefix(s, "\x1b["):
			s = p.escape(s[2:])
		default:
			s = p.line(s)
		}
	}
}

// escape obeys one control sequence and gives what follows it.
func (p *paper) escape(s string) string {
	end := strings.IndexAny(s, "AJ")
	if end < 0 {
		p.t.Fatalf("got the control sequence %q, want cursor up or erase below", s)
	}
	if s[end] == 'J' {
		p.lines = p.lines[:p.row]
		return s[end+1:]
	}
	n, err := strconv.Atoi(s[:end])
	if err != nil || n > p.row {
		p.t.Fatalf("got %q at row %d, want cursor up inside the list", s[:end], p.row)
	}
	p.row -= n
	return s[end+1:]
}

// line writes one line, which ends by erasing what stood behind it.
func (p *paper) line(s string) string {
	text, rest, found := strings.Cut(s, "\x1b[K")
	if !found || strings.ContainsAny(text, "\x1b\r\n") {
		p.t.Fatalf("got %q, want one line that erases the rest of its row", s)
	}
	if widthOf(text) >= p.columns {
		p.t.Fatalf("got %d columns, want fewer than %d: %q", widthOf(text), p.columns, text)
	}
	for len(p.lines) <= p.row {
		p.lines = append(p.lines, "")
	}
	p.lines[p.row] = text
	return rest
}

func TestListOnATerminalShowsEndedAboveRunning(t *testing.T) {
	p := &paper{t: t, columns: 100}
	list := newTries()
	var r probe.Report
	frames := map[int][]string{
		1: {"· imap.example.test:993 · encrypted from the start   Connecting…"},
		2: {"· imap.example.test:993 · encrypted from the start   Connecting…", "· smtp.example.test:465 · encrypted from the start   Connecting…"},
		3: {"✓ imap.example.test:993 · encrypted from the start   Certificate valid for imap.example.te…  152 ms", "· smtp.example.test:465 · encrypted from the start   Connecting…"},
	}
	for i, e := range success() {
		r = r.With(e)
		p.write(list.next(r, 100, 24))
		if want, ok := frames[i]; ok && !slices.Equal(p.lines, want) {
			t.Errorf("frame %d: got %q, want %q", i, p.lines, want)
		}
	}
	if len(p.lines) != 4 || !strings.HasPrefix(p.lines[3], "✓ Sign in as alice@example.test   Accepted by imap.example.test:993 (PLAIN)") {
		t.Errorf("got %q, want four tries, the sign-in last", p.lines)
	}
}

func TestOnlyChangedLinesAreRewritten(t *testing.T) {
	cases := []struct {
		name          string
		before, after []string
		want          string
	}{
		{"nothing", []string{"a", "b"}, []string{"a", "b"}, ""},
		{"first", nil, []string{"a"}, "\ra\x1b[K\r\n"},
		{"one more", []string{"a"}, []string{"a", "b"}, "\r\x1b[1A\r\nb\x1b[K\r\n"},
		{"the second", []string{"a", "b", "c"}, []string{"a", "x", "c"}, "\r\x1b[3A\r\nx\x1b[K\r\n\r\n"},
		{"fewer", []string{"a", "b"}, []string{"a"}, "\r\x1b[2A\r\n\x1b[J"},
		{"none", []string{"a"}, nil, "\r\x1b[1A\x1b[J"},
	}
	for _, c := range cases {
		if got := rewrite(c.before, c.after); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestListWithoutATerminalIsPlainLinesOfEndedTries(t *testing.T) {
	list := newTries()
	var r probe.Report
	var got strings.Builder
	for _, e := range success() {
		r = r.With(e)
		got.WriteString(list.next(r, 0, 0))
	}
	const want = `✓ imap.example.test:993 · encrypted from the start   Certificate valid for imap.example.test · TLS 1.3   152 ms
– imap.example.test:143 · upgrade with STARTTLS   Not needed, a safer answer was found
✓ smtp.example.test:465 · encrypted from the start   Certificate valid for smtp.example.test · TLS 1.3   152 ms
✓ Sign in as alice@example.test   Accepted by imap.example.test:993 (PLAIN)   340 ms
`
	if got.String() != want {
		t.Errorf("got %s, want %s", got.String(), want)
	}
}

func TestTriesThatWereNeverMadeAreNotListed(t *testing.T) {
	r := probe.Report{Attempts: []probe.Attempt{attempt(1, account.IMAP, imap993, account.TLS, probe.Skipped), attempt(2, account.IMAP, imap143, account.STARTTLS, probe.Waiting)}}
	if got := newTries().next(r, 0, 0); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
}

func TestRunningTriesFitTheTerminal(t *testing.T) {
	var r probe.Report
	for i := range 30 {
		r.Attempts = append(r.Attempts, attempt(i, account.IMAP, account.Endpoint{Host: imapHost, Port: 1000 + i}, account.TLS, probe.Running))
	}
	got := running(r, 80, 10)
	if len(got) != 8 || got[7] != "  … and 23 more" {
		t.Errorf("got %d lines, the last %q, want 8 and the number of the others", len(got), got[len(got)-1])
	}
}

// Whatever happens, the terminal ends up with every ended try once, in the order of its ending, and then what runs.
func TestListIsRightAfterEveryStory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(24, 140).Draw(t, "columns")
		p := &paper{t: t, columns: columns}
		list := newTries()
		var r probe.Report
		var ended []string
		for step := range rapid.IntRange(1, 60).Draw(t, "steps") {
			a := attempt(rapid.IntRange(1, 12).Draw(t, "id"), account.IMAP, imap993, account.TLS, rapid.SampledFrom([]probe.Status{
				probe.Waiting, probe.Running, probe.Running, probe.OK, probe.Failed, probe.Superseded,
			}).Draw(t, "status"))
			a.Server.Host = fmt.Sprintf("h%d.例え.test", a.ID)
			if i := slices.IndexFunc(r.Attempts, func(o probe.Attempt) bool { return o.ID == a.ID }); i >= 0 && r.Attempts[i].Status >= probe.OK {
				continue // it has ended
			}
			r = r.With(probe.Event{Kind: probe.AttemptChanged, At: time.Duration(step), Attempt: a})
			if a.Status >= probe.OK {
				ended = append(ended, lineOf(mark(a.Status), explain.Attempt(a), a.Took, columns))
			}
			p.write(list.next(r, columns, 24))
			if want := append(slices.Clone(ended), running(r, columns, 24)...); !slices.Equal(p.lines, want) {
				t.Fatalf("got %q, want %q", p.lines, want)
			}
			if p.row != len(p.lines) {
				t.Fatalf("got the cursor in row %d, want it below the list, in row %d", p.row, len(p.lines))
			}
		}
	})
}

func TestLinesAreCutByTheirWidth(t *testing.T) {
	cases := []struct {
		text    string
		columns int
		want    string
	}{
		{"short", 10, "short"},
		{"exactly ten", 11, "exactly ten"},
		{"much too long", 8, "much to…"},
		{"日本語", 6, "日本語"},
		{"日本語", 5, "日本…"},
		{"e\u0301e\u0301", 2, "e\u0301e\u0301"},
		{"any", 1, "…"},
		{"any", 0, ""},
	}
	for _, c := range cases {
		if got := cut(c.text, c.columns); got != c.want {
			t.Errorf("%q to %d: got %q, want %q", c.text, c.columns, got, c.want)
		}
	}
}
