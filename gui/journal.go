package gui

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
)

// journalHeight is the least height of the lines of the log.
const journalHeight = 180

// The journal is the conversation log: one line of text per row, drawn only where it is in sight.
type journal struct {
	session *setup.Session
	win     fyne.Window
	notice  int // the number of the last one that was looked at
	lines   []string
	list    *widget.List
	empty   *widget.Label
	copy    *button
	save    *button
	box     *panel
}

func newJournal(s *setup.Session, w fyne.Window) *journal {
	j := &journal{session: s, win: w, empty: caption("Nothing has been said to a server yet.")}
	j.list = &widget.List{
		Length:         func() int { return len(j.lines) },
		CreateItem:     newLogLine,
		UpdateItem:     j.draw,
		HideSeparators: true,
	}
	j.list.ExtendBaseWidget(j.list)
	j.copy = newButton("Copy", theme.ContentCopyIcon(), j.onCopy)
	j.save = newButton("Save…", theme.DocumentSaveIcon(), func() { showSaveLog(s, w) })
	for _, b := range []*button{j.copy, j.save} {
		b.Importance = widget.LowImportance
		b.onEscape = s.Stop
	}
	title := widget.NewLabelWithStyle("Conversation log", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	head := container.NewBorder(nil, nil, title, container.NewHBox(j.copy, j.save))
	tight := container.NewThemeOverride(j.list, tightTheme{})
	lines := container.New(logLayout{j}, tight, j.empty)
	j.box = newPanel(colorPanel, colorPanelBorder, 8, container.NewBorder(head, nil, nil, nil, lines))
	return j
}

func newLogLine() fyne.CanvasObject {
	l := widget.NewLabel("")
	l.TextStyle.Monospace = true
	l.SizeName = theme.SizeNameCaptionText
	l.Truncation = fyne.TextTruncateEllipsis
	return l
}

func (j *journal) draw(row int, line fyne.CanvasObject) {
	if l, ok := line.(*widget.Label); ok && row < len(j.lines) {
		say(l, j.lines[row])
	}
}

// render shows the lines, and follows their end unless somebody has scrolled away from it.
func (j *journal) render(s setup.State) {
	enable(j.copy, len(s.Log) > 0)
	enable(j.save, len(s.Log) > 0)
	show(j.empty, len(s.Log) == 0)
	j.renderNotice(s.Notice)
	if slices.Equal(j.lines, s.Log) {
		return
	}
	j.following(func() {
		j.lines = s.Log
		j.list.Refresh()
	})
}

// following makes a change; if the end of the log was in sight before, it is so afterwards.
func (j *journal) following(change func()) {
	end := j.atEnd()
	change()
	if end && j.list.Size().Height > 0 {
		j.list.ScrollToBottom()
	}
}

// renderNotice asks before a file is replaced by the log.
func (j *journal) renderNotice(n setup.Notice) {
	if n.Number == j.notice {
		return
	}
	j.notice = n.Number
	if n.Exists != "" {
		askReplace(j.win, n.Exists, func() { j.session.SaveLog(n.Exists, n.Names, true) })
	}
}

// atEnd reports whether the last line is in sight, or nearly so, or would be if the log had been drawn yet.
func (j *journal) atEnd() bool {
	if j.list.Size().Height == 0 {
		return true
	}
	text := fyne.MeasureText("M", theme.Size(theme.SizeNameCaptionText), fyne.TextStyle{Monospace: true})
	row := text.Height + 3*tightGap
	return j.list.GetScrollOffset()+j.list.Size().Height >= row*float32(len(j.lines)-1)
}

// onCopy copies the log without the user name; the dialog that saves it has it with.
func (j *journal) onCopy() {
	fyne.CurrentApp().Clipboard().SetContent(j.session.LogText(setup.HideNames))
}

// tightGap is what stands between two lines of the log.
const tightGap = 1

// A tightTheme is the program's theme with hardly any room around the lines of a list.
type tightTheme struct{}

func (tightTheme) theme() fyne.Theme { return fyne.CurrentApp().Settings().Theme() }

// Color is the program's.
func (t tightTheme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	return t.theme().Color(name, variant)
}

// Font is the program's.
func (t tightTheme) Font(style fyne.TextStyle) fyne.Resource { return t.theme().Font(style) }

// Icon is the program's.
func (t tightTheme) Icon(name fyne.ThemeIconName) fyne.Resource { return t.theme().Icon(name) }

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
type logLayout struct{ journal *journal }

// MinSize leaves room for some lines.
func (l logLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(1, journalHeight) }

// Layout places the objects.
func (l logLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.journal.following(func() {
		for _, o := range objects {
			o.Move(fyne.NewPos(0, 0))
			o.Resize(size)
		}
	})
}

// tall gives its single object a least height.
type tall struct{ h float32 }

// MinSize is at least the set height.
func (t tall) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := objects[0].MinSize()
	return fyne.NewSize(least.Width, max(least.Height, t.h))
}

// Layout fills the place.
func (t tall) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(size)
}
