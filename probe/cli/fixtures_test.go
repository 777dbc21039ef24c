package cli

import (
	"bytes"
	"context"
	"iter"
	"net/netip"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

// A script is a search whose news is known beforehand. It keeps the request that it was given.
type script struct {
	events []probe.Event
	asked  probe.Request
	meet   func(i int) // called before each event, nil for nothing
}

// Run yields the events until ctx ends, and then says that the search was stopped, as a Prober does.
func (s *script) Run(ctx context.Context, q probe.Request) iter.Seq[probe.Event] {
	s.asked = q
	return func(yield func(probe.Event) bool) {
		for i, e := range s.events {
			if s.meet != nil {
				s.meet(i)
			}
			if ctx.Err() != nil {
				yield(probe.Event{Kind: probe.RunEnded, Outcome: probe.Stopped})
				return
			}
			if !yield(e) {
				return
			}
		}
	}
}

const (
	imapHost = "imap.example.test"
	smtpHost = "smtp.example.test"
)

var (
	alice   = account.Address{Local: "alice", Domain: "example.test"}
	imap993 = account.Endpoint{Host: imapHost, Port: 993}
	imap143 = account.Endpoint{Host: imapHost, Port: 143}
	smtp465 = account.Endpoint{Host: smtpHost, Port: 465}
	address = netip.MustParseAddr("192.0.2.1")
)

func incoming() probe.Result {
	return probe.Result{
		Server: account.Server{
			Protocol: account.IMAP, Endpoint: imap993, Security: account.TLS, Auth: account.AuthPlain, Username: "alice@example.test", Source: account.SourceGuess,
		},
		Protection: account.Verified, SignedIn: true, TLSVersion: 0x0304, Certificate: account.Fingerprint{0xab}, Attempt: 1,
	}
}

func outgoing() probe.Result {
	r := incoming()
	r.Protocol, r.Endpoint, r.TLSVersion, r.Attempt = account.SMTP, smtp465, 0x0303, 2
	return r
}

func attempt(id int, p account.Protocol, e account.Endpoint, s account.Security, status probe.Status) probe.Attempt {
	a := probe.Attempt{
		ID: id, Protocol: p, Server: e, Address: address, Security: s, Source: account.SourceGuess, Start: 3 * time.Millisecond, Status: status,
	}
	switch status {
	case probe.OK:
		a.Took, a.Stage = 152*time.Millisecond, wire.Asked
		a.Facts = wire.Facts{Protection: account.Verified, TLS: wire.TLSFacts{Version: 0x0304, Covered: []string{e.Host}}}
	case probe.Failed:
		a.Took, a.Cause = 61*time.Millisecond, probe.ConnectionRefused
	default:
	}
	return a
}

// success is the story of a search that ends well.
func success() []probe.Event {
	signIn := probe.SignIn{Protocol: account.IMAP, Server: imap993, Username: "alice@example.test", Auth: account.AuthPlain, Status: probe.Running}
	accepted := signIn
	accepted.Status, accepted.Took = probe.OK, 340*time.Millisecond
	events := []probe.Event{
		{Kind: probe.RunStarted, Address: alice},
		{Kind: probe.AttemptChanged, Attempt: attempt(1, account.IMAP, imap993, account.TLS, probe.Running)},
		{Kind: probe.AttemptChanged, Attempt: attempt(2, account.SMTP, smtp465, account.TLS, probe.Running)},
		{Kind: probe.AttemptChanged, Attempt: attempt(1, account.IMAP, imap993, account.TLS, probe.OK)},
		{Kind: probe.AttemptChanged, Attempt: attempt(3, account.IMAP, imap143, account.STARTTLS, probe.Superseded)},
		{Kind: probe.AttemptChanged, Attempt: attempt(2, account.SMTP, smtp465, account.TLS, probe.OK)},
		{Kind: probe.SignInChanged, SignIn: signIn},
		{Kind: probe.SignInChanged, SignIn: accepted},
		{Kind: probe.ResultSettled, Role: account.Incoming, Result: incoming()},
		{Kind: probe.ResultSettled, Role: account.Outgoing, Result: outgoing()},
		{Kind: probe.RunEnded, Outcome: probe.Ready},
	}
	for i := range events {
		events[i].At = time.Duration(i) * 41 * time.Millisecond
	}
	return events
}

// question is the story of a search that ends in a decision.
func question(d probe.Decision) []probe.Event {
	in, out := incoming(), outgoing()
	in.SignedIn, out.SignedIn = false, false
	return []probe.Event{
		{Kind: probe.RunStarted, Address: alice},
		{Kind: probe.ResultSettled, Role: account.Incoming, Result: in},
		{Kind: probe.ResultSettled, Role: account.Outgoing, Result: out},
		{Kind: probe.DecisionOpened, Decision: d},
		{Kind: probe.RunEnded, Outcome: probe.NeedDecision},
	}
}

func fold(events []probe.Event) probe.Report {
	var r probe.Report
	for _, e := range events {
		r = r.With(e)
	}
	return r
}

// A call is a Command with what it wrote.
type call struct {
	Command
	out, errs bytes.Buffer
}

func newCall(events []probe.Event, stdin string) *call {
	c := &call{}
	c.Command = Command{Stdin: bytes.NewReader([]byte(stdin)), Stdout: &c.out, Stderr: &c.errs, Runner: &script{events: events}}
	return c
}
