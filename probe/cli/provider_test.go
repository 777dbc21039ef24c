package cli

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
)

func TestPasswordIsNeverAskedAbout(t *testing.T) {
	c := newCall(success(), " odd \n")
	c.Run(context.Background(), []string{"-find", "alice@example.test", "-password-file", "-"})
	if !c.Runner.(*script).asked.PasswordSure {
		t.Error("got a run that may ask about the password, want a finding instead")
	}
}

func TestFindingsNameTheProviderAndItsPage(t *testing.T) {
	known := discover.Provider{
		Name: "App Only", SignIn: discover.AppPasswordOnly, PasswordPage: "https://apponly.example/p",
		Known: time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC),
	}
	finding := probe.Event{Kind: probe.FindingMade, Finding: probe.Finding{
		Cause: probe.AppPasswordNeeded, Server: account.Endpoint{Host: "imap.example.test", Port: 993}, Role: account.Incoming, Provider: known,
	}}
	for _, args := range [][]string{{"-find", "alice@example.test"}, {"-find", "alice@example.test", "-json"}} {
		events := success()
		events = slices.Insert(events, len(events)-1, finding)
		c := newCall(events, "")
		c.Run(context.Background(), args)
		for _, want := range []string{"https://apponly.example/p", "App Only", "November 2026", "An app password is needed"} {
			if !strings.Contains(strings.Join(strings.Fields(c.out.String()), " "), want) {
				t.Errorf("%q: got %q, want %q in it", args, c.out.String(), want)
			}
		}
	}
}
