package gui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/account/format"
	"portolan/gui/setup"
)

// The importer is the dialog about a file that was opened: which of its accounts is meant, or what mail programs make of it.
type importer struct {
	session *setup.Session
	win     fyne.Window
	sheet   *sheet // nil: not open
	number  int    // of the dialog that is open
}

func newImporter(s *setup.Session, w fyne.Window) *importer { return &importer{session: s, win: w} }

// render opens the dialog of the state where it is not open already, and closes what is over.
func (i *importer) render(s setup.State) {
	switch {
	case s.Import.File == "":
		i.close()
	case i.sheet != nil && i.number == s.Import.Number && i.sheet.visible():
	default:
		i.close()
		i.number = s.Import.Number
		if len(s.Import.Accounts) > 0 {
			i.choose(s.Import)
			return
		}
		i.lint(s.Import)
	}
}

// choose lists the accounts of a file; a press on one opens it.
func (i *importer) choose(x setup.ImportState) {
	asked := widget.NewLabel(fmt.Sprintf("%s holds %d accounts. Choose one, or open all.", x.File, len(x.Accounts)))
	asked.Wrapping = fyne.TextWrapWord
	list := container.NewVBox(asked)
	for index, account := range x.Accounts {
		open := newButton(account.Head, theme.AccountIcon(), func() { i.session.ChooseAccount(x.Number, index) })
		open.Alignment = widget.ButtonAlignLeading
		open.onEscape = i.session.CloseImport
		list.Add(stacked(-8, open, caption(account.Note)))
	}
	all := newEscapeButton("Open all", theme.FolderOpenIcon(), func() { i.session.ChooseAll(x.Number) })
	all.onEscape = i.session.CloseImport
	i.sheet = newSheet(i.win, "Which account?", list, i.session.CloseImport,
		newEscapeButton("Open none", theme.CancelIcon(), i.session.CloseImport), all)
	i.sheet.open(questionWidth, 0)
}

// lint lists what mail programs make of a file, next to what was understood.
func (i *importer) lint(x setup.ImportState) {
	body := stacked(theme.Padding() * 2)
	title := widget.NewLabelWithStyle("Understood in "+x.File, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	title.Wrapping = fyne.TextWrapWord
	if len(x.Understood) > 0 {
		body.Add(stacked(-4, title, newSmallFacts(x.Understood)))
	} else {
		title.SetText("Nothing in " + x.File + " could be used")
		body.Add(title)
	}
	lines := container.NewVBox(caption("What mail programs will make of it, by line:"))
	for _, l := range x.Lint {
		line := newRemark(lintTone(l.Severity))
		line.say(fmt.Sprintf("Line %d. %s: %s. %s", l.Line, l.Who, lintWord(l.Severity), l.Text))
		lines.Add(line.box)
	}
	body.Add(lines)
	i.sheet = newSheet(i.win, "About this file", body, i.session.CloseImport,
		newEscapeButton("Close", theme.CancelIcon(), i.session.CloseImport))
	i.sheet.open(exportWidth, 0)
}

func (i *importer) close() {
	if i.sheet != nil {
		open := i.sheet
		i.sheet = nil
		open.close()
	}
}

// lintTone is the icon and the colour of what a program does.
func lintTone(s format.Severity) setup.Tone {
	switch s {
	case format.Rejected:
		return setup.Danger
	case format.Ignored:
		return setup.Warning
	default:
		return setup.Neutral
	}
}

// lintWord says what a program does.
func lintWord(s format.Severity) string {
	switch s {
	case format.Rejected:
		return "refuses the whole file"
	case format.Ignored:
		return "ignores this"
	default:
		return "reads it otherwise"
	}
}
