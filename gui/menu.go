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
	looks    []*fyne.MenuItem
	practice []*fyne.MenuItem // one for each mailbox, then the one that leaves
	names    []string         // of the mailboxes
	drawn    [2]string        // what the ticks were drawn for: view and practice
}

func newMenu(w *Window, mailboxes []Mailbox) *menu {
	m := &menu{}
	find := item("Find my settings", fyne.KeyF, w.session.Find)
	open := item("Open configuration…", fyne.KeyO, func() { showOpen(w.session, w.win) })
	export := fyne.NewMenuItem("Export", nil)
	export.ChildMenu = w.exporter.menu()
	settings := fyne.NewMenuItem("Settings…", func() { showSettings(w.win, w.session.State().Settings, w.adjust) })
	quit := item("Quit", fyne.KeyQ, w.Close)
	quit.IsQuit = true
	m.advanced = item("Advanced settings", fyne.KeyE, func() { w.session.Show(other(w.session.State().View)) })
	asked := fyne.NewMenuItem("Who is asked…", func() { showPrivacy(w.win) })
	about := fyne.NewMenuItem("About Portolan", func() { showAbout(w.win, w.version) })
	m.main = fyne.NewMainMenu(
		fyne.NewMenu("Account", find, fyne.NewMenuItemSeparator(), open, export, fyne.NewMenuItemSeparator(), settings, fyne.NewMenuItemSeparator(), quit),
		fyne.NewMenu("View", append([]*fyne.MenuItem{m.advanced, fyne.NewMenuItemSeparator()}, m.makeLooks(w)...)...),
		fyne.NewMenu("Help", m.makePractice(w, mailboxes), fyne.NewMenuItemSeparator(), asked, about))
	return m
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
	now := [2]string{[...]string{"simple", "advanced"}[s.View], s.Practice}
	if now == m.drawn {
		return
	}
	m.drawn = now
	m.advanced.Checked = s.View == setup.Advanced
	for i, name := range m.names {
		m.practice[i].Checked = name == s.Practice
	}
	m.practice[len(m.names)].Disabled = s.Practice == ""
	m.main.Refresh()
}
