package mailtest

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var plainAlice = b64("\x00alice@example.test\x00correct horse")

// dialogues run a conversation against one server, in the clear, or in TLS where secure is set.
func TestServersSpeakTheirProtocol(t *testing.T) {
	for _, c := range []struct {
		name, server string
		secure       bool
		talk         []string
		violations   []string
		signedIn     bool
	}{
		{
			"imap, PLAIN with initial response", "imap 192.0.2.1:993 tls", true,
			[]string{
				"< * OK ", "> a CAPABILITY", "< * CAPABILITY IMAP4rev1 ID ENABLE SASL-IR AUTH=PLAIN AUTH=LOGIN", "< a OK",
				"> b AUTHENTICATE PLAIN " + plainAlice, "< b OK", "> c LOGOUT", "< * BYE", "< c OK",
			},
			nil, true,
		},
		{
			"imap, PLAIN without, LOGIN, LOGIN command with a literal", "imap 192.0.2.1:993 tls no-ir", true,
			[]string{
				"< * OK ", "> a AUTHENTICATE PLAIN", "< + ", "> " + plainAlice, "< a OK",
				"> b AUTHENTICATE LOGIN", "< + ", "> " + b64("alice"), "< + ", "> " + b64("correct horse"), "< b NO [AUTHENTICATIONFAILED]",
				"> c LOGIN {18}", "< + ", "> alice@example.test \"correct horse\"", "< c OK",
				"> d LOGIN \"alice@example.test\" {13}", "< + ", "> correct horse", "< d OK", "> c LOGOUT", "< * BYE", "< c OK",
			},
			nil, true,
		},
		{
			"imap, its own words", "imap 192.0.2.1:993 tls refuse=\"NO Login failed\" greeting=\"* OK hello\" rejects=LOGIN", true,
			[]string{"< * OK hello", "> a LOGIN alice wrong", "< a NO Login failed", "> b AUTHENTICATE LOGIN", "< b NO [CANNOT]"},
			nil, false,
		},
		{
			"imap in the clear", "imap 192.0.2.1:143 starttls", false,
			[]string{
				"< * OK ", "> a CAPABILITY", "< * CAPABILITY IMAP4rev1 ID ENABLE SASL-IR STARTTLS LOGINDISABLED", "< a OK",
				"> b LOGIN alice \"correct horse\"", "< b NO",
			},
			[]string{"password in the clear", "LOGIN in spite of LOGINDISABLED", "in the clear"},
			false,
		},
		{
			"imap in the clear with consent", "imap 192.0.2.1:143 plain clear-allowed", false,
			[]string{"< * OK ", "> b LOGIN alice@example.test \"correct horse\"", "< b OK"},
			nil, true,
		},
		{
			"pop3", "pop3 192.0.2.1:995 tls", true,
			[]string{
				"< +OK ", "> CAPA", "< +OK", "< TOP", "< UIDL", "< RESP-CODES", "< AUTH-RESP-CODE", "< USER", "< SASL PLAIN LOGIN", "< .",
				"> USER alice", "< +OK", "> PASS correct horse", "< -ERR [AUTH]", "> USER alice@example.test", "< +OK", "> PASS correct horse", "< +OK",
				"> AUTH PLAIN " + plainAlice, "< +OK", "> AUTH PLAIN", "< + ", "> " + plainAlice, "< +OK", "> QUIT", "< +OK",
			},
			nil, true,
		},
		{
			"smtp", "smtp 192.0.2.1:465 tls", true,
			[]string{
				"< 220 ", "> EHLO [127.0.0.1]", "< 250-mail", "< 250-8BITMIME", "< 250-SIZE", "< 250-ENHANCED", "< 250 AUTH PLAIN LOGIN",
				"> AUTH PLAIN " + b64("\x00alice\x00correct horse"), "< 535 5.7.8", "> AUTH LOGIN", "< 334 " + b64("Username:"), "> *", "< 501",
				"> AUTH PLAIN " + plainAlice, "< 235", "> QUIT", "< 221",
			},
			nil, true,
		},
		{
			"smtp, nothing before EHLO, no name", "smtp 192.0.2.1:587 plain", false,
			[]string{"< 220 ", "> EHLO laptop.example.test", "< 250-mail"},
			[]string{"want an address literal"},
			false,
		},
		{
			"too fast", "smtp 192.0.2.1:587 plain", false,
			[]string{"> EHLO [127.0.0.1]", "< 220 ", "< 250-mail"},
			[]string{"before the reply"},
			false,
		},
		{
			"pipelined", "pop3 192.0.2.1:110 plain", false,
			[]string{"< +OK ", "> CAPA\r\nNOOP", "< +OK"},
			[]string{"before the reply"},
			false,
		},
		{
			"unknown command", "imap 192.0.2.1:993 tls", true,
			[]string{"< * OK ", "> a SELECT INBOX", "< a BAD"},
			[]string{"not expected"},
			false,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := build(t, "host 192.0.2.1 a.example.test\n"+c.server)
				at := strings.Fields(c.server)[1]
				conn := dial(t, w, at)
				if c.secure {
					if err := conn.secure("a.example.test"); err != nil {
						t.Fatal(err)
					}
				}
				conn.talk(c.talk...)
				_ = conn.conn.Close()
				synctest.Wait()
				time.Sleep(time.Second)
				violations(t, w, c.violations...)
				r := w.Record()
				if got := len(r.SignIns) > 0 && r.SignIns[len(r.SignIns)-1].OK; got != c.signedIn {
					t.Errorf("got signed in %v, want %v\n%v", got, c.signedIn, r)
				}
			})
		})
	}
}

func TestConnectionIsUpgraded(t *testing.T) {
	for _, c := range []struct{ server, greeting, ask, last, upgrade, yes, after string }{
		{"imap 192.0.2.1:143", "* OK", "a CAPABILITY", "a OK", "b STARTTLS", "b OK", "c LOGOUT"},
		{"pop3 192.0.2.1:110", "+OK", "CAPA", ".", "STLS", "+OK", "QUIT"},
		{"smtp 192.0.2.1:587", "220", "EHLO [127.0.0.1]", "250 ", "STARTTLS", "220", "QUIT"},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := build(t, "host 192.0.2.1 a.example.test\n"+c.server+" starttls")
			conn := dial(t, w, strings.Fields(c.server)[1])
			conn.talk("< "+c.greeting, "> "+c.ask)
			for line := ""; !strings.HasPrefix(line, c.last); {
				line, _ = conn.in.ReadString('\n')
			}
			conn.talk("> "+c.upgrade, "< "+c.yes)
			if err := conn.secure("a.example.test"); err != nil {
				t.Fatal(err)
			}
			conn.talk("> " + c.after)
			_, _ = conn.in.ReadString('\n')
			_ = conn.conn.Close()
			time.Sleep(time.Second)
			violations(t, w)
			if got := w.Record().Connections[0]; !got.Polite || got.Rude || got.Handshake != "done" {
				t.Errorf("%s: got %+v, want a polite end after TLS", c.server, got)
			}
		})
	}
}

func TestRudeEndIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, "host 192.0.2.1 a.example.test\nimap 192.0.2.1:143 plain")
		conn := dial(t, w, "192.0.2.1:143")
		conn.talk("< * OK", "> a CAPABILITY", "< * CAPABILITY", "< a OK")
		time.Sleep(time.Second)
		_ = conn.conn.Close()
		time.Sleep(time.Second)
		r := w.Record()
		if wrong := (Step{}).Invariants(r); len(wrong) != 1 || !strings.Contains(wrong[0], "without LOGOUT") {
			t.Errorf("got %q, want one remark on manners", wrong)
		}
	})
}

func TestSpeakingInsideAnUnverifiedHandshakeIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// A client that trusts the authority but forgets to look at the name.
		w := build(t, "host 192.0.2.1 a.example.test\nimap 192.0.2.1:993 tls cert=wrong-name")
		conn := dial(t, w, "192.0.2.1:993")
		if err := conn.secure("elsewhere.invalid"); err != nil {
			t.Fatal(err)
		}
		conn.talk("< * OK", "> a LOGOUT", "< * BYE")
		_ = conn.conn.Close()
		time.Sleep(time.Second)
		violations(t, w, "after a handshake with a certificate that is wrong-name")
	})
}

func TestCrowdsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, "host 192.0.2.1 a.example.test\nport 192.0.2.1:993 mute")
		var open []*client
		for range 5 {
			open = append(open, dial(t, w, "192.0.2.1:993"))
		}
		for _, c := range open {
			_ = c.conn.Close()
		}
		if wrong := (Step{}).Invariants(w.Record()); len(wrong) != 1 || !strings.Contains(wrong[0], "at a time") {
			t.Errorf("got %q, want one remark on a crowd", wrong)
		}
	})
}
