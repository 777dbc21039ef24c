package gui

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/account"
	"portolan/gui/setup"
	"portolan/probe"
	"portolan/probe/explain"
)

// The measures of the advanced view.
const (
	advancedWidth = 1080 // the most that its content takes
	advancedBreak = 864  // from here the two servers stand side by side, every choice with all its words
)

const advancedCaption = "Filled in by the search. Change anything here and test it."

// The advancedView shows both servers with every setting, what was measured, and the conversation.
type advancedView struct {
	session  *setup.Session
	again    *button
	hint     *widget.Label   // stands where the status will
	line     *fyne.Container // of the status
	status   *statusLine
	incoming *serverCard
	outgoing *serverCard
	evidence *evidence
	sources  *sourceList
	mailbox  *mailboxPanel
	certs    *certificatePanel
	journal  *journal
	content  fyne.CanvasObject
}

func newAdvancedView(s *setup.Session, w fyne.Window) *advancedView {
	a := &advancedView{
		session: s, hint: caption(advancedCaption), status: newStatusLine(),
		incoming: newServerCard(s, account.Incoming), outgoing: newServerCard(s, account.Outgoing),
		evidence: newEvidence(), sources: newSourceList(s), mailbox: newMailboxPanel(s), journal: newJournal(s, w),
		certs: newCertificatePanel(s, w),
	}
	a.again = newButton("Probe again", theme.ViewRefreshIcon(), a.onAgain)
	a.again.onEscape = s.Stop
	a.status.text.Importance = widget.LowImportance
	a.line = container.New(layout.NewCustomPaddedLayout(0, 0, 4, 0), a.status.box)
	head := container.NewBorder(nil, nil, nil, container.NewCenter(a.again), stacked(-8, heading("Advanced settings"), a.hint, a.line))
	cards := container.New(&columns{breakAt: advancedBreak}, a.incoming.box, a.outgoing.box)
	top := stacked(10, head, cards, a.certs.box, a.mailbox.box, a.evidence.box, a.sources.box)
	log := container.New(layout.NewCustomPaddedLayout(10-theme.Padding(), 0, 0, 0), a.journal.box)
	column := container.NewBorder(top, nil, nil, nil, log) // the log takes what the window has left
	a.content = newPage(advancedWidth, container.New(layout.NewCustomPaddedLayout(8, 12, 12, 12), column))
	return a
}

// searching reports whether a search is going on, rather than a test of one server.
func searching(s setup.State) bool { return s.Phase != setup.Resting && s.Task == probe.Search }

func (a *advancedView) onAgain() {
	if searching(a.session.State()) {
		a.session.Stop()
		return
	}
	a.session.Find()
}

// render draws the view.
func (a *advancedView) render(s setup.State) {
	a.renderHead(s)
	a.incoming.render(s)
	a.outgoing.render(s)
	a.evidence.render(s)
	a.sources.render(s)
	a.mailbox.render(s)
	a.certs.render(s)
	a.journal.render(s)
}

func (a *advancedView) renderHead(s setup.State) {
	text, icon := "Find my settings", theme.SearchIcon()
	switch {
	case searching(s):
		text, icon = "Stop", theme.MediaStopIcon()
	case s.Searched:
		text, icon = "Probe again", theme.ViewRefreshIcon()
	}
	a.again.set(text, icon, widget.MediumImportance)
	enable(a.again, s.CanFind || searching(s) && s.Phase == setup.Running)

	var words setup.ServerState
	switch {
	case searching(s):
		words.Tested = "Looking for your mail servers…"
	case s.Searched && s.Verdict.Title != "":
		words = setup.ServerState{Tone: s.Verdict.Tone, Tested: s.Verdict.Title + "."}
	}
	a.status.render(words)
	show(a.line, words.Tested != "")
	show(a.hint, words.Tested == "")
}

// The evidence is what the search noticed beside its answer, and what it measured at each server.
type evidence struct {
	findings []explain.Text
	servers  [2][]explain.Detail
	box      *panel
	rows     *fyne.Container
}

func newEvidence() *evidence {
	e := &evidence{rows: container.NewVBox()}
	title := widget.NewLabelWithStyle("What was found", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	e.box = newPanel(colorPanel, colorPanelBorder, 8, stacked(-2, title, e.rows))
	e.box.Hide()
	return e
}

// render makes the rows anew only where there is other evidence, so that selected text stays selected.
func (e *evidence) render(s setup.State) {
	servers := [2][]explain.Detail{s.Incoming.Evidence, s.Outgoing.Evidence}
	if reflect.DeepEqual(e.findings, s.Findings) && reflect.DeepEqual(e.servers, servers) {
		return
	}
	e.findings, e.servers = s.Findings, servers
	e.rows.Objects = nil
	for _, f := range s.Findings {
		e.rows.Add(newFinding(f))
	}
	if found := e.measured(); len(found) > 0 {
		e.rows.Add(container.New(&columns{breakAt: advancedBreak}, found...))
	}
	show(e.box, len(e.rows.Objects) > 0)
	e.box.Refresh()
}

// measured lists what is known of each server.
func (e *evidence) measured() []fyne.CanvasObject {
	var found []fyne.CanvasObject
	for i, name := range []string{"Incoming mail", "Outgoing mail"} {
		if len(e.servers[i]) == 0 {
			continue
		}
		title := widget.NewLabel(name)
		title.Importance = widget.LowImportance
		found = append(found, stacked(-10, title, newSmallFacts(e.servers[i])))
	}
	return found
}

// newFinding is one thing that the user should know.
func newFinding(t explain.Text) fyne.CanvasObject {
	title := widget.NewLabel(t.Title)
	title.Wrapping = fyne.TextWrapWord
	advice := caption(t.Advice)
	advice.Importance = widget.MediumImportance
	icon := container.New(layout.NewCustomPaddedLayout(8, 0, 4, 0),
		container.NewVBox(container.NewGridWrap(fyne.NewSquareSize(18), widget.NewIcon(toneIcon(setup.Neutral)))))
	words := stacked(-12, title, advice)
	if len(t.Details) > 0 {
		words.Add(newSmallFacts(t.Details))
	}
	return container.NewBorder(nil, nil, icon, nil, words)
}
