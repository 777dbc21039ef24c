package setup

import (
	"strings"
	"testing"
	"time"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe"
	"portolan/probe/discover"
	"portolan/probe/explain"
)

// appPassword is the question of a provider that takes only app passwords.
func appPassword() probe.Decision {
	return probe.Decision{
		Kind: probe.DecidePassword, Servers: []account.Endpoint{imap993, smtp465}, For: alice.Domain, Role: account.Incoming,
		Provider: discover.Provider{
			Name: "App Only", SignIn: discover.AppPasswordOnly, PasswordPage: "https://apponly.example/p",
			Known: time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC),
		},
	}
}

// oddPassword is the question about the shape of the outgoing server's own password.
func oddPassword() probe.Decision {
	return probe.Decision{Kind: probe.DecidePassword, Servers: []account.Endpoint{smtp465}, Role: account.Outgoing, Remark: "The password ends with a blank."}
}

func askedRun(list ...probe.Decision) []probe.Event {
	return undecidedRun(found(account.IMAP, imap993, account.TLS, false), list...)
}

func TestNoToThePasswordSendsNothingAndSaysWhereAnAppPasswordIsMade(t *testing.T) {
	r := &script{runs: [][]probe.Event{askedRun(appPassword())}}
	d := newDesk(t, r).fill()
	d.Find()
	s := d.untilResting(t)
	if q := s.Question; q == nil || q.Yes != "Sign in with it" || q.Grave || !strings.Contains(q.Text.Advice, "https://apponly.example/p") {
		t.Fatalf("got %+v, want the question about an app password", s.Question)
	}
	if s.Form.Incoming.Host != imap993.Host || s.Incoming.Tested != "Found, not signed in" {
		t.Errorf("got %q and %q, want the server in its field", s.Form.Incoming.Host, s.Incoming.Tested)
	}
	d.Answer(false)
	v := d.drawn.Verdict
	if len(r.asked) != 1 || v.Title != "Your password was not sent" || v.Action != explain.EditPassword || !strings.Contains(v.Advice, "https://apponly.example/p") {
		t.Errorf("got %d runs and %+v, want one, and the way to an app password", len(r.asked), v)
	}
	d.Find()
	d.untilResting(t)
	if r.last(t).PasswordSure || d.drawn.Question == nil {
		t.Error("got no second question, want the same password asked about again")
	}
}

func TestYesToThePasswordHoldsUntilItIsEdited(t *testing.T) {
	r := &script{runs: [][]probe.Event{askedRun(appPassword()), well()}}
	d := newDesk(t, r).fill()
	sure := func(step string, want bool) {
		t.Helper()
		d.untilResting(t)
		if got := r.last(t).PasswordSure; got != want {
			t.Errorf("%s: got sure %v, want %v", step, got, want)
		}
	}
	d.Find()
	sure("before", false)
	d.Answer(true)
	sure("yes", true)
	if r.last(t).Kept.Incoming.Host == "" || d.drawn.Verdict.Tone != Success {
		t.Errorf("got kept %v and %+v, want the run to go on", r.last(t).Kept.Incoming, d.drawn.Verdict)
	}
	d.Find()
	sure("again", true)
	d.Test(account.Incoming)
	sure("a test", true)
	d.Type(account.FieldPassword, "another one")
	d.Find()
	sure("edited", false)
	d.Type(account.FieldPassword, password)
	d.Find()
	sure("typed anew", false)
}

func TestYesToThePasswordIsForThisAddress(t *testing.T) {
	r := &script{runs: [][]probe.Event{askedRun(appPassword()), well()}}
	d := newDesk(t, r).fill()
	d.Find()
	d.untilResting(t)
	d.Answer(true)
	d.untilResting(t)
	d.Type(account.FieldAddress, "bob@example.test")
	d.Find()
	d.untilResting(t)
	if r.last(t).PasswordSure {
		t.Error("got sure for another address, want the question")
	}
}

func TestOneNoOfTwoPasswordsSendsNeither(t *testing.T) {
	r := &script{runs: [][]probe.Event{askedRun(appPassword(), oddPassword())}}
	d := newDesk(t, r).fill()
	d.Find()
	d.untilResting(t)
	d.Answer(true)
	if q := d.drawn.Question; q == nil || !strings.Contains(q.Text.Title, "for sending") || len(r.asked) != 1 {
		t.Fatalf("got %+v, want the second question", q)
	}
	d.Answer(false)
	if v := d.drawn.Verdict; len(r.asked) != 1 || !strings.Contains(v.Advice, "ends with a blank") {
		t.Errorf("got %d runs and %+v, want one, and the remark", len(r.asked), v)
	}
	d.Find()
	d.untilResting(t)
	if r.last(t).PasswordSure {
		t.Error("got sure after a no, want both asked again")
	}
}

func TestTestAsksAboutThePassword(t *testing.T) {
	r := &script{runs: [][]probe.Event{well(), askedRun(appPassword()), well()}}
	d := newDesk(t, r).fill()
	d.Find()
	d.untilResting(t)
	d.Test(account.Incoming)
	s := d.untilResting(t)
	if s.Question == nil || s.Question.Kind != probe.DecidePassword {
		t.Fatalf("got %+v, want the question", s.Question)
	}
	d.Answer(true)
	d.untilResting(t)
	if q := r.last(t); q.Task != probe.Test || !q.PasswordSure {
		t.Errorf("got task %v, sure %v, want the test to go on", q.Task, q.PasswordSure)
	}
}

func TestCheckOfAnAccountThatWasSignedInToDoesNotAsk(t *testing.T) {
	now := time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		last store.Check
		want bool
	}{
		{"never checked", store.Check{}, false},
		{"signed in", store.Check{At: now, Outcome: probe.Ready.String()}, true},
		{"refused", store.Check{At: now, Outcome: probe.RefusedIn.String()}, true},
		{"a question was open", store.Check{At: now, Outcome: probe.NeedDecision.String()}, false},
	} {
		got := checkRequest(store.Saved{LastCheck: c.last}, store.Secrets{}).PasswordSure
		if got != c.want {
			t.Errorf("%s: got sure %v, want %v", c.name, got, c.want)
		}
	}
}

// A check signs in as the account does, and nowhere that the account does not.
func TestACheckKeepsToTheMethodsOfTheAccount(t *testing.T) {
	saved := example("alice@example.test")
	saved.Incoming.Auth, saved.Outgoing.Auth = account.AuthCRAMMD5, account.AuthLogin
	if q := checkRequest(saved, store.Secrets{}); q.Incoming.Auth != account.AuthCRAMMD5 || q.Outgoing.Auth != account.AuthLogin || q.OutgoingSignIn == probe.SignInNone {
		t.Errorf("got %v, %v, %v, want cram-md5, login and a sign-in", q.Incoming.Auth, q.Outgoing.Auth, q.OutgoingSignIn)
	}
	saved.Outgoing.Auth = account.AuthNone
	if q := checkRequest(saved, store.Secrets{}); q.Outgoing.Auth != account.AuthUnknown || q.OutgoingSignIn != probe.SignInNone {
		t.Errorf("got %v, %v, want no sign-in", q.Outgoing.Auth, q.OutgoingSignIn)
	}
}

func TestServerThatTakesNoPasswordSaysWhyNobodySignedIn(t *testing.T) {
	in, out := found(account.IMAP, imap993, account.TLS, false), found(account.SMTP, smtp465, account.TLS, false)
	known := discover.Provider{Name: "Browser Only", SignIn: discover.OAuthAlone, AccessPage: "https://browser.example/h"}
	events := []probe.Event{{Kind: probe.RunStarted, Address: alice}, settled(in), settled(out)}
	for _, s := range []account.Endpoint{imap993, smtp465} {
		events = append(events, probe.Event{Kind: probe.FindingMade, Finding: probe.Finding{Cause: probe.OAuthOnly, Server: s, Provider: known}})
	}
	d := newDesk(t, &script{runs: [][]probe.Event{append(events, ended(probe.Incomplete))}}).fill()
	d.Find()
	s := d.untilResting(t)
	const title = "This provider lets you sign in with a browser only"
	if s.Verdict.Title != title || s.Incoming.Tested != title || s.Incoming.Tone != Warning || !strings.Contains(s.Verdict.Advice, known.AccessPage) {
		t.Errorf("got %+v and %q in tone %v, want %q", s.Verdict, s.Incoming.Tested, s.Incoming.Tone, title)
	}
	if len(s.Findings) != 0 {
		t.Errorf("got %+v beside the verdict, want it said once", s.Findings)
	}
}
