package probe_test

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
	"portolan/probe/mailtest"
	"portolan/probe/wire"
)

// TestScenarios plays every story of testdata: package mailtest says how one is written, expectation_test.go what of the
// report one can expect. The standing rules hold in every one of them, see mailtest.Step.Invariants.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d scenarios, %v, want some", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			scenario, err := mailtest.Parse(string(text))
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			defer func() {
				if left := recover(); left != nil {
					t.Fatalf("%s: goroutines are left behind: %v", file, left)
				}
			}()
			synctest.Test(t, func(t *testing.T) { play(t, scenario) })
		})
	}
}

// play runs the steps of a scenario one after the other, in one world.
func play(t *testing.T, s mailtest.Scenario) {
	world, err := mailtest.NewWorld(s.World)
	if err != nil {
		t.Fatal(err)
	}
	defer world.Close()
	prober := &probe.Prober{Dialer: world}
	var before probe.Report
	for _, step := range s.Steps {
		prober.Finder = finder(t, world, step.Request)
		request, err := requestOf(world, step, before)
		if err != nil {
			t.Fatalf("run of line %d: %v", step.Line, err)
		}
		world.Begin()
		report, told := run(t, prober, request, step.Request.Cancel)
		record := world.Record()
		time.Sleep(time.Minute) // what is still on its way arrives
		record = settle(record, world.Record())
		wrong := append(step.Invariants(record), judge(step, report, record)...)
		wrong = append(wrong, leaks(told, s.World.Passwords)...)
		wrong = append(wrong, late(step.Request.Cancel, record)...)
		wrong = append(wrong, unanswered(report)...)
		if len(wrong) > 0 {
			t.Errorf("%s\nrun of line %d:\n  %s\n\n%s\n%v", s.Story, step.Line, strings.Join(wrong, "\n  "), tell(report), record)
		}
		before = report
	}
}

// providers are invented ones: the stories of provider-*.txt are about them.
func providers(t *testing.T) discover.Providers {
	t.Helper()
	text, err := os.ReadFile("testdata/providers.json")
	if err != nil {
		t.Fatal(err)
	}
	list, err := discover.ReadProviders(text)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// finder asks the world, and takes its authority for HTTPS.
func finder(t *testing.T, w *mailtest.World, words mailtest.Request) discover.Finder {
	t.Helper()
	return discover.Finder{
		Resolver: w, Dialer: w, Authorities: []*x509.Certificate{w.Authority()}, Providers: providers(t),
		Settings: discover.Settings{ISPDB: words.ISPDB, SendAddress: words.SendAddress},
	}
}

// settle takes from the later record what servers notice late, and from the one at the end of the run what was open then.
func settle(end, later mailtest.Record) mailtest.Record {
	for i, c := range end.Connections {
		later.Connections[i].Open, later.Connections[i].Ended = c.Open, c.Ended
	}
	return later
}

// politeEnd is how long LOGOUT and QUIT may take after the answer is known.
const politeEnd = 2500 * time.Millisecond

// run folds a run into its report; all is what it said, printed.
func run(t *testing.T, p *probe.Prober, r probe.Request, cancelled time.Duration) (report probe.Report, all string) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if cancelled > 0 {
		defer time.AfterFunc(cancelled, cancel).Stop()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%+v\n", r)
	last, told := probe.Event{}, time.Time{}
	for e := range p.Run(ctx, r) {
		report = report.With(e)
		fmt.Fprintf(&b, "%+v\n", e)
		last, told = e, time.Now()
	}
	if last.Kind != probe.RunEnded {
		t.Errorf("got the last event %v, want RunEnded", last.Kind)
	}
	if took := time.Since(told); took > politeEnd {
		t.Errorf("got the end of the run %v after its last event, want it within %v", took, politeEnd)
	}
	return report, fmt.Sprintf("%s%+v", &b, report)
}

// leaks looks for passwords in what was told, raw and in base64.
func leaks(told string, passwords []string) []string {
	var wrong []string
	for _, p := range passwords {
		for _, form := range []string{p, base64.StdEncoding.EncodeToString([]byte(p))} {
			if strings.Contains(told, form) {
				wrong = append(wrong, "a password stands in the report or in an event")
			}
		}
	}
	return wrong
}

// unanswered lists the sources of which a run that came to its end does not say what became of them.
func unanswered(r probe.Report) []string {
	var wrong []string
	for _, s := range r.Sources {
		if s.Status == discover.Asking && r.Outcome != probe.Stopped {
			wrong = append(wrong, fmt.Sprintf("source %v %s is still being asked at the end", s.Source, s.Key))
		}
	}
	return wrong
}

// late lists the connections that outlived a cancellation by more than 100 ms.
func late(cancelled time.Duration, r mailtest.Record) []string {
	var wrong []string
	limit := cancelled + 100*time.Millisecond
	for _, c := range r.Connections {
		if cancelled > 0 && (c.Closed > limit || c.Ended > limit || c.Dialled > cancelled) {
			wrong = append(wrong, fmt.Sprintf("%v: the connection of %v outlived the cancellation", c.Addr, c.Dialled))
		}
	}
	return wrong
}

// requestOf translates the words of a scenario.
func requestOf(w *mailtest.World, step mailtest.Step, before probe.Report) (r probe.Request, err error) {
	words := step.Request
	if r.Address, err = account.ParseAddress(words.Address); err != nil {
		return r, err
	}
	r.Task = map[string]probe.Task{"check": probe.Check, "test": probe.Test}[words.Task]
	r.Role = map[string]account.Role{"incoming": account.Incoming, "outgoing": account.Outgoing}[words.Role]
	r.Protocol = map[string]account.Protocol{"imap": account.IMAP, "pop3": account.POP3}[words.Protocol]
	if r.Incoming, err = wish(words.Incoming, words.User); err != nil {
		return r, err
	}
	if r.Outgoing, err = wish(words.Outgoing, words.OutgoingUser); err != nil {
		return r, err
	}
	if words.NoOutgoingSignIn {
		r.OutgoingSignIn = probe.SignInNone
	}
	r.PasswordSure = words.PasswordSure
	r.Secret, r.OutgoingSecret = account.NewSecret(words.Password), account.NewSecret(words.OutgoingPassword)
	if step.Keep {
		r.Kept = before
	}
	if words.ClientCertificate {
		if r.Identity, err = identity(w); err != nil {
			return r, err
		}
	}
	for _, d := range before.Decisions {
		if slices.Contains(words.Decline, d.Kind.String()) {
			r.Declined = append(r.Declined, d)
		}
	}
	if r.Policy, err = policy(w, words); err != nil {
		return r, err
	}
	return r, saved(&r, words)
}

// identity is the client certificate of the world's user.
func identity(w *mailtest.World) (wire.Identity, error) {
	file, err := w.ClientCertificate()
	if err != nil {
		return wire.Identity{}, err
	}
	return wire.ParseIdentity(file, nil, account.Secret{})
}

// wish reads HOST[:PORT], the security and the sign-in method.
func wish(words []string, user string) (w probe.Wish, err error) {
	w.Username = user
	if len(words) > 0 {
		w.Server, err = account.ParseEndpoint(words[0])
	}
	if len(words) > 1 && err == nil {
		w.Security, err = account.ParseSecurity(words[1])
	}
	if len(words) > 2 && err == nil {
		w.Auth, err = account.ParseAuth(words[2])
	}
	return w, err
}

// policy reads the consents.
func policy(w *mailtest.World, words mailtest.Request) (account.Policy, error) {
	p := account.Policy{Trust: account.Trust{Authorities: []*x509.Certificate{w.Authority()}}}
	p.Consents.Domains = words.Confirm
	if words.CleartextAsks || len(words.AllowCleartext) > 0 {
		p.Encryption = account.EncryptionOptional
	}
	for _, s := range words.AllowCleartext {
		e, err := account.ParseEndpoint(s)
		if err != nil {
			return p, err
		}
		p.Consents.Cleartext = append(p.Consents.Cleartext, e)
	}
	for _, s := range words.Trust {
		e, err := account.ParseEndpoint(s)
		if err != nil {
			return p, err
		}
		pin, err := w.Pin(e)
		if err != nil {
			return p, err
		}
		p.Trust.Pins = append(p.Trust.Pins, pin)
	}
	return p, remembered(&p.Trust, words)
}

// remembered reads what the account knows of its servers from before.
func remembered(t *account.Trust, words mailtest.Request) error {
	for _, s := range words.Verified {
		e, err := account.ParseEndpoint(s)
		if err != nil {
			return err
		}
		t.Verified = append(t.Verified, e)
	}
	for _, s := range words.Trusted {
		server, print, _ := strings.Cut(s, "=")
		e, err := account.ParseEndpoint(server)
		if err != nil {
			return err
		}
		f, err := account.ParseFingerprint(print)
		if err != nil {
			return err
		}
		t.Pins = append(t.Pins, account.Pin{Server: e, Certificate: f})
	}
	return nil
}

// saved reads the account lines: protocol, host:port, security, auth, user.
func saved(r *probe.Request, words mailtest.Request) error {
	if len(words.Account) == 0 {
		return nil
	}
	r.Account = account.Account{Address: r.Address, Trust: r.Policy.Trust, Consents: r.Policy.Consents}
	for _, line := range words.Account {
		var s account.Server
		var errs [4]error
		s.Protocol, errs[0] = account.ParseProtocol(line[0])
		s.Endpoint, errs[1] = account.ParseEndpoint(line[1])
		s.Security, errs[2] = account.ParseSecurity(line[2])
		s.Auth, errs[3] = account.ParseAuth(line[3])
		s.Username, s.Source = line[4], account.SourceGuess
		for _, err := range errs {
			if err != nil {
				return err
			}
		}
		if s.Protocol.Role() == account.Incoming {
			r.Account.Incoming = s
		} else {
			r.Account.Outgoing = s
		}
	}
	return nil
}

// both is a world with two good servers at one address, and what is asked of it.
const both = `world
  host 192.0.2.10 mail.example.test
  imap 192.0.2.10:993 tls
  smtp 192.0.2.10:465 tls
  imap 192.0.2.10:143 starttls delay=4s
  smtp 192.0.2.10:587 starttls delay=4s
run
  address alice@example.test
  password "correct horse"
expect
  outcome ready
`

// open makes the world of both, a Prober in it, and the Request.
func open(t *testing.T) (*mailtest.World, *probe.Prober, probe.Request) {
	scenario, err := mailtest.Parse(both)
	if err != nil {
		t.Fatal(err)
	}
	world, err := mailtest.NewWorld(scenario.World)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(world.Close)
	request, err := requestOf(world, scenario.Steps[0], probe.Report{})
	if err != nil {
		t.Fatal(err)
	}
	return world, &probe.Prober{Finder: discover.Finder{Resolver: world}, Dialer: world}, request
}

func TestLeavingTheLoopClosesEverySocket(t *testing.T) {
	for events := 1; events < 40; events += 3 {
		synctest.Test(t, func(t *testing.T) {
			world, prober, request := open(t)
			n := 0
			for range prober.Run(t.Context(), request) {
				if n++; n == events {
					break
				}
			}
			left := time.Now()
			time.Sleep(100 * time.Millisecond)
			for _, c := range world.Record().Connections {
				if c.Open || c.Ended < 0 {
					t.Errorf("got a connection to %v open %v after event %d, want none\n%v", c.Addr, time.Since(left), n, world.Record())
				}
			}
		})
	}
}

func TestTwoRunsShareTheLimitOfConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		world, prober, request := open(t)
		request.Secret = account.Secret{}
		var runs sync.WaitGroup
		for range 3 {
			runs.Go(func() {
				var report probe.Report
				for e := range prober.Run(t.Context(), request) {
					report = report.With(e)
				}
				if report.Outcome != probe.Found {
					t.Errorf("got %v, want found\n%s", report.Outcome, tell(report))
				}
			})
		}
		runs.Wait()
		if most := world.Record().MostAtOnce(); most > 4 {
			t.Errorf("got %d connections to one address at a time, want at most 4\n%v", most, world.Record())
		}
	})
}
