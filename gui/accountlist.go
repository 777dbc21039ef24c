package gui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
)

// What can be done with the accounts of the list.
type shelfActions struct {
	open, check, duplicate, remove func(setup.ID)
	create, checkAll               func()
	escape                         func()
}

// An accountList is the accounts, drawn only where they are in sight. Up and Down walk over them, Enter opens the one that
// is marked, Delete deletes it, the Menu key lists what can be done.
type accountList struct {
	widget.List
	canvas   fyne.Canvas
	do       shelfActions
	accounts []setup.Entry
	open     setup.ID
	locked   bool        // nothing saved can be deleted
	at       setup.ID    // the account that the keyboard is at
	place    int         // where it stood last
	usual    *accountRow // it is never shown: rows are as high as this one
	lines    map[int]int // small lines of the rows that are higher or lower
	heights  []float32   // of a row, by its small lines
}

// usualLines is how many small lines most rows have: when the account was checked.
const usualLines = 1

func newAccountList(c fyne.Canvas, do shelfActions) *accountList {
	l := &accountList{canvas: c, do: do, usual: newAccountRow(usualLines), lines: map[int]int{}}
	l.Length = func() int { return len(l.accounts) }
	l.CreateItem = l.newRow
	l.UpdateItem = l.draw
	l.HideSeparators = true
	l.ExtendBaseWidget(l)
	return l
}

// newRow makes a row. An empty list wants one to measure alone.
func (l *accountList) newRow() fyne.CanvasObject {
	if len(l.accounts) == 0 {
		return l.usual
	}
	return newAccountRow(usualLines)
}

// draw fills a row with an account.
func (l *accountList) draw(place int, o fyne.CanvasObject) {
	row, ok := o.(*accountRow)
	if !ok || place >= len(l.accounts) {
		return
	}
	e := l.accounts[place]
	row.opened = func() { l.choose(e.ID) }
	row.asked = func(at fyne.Position) { l.list(e.ID, at) }
	row.set(e, e.ID == l.open)
}

// render draws the accounts; nothing happens where they are drawn so already.
func (l *accountList) render(s setup.Shelf) {
	l.locked = s.ReadOnly
	if l.open == s.Open && slices.Equal(l.accounts, s.Accounts) {
		return
	}
	turned, first := l.open != s.Open, len(l.accounts) == 0
	l.accounts, l.open = s.Accounts, s.Open
	l.measure()
	l.stand(turned)
	l.Refresh()
	if i := l.index(l.open); i >= 0 {
		l.Select(i)
	} else {
		l.UnselectAll()
	}
	if first {
		l.begin()
	}
}

// begin brings the open account into sight, and the first one where a new account is open: that stands at the end of all
// that is saved.
func (l *accountList) begin() {
	l.ScrollToTop()
	if i := l.index(l.open); i >= 0 && l.accounts[i].Saved {
		l.ScrollTo(i)
	}
}

// measure gives every row the height that its lines need. Fyne draws the list anew for each height that changes; while it is
// empty, that costs next to nothing.
func (l *accountList) measure() {
	offset, all, changed := l.GetScrollOffset(), l.accounts, false
	l.accounts = nil
	for i, e := range all {
		lines, other := len(faceOf(e, false).lines()), l.lines[i]
		if _, set := l.lines[i]; !set {
			other = usualLines
		}
		if lines != other {
			l.lines[i], changed = lines, true
			l.SetItemHeight(i, l.rowHeight(lines))
		}
	}
	l.accounts = all
	if changed && offset > 0 {
		l.Refresh()
		l.ScrollToOffset(offset)
	}
}

// rowHeight is the height of a row with some small lines.
func (l *accountList) rowHeight(lines int) float32 {
	for len(l.heights) <= lines {
		l.heights = append(l.heights, newAccountRow(len(l.heights)).MinSize().Height)
	}
	return l.heights[lines]
}

// Resize brings the open account into sight once there is a place where it can be seen.
func (l *accountList) Resize(size fyne.Size) {
	hidden := l.Size().Height <= 0
	l.List.Resize(size)
	if hidden && size.Height > 0 {
		l.begin()
	}
}

// height is what all rows take.
func (l *accountList) height() float32 {
	sum := float32(0)
	for _, e := range l.accounts {
		sum += l.rowHeight(len(faceOf(e, false).lines())) + theme.Padding()
	}
	return sum
}

// stand puts the keyboard to the open account when another one was opened, and else leaves it at its account, or in its
// place when that one is gone.
func (l *accountList) stand(turned bool) {
	if turned && l.index(l.open) >= 0 {
		l.at = l.open
	}
	i := l.index(l.at)
	if i < 0 {
		i = min(l.place, len(l.accounts)-1)
	}
	l.goTo(i)
}

func (l *accountList) index(id setup.ID) int {
	return slices.IndexFunc(l.accounts, func(e setup.Entry) bool { return e.ID == id })
}

// goTo marks the account at a place for the keyboard.
func (l *accountList) goTo(place int) {
	place = max(0, min(place, len(l.accounts)-1))
	l.place, l.at = place, ""
	if len(l.accounts) > 0 {
		l.at = l.accounts[place].ID
	}
	if l.canvas.Focused() == fyne.Focusable(l) {
		l.Highlight(place)
	}
}

// choose opens an account that was clicked, and leaves the keyboard in the list.
func (l *accountList) choose(id setup.ID) {
	l.canvas.Focus(l)
	l.goTo(l.index(id))
	l.do.open(id)
}

// FocusGained shows where the keyboard is.
func (l *accountList) FocusGained() {
	l.Highlight(l.place) // first, or Fyne marks its own idea of the place as well
	l.List.FocusGained()
}

// TypedKey walks and acts.
func (l *accountList) TypedKey(key *fyne.KeyEvent) {
	if to, walks := walked(key.Name, l.place, l.page(), len(l.accounts)); walks {
		l.goTo(to)
		return
	}
	switch {
	case key.Name == fyne.KeyEscape:
		l.do.escape()
	case l.at != "":
		l.act(key.Name)
	}
}

// walked gives the place in a list of so many rows that a key leads to; it may lie before the first or behind the last.
func walked(key fyne.KeyName, place, page, rows int) (to int, walks bool) {
	switch key {
	case fyne.KeyUp:
		return place - 1, true
	case fyne.KeyDown:
		return place + 1, true
	case fyne.KeyPageUp:
		return place - page, true
	case fyne.KeyPageDown:
		return place + page, true
	case fyne.KeyHome:
		return 0, true
	case fyne.KeyEnd:
		return rows - 1, true
	default:
		return place, false
	}
}

// TypedRune opens with Space; see that of button.
func (l *accountList) TypedRune(r rune) {
	if r == ' ' && l.at != "" {
		l.do.open(l.at)
	}
}

// act does what a key means for the account that the keyboard is at.
func (l *accountList) act(key fyne.KeyName) {
	switch key {
	case fyne.KeyReturn, fyne.KeyEnter:
		l.do.open(l.at)
	case fyne.KeyDelete:
		if deletable(l.accounts[l.place], l.locked) {
			l.do.remove(l.at)
		}
	case desktop.KeyMenu:
		l.list(l.at, fyne.CurrentApp().Driver().AbsolutePositionForObject(l).AddXY(l.Size().Width/2, 0))
	}
}

// page is how many rows are in sight, less one.
func (l *accountList) page() int {
	return max(1, int(l.Size().Height/l.usual.MinSize().Height)-1)
}

// list shows what can be done with an account, and gives the focus back when it closes.
func (l *accountList) list(id setup.ID, at fyne.Position) {
	i := l.index(id)
	if i < 0 {
		return
	}
	l.canvas.Focus(l)
	l.goTo(i)
	menu := widget.NewPopUpMenu(accountMenu(l.accounts[i], l.locked, l.do), l.canvas)
	hide := menu.OnDismiss
	menu.OnDismiss = func() {
		hide()
		l.canvas.Focus(l)
	}
	room := l.canvas.Size().Subtract(menu.MinSize())
	menu.ShowAtPosition(fyne.NewPos(max(0, min(at.X, room.Width)), max(0, min(at.Y, room.Height))))
}

// accountMenu lists what can be done with an account.
func accountMenu(e setup.Entry, locked bool, do shelfActions) *fyne.Menu {
	entry := func(text string, action func(setup.ID), usable bool) *fyne.MenuItem {
		item := fyne.NewMenuItem(text, func() { action(e.ID) })
		item.Disabled = !usable
		return item
	}
	return fyne.NewMenu("", entry("Open", do.open, true), entry("Check now", do.check, e.Saved && !e.Checking),
		entry("Duplicate", do.duplicate, true), fyne.NewMenuItemSeparator(), entry("Delete", do.remove, deletable(e, locked)))
}

// deletable reports whether an account can be taken from the list. One that was never saved always can.
func deletable(e setup.Entry, locked bool) bool { return !locked || !e.Saved }
