package explain

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

var smtpServer = account.Endpoint{Host: "smtp.example.test", Port: 465}

func result(p account.Protocol, e account.Endpoint, s account.Security, protection account.Protection) probe.Result {
	return probe.Result{
		Server:     account.Server{Protocol: p, Endpoint: e, Security: s, Auth: account.AuthPlain, Username: "alice@example.test", Source: account.SourceGuess},
		Protection: protection, TLSVersion: 0x0304,
	}
}

// report is both servers found, encrypted and verified, with the given outcome.
func report(o probe.Outcome) probe.Report {
	return probe.Report{
		Address:  account.Address{Local: "alice", Domain: "example.test"},
		Outcome:  o,
		Incoming: result(account.IMAP, imapServer, account.TLS, account.Verified),
		Outgoing: result(account.SMTP, smtpServer, account.TLS, account.Verified),
	}
}

// nothing is a report without servers, with the given tries and findings.
func nothing(attempts []probe.Attempt, findings ...probe.Finding) probe.Report {
	return probe.Report{
		Address: account.Address{Local: "alice", Domain: "example.test"}, Outcome: probe.Nothing, Attempts: attempts, Findings: findings,
	}
}

// tries are failed tries with one cause each; lookups have no address.
func tries(connected bool, causes ...probe.Cause) []probe.Attempt {
	var list []probe.Attempt
	for i, c := range causes {
		a := probe.Attempt{ID: i, Server: imapServer, Status: probe.Failed, Cause: c}
		if connected {
			a.Address = netip.MustParseAddr("192.0.2.1")
		}
		list = append(list, a)
	}
	return list
}

func with(r probe.Report, change func(*probe.Report)) probe.Report {
	change(&r)
	return r
}

func refusal(user string, cause probe.Cause) probe.SignIn {
	return probe.SignIn{
		Protocol: account.IMAP, Server: imapServer, Username: user, Status: probe.Failed, Cause: cause, Detail: "[AUTHENTICATIONFAILED] no", Refusal: true,
	}
}

func TestEveryOutcomeHasItsVerdict(t *testing.T) {
	cases := []struct {
		name   string
		report probe.Report
		title  string
		advice []string
		action Action
	}{
		{"ready", report(probe.Ready), "Your settings were found and tested", []string{"Mail is read over IMAP and sent over SMTP, both encrypted."}, ActionNone},
		{
			"ready, cleartext by consent",
			with(report(probe.Ready), func(r *probe.Report) { r.Incoming.Protection = account.Unprotected }),
			"Your settings were found and tested",
			[]string{"read over IMAP, without any encryption, and sent over SMTP, encrypted", "anybody on the way can read your password"}, ActionNone,
		},
		{
			"ready, pinned",
			with(report(probe.Ready), func(r *probe.Report) { r.Incoming.Protection, r.Outgoing.Protection = account.Pinned, account.Pinned }),
			"Your settings were found and tested", []string{"both encrypted with a certificate that you accepted"}, ActionNone,
		},
		{"found", report(probe.Found), "Your settings were found", []string{"both encrypted", "Nobody has signed in yet"}, GivePassword},
		{
			"refused",
			with(report(probe.RefusedIn), func(r *probe.Report) {
				r.SignIns = []probe.SignIn{refusal("alice@example.test", probe.SignInRefused), refusal("alice", probe.SignInRefused)}
			}),
			"Your password was not accepted",
			[]string{"the connection is encrypted, but they refused this password", "Two sign-ins were refused, as “alice@example.test” and “alice”.", "The server says: “[AUTHENTICATIONFAILED] no”"},
			EditPassword,
		},
		{
			"refused by sending alone",
			with(report(probe.RefusedIn), func(r *probe.Report) {
				r.Incoming.SignedIn = true
				s := refusal("alice", probe.SignInRefused)
				s.Protocol, s.Server = account.SMTP, smtpServer
				r.SignIns = []probe.SignIn{{Protocol: account.IMAP, Status: probe.OK}, s}
			}),
			"Sending was not allowed", []string{"Reading mail works", "One sign-in was refused, as “alice”."}, EditPassword,
		},
		{
			"refused, app password",
			with(report(probe.RefusedIn), func(r *probe.Report) { r.SignIns = []probe.SignIn{refusal("alice", probe.AppPasswordNeeded)} }),
			"An app password is needed", []string{"Create an app password"}, AskYourProvider,
		},
		{
			"one decision", with(report(probe.NeedDecision), func(r *probe.Report) { r.Decisions = []probe.Decision{certificateQuestion(wire.SelfSigned)} }),
			"Your decision is needed", []string{"The certificate of imap.example.test and smtp.example.test needs your decision", notSent}, Decide,
		},
		{
			"two decisions",
			with(report(probe.NeedDecision), func(r *probe.Report) {
				r.Decisions = []probe.Decision{{Kind: probe.DecideDomain, Domain: "provider.example"}, {Kind: probe.DecideCleartext, Servers: []account.Endpoint{imapServer}}}
			}),
			"Your decision is needed on 2 matters", []string{"belongs to provider.example", "Only unprotected access was found at imap.example.test:993", notSent}, Decide,
		},
		{
			"cleartext twice",
			with(report(probe.NeedDecision), func(r *probe.Report) {
				r.Decisions = []probe.Decision{
					{Kind: probe.DecideCleartext, Servers: []account.Endpoint{imapServer}}, {Kind: probe.DecideCleartext, Servers: []account.Endpoint{smtpServer}},
				}
			}),
			"Your decision is needed on 2 matters", []string{"Only unprotected access was found at imap.example.test:993 and smtp.example.test:465. " + notSent}, Decide,
		},
		{
			"incoming only", with(report(probe.Incomplete), func(r *probe.Report) { r.Outgoing = probe.Result{} }),
			"No server for sending was found", []string{"Mail can be read over IMAP at imap.example.test:993, encrypted."}, TypeServers,
		},
		{
			"outgoing only", with(report(probe.Incomplete), func(r *probe.Report) { r.Incoming = probe.Result{} }),
			"No server for reading was found", []string{"Mail can be sent at smtp.example.test:465, encrypted."}, TypeServers,
		},
		{
			"incoming only, the rest refuses",
			with(report(probe.Incomplete), func(r *probe.Report) {
				r.Outgoing, r.Attempts = probe.Result{}, tries(true, probe.ConnectionRefused)
			}),
			"No server for sending was found", []string{"encrypted. Everything else that was tried refused the connection. If you know"}, TypeServers,
		},
		{
			"outgoing only, the rest is silent",
			with(report(probe.Incomplete), func(r *probe.Report) {
				r.Incoming, r.Attempts = probe.Result{}, tries(true, probe.NoAnswer, probe.TimedOut)
			}),
			"No server for reading was found", []string{"encrypted. Nothing else that was tried answered. If you know"}, TypeServers,
		},
		{
			"outgoing only, the other wants a certificate",
			with(report(probe.Incomplete), func(r *probe.Report) {
				r.Incoming = probe.Result{}
				r.Findings = []probe.Finding{{Cause: probe.ClientCertificateWanted, Server: imapServer, Role: account.Incoming}}
			}),
			"No server for reading was found", []string{"The server wants a certificate from you."}, AskYourProvider,
		},
		{
			"sign-in not finished",
			with(report(probe.Incomplete), func(r *probe.Report) {
				r.SignIns = []probe.SignIn{{Server: imapServer, Status: probe.Failed, Cause: probe.ServerTrouble, Detail: "try later"}}
			}),
			"Signing in could not be finished", []string{"The server has trouble at the moment.", "“try later”"}, SearchAgain,
		},
		{"stopped", nothing(nil), "No mail server was found", []string{"tell them by name"}, TypeServers},
		{"cancelled", probe.Report{Outcome: probe.Stopped}, "The search was stopped", []string{"Nothing was changed"}, SearchAgain},
	}
	for _, c := range cases {
		got := Verdict(c.report)
		if got.Title != c.title || got.Action != c.action {
			t.Errorf("%s: got %q (action %d), want %q (action %d)", c.name, got.Title, got.Action, c.title, c.action)
		}
		for _, w := range c.advice {
			if !strings.Contains(got.Advice, w) {
				t.Errorf("%s: got %q, want %q in it", c.name, got.Advice, w)
			}
		}
	}
}

// C-6, D-8: that a server is not what it was for this account is the answer, whatever else was found; and it leads to nobody but
// the provider. The fingerprints stay in sight.
func TestAServerThatIsNotWhatItWasIsTheAnswer(t *testing.T) {
	for cause, title := range map[probe.Cause]string{
		probe.CertificateChanged: "The server's certificate has changed",
		probe.VerifiedBefore:     "This server could prove who it is before, and cannot now",
		probe.EncryptionGone:     "This server was encrypted before, and is not now",
	} {
		f := probe.Finding{Cause: cause, Server: imapServer, Role: account.Incoming, Accepted: account.Fingerprint{1}}
		half := with(report(probe.Incomplete), func(r *probe.Report) { r.Incoming = probe.Result{} })
		for _, r := range []probe.Report{half, nothing(tries(true, probe.ConnectionRefused))} {
			r.Findings = []probe.Finding{{Cause: probe.ClientCertificateWanted, Server: smtpServer}, f}
			got := Verdict(r)
			if got.Title != title || got.Action != AskYourProvider || !strings.Contains(got.Advice, "your password was not sent there") || !HardStop(r) {
				t.Errorf("%v, %v: got %+v, want %q and a hard stop", cause, r.Outcome, got, title)
			}
			if Repeats(r, f, got) {
				t.Errorf("%v, %v: got the finding left out, want it shown for its fingerprints", cause, r.Outcome)
			}
		}
		other := report(probe.Ready)
		other.Findings = []probe.Finding{f}
		if got := Verdict(other); got.Title == title || HardStop(other) {
			t.Errorf("%v beside two good servers: got %+v, want it a finding alone", cause, got)
		}
		half.Findings = []probe.Finding{{Cause: cause, Server: smtpServer, Role: account.Outgoing}}
		if got := Verdict(half); got.Title == title || HardStop(half) {
			t.Errorf("%v of the role that was found: got %+v, want it a finding alone", cause, got)
		}
	}
}

func TestAHalfAnswerIsNotSaidTwice(t *testing.T) {
	f := probe.Finding{Cause: probe.ClientCertificateWanted, Server: imapServer, Role: account.Incoming}
	r := with(report(probe.Incomplete), func(r *probe.Report) { r.Incoming, r.Findings = probe.Result{}, []probe.Finding{f} })
	if !Repeats(r, f, Verdict(r)) {
		t.Errorf("got %q beside %q, want it said once", Finding(f).Advice, Verdict(r).Advice)
	}
	if other := (probe.Finding{Cause: probe.ServerTrouble, Server: smtpServer}); Repeats(r, other, Verdict(r)) {
		t.Error("got another finding left out, want it shown")
	}
}

func TestSilenceRefusalAndNoDomainAreThreeVerdicts(t *testing.T) {
	missing := tries(false, probe.NoSuchHost, probe.NoAddress)
	cases := []struct {
		name   string
		report probe.Report
		want   string
		action Action
	}{
		{"silent", nothing(append(missing, tries(true, probe.NoAnswer, probe.NoAnswer)...)), "No server answered", SearchAgain},
		{"refuses", nothing(append(missing, tries(true, probe.ConnectionRefused)...)), "No mail service is running there", TypeServers},
		{"no such domain", nothing(missing), "No mail server has a name in example.test", EditAddress},
		{"no such domain, nothing tried", nothing(nil, probe.Finding{Cause: probe.NoSuchHost}), "No mail server has a name in example.test", EditAddress},
		{"no name service", nothing(tries(false, probe.DNSTrouble, probe.NoSuchHost)), "Names cannot be looked up at the moment", SearchAgain},
		{"mixed", nothing(tries(true, probe.NoAnswer, probe.ConnectionRefused)), "No mail server was found", TypeServers},
		{"network down", nothing(missing, probe.Finding{Cause: probe.NetworkDown}), "There is no network", SearchAgain},
		{"firewall", nothing(tries(true, probe.NoAnswer), probe.Finding{Cause: probe.Firewall}), "A firewall keeps mail from this network", SearchAgain},
		{"OAuth", nothing(nil, probe.Finding{Cause: probe.OAuthOnly, Server: imapServer}), "This provider lets you sign in with a browser only", AskYourProvider},
		{"cleartext", nothing(nil, probe.Finding{Cause: probe.CleartextOnly, Server: imapServer}), "Only unprotected access was found", AllowUnsafe},
		{"no client certificate", nothing(tries(true, probe.ClientCertificateWanted), probe.Finding{Cause: probe.ClientCertificateWanted, Server: imapServer}), "The server wants a certificate from you", AskYourProvider},
		{"client certificate", nothing(tries(true, probe.ClientCertificateRefused), probe.Finding{Cause: probe.ClientCertificateRefused, Server: imapServer}), "The server did not accept your certificate", AskYourProvider},
	}
	for _, c := range cases {
		if got := Verdict(c.report); got.Title != c.want || got.Action != c.action || got.Advice == "" {
			t.Errorf("%s: got %q (action %d), want %q (action %d)", c.name, got.Title, got.Action, c.want, c.action)
		}
	}
}

// G-12, D-9: the word "encrypted" alone is for verified connections; what is less says so, and why.
func TestProtectionSaysWhyItIsLess(t *testing.T) {
	starttls := result(account.IMAP, account.Endpoint{Host: "imap.example.test", Port: 143}, account.STARTTLS, account.Verified)
	r := report(probe.Found)
	r.Attempts = []probe.Attempt{
		{ID: 1, Protocol: account.IMAP, Server: account.Endpoint{Host: "pop.example.test", Port: 995}, Security: account.TLS, Status: probe.Failed, Cause: probe.ConnectionRefused},
		{ID: 2, Protocol: account.IMAP, Server: account.Endpoint{Host: "imap.example.test", Port: 143}, Address: netip.MustParseAddr("192.0.2.1"), Security: account.STARTTLS, Status: probe.OK},
	}
	elsewhere, silent := r, r
	elsewhere.Attempts = append(elsewhere.Attempts[:2:2], probe.Attempt{
		ID: 3, Protocol: account.IMAP, Server: account.Endpoint{Host: "mail.example.test", Port: 993}, Address: netip.MustParseAddr("192.0.2.1"),
		Security: account.TLS, Status: probe.Failed, Cause: probe.ConnectionRefused,
	})
	silent.Attempts = append(silent.Attempts[:2:2], probe.Attempt{
		ID: 3, Protocol: account.IMAP, Server: imapServer, Security: account.TLS, Status: probe.Superseded, Took: 1250 * time.Millisecond,
	})
	starttls.Attempt = 2
	for why, r := range map[string]probe.Report{" · on port 993: connection refused": elsewhere, " · on port 993: no answer in time": silent, "": r} {
		want := "upgrade with STARTTLS · TLS 1.3 · certificate valid" + why
		if got := Protection(r, starttls); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	r.Attempts = []probe.Attempt{{Protocol: account.IMAP, Server: imapServer, Security: account.TLS, Status: probe.Failed, Cause: probe.NoAnswer}}
	cases := []struct {
		name   string
		result probe.Result
		want   string
	}{
		{"TLS", r.Incoming, "encrypted from the start · TLS 1.3 · certificate valid"},
		{"STARTTLS", starttls, "upgrade with STARTTLS · TLS 1.3 · certificate valid · on port 993: no server answered on this port"},
		{"pinned", result(account.IMAP, imapServer, account.TLS, account.Pinned), "encrypted from the start · TLS 1.3 · identity not verified · certificate accepted by you"},
		{"unverified", result(account.IMAP, imapServer, account.TLS, account.Unverified), "encrypted from the start · TLS 1.3 · certificate not confirmed"},
		{"cleartext", result(account.IMAP, imapServer, account.Cleartext, account.Unprotected), "without encryption · allowed by you"},
	}
	for _, c := range cases {
		if got := Protection(r, c.result); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
