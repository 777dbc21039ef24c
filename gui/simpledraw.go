package gui

import (
	"cmp"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/account"
	"portolan/gui/setup"
	"portolan/probe"
	"portolan/probe/explain"
)

// render draws the state.
func (v *simpleView) render(s setup.State) {
	ended := v.phase != setup.Resting && s.Phase == setup.Resting
	v.phase = s.Phase
	v.drawFields(s)
	v.drawServers(s)
	v.drawButtons(s)
	v.drawVerdict(s)
	v.rows.render(s.Rows)
	show(v.tried, len(s.Rows) > 0)
	v.findings.render(s.Findings)
	if ended && s.View == setup.Simple && s.Question == nil && s.Task == probe.Search {
		v.followUp(s)
	}
}

func (v *simpleView) drawFields(s setup.State) {
	v.name.fill(s.Form.Name)
	v.mail.fill(s.Form.Address)
	v.secret.render(s.Form.Password)
	say(v.passLabel, secretWords(setup.NeedsToken(s.Form)))
	v.encrypt.fill(s.Form.RequireEncryption)
	show(v.risk.box, !s.Form.RequireEncryption)
	for _, d := range []fyne.Disableable{v.name, v.mail, v.pass, v.encrypt} {
		enable(d, s.Phase == setup.Resting)
	}
	v.name.problem(problemOf(s, account.FieldName))
	v.mail.problem(problemOf(s, account.FieldAddress))
	v.pass.problem(problemOf(s, account.FieldPassword))
}

// secretWords is what a person types to sign in.
func secretWords(token bool) string {
	if token {
		return "Access token"
	}
	return "Password"
}

// drawServers shows what was typed of the servers; what a search found stands in the advanced view.
func (v *simpleView) drawServers(s setup.State) {
	in, out := s.Form.Incoming, s.Form.Outgoing
	v.incoming.fill(s.Form.IncomingText)
	v.outgoing.fill(s.Form.OutgoingText)
	v.user.fill(typedOnly(in, setup.PartUsername, in.Username))
	v.protocol.fill(int(typedOnly(in, setup.PartProtocol, in.Protocol)))
	v.signIn.fill(out.User != setup.NoUser)
	for _, d := range []fyne.Disableable{v.incoming, v.outgoing, v.user, v.protocol, v.signIn} {
		enable(d, s.Phase == setup.Resting)
	}
	v.incoming.problem(cmp.Or(problemOf(s, account.FieldIncomingServer), problemOf(s, account.FieldIncomingPort)))
	v.outgoing.problem(cmp.Or(problemOf(s, account.FieldOutgoingServer), problemOf(s, account.FieldOutgoingPort)))
	v.user.problem(problemOf(s, account.FieldUsername))
	show(v.servers, s.Form.KnowServers)
}

// typedOnly gives a value that the user typed or chose, and the zero value for one that was found.
func typedOnly[T any](f setup.Fields, part setup.Part, value T) T {
	var none T
	if f.Typed&part == 0 {
		return none
	}
	return value
}

// problemOf gives what is wrong with a field, "" for nothing.
func problemOf(s setup.State, f account.Field) string {
	i := slices.IndexFunc(s.Problems, func(p account.Problem) bool { return p.Field == f })
	if i < 0 {
		return ""
	}
	return s.Problems[i].Message
}

func (v *simpleView) drawButtons(s setup.State) {
	icon := theme.MenuExpandIcon()
	if s.Form.KnowServers {
		icon = theme.MenuDropDownIcon()
	}
	if v.know.Icon != icon {
		v.know.Text, v.know.Importance = "I know my server names", widget.LowImportance
		v.know.SetIcon(icon)
	}
	switch {
	case s.Phase == setup.Running:
		v.find.set("Stop", theme.MediaStopIcon(), widget.MediumImportance)
	case s.Phase == setup.Stopping:
		v.find.set("Stopping…", theme.MediaStopIcon(), widget.MediumImportance)
	case s.Searched && s.Verdict.Tone == setup.Success:
		v.find.set("Search again", theme.SearchIcon(), widget.MediumImportance)
	default:
		v.find.set("Find my settings", theme.SearchIcon(), widget.HighImportance)
	}
	enable(v.find, s.Phase != setup.Stopping)
}

func (v *simpleView) drawVerdict(s setup.State) {
	words := s.Verdict.Text
	switch {
	case words.Title != "":
	case s.Phase == setup.Running:
		words = explain.Text{Title: "Looking for your mail servers…", Advice: "This usually takes a few seconds. Press Stop or Esc to give up."}
	case s.Phase == setup.Stopping:
		words = explain.Text{Title: "Stopping…"}
	default:
		words = explain.Text{
			Title: "Nothing has been contacted yet",
			Advice: "Press Find my settings. The safest connections are tried first, and your password is sent only over a verified, " +
				"encrypted one.",
		}
	}
	v.next = words.Action
	label := actionWords(v.next)
	if label == "" || s.Phase != setup.Resting {
		v.verdict.set(s.Verdict.Tone, words)
		return
	}
	v.action.set(label, nil, widget.MediumImportance)
	v.verdict.set(s.Verdict.Tone, words, v.action)
}

// followUp shows the verdict when a search has ended, and puts the keyboard where it points.
func (v *simpleView) followUp(s setup.State) {
	reveal(v.verdict.box)
	switch s.Verdict.Action {
	case explain.EditPassword, explain.GivePassword:
		v.focus(v.pass)
	case explain.EditAddress:
		v.focus(v.mail)
	default:
		if v.canvas.Focused() == nil {
			v.canvas.Focus(v.find)
		}
	}
}
