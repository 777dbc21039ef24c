package gui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/account"
	"portolan/gui/setup"
)

// An offerList is what a server offers in place of what was asked for, each with a button that takes it.
type offerList struct {
	session *setup.Session
	role    account.Role
	drawn   []setup.Offer
	box     *fyne.Container
}

func newOfferList(s *setup.Session, r account.Role) *offerList {
	l := &offerList{session: s, role: r, box: container.NewVBox()}
	l.box.Hide()
	return l
}

// render makes the rows anew only where the offers are others, so that a button under the finger stays.
func (l *offerList) render(offers []setup.Offer) {
	if slices.Equal(l.drawn, offers) {
		return
	}
	l.drawn = slices.Clone(offers)
	rows := make([]fyne.CanvasObject, len(offers))
	for i, o := range offers {
		rows[i] = l.row(o)
	}
	l.box.Objects = rows
	l.box.Refresh()
	show(l.box, len(rows) > 0)
}

func (l *offerList) row(o setup.Offer) fyne.CanvasObject {
	take := newButton("Use it", theme.ConfirmIcon(), func() { l.session.Take(l.role, o.Part) })
	take.onEscape = l.session.Stop
	text := widget.NewLabel(o.Text)
	text.Wrapping = fyne.TextWrapWord
	text.SizeName = theme.SizeNameCaptionText
	icon := container.NewCenter(widget.NewIcon(toneIcon(setup.Neutral)))
	return newPanel(colorNeutralWash, colorNeutralWash, 4,
		container.NewBorder(nil, nil, icon, container.NewCenter(take), text))
}
