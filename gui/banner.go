package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
	"portolan/probe/explain"
)

// bannerBreak is the width from which a banner's button stands beside its text.
const bannerBreak = 540

// A banner says one thing in plain words: icon, a bold sentence, a paragraph, and at most one button.
type banner struct {
	box     *panel
	icon    *widget.Icon
	title   *widget.Label
	advice  *widget.Label
	actions *fyne.Container
	room    *fyne.Container // of the actions, hidden where there are none
	tone    setup.Tone
}

func newBanner() *banner {
	b := &banner{icon: widget.NewIcon(nil), title: widget.NewLabel(""), advice: widget.NewLabel(""), actions: container.NewHBox()}
	b.title.TextStyle.Bold = true
	b.title.Wrapping = fyne.TextWrapWord
	b.advice.Wrapping = fyne.TextWrapWord
	b.room = container.New(layout.NewCustomPaddedLayout(4, 6, 0, 6), b.actions)
	b.room.Hide()
	words := container.New(&tail{breakAt: bannerBreak}, stacked(-12, b.title, b.advice), b.room)
	icon := container.New(layout.NewCustomPaddedLayout(9, 0, 6, 0),
		container.NewVBox(container.NewGridWrap(fyne.NewSquareSize(22), b.icon)))
	b.box = newPanel(colorNeutralWash, colorNeutralWash, 4, container.NewBorder(nil, nil, icon, nil, words))
	b.icon.SetResource(toneIcon(setup.Neutral))
	return b
}

// set says something new; nothing happens where it is the same.
func (b *banner) set(tone setup.Tone, text explain.Text, actions ...fyne.CanvasObject) {
	if b.tone != tone {
		b.tone = tone
		b.icon.SetResource(toneIcon(tone))
	}
	b.box.paint(toneWash(tone), toneWash(tone))
	say(b.title, text.Title)
	say(b.advice, text.Advice)
	show(b.advice, text.Advice != "")
	b.act(actions)
}

// act puts the buttons in place.
func (b *banner) act(actions []fyne.CanvasObject) {
	same := len(actions) == len(b.actions.Objects)
	for i := 0; same && i < len(actions); i++ {
		same = actions[i] == b.actions.Objects[i]
	}
	if same {
		return
	}
	b.actions.Objects = actions
	b.actions.Refresh()
	show(b.room, len(actions) > 0)
	b.box.Refresh()
}

// A strip is a line across the top of the window, with a button that ends it, and others beside that one.
type strip struct {
	box    *panel
	icon   *widget.Icon
	text   *widget.Label
	button *button
	tone   setup.Tone
}

func newStrip(button string, tapped func(), others ...*button) *strip {
	s := &strip{icon: widget.NewIcon(toneIcon(setup.Neutral)), text: widget.NewLabel(""), button: newButton(button, nil, tapped)}
	s.text.Wrapping = fyne.TextWrapWord
	icon := container.New(fixedWidth{28}, container.NewCenter(s.icon))
	buttons := container.NewHBox(s.button)
	for _, b := range others {
		buttons.Add(b)
	}
	s.box = newPanel(colorNeutralWash, colorNeutralWash, 4, container.NewBorder(nil, nil, icon, container.NewCenter(buttons), s.text))
	s.box.Hide()
	return s
}

// set says something, and hides the strip for "".
func (s *strip) set(tone setup.Tone, text string) {
	if s.tone != tone {
		s.tone = tone
		s.icon.SetResource(toneIcon(tone))
	}
	s.box.paint(toneWash(tone), toneWash(tone))
	say(s.text, text)
	show(s.box, text != "")
}
