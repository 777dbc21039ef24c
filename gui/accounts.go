package gui

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
)

// The measures of the list of accounts.
const (
	listShare  = 0.26 // of the window's width, at the left
	listLeast  = 250
	listMost   = 300
	listBreak  = 820 // from this width of the window on, the list stands at the left
	popupWidth = 340 // of the list where it is opened by a button
)

// listWidth is the width of the list beside the views.
func listWidth(window float32) float32 { return max(listLeast, min(window*listShare, listMost)) }

const lockedWords = "Read only: nothing can be saved in this window."

// An accountPanel is the list with its title and its buttons.
type accountPanel struct {
	list   *accountList
	create *button
	all    *button
	locked *widget.Label
	box    *fyne.Container
}

func newAccountPanel(c fyne.Canvas, do shelfActions) *accountPanel {
	p := &accountPanel{list: newAccountList(c, do), locked: caption(lockedWords)}
	p.create = newButton("New", theme.ContentAddIcon(), do.create)
	p.all = newButton("Check all", theme.ViewRefreshIcon(), do.checkAll)
	for _, b := range []*button{p.create, p.all} {
		b.Importance = widget.LowImportance
		b.onEscape = do.escape
	}
	p.locked.Hide()
	head := container.NewBorder(nil, nil, subheading("Accounts"), p.create)
	p.box = container.New(layout.NewCustomPaddedLayout(6, 6, 6, 6), container.NewBorder(head, container.NewVBox(p.locked, p.all), nil, nil, p.list))
	return p
}

func (p *accountPanel) render(s setup.Shelf) {
	p.list.render(s)
	show(p.locked, s.ReadOnly)
	enable(p.all, canCheckAll(s))
}

// canCheckAll reports whether there is a saved account, and no check of all of them going on.
func canCheckAll(s setup.Shelf) bool {
	return !s.Checks.Running && slices.ContainsFunc(s.Accounts, func(e setup.Entry) bool { return e.Saved })
}

// opened gives the account that stands in the form, the zero one where there is none.
func opened(s setup.Shelf) setup.Entry {
	if i := slices.IndexFunc(s.Accounts, func(e setup.Entry) bool { return e.ID == s.Open }); i >= 0 {
		return s.Accounts[i]
	}
	return setup.Entry{}
}

// The accounts put the list beside the views, or, where the window is narrow, a button above them that opens it.
type accounts struct {
	canvas  fyne.Canvas
	do      shelfActions
	side    *accountPanel
	menu    *button
	title   *addressLabel
	icon    *widget.Icon
	status  *widget.Label
	popup   *widget.PopUp // nil: not open
	inPopup *accountPanel
	place   *beside
	content *fyne.Container
	drawn   rowFace     // in the narrow window
	shelf   setup.Shelf // as drawn last
}

// newAccounts puts the list beside main.
func newAccounts(c fyne.Canvas, do shelfActions, main fyne.CanvasObject) *accounts {
	a := &accounts{canvas: c, do: do, side: newAccountPanel(c, do), title: newAddressLabel(), icon: widget.NewIcon(entryIcon(rowFace{})), status: widget.NewLabel("")}
	a.menu = newButton("Accounts", theme.MenuDropDownIcon(), a.popUp)
	a.menu.IconPlacement = widget.ButtonIconTrailingText
	a.menu.onEscape = do.escape
	a.status.SizeName = theme.SizeNameCaptionText
	a.place = &beside{breakAt: listBreak, side: listWidth, flipped: a.flipped}
	left := container.NewBorder(nil, nil, nil, widget.NewSeparator(), a.side.box)
	state := container.NewHBox(container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(16), a.icon)), container.NewCenter(a.status))
	row := container.NewBorder(nil, nil, a.menu, state, a.title)
	bar := container.NewBorder(nil, widget.NewSeparator(), nil, nil, container.New(layout.NewCustomPaddedLayout(6, 4, 12, 12), row))
	a.content = container.New(a.place, left, bar, main)
	return a
}

// render draws the list, wherever it stands.
func (a *accounts) render(s setup.Shelf) {
	a.shelf = s
	a.side.render(s)
	face := faceOf(opened(s), false)
	if face != a.drawn {
		a.drawn = face
		a.icon.SetResource(entryIcon(face))
	}
	a.title.set(face.title, true)
	say(a.status, face.brief())
	if a.popup != nil {
		a.inPopup.render(s)
	}
	if a.place.shown == s.Shown() {
		return
	}
	a.place.shown = s.Shown()
	a.close()
	a.content.Refresh()
}

// flipped is called when the list has gone to its other place.
func (a *accounts) flipped() {
	a.close()
	if a.canvas.Focused() == fyne.Focusable(a.side.list) {
		a.canvas.Unfocus()
	}
}

// popUp opens the list below the button. Whatever is done there closes it.
func (a *accounts) popUp() {
	a.close()
	a.inPopup = newAccountPanel(a.canvas, a.closing())
	a.inPopup.render(a.shelf)
	a.popup = widget.NewPopUp(a.inPopup.box, a.canvas)
	room := a.canvas.Size()
	gap := a.inPopup.box.MinSize().Height - a.inPopup.list.MinSize().Height
	height := gap + a.inPopup.list.height()
	top := a.menu.Size().Height + fyne.CurrentApp().Driver().AbsolutePositionForObject(a.menu).Y
	a.popup.ShowAtRelativePosition(fyne.NewPos(0, a.menu.Size().Height), a.menu)
	a.popup.Resize(fyne.NewSize(min(popupWidth, room.Width-24), min(height+2*theme.Padding(), room.Height-top-12)))
	a.canvas.Focus(a.inPopup.list)
	a.inPopup.list.ScrollTo(a.inPopup.list.place)
}

// closing are the actions of the list in the popup.
func (a *accounts) closing() shelfActions {
	one := func(f func(setup.ID)) func(setup.ID) { return func(id setup.ID) { a.close(); f(id) } }
	back := func() { a.close(); a.canvas.Focus(a.menu) }
	return shelfActions{
		open: one(a.do.open), check: one(a.do.check), duplicate: one(a.do.duplicate), remove: one(a.do.remove),
		create: func() { a.close(); a.do.create() }, checkAll: func() { a.close(); a.do.checkAll() }, escape: back,
	}
}

// close takes the popup away.
func (a *accounts) close() {
	if a.popup == nil {
		return
	}
	open := a.popup
	a.popup, a.inPopup = nil, nil
	open.Hide()
}

// briefMost is how many letters the state takes above a narrow window; the address has the rest.
const briefMost = 40

// brief is the state on one line, with the first warning where there is room for both.
func (f rowFace) brief() string {
	first, _, _ := strings.Cut(f.warning, "\n")
	both := f.status + " · " + first
	if first == "" || f.status == "" || utf8.RuneCountInString(both) > briefMost {
		return f.status
	}
	return both
}

// windowTitle names the account whose settings are in the window, where there is more than one to think of.
func windowTitle(s setup.Shelf) string {
	const program = "Portolan"
	if e := opened(s); s.Shown() && e.Title != "" {
		return e.Title + " – " + program
	}
	return program
}

// deletedWords says that Undo is possible, "" where it is not.
func deletedWords(s setup.Shelf) string {
	if !s.CanUndo {
		return ""
	}
	return s.Deleted + " was deleted."
}

// checkingWords says how far the check of all accounts is, "" where there is none.
func checkingWords(c setup.Checks) string {
	if !c.Running {
		return ""
	}
	return fmt.Sprintf("Checking %d of %d", min(c.Done+1, c.All), c.All)
}
