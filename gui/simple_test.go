package gui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"portolan/account"
	"portolan/gui/setup"
	"portolan/probe"
	"portolan/probe/explain"
)

// simpleOn shows a simple view in a state.
func simpleOn(t *testing.T, size fyne.Size, s setup.State) (*simpleView, fyne.Window) {
	t.Helper()
	w := newStage(t, size)
	v := newSimpleView(quietSession(), w)
	w.SetContent(v.content)
	w.Resize(size)
	v.render(s)
	relax(w.Content())
	return v, w
}

// relax lays everything out again until wrapped text has its height, as the real driver does from frame to frame.
func relax(top fyne.CanvasObject) {
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *fyne.Container:
			if o.Layout != nil {
				o.Layout.Layout(o.Objects, o.Size())
			}
			for _, child := range o.Objects {
				walk(child)
			}
		case *container.Scroll:
			o.Refresh()
			walk(o.Content)
		case *panel:
			test.WidgetRenderer(o).Layout(o.Size())
			walk(o.content)
		}
	}
	for range 4 {
		walk(top)
	}
}

// typed is the state of somebody who has filled in everything.
func typedState() setup.State {
	s := setup.State{CanFind: true}
	s.Form.Name, s.Form.Address, s.Form.Password = "Ada Lovelace", "ada@domain.example", account.NewSecret("secret")
	s.Form.RequireEncryption = true
	return s
}

func sampleRows() []setup.Row {
	return []setup.Row{
		{Status: probe.OK, Head: "imap.domain.example:993 · encrypted from the start", Note: "Certificate valid for imap.domain.example · TLS 1.3", Took: 184 * time.Millisecond},
		{Status: probe.Superseded, Head: "imap.domain.example:143 · upgrade with STARTTLS", Note: "Not needed, a safer answer was found", Took: 0},
		{Status: probe.Failed, Head: "pop.domain.example:995 · encrypted from the start · IPv6", Note: "No server answered on this port", Took: 12340 * time.Millisecond},
		{Status: probe.Running, Head: "smtp.domain.example:587 · upgrade with STARTTLS", Note: "Connecting…", Took: 0},
		{Status: probe.Waiting, Head: strings.Repeat("a-very-long-name.", 9) + "domain.example:465", Note: "Waiting", Took: 0},
		{Status: probe.Skipped, Head: "mail.domain.example:25 · upgrade with STARTTLS", Note: "Left out", Took: 0},
	}
}

func runningState() setup.State {
	s := typedState()
	s.Phase, s.Number, s.CanFind, s.Rows = setup.Running, 1, false, sampleRows()
	return s
}

func verdictState(tone setup.Tone, title string, action explain.Action) setup.State {
	s := typedState()
	s.Searched, s.Rows = true, sampleRows()
	s.Verdict = setup.Verdict{Tone: tone, Text: explain.Text{Title: title, Action: action, Advice: strings.Repeat("The servers were found and the connection is encrypted, but they refused this password. ", 3)}}
	s.Findings = []explain.Text{
		{Title: "IPv6 does not work here", Advice: "The way over IPv6 to imap.domain.example is broken; the one over IPv4 works and was used."},
		{Title: "A word alone"},
	}
	return s
}

// simpleStates are the states in which the simple view is looked at.
func simpleStates() map[string]setup.State {
	problems := typedState()
	problems.Form.KnowServers, problems.Form.RequireEncryption = true, false
	for f := account.FieldName; f <= account.FieldUsername; f++ {
		problems.Problems = append(problems.Problems, account.Problem{Field: f, Message: "This cannot stand here, for a reason that takes more than one line to tell in a narrow window. (" + f.String() + ")"})
	}
	open := typedState()
	open.Form.KnowServers = true
	open.Form.IncomingText = strings.Repeat("a-very-long-name.", 9) + "domain.example:993"
	stopping := runningState()
	stopping.Phase = setup.Stopping
	states := map[string]setup.State{
		"empty": {Form: setup.Form{RequireEncryption: true}}, "typed": typedState(), "problems": problems, "open": open,
		"running": runningState(), "stopping": stopping,
		"found": verdictState(setup.Success, "Your settings were found and tested", explain.ActionNone),
	}
	for a := explain.ActionNone; a <= explain.AskYourProvider; a++ {
		states[fmt.Sprintf("action %d", a)] = verdictState(setup.Danger, "Your password was not accepted, and this is told at length", a)
	}
	return states
}

func TestSimpleViewClipsNothingAtAnySize(t *testing.T) {
	for name, state := range simpleStates() {
		for _, size := range advancedSizes() {
			t.Run(fmt.Sprintf("%s at %.0fx%.0f", name, size.Width, size.Height), func(t *testing.T) {
				_, w := simpleOn(t, size, state)
				checkUnclipped(t, w.Content(), size.Width)
			})
		}
	}
}

func TestTabGoesThroughTheSimpleViewInItsOrder(t *testing.T) {
	state := typedState()
	for _, open := range []bool{false, true} {
		state.Form.KnowServers = open
		v, w := simpleOn(t, fyne.NewSize(720, 740), state)
		want := []fyne.Focusable{v.name, v.mail, v.pass, v.encrypt, v.know}
		if open {
			want = append(want, v.incoming, v.outgoing, v.user, v.protocol, v.signIn)
		}
		want = append(want, v.find, v.name)
		for i, f := range want {
			w.Canvas().FocusNext()
			if got := w.Canvas().Focused(); got != f {
				t.Fatalf("open %t, stop %d: got %T %p, want %T %p", open, i, got, got, f, f)
			}
		}
	}
}

func TestFieldsRestWhileTheSearchRuns(t *testing.T) {
	v, _ := simpleOn(t, fyne.NewSize(720, 740), typedState())
	parts := map[string]fyne.Disableable{
		"name": v.name, "mail": v.mail, "pass": v.pass, "encrypt": v.encrypt, "incoming": v.incoming, "outgoing": v.outgoing,
		"user": v.user, "protocol": v.protocol, "sign-in": v.signIn,
	}
	for _, state := range []setup.State{runningState(), typedState()} {
		v.render(state)
		for name, part := range parts {
			if want := state.Phase == setup.Running; part.Disabled() != want {
				t.Errorf("phase %d: got %s disabled %t, want %t", state.Phase, name, part.Disabled(), want)
			}
		}
	}
}

func TestTheButtonSaysWhatItDoes(t *testing.T) {
	v, _ := simpleOn(t, fyne.NewSize(720, 740), typedState())
	states := simpleStates()
	for name, want := range map[string]string{
		"empty": "Find my settings", "running": "Stop", "stopping": "Stopping…", "found": "Search again", "action 1": "Find my settings",
	} {
		v.render(states[name])
		if v.find.Text != want {
			t.Errorf("%s: got %q, want %q", name, v.find.Text, want)
		}
	}
}

func TestAVerdictHasAtMostOneButton(t *testing.T) {
	v, _ := simpleOn(t, fyne.NewSize(720, 740), typedState())
	for a := explain.ActionNone; a <= explain.AskYourProvider; a++ {
		s := verdictState(setup.Warning, "A verdict", a)
		v.render(s)
		want := 1
		if a == explain.ActionNone || a == explain.AskYourProvider {
			want = 0
		}
		if got := len(v.verdict.actions.Objects); got != want {
			t.Errorf("action %d: got %d buttons, want %d", a, got, want)
		}
		if want == 1 && v.action.Text != actionWords(a) {
			t.Errorf("action %d: got %q, want %q", a, v.action.Text, actionWords(a))
		}
		if v.verdict.title.Text != "A verdict" || v.verdict.advice.Text != s.Verdict.Advice {
			t.Errorf("action %d: got %q and %q, want the verdict's words", a, v.verdict.title.Text, v.verdict.advice.Text)
		}
	}
}

// G-11.
func TestEveryRowHasAnIconAndWords(t *testing.T) {
	v, _ := simpleOn(t, fyne.NewSize(720, 740), runningState())
	icons := map[string]probe.Status{}
	for i, row := range sampleRows() {
		r := v.rows.rows[i]
		if r.head.Text != row.Head || r.note.Text != row.Note {
			t.Errorf("row %d: got %q and %q, want %q and %q", i, r.head.Text, r.note.Text, row.Head, row.Note)
		}
		icons[r.icon.Resource.Name()] = row.Status
	}
	if got := len(icons); got != 5 {
		t.Errorf("got %d icons for six states of a try, want 5: left out and given up share one", got)
	}
	if got, want := v.rows.rows[0].took.Text+" "+v.rows.rows[2].took.Text, "184 ms 12.3 s"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	v.render(typedState())
	if len(v.rows.box.Objects) != 0 || v.tried.Visible() {
		t.Error("got rows of an older search, want none")
	}
}

func TestProblemsStandAtTheirFieldsAndGo(t *testing.T) {
	v, _ := simpleOn(t, fyne.NewSize(720, 740), typedState())
	fields := map[account.Field]*field{
		account.FieldName: v.name, account.FieldAddress: v.mail, account.FieldPassword: v.pass,
		account.FieldIncomingServer: v.incoming, account.FieldOutgoingServer: v.outgoing, account.FieldUsername: v.user,
	}
	for what, f := range fields {
		s := typedState()
		s.Problems = []account.Problem{{Field: what, Message: "This cannot stand here."}}
		v.render(s)
		for other, g := range fields {
			if got, want := g.message.box.Visible(), other == what; got != want {
				t.Errorf("problem at %s: got a message at %s %t, want %t", what, other, got, want)
			}
		}
		if f.message.text.Text != "This cannot stand here." {
			t.Errorf("%s: got %q, want the problem's words", what, f.message.text.Text)
		}
	}
	v.render(typedState())
	if v.user.message.box.Visible() || v.mail.message.box.Visible() {
		t.Error("got a message without a problem, want none")
	}
}

func TestEncryptionSwitchedOffIsWarnedOf(t *testing.T) {
	v, _ := simpleOn(t, fyne.NewSize(720, 740), typedState())
	for _, required := range []bool{true, false, true} {
		s := typedState()
		s.Form.RequireEncryption = required
		v.render(s)
		if v.encrypt.Checked != required || v.risk.box.Visible() == required {
			t.Errorf("required %t: got the tick %t and the warning %t", required, v.encrypt.Checked, v.risk.box.Visible())
		}
	}
}

func TestAPasswordThatNobodyTypedIsDots(t *testing.T) {
	v, _ := simpleOn(t, fyne.NewSize(720, 740), typedState())
	if v.pass.Text != "" || v.pass.PlaceHolder != standIn {
		t.Errorf("got %q with %q, want an empty field with dots", v.pass.Text, v.pass.PlaceHolder)
	}
	if got := v.first(); got == fyne.Focusable(v.pass) {
		t.Error("got the password as the first empty field, want it taken as filled in")
	}
	v.render(setup.State{})
	if v.pass.PlaceHolder != "" {
		t.Errorf("got %q without a password, want nothing", v.pass.PlaceHolder)
	}
}

func TestWhatASearchFoundIsNotShownAsTyped(t *testing.T) {
	v, _ := simpleOn(t, fyne.NewSize(720, 740), typedState())
	s := typedState()
	s.Form.Incoming.Username, s.Form.Incoming.Protocol = "ada", account.POP3
	v.render(s)
	if v.user.Text != "" || v.protocol.SelectedIndex() != 0 {
		t.Errorf("got user name %q and choice %d, want both left to the search", v.user.Text, v.protocol.SelectedIndex())
	}
	s.Form.Incoming.Typed = setup.PartUsername | setup.PartProtocol
	v.render(s)
	if v.user.Text != "ada" || v.protocol.Selected != "POP3" {
		t.Errorf("got user name %q and choice %q, want what was typed", v.user.Text, v.protocol.Selected)
	}
}

func TestFocusFollowsTheVerdict(t *testing.T) {
	cases := map[explain.Action]func(v *simpleView) fyne.Focusable{
		explain.EditPassword: func(v *simpleView) fyne.Focusable { return v.pass },
		explain.GivePassword: func(v *simpleView) fyne.Focusable { return v.pass },
		explain.EditAddress:  func(v *simpleView) fyne.Focusable { return v.mail },
		explain.SearchAgain:  func(v *simpleView) fyne.Focusable { return v.find },
	}
	for action, want := range cases {
		v, w := simpleOn(t, fyne.NewSize(720, 740), runningState())
		v.render(verdictState(setup.Danger, "A verdict", action))
		if got := w.Canvas().Focused(); got != want(v) {
			t.Errorf("action %d: got the focus on %T, want it where the verdict points", action, got)
		}
	}
}
