package gui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
)

// An accountRow is one account of the list: its address, its state in words with an icon, and small lines below. It hears
// both mouse buttons, because Fyne gives a click to the first object below the pointer that hears either.
type accountRow struct {
	widget.BaseWidget
	title  *addressLabel
	icon   *widget.Icon
	status *widget.Label
	small  []*widget.Label
	dots   *dots
	words  *fyne.Container
	drawn  rowFace
	opened func()
	asked  func(at fyne.Position) // for the list of actions, at a place of the window
}

// newAccountRow makes a row that has room for some small lines.
func newAccountRow(lines int) *accountRow {
	r := &accountRow{title: newAddressLabel(), icon: widget.NewIcon(nil), status: widget.NewLabel(""), dots: newDots()}
	r.ExtendBaseWidget(r)
	r.status.Truncation = fyne.TextTruncateEllipsis
	r.status.SizeName = theme.SizeNameCaptionText
	icon := container.New(layout.NewCustomPaddedLayout(0, 0, 6, 0), container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(16), r.icon)))
	words := container.New(layout.NewCustomPaddedLayout(0, 0, -theme.Padding()*2, 0), r.status)
	more := container.New(layout.NewCustomPaddedLayout(0, 0, 0, 6), container.NewCenter(r.dots))
	r.words = stacked(-18, r.title, container.NewBorder(nil, nil, icon, more, words))
	r.dots.tapped = func(at fyne.Position) { r.asked(at) }
	r.need(lines)
	r.icon.SetResource(entryIcon(rowFace{}))
	return r
}

// need adds small lines until there are as many.
func (r *accountRow) need(lines int) {
	for len(r.small) < lines {
		l := widget.NewLabel("")
		l.SizeName = theme.SizeNameCaptionText
		l.Truncation = fyne.TextTruncateEllipsis
		r.small = append(r.small, l)
		r.words.Add(l)
	}
}

// set draws an account; nothing happens where it is drawn so already.
func (r *accountRow) set(e setup.Entry, open bool) {
	face := faceOf(e, open)
	if face == r.drawn {
		return
	}
	if face.tone != r.drawn.tone || face.checking != r.drawn.checking {
		r.icon.SetResource(entryIcon(face))
	}
	r.drawn = face
	r.title.set(face.title, open)
	say(r.status, face.status)
	r.need(len(face.lines()))
	for i, l := range r.small {
		line := smallLine{}
		if i < len(face.lines()) {
			line = face.lines()[i]
		}
		if l.Importance != line.importance() {
			l.Importance = line.importance()
			l.Refresh()
		}
		say(l, line.text)
		show(l, line.text != "")
	}
}

// CreateRenderer is called by Fyne.
func (r *accountRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.words) }

// Tapped opens the account.
func (r *accountRow) Tapped(*fyne.PointEvent) { r.opened() }

// TappedSecondary asks for the list of actions.
func (r *accountRow) TappedSecondary(at *fyne.PointEvent) { r.asked(at.AbsolutePosition) }

// A rowFace is everything that a row shows.
type rowFace struct {
	title, status, checked, warning, memory string
	tone                                    setup.Tone
	never, checking, open                   bool
}

// faceOf says in words what an account is like; the colours and icons only repeat it.
func faceOf(e setup.Entry, open bool) rowFace {
	f := rowFace{title: e.Title, tone: e.Tone, checking: e.Checking, warning: e.Warning, open: open}
	f.checked, f.never = capital(e.Checked), e.Checked == ""
	marks := []string{e.Status}
	if e.Checking {
		marks[0] = "Checking…"
	}
	switch {
	case !e.Saved && !strings.Contains(strings.ToLower(marks[0]), "not saved"):
		marks = append(marks, "not saved")
	case e.Saved && e.Changed:
		marks = append(marks, "changed")
	}
	if marks[0] == "" {
		marks = marks[1:]
	}
	f.status = strings.Join(marks, " · ")
	if e.InMemory {
		f.memory = "Password kept until you quit"
	}
	return f
}

// A smallLine is one of the lines below the state.
type smallLine struct {
	text  string
	warns bool
}

func (l smallLine) importance() widget.Importance {
	if l.warns {
		return widget.WarningImportance
	}
	return widget.LowImportance
}

// lines are the small lines that say something.
func (f rowFace) lines() []smallLine {
	var all []smallLine
	add := func(text string, warns bool) {
		if text != "" {
			all = append(all, smallLine{text, warns})
		}
	}
	for warning := range strings.Lines(f.warning) {
		add(strings.TrimSuffix(warning, "\n"), true)
	}
	add(f.checked, false)
	add(f.memory, false)
	return all
}

// entryIcon goes with the words of a row. It stands still while the account is checked: one that turned would have the whole
// window drawn again for each of its frames.
func entryIcon(f rowFace) fyne.Resource {
	switch {
	case f.checking:
		return theme.NewPrimaryThemedResource(theme.MoreHorizontalIcon())
	case f.tone == setup.Neutral:
		return theme.NewDisabledResource(theme.RadioButtonIcon())
	default:
		return toneIcon(f.tone)
	}
}

// capital begins a sentence.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// dots is the small button of a row that lists what can be done. It is no stop for Tab: the list has a key for it.
type dots struct {
	widget.BaseWidget
	box    *fyne.Container
	tapped func(at fyne.Position)
}

func newDots() *dots {
	d := &dots{box: container.NewGridWrap(fyne.NewSquareSize(20), widget.NewIcon(theme.MoreVerticalIcon()))}
	d.ExtendBaseWidget(d)
	return d
}

// CreateRenderer is called by Fyne.
func (d *dots) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(d.box) }

// Tapped lists the actions below the dots.
func (d *dots) Tapped(*fyne.PointEvent) {
	d.tapped(fyne.CurrentApp().Driver().AbsolutePositionForObject(d).AddXY(0, d.Size().Height))
}

// An addressLabel is an address on one line. Where it is too long, the name before the @ is cut, and the domain last and
// from the left: what somebody registered stands at its right end.
type addressLabel struct {
	widget.Label
	whole string
}

func newAddressLabel() *addressLabel {
	l := &addressLabel{}
	l.ExtendBaseWidget(l)
	l.Truncation = fyne.TextTruncateClip
	return l
}

// set changes the address.
func (l *addressLabel) set(address string, bold bool) {
	if l.whole == address && l.TextStyle.Bold == bold {
		return
	}
	l.whole, l.TextStyle.Bold = address, bold
	l.Text = l.fitted(l.Size().Width)
	l.Refresh()
}

// Resize cuts the address anew.
func (l *addressLabel) Resize(size fyne.Size) {
	say(&l.Label, l.fitted(size.Width))
	l.Label.Resize(size)
}

func (l *addressLabel) fitted(width float32) string {
	room := width - 2*theme.InnerPadding()
	if room <= 0 {
		return l.whole // not laid out yet
	}
	return fitAddress(l.whole, func(text string) bool {
		return fyne.MeasureText(text, theme.TextSize(), l.TextStyle).Width <= room
	})
}

// fitAddress cuts an address until it fits; where not even one letter does, it gives the last one.
func fitAddress(address string, fits func(string) bool) string {
	if fits(address) {
		return address
	}
	at := strings.LastIndexByte(address, '@')
	local := []rune(address[:max(at, 0)])
	for n := len(local) - 1; n > 0; n-- {
		if short := string(local[:n]) + "…" + address[at:]; fits(short) {
			return short
		}
	}
	domain := []rune(address[max(at, 0):])
	for len(domain) > 1 && !fits("…"+string(domain)) {
		domain = domain[1:]
	}
	return "…" + string(domain)
}
