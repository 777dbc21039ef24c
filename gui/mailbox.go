package gui

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
	"portolan/probe/explain"
)

// What the panel says as long as nobody can look, or nobody has looked.
const (
	mailboxLocked = "Here you can look into the mailbox and send yourself a test message, once the servers above have been signed in to."
	mailboxOpen   = "Look what is in the mailbox, or prove that mail really goes round."
)

// The mailboxPanel shows what is in the mailbox, and the way of the test message.
type mailboxPanel struct {
	session *setup.Session
	look    *button
	send    *button
	remove  *button
	hint    *widget.Label
	seen    *report
	steps   *rowList
	trip    *report
	box     *panel
	drawn   setup.MailboxState
	phase   setup.Phase
}

func newMailboxPanel(s *setup.Session) *mailboxPanel {
	m := &mailboxPanel{session: s, hint: caption(mailboxLocked), seen: newReport(), steps: newRowList(), trip: newReport()}
	m.look = newButton("Look into the mailbox", theme.FolderOpenIcon(), m.onLook)
	m.send = newButton("Send a test message to myself", theme.MailSendIcon(), m.onSend)
	m.remove = newButton("Delete it again", theme.DeleteIcon(), s.DeleteTest)
	for _, b := range []*button{m.look, m.send, m.remove} {
		b.onEscape = s.Stop
		b.Disable()
	}
	m.remove.Hide()
	title := widget.NewLabelWithStyle("Mailbox", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	buttons := container.New(layout.NewCustomPaddedLayout(0, 0, theme.Padding(), 0), container.New(&columns{breakAt: 520}, m.look, m.send))
	left := container.NewHBox(m.remove)
	m.box = newPanel(colorPanel, colorPanelBorder, 8,
		stacked(4, stacked(-14, title, m.hint), buttons, m.seen.box, m.steps.box, m.trip.box, left))
	return m
}

// onLook looks, or ends the look that is going on.
func (m *mailboxPanel) onLook() {
	if m.session.State().Mailbox.Looking {
		m.session.Stop()
		return
	}
	m.session.LookInside()
}

// onSend sends the message, or ends the watch for it.
func (m *mailboxPanel) onSend() {
	if m.session.State().Mailbox.Sending {
		m.session.Stop()
		return
	}
	m.session.SendTest()
}

// render draws the panel, where there is news.
func (m *mailboxPanel) render(s setup.State) {
	now := s.Mailbox
	if m.phase == s.Phase && reflect.DeepEqual(m.drawn, now) {
		return
	}
	before := m.drawn
	m.drawn, m.phase = now, s.Phase
	hint := mailboxLocked
	if now.CanLook || now.Looking || now.Sending {
		hint = mailboxOpen
	}
	say(m.hint, hint)
	running := s.Phase == setup.Running
	renderStop(m.look, now.Looking, "Look into the mailbox", theme.FolderOpenIcon())
	renderStop(m.send, now.Sending, "Send a test message to myself", theme.MailSendIcon())
	enable(m.look, now.CanLook || now.Looking && running)
	enable(m.send, now.CanSend || now.Sending && running)
	m.seen.render(now.Tone, now.Seen)
	show(m.steps.box, len(now.Steps) > 0)
	m.steps.render(now.Steps)
	m.trip.render(now.TripTone, now.Trip)
	enable(m.remove, now.CanDelete)
	show(m.remove, now.CanDelete)
	m.box.Refresh()
	m.followUp(before, now)
}

// followUp brings into sight what came of a press: in a small window it stands below the edge.
func (m *mailboxPanel) followUp(before, now setup.MailboxState) {
	var news []fyne.CanvasObject
	switch {
	case before.Looking && !now.Looking:
		news = []fyne.CanvasObject{m.seen.box}
	case !before.Sending && now.Sending:
		news = []fyne.CanvasObject{m.steps.box}
	case before.Sending && !now.Sending:
		news = []fyne.CanvasObject{m.steps.box, m.trip.box}
	}
	c := fyne.CurrentApp().Driver().CanvasForObject(m.box)
	for _, o := range news {
		revealOn(c, o)
	}
}

// renderStop shows a button as Stop while what it began is going on.
func renderStop(b *button, going bool, text string, icon fyne.Resource) {
	if going {
		text, icon = "Stop", theme.MediaStopIcon()
	}
	b.set(text, icon, widget.MediumImportance)
}

// A report is a sentence with its icon, what it means, and the facts.
type report struct {
	tone  setup.Tone
	text  explain.Text
	icon  *widget.Icon
	title *widget.Label
	words *widget.Label
	facts *fyne.Container
	box   *fyne.Container
}

func newReport() *report {
	r := &report{icon: widget.NewIcon(toneIcon(setup.Neutral)), title: widget.NewLabel(""), words: caption(""), facts: container.NewStack()}
	r.title.Wrapping = fyne.TextWrapWord
	r.words.Importance = widget.MediumImportance
	icon := container.New(layout.NewCustomPaddedLayout(8, 0, 4, 0),
		container.NewVBox(container.NewGridWrap(fyne.NewSquareSize(18), r.icon)))
	r.box = container.NewBorder(nil, nil, icon, nil, stacked(-12, r.title, r.words, r.facts))
	r.box.Hide()
	return r
}

// render makes the facts anew only where they are others, so that selected text stays selected.
func (r *report) render(tone setup.Tone, text explain.Text) {
	show(r.box, text.Title != "")
	if r.tone == tone && reflect.DeepEqual(r.text, text) {
		return
	}
	if r.tone != tone {
		r.icon.SetResource(toneIcon(tone))
	}
	if !reflect.DeepEqual(r.text.Details, text.Details) {
		r.facts.Objects = nil
		if len(text.Details) > 0 {
			r.facts.Add(newSmallFacts(text.Details))
		}
		r.facts.Refresh()
	}
	r.tone, r.text = tone, text
	say(r.title, text.Title)
	say(r.words, text.Advice)
	show(r.words, text.Advice != "")
	show(r.facts, len(text.Details) > 0)
	r.box.Refresh()
}
