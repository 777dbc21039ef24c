package setup

import (
	"strings"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
)

// told is a source that was asked, as an event.
func told(i int, s probe.SourceReport) probe.Event {
	return probe.Event{Kind: probe.SourceChanged, Index: i, Source: s}
}

// naming is a source that named one IMAP server.
func naming(s account.Source, host string, use probe.Use, wrong bool) probe.SourceReport {
	return probe.SourceReport{Source: s, Key: "example.test", Status: discover.Named, Took: 40 * time.Millisecond, Use: use, Servers: []probe.NamedServer{
		{Protocol: account.IMAP, Server: account.Endpoint{Host: host, Port: 993}, Security: account.TLS, Role: account.Incoming, Wrong: wrong},
	}}
}

func TestSourcesAreListedWithWhatBecameOfThem(t *testing.T) {
	script := &script{runs: [][]probe.Event{append([]probe.Event{
		{Kind: probe.RunStarted, Address: alice},
		told(0, naming(account.SourceAutoconfig, "old.example.test", probe.UseFailed, true)),
		told(1, naming(account.SourceSRV, "imap.example.test", probe.Used, false)),
		told(2, probe.SourceReport{Source: account.SourceISPDB, Key: "ispdb", Status: discover.Missing}),
		told(3, probe.SourceReport{Source: account.SourceGuess, Key: "wildcard"}), // never answers
	}, well()[1:]...)}}
	d := newDesk(t, script).fill()
	d.Find()
	got := d.untilResting(t).Sources
	if len(got.Rows) != 4 {
		t.Fatalf("got %d rows, want 4: %+v", len(got.Rows), got.Rows)
	}
	for i, want := range []SourceRow{
		{Tone: Warning, Spoke: true, Note: "the servers say otherwise at IMAP old.example.test:993", Took: 40 * time.Millisecond},
		{Tone: Success, Spoke: true, Note: "used", Took: 40 * time.Millisecond},
		{Tone: Neutral, Note: "Nothing there"},
		{Tone: Neutral, Note: "no answer before the search ended"},
	} {
		row := got.Rows[i]
		if row.Tone != want.Tone || row.Spoke != want.Spoke || row.Asking || !strings.Contains(row.Note, want.Note) || row.Took != want.Took {
			t.Errorf("row %d: got %+v, want %+v", i, row, want)
		}
	}
	if len(got.Disagree) != 1 || !strings.Contains(got.Disagree[0], "old.example.test") || !strings.Contains(got.Disagree[0], "imap.example.test") {
		t.Errorf("got %q, want both hosts named", got.Disagree)
	}
}

func TestASourceThatIsStillAskedSaysSo(t *testing.T) {
	rows := sourcesOf(probe.Report{Sources: []probe.SourceReport{{Source: account.SourceMX, Key: "example.test"}}}).Rows
	if len(rows) != 1 || !rows[0].Asking || rows[0].Spoke || !strings.Contains(rows[0].Note, "Asking") {
		t.Errorf("got %+v, want one that is being asked", rows)
	}
}

func TestDomainsOutsideAreRememberedWithTheAccount(t *testing.T) {
	outside := account.Endpoint{Host: "imap.provider.example", Port: 993}
	in, out := found(account.IMAP, outside, account.TLS, true), found(account.SMTP, smtp465, account.TLS, true)
	question := probe.Decision{Kind: probe.DecideDomain, Servers: []account.Endpoint{outside}, Domain: "provider.example", For: "example.test"}
	yes := []probe.Event{{Kind: probe.RunStarted, Address: alice}, settled(in), settled(out), ended(probe.Ready)}
	asked := &script{runs: [][]probe.Event{undecidedRun(in, question), yes}}
	d := newDesk(t, asked).fill()
	d.Find()
	s := d.until(t, "the question", func(s State) bool { return s.Question != nil })
	if title := s.Question.Text.Title; !strings.Contains(title, "example.test") || !strings.Contains(title, "provider.example") {
		t.Errorf("got %q, want both domains named", title)
	}
	d.Answer(true)
	d.untilResting(t)
	if got := d.book.account().Consents.Domains; len(got) != 1 || got[0] != "provider.example" {
		t.Errorf("after a yes: got %v, want provider.example", got)
	}

	in.Origin.Vouched = true
	vouched := []probe.Event{{Kind: probe.RunStarted, Address: alice}, settled(in), settled(out), ended(probe.Ready)}
	d = newDesk(t, &script{runs: [][]probe.Event{vouched}}).fill()
	d.Find()
	d.untilResting(t)
	if got := d.book.account().Consents.Domains; len(got) != 1 || got[0] != "provider.example" {
		t.Errorf("vouched for: got %v, want provider.example", got)
	}
	d.Type(account.FieldAddress, "bob@other.test")
	if got := d.book.account().Consents.Domains; len(got) != 0 {
		t.Errorf("another address: got %v, want none", got)
	}
}
