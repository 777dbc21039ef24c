package explain

import (
	"net/netip"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

func TestATryIsOneRow(t *testing.T) {
	v4, v6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	proved := wire.Facts{Protection: account.Verified, TLS: wire.TLSFacts{Version: 0x0304, Covered: []string{"imap.example.test"}}}
	pinned := wire.Facts{Protection: account.Pinned, TLS: wire.TLSFacts{Version: 0x0303, Covered: []string{"imap.example.test"}}}
	mail143 := account.Endpoint{Host: "imap.example.test", Port: 143}
	cases := []struct {
		name    string
		attempt probe.Attempt
		want    Line
	}{
		{
			"verified", probe.Attempt{Server: imapServer, Address: v4, Security: account.TLS, Status: probe.OK, Facts: proved},
			Line{"imap.example.test:993 · encrypted from the start", "Certificate valid for imap.example.test · TLS 1.3"},
		},
		{
			"pinned", probe.Attempt{Server: imapServer, Address: v4, Security: account.TLS, Status: probe.OK, Facts: pinned},
			Line{"imap.example.test:993 · encrypted from the start", "Certificate accepted by you for imap.example.test · identity not verified · TLS 1.2"},
		},
		{
			"no encryption", probe.Attempt{Server: mail143, Address: v4, Security: account.STARTTLS, Status: probe.OK},
			Line{"imap.example.test:143 · upgrade with STARTTLS", "No encryption"},
		},
		{
			"superseded", probe.Attempt{Server: mail143, Address: v4, Security: account.STARTTLS, Status: probe.Superseded},
			Line{"imap.example.test:143 · upgrade with STARTTLS", "Not needed, a safer answer was found"},
		},
		{
			"superseded TLS", probe.Attempt{Server: imapServer, Address: v4, Security: account.TLS, Status: probe.Superseded, Stage: wire.Secured},
			Line{"imap.example.test:993 · encrypted from the start", "Not needed, another way was found"},
		},
		{
			"silent and superseded", probe.Attempt{Server: imapServer, Address: v4, Security: account.TLS, Status: probe.Superseded, Took: 1250 * time.Millisecond},
			Line{"imap.example.test:993 · encrypted from the start", "No answer so far, another way was found"},
		},
		{
			"skipped", probe.Attempt{Server: mail143, Address: v4, Security: account.STARTTLS, Status: probe.Skipped, Cause: probe.Limited},
			Line{"imap.example.test:143 · upgrade with STARTTLS", "Left out"},
		},
		{
			"silent over IPv6", probe.Attempt{Server: imapServer, Address: v6, Security: account.TLS, Status: probe.Failed, Cause: probe.NoAnswer, Detail: "i/o timeout"},
			Line{"imap.example.test:993 · encrypted from the start · IPv6", "No server answered on this port"},
		},
		{
			"the server speaks", probe.Attempt{Server: imapServer, Address: v4, Security: account.TLS, Status: probe.Failed, Cause: probe.GreetingRefused, Detail: "go away", Facts: proved},
			Line{"imap.example.test:993 · encrypted from the start", "The server turned the connection away · the server says: “go away”"},
		},
		{
			"look-up", probe.Attempt{Server: account.Endpoint{Host: "pop.example.test"}, Status: probe.Failed, Cause: probe.NoSuchHost},
			Line{"pop.example.test · looking up the name", "No server has this name"},
		},
		{
			"running", probe.Attempt{Server: imapServer, Address: v4, Security: account.TLS, Status: probe.Running},
			Line{"imap.example.test:993 · encrypted from the start", "Connecting…"},
		},
	}
	for _, c := range cases {
		if got := Attempt(c.attempt); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestASignInIsOneRow(t *testing.T) {
	cases := []struct {
		signIn probe.SignIn
		want   Line
	}{
		{
			probe.SignIn{Server: imapServer, Username: "ada@example.test", Auth: account.AuthSCRAMSHA256, Status: probe.OK},
			Line{"Sign in as ada@example.test", "Accepted by imap.example.test:993 (SCRAM-SHA-256)"},
		},
		{
			probe.SignIn{Server: imapServer, Username: "ada", Status: probe.Failed, Cause: probe.SignInRefused, Detail: "[AUTHENTICATIONFAILED] no"},
			Line{"Sign in as ada", "imap.example.test:993 · The password was not accepted · the server says: “[AUTHENTICATIONFAILED] no”"},
		},
		{
			probe.SignIn{Server: imapServer, Username: "ada", Status: probe.Running},
			Line{"Sign in as ada", "Signing in to imap.example.test:993…"},
		},
	}
	for _, c := range cases {
		if got := SignIn(c.signIn); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestEveryStageAndSourceHasWords(t *testing.T) {
	for s := wire.Connecting; s <= wire.SignedIn; s++ {
		if stageWords(s) == "" {
			t.Errorf("stage %d: got no words", s)
		}
	}
	for s := account.SourceUser; s <= account.SourceGuess; s++ {
		if got := Source(s); got == "unknown" || got == "" {
			t.Errorf("source %s: got %q, want words", s, got)
		}
	}
	for v, want := range map[uint16]string{0: "", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"} {
		if got := TLSVersion(v); got != want {
			t.Errorf("version %x: got %q, want %q", v, got, want)
		}
	}
}
