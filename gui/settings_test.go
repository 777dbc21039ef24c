package gui

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"portolan/gui/setup"
	"portolan/probe/explain"
)

// adjusting opens the settings and gives what was saved, in the end.
func adjusting(t *testing.T, size fyne.Size, now setup.Settings) (d *settingsSheet, w fyne.Window, saved *[]setup.Settings) {
	t.Helper()
	w, saved = newStage(t, size), new([]setup.Settings)
	d = showSettings(w, now, func(s setup.Settings) { *saved = append(*saved, s) })
	settle(w)
	return d, w, saved
}

func TestSettingsAndThePageOfWhoIsAskedClipNothingAtAnySize(t *testing.T) {
	for _, size := range advancedSizes() {
		for name, open := range map[string]func() fyne.Window{
			"settings": func() fyne.Window {
				d, w, _ := adjusting(t, size, setup.Settings{Database: "http://ispdb.company.example/a/long/way/down/to/where/nobody/looks"})
				d.look()
				return w
			},
			"who is asked": func() fyne.Window {
				w := newStage(t, size)
				showPrivacy(w)
				return w
			},
		} {
			t.Run(fmt.Sprintf("%s at %.0fx%.0f", name, size.Width, size.Height), func(t *testing.T) {
				w := open()
				settle(w)
				checkUnclipped(t, w.Canvas().Overlays().Top(), size.Width)
			})
		}
	}
}

func TestSettingsAreSavedAsTheyStandInTheDialog(t *testing.T) {
	d, w, saved := adjusting(t, fyne.NewSize(720, 740), setup.Settings{})
	if !d.database.Checked || d.send.Checked || !d.guess.Checked {
		t.Fatalf("got %t, %t, %t, want the database and guessing on, and no address sent", d.database.Checked, d.send.Checked, d.guess.Checked)
	}
	test.Tap(d.send)
	test.Tap(d.guess)
	test.Type(d.address, "https://ispdb.company.example/")
	test.Tap(d.save)
	want := setup.Settings{Database: "https://ispdb.company.example/", SendAddress: true, NoGuess: true}
	if len(*saved) != 1 || (*saved)[0] != want || w.Canvas().Overlays().Top() != nil {
		t.Errorf("got %+v, want %+v and the dialog closed", *saved, want)
	}
}

func TestSettingsWithAProblemAreNotSaved(t *testing.T) {
	d, w, saved := adjusting(t, fyne.NewSize(720, 740), setup.Settings{})
	test.Type(d.address, "http://ispdb.company.example/")
	if d.address.message.box.Visible() {
		t.Error("got a complaint while typing, want it when the field is left")
	}
	d.address.TypedKey(key(fyne.KeyReturn))
	if len(*saved) != 0 || !d.address.message.box.Visible() || w.Canvas().Focused() != fyne.Focusable(d.address) {
		t.Errorf("got %+v saved, want the problem told at the field", *saved)
	}
	test.Tap(d.database) // off: what stands there is not used
	if !d.address.Disabled() || d.address.message.box.Visible() {
		t.Error("got a complaint about what is not used, want none")
	}
	test.Tap(d.save)
	if len(*saved) != 1 || !(*saved)[0].NoDatabase {
		t.Errorf("got %+v, want the database off", *saved)
	}
}

func TestThePublicDatabaseByItsNameIsTheUsualOne(t *testing.T) {
	d, _, saved := adjusting(t, fyne.NewSize(720, 740), setup.Settings{Database: "https://ispdb.company.example/"})
	if d.address.Text != "https://ispdb.company.example/" {
		t.Errorf("got %q, want what was set", d.address.Text)
	}
	d.address.selectAll()
	test.Type(d.address, setup.PublicDatabase)
	test.Tap(d.save)
	if len(*saved) != 1 || (*saved)[0] != (setup.Settings{}) {
		t.Errorf("got %+v, want the settings of a new program", *saved)
	}
}

func TestEscapeLeavesTheSettingsAsTheyWere(t *testing.T) {
	for tabs := range 7 {
		d, w, saved := adjusting(t, fyne.NewSize(560, 480), setup.Settings{})
		test.Tap(d.guess)
		for range tabs {
			w.Canvas().FocusNext()
		}
		typeKey(w, fyne.KeyEscape)
		if len(*saved) != 0 || w.Canvas().Overlays().Top() != nil {
			t.Errorf("after %d tabs: got %+v saved, want nothing and the dialog closed", tabs, *saved)
		}
	}
}

func TestTabBringsEverySettingIntoSight(t *testing.T) {
	d, w, _ := adjusting(t, fyne.NewSize(560, 300), setup.Settings{})
	driver := fyne.CurrentApp().Driver()
	frame := d.sheet.content.Objects[1]
	for _, o := range []*check{d.guess, d.database} {
		w.Canvas().Focus(o)
		at, top := driver.AbsolutePositionForObject(o).Y, driver.AbsolutePositionForObject(frame).Y
		if at < top-1 || at > top+frame.Size().Height {
			t.Errorf("%s: got it at %v, want it in sight between %v and %v", o.Text, at, top, top+frame.Size().Height)
		}
	}
}

func TestSettingsAreRememberedAndReachTheSearch(t *testing.T) {
	d := newDeck(t, &script{})
	want := setup.Settings{NoDatabase: true, SendAddress: true}
	d.adjust(want)
	if len(d.script.asked) != 0 {
		t.Error("got a search, want new settings to start nothing")
	}
	d.open()
	if got := d.session.State().Settings; got != want {
		t.Errorf("got %+v after another start, want %+v", got, want)
	}
	d.adjust(setup.Settings{Database: "nonsense"})
	if got := rememberSettings(d.app.Preferences()); got != want {
		t.Errorf("got %+v remembered, want what holds: %+v", got, want)
	}
	for _, nonsense := range []string{"", "{", `{"Database":"http://company.example/"}`, `{"NoGuess":7}`} {
		d.app.Preferences().SetString(settingsKey, nonsense)
		if got := rememberSettings(d.app.Preferences()); got != (setup.Settings{}) {
			t.Errorf("%q: got %+v, want those of a new program", nonsense, got)
		}
	}
}

func TestTheMenusLeadToTheSettingsAndToWhoIsAsked(t *testing.T) {
	d := newDeck(t, &script{})
	chosen := 0
	for _, m := range d.menu.main.Items {
		for _, i := range m.Items {
			if i.Label != "Settings…" && i.Label != "Who is asked…" {
				continue
			}
			chosen++
			i.Action()
			if d.win.Canvas().Overlays().Top() == nil {
				t.Errorf("%s: got nothing, want its dialog", i.Label)
			}
			typeKey(d.win, fyne.KeyEscape)
			if d.win.Canvas().Overlays().Top() != nil {
				t.Errorf("%s: got it open, want Escape to close it", i.Label)
			}
		}
	}
	if chosen != 2 {
		t.Errorf("got %d entries, want both", chosen)
	}
}

func TestThePageOfWhoIsAskedIsTurnedByKeys(t *testing.T) {
	w := newStage(t, fyne.NewSize(560, 480))
	showPrivacy(w)
	b, ok := w.Canvas().Focused().(*readingButton)
	if !ok {
		t.Fatalf("got the focus on %T, want the button that closes", w.Canvas().Focused())
	}
	for _, press := range []struct {
		key  fyne.KeyName
		more bool
	}{{fyne.KeyDown, true}, {fyne.KeyPageDown, true}, {fyne.KeyUp, false}, {fyne.KeyEnd, true}, {fyne.KeyPageUp, false}, {fyne.KeyHome, false}} {
		before := b.page.Offset.Y
		b.TypedKey(key(press.key))
		if now := b.page.Offset.Y; now == before || (now > before) != press.more {
			t.Errorf("%v: got from %v to %v, want it turned", press.key, before, now)
		}
	}
	if got := len(explain.WhoIsAsked().Parties); got < 5 {
		t.Errorf("got %d parties, want all", got)
	}
	b.TypedKey(key(fyne.KeyReturn))
	if w.Canvas().Overlays().Top() != nil {
		t.Error("got the page open, want it closed")
	}
}
