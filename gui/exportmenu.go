package gui

import (
	"strings"

	"fyne.io/fyne/v2"

	"portolan/account/format"
	"portolan/gui/setup"
)

// newExportMenu lists the formats in their order: those that a person at a desk or with a telephone wants first, the rest by
// what it is for.
func newExportMenu(s *setup.Session) *fyne.Menu {
	var first []*fyne.MenuItem
	var domain, programs []*fyne.MenuItem
	for _, f := range format.Formats() {
		item := fyne.NewMenuItem(formatEntry(f.Title), func() { s.Export(f.Name) })
		item.Disabled = true
		switch f.Name {
		case format.Thunderbird, format.Android, format.AndroidPNG, format.AndroidSVG, format.MobileConfig, format.Sheet, format.JSON:
			first = append(first, item)
		case format.ThunderbirdDomain, format.AutodiscoverPOX, format.PACC, format.SRV:
			domain = append(domain, item)
		default:
			programs = append(programs, item)
		}
	}
	return fyne.NewMenu("Export", append(first, fyne.NewMenuItemSeparator(),
		submenu("For a whole domain", domain), submenu("For other programs", programs))...)
}

// formatEntry is what the menu calls a format: shorter by what its submenu says already, since both have to stand side by side
// in a narrow window.
func formatEntry(title string) string {
	return strings.Replace(title, ", for a whole domain", "", 1) + "…"
}

// submenu is an entry that opens others.
func submenu(text string, items []*fyne.MenuItem) *fyne.MenuItem {
	parent := fyne.NewMenuItem(text, nil)
	parent.ChildMenu = fyne.NewMenu("", items...)
	parent.Disabled = true
	return parent
}

// allowAll makes the entries of a menu usable or not, those of its submenus, too; it reports whether that changed any.
func allowAll(m *fyne.Menu, usable bool) (changed bool) {
	for _, item := range m.Items {
		if item.IsSeparator {
			continue
		}
		changed = changed || item.Disabled == usable
		item.Disabled = !usable
		if item.ChildMenu != nil {
			changed = allowAll(item.ChildMenu, usable) || changed
		}
	}
	return changed
}
