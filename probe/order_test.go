package probe_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"portolan/probe"
	"portolan/probe/mailtest"
)

// oneAddress are worlds in which all the usual names lead to one address, as those of a small provider do.
var oneAddress = []struct{ name, servers string }{
	{"sound", "imap A:993 tls\nsmtp A:465 tls"},
	{"sound, for some of the names", "imap A:993 tls names=imap.example.test,smtp.example.test\nsmtp A:465 tls names=imap.example.test,smtp.example.test"},
	{"sound, for the worst of the names", "imap A:993 tls names=mail.example.test\nsmtp A:465 tls names=mail.example.test"},
	{"sound, for the last of the names", "imap A:993 tls names=example.test\nsmtp A:465 tls names=example.test"},
	{"sound, every port, for the last of the names", "imap A:993 tls names=example.test\nsmtp A:465 tls names=example.test\nimap A:143 starttls names=example.test\n" +
		"smtp A:587 starttls names=example.test\npop3 A:995 tls names=example.test\npop3 A:110 starttls names=example.test"},
	{"sound, STARTTLS alone, for the last of the names", "imap A:143 starttls names=example.test\nsmtp A:587 starttls names=example.test"},
	{"sound, POP3, for some of the names", "pop3 A:995 tls names=pop.example.test,smtp.example.test\nsmtp A:465 tls names=pop.example.test,smtp.example.test"},
	{"sound, POP3, for the last of the names", "pop3 A:995 tls names=pop3.example.test,example.test\nsmtp A:587 starttls names=pop3.example.test,example.test"},
	{"expired", "imap A:993 tls cert=expired\nsmtp A:465 tls cert=expired"},
	{"expired, for some of the names", "imap A:993 tls cert=expired names=imap.example.test,smtp.example.test,mail.example.test\n" +
		"smtp A:465 tls cert=expired names=imap.example.test,smtp.example.test,mail.example.test"},
	{"expired, every port", "imap A:993 tls cert=expired\nsmtp A:465 tls cert=expired\nimap A:143 starttls cert=expired\nsmtp A:587 starttls cert=expired\n" +
		"pop3 A:995 tls cert=expired\npop3 A:110 starttls cert=expired"},
	{"self-signed, STARTTLS alone", "imap A:143 starttls cert=self-signed\nsmtp A:587 starttls cert=self-signed"},
	{"a hoster's", "imap A:993 tls names=server7.hoster.example\nsmtp A:465 tls names=server7.hoster.example"},
	{"two", "imap A:993 tls cert=expired\nsmtp A:465 tls cert=self-signed\nsmtp A:587 starttls"},
	{"unprotected", "imap A:143 plain auth=plain\nsmtp A:587 plain auth=plain"},
}

// TestTheAnswerIsTheSameForEveryOrderInWhichNamesAreFound plays each world with the look-ups of its names answered in many
// orders: whichever name comes first gives its name to the connection that all share, and nothing else may hang on that.
func TestTheAnswerIsTheSameForEveryOrderInWhichNamesAreFound(t *testing.T) {
	names := []string{"imap.example.test", "mail.example.test", "example.test", "pop.example.test", "pop3.example.test", "smtp.example.test"}
	orders := uint64(100)
	if testing.Short() {
		orders = 10
	}
	for _, w := range oneAddress {
		t.Run(w.name, func(t *testing.T) {
			first := ""
			for seed := range orders {
				lots := rand.New(rand.NewPCG(seed, 7))
				text := "world\nrtt 20ms\nhost 192.0.2.10 " + strings.Join(names, " ") + "\n" + strings.ReplaceAll(w.servers, "A:", "192.0.2.10:") + "\n"
				for _, n := range names {
					if seed > 0 {
						text += fmt.Sprintf("dns %s * %dms\n", n, lots.IntN(120))
					}
				}
				got, _ := answer(t, text)
				if first == "" {
					first = got
				}
				if got != first {
					t.Fatalf("got %s\nwant %s\nin\n%s", got, first, text)
				}
			}
		})
	}
}

// TestTheAnswerIsTheSameForEveryOrderInRandomWorlds does so with names, certificates and ports drawn by lot.
func TestTheAnswerIsTheSameForEveryOrderInRandomWorlds(t *testing.T) {
	worlds := uint64(150)
	if testing.Short() {
		worlds = 15
	}
	compared := 0
	for seed := range worlds {
		lots := rand.New(rand.NewPCG(seed, 11))
		world, names := randomWorld(lots)
		want, limited := answer(t, world)
		for range 5 {
			order := ""
			for _, n := range names {
				order += fmt.Sprintf("dns %s * %dms\n", n, lots.IntN(100))
			}
			got, less := answer(t, world+order)
			if limited || less {
				continue
			}
			compared++
			if got != want {
				t.Errorf("world %d: got %s\nwant %s\nin\n%s%s", seed, got, want, world, order)
			}
		}
	}
	if compared < int(worlds) {
		t.Errorf("got %d answers compared, want %d at least", compared, worlds)
	}
}

// randomWorld is a world of one or two addresses.
func randomWorld(lots *rand.Rand) (world string, names []string) {
	pick := func(list ...string) string { return list[lots.IntN(len(list))] }
	at := map[string][]string{}
	for _, n := range []string{"imap", "mail", "www", "pop", "smtp"} {
		name := strings.TrimPrefix(n+".example.test", "www.") // the domain itself
		addr := pick("192.0.2.10", "192.0.2.10", "192.0.2.11")
		at[addr], names = append(at[addr], name), append(names, name)
	}
	world = "world\nrtt 20ms\n"
	for _, addr := range slices.Sorted(maps.Keys(at)) {
		world += "host " + addr + " " + strings.Join(at[addr], " ") + "\n"
		var covered []string
		for _, n := range at[addr] {
			if lots.IntN(2) == 0 {
				covered = append(covered, n)
			}
		}
		kind := pick("", "", " cert=expired", " cert=self-signed")
		if len(covered) > 0 {
			kind += " names=" + strings.Join(covered, ",")
		}
		for _, server := range []string{"imap A:993 tls", "smtp A:465 tls", "imap A:143 starttls", "smtp A:587 starttls", "pop3 A:995 tls", "pop3 A:110 starttls"} {
			if lots.IntN(2) == 0 {
				world += strings.ReplaceAll(server, "A:", addr+":") + kind + "\n"
			}
		}
	}
	return world, names
}

// answer plays a world once, and again after a yes to its certificates, and tells what came of it.
// It is limited where a connection was not made because there had been too many.
func answer(t *testing.T, world string) (said string, limited bool) {
	t.Helper()
	scenario, err := mailtest.Parse(world + "run\naddress alice@example.test\npassword \"correct horse\"\ncleartext-may-be-asked\nexpect\noutcome ready\n")
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		world, err := mailtest.NewWorld(scenario.World)
		if err != nil {
			t.Fatal(err)
		}
		defer world.Close()
		step := scenario.Steps[0]
		request, err := requestOf(world, step, probe.Report{})
		if err != nil {
			t.Fatal(err)
		}
		report, _ := run(t, &probe.Prober{Finder: finder(t, world, step.Request), Dialer: world}, request, 0)
		said = fmt.Sprint(report.Outcome, " ", report.Incoming.Server.Endpoint, " ", report.Outgoing.Server.Endpoint)
		limited = slices.ContainsFunc(report.Attempts, func(a probe.Attempt) bool { return a.Cause == probe.Limited })
		step.Keep = true
		for _, d := range report.Decisions {
			said += fmt.Sprint(" ", d.Kind, " ", d.Servers[0], d.TLS.Problems)
			for _, s := range d.Servers {
				if d.Kind == probe.DecideCertificate {
					step.Request.Trust = append(step.Request.Trust, s.String())
				}
			}
		}
		if step.Request.Trust == nil {
			return
		}
		if request, err = requestOf(world, step, report); err != nil {
			t.Fatal(err)
		}
		report, _ = run(t, &probe.Prober{Finder: finder(t, world, step.Request), Dialer: world}, request, 0)
		said += fmt.Sprint(", after a yes: ", report.Outcome, " ", report.Incoming.Server.Endpoint, " ", report.Outgoing.Server.Endpoint)
	})
	return said, limited
}
