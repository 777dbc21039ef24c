package gui

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// A logList shows lines of the conversation, drawn only where they are in sight. What is too long for one row goes on in the
// next: what is read here is what is shared.
type logList struct {
	list    *widget.List
	content fyne.CanvasObject
	lines   []string
	rows    []string // the lines, cut to the width
	columns int      // of a row; 0: not known yet
	follow  bool     // the end stays in sight, unless somebody has scrolled away from it
}

// newLogList makes the list; others lie over it.
func newLogList(follow bool, least float32, others ...fyne.CanvasObject) *logList {
	l := &logList{follow: follow}
	l.list = &widget.List{
		Length:         func() int { return len(l.rows) },
		CreateItem:     newLogLine,
		UpdateItem:     l.draw,
		HideSeparators: true,
	}
	l.list.ExtendBaseWidget(l.list)
	tight := container.NewThemeOverride(l.list, tightTheme{})
	l.content = container.New(logLayout{l, least}, append([]fyne.CanvasObject{tight}, others...)...)
	return l
}

func newLogLine() fyne.CanvasObject {
	l := widget.NewLabel("")
	l.TextStyle.Monospace = true
	l.SizeName = theme.SizeNameCaptionText
	l.Truncation = fyne.TextTruncateEllipsis
	return l
}

func (l *logList) draw(row int, line fyne.CanvasObject) {
	if label, ok := line.(*widget.Label); ok && row < len(l.rows) {
		say(label, l.rows[row])
	}
}

// set changes the lines.
func (l *logList) set(lines []string) {
	l.following(func() {
		l.lines = lines
		l.rows = folded(l.lines, l.columns)
		l.list.Refresh()
	})
}

// fit cuts the lines to a width.
func (l *logList) fit(width float32) {
	columns := int((width - 2*tightGap - theme.Size(theme.SizeNameScrollBarSmall)) / logLetter().Width)
	if columns == l.columns {
		return
	}
	l.columns = columns
	l.rows = folded(l.lines, columns)
	l.list.Refresh()
}

// following makes a change; if the end was in sight before, it is so afterwards.
func (l *logList) following(change func()) {
	end := l.follow && l.atEnd()
	change()
	if end && l.list.Size().Height > 0 {
		l.list.ScrollToBottom()
	}
}

// atEnd reports whether the last row is in sight, or nearly so, or would be if the log had been drawn yet.
func (l *logList) atEnd() bool {
	if l.list.Size().Height == 0 {
		return true
	}
	row := logLetter().Height + 3*tightGap
	return l.list.GetScrollOffset()+l.list.Size().Height >= row*float32(len(l.rows)-1)
}

// logLetter is the room that one letter takes.
func logLetter() fyne.Size {
	return fyne.MeasureText("M", theme.Size(theme.SizeNameCaptionText), fyne.TextStyle{Monospace: true})
}

// foldIndent begins what goes on from the row above.
const foldIndent = "    "

// folded cuts lines into rows of so many letters, at blanks where that leaves the row mostly full. Fewer than a few letters
// is no width; the lines then stay whole.
func folded(lines []string, columns int) []string {
	if columns <= 2*len(foldIndent) {
		return lines
	}
	rows := make([]string, 0, len(lines))
	for _, line := range lines {
		for utf8.RuneCountInString(line) > columns {
			row := cut(line, columns)
			rows = append(rows, row)
			line = foldIndent + line[len(row):]
		}
		rows = append(rows, line)
	}
	return rows
}

// cut gives the beginning of a line that fills a row, with the blank at its end.
func cut(line string, columns int) string {
	end := len(line)
	for i := range line {
		if columns--; columns < 0 {
			end = i
			break
		}
	}
	if blank := strings.LastIndexByte(line[:end], ' ') + 1; blank > end*2/3 {
		return line[:blank]
	}
	return line[:end]
}

// tightGap is what stands between two lines of the log.
const tightGap = 1

// A tightTheme is the program's theme with hardly any room around the lines of a list.
type tightTheme struct{ programTheme }

// Size is the program's, but for the gaps.
func (t tightTheme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNamePadding, theme.SizeNameInnerPadding, theme.SizeNameLineSpacing:
		return tightGap
	default:
		return t.theme().Size(name)
	}
}

// A logLayout fills the place with each of its objects, and keeps the end of the log in sight.
type logLayout struct {
	log   *logList
	least float32 // height
}

// MinSize leaves room for some lines.
func (l logLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(1, l.least) }

// Layout places the objects.
func (l logLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.log.following(func() {
		for _, o := range objects {
			o.Move(fyne.NewPos(0, 0))
			o.Resize(size)
		}
		l.log.fit(size.Width)
	})
}
