package setup

import (
	"crypto/x509"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe"
	"portolan/probe/wire"
)

// checkEvents is a check that ends well, with certificates that end then.
func checkEvents(ends time.Time) []probe.Event {
	list := well()
	for i, e := range list {
		if e.Kind == probe.AttemptChanged {
			list[i].Attempt.Facts.TLS.Chain = []*x509.Certificate{{NotAfter: ends}}
		}
	}
	return list
}

func (d *desk) untilChecked(t *testing.T) Summary {
	t.Helper()
	s := d.until(t, "the end of the checks", func(s State) bool { return !s.Shelf.Checks.Running && s.Shelf.Summary != nil })
	return *s.Shelf.Summary
}

func TestAllAccountsAreCheckedSideBySideWithinBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
		prepare(t, k, many(40)...)
		r := &checkRunner{answers: map[string][]probe.Event{"": checkEvents(time.Now().AddDate(1, 0, 0))}, gate: make(chan struct{})}
		d := newKept(t, r, k)
		d.CheckAll()
		m := model{desk: d}
		m.pump()
		if s := d.drawn.Shelf; s.Checks != (Checks{Running: true, All: 40}) || !s.Accounts[0].Checking || r.now != mostChecks {
			t.Errorf("got %+v, %d at once, want %d", s.Checks, r.now, mostChecks)
		}
		for range 10 {
			r.gate <- struct{}{}
		}
		m.pump()
		if s := d.drawn.Shelf; s.Checks.Done != 10 || s.Summary != nil {
			t.Errorf("got %+v", s.Checks)
		}
		close(r.gate)
		sum := d.untilChecked(t)
		if r.most != mostChecks || sum.Title != "40 accounts checked: all work" || len(sum.Lines) != 0 {
			t.Errorf("got %+v, %d at once", sum, r.most)
		}
		e := d.drawn.Shelf.Accounts[39]
		if e.Status != "Works" || e.Tone != Success || !strings.HasPrefix(e.Checked, "checked today at ") || e.Checking {
			t.Errorf("got %+v", e)
		}
		d = d.again(t, r, k)
		if got := d.drawn.Shelf.Accounts[39]; got.Status != "Works" || got.Checked != e.Checked {
			t.Errorf("got %+v after a new start, want %+v", got, e)
		}
	})
}

// G-2: Stop closes everything within 100 ms, checks included.
func TestStopEndsTheChecksAndKeepsWhatIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
		prepare(t, k, many(40)...)
		r := &checkRunner{answers: map[string][]probe.Event{"": checkEvents(time.Now().AddDate(1, 0, 0))}, gate: make(chan struct{})}
		d := newKept(t, r, k)
		d.CheckAll()
		for range 5 {
			r.gate <- struct{}{}
		}
		m := model{desk: d}
		m.pump()
		begun := time.Now()
		d.Stop()
		sum := d.untilChecked(t)
		if took := time.Since(begun); took > 100*time.Millisecond || r.now != 0 || sum.Title != "Stopped: 5 of 40 accounts checked: all work" {
			t.Errorf("got %+v after %v, %d still running", sum, took, r.now)
		}
		works := 0
		for _, e := range d.drawn.Shelf.Accounts {
			if e.Status == "Works" {
				works++
			}
		}
		if works != 5 {
			t.Errorf("got %d that work, want the 5 that were checked", works)
		}
		d.CheckAccount(d.drawn.Shelf.Accounts[0].ID)
		if got := d.State().Shelf.Summary; got != nil {
			t.Errorf("a new round: got %+v, want nothing of the last", got)
		}
		close(r.gate)
		if sum = d.untilChecked(t); sum.Title != "1 account checked: it works" {
			t.Errorf("got %q", sum.Title)
		}
	})
}

func TestACheckGetsThePasswordAndWhatWasAgreedTo(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	d := newKept(t, &script{}, k).typeAll("alice@example.test")
	d.Type(account.FieldPassword, password)
	d.save(t)
	r := &checkRunner{answers: map[string][]probe.Event{"": well()}}
	d = d.again(t, r, k)
	d.CheckAccount(d.idOf(t, "alice@example.test"))
	d.untilChecked(t)
	if saved, _ := d.book.shelf.find(d.idOf(t, "alice@example.test")); len(saved.Trust.Verified) != 2 {
		t.Errorf("got %v verified, want both servers", saved.Trust.Verified)
	}
	q := r.checked[0]
	if q.Task != probe.Check || q.Secret.Reveal() != password || q.Account.Incoming.Endpoint != imap993 || q.Policy.Encryption != account.EncryptionRequired {
		t.Errorf("got %+v", q)
	}
}

func TestAChangedAccountIsNotJudgedByAnOldCheck(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	saved := example("alice@example.test")
	prepare(t, k, saved)
	r := &checkRunner{answers: map[string][]probe.Event{"": well()}, gate: make(chan struct{})}
	d := newKept(t, r, k)
	d.OpenAccount(saved.ID)
	d.CheckAll()
	d.Show(Advanced)
	d.Type(account.FieldIncomingPort, "1993")
	d.save(t)
	close(r.gate)
	d.untilChecked(t)
	if e := d.entryOf(t, "alice@example.test"); e.Status != "Never checked" {
		t.Errorf("got %+v, want nothing known of the new settings", e)
	}
}

func TestTheSummarySaysWhatChangedAndWhatEndsWorstFirst(t *testing.T) {
	now := time.Date(2026, 6, 15, 12, 0, 0, 0, time.Local)
	far, near := now.AddDate(1, 0, 0), now.AddDate(0, 0, 20)
	check := func(o probe.Outcome, ends time.Time) store.Check {
		return store.Check{At: now.Add(-time.Hour), Outcome: o.String(), Incoming: store.Shown{Ends: ends}, Outgoing: store.Shown{Ends: ends}}
	}
	accounts := many(7)
	before := []store.Check{check(probe.Ready, far), check(probe.RefusedIn, far), check(probe.Ready, far), check(probe.Ready, near), check(probe.Ready, far), check(probe.Ready, far), {}}
	after := []store.Check{check(probe.Nothing, time.Time{}), check(probe.Ready, far), check(probe.NeedDecision, far), check(probe.Ready, near), check(probe.Ready, far.AddDate(1, 0, 0)), check(probe.Ready, far), check(probe.Ready, now.Add(-time.Hour))}
	b := begin(Simple).tick(now)
	b.shelf.saved = accounts
	b = b.checking(accounts)
	for i := range accounts {
		r := probe.Report{}
		c := checked{before: accounts[i], check: after[i], tone: Success, title: "The words"}
		c.before.LastCheck = before[i]
		switch after[i].Outcome {
		case "none":
			c.tone = Danger
		case "decision":
			c.tone = Warning
		}
		if i == 5 {
			r = r.With(probe.Event{Kind: probe.FindingMade, Finding: probe.Finding{Cause: probe.SaferAvailable, Server: imap993}})
			c.safer = judged(accounts[i], r, now).safer
		}
		b = b.checkEnded(b.shelf.round.number, accounts[i].ID, &c)
	}
	var got []string
	for _, l := range b.shelf.summary.Lines {
		got = append(got, fmt.Sprintf("%d %s: %s", l.Tone, l.Title[6:10], l.Text))
	}
	want := []string{
		"3 0000: It worked last time. Now: The words",
		"2 0002: It worked last time. Now: The words",
		"3 0006: The certificate of imap.example.test ended on 15 June 2026.",
		"3 0006: The certificate of smtp.example.test ended on 15 June 2026.",
		"2 0003: The certificate of imap.example.test ends on 5 July 2026.",
		"2 0003: The certificate of smtp.example.test ends on 5 July 2026.",
		"2 0005: Something safer is possible. The server can be reached in a safer way now, at imap.example.test:993. Search again to take it.",
		"1 0001: Works again.",
		"0 0004: imap.example.test shows a new certificate. It ends on 15 June 2028.",
		"0 0004: smtp.example.test shows a new certificate. It ends on 15 June 2028.",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") || b.shelf.summary.Title != "7 accounts checked: 5 work, 2 need a look" {
		t.Errorf("got %q\n%s\nwant\n%s", b.shelf.summary.Title, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestACheckKeepsWhenTheCertificatesEnd(t *testing.T) {
	ends := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	var r probe.Report
	for _, e := range checkEvents(ends) {
		r = r.With(e)
	}
	if got := judged(example("alice@example.test"), r, time.Now()).check; got.Outcome != "ready" || !got.Incoming.Ends.Equal(ends) || !got.Outgoing.Ends.Equal(ends) {
		t.Errorf("got %+v", got)
	}
	failed := probe.Report{Outcome: probe.NeedDecision, Attempts: []probe.Attempt{{
		Protocol: account.IMAP, Facts: wire.Facts{TLS: wire.TLSFacts{Chain: []*x509.Certificate{{NotAfter: ends}}}},
	}}}
	if got := judged(example("alice@example.test"), failed, time.Now()).check; !got.Incoming.Ends.Equal(ends) || !got.Outgoing.Ends.IsZero() {
		t.Errorf("got %+v of a server that was not proved", got)
	}
}

func TestASearchCountsAsTheLastCheckOfWhatItProved(t *testing.T) {
	d := newKept(t, &script{runs: [][]probe.Event{well()}}, Keeping{Folder: t.TempDir(), Keyring: newRing()}).fill()
	d.Find()
	d.untilResting(t)
	d.save(t)
	if e := d.entryOf(t, "alice@example.test"); e.Status != "Works" || e.Checked == "" {
		t.Errorf("got %+v", e)
	}
}

func TestACheckThatBreaksIsTold(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	prepare(t, k, example("alice@example.test"))
	r := &checkRunner{answers: map[string][]probe.Event{"": {ended(probe.Nothing)}}}
	d := newKept(t, r, k)
	d.CheckAll()
	if sum := d.untilChecked(t); sum.Title != "1 account checked: it needs a look" || len(sum.Lines) != 1 || sum.Lines[0].Tone != Danger {
		t.Errorf("got %+v", sum)
	}
	if e := d.entryOf(t, "alice@example.test"); e.Status != "Not reached" || e.Tone != Danger {
		t.Errorf("got %+v", e)
	}
	d.PutAwaySummary()
	if d.drawn.Shelf.Summary != nil {
		t.Errorf("got %+v, want it put away", d.drawn.Shelf.Summary)
	}
}
