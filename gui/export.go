package gui

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

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

// The exporter is the dialog in which the settings are written to a file or a folder, and the menu that opens it. It never opens the
// file itself: Fyne's own save dialog does, and empties it before anything is known to be right.
type exporter struct {
	session *setup.Session
	win     fyne.Window
	list    *fyne.Menu
	sheet   *sheet // nil: not open
	replace *sheet // the question before replacing a file; nil: not asked

	intro   *widget.Label
	code    *codeView
	preview *reading
	include *check
	risk    *remark
	remarks *fyne.Container
	told    []format.Remark
	path    *pathField
	wrong   *remark
	done    *remark
	write   *button
}

func newExporter(s *setup.Session, w fyne.Window) *exporter {
	return &exporter{session: s, win: w, list: newExportMenu(s)}
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
		if s.Export.Code != nil { // in a small window, the path stands below the code, which is what a telephone wants to see
			e.win.Canvas().Focus(e.write)
			return
		}
		e.win.Canvas().Focus(e.path.field)
		return
	}
	e.draw(s.Export)
}

// allow switches the menu's entries.
func (e *exporter) allow(usable bool) {
	if allowAll(e.list, usable) {
		e.list.Refresh()
	}
}

// make builds the dialog.
func (e *exporter) make() {
	e.intro = caption("")
	e.preview = newReading(e.session.CloseExport)
	e.code = newCodeView()
	e.remarks, e.told = container.NewVBox(), nil
	e.include, e.risk = newCheck("Include the password", e.session.ExportPassword), newRemark(setup.Warning)
	e.include.onEscape = e.session.CloseExport
	e.path = newPathField(e.win, e.session.ExportPath)
	e.path.field.OnSubmitted = func(string) { e.onWrite() }
	e.path.setEscape(e.session.CloseExport)
	e.wrong, e.done = newRemark(setup.Danger), newRemark(setup.Success)
	e.write = newButton("Write file", theme.DocumentSaveIcon(), e.onWrite)
	e.write.onEscape = e.session.CloseExport
	box := container.New(tall{previewHeight}, e.preview.small())
	low := container.NewVBox(e.remarks, e.include, e.risk.box, e.path.box, e.wrong.box, e.done.box)
	body := container.NewBorder(container.NewVBox(e.intro, e.code.box), low, nil, nil, box)
	e.sheet = newSheet(e.win, "Export the settings", body, e.session.CloseExport,
		newEscapeButton("Close", theme.CancelIcon(), e.session.CloseExport), e.write)
}

// draw fills the dialog.
func (e *exporter) draw(x setup.ExportState) {
	say(e.intro, formatWords(x))
	e.code.draw(x.Code)
	e.preview.show(x.Preview)
	e.drawRemarks(x.Remarks)
	e.drawPassword(x)
	e.path.name(pathLabel(x.Folder))
	e.path.field.fill(x.Path)
	e.wrong.say(x.Error)
	done := ""
	if x.Done != "" {
		done = "Written to " + x.Done
	}
	e.done.say(done)
	text := "Write file"
	if x.Folder {
		text = fmt.Sprintf("Write %d files", len(x.Files))
	}
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

// drawPassword draws the tick for the password, where one could be in the file.
func (e *exporter) drawPassword(x setup.ExportState) {
	show(e.include, x.Password != setup.PasswordNever)
	e.include.fill(x.Password == setup.PasswordIncluded)
	enable(e.include, !x.Writing)
	risk := ""
	if x.Password == setup.PasswordIncluded {
		risk = "Your password will be written into the file, in the place of [password] above. On this computer, nobody but you may read that file."
	}
	e.risk.say(risk)
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
		e.onReplace(x)
	default:
		e.session.Write(false)
	}
}

// onReplace asks before files are replaced, about all of them together.
func (e *exporter) onReplace(x setup.ExportState) {
	e.dropReplace()
	replace := func() { e.session.Write(true) }
	if len(x.Existing) == 0 {
		e.replace = askReplace(e.win, x.Path, replace)
		return
	}
	e.replace = askReplaceAll(e.win, x.Path, x.Existing, replace)
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
	return askLoss(w, "The file exists", explain.Text{
		Title:   fmt.Sprintf("Replace %s?", account.Neutral(filepath.Base(path), 80)),
		Advice:  "There is a file of this name already. What is in it now will be lost.",
		Details: []explain.Detail{{Label: "File", Value: path}},
	}, "Keep the old file", "Replace it", replace)
}

// askReplaceAll asks before files of a folder are replaced.
func askReplaceAll(w fyne.Window, folder string, names []string, replace func()) *sheet {
	return askLoss(w, "Files exist", explain.Text{
		Title:   fmt.Sprintf("Replace files in %s?", account.Neutral(filepath.Base(folder), 80)),
		Advice:  "These files are there already. What is in them now will be lost; other files in the folder stay as they are.",
		Details: []explain.Detail{{Label: "Folder", Value: folder}, {Label: "Files", Value: strings.Join(names, "\n")}},
	}, "Keep the old files", "Replace them", replace)
}

// askLoss asks before something is lost.
func askLoss(w fyne.Window, title string, text explain.Text, keep, lose string, replace func()) *sheet {
	warning := newBanner()
	warning.set(setup.Warning, explain.Text{Title: text.Title, Advice: text.Advice})
	where := newFacts(text.Details, theme.SizeNameText, 0)
	var s *sheet
	no := func() { s.close() }
	yes := func() { s.close(); replace() }
	s = newSheet(w, title, stacked(theme.Padding()*2, warning.box, where), no,
		newEscapeButton(keep, theme.CancelIcon(), no), newConsentButton(lose, widget.DangerImportance, yes, no))
	s.open(questionWidth, 0)
	return s
}

// formatWords says what a format is for.
func formatWords(x setup.ExportState) string {
	switch {
	case x.Format == format.Thunderbird:
		return "Thunderbird autoconfig (.xml): read by Thunderbird and many other mail programs. It holds no password."
	case x.Code != nil:
		return x.Title + ": scan this code with Thunderbird on the telephone, or write it to a file."
	case x.Folder:
		return x.Title + ": several files, and what to do with them."
	default:
		return x.Title
	}
}

// pathLabel is what stands before the path.
func pathLabel(folder bool) string {
	if folder {
		return "Folder"
	}
	return "File"
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
	label  *widget.Label
	box    *fyne.Container
}

func newPathField(w fyne.Window, typed func(path string)) *pathField {
	p := &pathField{field: newField("/folder/name.xml"), label: rowLabel("File")}
	p.field.onTyped = typed
	p.browse = newButton("Browse…", theme.FolderOpenIcon(), func() { chooseFolder(w, p.field.Text, typed) })
	p.box = container.NewBorder(nil, nil, p.label, p.browse, p.field)
	return p
}

// name changes what stands before the path.
func (p *pathField) name(text string) {
	if p.label.Text != text {
		p.label.SetText(text)
		p.box.Refresh()
	}
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
