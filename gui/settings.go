package gui

import (
	"encoding/json"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
)

// settingsKey holds the settings in the preferences, as one text: see memoryKey. Nothing of an account is among them.
const settingsKey = "settings"

// rememberSettings reads the settings; what is not there, or makes no sense, is as in a new program.
func rememberSettings(p fyne.Preferences) setup.Settings {
	var s setup.Settings
	if json.Unmarshal([]byte(p.String(settingsKey)), &s) != nil || s.Problem() != "" {
		return setup.Settings{}
	}
	return s
}

func saveSettings(s setup.Settings, p fyne.Preferences) {
	text, err := json.Marshal(s)
	if err == nil { // which it always is, for three switches and a text
		p.SetString(settingsKey, string(text))
	}
}

const (
	settingsWidth = 600
	settingsIntro = "They hold for the next search; nothing is started now. The Help menu tells who is asked, and what each of them learns."
	databaseWords = "It learns the domain of your address, never the address itself. A company can run a database of its own."
	addressWords  = "Some providers need it to tell which of their servers is yours. The server autoconfig in your domain, and no other, is then " +
		"asked over verified https with your whole address in the question. Whoever runs that server sees the address, may keep it, and could pass " +
		"it on. Switched off, it learns no more than that somebody asks about your domain."
	guessWords = "imap, mail, pop, pop3 and smtp in front of your domain, and the domain itself, are tried. Switched off, only servers that you " +
		"typed or that somebody named are tried."
)

// A settingsSheet is the dialog in which the settings are changed. Until Save they are a draft, which it draws.
type settingsSheet struct {
	draft    setup.Settings
	keep     func(setup.Settings)
	sheet    *sheet
	database *check
	address  *field
	seen     bool // the address was left, or Save pressed: from then on its problem is shown
	send     *check
	guess    *check
	save     *button
}

// showSettings opens the dialog; keep is called with what was saved.
func showSettings(w fyne.Window, now setup.Settings, keep func(setup.Settings)) *settingsSheet {
	if w.Canvas().Overlays().Top() != nil {
		return nil // a question comes first
	}
	d := &settingsSheet{draft: now, keep: keep, address: newField(setup.PublicDatabase)}
	d.database = newCheck("Ask Thunderbird's database of providers (ISPDB)", d.change(func(on bool) { d.draft.NoDatabase = !on }))
	d.send = newCheck("Send my full address to my own domain's autoconfig server", d.change(func(on bool) { d.draft.SendAddress = on }))
	d.guess = newCheck("Guess server names", d.change(func(on bool) { d.draft.NoGuess = !on }))
	d.address.fill(now.Database)
	d.address.onTyped, d.address.onLeave = d.typed, d.look
	d.address.OnSubmitted = func(string) { d.onSave() }
	d.save = newButton("Save", theme.DocumentSaveIcon(), d.onSave)
	d.save.Importance = widget.HighImportance
	closing := func() { d.sheet.close() }
	for _, escape := range []*func(){&d.database.onEscape, &d.send.onEscape, &d.guess.onEscape, &d.address.onEscape, &d.save.onEscape} {
		*escape = closing
	}
	d.sheet = newSheet(w, "Settings", d.body(), closing, newEscapeButton("Cancel", theme.CancelIcon(), closing), d.save)
	d.draw()
	d.sheet.open(settingsWidth, 0)
	return d
}

func (d *settingsSheet) body() fyne.CanvasObject {
	where := container.NewBorder(nil, nil, widget.NewLabel("Asked at"), nil, d.address.under())
	return stacked(theme.Padding(), wrapped(settingsIntro),
		stacked(-8, d.database, indented(caption(databaseWords))), indented(where),
		stacked(-8, d.send, indented(caption(addressWords))),
		stacked(-8, d.guess, indented(caption(guessWords))))
}

// indented stands below the words of a switch.
func indented(o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(0, 0, 22, 8), o)
}

// change makes the handler of a switch.
func (d *settingsSheet) change(to func(on bool)) func(bool) {
	return func(on bool) {
		to(on)
		d.draw()
	}
}

// typed takes the address of the database; that of the public one is as good as none.
func (d *settingsSheet) typed(text string) {
	d.draft.Database = strings.TrimSpace(text)
	if strings.TrimSuffix(d.draft.Database, "/") == strings.TrimSuffix(setup.PublicDatabase, "/") {
		d.draft.Database = ""
	}
	d.draw()
}

func (d *settingsSheet) draw() {
	d.database.fill(!d.draft.NoDatabase)
	d.send.fill(d.draft.SendAddress)
	d.guess.fill(!d.draft.NoGuess)
	enable(d.address, !d.draft.NoDatabase)
	problem := d.draft.Problem()
	if !d.seen {
		problem = ""
	}
	d.address.problem(problem)
}

// look shows from now on what is wrong with the address.
func (d *settingsSheet) look() {
	d.seen = true
	d.draw()
}

func (d *settingsSheet) onSave() {
	if d.draft.Problem() != "" {
		d.look()
		d.sheet.win.Canvas().Focus(d.address)
		return
	}
	d.sheet.close()
	d.keep(d.draft)
}
