package gui

import (
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"

	"portolan/gui/setup"
)

// fileDialogShare is how much of the window a file dialog takes, each way; Fyne's own measure is cramped.
const fileDialogShare = 0.8

// showOpen asks for a configuration file. Only its path is used: package store reads files, with its limits.
// A key of the menu works over a dialog too; nothing is opened then.
func showOpen(s *setup.Session, w fyne.Window) {
	if w.Canvas().Overlays().Top() != nil {
		return
	}
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil || file == nil {
			return
		}
		path := filepath.FromSlash(file.URI().Path())
		_ = file.Close() // nothing was read
		s.OpenFile(path)
	}, w)
	d.SetFilter(storage.NewExtensionFileFilter([]string{".xml", ".XML"}))
	d.SetTitleText("Open a configuration file")
	showFileDialog(w, d)
}

// showFileDialog shows one of Fyne's file dialogs in a good size; Escape closes it.
func showFileDialog(w fyne.Window, d *dialog.FileDialog) {
	size := w.Canvas().Size()
	d.Show() // before that, Fyne cannot size it
	d.Resize(fyne.NewSize(size.Width*fileDialogShare, size.Height*fileDialogShare))
	overlay := w.Canvas().Overlays().Top()
	overlay.Refresh() // brings it into the middle again
	release := catchEscape(w.Canvas(), overlay, d.Dismiss)
	d.SetOnClosed(release)
}
