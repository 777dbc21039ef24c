package gui

import (
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"portolan/gui/setup"
)

// moment is how long the window waits before it looks again whether what waits can be shown.
const moment = 300 * time.Millisecond

// Options are what the window needs from outside.
type Options struct {
	Runner    setup.Runner                      // the real search
	NewRunner func(setup.Settings) setup.Runner // makes it anew for other settings, in the place of Runner; may be nil
	Version   string
	Icon      fyne.Resource
	Folder    string        // where exports are suggested to go
	Start     setup.State   // what is filled in already
	Keeping   setup.Keeping // where the accounts are kept
	Mailboxes []Mailbox     // the practice mailboxes of the Help menu
	Post      func(func())  // runs a function on the window's goroutine, later; nil: fyne.Do
}

// A Window is the program's only window. All its methods are called on the goroutine that Post posts to.
type Window struct {
	app     fyne.App
	win     fyne.Window
	post    func(func())
	version string
	session *setup.Session

	simple    *simpleView
	advanced  *advancedView   // nil until it is shown first
	views     *fyne.Container // both views, of which one is shown
	questions *questions
	exporter  *exporter
	importer  *importer
	bar       *bottomBar
	menu      *menu
	accounts  *accounts
	summaries *summaries
	practice  *strip
	notice    *strip
	undo      *strip // an account was deleted
	checks    *strip // all accounts are being checked
	mailboxes []Mailbox

	look    look
	title   string     // of the window
	view    setup.View // as drawn last
	phase   setup.Phase
	read    int           // number of the notice that was put away
	drawing bool          // Draw is at work
	waiting []setup.State // states that came meanwhile; the last one counts
	closing bool

	outliner outliner
}

// New makes the window and begins its session. It shows with Run.
func New(a fyne.App, o Options) *Window {
	w := &Window{
		app: a, win: a.NewWindow("Portolan"), post: o.Post, version: o.Version,
		mailboxes: o.Mailboxes,
	}
	if w.post == nil {
		w.post = fyne.Do
	}
	last := remember(a.Preferences())
	if o.Start.View == setup.Simple {
		o.Start.View = last.view
	}
	if o.Icon != nil {
		w.win.SetIcon(o.Icon)
	}
	w.look = last.look
	a.Settings().SetTheme(newTheme(w.look))
	o.Start.Settings = rememberSettings(a.Preferences())
	w.session = setup.New(setup.Options{Runner: o.Runner, NewRunner: o.NewRunner, Post: w.post, Draw: w.Draw, Folder: o.Folder, Start: o.Start, Keeping: o.Keeping})
	w.build()
	w.Draw(w.session.State())
	w.start(last.size)
	return w
}

// build makes the views and puts them into the window.
func (w *Window) build() {
	w.exporter = newExporter(w.session, w.win)
	w.importer = newImporter(w.session, w.win)
	w.questions = newQuestions(w.session, w.win)
	w.bar = newBottomBar(w.session, w.win, w.exporter.menu())
	w.menu = newMenu(w, w.mailboxes)
	simple := newSimpleView(w.session, w.win)
	w.views = container.NewStack(simple.content)
	w.accounts = newAccounts(w.win.Canvas(), w.shelfActions(), w.views)
	w.summaries = &summaries{win: w.win, open: w.session.OpenAccount, done: w.session.PutAwaySummary, later: w.later}
	w.win.SetContent(container.NewBorder(w.strips(), w.bar.content, nil, nil, w.accounts.content))
	w.win.SetPadded(false)
	w.win.SetMainMenu(w.menu.main)
	w.menu.setLook(w.look)
	w.simple = simple // from here on, Draw draws
}

// needAdvanced makes the advanced view when it is shown first: most people never open it, and the window stands sooner without.
func (w *Window) needAdvanced() *advancedView {
	if w.advanced == nil {
		w.advanced = newAdvancedView(w.session, w.win)
		w.advanced.content.Hide()
		w.views.Add(w.advanced.content)
	}
	return w.advanced
}

// strips makes the lines across the top of the window.
func (w *Window) strips() fyne.CanvasObject {
	w.practice = newStrip("Leave", func() { w.session.Practice("") })
	w.notice = newStrip("OK", w.putAway)
	forget := newButton("OK", nil, w.session.ForgetDeleted)
	w.undo = newStrip("Undo", w.session.UndoDelete, forget)
	w.checks = newStrip("Stop", w.session.Stop)
	for _, b := range []*button{w.practice.button, w.undo.button, w.checks.button} {
		b.onEscape = w.session.Stop
	}
	w.notice.button.onEscape, forget.onEscape = w.putAway, w.session.ForgetDeleted
	return container.NewVBox(w.practice.box, w.notice.box, w.undo.box, w.checks.box)
}

// shelfActions are what the list of accounts does.
func (w *Window) shelfActions() shelfActions {
	s := w.session
	return shelfActions{
		open: s.OpenAccount, check: s.CheckAccount, duplicate: s.DuplicateAccount, remove: s.DeleteAccount,
		create: w.create, checkAll: s.CheckAll, escape: s.Stop,
	}
}

// create opens an empty form, where one begins with the name; the advanced view has no field for that.
func (w *Window) create() {
	w.session.NewAccount()
	w.session.Show(setup.Simple)
	w.focusFirst()
}

// start sets the window's size, its hooks and the first focus.
func (w *Window) start(size fyne.Size) {
	w.win.Resize(size)
	w.win.SetMaster()
	w.win.SetCloseIntercept(w.Close)
	w.win.SetOnDropped(func(_ fyne.Position, dropped []fyne.URI) { w.drop(dropped) })
	w.win.Canvas().SetOnTypedKey(func(key *fyne.KeyEvent) {
		if key.Name == fyne.KeyEscape {
			w.session.Stop()
		}
	})
	w.focusFirst()
}

// later runs a function on the window's goroutine, in a moment.
func (w *Window) later(f func()) {
	time.AfterFunc(moment, func() {
		w.post(func() {
			if !w.closing {
				f()
			}
		})
	})
}

// Session gives the conversation that the window shows.
func (w *Window) Session() *setup.Session { return w.session }

// Run shows the window and returns when it was closed.
func (w *Window) Run() {
	w.win.ShowAndRun()
	w.session.Close()
}

// Draw draws a state. A state that comes while another one is being drawn (a field that is left tells the session) is
// drawn after it; of several, the last.
func (w *Window) Draw(s setup.State) {
	if w.simple == nil {
		return
	}
	w.waiting = append(w.waiting, s)
	if w.drawing {
		return
	}
	w.drawing = true
	defer func() { w.drawing = false }()
	for len(w.waiting) > 0 {
		s := w.waiting[len(w.waiting)-1]
		w.waiting = w.waiting[:0]
		w.render(s)
	}
	w.outline()
}

func (w *Window) render(s setup.State) {
	w.drawStrips(s)
	w.simple.render(s)
	if s.View == setup.Advanced { // what is hidden costs a search its smoothness; it is drawn when it is shown
		w.needAdvanced().render(s)
	}
	w.bar.render(s)
	w.menu.render(s)
	w.accounts.render(s.Shelf)
	if title := windowTitle(s.Shelf); title != w.title {
		w.title = title
		w.win.SetTitle(title)
	}
	w.drawView(s)
	w.exporter.render(s)
	w.importer.render(s)
	w.questions.render(s)
	w.summaries.render(s)
	w.followUp(s)
}

// drawView shows the one view and hides the other. What is hidden must not keep the focus: the keys would go there.
func (w *Window) drawView(s setup.State) {
	show(w.simple.content, s.View == setup.Simple)
	if w.advanced != nil {
		show(w.advanced.content, s.View == setup.Advanced)
	}
	if s.View == w.view {
		return
	}
	w.view = s.View
	w.win.Canvas().Unfocus()
	w.focusFirst()
}

// focusFirst puts the keyboard where one begins in the view that is shown.
func (w *Window) focusFirst() {
	if w.view == setup.Simple {
		w.win.Canvas().Focus(w.simple.first())
		return
	}
	w.win.Canvas().Focus(w.advanced.again)
}

// followUp leads the keyboard to what comes next when a search has found everything: saving, or else exporting.
func (w *Window) followUp(s setup.State) {
	ended := w.phase != setup.Resting && s.Phase == setup.Resting
	w.phase = s.Phase
	if !ended || s.View != setup.Simple || s.Verdict.Tone != setup.Success {
		return
	}
	for _, next := range []*button{w.bar.save, w.bar.export} {
		if !next.Disabled() {
			w.win.Canvas().Focus(next)
			return
		}
	}
}

// drawStrips shows the newest notice until it is put away, and else which practice mailbox is in use; below, what was
// deleted and can be brought back, and how far the check of all accounts is.
func (w *Window) drawStrips(s setup.State) {
	notice, practice := s.Notice.Text, ""
	if s.Notice.Number == w.read || s.Shelf.CanUndo && s.Notice.Tone == setup.Success { // that it was saved, say
		notice = ""
	}
	for _, box := range w.mailboxes {
		if box.Name == s.Practice && notice == "" {
			practice = "Practice mailbox. " + box.About
		}
	}
	w.notice.set(s.Notice.Tone, notice)
	w.practice.set(setup.Neutral, practice)
	w.undo.set(setup.Neutral, deletedWords(s.Shelf))
	w.checks.set(setup.Neutral, checkingWords(s.Shelf.Checks))
}

// putAway hides the notice that is shown. Where the search is still to come, one can go on typing at once.
func (w *Window) putAway() {
	w.read = w.session.State().Notice.Number
	w.Draw(w.session.State())
	s, c := w.session.State(), w.win.Canvas()
	if (c.Focused() == nil || c.Focused() == fyne.Focusable(w.notice.button)) && s.View == setup.Simple && s.Phase == setup.Resting && !s.Searched {
		w.focusFirst()
	}
}

// search begins from the menu, whichever view is shown.
func (w *Window) search() {
	if w.session.State().View == setup.Simple {
		w.simple.search()
		return
	}
	w.session.Find()
}

// drop opens the files that were dropped on the window.
func (w *Window) drop(dropped []fyne.URI) {
	var paths []string
	for _, uri := range dropped {
		if uri.Scheme() == "file" {
			paths = append(paths, filepath.FromSlash(uri.Path()))
		}
	}
	w.session.OpenFiles(paths)
}

// adjust takes over new settings and remembers them.
func (w *Window) adjust(s setup.Settings) {
	w.session.Adjust(s)
	saveSettings(w.session.State().Settings, w.app.Preferences())
}

func (w *Window) setLook(l look) {
	w.look = l
	w.app.Settings().SetTheme(newTheme(l))
	w.menu.setLook(l)
}

// Close ends the session and then the window. The good-byes of the session's connections take a second at the most, and
// nobody has to look at a window meanwhile that does nothing any more.
func (w *Window) Close() {
	if w.closing {
		return
	}
	w.closing = true
	memory{w.win.Canvas().Size(), w.view, w.look}.save(w.app.Preferences())
	w.win.Hide()
	w.post(func() {
		w.session.Close()
		w.win.Close()
	})
}
