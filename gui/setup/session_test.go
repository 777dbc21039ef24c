package setup

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/explain"
)

func TestASearchFillsTheFieldsIn(t *testing.T) {
	d := newDesk(t, &script{runs: [][]probe.Event{well()}}).fill()
	d.Find()
	if d.drawn.Phase != Running || d.drawn.CanFind || d.drawn.CanTest[0] || d.drawn.CanWrite {
		t.Errorf("running: got %v, can find %v, test %v, write %v", d.drawn.Phase, d.drawn.CanFind, d.drawn.CanTest, d.drawn.CanWrite)
	}
	s := d.untilResting(t)
	want := Fields{Protocol: account.IMAP, Host: "imap.example.test", Port: "993", Security: account.TLS, Username: "alice@example.test"}
	if s.Form.Incoming != want {
		t.Errorf("incoming: got %+v, want %+v", s.Form.Incoming, want)
	}
	if s.Verdict.Tone != Success || s.Incoming.Tested != "Signed in, TLS 1.3, 340 ms" || s.Outgoing.Tone != Success || !s.CanWrite || !s.CanFind || !s.Searched {
		t.Errorf("got %+v, incoming %+v, outgoing %+v, write %v", s.Verdict, s.Incoming, s.Outgoing, s.CanWrite)
	}
	if len(s.Rows) != 4 || s.Form.IncomingText != "" {
		t.Errorf("got rows %+v and text %q", s.Rows, s.Form.IncomingText)
	}
	if len(s.Log) != 8 || !strings.Contains(s.Log[0], "imap.example.test:993  connect (TLS)") || !strings.HasSuffix(d.LogText(ShowNames), "\n") {
		t.Errorf("got log %q", s.Log)
	}
}

func TestAnEditIsNotTestedUntilItIsTakenBack(t *testing.T) {
	d := newDesk(t, &script{runs: [][]probe.Event{well()}}).fill()
	d.Find()
	d.untilResting(t)
	d.Show(Advanced)
	d.ChooseSecurity(account.Incoming, account.STARTTLS)
	in := d.drawn.Incoming
	if d.drawn.Form.Incoming.Port != "143" || in.Tested != notTested || in.Tone != Warning || d.drawn.Outgoing.Tone != Success {
		t.Errorf("got port %s, %+v", d.drawn.Form.Incoming.Port, in)
	}
	if len(in.Offers) != 1 || in.Offers[0].Text != "You asked for STARTTLS; the server offers TLS on port 993." {
		t.Fatalf("got offers %+v", in.Offers)
	}
	d.Take(account.Incoming, in.Offers[0].Part)
	if got := d.drawn.Incoming; got.Tone != Success || len(got.Offers) != 0 || d.drawn.Form.Incoming.Port != "993" || d.drawn.Form.Incoming.Typed&PartSecurity == 0 {
		t.Errorf("got %+v, %+v", got, d.drawn.Form.Incoming)
	}
}

func TestASearchStartsFromWhatIsTypedAlone(t *testing.T) {
	r := &script{runs: [][]probe.Event{well()}}
	d := newDesk(t, r).fill()
	d.Find()
	d.untilResting(t)
	d.Find()
	d.untilResting(t)
	if q := r.last(t); q.Incoming != (probe.Wish{}) || q.Outgoing != (probe.Wish{}) || q.Protocol != account.ProtocolUnknown || q.Kept.Incoming.Host != "" {
		t.Errorf("got %+v, want nothing of the first search", q)
	}
	d.KnowServers(true)
	if !d.drawn.Form.KnowServers {
		t.Error("got the fields for server names closed, want them open")
	}
	d.Type(account.FieldIncomingServer, "mail.example.test:1993")
	d.Type(account.FieldUsername, "al")
	d.OutgoingSignIn(false)
	d.Find()
	d.untilResting(t)
	want := probe.Wish{Server: account.Endpoint{Host: "mail.example.test", Port: 1993}, Username: "al"}
	if q := r.last(t); q.Incoming != want || q.OutgoingSignIn != probe.SignInNone || q.Outgoing.Username != "" {
		t.Errorf("got %+v", q)
	}
	if f := d.drawn.Form; f.Incoming.Host != "mail.example.test" || f.Incoming.Port != "1993" || f.IncomingText != "mail.example.test:1993" || f.Incoming.Username != "al" {
		t.Errorf("got %+v, want what was typed", f)
	}
}

// G-4.
func TestALateResultNeverOverwritesAnEdit(t *testing.T) {
	d := newDesk(t, &script{runs: [][]probe.Event{well()}}).fill()
	d.Find()
	d.Type(account.FieldAddress, "bob@example.test")
	s := d.untilResting(t)
	if s.Form.Incoming.Host != "" || s.CanWrite || s.Verdict.Action != explain.SearchAgain || s.Incoming.Tested != "" {
		t.Errorf("got %+v, %+v, want nothing landed", s.Form, s.Verdict)
	}
}

func TestAYesToACertificatePinsEveryServerAndKeepsTheReport(t *testing.T) {
	r := &script{runs: [][]probe.Event{undecidedRun(found(account.IMAP, imap993, account.TLS, false), certificate), well()}}
	d := newDesk(t, r).fill()
	d.Find()
	s := d.untilResting(t)
	if s.Question == nil || !s.Question.Grave || s.Question.Yes != "Trust it" || s.CanFind || s.Form.Incoming.Host != "" || s.Form.Outgoing.Host == "" {
		t.Fatalf("got %+v, %+v", s.Question, s.Form)
	}
	d.Answer(true)
	s = d.untilResting(t)
	q := r.last(t)
	want := []account.Pin{{Server: imap993, Certificate: account.Fingerprint{7}}, {Server: imap143, Certificate: account.Fingerprint{7}}}
	if !slices.Equal(q.Policy.Trust.Pins, want) || q.Kept.Incoming.Host == "" || s.Verdict.Tone != Success || s.Question != nil {
		t.Errorf("got pins %v, kept %v, %+v", q.Policy.Trust.Pins, q.Kept.Incoming, s.Verdict)
	}
	d.Type(account.FieldAddress, "bob@example.test")
	d.Find()
	if q = r.last(t); len(q.Policy.Trust.Pins) != 2 {
		d.untilResting(t)
	}
	d.untilResting(t)
	if q = r.last(t); q.Address.Local != "bob" || len(q.Policy.Trust.Pins) != 0 {
		t.Errorf("got pins %v for another address, want none", q.Policy.Trust.Pins)
	}
}

func TestANoTakesTheVerifiedServerOrRests(t *testing.T) {
	first := undecidedRun(found(account.IMAP, imap993, account.TLS, false), certificate)
	r := &script{runs: [][]probe.Event{first, well()}}
	d := newDesk(t, r).fill()
	d.Find()
	d.untilResting(t)
	d.Answer(false)
	if s := d.drawn; s.Phase != Resting || s.Question != nil || !strings.Contains(s.Verdict.Title, "nothing was sent") || len(r.asked) != 1 {
		t.Fatalf("got %v, %+v", s.Phase, s.Verdict)
	}
	other := probe.Event{Kind: probe.AlternativeFound, Result: found(account.IMAP, account.Endpoint{Host: "mail.example.test", Port: 993}, account.TLS, false)}
	r = &script{runs: [][]probe.Event{slices.Insert(slices.Clone(first), 3, other), well()}}
	d = newDesk(t, r).fill()
	d.Find()
	d.untilResting(t)
	d.Answer(false)
	s := d.untilResting(t)
	if q := r.last(t); len(q.Declined) != 1 || q.Kept.Incoming.Host != "" || s.Verdict.Tone != Success {
		t.Errorf("got %+v, %+v", q, s.Verdict)
	}
}

func TestCleartextIsAskedAboutOnlyWhereEncryptionIsNotRequired(t *testing.T) {
	in := found(account.IMAP, imap143, account.Cleartext, false)
	r := &script{runs: [][]probe.Event{undecidedRun(in, probe.Decision{Kind: probe.DecideCleartext, Servers: []account.Endpoint{imap143}}), well()}}
	d := newDesk(t, r).fill()
	d.Find()
	s := d.untilResting(t)
	if s.Question != nil || s.Verdict.Action != explain.AllowUnsafe || !s.CanFind {
		t.Fatalf("got %+v, %+v", s.Question, s.Verdict)
	}
	d.RequireEncryption(false)
	if q := d.drawn.Question; q == nil || q.Yes != "Use it without encryption" {
		t.Fatalf("got %+v", q)
	}
	d.Answer(true)
	d.untilResting(t)
	if q := r.last(t); q.Policy.Encryption != account.EncryptionOptional || !slices.Equal(q.Policy.Consents.Cleartext, []account.Endpoint{imap143}) {
		t.Errorf("got %+v", q.Policy)
	}
	d.RequireEncryption(true)
	d.RequireEncryption(false)
	d.Find()
	d.untilResting(t)
	if q := r.last(t); len(q.Policy.Consents.Cleartext) != 0 {
		t.Errorf("got %v, want the yes taken back with the switch", q.Policy.Consents)
	}
}

func TestAnotherPortIsTakenOnlyAfterAYes(t *testing.T) {
	asked := account.Endpoint{Host: "imap.example.test", Port: 1143}
	port := probe.Decision{Kind: probe.DecidePort, Asked: asked, Servers: []account.Endpoint{imap993}, Security: account.TLS}
	r := &script{runs: [][]probe.Event{undecidedRun(found(account.IMAP, imap993, account.TLS, false), port), well()}}
	for _, yes := range []bool{false, true} {
		r.asked = nil
		d := newDesk(t, r).fill()
		d.Type(account.FieldIncomingServer, asked.String())
		d.Find()
		s := d.untilResting(t)
		if s.Question == nil || s.Question.Yes != "Use port 993" || s.Question.No != "Keep port 1143" || s.Form.Incoming.Port != "1143" {
			t.Fatalf("got %+v, %+v", s.Question, s.Form.Incoming)
		}
		d.Answer(yes)
		s = d.untilResting(t)
		if !yes && (s.Form.Incoming.Port != "1143" || len(s.Incoming.Offers) != 1 || s.Incoming.Offers[0].Text != "You asked for port 1143; the server offers TLS on port 993.") {
			t.Errorf("no: got %+v, %+v", s.Form.Incoming, s.Incoming)
		}
		if q := r.last(t); yes && (s.Form.IncomingText != "imap.example.test:993" || q.Incoming.Server != imap993 || s.Incoming.Tone != Success) {
			t.Errorf("yes: got %q, %+v, %+v", s.Form.IncomingText, q.Incoming, s.Incoming)
		}
	}
}

func TestATestConcernsItsOwnServerAlone(t *testing.T) {
	in := found(account.IMAP, imap993, account.TLS, true)
	r := &script{runs: [][]probe.Event{{{Kind: probe.RunStarted}, attempt(1, account.IMAP, imap993, account.TLS, probe.OK), settled(in), signedIn(0, in), ended(probe.Ready)}}}
	d := newDesk(t, r).fill()
	d.Show(Advanced)
	d.Test(account.Incoming)
	if got := len(d.drawn.Problems); got != 2 || len(r.asked) != 0 {
		t.Fatalf("got problems %+v, want host and port missing", d.drawn.Problems)
	}
	d.Type(account.FieldIncomingServer, "imaps://imap.example.test")
	d.Type(account.FieldIncomingPort, "993")
	d.Test(account.Incoming)
	if !d.drawn.Incoming.Testing || d.drawn.Outgoing.Testing || len(d.drawn.Problems) != 0 {
		t.Errorf("got %+v, %+v", d.drawn.Incoming, d.drawn.Problems)
	}
	s := d.untilResting(t)
	q := r.last(t)
	if q.Task != probe.Test || q.Role != account.Incoming || q.Account.Incoming.Endpoint != imap993 || q.Account.Incoming.Username != "alice@example.test" || q.Account.Incoming.Security != account.TLS {
		t.Errorf("got %+v", q)
	}
	if s.Incoming.Tested != "Signed in, TLS 1.3, 340 ms" || len(s.Incoming.Offered) != 2 || s.Outgoing.Tested != "" || s.Searched || len(s.Rows) != 0 {
		t.Errorf("got %+v, %+v, rows %+v", s.Incoming, s.Outgoing, s.Rows)
	}
	d.Type(account.FieldIncomingPort, "1993")
	if got := d.drawn.Incoming.Tested; got != notTested {
		t.Errorf("got %q, want %q", got, notTested)
	}
	d.Test(account.Incoming)
	d.Type(account.FieldIncomingServer, "other.example.test")
	if s = d.untilResting(t); s.Incoming.Tested != notTested {
		t.Errorf("got %q for a late test, want %q", s.Incoming.Tested, notTested)
	}
}

func TestStopRestsOnlyWhenTheRunHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &script{runs: [][]probe.Event{well()}, pause: time.Second, parting: 2 * time.Second}
		d := newDesk(t, r).fill()
		d.Find()
		d.Find()
		time.Sleep(2500 * time.Millisecond)
		d.Stop()
		if d.drawn.Phase != Stopping || d.drawn.CanFind {
			t.Errorf("got %v", d.drawn.Phase)
		}
		s := d.untilResting(t)
		if s.Verdict.Title != "Stopped." || len(r.asked) != 1 || slices.ContainsFunc(s.Rows, func(r Row) bool { return r.Status <= probe.Running }) {
			t.Errorf("got %+v, %d runs, %+v", s.Verdict, len(r.asked), s.Rows)
		}
		d.Find()
		d.until(t, "the answer", func(s State) bool { return s.Verdict.Tone == Success })
		d.Find() // while the old run is still parting
		d.until(t, "the second answer", func(s State) bool { return s.Number == 3 && s.Phase == Resting })
		if r.overlap || len(r.asked) != 3 {
			t.Errorf("got overlap %v in %d runs", r.overlap, len(r.asked))
		}
		d.Find()
		d.Close()
		synctest.Wait()
		if r.running != 0 {
			t.Errorf("got %d runs after Close, want none", r.running)
		}
	})
}

// G-4.
func TestNewsOfAnOlderRunIsDropped(t *testing.T) {
	b := book{}.started(probe.Request{Address: alice}, time.Time{}).started(probe.Request{Address: alice}, time.Time{})
	for _, e := range well() {
		b = b.with(1, e)
	}
	if b = b.over(1); b.Phase != Running || len(b.search.Attempts) != 0 {
		t.Errorf("got %v, %+v, want nothing changed", b.Phase, b.search)
	}
}

func TestThePracticeMailboxIsFoundAndExported(t *testing.T) {
	d := newDesk(t, &script{})
	d.Type(account.FieldAddress, "me@example.test")
	d.Practice("tls")
	s := d.until(t, "the mailbox", func(s State) bool { return s.Practice == "tls" })
	if s.Form.Address != "you@practice.invalid" || s.Form.Password.Empty() || s.Notice.Text == "" {
		t.Fatalf("got %+v, %+v", s.Form, s.Notice)
	}
	d.Find()
	s = d.untilResting(t)
	if s.Verdict.Tone != Success || !s.CanWrite || len(s.Log) < 10 || len(s.Incoming.Evidence) < 3 {
		t.Fatalf("got %+v, write %v, incoming %+v\n%s", s.Verdict, s.CanWrite, s.Incoming, d.LogText(ShowNames))
	}
	if all := fmt.Sprintf("%+v", s) + d.LogText(ShowNames); strings.Contains(all, ":practice}") || strings.Contains(all, " practice\n") {
		t.Errorf("got the password in the state")
	}
	d.Test(account.Outgoing)
	if s = d.untilResting(t); s.Outgoing.Tone != Success || !strings.HasPrefix(s.Outgoing.Tested, "Signed in") {
		t.Errorf("got %+v", s.Outgoing)
	}
	d.Export("thunderbird")
	if e := d.drawn.Export; !e.Open || e.Error != "" || filepath.Base(e.Path) != "practice.invalid.xml" || !strings.Contains(e.Preview, "<hostname>") {
		t.Fatalf("got %+v", e)
	}
	d.Write(false)
	s = d.until(t, "the file", func(s State) bool { return s.Export.Done != "" || s.Export.Error != "" })
	text, err := os.ReadFile(s.Export.Path)
	if err != nil || string(text) != s.Export.Preview {
		t.Errorf("got %q, %v, want %q", text, err, s.Export.Preview)
	}
	d.Write(false)
	if s = d.until(t, "the refusal", func(s State) bool { return !s.Export.Writing }); s.Export.Error != existsAlready || !s.Export.Exists {
		t.Errorf("got %+v, want a question first", s.Export)
	}
	d.Write(true)
	if s = d.until(t, "the second file", func(s State) bool { return !s.Export.Writing }); s.Export.Done == "" {
		t.Errorf("got %+v", s.Export)
	}
	path := s.Export.Path
	d.CloseExport()
	d.Type(account.FieldAddress, "other@example.test")
	d.Find()
	if s = d.drawn; s.Phase != Resting || len(s.Problems) != 1 || !strings.Contains(s.Problems[0].Message, "you@practice.invalid") {
		t.Errorf("got %v, %+v", s.Phase, s.Problems)
	}
	d.Practice("")
	if s = d.drawn; s.Form.Address != "me@example.test" || s.Practice != "" || !s.Form.Password.Empty() {
		t.Errorf("got %+v", s.Form)
	}
	d.OpenFile(path)
	s = d.until(t, "the open file", func(s State) bool { return s.Form.Incoming.Host != "" })
	if s.Form.Incoming.Typed&PartHost == 0 || !s.Form.KnowServers || s.Form.IncomingText == "" {
		t.Errorf("got %+v", s.Form)
	}
	d.Find()
	if q := d.drawn.Question; q == nil || q.Kind != probe.DecideDomain || d.drawn.Phase != Resting {
		t.Errorf("got %+v, want a question before a strange file's server is used", q)
	}
	d.Answer(false)
	if !strings.Contains(d.drawn.Verdict.Advice, "practice.invalid") || d.drawn.Question != nil {
		t.Errorf("got %+v", d.drawn.Verdict)
	}
}
