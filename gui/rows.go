package gui

import (
	"fmt"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
	"portolan/probe"
	"portolan/probe/explain"
)

// A rowList is the list of what is tried. Its rows stand still: one that turned would have the whole window drawn again
// for each of its frames.
type rowList struct {
	box  *fyne.Container
	rows []*rowView
}

func newRowList() *rowList { return &rowList{box: stacked(-10)} }

func (l *rowList) render(rows []setup.Row) {
	for len(l.rows) < len(rows) {
		l.rows = append(l.rows, newRowView())
	}
	for i, r := range rows {
		l.rows[i].set(r)
	}
	if len(l.box.Objects) == len(rows) {
		return
	}
	l.box.Objects = make([]fyne.CanvasObject, len(rows))
	for i := range rows {
		l.box.Objects[i] = l.rows[i].box
	}
	l.box.Refresh()
}

// A rowView is one row: icon, words, smaller words below, milliseconds.
type rowView struct {
	box              *fyne.Container
	icon             *widget.Icon
	head, note, took *widget.Label
	drawn            setup.Row
}

func newRowView() *rowView {
	r := &rowView{
		icon: widget.NewIcon(statusIcon(probe.Waiting)),
		head: widget.NewLabel(""), note: widget.NewLabel(""), took: widget.NewLabel(""),
	}
	r.head.Truncation = fyne.TextTruncateEllipsis
	r.note.Truncation = fyne.TextTruncateEllipsis
	for _, small := range []*widget.Label{r.note, r.took} {
		small.SizeName = theme.SizeNameCaptionText
		small.Importance = widget.LowImportance
	}
	icon := container.New(fixedWidth{28}, container.NewCenter(r.icon))
	r.box = container.NewBorder(nil, nil, icon, container.NewCenter(r.took), stacked(-18, r.head, r.note))
	return r
}

func (r *rowView) set(row setup.Row) {
	if row == r.drawn {
		return
	}
	if row.Status != r.drawn.Status {
		r.icon.SetResource(statusIcon(row.Status))
	}
	r.drawn = row
	say(r.head, row.Head)
	say(r.note, row.Note)
	say(r.took, tookWords(row.Took))
}

// tookWords says how long a try took, "" for one that took no time.
func tookWords(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < time.Millisecond:
		return "1 ms"
	case d < 10*time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	default:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
}

// statusIcon goes with the words of a row.
func statusIcon(s probe.Status) fyne.Resource {
	switch s {
	case probe.Running:
		return theme.NewPrimaryThemedResource(theme.MoreHorizontalIcon())
	case probe.OK:
		return theme.NewSuccessThemedResource(theme.ConfirmIcon())
	case probe.Failed:
		return theme.NewErrorThemedResource(theme.CancelIcon())
	case probe.Skipped, probe.Superseded:
		return theme.NewDisabledResource(theme.ContentRemoveIcon())
	default:
		return theme.NewDisabledResource(theme.RadioButtonIcon())
	}
}

// A findingList tells, in small print, what is to be known beside the verdict.
type findingList struct {
	box   *fyne.Container
	lines *fyne.Container
	drawn []string
}

func newFindingList() *findingList {
	l := &findingList{lines: stacked(-6)}
	l.box = stacked(-8, subheading("Good to know"), l.lines)
	l.box.Hide()
	return l
}

func (l *findingList) render(findings []explain.Text) {
	words := make([]string, len(findings))
	for i, f := range findings {
		words[i] = f.Title + ". " + f.Advice
		if f.Title == "" || f.Advice == "" {
			words[i] = f.Title + f.Advice
		}
	}
	show(l.box, len(words) > 0)
	if slices.Equal(words, l.drawn) {
		return
	}
	l.drawn = words
	l.lines.Objects = nil
	for _, w := range words {
		l.lines.Objects = append(l.lines.Objects, caption(w))
	}
	l.lines.Refresh()
}

// subheading is the title of a part of a view.
func subheading(text string) *widget.Label {
	l := widget.NewLabel(text)
	l.TextStyle.Bold = true
	return l
}
