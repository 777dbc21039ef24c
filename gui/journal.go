package gui

import (
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
	log     *logList
	empty   *widget.Label
	copy    *button
	save    *button
	box     *panel
}

func newJournal(s *setup.Session, w fyne.Window) *journal {
	j := &journal{session: s, win: w, empty: caption("Nothing has been said to a server yet.")}
	j.log = newLogList(true, journalHeight, j.empty)
	j.copy = newButton("Copy", theme.ContentCopyIcon(), j.onCopy)
	j.save = newButton("Save…", theme.DocumentSaveIcon(), func() { showSaveLog(s, w) })
	for _, b := range []*button{j.copy, j.save} {
		b.Importance = widget.LowImportance
		b.onEscape = s.Stop
	}
	title := widget.NewLabelWithStyle("Conversation log", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	head := container.NewBorder(nil, nil, title, container.NewHBox(j.copy, j.save))
	j.box = newPanel(colorPanel, colorPanelBorder, 8, container.NewBorder(head, nil, nil, nil, j.log.content))
	return j
}

// render shows the lines, and follows their end unless somebody has scrolled away from it.
func (j *journal) render(s setup.State) {
	enable(j.copy, len(s.Log) > 0)
	enable(j.save, len(s.Log) > 0)
	show(j.empty, len(s.Log) == 0)
	j.renderNotice(s.Notice)
	if !slices.Equal(j.log.lines, s.Log) {
		j.log.set(s.Log)
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

// onCopy copies the log without the user name; the dialog that saves it has it with.
func (j *journal) onCopy() {
	fyne.CurrentApp().Clipboard().SetContent(j.session.LogText(setup.HideNames))
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
