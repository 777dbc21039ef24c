//go:build linux && e2e && bench

package e2e

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
)

// mostStop is how long Stop may take to close every connection.
const mostStop = 100 * time.Millisecond

// thousand is the file of a thousand accounts.
func thousand(t *testing.T) []byte {
	t.Helper()
	list := make([]map[string]any, 1000)
	for i := range list {
		list[i] = usual(fmt.Sprintf("person%03d@domain.example", i))
	}
	return file(t, list...)
}

// With a thousand accounts in its list, the window is measured against the same limits as with none.
func TestFiguresOfTheWindowWithAThousandAccounts(t *testing.T) {
	portolan := built(t, "portolan-production", "portolan")
	bare := built(t, "bare", "portolan/gui/e2e/testdata/bare")
	var ours, least []figure
	for round := range 3 {
		at := &place{home: t.TempDir()}
		at.keep(t, "accounts.json", thousand(t))
		least = append(least, measure(t, false, false, bare))
		ours = append(ours, measureIn(t, at.home, round == 2, true, portolan))
	}
	seconds, megabytes := func(f figure) float64 { return f.first.Seconds() }, func(f figure) float64 { return f.memory }
	first, memory, idle := median(ours, seconds)/median(least, seconds), median(ours, megabytes)-median(least, megabytes), ours[2].idle
	t.Logf("first frame with 1,000 accounts: %.0f ms, %.2f times that of a bare window, at most %.2f", 1000*median(ours, seconds), first, mostFirstFrame)
	t.Logf("memory with 1,000 accounts: %.1f MB more than a bare window, at most %.0f", memory, mostMemory)
	t.Logf("idle with 1,000 accounts, nothing focused: %.1f %% of a core, at most %.1f %%", idle, mostIdle)
	if first > mostFirstFrame || memory > mostMemory || idle > mostIdle {
		t.Error("got figures above their limits, want them below")
	}
}

// G-2: Stop closes every connection of a check of a thousand accounts at once. Its time begins with the click, so that it holds
// what the screen and the tool that clicks take, too. The stalls are told alone: they hold the painting of the dialog that says
// what the check came to, which takes a screen drawn by software as long as it likes.
func TestFiguresOfTheCheckOfAllAccounts(t *testing.T) {
	p, server := muted(t, 1000)
	var stops, stalls []time.Duration
	for range 5 {
		if err := os.Remove(p.beats); err != nil {
			t.Fatal(err)
		}
		count(t, p.beats) // begins anew
		stop := p.checksAll(server)
		p.x("mousemove", "--window", p.window, fmt.Sprint(stop.X+stop.W/2), fmt.Sprint(stop.Y+stop.H/2), "sleep", "0.3")
		begin := time.Now()
		p.x("click", "1")
		p.until("no connection", func(outline) bool { now, _, _ := server.open(); return now == 0 })
		_, _, last := server.open()
		stops = append(stops, last.Sub(begin).Round(100*time.Microsecond))
		p.untilItSays("Stopped: 0 of 1000 accounts checked")
		p.push("OK")
		p.until("the list at rest", func(o outline) bool { s, found := o.find("button", "Check all"); return found && !s.Disabled })
		if err := os.Remove(p.beats); err != nil {
			t.Fatal(err)
		}
		stalls = append(stalls, count(t, p.beats).Round(100*time.Microsecond))
	}
	slices.Sort(stops)
	t.Logf("from a click on Stop until all connections of Check all were closed, five times: %v; the middle one at most %s", stops, mostStop)
	t.Logf("longest stall of the window in each of five checks of 1,000 accounts: %v", stalls)
	if stops[2] > mostStop {
		t.Errorf("got %s, want at most %s", stops[2], mostStop)
	}
}
