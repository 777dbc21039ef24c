package gui

import (
	"fmt"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/account"
	"portolan/account/format"
	"portolan/gui/setup"
	"portolan/probe/explain"
)

// The measures of the export dialog, where the window allows them.
const (
	exportWidth   = 720
	exportHeight  = 620
	previewHeight = 120 // the least; the preview takes what is left
)

// The exporter is the dialog in which the settings are written to a file, and the menu that opens it. It never opens the
// file itself: Fyne's own save dialog does, and empties it before anything is known to be right.
type exporter struct {
	session *setup.Session
	win     fyne.Window
	list    *fyne.Menu
	sheet   *sheet // nil: not open
	replace *sheet // the question before replacing a file; nil: not asked

	intro   *widget.Label
	preview *widget.Label
	remarks *fyne.Container
	told    []format.Remark
	path    *pathField
	wrong   *remark
	done    *remark
	write   *button
}

func newExporter(s *setup.Session, w fyne.Window) *exporter {
	e := &exporter{session: s, win: w}
	item := fyne.NewMenuItem("Thunderbird autoconfig (.xml)…", func() { s.Export(format.Thunderbird) })
	item.Disabled = true
	e.list = fyne.NewMenu("Export", item)
	return e
}

// menu lists the formats; the same menu serves the button and the window's menu.
func (e *exporter) menu() *fyne.Menu { return e.list }

// render draws the dialog, and opens and closes it as the state says.
func (e *exporter) render(s setup.State) {
	e.allow(s.CanWrite)
	if !s.Export.Open {
		e.close()
		return
	}
	if e.sheet == nil || !e.sheet.visible() {
		e.close()
		e.make()
		e.draw(s.Export)
		e.sheet.open(exportWidth, exportHeight)
		e.win.Canvas().Focus(e.path.field)
		return
	}
	e.draw(s.Export)
}

// allow switches the menu's entries.
func (e *exporter) allow(usable bool) {
	for _, item := range e.list.Items {
		if item.Disabled == usable {
			item.Disabled = !usable
			e.list.Refresh()
		}
	}
}

// make builds the dialog.
func (e *exporter) make() {
	e.intro = caption("")
	e.preview = widget.NewLabel("")
	e.preview.TextStyle.Monospace = true
	e.preview.SizeName = theme.SizeNameCaptionText
	e.preview.Selectable = true
	e.remarks, e.told = container.NewVBox(), nil
	e.path = newPathField(e.win, e.session.ExportPath)
	e.path.field.OnSubmitted = func(string) { e.onWrite() }
	e.path.setEscape(e.session.CloseExport)
	e.wrong, e.done = newRemark(setup.Danger), newRemark(setup.Success)
	e.write = newButton("Write file", theme.DocumentSaveIcon(), e.onWrite)
	e.write.onEscape = e.session.CloseExport
	box := newPanel(theme.ColorNameInputBackground, colorPanelBorder, 2,
		container.New(tall{previewHeight}, container.NewScroll(e.preview)))
	low := container.NewVBox(e.remarks, e.path.box, e.wrong.box, e.done.box)
	body := container.NewBorder(e.intro, low, nil, nil, box)
	e.sheet = newSheet(e.win, "Export the settings", body, e.session.CloseExport,
		newEscapeButton("Close", theme.CancelIcon(), e.session.CloseExport), e.write)
}

// draw fills the dialog.
func (e *exporter) draw(x setup.ExportState) {
	say(e.intro, formatWords(x.Format))
	say(e.preview, x.Preview)
	e.drawRemarks(x.Remarks)
	e.path.field.fill(x.Path)
	e.wrong.say(x.Error)
	done := ""
	if x.Done != "" {
		done = "Written to " + x.Done
	}
	e.done.say(done)
	text := "Write file"
	if x.Writing {
		text = "Writing…"
	}
	importance := widget.HighImportance
	if done != "" {
		importance = widget.MediumImportance
	}
	e.write.set(text, theme.DocumentSaveIcon(), importance)
	enable(e.write, !x.Writing && x.Path != "" && x.Preview != "")
}

func (e *exporter) drawRemarks(remarks []format.Remark) {
	if slices.Equal(e.told, remarks) {
		return
	}
	e.told = slices.Clone(remarks)
	e.remarks.Objects = nil
	for _, r := range remarks {
		line := newRemark(setup.Warning)
		line.say(remarkWords(r))
		e.remarks.Add(line.box)
	}
	e.remarks.Refresh()
}

// onWrite writes, and asks first where a file would be replaced.
func (e *exporter) onWrite() {
	x := e.session.State().Export
	switch {
	case e.write.Disabled():
	case x.Exists:
		e.onReplace(x.Path)
	default:
		e.session.Write(false)
	}
}

// onReplace asks before the file is replaced.
func (e *exporter) onReplace(path string) {
	e.dropReplace()
	e.replace = askReplace(e.win, path, func() { e.session.Write(true) })
}

func (e *exporter) dropReplace() {
	if e.replace != nil {
		e.replace.close()
		e.replace = nil
	}
}

func (e *exporter) close() {
	e.dropReplace()
	if e.sheet != nil {
		open := e.sheet
		e.sheet = nil
		open.close()
	}
}

// askReplace asks before a file is replaced. No is the default, as everywhere.
func askReplace(w fyne.Window, path string, replace func()) *sheet {
	warning := newBanner()
	warning.set(setup.Warning, explain.Text{
		Title:  fmt.Sprintf("Replace %s?", account.Neutral(filepath.Base(path), 80)),
		Advice: "There is a file of this name already. What is in it now will be lost.",
	})
	where := newFacts([]explain.Detail{{Label: "File", Value: path}}, theme.SizeNameText, 0)
	var s *sheet
	no := func() { s.close() }
	yes := func() { s.close(); replace() }
	s = newSheet(w, "The file exists", stacked(theme.Padding()*2, warning.box, where), no,
		newEscapeButton("Keep the old file", theme.CancelIcon(), no),
		newConsentButton("Replace it", widget.DangerImportance, yes, no))
	s.open(questionWidth, 0)
	return s
}

// formatWords says what a format is for.
func formatWords(name string) string {
	if name == format.Thunderbird {
		return "Thunderbird autoconfig (.xml): read by Thunderbird and many other mail programs. It holds no password."
	}
	return name
}

// remarkWords is a remark as one line.
func remarkWords(r format.Remark) string {
	text := account.Neutral(r.Text, 400)
	switch r.Role {
	case account.Incoming:
		return "Incoming server: " + text
	case account.Outgoing:
		return "Outgoing server: " + text
	default:
		return text
	}
}

// A pathField is a path that can be typed, with a button that chooses the folder and leaves the name.
type pathField struct {
	field  *field
	browse *button
	box    *fyne.Container
}

func newPathField(w fyne.Window, typed func(path string)) *pathField {
	p := &pathField{field: newField("/folder/name.xml")}
	p.field.onTyped = typed
	p.browse = newButton("Browse…", theme.FolderOpenIcon(), func() { chooseFolder(w, p.field.Text, typed) })
	p.box = container.NewBorder(nil, nil, rowLabel("File"), p.browse, p.field)
	return p
}

func (p *pathField) setEscape(f func()) {
	p.field.onEscape = f
	p.browse.onEscape = f
}

// chooseFolder asks for the folder of a path.
func chooseFolder(w fyne.Window, path string, chosen func(path string)) {
	d := dialog.NewFolderOpen(func(folder fyne.ListableURI, err error) {
		if err == nil && folder != nil {
			chosen(filepath.Join(filepath.FromSlash(folder.Path()), filepath.Base(path)))
		}
	}, w)
	startIn(d, filepath.Dir(path))
	showFileDialog(w, d)
}

// startIn opens a file dialog in a folder, where there is such a folder.
func startIn(d *dialog.FileDialog, folder string) {
	if here, err := storage.ListerForURI(storage.NewFileURI(folder)); err == nil {
		d.SetLocation(here)
	}
}
