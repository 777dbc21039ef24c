//go:build linux

package probe_test

import (
	"crypto/tls"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"

	"portolan/probe"
	"portolan/probe/discover"
)

// A usage is what the process holds.
type usage struct{ goroutines, files, heap int }

func usageNow(t *testing.T) usage {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.GC() // what has a finalizer goes with the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return usage{runtime.NumGoroutine(), len(open), int(m.HeapAlloc)}
}

// many runs with one Prober, against foes taken at random: goroutines, files and memory level off. What a run could leave behind
// is multiplied by 150; what comes and goes in other goroutines of the process is not.
func TestTwoHundredRunsLeaveNothingBehind(t *testing.T) {
	ends := func(d duel) bool { return d.name == "hang up" || d.name == "reset" }
	t.Run("in memory, every foe", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { fightOften(t, duels(), foePipe) })
	})
	t.Run("over sockets, those that leave", func(t *testing.T) {
		link, end := loopbackLinks(t)
		defer end()
		fightOften(t, slices.DeleteFunc(duels(), func(d duel) bool { return !ends(d) }), link)
	})
}

// fightOften makes 200 runs, and compares what there is after 50 with what there is in the end.
func fightOften(t *testing.T, all []duel, link func() (client, server foeLink)) {
	t.Helper()
	certificate, root := foeCertificate(t)
	random := rand.New(rand.NewPCG(7, 7))
	var prober probe.Prober
	var before usage
	for i := range 200 {
		if i == 50 {
			before = usageNow(t)
		}
		d := all[random.IntN(len(all))]
		f := &foe{protocol: d.protocol, security: d.security, at: d.at, act: d.act, link: link, conf: &tls.Config{Certificates: []tls.Certificate{certificate}}}
		prober.Finder, prober.Dialer = discover.Finder{Resolver: foeNet{}, Dialer: f}, f
		report, _ := run(t, &prober, foeRequest(f, root), 0)
		f.done.Wait()
		if got := (battle{report: report}).cause(); got != d.want {
			t.Errorf("%v: got %q, want %q\n%s", d, got, d.want, tell(report))
		}
	}
	after := usageNow(t)
	if after.goroutines > before.goroutines+20 || after.files > before.files+20 || after.heap > before.heap+2<<20 {
		t.Errorf("got %+v after 200 runs, want about what there was after 50: %+v", after, before)
	}
}
