package setup

import (
	"context"
	"iter"
	"net/netip"
	"sync"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

// A script is a runner whose news is known beforehand: one list of events for each run, the last one again and again. It
// keeps the requests and notices when two runs overlap.
type script struct {
	mu      sync.Mutex
	runs    [][]probe.Event
	asked   []probe.Request
	running int
	overlap bool
	busy    bool          // a run goes on that has not said its end
	pause   time.Duration // before each event
	parting time.Duration // after RunEnded
	panics  bool          // the next run does, after its second event
}

// Run yields the events until ctx ends, and then says that it was stopped, as a Prober does.
func (s *script) Run(ctx context.Context, q probe.Request) iter.Seq[probe.Event] {
	return func(yield func(probe.Event) bool) {
		events, panics := s.begin(q)
		defer s.finish()
		for i, e := range events {
			wait(ctx, s.pause)
			if panics && i == 2 {
				panic("a fault of the program")
			}
			if ctx.Err() != nil {
				s.idle()
				yield(probe.Event{Kind: probe.RunEnded, Outcome: probe.Stopped})
				return
			}
			if e.Kind == probe.RunEnded {
				s.idle()
			}
			if !yield(e) {
				return
			}
		}
		wait(ctx, s.parting)
	}
}

// idle notes that the run under way is about to say its end.
func (s *script) idle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = false
}

// unfinished reports whether a run goes on that has not said its end.
func (s *script) unfinished() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.busy
}

// overlapped reports whether two runs went on at once.
func (s *script) overlapped() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.overlap
}

// fault says whether the next run panics.
func (s *script) fault(yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.panics = yes
}

func (s *script) begin(q probe.Request) (events []probe.Event, panics bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, q)
	s.running++
	s.busy = true
	s.overlap = s.overlap || s.running > 1
	if len(s.runs) == 0 {
		return nil, s.panics
	}
	return s.runs[min(len(s.asked), len(s.runs))-1], s.panics
}

func (s *script) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	s.busy = false
}

// last is the request of the last run.
func (s *script) last(t *testing.T) probe.Request {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.asked) == 0 {
		t.Fatal("got no run, want one")
	}
	return s.asked[len(s.asked)-1]
}

func wait(ctx context.Context, d time.Duration) {
	if d == 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// A desk is a session with its window: news is pumped by hand.
type desk struct {
	*Session
	posts chan func()
	drawn State
	draws int
}

func newDesk(t *testing.T, r Runner) *desk {
	t.Helper()
	d := &desk{posts: make(chan func(), 4096)}
	d.Session = New(Options{
		Runner: r, Folder: t.TempDir(), Post: func(f func()) { d.posts <- f },
		Draw: func(s State) { d.drawn, d.draws = s, d.draws+1 },
	})
	t.Cleanup(d.Close)
	return d
}

// until pumps news until ready says so.
func (d *desk) until(t *testing.T, what string, ready func(State) bool) State {
	t.Helper()
	limit := time.After(20 * time.Second)
	for !ready(d.drawn) {
		select {
		case f := <-d.posts:
			f()
		case <-limit:
			t.Fatalf("waited for %s in vain; verdict %+v, phase %v, export %+v, notice %+v", what, d.drawn.Verdict, d.drawn.Phase, d.drawn.Export, d.drawn.Notice)
		}
	}
	return d.drawn
}

func (d *desk) untilResting(t *testing.T) State {
	t.Helper()
	return d.until(t, "the end of the run", func(s State) bool { return s.Phase == Resting })
}

// fill types an address and a password.
func (d *desk) fill() *desk {
	d.Type(account.FieldAddress, "alice@example.test")
	d.Type(account.FieldPassword, password)
	return d
}

const password = "correct horse"

var (
	alice   = account.Address{Local: "alice", Domain: "example.test"}
	ip      = netip.MustParseAddr("192.0.2.1")
	imap993 = account.Endpoint{Host: "imap.example.test", Port: 993}
	imap143 = account.Endpoint{Host: "imap.example.test", Port: 143}
	smtp465 = account.Endpoint{Host: "smtp.example.test", Port: 465}
)

func found(p account.Protocol, e account.Endpoint, s account.Security, signedIn bool) probe.Result {
	r := probe.Result{
		Server:     account.Server{Protocol: p, Endpoint: e, Security: s, Auth: account.AuthPlain, Username: "alice@example.test", Source: account.SourceGuess},
		Protection: account.Verified, SignedIn: signedIn, TLSVersion: 0x0304, Attempt: 1,
	}
	if p == account.SMTP {
		r.Attempt = 2
	}
	if s == account.Cleartext {
		r.Protection, r.TLSVersion = account.Unprotected, 0
	}
	return r
}

func attempt(id int, p account.Protocol, e account.Endpoint, s account.Security, status probe.Status) probe.Event {
	a := probe.Attempt{
		ID: id, Protocol: p, Server: e, Address: ip, Security: s, Source: account.SourceGuess, Status: status, Took: 152 * time.Millisecond,
		Stage: wire.Asked, Transcript: []wire.Line{{At: time.Millisecond, Text: "* OK ready"}, {At: 2 * time.Millisecond, Out: true, Text: "A1 CAPABILITY"}},
		Facts: wire.Facts{
			Auths: []account.Auth{account.AuthPlain, account.AuthSCRAMSHA256}, Protection: account.Verified, Greeting: "* OK ready",
			TLS: wire.TLSFacts{Version: 0x0304, Covered: []string{e.Host}},
		},
	}
	return probe.Event{Kind: probe.AttemptChanged, Attempt: a}
}

func settled(r probe.Result) probe.Event {
	return probe.Event{Kind: probe.ResultSettled, Role: r.Protocol.Role(), Result: r}
}

func signedIn(i int, r probe.Result) probe.Event {
	return probe.Event{Kind: probe.SignInChanged, Index: i, SignIn: probe.SignIn{
		Protocol: r.Protocol, Server: r.Endpoint, Username: r.Username, Auth: r.Auth, Took: 340 * time.Millisecond, Status: probe.OK,
	}}
}

func ended(o probe.Outcome) probe.Event { return probe.Event{Kind: probe.RunEnded, Outcome: o} }

// well is a search that finds everything.
func well() []probe.Event {
	in, out := found(account.IMAP, imap993, account.TLS, true), found(account.SMTP, smtp465, account.TLS, true)
	return []probe.Event{
		{Kind: probe.RunStarted, Address: alice},
		attempt(1, account.IMAP, imap993, account.TLS, probe.OK), attempt(2, account.SMTP, smtp465, account.TLS, probe.OK),
		settled(in), signedIn(0, in), settled(out), signedIn(1, out), ended(probe.Ready),
	}
}

// undecidedRun is a search that ends with questions.
func undecidedRun(in probe.Result, decisions ...probe.Decision) []probe.Event {
	list := []probe.Event{{Kind: probe.RunStarted, Address: alice}, settled(in), settled(found(account.SMTP, smtp465, account.TLS, false))}
	for _, d := range decisions {
		list = append(list, probe.Event{Kind: probe.DecisionOpened, Decision: d})
	}
	return append(list, ended(probe.NeedDecision))
}

var certificate = probe.Decision{
	Kind: probe.DecideCertificate, Servers: []account.Endpoint{imap993, imap143}, TLS: wire.TLSFacts{Certificate: account.Fingerprint{7}},
}
