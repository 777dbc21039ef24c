package gui

import (
	"fmt"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
)

// A sourceList tells who was asked about the domain and what they said. Those that knew nothing are there on demand.
type sourceList struct {
	all     bool // the silent ones are shown, too
	drawn   setup.Sources
	box     *panel
	summary *widget.Label
	fold    *button
	wrong   *fyne.Container // where they contradict each other
	lines   *fyne.Container
	rows    []*sourceRow
}

func newSourceList(s *setup.Session) *sourceList {
	l := &sourceList{summary: caption(""), wrong: stacked(-6), lines: stacked(-6)}
	l.fold = newButton("", nil, l.onFold)
	l.fold.Importance = widget.LowImportance
	l.fold.onEscape = s.Stop
	title := widget.NewLabelWithStyle("Sources", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	head := container.NewBorder(nil, nil, nil, container.NewVBox(l.fold), stacked(-14, title, l.summary))
	l.box = newPanel(colorPanel, colorPanelBorder, 8, stacked(-2, head, l.wrong, l.lines))
	l.box.Hide()
	return l
}

func (l *sourceList) onFold() {
	l.all = !l.all
	l.draw()
}

// render shows the list as far as it is new.
func (l *sourceList) render(s setup.State) {
	if slices.Equal(l.drawn.Rows, s.Sources.Rows) && slices.Equal(l.drawn.Disagree, s.Sources.Disagree) {
		return
	}
	l.drawn = s.Sources
	l.draw()
}

func (l *sourceList) draw() {
	rows, silent := l.shown()
	show(l.box, len(l.drawn.Rows) > 0)
	say(l.summary, sourceSummary(l.drawn.Rows))
	l.drawFold(silent)
	l.wrong.Objects = nil
	for _, text := range l.drawn.Disagree {
		line := newRemark(setup.Warning)
		line.say(text)
		l.wrong.Objects = append(l.wrong.Objects, line.box)
	}
	for len(l.rows) < len(rows) {
		l.rows = append(l.rows, newSourceRow())
	}
	l.lines.Objects = nil
	for i, r := range rows {
		l.rows[i].set(r)
		l.lines.Objects = append(l.lines.Objects, l.rows[i].box)
	}
	show(l.wrong, len(l.wrong.Objects) > 0)
	show(l.lines, len(rows) > 0)
	l.box.Refresh()
}

// shown lists the rows to be seen, and counts those that can be left out.
func (l *sourceList) shown() (rows []setup.SourceRow, silent int) {
	for _, r := range l.drawn.Rows {
		if !r.Spoke {
			silent++
		}
		if r.Spoke || l.all {
			rows = append(rows, r)
		}
	}
	return rows, silent
}

func (l *sourceList) drawFold(silent int) {
	text := fmt.Sprintf("Show all %d", len(l.drawn.Rows))
	if l.all {
		text = "Show fewer"
	}
	l.fold.set(text, nil, widget.LowImportance)
	show(l.fold, silent > 0)
}

// sourceSummary counts the answers.
func sourceSummary(rows []setup.SourceRow) string {
	spoke, asking := 0, 0
	for _, r := range rows {
		if r.Spoke {
			spoke++
		}
		if r.Asking {
			asking++
		}
	}
	said := fmt.Sprintf("%d of them had something to say.", spoke)
	switch spoke {
	case 0:
		said = "None of them had anything to say."
	case 1:
		said = "One of them had something to say."
	}
	if asking > 0 {
		return fmt.Sprintf("%d of %d have answered so far.", len(rows)-asking, len(rows))
	}
	return fmt.Sprintf("Asked in %d places about your domain. %s", len(rows), said)
}

// A sourceRow is one source: icon, who it is, what it said below, milliseconds.
type sourceRow struct {
	box              *fyne.Container
	icon             *widget.Icon
	head, note, took *widget.Label
	drawn            setup.SourceRow
}

func newSourceRow() *sourceRow {
	r := &sourceRow{icon: widget.NewIcon(nil), head: widget.NewLabel(""), note: caption(""), took: widget.NewLabel("")}
	r.head.Wrapping = fyne.TextWrapWord
	r.took.SizeName = theme.SizeNameCaptionText
	r.took.Importance = widget.LowImportance
	icon := container.New(layout.NewCustomPaddedLayout(8, 0, 4, 0),
		container.NewVBox(container.NewGridWrap(fyne.NewSquareSize(18), r.icon)))
	r.icon.SetResource(sourceIcon(r.drawn))
	r.box = container.NewBorder(nil, nil, icon, container.NewVBox(r.took), stacked(-14, r.head, r.note))
	return r
}

func (r *sourceRow) set(row setup.SourceRow) {
	if row == r.drawn {
		return
	}
	r.drawn = row
	r.icon.SetResource(sourceIcon(row))
	say(r.head, row.Head)
	say(r.note, row.Note)
	say(r.took, tookWords(row.Took))
}

// sourceIcon goes with the words of a source.
func sourceIcon(r setup.SourceRow) fyne.Resource {
	switch {
	case r.Asking:
		return theme.NewPrimaryThemedResource(theme.MoreHorizontalIcon())
	case r.Tone != setup.Neutral:
		return toneIcon(r.Tone)
	case r.Spoke:
		return toneIcon(setup.Neutral)
	default:
		return theme.NewDisabledResource(theme.ContentRemoveIcon())
	}
}
