package probe_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
	"portolan/probe/mailtest"
)

// A faulty world has a fault of the program in it: a panic, with a password in what it says.
type faulty struct {
	*mailtest.World
	dials   string // the address at which dialling panics
	lookups string // the name at whose look-up resolving panics
	records string // the name at whose TXT records resolving panics
	service string // the service at whose look-up resolving panics
	random  bool   // resolving panics at a name that nobody has entered
}

func (f faulty) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if strings.HasSuffix(address, f.dials) && f.dials != "" {
		panic("no luck with " + foePassword)
	}
	return f.World.DialContext(ctx, network, address)
}

func (f faulty) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	if first, _, _ := strings.Cut(host, "."); f.lookups != "" && strings.HasPrefix(host, f.lookups) || f.random && len(first) == 26 {
		panic(errors.New("no luck with " + foePassword))
	}
	return f.World.LookupNetIP(ctx, network, host)
}

func (f faulty) LookupTXT(ctx context.Context, name string) ([]string, error) {
	if f.records != "" {
		var none []string
		return none[1:2], nil // the fault itself
	}
	return f.World.LookupTXT(ctx, name)
}

func (f faulty) LookupSRV(ctx context.Context, service, proto, name string) (string, []*net.SRV, error) {
	if f.service == service {
		panic("no luck with " + foePassword)
	}
	return f.World.LookupSRV(ctx, service, proto, name)
}

// G-10: a panic in a goroutine of a search is an answer, and the search ends; the place is told, and nothing of the values.
func TestAPanicIsAnAnswer(t *testing.T) {
	for _, c := range []struct {
		name    string
		world   faulty
		outcome probe.Outcome
	}{
		{"in one connection", faulty{dials: ":993"}, probe.Ready},
		{"in every connection", faulty{dials: "3"}, probe.Incomplete},
		{"in a source", faulty{records: "any"}, probe.Ready},
		{"in a look-up", faulty{lookups: "pop3."}, probe.Incomplete},
		{"in a race for the address of a web server", faulty{lookups: "autoconfig."}, probe.Ready},
		{"in the look-up of a service", faulty{service: "imaps"}, probe.Ready},
		{"in the look-up of a random name", faulty{random: true}, probe.Ready},
	} {
		t.Run(c.name, func(t *testing.T) {
			scenario, err := mailtest.Parse(strings.ReplaceAll(both, "delay=4s", ""))
			if err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				world := c.world
				if world.World, err = mailtest.NewWorld(scenario.World); err != nil {
					t.Fatal(err)
				}
				defer world.Close()
				request, err := requestOf(world.World, scenario.Steps[0], probe.Report{})
				if err != nil {
					t.Fatal(err)
				}
				prober := &probe.Prober{Finder: discover.Finder{Resolver: world, Dialer: world.World, Settings: discover.Settings{ISPDB: "off"}}, Dialer: world}
				report, told := run(t, prober, request, 0)
				judgeFault(t, report, told, c.outcome)
			})
		})
	}
}

func judgeFault(t *testing.T, report probe.Report, told string, outcome probe.Outcome) {
	t.Helper()
	found := false
	for _, f := range report.Findings {
		found = found || f.Cause == probe.Internal && strings.Contains(f.Detail, "faulty")
	}
	for _, s := range report.Sources {
		found = found || strings.Contains(s.Note, "faulty")
	}
	if report.Outcome != outcome || !found {
		t.Errorf("got %v, internal error told: %v, want %v, told\n%s", report.Outcome, found, outcome, tell(report))
	}
	if forms := mailtest.Leaks(told, nil, foePassword); forms != nil || strings.Contains(told, "no luck") {
		t.Errorf("got %q told, want nothing of what the panic said", forms)
	}
}

func TestAFaultNamesItsPlace(t *testing.T) {
	err := probe.Survive(func() { _ = account.FingerprintOf(nil) })
	var fault *probe.FaultError
	if !errors.As(err, &fault) || !strings.HasPrefix(fault.Place, "account.FingerprintOf:") {
		t.Errorf("got %v, want the place of the fault", err)
	}
	if err := probe.Survive(func() {}); err != nil {
		t.Errorf("got %v, want nothing", err)
	}
}

// G-10: whatever the moment at which the consumer of the events falls over, no socket outlives it, and no place at an address
// is lost to the searches that follow.
func TestAPanicOfTheConsumerLeavesNothingBehind(t *testing.T) {
	for events := 1; events < 40; events++ {
		synctest.Test(t, func(t *testing.T) {
			world, prober, request := open(t)
			for range 4 {
				n := 0
				fault := probe.Survive(func() {
					for range prober.Run(t.Context(), request) {
						if n++; n == events {
							panic("no more")
						}
					}
				})
				if fault == nil && n >= events {
					t.Fatalf("got no panic at event %d, want one", events)
				}
				if n := prober.Places(); n != 0 {
					t.Errorf("got %d places held after a panic at event %d, want none", n, events)
				}
				for _, c := range world.Record().Connections {
					if c.Open {
						t.Errorf("got a connection to %v open after a panic at event %d, want none", c.Addr, events)
					}
				}
			}
			if report, _ := run(t, prober, request, 0); report.Outcome != probe.Ready || report.Elapsed > time.Second {
				t.Errorf("got %v after %v, want ready at once, as if nothing had been before\n%s", report.Outcome, report.Elapsed, tell(report))
			}
		})
	}
}
