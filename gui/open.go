package gui

import (
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"

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
	d.SetFilter(openable{})
	d.SetTitleText("Open a configuration file")
	showFileDialog(w, d)
}

// openable lets a file dialog show what could be opened: files of a known kind, and those whose names tell no kind, as an
// msmtprc or a zone has.
type openable struct{}

// Matches is called by Fyne.
func (openable) Matches(file fyne.URI) bool {
	switch strings.ToLower(file.Extension()) {
	case "", ".txt", ".conf", ".zone":
		return true
	default:
		return setup.KnownFile(file.Name())
	}
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
