package setup

import (
	"strings"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

// chatty is a report whose conversation names the person in several ways.
func chatty(a account.Address, user string) probe.Report {
	r := probe.Report{Address: a, SignIns: []probe.SignIn{{Username: user}}}
	return r.With(probe.Event{Kind: probe.AttemptChanged, Attempt: probe.Attempt{
		ID: 1, Protocol: account.IMAP, Server: imap993, Address: ip, Security: account.TLS, Status: probe.OK,
		Transcript: []wire.Line{
			{Text: "* OK imap.example.test ready"}, {Out: true, Text: "A1 LOGIN " + user + " [secret]"},
			{Text: "A1 NO  " + strings.ToUpper(a.Local) + "  unknown"}, {Text: "+ " + "YWxpY2U="},
		},
	}})
}

// K-3: neither the user name nor the local part is in a log that is shared, in none of the runs that it holds; servers are.
func TestASharedLogHidesThePersonInEveryRun(t *testing.T) {
	var j journal
	begun := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for _, r := range []probe.Report{
		chatty(alice, "relay-7"), chatty(account.Address{Local: "bob.brown", Domain: "example.test"}, "bob.brown@example.test"),
	} {
		j.begun = begun
		j = j.closed(r)
	}
	whole, shared := j.text(ShowNames), j.text(HideNames)
	for _, word := range []string{"alice", "relay-7", "bob.brown", "YWxpY2U"} {
		if strings.Contains(strings.ToLower(shared), strings.ToLower(word)) {
			t.Errorf("got %q in the log, want it hidden:\n%s", word, shared)
		}
		if !strings.Contains(strings.ToLower(whole), strings.ToLower(word)) {
			t.Errorf("got no %q in the whole log, want it as it was said:\n%s", word, whole)
		}
	}
	if strings.Count(shared, "* OK imap.example.test ready") != 2 || strings.Count(shared, "10:00:00.000  imap.example.test:993") != strings.Count(shared, "\n") {
		t.Errorf("got %q, want times and servers kept", shared)
	}
}

func TestAnEmptyLogIsNoText(t *testing.T) {
	for _, names := range []LogNames{HideNames, ShowNames} {
		if got := (journal{}).text(names); got != "" {
			t.Errorf("got %q, want nothing", got)
		}
	}
}
