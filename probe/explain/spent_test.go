package explain

import (
	"strings"
	"testing"

	"portolan/account"
	"portolan/probe"
)

// P-4: what a run spent of its tries is said with its end, whatever the end.
func TestRefusalsAreSaidWithHowManyTriesThereAre(t *testing.T) {
	no := probe.SignIn{Protocol: account.IMAP, Username: "alice@example.test", Status: probe.Failed, Cause: probe.SignInRefused, Refusal: true}
	busy := probe.SignIn{Protocol: account.SMTP, Username: "alice", Status: probe.Failed, Cause: probe.ServerTrouble}
	server := probe.Result{Server: account.Server{Endpoint: account.Endpoint{Host: "mail.example.test", Port: 993}, Security: account.TLS}, Protection: account.Verified}
	for _, c := range []struct {
		name     string
		outcome  probe.Outcome
		refusals int
		limit    int
		signIns  []probe.SignIn
		want     string
	}{
		{"refused", probe.RefusedIn, 2, 2, []probe.SignIn{no, no}, "2 of 2 sign-in tries used."},
		{"refused, outgoing with its own password", probe.RefusedIn, 1, 3, []probe.SignIn{no}, "1 of 3 sign-in tries used."},
		{"the second user name was right", probe.Ready, 1, 2, []probe.SignIn{no}, "1 of 2 sign-in tries used."},
		{"trouble afterwards", probe.Incomplete, 1, 2, []probe.SignIn{no, busy}, "1 of 2 sign-in tries used."},
		{"nothing refused", probe.Ready, 0, 2, nil, ""},
		{"trouble alone", probe.Incomplete, 0, 2, []probe.SignIn{busy}, ""},
	} {
		r := probe.Report{Outcome: c.outcome, Refusals: c.refusals, MaxRefusals: c.limit, SignIns: c.signIns, Incoming: server, Outgoing: server}
		got := Verdict(r).Advice
		if strings.Contains(got, "tries used") != (c.want != "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q in it", c.name, got, c.want)
		}
	}
}
