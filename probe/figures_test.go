package probe_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
	"portolan/probe/mailtest"
)

// figureTrip is the round trip of every world whose time is printed.
const figureTrip = 50 * time.Millisecond

// TestFigures prints the figures that README names, and fails where one is beyond what was promised. Times are virtual.
func TestFigures(t *testing.T) {
	common := "world\n  rtt 50ms\n  host 192.0.2.10 imap.example.test smtp.example.test\n"
	worlds := []struct {
		name, world string
		limit       time.Duration
	}{
		{"guessed right, TLS on 993 and 465", common + "  imap 192.0.2.10:993 tls\n  smtp 192.0.2.10:465 tls\n", 8 * figureTrip},
		{"993 and 465 silent, STARTTLS on 143 and 587", common + "  port 192.0.2.10:993 silent\n  port 192.0.2.10:465 silent\n  imap 192.0.2.10:143 starttls\n  smtp 192.0.2.10:587 starttls\n", 1800 * time.Millisecond},
		{"993 and 465 refuse, STARTTLS on 143 and 587", common + "  imap 192.0.2.10:143 starttls\n  smtp 192.0.2.10:587 starttls\n", 1800 * time.Millisecond},
		{"everything refuses", common, 2 * time.Second},
		{"everything silent", "world\n  rtt 50ms\n  host 192.0.2.10 rest=silent imap.example.test smtp.example.test\n", 8 * time.Second},
		{"no such domain", "world\n  rtt 50ms\n  host 192.0.2.10 elsewhere.test\n", 2 * time.Second},
	}
	for _, w := range worlds {
		report, _, _ := figure(t, w.world)
		fmt.Printf("figure: %-45s %6d ms (%4.1f round trips, at most %d ms): %s\n", w.name, report.Elapsed.Milliseconds(),
			float64(report.Elapsed)/float64(figureTrip), w.limit.Milliseconds(), report.Outcome)
		if report.Elapsed > w.limit {
			t.Errorf("%s: got %v, want at most %v", w.name, report.Elapsed, w.limit)
		}
	}
	for _, source := range []string{"autoconfig", "well-known", "srv", "pacc", "ispdb", "autodiscover"} {
		text, err := os.ReadFile("testdata/source-" + source + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		world, _, _ := strings.Cut(string(text), "\nrun\n")
		report, _, _ := figure(t, world+"\n")
		fmt.Printf("figure: %-45s %6d ms (%4.1f round trips, at most 12): %s\n", "published by "+source+" alone", report.Elapsed.Milliseconds(),
			float64(report.Elapsed)/float64(figureTrip), report.Outcome)
		if report.Elapsed > 12*figureTrip || report.Outcome != probe.Ready {
			t.Errorf("published by %s: got %v after %v, want ready after at most %v", source, report.Outcome, report.Elapsed, 12*figureTrip)
		}
	}
	report, connections, bytes := figure(t, worstWorld())
	fmt.Printf("figure: %-45s %6d connections (at most 60), %d ms\n", "every guess on four silent addresses", connections, report.Elapsed.Milliseconds())
	fmt.Printf("figure: %-45s %6.1f MB taken from the system (at most 40), the fake world included\n", "the same, memory of the process", float64(bytes)/1e6)
	if connections > 60 {
		t.Errorf("got %d connections for one address, want at most 60", connections)
	}
}

// worstWorld is one in which every guessed name has four addresses of its own, and nobody answers.
func worstWorld() string {
	world := "world\n  rtt 50ms\n  mx example.test 10 mx.example.test\n"
	for i, name := range []string{"imap", "mail", "pop", "pop3", "smtp", "mx"} {
		for j := range 2 {
			world += fmt.Sprintf("  host 192.0.2.%d rest=silent %s.example.test\n", 10*(i+1)+j, name)
			world += fmt.Sprintf("  host 2001:db8::%d rest=silent %s.example.test\n", 10*(i+1)+j, name)
		}
	}
	return world
}

// figure plays a search for alice@example.test; it gives the report, the connections that the world saw and the memory
// that the process has taken from the system.
func figure(t *testing.T, text string) (report probe.Report, connections int, bytes uint64) {
	t.Helper()
	scenario, err := mailtest.Parse(text + "run\n  address alice@example.test\n  password secret\nexpect\n  outcome ready\n")
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		world, err := mailtest.NewWorld(scenario.World)
		if err != nil {
			t.Fatal(err)
		}
		defer world.Close()
		finder := discover.Finder{
			Resolver: world, Dialer: world, Authorities: []*x509.Certificate{world.Authority()},
			Settings: discover.Settings{ISPDB: "https://ispdb.example/"},
		}
		prober := &probe.Prober{Finder: finder, Dialer: world}
		request := probe.Request{Address: account.Address{Local: "alice", Domain: "example.test"}, Secret: account.NewSecret("secret")}
		request.Policy.Trust.Authorities = append(request.Policy.Trust.Authorities, world.Authority())
		world.Begin()
		for e := range prober.Run(context.Background(), request) {
			report = report.With(e)
		}
		connections = len(world.Record().Connections)
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		bytes = m.Sys
	})
	return report, connections, bytes
}

// BenchmarkSearch is a whole search with both sign-ins: the work of the program, and of the fake world around it.
func BenchmarkSearch(b *testing.B) {
	scenario, err := mailtest.Parse("world\n  rtt 0ms\n  host 192.0.2.10 imap.example.test smtp.example.test\n  imap 192.0.2.10:993 tls\n  smtp 192.0.2.10:465 tls\n" +
		"run\n  address alice@example.test\n  password secret\nexpect\n  outcome ready\n")
	if err != nil {
		b.Fatal(err)
	}
	world, err := mailtest.NewWorld(scenario.World)
	if err != nil {
		b.Fatal(err)
	}
	defer world.Close()
	world.Begin()
	request := probe.Request{Address: account.Address{Local: "alice", Domain: "example.test"}, Secret: account.NewSecret("secret")}
	request.Policy.Trust.Authorities = append(request.Policy.Trust.Authorities, world.Authority())
	for b.Loop() {
		prober := &probe.Prober{Finder: discover.Finder{Resolver: world, Dialer: world}, Dialer: world}
		var report probe.Report
		for e := range prober.Run(b.Context(), request) {
			report = report.With(e)
		}
		if report.Outcome != probe.Ready {
			b.Fatalf("got %v, want ready", report.Outcome)
		}
	}
}
