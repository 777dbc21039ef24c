package gui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// A page whose content gets shorter shows its end, not the blank below it.
func TestAPageFollowsContentThatGetsShorter(t *testing.T) {
	w := newStage(t, fyne.NewSize(400, 300))
	last := container.New(tall{400}, widget.NewLabel(""))
	page := newPage(300, container.NewVBox(container.New(tall{500}, widget.NewLabel("")), last))
	w.SetContent(page)
	end := func() float32 { return max(0, page.Content.MinSize().Height-page.Size().Height) }
	relaid := func() float32 { // as the driver does where the least size of what is in a page has changed
		test.WidgetRenderer(page).Layout(page.Size())
		return page.Offset.Y
	}
	page.ScrollToBottom()
	bottom := page.Offset.Y
	if bottom != end() || bottom == 0 {
		t.Fatalf("got the page at %v, want its end at %v", bottom, end())
	}
	last.Hide()
	if got := relaid(); got != end() || got == bottom {
		t.Errorf("shorter: got the page at %v, want %v", got, end())
	}
	last.Show()
	if got := relaid(); got != bottom {
		t.Errorf("as long again: got the page at %v, want it back at %v", got, bottom)
	}
	last.Hide()
	relaid()
	page.ScrollToOffset(fyne.NewPos(0, 40))
	last.Show()
	if got := relaid(); got != 40 {
		t.Errorf("scrolled meanwhile: got the page at %v, want 40", got)
	}
}
