package gui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"portolan/account"
	"portolan/gui/setup"
)

// A cardFields names the form's fields that a card edits.
type cardFields struct {
	server, port, security, protocol, auth, user, password account.Field
}

func fieldsOf(r account.Role) cardFields {
	if r == account.Outgoing {
		return cardFields{
			account.FieldOutgoingServer, account.FieldOutgoingPort, account.FieldOutgoingSecurity,
			account.FieldOutgoingProtocol, account.FieldOutgoingAuth, account.FieldOutgoingUsername, account.FieldOutgoingPassword,
		}
	}
	return cardFields{
		account.FieldIncomingServer, account.FieldIncomingPort, account.FieldIncomingSecurity,
		account.FieldIncomingProtocol, account.FieldIncomingAuth, account.FieldUsername, account.FieldPassword,
	}
}

// A serverCard is one server of the advanced view: its fields, what is known of it, and its test.
type serverCard struct {
	session *setup.Session
	role    account.Role
	fields  cardFields

	protocol *widget.RadioGroup // incoming alone
	host     *field
	security *choice
	port     *portField
	auth     *choice
	auths    []option[account.Auth] // what auth lists now
	mode     *choice                // outgoing alone: whose user name
	user     *field
	own      *fyne.Container // the user name with what is wrong with it

	// Outgoing alone: its own password, with its label and what is wrong with it.
	pass      *secretField
	passLabel *widget.Label
	ownPass   fyne.CanvasObject

	wrong  map[account.Field]*remark // for what is no text field
	status *statusLine
	offers *offerList
	test   *button
	box    *panel
}

func newServerCard(s *setup.Session, r account.Role) *serverCard {
	c := &serverCard{session: s, role: r, fields: fieldsOf(r), wrong: map[account.Field]*remark{}}
	c.makeFields()
	c.makeChoices()
	c.status = newStatusLine()
	c.offers = newOfferList(s, r)
	c.test = newButton("Test", theme.MediaPlayIcon(), c.onTest)
	c.test.onEscape = s.Stop
	foot := container.NewBorder(nil, nil, nil, container.NewCenter(c.test), c.status.box)
	c.box = newPanel(colorPanel, colorPanelBorder, 10, container.NewBorder(
		container.NewVBox(c.head(), widget.NewSeparator(), c.form()),
		container.NewVBox(widget.NewSeparator(), c.offers.box, foot), nil, nil))
	return c
}

// makeFields makes what is typed.
func (c *serverCard) makeFields() {
	c.host, c.port, c.user = newField("mail.domain.example"), newPortField(), newField("full e-mail address")
	c.pass = newSecretField("Same as for incoming mail", c.typePassword)
	c.pass.onLeave = func() { c.session.Leave(c.fields.password) }
	c.pass.onEscape = c.session.Stop
	c.pass.OnSubmitted = func(string) { c.onEnter() }
	for _, typed := range []struct {
		field *field
		name  account.Field
	}{{c.host, c.fields.server}, {&c.port.field, c.fields.port}, {c.user, c.fields.user}} {
		typed.field.onTyped = func(text string) { c.session.Type(typed.name, text) }
		typed.field.onLeave = func() { c.session.Leave(typed.name) }
		typed.field.onEscape = c.session.Stop
		typed.field.OnSubmitted = func(string) { c.onEnter() }
	}
}

func (c *serverCard) typePassword(text string) account.Secret {
	c.session.Type(c.fields.password, text)
	return c.session.State().Form.OutgoingPassword
}

// makeChoices makes what is chosen.
func (c *serverCard) makeChoices() {
	c.security = newChoice(wordsOf(securityOptions()), func(i int) {
		c.session.ChooseSecurity(c.role, valueAt(securityOptions(), i))
	})
	c.auth = newChoice(nil, func(i int) { c.session.ChooseAuth(c.role, valueAt(c.auths, i)) })
	c.mode = newChoice(wordsOf(userOptions()), func(i int) { c.session.ChooseUser(valueAt(userOptions(), i)) })
	for _, list := range []*choice{c.security, c.auth, c.mode} {
		list.onEscape = c.session.Stop
	}
	c.protocol = widget.NewRadioGroup(wordsOf(protocolOptions()), func(words string) {
		c.session.ChooseProtocol(valueOf(protocolOptions(), words))
	})
	c.protocol.Horizontal = true
	for _, name := range []account.Field{c.fields.security, c.fields.protocol, c.fields.auth} {
		c.wrong[name] = newRemark(setup.Danger)
	}
}

// head is the title, with the protocol at its right.
func (c *serverCard) head() fyne.CanvasObject {
	text, icon := "Incoming mail", theme.DownloadIcon()
	var protocol fyne.CanvasObject = c.protocol
	if c.role == account.Outgoing {
		text, icon = "Outgoing mail", theme.MailSendIcon()
		smtp := widget.NewLabel("SMTP")
		smtp.Importance = widget.LowImportance
		protocol = smtp
	}
	title := widget.NewLabelWithStyle(text, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	title.SizeName = theme.SizeNameSubHeadingText
	return stacked(-4,
		container.NewBorder(nil, nil, container.NewCenter(widget.NewIcon(icon)), protocol, title),
		c.wrong[c.fields.protocol].box)
}

// form is the fields with their labels; what is wrong stands under each.
func (c *serverCard) form() fyne.CanvasObject {
	port := container.NewHBox(widget.NewLabel("Port"), container.New(fixedWidth{portWidth}, c.port))
	security := container.NewBorder(nil, nil, nil, port, c.security)
	c.own = stacked(-4, c.user, c.user.message.box)
	user := c.own
	if c.role == account.Outgoing {
		user = container.NewVBox(c.mode, c.own)
	}
	c.passLabel, c.ownPass = rowLabel("Password"), c.pass.under()
	return container.New(layout.NewFormLayout(),
		rowLabel("Server"), c.host.under(),
		rowLabel("Security"), stacked(-4, security, c.wrong[c.fields.security].box, c.port.message.box),
		rowLabel("Sign-in"), stacked(-4, c.auth, c.wrong[c.fields.auth].box),
		rowLabel("User name"), user,
		c.passLabel, c.ownPass)
}

func rowLabel(text string) *widget.Label {
	return widget.NewLabelWithStyle(text, fyne.TextAlignTrailing, fyne.TextStyle{Bold: true})
}

// serverOf picks a server out of a state.
func serverOf(s setup.State, r account.Role) setup.ServerState {
	if r == account.Outgoing {
		return s.Outgoing
	}
	return s.Incoming
}

// canTest picks a server's part out of a state.
func canTest(s setup.State, r account.Role) bool {
	if r == account.Outgoing {
		return s.CanTest[1]
	}
	return s.CanTest[0]
}

// onTest begins the test, or ends the one that is going on.
func (c *serverCard) onTest() {
	if serverOf(c.session.State(), c.role).Testing {
		c.session.Stop()
		return
	}
	c.session.Test(c.role)
}

// onEnter begins the test from a field.
func (c *serverCard) onEnter() {
	if canTest(c.session.State(), c.role) {
		c.session.Test(c.role)
	}
}

// render draws the server.
func (c *serverCard) render(s setup.State) {
	f, server := *s.Form.Fields(c.role), serverOf(s, c.role)
	c.renderProtocol(f.Protocol)
	c.host.fill(f.Host)
	c.port.fill(f.Port)
	c.security.fill(placeOf(securityOptions(), f.Security))
	c.renderAuth(offer{f.Protocol, server.Offered, s.Form.Certificate != (account.ClientCertificate{})}, f.Auth)
	c.renderUser(f, s.Form)
	c.renderProblems(s.Problems)
	c.status.render(server)
	c.offers.render(server.Offers)
	text, icon := "Test", theme.MediaPlayIcon()
	if server.Testing {
		text, icon = "Stop", theme.MediaStopIcon()
	}
	c.test.set(text, icon, widget.MediumImportance)
	enable(c.test, canTest(s, c.role) || server.Testing && s.Phase == setup.Running)
}

func (c *serverCard) renderProtocol(p account.Protocol) {
	words := ""
	if i := placeOf(protocolOptions(), p); i >= 0 {
		words = protocolOptions()[i].words
	}
	if c.protocol.Selected != words {
		c.protocol.Selected = words
		c.protocol.Refresh()
	}
}

func (c *serverCard) renderAuth(o offer, now account.Auth) {
	options := authOptions(o, now)
	if !slices.Equal(c.auths, options) {
		c.auths = options
		c.auth.setOptions(wordsOf(options), barredOf(options))
	}
	c.auth.fill(placeOf(options, now))
}

// renderUser shows the outgoing server's user name and password only where it has its own.
func (c *serverCard) renderUser(f setup.Fields, form setup.Form) {
	c.user.fill(f.Username)
	own := c.role == account.Outgoing && f.User == setup.OwnUser
	show(c.passLabel, own)
	show(c.ownPass, own)
	if c.role != account.Outgoing {
		return
	}
	c.mode.fill(placeOf(userOptions(), f.User))
	show(c.own, own)
	c.pass.render(form.OutgoingPassword)
	say(c.passLabel, secretWords(f.Auth.NeedsToken()))
	enable(c.auth, f.User != setup.NoUser)
}

func (c *serverCard) renderProblems(problems []account.Problem) {
	told := map[account.Field]string{}
	for _, p := range problems {
		told[p.Field] = p.Message
	}
	c.host.problem(told[c.fields.server])
	c.port.problem(told[c.fields.port])
	c.user.problem(told[c.fields.user])
	c.pass.problem(told[c.fields.password])
	for name, line := range c.wrong {
		line.say(told[name])
	}
}

// A statusLine says in one sentence, with an icon, what is known of a server.
type statusLine struct {
	icon *widget.Icon
	text *widget.Label
	tone setup.Tone
	box  *fyne.Container
}

func newStatusLine() *statusLine {
	s := &statusLine{icon: widget.NewIcon(toneIcon(setup.Neutral)), text: widget.NewLabel("")}
	s.text.SizeName = theme.SizeNameCaptionText
	s.text.Wrapping = fyne.TextWrapWord
	text := container.NewVBox(layout.NewSpacer(), s.text, layout.NewSpacer())
	s.box = container.NewBorder(nil, nil, container.NewCenter(s.icon), nil, text)
	return s
}

func (l *statusLine) render(s setup.ServerState) {
	text, tone := s.Tested, s.Tone
	switch {
	case s.Testing:
		text, tone = "Testing…", setup.Neutral
	case text == "":
		text, tone = "Not tested yet", setup.Neutral
	}
	if l.tone != tone {
		l.tone = tone
		l.icon.SetResource(toneIcon(tone))
		l.text.Importance = toneImportance(tone)
		l.text.Refresh()
	}
	say(l.text, text)
}
