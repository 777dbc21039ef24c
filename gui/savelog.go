package gui

import (
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
)

// showSaveLog asks where the conversation log is to be written.
func showSaveLog(s *setup.Session, w fyne.Window) {
	var open *sheet
	closing := func() { open.close() }
	var path *pathField
	path = newPathField(w, func(text string) { path.field.fill(text) })
	path.setEscape(closing)
	path.field.fill(logPath())
	saving := func() { closing(); s.SaveLog(path.field.Text, false) }
	path.field.OnSubmitted = func(string) { saving() }
	save := newButton("Save", theme.DocumentSaveIcon(), saving)
	save.Importance = widget.HighImportance
	save.onEscape = closing
	open = newSheet(w, "Save the conversation log", container.NewVBox(
		caption("The log holds server names and your user name. Passwords are not in it."), path.box), closing,
		newEscapeButton("Cancel", theme.CancelIcon(), closing), save)
	open.open(questionWidth, 0)
	w.Canvas().Focus(path.field)
}

// logPath suggests a name that no other log has.
func logPath() string {
	name := "portolan-" + time.Now().Format("2006-01-02-150405") + ".log"
	home, err := os.UserHomeDir()
	if err != nil {
		return name
	}
	return filepath.Join(home, name)
}
