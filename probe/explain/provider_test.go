package explain

import (
	"strings"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
)

var (
	incomingThere = account.Endpoint{Host: "imap.example.test", Port: 993}
	outgoingThere = account.Endpoint{Host: "smtp.example.test", Port: 465}
	month         = time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)
	appOnly       = discover.Provider{Name: "App Only", SignIn: discover.AppPasswordOnly, PasswordPage: "https://apponly.example/p", Known: month}
	browser       = discover.Provider{Name: "Browser Only", SignIn: discover.OAuthAlone, AccessPage: "https://browser.example/h", Known: month}
	switched      = discover.Provider{
		Name: "Switched", SignIn: discover.AppPasswordWithTwoStep, PasswordPage: "https://switched.example/p",
		Access: discover.SwitchOn, AccessPage: "https://switched.example/imap", Known: month,
	}
	closed = discover.Provider{Name: "Closed", Access: discover.NoneAtAll, AccessPage: "https://closed.example/b", Instead: "Its bridge helps.", Known: month}
	paid   = discover.Provider{Name: "Paid", Access: discover.PaidOnly, AccessPage: "https://paid.example/imap", Known: month}
)

func TestFindingsTellWhatIsKnownOfTheProvider(t *testing.T) {
	for _, c := range []struct {
		cause    probe.Cause
		provider discover.Provider
		want     []string
		not      string
	}{
		{probe.OAuthOnly, browser, []string{"https://browser.example/h", "November 2026"}, ""},
		{probe.AppPasswordNeeded, appOnly, []string{"https://apponly.example/p", "App Only takes only app passwords", "November 2026"}, ""},
		{probe.SignInRefused, appOnly, []string{"https://apponly.example/p"}, ""},
		{probe.SignInRefused, switched, []string{"With two-step sign-in", "https://switched.example/p", "https://switched.example/imap"}, ""},
		{probe.ProtocolSwitchedOff, switched, []string{"switched on first", "https://switched.example/imap"}, "switched.example/p"},
		{probe.ProtocolSwitchedOff, paid, []string{"paying customers", "https://paid.example/imap"}, ""},
		{probe.NotForMailPrograms, closed, []string{"Its bridge helps.", "https://closed.example/b"}, ""},
		{probe.NoAnswer, appOnly, nil, "App Only"},
		{probe.SignInRefused, discover.Provider{}, nil, "https://"},
	} {
		got := Finding(probe.Finding{Cause: c.cause, Server: incomingThere, Provider: c.provider}).Advice
		for _, w := range c.want {
			if !strings.Contains(got, w) {
				t.Errorf("%v at %s: got %q, want %q in it", c.cause, c.provider.Name, got, w)
			}
		}
		if c.not != "" && strings.Contains(got, c.not) {
			t.Errorf("%v at %s: got %q, want no %q", c.cause, c.provider.Name, got, c.not)
		}
	}
}

func TestOddPasswordIsToldInPortolansOwnWords(t *testing.T) {
	remark := account.PasswordRemark(account.NewSecret("abcd efgh ijkl mnop"))
	got := Finding(probe.Finding{Cause: probe.PasswordOdd, Server: incomingThere, Detail: remark})
	if !strings.Contains(got.Advice, remark) || strings.Contains(got.Advice, "says:") {
		t.Errorf("got %q, want the remark and nobody who says it", got.Advice)
	}
}

func TestPasswordQuestionSaysWhatIsKnownAndThatNothingWasSent(t *testing.T) {
	d := probe.Decision{Kind: probe.DecidePassword, Servers: []account.Endpoint{incomingThere}, Role: account.Incoming}
	for _, c := range []struct {
		name  string
		make  func(probe.Decision) probe.Decision
		title string
		want  []string
	}{
		{"provider", func(d probe.Decision) probe.Decision { d.Provider = appOnly; return d }, "Is this an app password?", []string{"https://apponly.example/p"}},
		{"shape", func(d probe.Decision) probe.Decision { d.Remark = "It is odd."; return d }, "Is the password as you mean it?", []string{"It is odd.", "exactly as you typed it"}},
		{"both", func(d probe.Decision) probe.Decision { d.Provider, d.Remark = appOnly, "It is odd."; return d }, "Is this an app password?", []string{"It is odd."}},
		{"for sending", func(d probe.Decision) probe.Decision {
			d.Remark, d.Role = "It is odd.", account.Outgoing
			return d
		}, "Is the password for sending as you mean it?", nil},
	} {
		got := Decision(c.make(d))
		if got.Title != c.title || got.Action != Decide {
			t.Errorf("%s: got %q and %v, want %q to decide", c.name, got.Title, got.Action, c.title)
		}
		for _, w := range append(c.want, notSent) {
			if !strings.Contains(got.Advice, w) {
				t.Errorf("%s: got %q, want %q in it", c.name, got.Advice, w)
			}
		}
	}
}

func TestVerdictsKnowTheProvider(t *testing.T) {
	good := probe.Result{Server: account.Server{Protocol: account.IMAP, Endpoint: incomingThere, Auth: account.AuthPlain}, Protection: account.Verified}
	out := probe.Result{Server: account.Server{Protocol: account.SMTP, Endpoint: outgoingThere, Auth: account.AuthPlain}, Protection: account.Verified}
	for _, c := range []struct {
		name   string
		report probe.Report
		title  string
		want   string
		action Action
	}{
		{
			"no password is taken", probe.Report{Outcome: probe.Incomplete, Incoming: good, Outgoing: out, Findings: []probe.Finding{{Cause: probe.OAuthOnly, Server: incomingThere, Provider: browser}}},
			"This provider lets you sign in with a browser only", "https://browser.example/h", AskYourProvider,
		},
		{
			"none was given, none would be taken", probe.Report{Outcome: probe.Found, Incoming: good, Outgoing: out, Findings: []probe.Finding{{Cause: probe.OAuthOnly, Server: incomingThere, Provider: browser}}},
			"Your settings were found", "no password would be taken", ActionNone,
		},
		{
			"none was given, an app password is wanted", probe.Report{Outcome: probe.Found, Incoming: good, Outgoing: out, Findings: []probe.Finding{{Cause: probe.AppPasswordNeeded, Server: incomingThere, Provider: appOnly}}},
			"Your settings were found", "with an app password", GivePassword,
		},
		{
			"refused", probe.Report{
				Outcome: probe.RefusedIn, Incoming: good, Outgoing: out, Findings: []probe.Finding{{Cause: probe.SignInRefused, Server: incomingThere, Provider: switched}},
				SignIns: []probe.SignIn{{Protocol: account.IMAP, Server: incomingThere, Status: probe.Failed, Cause: probe.SignInRefused, Refusal: true}},
			},
			"Your password was not accepted", "https://switched.example/imap", EditPassword,
		},
		{
			"nothing there", probe.Report{Outcome: probe.Nothing, Findings: []probe.Finding{{Cause: probe.NotForMailPrograms, Provider: closed}}},
			"This provider lets no mail programs in", "https://closed.example/b", TypeServers,
		},
		{
			"a question", probe.Report{Outcome: probe.NeedDecision, Incoming: good, Outgoing: out, Decisions: []probe.Decision{{Kind: probe.DecidePassword, Provider: appOnly}}},
			"Your decision is needed", "Is this an app password?", Decide,
		},
	} {
		got := Verdict(c.report)
		if got.Title != c.title || got.Action != c.action || !strings.Contains(got.Advice, c.want) {
			t.Errorf("%s: got %q, %q and %v, want %q, %q in it, and %v", c.name, got.Title, got.Advice, got.Action, c.title, c.want, c.action)
		}
	}
}

func TestWhatIsKnownOfAProviderIsSaidOnce(t *testing.T) {
	refused := probe.Report{Outcome: probe.RefusedIn}
	ready := probe.Report{Outcome: probe.Ready}
	for _, c := range []struct {
		report  probe.Report
		finding probe.Finding
		want    bool
	}{
		{refused, probe.Finding{Cause: probe.AppPasswordNeeded, Server: incomingThere, Provider: appOnly}, true},
		{refused, probe.Finding{Cause: probe.PasswordOdd, Server: incomingThere, Detail: "It is odd."}, false},
		{ready, probe.Finding{Cause: probe.PasswordOdd, Server: incomingThere, Detail: "It is odd."}, true},
	} {
		if got := Repeats(c.report, c.finding, Verdict(c.report)); got != c.want {
			t.Errorf("%v after %v: got %v, want %v", c.finding.Cause, c.report.Outcome, got, c.want)
		}
	}
}
