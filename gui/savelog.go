package gui

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
)

// A logSaver is the dialog that shares the conversation log: it shows what goes out, says what is hidden in it, and writes
// it where it is told.
//
// V-6: nothing is shared before it can be seen.
type logSaver struct {
	session *setup.Session
	sheet   *sheet
	text    string // what is shared
	preview *logList
	names   *check
	path    *pathField
}

// showSaveLog asks where the conversation log is to be written.
func showSaveLog(s *setup.Session, w fyne.Window) *logSaver {
	d := &logSaver{session: s}
	d.preview = newLogList(false, previewHeight)
	d.names = newCheck("Include my user name", func(bool) { d.render() })
	d.names.onEscape = d.close
	d.path = newPathField(w, func(text string) { d.path.field.fill(text) })
	d.path.setEscape(d.close)
	d.path.field.fill(logPath())
	d.path.field.OnSubmitted = func(string) { d.onSave() }
	save := newButton("Save", theme.DocumentSaveIcon(), d.onSave)
	save.Importance = widget.HighImportance
	save.onEscape = d.close
	copied := newButton("Copy", theme.ContentCopyIcon(), d.onCopy)
	copied.onEscape = d.close
	box := newPanel(theme.ColorNameInputBackground, colorPanelBorder, 2, d.preview.content)
	said := caption("This is what will be shared. It names servers; passwords are not in it.")
	body := container.NewBorder(said, container.NewVBox(d.names, d.path.box), nil, nil, box)
	d.sheet = newSheet(w, "Save the conversation log", body, d.close,
		newEscapeButton("Cancel", theme.CancelIcon(), d.close), copied, save)
	d.render()
	d.sheet.open(exportWidth, exportHeight)
	w.Canvas().Focus(d.path.field)
	return d
}

// render shows the text as it is shared with or without the user name.
func (d *logSaver) render() {
	d.text = d.session.LogText(d.wanted())
	d.preview.set(strings.Split(strings.TrimSuffix(d.text, "\n"), "\n"))
}

// wanted is what the tick says.
func (d *logSaver) wanted() setup.LogNames {
	if d.names.Checked {
		return setup.ShowNames
	}
	return setup.HideNames
}

func (d *logSaver) onSave() {
	d.close()
	d.session.SaveLog(d.path.field.Text, d.wanted(), false)
}

func (d *logSaver) onCopy() { fyne.CurrentApp().Clipboard().SetContent(d.text) }

func (d *logSaver) close() { d.sheet.close() }

// logPath suggests a name that no other log has.
func logPath() string {
	name := "portolan-" + time.Now().Format("2006-01-02-150405") + ".log"
	home, err := os.UserHomeDir()
	if err != nil {
		return name
	}
	return filepath.Join(home, name)
}
