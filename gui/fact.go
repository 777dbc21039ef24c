package gui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/probe/explain"
)

// fingerprintLabel begins the label of a fact that is written in letters of one width, to be compared.
const fingerprintLabel = "SHA-256"

// newFacts lays details out in two columns, label and value; a value can be copied.
func newFacts(details []explain.Detail, size fyne.ThemeSizeName, gap float32) *fyne.Container {
	labels, width := make([]*widget.Label, len(details)), float32(0)
	for i, d := range details {
		labels[i] = widget.NewLabelWithStyle(d.Label, fyne.TextAlignTrailing, fyne.TextStyle{Bold: true})
		labels[i].SizeName = size
		width = max(width, labels[i].MinSize().Width)
	}
	facts := stacked(gap)
	for i, d := range details {
		facts.Add(container.NewBorder(nil, nil, container.New(fixedWidth{width}, labels[i]), nil, newFact(d, size)))
	}
	return facts
}

// newSmallFacts lays details out where they are read in passing.
func newSmallFacts(details []explain.Detail) *fyne.Container {
	return newFacts(details, theme.SizeNameCaptionText, -12)
}

// A fact is the value of a detail. The other button of the mouse copies it.
//
// # Why no text to mark
//
// Fyne's label with text that can be marked takes the focus, shows nothing of that, and keeps every key for itself: Tab
// would stop at each value without a sign, and there Escape would no longer mean no, nor Stop.
type fact struct {
	widget.Label
	value string
}

func newFact(d explain.Detail, size fyne.ThemeSizeName) *fact {
	f := &fact{value: d.Value}
	f.ExtendBaseWidget(f)
	f.Text, f.SizeName, f.Wrapping = d.Value, size, fyne.TextWrapWord
	if strings.HasPrefix(d.Label, fingerprintLabel) {
		f.Text = grouped(d.Value)
		f.TextStyle.Monospace = true
	}
	return f
}

// TappedSecondary offers to copy the value, as it is and not as it is grouped for reading.
func (f *fact) TappedSecondary(e *fyne.PointEvent) {
	c := fyne.CurrentApp().Driver().CanvasForObject(f)
	if c == nil {
		return
	}
	copying := fyne.NewMenuItem("Copy", func() { fyne.CurrentApp().Clipboard().SetContent(f.value) })
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", copying), c, e.AbsolutePosition)
}

// groupBytes is how many bytes of a fingerprint stand together.
const groupBytes = 8

// grouped puts a space after every eighth byte of a fingerprint: there alone a line may end, and the eye can rest.
func grouped(fingerprint string) string {
	var groups []string
	for bytes := range slices.Chunk(strings.SplitAfter(fingerprint, ":"), groupBytes) {
		groups = append(groups, strings.Join(bytes, ""))
	}
	return strings.Join(groups, " ")
}
