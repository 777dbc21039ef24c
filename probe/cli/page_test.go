package cli

import (
	"strings"
	"testing"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

const successPage = `
Your settings were found and tested.
Mail is read over IMAP and sent over SMTP, both encrypted.

Incoming mail
  Server     imap.example.test
  Port       993
  Protocol   IMAP
  Security   encrypted from the start · TLS 1.3 · certificate valid
  Sign-in    PLAIN
  User name  alice@example.test
  Named by   a guess
  Tested     signed in

Outgoing mail
  Server     smtp.example.test
  Port       465
  Protocol   SMTP
  Security   encrypted from the start · TLS 1.2 · certificate valid
  Sign-in    PLAIN
  User name  alice@example.test
  Named by   a guess
  Tested     signed in
`

func TestPageOfASuccess(t *testing.T) {
	if got := page(fold(success()), probe.Request{}, 0); got != successPage {
		t.Errorf("got %s, want %s", got, successPage)
	}
}

func TestPageGivesTheOptionForEveryYes(t *testing.T) {
	typed := account.Endpoint{Host: imapHost, Port: 1993}
	cases := []struct {
		decision probe.Decision
		want     []string
	}{
		{
			probe.Decision{Kind: probe.DecideCertificate, Servers: []account.Endpoint{imap993, smtp465}, TLS: wire.TLSFacts{Certificate: account.Fingerprint{1}}},
			[]string{
				"\n  -trust imap.example.test:993=sha256:01" + strings.Repeat("00", 31) + "\n",
				"\n  -trust smtp.example.test:465=sha256:01", "This server could be an impostor.", "SHA-256  01:00:",
			},
		},
		{
			probe.Decision{Kind: probe.DecideDomain, Domain: "provider.example", Servers: []account.Endpoint{{Host: "imap.provider.example", Port: 993}}},
			[]string{"\n  -confirm-domain provider.example\n", "May your password go to provider.example?\n"},
		},
		{
			probe.Decision{Kind: probe.DecideCleartext, Servers: []account.Endpoint{imap143}},
			[]string{"\n  -allow-cleartext imap.example.test:143\n", "Only unprotected access was found at imap.example.test:143."},
		},
		{
			probe.Decision{Kind: probe.DecidePort, Servers: []account.Endpoint{imap993}, Asked: typed, Security: account.TLS},
			[]string{"\n  -incoming imap.example.test:993\n", "You asked for imap.example.test:1993"},
		},
		{
			probe.Decision{Kind: probe.DecidePort, Servers: []account.Endpoint{smtp465}, Asked: account.Endpoint{Host: smtpHost, Port: 2525}},
			[]string{"\n  -outgoing smtp.example.test:465\n"},
		},
	}
	q := probe.Request{Incoming: probe.Wish{Server: typed}}
	for _, c := range cases {
		got := page(fold(question(c.decision)), q, 0)
		for _, w := range append(c.want, "Your password has not been sent.", "What would be used after a yes:", "connected, not signed in") {
			if !strings.Contains(got, w) {
				t.Errorf("%s: got %s, want %q in it", c.decision.Kind, got, w)
			}
		}
	}
}

// The options that the page gives for a yes are ones that the command line understands, and they say that very yes.
func TestOptionsForAYesAreUnderstood(t *testing.T) {
	decisions := []probe.Decision{
		{Kind: probe.DecideCertificate, Servers: []account.Endpoint{imap993, {Host: "2001:db8::1", Port: 465}}, TLS: wire.TLSFacts{Certificate: account.Fingerprint{1}}},
		{Kind: probe.DecideDomain, Domain: "provider.example"},
		{Kind: probe.DecideCleartext, Servers: []account.Endpoint{imap143}},
	}
	args := []string{"-find", "alice@example.test"}
	for _, d := range decisions {
		for _, option := range consent(d, probe.Request{}) {
			args = append(args, strings.Fields(option)...)
		}
	}
	o, err := parse(args)
	if err != nil {
		t.Fatalf("%q: got %v, want them understood", args, err)
	}
	policy := o.request.Policy
	for _, s := range decisions[0].Servers {
		if !policy.Trust.Pinned(s, account.Fingerprint{1}) {
			t.Errorf("got %v, want %s pinned", policy.Trust.Pins, s)
		}
	}
	if len(policy.Consents.Domains) != 1 || len(policy.Consents.Cleartext) != 1 {
		t.Errorf("got %+v, want one domain and one server", policy.Consents)
	}
}

func TestPageListsFindingsAndAlternativesOnce(t *testing.T) {
	r := fold(success())
	r.Alternatives = []probe.Result{{Server: account.Server{Protocol: account.POP3, Endpoint: account.Endpoint{Host: "pop.example.test", Port: 995}, Security: account.TLS}}}
	r.Findings = []probe.Finding{
		{Cause: probe.IPv6Broken, Server: imap993, Detail: "no-answer"},
		{Cause: probe.Port25Blocked, Server: account.Endpoint{Host: smtpHost, Port: 25}},
	}
	got := page(r, probe.Request{}, 0)
	for _, w := range []string{
		"Other ways that work\n  POP3  pop.example.test:995 · encrypted from the start\n",
		"Worth knowing\n  IPv6 does not work here (imap.example.test:993).\n    The way over IPv6",
		"  Port 25 is blocked here (smtp.example.test:25).\n",
	} {
		if !strings.Contains(got, w) {
			t.Errorf("got %s, want %q in it", got, w)
		}
	}
}

func TestPageDoesNotRepeatADecisionOrTheVerdict(t *testing.T) {
	r := fold(question(probe.Decision{Kind: probe.DecideCleartext, Servers: []account.Endpoint{imap143}}))
	r.Findings = []probe.Finding{{Cause: probe.CleartextOnly, Server: imap143}}
	nothing := probe.Report{Address: alice, Outcome: probe.Nothing, Findings: []probe.Finding{{Cause: probe.OAuthOnly, Server: imap993}, {Cause: probe.NoSuchHost}}}
	for _, c := range []probe.Report{r, nothing} {
		if got := page(c, probe.Request{}, 0); strings.Contains(got, "Worth knowing") {
			t.Errorf("got %s, want nothing said twice", got)
		}
	}
}

func TestVerdictsNameTheOptionThatHelps(t *testing.T) {
	in := incoming()
	in.SignedIn = false
	cases := []struct {
		report probe.Report
		want   string
	}{
		{probe.Report{Outcome: probe.Nothing}, "-incoming HOST[:PORT]"},
		{probe.Report{Outcome: probe.Incomplete, Incoming: in}, "-outgoing HOST[:PORT]"},
		{probe.Report{Outcome: probe.Found, Incoming: in, Outgoing: outgoing()}, "-password-file FILE"},
		{probe.Report{Outcome: probe.Nothing, Findings: []probe.Finding{{Cause: probe.CleartextOnly, Server: imap143}}}, "-allow-cleartext imap.example.test:143"},
	}
	for _, c := range cases {
		if got := page(c.report, probe.Request{}, 0); !strings.Contains(got, c.want) {
			t.Errorf("%s: got %s, want %q in it", c.report.Outcome, got, c.want)
		}
	}
}

func TestProseIsWrappedAndOptionsAreNot(t *testing.T) {
	r := fold(question(probe.Decision{
		Kind: probe.DecideCertificate, Servers: []account.Endpoint{imap993}, TLS: wire.TLSFacts{Certificate: account.Fingerprint{1}, Problems: []wire.Problem{wire.SelfSigned}},
	}))
	option := "  -trust imap.example.test:993=sha256:01" + strings.Repeat("00", 31)
	whole := false
	for line := range strings.Lines(page(r, probe.Request{}, 60)) {
		line = strings.TrimSuffix(line, "\n")
		whole = whole || line == option
		if widthOf(line) >= 60 && !strings.HasPrefix(line, "  ") {
			t.Errorf("got %d columns, want fewer than 60: %q", widthOf(line), line)
		}
	}
	if !whole {
		t.Errorf("got no line %q, want the option in one piece", option)
	}
}
