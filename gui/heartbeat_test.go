//go:build !race

package gui

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"portolan/account"
	"portolan/gui/setup"
	"portolan/probe"
	"portolan/probe/wire"
)

// mostReaction is how long a click may wait for the window. Rounds are repeated, and the calmest counts: what else the
// machine does is not the window's fault, and a busy one gets more rounds. Under the race detector, which slows everything
// down, nothing is measured.
const (
	mostReaction = 100 * time.Millisecond
	calmRounds   = 6
	mostRounds   = 40
)

// while sixty connections of the worst run tell of every step and of long conversations, no piece of work that the window's
// goroutine is given takes so long that a click would have to wait.
func TestTheWindowReactsDuringTheWorstRun(t *testing.T) {
	calmest, rounds := time.Hour, 0
	for ; rounds < calmRounds || calmest > mostReaction && rounds < mostRounds; rounds++ {
		calmest = min(calmest, longestStall(t))
	}
	t.Logf("longest stall in the calmest of %d rounds: %v", rounds, calmest)
	if calmest > mostReaction {
		t.Errorf("got a stall of %v, want at most %v", calmest, mostReaction)
	}
}

// longestStall plays the worst run and gives the longest time that one piece of work took in the window's goroutine.
func longestStall(t *testing.T) time.Duration {
	t.Helper()
	r := newRig(t)
	r.runner.events = worstEvents()
	r.session.Find()
	var longest time.Duration
	for limit := time.After(20 * time.Second); r.session.State().Phase != setup.Resting; {
		select {
		case f := <-r.posts:
			begun := time.Now()
			f()
			longest = max(longest, time.Since(begun))
		case <-limit:
			t.Fatal("got a run without an end, want one")
		}
	}
	if got := len(r.session.State().Log); got < 1000 {
		t.Fatalf("got %d lines of log, want a long one", got)
	}
	return longest
}

// worstEvents is a run in which everything is hostile: sixty connections, every stage of each told, and a conversation of
// long lines that never comes to anything.
func worstEvents() []probe.Event {
	events := []probe.Event{{Kind: probe.RunStarted, Address: account.Address{Local: "ada", Domain: "domain.example"}}}
	for id := 1; id <= 60; id++ {
		a := probe.Attempt{
			ID: id, Protocol: account.IMAP, Server: account.Endpoint{Host: fmt.Sprintf("imap%d.domain.example", id%12), Port: 993},
			Address: netip.AddrFrom4([4]byte{192, 0, 2, byte(id)}), Security: account.TLS, Status: probe.Running,
		}
		for stage := wire.Connecting; stage <= wire.Asked; stage++ {
			a.Stage = stage
			for line := range 8 {
				a.Transcript = append(a.Transcript, wire.Line{At: time.Duration(line), Text: fmt.Sprintf("* BYE %0500d", line)})
			}
			events = append(events, probe.Event{Kind: probe.AttemptChanged, Attempt: a})
		}
		a.Status, a.Cause, a.Detail = probe.Failed, probe.GreetingRefused, fmt.Sprintf("%0200d", id)
		events = append(events, probe.Event{Kind: probe.AttemptChanged, Attempt: a},
			probe.Event{Kind: probe.FindingMade, Finding: probe.Finding{Cause: probe.GreetingRefused, Server: a.Server, Detail: a.Detail}})
	}
	return append(events, probe.Event{Kind: probe.RunEnded, Outcome: probe.Nothing})
}
