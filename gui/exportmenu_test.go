package gui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
)

// A submenu opens to the right. Where it had to lie over its parent, a press on an entry of the parent would choose one of its.
func TestTheSubmenusOfExportHaveRoomBesideTheirParent(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(560, 480), fyne.NewSize(720, 740), fyne.NewSize(1000, 640)} {
		w := newStage(t, size)
		e := newExporter(quietSession(), w)
		e.allow(true)
		b := newBottomBar(quietSession(), w, e.menu())
		w.SetContent(b.content)
		w.Resize(size)
		b.render(setup.State{CanWrite: true})
		test.Tap(&b.export.Button)
		menus := within[*widget.PopUpMenu](w.Canvas().Overlays().Top())
		if len(menus) != 1 {
			t.Fatalf("%v: got %d menus, want one", size, len(menus))
		}
		left := fyne.CurrentApp().Driver().AbsolutePositionForObject(menus[0]).X
		if end := left + menus[0].MinSize().Width + widest(e.menu()); left < 0 || end > size.Width {
			t.Errorf("%v: got the menu from %v and its submenu to %v, want both in the window", size, left, end)
		}
	}
}

// When the account was saved, the button that saves is grey: the keyboard goes on to what comes next.
func TestSavingLeadsTheKeyboardToExporting(t *testing.T) {
	w := newStage(t, fyne.NewSize(720, 740))
	b := newBottomBar(quietSession(), w, newExporter(quietSession(), w).menu())
	w.SetContent(b.content)
	ready := setup.State{CanWrite: true}
	ready.Shelf.CanSave = true
	b.render(ready)
	w.Canvas().Focus(b.save)
	typeKey(w, fyne.KeyReturn)
	b.render(ready) // a question about the password, say
	if got := w.Canvas().Focused(); got != fyne.Focusable(b.save) {
		t.Errorf("got the focus on %T before anything was saved, want it where it was", got)
	}
	b.render(setup.State{CanWrite: true})
	if got := w.Canvas().Focused(); got != fyne.Focusable(b.export) {
		t.Errorf("got the focus on %T, want it on Export", got)
	}
	w.Canvas().Unfocus()
	b.render(ready)
	b.render(setup.State{CanWrite: true})
	if got := w.Canvas().Focused(); got != nil {
		t.Errorf("got the focus on %T though nobody pressed Save, want it left alone", got)
	}
}
