package gui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"portolan/account"
	"portolan/gui/setup"
	"portolan/probe/explain"
)

// The widest that each view grows.
const simpleWidth = 640

// A simpleView is what is seen first: three fields, one button, the answer, and what was tried for it.
type simpleView struct {
	session *setup.Session
	canvas  fyne.Canvas
	content fyne.CanvasObject

	name, mail, pass         *field
	secret                   *secretField  // whose field is pass
	passLabel                *widget.Label // the password can be a token
	incoming, outgoing, user *field
	encrypt, signIn          *check
	protocol                 *choice
	know, find, action       *button
	servers                  *fyne.Container // opened by know
	risk                     *banner
	verdict                  *banner
	rows                     *rowList
	tried                    *panel
	findings                 *findingList

	phase setup.Phase    // as drawn last
	next  explain.Action // what the action button does
}

func newSimpleView(s *setup.Session, w fyne.Window) *simpleView {
	v := &simpleView{session: s, canvas: w.Canvas()}
	v.makeFields()
	v.makeSwitches()
	v.makeButtons()
	v.makeAnswer()
	form := newPanel(colorPanel, colorPanelBorder, 10, container.New(&foldable{}, v.account(), v.know, v.servers, v.find))
	head := stacked(-8, heading("Set up your mail account"),
		caption("Type your address and password; the servers are found and tested for you."))
	column := stacked(10, head, form, v.verdict.box, v.findings.box, v.tried)
	v.content = newPage(simpleWidth, container.New(layout.NewCustomPaddedLayout(8, 12, 12, 12), column))
	return v
}

func (v *simpleView) makeFields() {
	v.name, v.mail = newField("Ada Lovelace"), newField("ada@domain.example")
	v.secret = newSecretField("", v.typePassword)
	v.pass = v.secret.field
	v.incoming, v.outgoing = newField("imap.domain.example:993"), newField("smtp.domain.example:465")
	v.user = newField("Usually the address")
	for f, what := range map[*field]account.Field{
		v.name: account.FieldName, v.mail: account.FieldAddress,
		v.incoming: account.FieldIncomingServer, v.outgoing: account.FieldOutgoingServer, v.user: account.FieldUsername,
	} {
		f.onTyped = func(text string) { v.session.Type(what, text) }
		f.onLeave = func() { v.session.Leave(what) }
	}
	v.pass.onLeave = func() { v.session.Leave(account.FieldPassword) }
	for _, f := range []*field{v.name, v.mail, v.pass, v.incoming, v.outgoing, v.user} {
		f.onEscape = v.session.Stop
		f.OnSubmitted = func(string) { v.search() }
	}
}

func (v *simpleView) typePassword(text string) account.Secret {
	v.session.Type(account.FieldPassword, text)
	return v.session.State().Form.Password
}

func (v *simpleView) makeSwitches() {
	v.encrypt = newCheck("Require encryption", v.session.RequireEncryption)
	v.signIn = newCheck("Outgoing server requires sign-in", v.session.OutgoingSignIn)
	v.protocol = newChoice([]string{"Automatic", "IMAP", "POP3"}, func(i int) { v.session.ChooseProtocol(account.Protocol(i)) })
	for _, escape := range []*func(){&v.encrypt.onEscape, &v.signIn.onEscape, &v.protocol.onEscape} {
		*escape = v.session.Stop
	}
	v.risk = newBanner()
	v.risk.set(setup.Warning, explain.Text{
		Title:  "Encryption is not required",
		Advice: "Without it, anybody on the way can read your password and your mail. You are asked before anything is sent that way.",
	})
}

func (v *simpleView) makeButtons() {
	v.know = newButton("", nil, func() { v.session.KnowServers(!v.session.State().Form.KnowServers) })
	v.know.Alignment = widget.ButtonAlignLeading
	v.find = newButton("", nil, v.findOrStop)
	v.action = newButton("", nil, v.act)
	for _, b := range []*button{v.know, v.find, v.action} {
		b.onEscape = v.session.Stop
	}
}

func (v *simpleView) makeAnswer() {
	v.verdict = newBanner()
	v.rows = newRowList()
	v.findings = newFindingList()
	v.tried = newPanel(colorPanel, colorPanelBorder, 6, stacked(-8, subheading("What was tried"), v.rows.box))
}

// account lays out the fields that are always there, and those for servers.
func (v *simpleView) account() fyne.CanvasObject {
	v.servers = labelled(
		"Incoming server", v.incoming.under(),
		"Outgoing server", v.outgoing.under(),
		"User name", v.user.under(),
		"Mail is read by", v.protocol,
		"", v.signIn)
	v.passLabel = rowLabel("Password")
	return container.NewVBox(
		labelled("Your name", v.name.under(), "E-mail", v.mail.under(), v.passLabel, v.pass.under(), "", v.encrypt),
		v.risk.box)
}

// labelled lays out pairs of a label, or its text, and an object; all its labels are equally wide wherever it is used.
func labelled(pairs ...any) *fyne.Container {
	box := container.New(layout.NewFormLayout())
	for i := 0; i+1 < len(pairs); i += 2 {
		l, made := pairs[i].(*widget.Label)
		if text, _ := pairs[i].(string); !made {
			l = rowLabel(text)
		}
		object, _ := pairs[i+1].(fyne.CanvasObject)
		box.Add(container.New(fixedWidth{labelWidth}, l))
		box.Add(object)
	}
	return box
}

// labelWidth has room for the longest label.
const labelWidth = 140

// findOrStop is the one button: what it does stands on it.
func (v *simpleView) findOrStop() {
	if v.phase == setup.Resting {
		v.search()
		return
	}
	v.session.Stop()
}

// search begins, or leads to the first field that is in its way.
func (v *simpleView) search() {
	v.session.Find()
	s := v.session.State()
	if f := v.wrong(s); f != nil && s.Phase == setup.Resting && s.Question == nil {
		v.canvas.Focus(f)
	}
}

// wrong gives the first field, from the top, with a problem, nil for none.
func (v *simpleView) wrong(s setup.State) *field {
	for _, f := range []struct {
		field *field
		holds []account.Field
	}{
		{v.name, []account.Field{account.FieldName}},
		{v.mail, []account.Field{account.FieldAddress}},
		{v.pass, []account.Field{account.FieldPassword}},
		{v.incoming, []account.Field{account.FieldIncomingServer, account.FieldIncomingPort}},
		{v.outgoing, []account.Field{account.FieldOutgoingServer, account.FieldOutgoingPort}},
		{v.user, []account.Field{account.FieldUsername}},
	} {
		if slices.ContainsFunc(f.holds, func(what account.Field) bool { return problemOf(s, what) != "" }) {
			return f.field
		}
	}
	return nil
}

// act does what the verdict suggests.
func (v *simpleView) act() {
	switch v.next {
	case explain.EditPassword, explain.GivePassword:
		v.focus(v.pass)
	case explain.EditAddress:
		v.focus(v.mail)
	case explain.TypeServers:
		v.session.KnowServers(true)
		v.focus(v.incoming)
	case explain.AllowUnsafe:
		v.session.RequireEncryption(false)
		v.canvas.Focus(v.find)
	default:
		v.search()
	}
}

// focus moves to a field, with its text marked.
func (v *simpleView) focus(f *field) {
	v.canvas.Focus(f)
	f.selectAll()
}

// actionWords is what stands on the button for an action, "" where there is none.
func actionWords(a explain.Action) string {
	switch a {
	case explain.EditPassword:
		return "Edit password"
	case explain.GivePassword:
		return "Enter password"
	case explain.EditAddress:
		return "Edit address"
	case explain.TypeServers:
		return "Enter server names"
	case explain.AllowUnsafe:
		return "Do not require encryption"
	case explain.SearchAgain:
		return "Search again"
	case explain.Decide:
		return "Decide"
	default:
		return ""
	}
}

// first gives what the keyboard should begin at: the first empty field, else the button.
func (v *simpleView) first() fyne.Focusable {
	for _, f := range []*field{v.name, v.mail} {
		if f.Text == "" {
			return f
		}
	}
	if v.pass.Text == "" && v.secret.empty() {
		return v.pass
	}
	return v.find
}
