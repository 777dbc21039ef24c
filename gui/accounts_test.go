package gui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"portolan/gui/setup"
)

// aShelf is a list with every kind of account.
func aShelf() setup.Shelf {
	return setup.Shelf{Open: "1", CanSave: true, Accounts: []setup.Entry{
		{ID: "1", Title: "ada@domain.example", Tone: setup.Success, Status: "Works", Checked: "checked today at 14:03", Saved: true, Changed: true},
		{ID: "2", Title: "charles.babbage@analytical-engines.example", Tone: setup.Danger, Status: "Sign-in refused", Checked: "checked yesterday at 09:12", Saved: true},
		{ID: "3", Title: "grace@another.example", Tone: setup.Warning, Status: "Works", Checked: "checked today at 14:03", Warning: "Identity not verified", Saved: true, InMemory: true},
		{ID: "4", Title: "mary@third.example", Status: "Never checked", Saved: true, Checking: true},
		{ID: "5", Title: "New account", Status: "Not saved"},
	}}
}

// manyAccounts is a list of n saved accounts, every third with a warning.
func manyAccounts(n int) setup.Shelf {
	s := setup.Shelf{Open: "0"}
	for i := range n {
		e := setup.Entry{
			ID: setup.ID(fmt.Sprint(i)), Title: fmt.Sprintf("person%d@domain.example", i), Tone: setup.Success, Status: "Works", Checked: "checked 3 days ago", Saved: true,
		}
		if i%3 == 0 {
			e.Warning = "Not encrypted"
		}
		s.Accounts = append(s.Accounts, e)
	}
	return s
}

// A deed notes what the list was told to do.
type deed struct{ done []string }

func (d *deed) actions() shelfActions {
	on := func(what string) func(setup.ID) {
		return func(id setup.ID) { d.done = append(d.done, what+" "+string(id)) }
	}
	plain := func(what string) func() { return func() { d.done = append(d.done, what) } }
	return shelfActions{
		open: on("open"), check: on("check"), duplicate: on("duplicate"), remove: on("remove"),
		create: plain("create"), checkAll: plain("check all"), escape: plain("escape"),
	}
}

// want compares what was done since the last time.
func (d *deed) want(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(d.done, want) {
		t.Errorf("got %q, want %q", d.done, want)
	}
	d.done = nil
}

// accountsOn shows the list beside some content.
func accountsOn(t *testing.T, size fyne.Size, s setup.Shelf) (*accounts, *deed, fyne.Window) {
	t.Helper()
	w := newStage(t, size)
	d := &deed{}
	a := newAccounts(w.Canvas(), d.actions(), container.NewStack(widget.NewLabel("content")))
	w.SetContent(a.content)
	w.Resize(size)
	a.render(s)
	settle(w)
	return a, d, w
}

func TestTheListStandsBesideTheViewsOrBehindAButton(t *testing.T) {
	for _, size := range advancedSizes() {
		a, _, _ := accountsOn(t, size, aShelf())
		wide := size.Width >= listBreak
		main := a.content.Objects[2]
		if a.side.list.Size().Height > 0 != wide || a.content.Objects[0].Visible() != wide || a.content.Objects[1].Visible() == wide {
			t.Errorf("at %v: got the list beside %t and the button %t, want %t and %t", size,
				a.content.Objects[0].Visible(), a.content.Objects[1].Visible(), wide, !wide)
		}
		if wide && main.Position().X != listWidth(size.Width) || !wide && (main.Position().X != 0 || main.Position().Y == 0) {
			t.Errorf("at %v: got the views at %v, want them beside the list or below the button", size, main.Position())
		}
	}
}

func TestThereIsNoListBeforeThereIsAnAccount(t *testing.T) {
	for _, size := range advancedSizes() {
		a, _, _ := accountsOn(t, size, setup.Shelf{Open: "1", Accounts: []setup.Entry{{ID: "1", Title: "New account", Status: "Not saved"}}})
		main := a.content.Objects[2]
		if a.content.Objects[0].Visible() || a.content.Objects[1].Visible() || main.Size() != size {
			t.Errorf("at %v: got something beside views of %v, want the whole window for them", size, main.Size())
		}
		a.render(aShelf())
		if !a.content.Objects[0].Visible() && !a.content.Objects[1].Visible() {
			t.Errorf("at %v: got no list once there are accounts, want one", size)
		}
	}
}

func TestTheWindowWithTheListClipsNothingAtAnySize(t *testing.T) {
	d := newDeck(t, &script{})
	for _, l := range []look{lookLight, lookDark} {
		d.setLook(l)
		for _, size := range advancedSizes() {
			for _, view := range []setup.View{setup.Simple, setup.Advanced} {
				state := foundState()
				state.View, state.Shelf = view, aShelf()
				state.Shelf.CanUndo, state.Shelf.Deleted = true, "somebody.with.a.long.name@domain.example"
				state.Shelf.Checks = setup.Checks{Running: true, Done: 11, All: 200}
				state.Shelf.ReadOnly = view == setup.Advanced
				d.Draw(state)
				d.win.Resize(size)
				relax(d.win.Content())
				t.Run(fmt.Sprintf("look %d, view %d, %v", l, view, size), func(t *testing.T) {
					checkUnclipped(t, d.win.Content(), size.Width)
					if got := d.win.Canvas().Size(); got != size {
						t.Errorf("got a window of %v, want it no larger than %v", got, size)
					}
				})
			}
		}
	}
}

func TestTheListInAnarrowWindowOpensOverIt(t *testing.T) {
	for _, n := range []int{2, 1000} {
		size := fyne.NewSize(560, 480)
		a, d, w := accountsOn(t, size, manyAccounts(n))
		test.Tap(&a.menu.Button)
		if a.popup == nil || w.Canvas().Focused() != fyne.Focusable(a.inPopup.list) {
			t.Fatalf("%d accounts: got no list with the keyboard in it, want one", n)
		}
		if bottom := a.popup.Position().Y + a.popup.Size().Height; bottom > size.Height {
			t.Errorf("%d accounts: got it down to %v, want it in the window", n, bottom)
		}
		typeKey(w, fyne.KeyDown)
		typeKey(w, fyne.KeyReturn)
		d.want(t, "open 1")
		if a.popup != nil || w.Canvas().Overlays().Top() != nil {
			t.Errorf("%d accounts: got it open, want it closed once an account is chosen", n)
		}
	}
}

func TestEscapeClosesTheOpenedListAndStopsNothing(t *testing.T) {
	a, d, w := accountsOn(t, fyne.NewSize(560, 480), aShelf())
	test.Tap(&a.menu.Button)
	typeKey(w, fyne.KeyEscape)
	d.want(t)
	if w.Canvas().Overlays().Top() != nil || w.Canvas().Focused() != fyne.Focusable(a.menu) {
		t.Errorf("got the focus on %T, want the list closed and the button ready", w.Canvas().Focused())
	}
	test.Tap(&a.menu.Button)
	w.Resize(fyne.NewSize(1000, 640))
	if w.Canvas().Overlays().Top() != nil {
		t.Error("got the opened list over the one that stands there, want it closed")
	}
}

func TestAHiddenListHasNoKeyboard(t *testing.T) {
	a, _, w := accountsOn(t, fyne.NewSize(1000, 640), aShelf())
	w.Canvas().Focus(a.side.list)
	w.Resize(fyne.NewSize(560, 480))
	if got := w.Canvas().Focused(); got != nil {
		t.Errorf("got the focus on %T, want none", got)
	}
}

func TestTheListsButtonsDoWhatTheySay(t *testing.T) {
	a, d, _ := accountsOn(t, fyne.NewSize(1000, 640), aShelf())
	test.Tap(&a.side.create.Button)
	test.Tap(&a.side.all.Button)
	d.want(t, "create", "check all")
	s := aShelf()
	s.Checks = setup.Checks{Running: true, Done: 1, All: 4}
	a.render(s)
	if !a.side.all.Disabled() {
		t.Error("got Check all while all are checked, want it once")
	}
	s.ReadOnly = true
	a.render(s)
	if !a.side.locked.Visible() || !strings.Contains(a.side.locked.Text, "Read only") {
		t.Error("got no word on a window that cannot save, want one")
	}
}

func TestAListOfAThousandAccountsDrawsOnlyWhatIsInSight(t *testing.T) {
	a, _, _ := accountsOn(t, fyne.NewSize(1000, 640), setup.Shelf{})
	update := a.side.list.UpdateItem
	places := map[int]bool{}
	a.side.list.UpdateItem = func(place int, o fyne.CanvasObject) { places[place] = true; update(place, o) }
	a.render(manyAccounts(1000))
	if drawn := len(places); drawn == 0 || drawn > 20 {
		t.Errorf("got %d accounts drawn, want those alone that are in sight", drawn)
	}
}

// The figure of opening the list: below 100 ms, the heights of all rows measured.
func BenchmarkOpenListOfAThousandAccounts(b *testing.B) {
	const most = 100 * time.Millisecond
	test.NewTempApp(b)
	shelf := manyAccounts(1000)
	for b.Loop() {
		w := test.NewWindow(nil)
		a := newAccounts(w.Canvas(), (&deed{}).actions(), container.NewStack())
		w.SetContent(a.content)
		w.Resize(fyne.NewSize(1000, 640))
		a.render(shelf)
		w.Close()
	}
	if got := b.Elapsed() / time.Duration(b.N); got > most {
		b.Errorf("got %v, want at most %v", got, most)
	}
}

// G-11: the bar above a narrow window says in words what its icon warns of.
func TestTheBarNamesTheFirstWarning(t *testing.T) {
	for want, f := range map[string]rowFace{
		"":                               {},
		"Works":                          {status: "Works"},
		"Works · Identity not verified":  {status: "Works", warning: "Identity not verified\nNot encrypted"},
		"Not everything works · changed": {status: "Not everything works · changed", warning: "Identity not verified"},
	} {
		if got := f.brief(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
