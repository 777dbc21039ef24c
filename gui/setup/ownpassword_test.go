package setup

import (
	"fmt"
	"strings"
	"testing"

	"portolan/account"
	"portolan/account/format"
	"portolan/probe"
)

const ownPassword = "relay-secret"

// withOwn gives the outgoing server a user name and a password of its own.
func (d *desk) withOwn() *desk {
	d.Show(Advanced)
	d.ChooseUser(OwnUser)
	d.Type(account.FieldOutgoingUsername, "relay")
	d.Type(account.FieldOutgoingPassword, ownPassword)
	return d
}

// P-4: each server gets its own password, in every kind of run, and never the other one's.
func TestTheOutgoingServersOwnPasswordGoesToItAlone(t *testing.T) {
	r := &script{runs: [][]probe.Event{well()}}
	d := newDesk(t, r).fill().withOwn()
	d.Find()
	d.untilResting(t)
	if q := r.last(t); q.Secret.Reveal() != password || q.OutgoingSecret.Reveal() != ownPassword || q.Outgoing.Username != "relay" || q.Incoming.Username != "" {
		t.Errorf("search: got %q and %q as %q and %q, want each its own", q.Secret.Reveal(), q.OutgoingSecret.Reveal(), q.Incoming.Username, q.Outgoing.Username)
	}
	for role, want := range map[account.Role]string{account.Incoming: password, account.Outgoing: ownPassword} {
		d.Test(role)
		d.untilResting(t)
		if q := r.last(t); q.Task != probe.Test || q.Role != role || q.Secret.Reveal() != want || !q.OutgoingSecret.Empty() {
			t.Errorf("test of %v: got %q and %q, want %q alone", role, q.Secret.Reveal(), q.OutgoingSecret.Reveal(), want)
		}
	}
	for _, m := range []UserMode{SameUser, NoUser} {
		d.ChooseUser(m)
		d.Find()
		d.untilResting(t)
		if q := r.last(t); !q.OutgoingSecret.Empty() || q.MaxRefusals() != 2 {
			t.Errorf("mode %d: got %q and %d tries, want no password of its own, and two", m, q.OutgoingSecret.Reveal(), q.MaxRefusals())
		}
	}
	if text := fmt.Sprintf("%+v", d.drawn); strings.Contains(text, ownPassword) || strings.Contains(d.LogText(ShowNames), ownPassword) {
		t.Error("got the password in the state or in the log, want it in neither")
	}
}

func TestTheTestMessageIsSentWithTheOutgoingServersOwnPassword(t *testing.T) {
	out := found(account.SMTP, smtp465, account.TLS, true)
	out.Username = "relay"
	search := append(well()[:5:5], settled(out), signedIn(1, out), ended(probe.Ready))
	r := &script{runs: [][]probe.Event{search, arrived()}}
	d := newDesk(t, r).fill().withOwn()
	d.Find()
	d.untilResting(t)
	d.SendTest()
	d.untilResting(t)
	if q := r.last(t); q.Task != probe.RoundTrip || q.Secret.Reveal() != password || q.OutgoingSecret.Reveal() != ownPassword || q.Account.Outgoing.Username != "relay" {
		t.Errorf("got %v with %q and %q, want a round trip with both", q.Task, q.Secret.Reveal(), q.OutgoingSecret.Reveal())
	}
}

func TestAnotherOwnPasswordLeavesOnlyTheOutgoingServerUntested(t *testing.T) {
	tested := func(s ServerState) bool { return strings.HasPrefix(s.Tested, "Signed in") }
	d := newDesk(t, &script{runs: [][]probe.Event{well()}}).fill()
	d.Find()
	d.untilResting(t)
	d.ChooseUser(OwnUser) // under the name and with the password that incoming has: nothing is another
	if s := d.State(); !tested(s.Incoming) || !tested(s.Outgoing) {
		t.Errorf("got %q and %q, want both still tested", s.Incoming.Tested, s.Outgoing.Tested)
	}
	d.Type(account.FieldOutgoingPassword, ownPassword)
	if s := d.State(); !tested(s.Incoming) || s.Outgoing.Tested != notTested || !s.Mailbox.CanLook || s.Mailbox.CanSend {
		t.Errorf("got %q and %q, mailbox %+v, want only incoming tested", s.Incoming.Tested, s.Outgoing.Tested, s.Mailbox)
	}
	d.Test(account.Outgoing)
	if s := d.untilResting(t); !tested(s.Outgoing) {
		t.Errorf("got %q, want it tested", s.Outgoing.Tested)
	}
	d.ChooseUser(SameUser)
	if s := d.State(); tested(s.Outgoing) || !tested(s.Incoming) {
		t.Errorf("got %q, want it untested with another password", s.Outgoing.Tested)
	}
}

func TestAnOwnPasswordIsCheckedWhereItIsUsedAlone(t *testing.T) {
	r := &script{runs: [][]probe.Event{well()}}
	d := newDesk(t, r).fill().withOwn()
	d.Type(account.FieldOutgoingPassword, "two\nlines")
	d.Find()
	if s := d.State(); len(r.asked) != 0 || len(s.Problems) != 1 || s.Problems[0].Field != account.FieldOutgoingPassword {
		t.Errorf("got %d runs and problems %v, want none before the password is mended", len(r.asked), s.Problems)
	}
	d.ChooseUser(SameUser)
	d.Find()
	d.untilResting(t)
	if len(r.asked) != 1 {
		t.Errorf("got %d runs, want a password that nobody uses to keep nobody", len(r.asked))
	}
}

// F-8: both passwords are in a file that was asked to hold them, and in no preview.
func TestAnExportHoldsTheOutgoingServersOwnPassword(t *testing.T) {
	for _, c := range []struct {
		name      string
		main, own string
		want, not []string
	}{
		{"both", password, ownPassword, []string{"Password         " + password, "Password         " + ownPassword}, nil},
		{"the same for both", password, "", []string{password}, []string{ownPassword}},
		{"outgoing alone", "", ownPassword, []string{ownPassword}, []string{password}},
	} {
		d := ready(t)
		d.Type(account.FieldPassword, c.main)
		d.ChooseUser(OwnUser)
		d.Type(account.FieldOutgoingPassword, c.own)
		d.Export(format.Sheet)
		if e := d.drawn.Export; e.Password != PasswordLeftOut {
			t.Fatalf("%s: got choice %d, want one", c.name, e.Password)
		}
		d.ExportPassword(true)
		preview := d.drawn.Export.Preview
		out, err := d.book.output(format.Sheet, true)
		if err != nil || strings.Contains(preview, c.own) && c.own != "" || !strings.Contains(preview, passwordMark) {
			t.Errorf("%s: got %v and %s, want a preview without a password", c.name, err, preview)
		}
		for _, text := range c.want {
			if !strings.Contains(out.Text, text) {
				t.Errorf("%s: got %s, want %q", c.name, out.Text, text)
			}
		}
		for _, text := range c.not {
			if strings.Contains(out.Text, text) {
				t.Errorf("%s: got %s, want no %q", c.name, out.Text, text)
			}
		}
	}
}

func TestAFileForAnotherAddressTakesTheOwnPasswordOut(t *testing.T) {
	d := newDesk(t, &script{}).fill().withOwn()
	b, said := d.book.identified(format.Imported{Account: account.Account{Address: account.Address{Local: "bob", Domain: "example.test"}}})
	if !b.Form.OutgoingPassword.Empty() || !b.Form.Password.Empty() || said == "" {
		t.Errorf("got %q, want both passwords out, and that said", said)
	}
}

func TestATokenIsAskedForWhereOneIsUsed(t *testing.T) {
	token, plain := account.AuthXOAUTH2, account.AuthPlain
	for _, c := range []struct {
		in, out account.Auth
		user    UserMode
		own     string
		want    bool
	}{
		{account.AuthUnknown, account.AuthUnknown, SameUser, "", false},
		{plain, plain, SameUser, "", false},
		{token, account.AuthUnknown, SameUser, "", true},
		{account.AuthOAuthBearer, plain, OwnUser, ownPassword, true},
		{account.AuthUnknown, token, SameUser, "", true},
		{account.AuthUnknown, token, OwnUser, "", true},
		{account.AuthUnknown, token, OwnUser, ownPassword, false},
		{account.AuthUnknown, token, NoUser, "", false},
		{plain, token, SameUser, "", false},
	} {
		f := Form{Incoming: Fields{Auth: c.in}, Outgoing: Fields{Auth: c.out, User: c.user}, OutgoingPassword: account.NewSecret(c.own)}
		if got := NeedsToken(f); got != c.want {
			t.Errorf("%v, %v, mode %d, own %q: got token %t, want %t", c.in, c.out, c.user, c.own, got, c.want)
		}
	}
}

// P-4: what a refusal cost is said beside the server, too.
func TestARefusedTestSaysWhatWasSpent(t *testing.T) {
	out := found(account.SMTP, smtp465, account.TLS, false)
	no := signedIn(0, out)
	no.SignIn.Status, no.SignIn.Cause, no.SignIn.Refusal = probe.Failed, probe.SignInRefused, true
	refused := []probe.Event{
		{Kind: probe.RunStarted, Address: alice, MaxRefusals: 2}, attempt(2, account.SMTP, smtp465, account.TLS, probe.OK), settled(out), no,
		ended(probe.RefusedIn),
	}
	d := newDesk(t, &script{runs: [][]probe.Event{well(), refused}}).fill()
	d.Find()
	d.untilResting(t)
	d.Test(account.Outgoing)
	if s := d.untilResting(t).Outgoing; s.Tone != Danger || !strings.HasSuffix(s.Tested, ". 1 of 2 sign-in tries used.") {
		t.Errorf("got %q, want what was spent", s.Tested)
	}
}
