package gui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"portolan/account"
	"portolan/gui/setup"
)

// ownState is a finished search whose outgoing server has a user name and a password of its own.
func ownState() setup.State {
	s := foundState()
	s.Form.Outgoing.User, s.Form.Outgoing.Username = setup.OwnUser, "relay"
	s.Form.OutgoingPassword = account.NewSecret("relay-secret")
	return s
}

func TestTheOutgoingPasswordIsThereOnlyWhereItIsUsed(t *testing.T) {
	for _, size := range advancedSizes() {
		for m, want := range map[setup.UserMode]bool{setup.SameUser: false, setup.OwnUser: true, setup.NoUser: false} {
			s := foundState()
			s.Form.Outgoing.User = m
			a, _ := advancedOn(t, size, s)
			if got := a.outgoing.pass.Visible() && a.outgoing.ownPass.Visible() && a.outgoing.passLabel.Visible(); got != want {
				t.Errorf("at %v, mode %d: got the password shown %t, want %t", size, m, got, want)
			}
			if a.incoming.ownPass.Visible() || a.incoming.passLabel.Visible() {
				t.Errorf("at %v: got a password in the card of incoming mail, want it in the simple view alone", size)
			}
		}
	}
}

func TestAPasswordThatSomebodyElsePutInIsNeverShown(t *testing.T) {
	a, _ := advancedOn(t, fyne.NewSize(720, 740), ownState())
	pass := a.outgoing.pass
	if pass.Text != "" || pass.PlaceHolder != standIn || !pass.Password {
		t.Errorf("got %q with %q, want dots alone", pass.Text, pass.PlaceHolder)
	}
	s := ownState()
	s.Form.OutgoingPassword = account.Secret{}
	a.render(s)
	if !strings.Contains(pass.PlaceHolder, "Same as") {
		t.Errorf("got %q, want it said that the other password is used", pass.PlaceHolder)
	}
}

func TestATypedOutgoingPasswordIsTheSessions(t *testing.T) {
	a, w := advancedOn(t, fyne.NewSize(720, 740), ownState())
	session := a.outgoing.session
	session.ChooseUser(setup.OwnUser)
	a.render(session.State())
	w.Canvas().Focus(a.outgoing.pass.field)
	test.Type(a.outgoing.pass.field, "relay-secret")
	secret := session.State().Form.OutgoingPassword
	if got := secret.Reveal(); got != "relay-secret" {
		t.Errorf("got %q in the session, want what was typed", got)
	}
	a.render(session.State())
	if a.outgoing.pass.Text != "relay-secret" {
		t.Error("got the field changed while it is typed in, want it left")
	}
	session.Type(account.FieldOutgoingPassword, "")
	a.render(session.State())
	if a.outgoing.pass.Text != "" {
		t.Error("got the old password in the field, want it empty")
	}
}

func TestTheLabelSaysWhetherAPasswordOrATokenIsTyped(t *testing.T) {
	s := ownState()
	a, _ := advancedOn(t, fyne.NewSize(720, 740), s)
	for auth, want := range map[account.Auth]string{
		account.AuthUnknown: "Password", account.AuthPlain: "Password", account.AuthXOAUTH2: "Access token", account.AuthOAuthBearer: "Access token",
	} {
		s.Form.Incoming.Auth, s.Form.Outgoing.Auth = auth, auth
		a.render(s)
		if got := a.outgoing.passLabel.Text; got != want {
			t.Errorf("outgoing with %v: got %q, want %q", auth, got, want)
		}
		v, _ := simpleOn(t, fyne.NewSize(720, 740), s)
		if got := v.passLabel.Text; got != want {
			t.Errorf("incoming with %v: got %q, want %q", auth, got, want)
		}
	}
}

// K-8, I-6: what was pasted is the password to the byte, blanks and odd letters with it.
func TestAPastedPasswordKeepsItsBytes(t *testing.T) {
	for _, text := range []string{" leading and trailing ", "e\u0301 is not é", "tab\tin it", "zero\u200bwidth", `"quotes\`, "ſoft\u00adhyphen"} {
		var got string
		s := newSecretField("", func(typed string) account.Secret { got = typed; return account.NewSecret(typed) })
		stand(t, s.field)
		paste(s.field, text)
		if got != text {
			t.Errorf("got %q, want %q", got, text)
		}
	}
}

// K-8: a password that is shown goes back to dots when the field is left, and nothing that is elsewhere brings it back.
func TestAShownPasswordGoesBackToDotsWhenTheFieldIsLeft(t *testing.T) {
	other, s := newField(""), newSecretField("", account.NewSecret)
	w := stand(t, s.field, other)
	w.Canvas().Focus(s.field)
	test.Type(s.field, "hush-hush")
	eye, ok := s.field.ActionItem.(fyne.Tappable)
	if !ok {
		t.Fatalf("got %T, want Fyne's button that shows the password", s.field.ActionItem)
	}
	eye.Tapped(&fyne.PointEvent{})
	if s.Password {
		t.Error("got dots, want the password shown once asked for")
	}
	w.Canvas().Focus(other)
	if !s.Password || s.Text != "hush-hush" {
		t.Errorf("got dots %t and %q, want dots, and what was typed kept", s.Password, s.Text)
	}
	other.TypedShortcut(&fyne.ShortcutUndo{})
	other.TypedShortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
	if strings.Contains(other.Text, "hush") {
		t.Errorf("got %q in another field, want nothing of the password", other.Text)
	}
}

// K-8: what was typed before the account changed cannot be brought back by undoing.
func TestUndoNeverBringsBackTheOldPassword(t *testing.T) {
	s := newSecretField("", account.NewSecret)
	w := stand(t, s.field)
	w.Canvas().Focus(s.field)
	test.Type(s.field, "hush-hush")
	s.render(account.Secret{}) // another account, without one
	s.TypedShortcut(&fyne.ShortcutUndo{})
	if s.Text != "" || !s.empty() {
		t.Errorf("got %q, want the field empty", s.Text)
	}
}

// stand puts fields into a window.
func stand(t *testing.T, fields ...*field) fyne.Window {
	t.Helper()
	w := newStage(t, fyne.NewSize(400, 300))
	box := container.NewVBox()
	for _, f := range fields {
		box.Add(f)
	}
	w.SetContent(box)
	return w
}

// paste puts text into a field as Ctrl+V does.
func paste(f *field, text string) {
	fyne.CurrentApp().Clipboard().SetContent(text)
	f.TypedShortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
}
