package gui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"portolan/gui/setup"
)

// A menu is the window's main menu. Every shortcut is one of its items, because those alone work while a field has the
// focus.
type menu struct {
	main     *fyne.MainMenu
	advanced *fyne.MenuItem
	save     *fyne.MenuItem
	check    *fyne.MenuItem
	checkAll *fyne.MenuItem
	copy     *fyne.MenuItem
	remove   *fyne.MenuItem
	looks    []*fyne.MenuItem
	practice []*fyne.MenuItem // one for each mailbox, then the one that leaves
	names    []string         // of the mailboxes
	drawn    menuFace
}

// A menuFace is what ticks and grey entries follow from. The zero value is that of a menu that was never drawn.
type menuFace struct {
	drawn                               bool
	view                                setup.View
	practice                            string
	save, check, checkAll, copy, remove bool
}

func newMenu(w *Window, mailboxes []Mailbox) *menu {
	m := &menu{}
	find := item("Find my settings", fyne.KeyF, w.search)
	open := item("Open configuration…", fyne.KeyO, func() { showOpen(w.session, w.win) })
	export := fyne.NewMenuItem("Export", nil)
	export.ChildMenu = w.exporter.menu()
	settings := fyne.NewMenuItem("Settings…", func() { showSettings(w.win, w.session.State().Settings, w.adjust) })
	quit := item("Quit", fyne.KeyQ, w.Close)
	quit.IsQuit = true
	m.advanced = item("Advanced settings", fyne.KeyE, func() { w.session.Show(other(w.session.State().View)) })
	asked := fyne.NewMenuItem("Who is asked…", func() { showPrivacy(w.win) })
	about := fyne.NewMenuItem("About Portolan", func() { showAbout(w.win, w.version) })
	line := fyne.NewMenuItemSeparator()
	entries := append(m.makeShelf(w), line, find, line, open, export, line, settings, line, quit)
	m.main = fyne.NewMainMenu(
		fyne.NewMenu("Account", entries...),
		fyne.NewMenu("View", append([]*fyne.MenuItem{m.advanced, fyne.NewMenuItemSeparator()}, m.makeLooks(w)...)...),
		fyne.NewMenu("Help", m.makePractice(w, mailboxes), fyne.NewMenuItemSeparator(), asked, about))
	return m
}

// makeShelf makes the entries for the list of accounts. They work on the account that is open, and never below a dialog.
func (m *menu) makeShelf(w *Window) []*fyne.MenuItem {
	above := func(chosen func()) func() {
		return func() {
			if w.win.Canvas().Overlays().Top() == nil {
				chosen()
			}
		}
	}
	id := func() setup.ID { return w.session.State().Shelf.Open }
	m.save = item("Save account", fyne.KeyS, above(func() {
		if w.session.State().Shelf.CanSave {
			w.session.SaveAccount()
		}
	}))
	m.check = fyne.NewMenuItem("Check now", above(func() { w.session.CheckAccount(id()) }))
	m.checkAll = fyne.NewMenuItem("Check all", above(w.session.CheckAll))
	m.copy = fyne.NewMenuItem("Duplicate account", above(func() { w.session.DuplicateAccount(id()) }))
	m.remove = fyne.NewMenuItem("Delete account", above(func() { w.session.DeleteAccount(id()) }))
	return []*fyne.MenuItem{item("New account", fyne.KeyN, above(w.create)), m.save, m.copy, m.remove, fyne.NewMenuItemSeparator(), m.check, m.checkAll}
}

// item makes a menu item that the main modifier and a key choose, too.
func item(text string, key fyne.KeyName, chosen func()) *fyne.MenuItem {
	i := fyne.NewMenuItem(text, chosen)
	i.Shortcut = &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}
	return i
}

func (m *menu) makeLooks(w *Window) []*fyne.MenuItem {
	for l, text := range [...]string{lookSystem: "Same as the system", lookLight: "Light", lookDark: "Dark"} {
		m.looks = append(m.looks, fyne.NewMenuItem(text, func() { w.setLook(look(l)) }))
	}
	return m.looks
}

// A Mailbox is a practice mailbox as the menu shows it.
type Mailbox struct {
	Name  string
	About string // one sentence
}

func (m *menu) makePractice(w *Window, mailboxes []Mailbox) *fyne.MenuItem {
	for _, box := range mailboxes {
		m.names = append(m.names, box.Name)
		m.practice = append(m.practice, fyne.NewMenuItem(strings.TrimSuffix(box.About, "."), func() { w.session.Practice(box.Name) }))
	}
	leave := fyne.NewMenuItem("Leave the practice mailbox", func() { w.session.Practice("") })
	entries := append(m.practice[:len(m.practice):len(m.practice)], fyne.NewMenuItemSeparator(), leave)
	m.practice = append(m.practice, leave)
	parent := fyne.NewMenuItem("Practice mailbox", nil)
	parent.ChildMenu = fyne.NewMenu("", entries...)
	return parent
}

// setLook ticks the chosen look.
func (m *menu) setLook(l look) {
	for i, entry := range m.looks {
		entry.Checked = look(i) == l
	}
	m.main.Refresh()
}

// render sets the ticks. A menu is rebuilt by each refresh, so that happens only when one of them changes.
func (m *menu) render(s setup.State) {
	now := menuFaceOf(s)
	if now == m.drawn {
		return
	}
	m.drawn = now
	m.advanced.Checked = s.View == setup.Advanced
	m.save.Disabled, m.check.Disabled, m.checkAll.Disabled = !now.save, !now.check, !now.checkAll
	m.copy.Disabled, m.remove.Disabled = !now.copy, !now.remove
	for i, name := range m.names {
		m.practice[i].Checked = name == s.Practice
	}
	m.practice[len(m.names)].Disabled = s.Practice == ""
	m.main.Refresh()
}

func menuFaceOf(s setup.State) menuFace {
	open := opened(s.Shelf)
	return menuFace{
		drawn: true, view: s.View, practice: s.Practice,
		save: s.Shelf.CanSave, check: open.Saved && !open.Checking, checkAll: canCheckAll(s.Shelf),
		copy: open.ID != "", remove: open.ID != "" && deletable(open, s.Shelf.ReadOnly),
	}
}
