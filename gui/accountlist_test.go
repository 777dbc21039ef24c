package gui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
)

// listOn shows a list alone.
func listOn(t *testing.T, s setup.Shelf) (*accountList, *deed, fyne.Window) {
	t.Helper()
	a, d, w := accountsOn(t, fyne.NewSize(1000, 640), s)
	return a.side.list, d, w
}

// within gives the objects of a kind that are drawn in another one, as they stand. To lay them out anew, as
// test.LaidOutObjects does, would give the rows of a list to other places.
func within[T fyne.CanvasObject](o fyne.CanvasObject) (found []T) {
	if one, ok := o.(T); ok {
		found = append(found, one)
	}
	var children []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		children = o.Objects
	case fyne.Widget:
		children = test.WidgetRenderer(o).Objects()
	}
	for _, child := range children {
		if child.Visible() {
			found = append(found, within[T](child)...)
		}
	}
	return found
}

// rowsOf gives the rows that are drawn, from top to bottom.
func rowsOf(l *accountList) []*accountRow {
	return slices.SortedFunc(slices.Values(within[*accountRow](l)), func(a, b *accountRow) int {
		return cmp.Compare(topOf(a), topOf(b))
	})
}

func topOf(o fyne.CanvasObject) float32 {
	return fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Y
}

func rowNamed(t *testing.T, l *accountList, title string) *accountRow {
	t.Helper()
	for _, row := range rowsOf(l) {
		if row.drawn.title == title {
			return row
		}
	}
	t.Fatalf("got no row of %s, want one", title)
	return nil
}

// G-11: an account's state, its warning and its marks stand there as words.
func TestEveryRowSaysItsStateInWords(t *testing.T) {
	l, _, _ := listOn(t, aShelf())
	for title, want := range map[string][]string{
		"ada@domain.example":    {"ada@domain.example", "Works · changed", "Checked today at 14:03"},
		"grace@another.example": {"grace@another.example", "Works", "Identity not verified", "Checked today at 14:03", "Password kept until you quit"},
		"mary@third.example":    {"mary@third.example", "Checking…"},
		"New account":           {"New account", "Not saved"},
	} {
		row := rowNamed(t, l, title)
		got := []string{row.title.Text, row.status.Text}
		for _, small := range row.small {
			if small.Visible() {
				got = append(got, small.Text)
			}
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("got %q, want %q", got, want)
		}
		if row.icon.Resource == nil || row.title.TextStyle.Bold != (title == "ada@domain.example") {
			t.Errorf("%s: got icon %v and bold %t, want an icon, and the open account bold", title, row.icon.Resource, row.title.TextStyle.Bold)
		}
	}
}

func TestARowFollowsItsAccount(t *testing.T) {
	s := aShelf()
	l, d, _ := listOn(t, s)
	s.Accounts = append([]setup.Entry{}, s.Accounts...)
	s.Accounts[3].Checking, s.Accounts[3].Status, s.Accounts[3].Warning = false, "Works", "Not encrypted"
	l.render(s)
	both := s
	both.Accounts = append([]setup.Entry{}, s.Accounts...)
	both.Accounts[3].Warning = "Identity not verified\nNot encrypted"
	l.render(both)
	row := rowNamed(t, l, "mary@third.example")
	if lines := row.drawn.lines(); len(row.small) < 2 || row.small[0].Text != "Identity not verified" || row.small[1].Text != "Not encrypted" || !row.small[1].Visible() {
		t.Errorf("got %+v drawn in %d lines, want each warning on a line", lines, len(row.small))
	}
	l.render(s)
	row = rowNamed(t, l, "mary@third.example")
	if row.status.Text != "Works" || row.small[0].Text != "Not encrypted" || row.small[0].Importance != widget.WarningImportance {
		t.Errorf("got %q and %q, want what is true now", row.status.Text, row.small[0].Text)
	}
	d.want(t) // drawing is no click
	s.Open, s.Accounts = "2", s.Accounts[:2]
	l.render(s)
	if got := len(rowsOf(l)); got != 2 || rowNamed(t, l, "ada@domain.example").title.TextStyle.Bold {
		t.Errorf("got %d rows, want two, and the second one open", got)
	}
	d.want(t)
}

func TestRowsAreAsHighAsTheirWords(t *testing.T) {
	l, _, _ := listOn(t, manyAccounts(1000))
	l.ScrollToOffset(30000)
	end := float32(0)
	for i, row := range rowsOf(l) {
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(row)
		if got, want := row.Size().Height, l.rowHeight(len(row.drawn.lines())); got != want {
			t.Errorf("row %d: got height %v, want %v for %d small lines", i, got, want, len(row.drawn.lines()))
		}
		if at.Y < end {
			t.Errorf("row %d: got it at %v, want it below the one that ends at %v", i, at.Y, end)
		}
		end = at.Y + row.Size().Height
	}
	before := l.GetScrollOffset()
	s := manyAccounts(1000)
	s.Accounts[1].Warning = "Identity not verified"
	l.render(s)
	if got := l.GetScrollOffset(); got != before || before == 0 {
		t.Errorf("got offset %v, want what was in sight to stay at %v", got, before)
	}
}

func TestTheKeyboardWalksOpensAndDeletes(t *testing.T) {
	l, d, w := listOn(t, aShelf())
	w.Canvas().Focus(l)
	d.want(t) // to walk is not to open
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyReturn, fyne.KeyDown, fyne.KeySpace, fyne.KeyEnd, fyne.KeyDown, fyne.KeyEnter, fyne.KeyHome, fyne.KeyUp, fyne.KeyReturn, fyne.KeyPageDown, fyne.KeyPageUp} {
		typeKey(w, k)
	}
	d.want(t, "open 2", "open 3", "open 5", "open 1")
	typeKey(w, fyne.KeyDown)
	typeKey(w, fyne.KeyDelete)
	typeKey(w, fyne.KeyEscape)
	d.want(t, "remove 2", "escape")
}

func TestAfterADeletionTheKeyboardIsAtTheNextAccount(t *testing.T) {
	s := aShelf()
	l, d, w := listOn(t, s)
	w.Canvas().Focus(l)
	typeKey(w, fyne.KeyDown)
	s.Accounts = append(s.Accounts[:1:1], s.Accounts[2:]...)
	l.render(s)
	typeKey(w, fyne.KeyReturn)
	d.want(t, "open 3")
	l.render(setup.Shelf{})
	for _, k := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyDelete, desktop.KeyMenu, fyne.KeyDown} {
		typeKey(w, k)
	}
	d.want(t) // nothing is left to do anything with
}

func TestNothingIsDeletedInAWindowThatCannotSave(t *testing.T) {
	s := aShelf()
	s.ReadOnly = true
	l, d, w := listOn(t, s)
	w.Canvas().Focus(l)
	typeKey(w, fyne.KeyDelete)
	d.want(t)
	if items := accountMenu(s.Accounts[0], true, d.actions()).Items; !items[len(items)-1].Disabled {
		t.Error("got Delete, want it grey")
	}
}

func TestClicksOnARow(t *testing.T) {
	l, d, w := listOn(t, aShelf())
	row := rowNamed(t, l, "grace@another.example")
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(row)
	test.TapCanvas(w.Canvas(), at.AddXY(30, 20))
	d.want(t, "open 3")
	if w.Canvas().Focused() != fyne.Focusable(l) || l.at != "3" {
		t.Errorf("got the keyboard at %q in %T, want it where the click was", l.at, w.Canvas().Focused())
	}
	test.TapSecondary(row)
	overlay := w.Canvas().Overlays().Top()
	if overlay == nil {
		t.Fatal("got no list of actions, want one")
	}
	w.Canvas().Overlays().Remove(overlay)
	test.Tap(row.dots)
	if w.Canvas().Overlays().Top() == nil {
		t.Error("got no list of actions below the dots, want one")
	}
	d.want(t)
}

func TestTheActionsOfAnAccount(t *testing.T) {
	for _, c := range []struct {
		entry setup.Entry
		want  string // of Check now
	}{
		{setup.Entry{ID: "7", Saved: true}, "usable"},
		{setup.Entry{ID: "7", Saved: true, Checking: true}, "grey"},
		{setup.Entry{ID: "7"}, "grey"},
	} {
		d := &deed{}
		var got []string
		for _, item := range accountMenu(c.entry, false, d.actions()).Items {
			if item.IsSeparator {
				continue
			}
			item.Action()
			got = append(got, item.Label)
			if item.Label == "Check now" && item.Disabled != (c.want == "grey") {
				t.Errorf("%+v: got Check now disabled %t, want it %s", c.entry, item.Disabled, c.want)
			}
		}
		if words := strings.Join(got, ", "); words != "Open, Check now, Duplicate, Delete" {
			t.Errorf("got %s, want the four actions", words)
		}
		d.want(t, "open 7", "check 7", "duplicate 7", "remove 7")
	}
}

func TestTheListOfActionsStaysInTheWindow(t *testing.T) {
	l, _, w := listOn(t, manyAccounts(30))
	l.list("0", fyne.NewPos(5000, 5000))
	menus := within[*widget.PopUpMenu](w.Canvas().Overlays().Top())
	if len(menus) != 1 {
		t.Fatalf("got %d lists of actions, want one", len(menus))
	}
	for _, menu := range menus {
		end := menu.Position().Add(menu.Size())
		if end.X > 1000.5 || end.Y > 640.5 {
			t.Errorf("got it until %v, want it within the window", end)
		}
	}
}

// G-8: what is cut of an address stands left of its domain, and a domain is cut only from the left.
func TestAnAddressIsCutLeftOfItsDomain(t *testing.T) {
	for _, c := range []struct {
		room          int
		address, want string
	}{
		{20, "ada@domain.example", "ada@domain.example"},
		{19, "charles@domain.example", "cha…@domain.example"},
		{17, "charles@domain.example", "c…@domain.example"},
		{16, "charles@domain.example", "…@domain.example"},
		{12, "charles@login.domain.example", "…ain.example"},
		{1, "a@b.example", "…e"},
		{8, "Übermut@ö.example", "…example"},
	} {
		got := fitAddress(c.address, func(text string) bool { return len([]rune(text)) <= c.room })
		if got != c.want {
			t.Errorf("%s in %d: got %q, want %q", c.address, c.room, got, c.want)
		}
	}
}

// G-8.
func TestTheDomainOfALongAddressIsSeenInTheList(t *testing.T) {
	s := aShelf()
	s.Accounts[1].Title = strings.Repeat("a", 64) + "@a.domain.example"
	s.Accounts[2].Title = "x@" + strings.Repeat("login.", 20) + "domain.example"
	l, _, _ := listOn(t, s)
	for _, i := range []int{1, 2} {
		row := rowNamed(t, l, s.Accounts[i].Title)
		if !strings.HasSuffix(row.title.Text, "domain.example") || !strings.Contains(row.title.Text, "…") {
			t.Errorf("got %q, want the registered domain whole", row.title.Text)
		}
		if need := fyne.MeasureText(row.title.Text, 14, row.title.TextStyle).Width; need > row.title.Size().Width-15 {
			t.Errorf("got %v for %q, want it within %v", need, row.title.Text, row.title.Size().Width)
		}
	}
}

func TestMarksOfAnEntry(t *testing.T) {
	for _, c := range []struct {
		entry setup.Entry
		want  string
	}{
		{setup.Entry{Status: "Works", Saved: true}, "Works"},
		{setup.Entry{Status: "Works", Saved: true, Changed: true}, "Works · changed"},
		{setup.Entry{Status: "Works", Changed: true}, "Works · not saved"},
		{setup.Entry{Status: "Not saved"}, "Not saved"},
		{setup.Entry{Status: "Never checked", Saved: true, Checking: true}, "Checking…"},
		{setup.Entry{}, "not saved"},
	} {
		if got := faceOf(c.entry, false).status; got != c.want {
			t.Errorf("%+v: got %q, want %q", c.entry, got, c.want)
		}
	}
}

func TestTonesHaveDifferentIcons(t *testing.T) {
	seen := map[string]string{}
	for name, f := range map[string]rowFace{
		"neutral": {}, "works": {tone: setup.Success}, "warning": {tone: setup.Warning}, "refused": {tone: setup.Danger}, "checking": {checking: true, tone: setup.Success},
	} {
		icon := fmt.Sprint(entryIcon(f).Name())
		if other, taken := seen[icon]; taken {
			t.Errorf("got %s for %s and %s, want one icon for each", icon, name, other)
		}
		seen[icon] = name
	}
}

// Whoever begins the program sees the head of a long list, though the new account stands at its end, and else what is open.
func TestALongListBeginsWhereItIsOfUse(t *testing.T) {
	s := manyAccounts(60)
	s.Accounts = append(s.Accounts, setup.Entry{ID: "new", Title: "New account", Status: "Not saved"})
	s.Open = "new"
	l, _, w := listOn(t, setup.Shelf{})
	l.render(s)
	settle(w)
	if got := l.GetScrollOffset(); got != 0 {
		t.Errorf("got the list scrolled by %v, want its head", got)
	}
	s.Open = s.Accounts[50].ID
	l, _, w = listOn(t, setup.Shelf{})
	l.render(s)
	settle(w)
	if l.GetScrollOffset() == 0 {
		t.Error("got the head of the list, want the open account in sight")
	}
}
