package gui

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/account"
	"portolan/gui/setup"
	"portolan/probe"
	"portolan/probe/explain"
	"portolan/probe/wire"
)

// askedStates has one state for every kind of question, in the words of package explain.
func askedStates() map[string]setup.State {
	servers := []account.Endpoint{{Host: "imap.a-provider-with-a-long-name.example", Port: 993}, {Host: "smtp.a-provider-with-a-long-name.example", Port: 587}}
	states := map[string]setup.State{}
	for i, d := range []probe.Decision{
		{Kind: probe.DecideCertificate, Servers: servers, TLS: wire.TLSFacts{
			Certificate: account.Fingerprint{0x7c, 0x3a}, Problems: []wire.Problem{wire.Expired, wire.WrongName, wire.SelfSigned},
		}},
		{Kind: probe.DecideDomain, Servers: servers, Domain: "a-provider-with-a-long-name.example"},
		{Kind: probe.DecideCleartext, Servers: servers},
		{Kind: probe.DecidePort, Servers: servers[:1], Asked: account.Endpoint{Host: servers[0].Host, Port: 9930}, Security: account.TLS},
	} {
		q := setup.Question{Kind: d.Kind, Text: explain.Decision(d), Yes: "Trust it", No: "Do not trust", Number: i + 1, Grave: i%2 == 0}
		states[d.Kind.String()] = setup.State{Question: &q}
	}
	other := *states["certificate"].Question
	other.Instead, other.Number = "Try the other name", 9
	states["another name"] = setup.State{Question: &other}
	ask := setup.Ask{Text: explain.Text{Title: "Keep the password in the system's keyring?", Advice: "The keyring is the safe that your system has for passwords."}, Yes: "Keep it there", No: "Only until I quit", Number: 1}
	states["list"] = setup.State{Shelf: setup.Shelf{Ask: &ask}}
	return states
}

// asking opens the dialog of a state's question.
func asking(t *testing.T, size fyne.Size, s setup.State) (*questions, fyne.Window) {
	t.Helper()
	w := newStage(t, size)
	q := newQuestions(quietSession(), w)
	q.render(s)
	settle(w)
	return q, w
}

func TestQuestionsClipNothingAtAnySize(t *testing.T) {
	for name, state := range askedStates() {
		for _, size := range advancedSizes() {
			t.Run(fmt.Sprintf("%s at %.0fx%.0f", name, size.Width, size.Height), func(t *testing.T) {
				q, w := asking(t, size, state)
				checkUnclipped(t, w.Canvas().Overlays().Top(), size.Width)
				foot := q.sheet.content.Objects[0]
				bottom := fyne.CurrentApp().Driver().AbsolutePositionForObject(foot).Y + foot.Size().Height
				if bottom > size.Height {
					t.Errorf("got buttons down to %v, want them in the window of %v", bottom, size.Height)
				}
			})
		}
	}
}

// G-6: the safe button has the focus.
func TestQuestionBeginsOnNoAndTabGoesOnToYes(t *testing.T) {
	_, w := asking(t, fyne.NewSize(720, 740), askedStates()["certificate"])
	if b, ok := w.Canvas().Focused().(*safeButton); !ok || b.Text != "Do not trust" {
		t.Errorf("got focus on %v, want the button that says no", w.Canvas().Focused())
	}
	w.Canvas().FocusNext()
	if b, ok := w.Canvas().Focused().(*consentButton); !ok || b.Text != "Trust it" {
		t.Errorf("got focus on %v, want the button that says yes", w.Canvas().Focused())
	}
}

// G-6: a key that was held down before the question came answers nothing; pressed anew, it says no.
func TestAKeyHeldDownAnswersNothing(t *testing.T) {
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace} {
		q, w := asking(t, fyne.NewSize(720, 740), askedStates()["certificate"])
		for range 20 {
			repeatKey(w, key)
		}
		if q.sheet == nil || !q.sheet.visible() {
			t.Errorf("%v held down: got the question answered, want it open", key)
		}
		typeKey(w, key)
		if q.sheet != nil || w.Canvas().Overlays().Top() != nil {
			t.Errorf("%v: got the question open, want no", key)
		}
	}
}

// G-6.
func TestEnterNeverSaysYes(t *testing.T) {
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter} {
		q, w := asking(t, fyne.NewSize(720, 740), askedStates()["certificate"])
		w.Canvas().FocusNext()
		typeKey(w, key) // on the button that says yes
		if q.sheet == nil || !q.sheet.visible() {
			t.Errorf("%v: got the question answered, want it open", key)
		}
	}
}

// typeKey types a key as the window's driver does when it goes down: for what has the focus, else for the window.
func typeKey(w fyne.Window, name fyne.KeyName) {
	if f, ok := w.Canvas().Focused().(desktop.Keyable); ok {
		f.KeyDown(&fyne.KeyEvent{Name: name})
	}
	repeatKey(w, name)
}

// repeatKey does so for a key that is held down.
func repeatKey(w fyne.Window, name fyne.KeyName) {
	key := &fyne.KeyEvent{Name: name}
	if f := w.Canvas().Focused(); f != nil {
		f.TypedKey(key)
	} else if typed := w.Canvas().OnTypedKey(); typed != nil {
		typed(key)
	}
	if f := w.Canvas().Focused(); f != nil && name == fyne.KeySpace {
		f.TypedRune(' ') // to what has the focus by then
	}
}

// The rune of the Space that answers a question never gets into the field below, which may be a password.
func TestASpaceThatAnswersIsTypedNowhere(t *testing.T) {
	for tabs := range 2 {
		w := newStage(t, fyne.NewSize(720, 740))
		below := newField("")
		w.SetContent(below)
		w.Canvas().Focus(below)
		q := newQuestions(quietSession(), w)
		q.render(askedStates()["domain"])
		for range tabs {
			w.Canvas().FocusNext()
		}
		typeKey(w, fyne.KeySpace)
		if q.sheet != nil || below.Text != "" || w.Canvas().Focused() != fyne.Focusable(below) {
			t.Errorf("after %d tabs: got %q in the field below, dialog open %t, want nothing and no dialog", tabs, below.Text, q.sheet != nil)
		}
	}
}

func TestEscapeClosesTheQuestionFromEverywhere(t *testing.T) {
	for tabs := range 2 {
		q, w := asking(t, fyne.NewSize(720, 740), askedStates()["domain"])
		for range tabs {
			w.Canvas().FocusNext()
		}
		typeKey(w, fyne.KeyEscape)
		if q.sheet != nil || w.Canvas().Overlays().Top() != nil {
			t.Errorf("after %d tabs: got the question open, want it closed", tabs)
		}
	}
}

// G-6: a question of the list waits until that of the search is answered.
func TestTheListsQuestionComesAfterTheSearchs(t *testing.T) {
	states := askedStates()
	both := states["certificate"]
	both.Shelf = states["list"].Shelf
	q, w := asking(t, fyne.NewSize(720, 740), both)
	if n := len(w.Canvas().Overlays().List()); n != 1 || q.asked.list {
		t.Fatalf("got %d dialogs, by the list %t, want that of the search alone", n, q.asked.list)
	}
	first := q.sheet
	q.render(states["list"])
	if n := len(w.Canvas().Overlays().List()); n != 1 || !q.asked.list || q.sheet == first {
		t.Errorf("got %d dialogs, by the list %t, want that of the list, though its number is the same", n, q.asked.list)
	}
	if b, ok := w.Canvas().Focused().(*safeButton); !ok || b.Text != "Only until I quit" {
		t.Errorf("got the focus on %v, want the button that says no", w.Canvas().Focused())
	}
}

// G-6.
func TestOneQuestionAtATime(t *testing.T) {
	states := askedStates()
	q, w := asking(t, fyne.NewSize(720, 740), states["certificate"])
	first := q.sheet
	q.render(states["certificate"])
	if q.sheet != first {
		t.Error("got the same question asked again, want it once")
	}
	q.render(states["cleartext"])
	if n := len(w.Canvas().Overlays().List()); n != 1 || q.sheet == first {
		t.Errorf("got %d dialogs, want the new question alone", n)
	}
	q.render(setup.State{})
	if n := len(w.Canvas().Overlays().List()); n != 0 {
		t.Errorf("got %d dialogs, want none once nothing is asked", n)
	}
}

func TestGraveYesLooksDangerous(t *testing.T) {
	for name, want := range map[string]widget.Importance{"certificate": widget.DangerImportance, "domain": widget.MediumImportance} {
		_, w := asking(t, fyne.NewSize(720, 740), askedStates()[name])
		w.Canvas().FocusNext()
		b, ok := w.Canvas().Focused().(*consentButton)
		if !ok || b.Importance != want {
			t.Errorf("%s: got %v, want importance %v", name, w.Canvas().Focused(), want)
		}
	}
}

func TestKeysReachTheWindowAgainAfterTheQuestion(t *testing.T) {
	w := newStage(t, fyne.NewSize(720, 740))
	typed := 0
	w.Canvas().SetOnTypedKey(func(*fyne.KeyEvent) { typed++ })
	q := newQuestions(quietSession(), w)
	q.render(askedStates()["port"])
	typeKey(w, fyne.KeyReturn)
	if typed != 0 {
		t.Errorf("got %d keys in the window below, want none", typed)
	}
	q.render(setup.State{})
	typeKey(w, fyne.KeyReturn)
	if typed != 1 {
		t.Errorf("got %d keys in the window, want 1", typed)
	}
}

// A fingerprint is compared byte by byte, so none is torn apart at the end of a line.
func TestAFingerprintEndsItsLinesBetweenBytes(t *testing.T) {
	for _, c := range []struct{ print, want string }{
		{"", ""},
		{"01:02", "01:02"},
		{"01:02:03:04:05:06:07:08", "01:02:03:04:05:06:07:08"},
		{"01:02:03:04:05:06:07:08:09", "01:02:03:04:05:06:07:08: 09"},
	} {
		if got := grouped(c.print); got != c.want {
			t.Errorf("%q: got %q, want %q", c.print, got, c.want)
		}
	}
	facts := certificateFacts()
	value := newFact(facts[len(facts)-1], theme.SizeNameText)
	if strings.ReplaceAll(value.Text, " ", "") != facts[len(facts)-1].Value || value.Wrapping != fyne.TextWrapWord || !value.TextStyle.Monospace {
		t.Errorf("got %q, wrapped %v, want all bytes, in letters of one width, broken at spaces alone", value.Text, value.Wrapping)
	}
}
