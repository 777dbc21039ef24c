package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
)

// The measures of the summary, where the window allows them.
const (
	summaryWidth  = 560
	summaryHeight = 460
	summaryLine   = 36 // the share of a line's width that is not text: the icon and the gaps around it
)

// The summaries say what checks came to: one line for each account, the worst first, in a dialog. A click on a line opens
// the account.
type summaries struct {
	win    fyne.Window
	open   func(setup.ID)
	done   func()
	later  func(func()) // runs a function in a moment; nil: never
	sheet  *sheet       // nil: not open
	number int
	list   *summaryList
	told   *setup.Summary // by the last state
	held   bool           // it waits for something else to close
}

// render opens the dialog of a state's summary, unless something else is open or asked, and closes what is put away.
func (v *summaries) render(s setup.State) {
	v.told = s.Shelf.Summary
	v.draw()
}

func (v *summaries) draw() {
	sum := v.told
	if sum == nil || v.sheet != nil && v.number != sum.Number {
		v.close()
	}
	if sum == nil || v.sheet != nil && v.sheet.visible() {
		return
	}
	if v.win.Canvas().Overlays().Top() != nil {
		v.hold()
		return
	}
	v.number = sum.Number
	away := func() { v.close(); v.done() }
	v.list = newSummaryList(sum.Lines, func(id setup.ID) { away(); v.open(id) }, away)
	title := wrapped(sum.Title)
	title.TextStyle.Bold = true
	body := container.NewBorder(title, nil, nil, nil, container.New(tall{previewHeight}, v.list))
	v.sheet = newSheet(v.win, "What the check came to", body, away, newEscapeButton("OK", theme.ConfirmIcon(), away))
	least := title.MinSize().Height + v.list.height(summaryWidth) + 120 // its buttons, title and frame
	v.sheet.open(summaryWidth, min(summaryHeight, least))
}

// hold looks again in a moment: most of what is open closes without a word to the session.
func (v *summaries) hold() {
	if v.held || v.later == nil {
		return
	}
	v.held = true
	v.later(func() {
		v.held = false
		v.draw()
	})
}

func (v *summaries) close() {
	if v.sheet == nil {
		return
	}
	open := v.sheet
	v.sheet, v.list = nil, nil
	open.close()
}

// A summaryList is the lines of a summary, drawn only where they are in sight. Up and Down walk, Enter opens.
type summaryList struct {
	widget.List
	lines  []setup.SummaryLine
	chosen func(setup.ID)
	escape func()
	place  int
	rows   int // of text in the longest line: all are as high as that one
}

func newSummaryList(lines []setup.SummaryLine, chosen func(setup.ID), escape func()) *summaryList {
	l := &summaryList{lines: lines, chosen: chosen, escape: escape, rows: 1}
	l.Length = func() int { return len(l.lines) }
	l.CreateItem = func() fyne.CanvasObject { return newSummaryRow(l.rows) }
	l.UpdateItem = l.draw
	l.OnSelected = func(place int) { l.chosen(l.lines[place].ID) }
	l.ExtendBaseWidget(l)
	return l
}

func (l *summaryList) draw(place int, o fyne.CanvasObject) {
	if row, ok := o.(*summaryRow); ok && place < len(l.lines) {
		row.set(l.lines[place], l.rows)
	}
}

// Resize finds out how many rows of text the longest line needs.
func (l *summaryList) Resize(size fyne.Size) {
	if rows := rowsNeeded(l.lines, size.Width); rows != l.rows {
		l.rows = rows
		l.Refresh()
	}
	l.List.Resize(size)
}

// height is what all lines take at a width.
func (l *summaryList) height(width float32) float32 {
	row := newSummaryRow(rowsNeeded(l.lines, width)).MinSize().Height + theme.Padding()
	return row * float32(len(l.lines))
}

// rowsNeeded is an upper bound for the rows of text that the longest line takes.
func rowsNeeded(lines []setup.SummaryLine, width float32) int {
	room := (width - summaryLine - 2*theme.InnerPadding()) * 0.85 // a row seldom ends where its last word could
	rows := 1
	for _, line := range lines {
		need := fyne.MeasureText(line.Text, theme.CaptionTextSize(), fyne.TextStyle{}).Width
		for room > 0 && need > room*float32(rows) && rows < 6 {
			rows++
		}
	}
	return rows
}

// FocusGained shows where the keyboard is.
func (l *summaryList) FocusGained() {
	l.Highlight(l.place) // first, or Fyne marks its own idea of the place as well
	l.List.FocusGained()
}

// summaryPage is how many lines a page key walks.
const summaryPage = 5

// TypedKey walks over the lines; Enter and Space open one.
func (l *summaryList) TypedKey(key *fyne.KeyEvent) {
	if to, walks := walked(key.Name, l.place, summaryPage, len(l.lines)); walks {
		l.goTo(to)
		return
	}
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		l.choose()
	case fyne.KeyEscape:
		l.escape()
	}
}

// TypedRune opens with Space; see that of button.
func (l *summaryList) TypedRune(r rune) {
	if r == ' ' {
		l.choose()
	}
}

func (l *summaryList) choose() {
	if l.place < len(l.lines) {
		l.chosen(l.lines[l.place].ID)
	}
}

func (l *summaryList) goTo(place int) {
	l.place = max(0, min(place, len(l.lines)-1))
	l.Highlight(l.place)
}

// A summaryRow is one line of a summary.
type summaryRow struct {
	widget.BaseWidget
	icon  *widget.Icon
	title *addressLabel
	text  *widget.Label
	room  *tall // of the text
	box   *fyne.Container
}

// newSummaryRow makes a row with room for some rows of text.
func newSummaryRow(rows int) *summaryRow {
	r := &summaryRow{icon: widget.NewIcon(toneIcon(setup.Neutral)), title: newAddressLabel(), text: caption(""), room: &tall{}}
	r.ExtendBaseWidget(r)
	r.text.Importance = widget.MediumImportance
	r.need(rows)
	icon := container.New(fixedWidth{28}, container.NewCenter(r.icon))
	words := stacked(-14, r.title, container.New(r.room, r.text))
	r.box = container.NewBorder(nil, nil, icon, nil, words)
	return r
}

// CreateRenderer is called by Fyne.
func (r *summaryRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.box) }

// need makes room for some rows of text.
func (r *summaryRow) need(rows int) {
	line := fyne.MeasureText("M", theme.CaptionTextSize(), fyne.TextStyle{}).Height
	r.room.h = float32(rows)*line + 2*theme.InnerPadding()
}

// set draws a line, in a row that has room for some rows of text.
func (r *summaryRow) set(line setup.SummaryLine, rows int) {
	r.need(rows)
	r.icon.SetResource(toneIcon(line.Tone))
	r.title.set(line.Title, true)
	say(r.text, line.Text)
}
