package setup

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe"
)

// played gives a book after a search with these events.
func played(b book, events []probe.Event) book {
	b = b.started(b.request(), time.Time{})
	for _, e := range events {
		b = b.with(b.Number, e)
	}
	return b.over(b.Number).shown()
}

func TestTypedPartsStayAndPortAndSecurityGoTogetherOrNotAtAll(t *testing.T) {
	const in = account.Incoming
	for _, c := range []struct {
		name  string
		steps func(book) book
		want  Fields
		offer string
	}{
		{"nothing typed", func(b book) book { return b }, Fields{account.IMAP, "imap.example.test", "993", account.TLS, 0, "alice@example.test", 0, 0}, ""},
		{"user name", func(b book) book { return b.typed(account.FieldUsername, "al") }, Fields{account.IMAP, "imap.example.test", "993", account.TLS, 0, "al", 0, PartUsername}, "You asked for the user name al; the server accepted alice@example.test."},
		{"security", func(b book) book { return b.chosenSecurity(in, account.STARTTLS) }, Fields{account.IMAP, "imap.example.test", "", account.STARTTLS, 0, "alice@example.test", 0, PartSecurity}, "You asked for STARTTLS; the server offers TLS on port 993."},
		{"port", func(b book) book { return b.typed(account.FieldIncomingPort, "143") }, Fields{account.IMAP, "imap.example.test", "143", account.STARTTLS, 0, "alice@example.test", 0, PartPort}, "You asked for port 143; the server offers TLS on port 993."},
		{"protocol", func(b book) book { return b.chosenProtocol(account.POP3) }, Fields{account.POP3, "imap.example.test", "993", account.TLS, 0, "alice@example.test", 0, PartProtocol}, "You asked for POP3; the server offers IMAP, TLS on port 993."},
		{"method", func(b book) book { return b.chosenAuth(in, account.AuthCRAMMD5) }, Fields{account.IMAP, "imap.example.test", "993", account.TLS, account.AuthCRAMMD5, "alice@example.test", 0, PartAuth}, "You asked for CRAM-MD5; the server offers PLAIN, SCRAM-SHA-256."},
		{"another host", func(b book) book { return b.typed(account.FieldIncomingServer, "mail.example.test") }, Fields{account.ProtocolUnknown, "mail.example.test", "", 0, 0, "", 0, PartHost}, ""},
	} {
		b := played(c.steps(begin(Advanced).typed(account.FieldAddress, "alice@example.test")), well())
		offer := ""
		if len(b.Incoming.Offers) > 0 {
			offer = b.Incoming.Offers[0].Text
		}
		if b.Form.Incoming != c.want || offer != c.offer {
			t.Errorf("%s: got %+v, %q, want %+v, %q", c.name, b.Form.Incoming, offer, c.want, c.offer)
		}
		if (b.Incoming.Tone == Success) != (offer == "" && c.name != "another host") {
			t.Errorf("%s: got %+v", c.name, b.Incoming)
		}
		if offer == "" {
			continue
		}
		if b = b.taken(in, b.Incoming.Offers[0].Part).shown(); b.Incoming.Tone != Success || len(b.Incoming.Offers) != 0 {
			t.Errorf("%s, taken: got %+v, %+v", c.name, b.Form.Incoming, b.Incoming)
		}
	}
}

func TestWhatWasFoundForAnotherAddressLeavesTheFields(t *testing.T) {
	nothing := []probe.Event{{Kind: probe.RunStarted, Address: account.Address{Local: "bob", Domain: "example.test"}}, ended(probe.Nothing)}
	b := played(begin(Advanced).typed(account.FieldAddress, "alice@example.test"), well())
	again := played(b, []probe.Event{ended(probe.Nothing)})
	if again.Form.Incoming.Host != "imap.example.test" || again.Incoming.Tone != Danger || again.Incoming.Tested != noServer {
		t.Errorf("same address: got %+v, %+v, want the fields left", again.Form.Incoming, again.Incoming)
	}
	b = b.typed(account.FieldAddress, "bob@example.test").shown()
	if b.Incoming.Tested != notTested || b.Verdict.Tone == Success {
		t.Errorf("edited: got %+v, %+v", b.Incoming, b.Verdict)
	}
	if b = played(b, nothing); b.Form.Incoming.Host != "" || b.Form.Incoming.Username != "" || b.CanWrite {
		t.Errorf("other address: got %+v, want the fields empty", b.Form.Incoming)
	}
}

func TestATestOfAnOldPasswordDoesNotLand(t *testing.T) {
	b := begin(Advanced).typed(account.FieldAddress, "alice@example.test").typed(account.FieldIncomingServer, "imap.example.test:993")
	b = b.started(b.testRequest(account.Incoming), time.Time{})
	b = b.typed(account.FieldPassword, password)
	for _, e := range well() {
		b = b.with(b.Number, e)
	}
	if b = b.shown(); b.Incoming.Tested != notTested || b.Incoming.Offered != nil {
		t.Errorf("got %+v", b.Incoming)
	}
}

func TestARefusedSignInIsSaidAtItsServer(t *testing.T) {
	in := found(account.IMAP, imap993, account.TLS, false)
	no := probe.Event{Kind: probe.SignInChanged, SignIn: probe.SignIn{Protocol: account.IMAP, Server: imap993, Username: in.Username, Status: probe.Failed, Cause: probe.SignInRefused}}
	b := begin(Simple).typed(account.FieldAddress, "alice@example.test").typed(account.FieldPassword, password)
	b = played(b, []probe.Event{{Kind: probe.RunStarted, Address: alice}, settled(in), settled(found(account.SMTP, smtp465, account.TLS, false)), no, ended(probe.RefusedIn)})
	if b.Incoming.Tone != Danger || b.Outgoing.Tested != "Found, not signed in" || b.Verdict.Tone != Danger || b.Form.Outgoing.Port != "465" {
		t.Errorf("got %+v, %+v, %+v", b.Incoming, b.Outgoing, b.Verdict)
	}
}

// practise lets a practice mailbox of a personality be searched.
func practise(t *testing.T, name string) *desk {
	t.Helper()
	d := newDesk(t, &script{})
	d.Practice(name)
	d.until(t, "the mailbox", func(s State) bool { return s.Practice == name })
	d.Find()
	d.untilResting(t)
	return d
}

func TestThePersonalitiesOfThePracticeMailbox(t *testing.T) {
	if d := practise(t, "starttls"); d.drawn.Form.Incoming.Port != "143" || d.drawn.Incoming.Tone != Success {
		t.Errorf("starttls: got %+v", d.drawn.Form.Incoming)
	}
	if d := practise(t, "refuses"); d.drawn.Verdict.Tone != Danger || d.drawn.Incoming.Tone != Danger {
		t.Errorf("refuses: got %+v, %+v", d.drawn.Verdict, d.drawn.Incoming)
	}
	d := practise(t, "self-signed")
	for n := 0; d.drawn.Question != nil && n < 4; n++ {
		d.Answer(true)
		d.untilResting(t)
	}
	if d.drawn.Verdict.Tone != Success || !strings.Contains(d.drawn.Verdict.Advice, "accepted") {
		t.Errorf("self-signed: got %+v", d.drawn.Verdict)
	}
	d = practise(t, "cleartext")
	if d.drawn.Question != nil || d.drawn.CanWrite {
		t.Errorf("cleartext: got %+v, write %v", d.drawn.Question, d.drawn.CanWrite)
	}
	d.RequireEncryption(false)
	for n := 0; d.drawn.Question != nil && n < 4; n++ {
		d.Answer(true)
		d.untilResting(t)
	}
	if d.drawn.Verdict.Tone != Warning || d.drawn.Incoming.Tone != Warning || !strings.HasPrefix(d.drawn.Incoming.Tested, "Signed in, no encryption") {
		t.Errorf("cleartext allowed: got %+v, %+v", d.drawn.Verdict, d.drawn.Incoming)
	}
}

func TestFilesThatCannotBeUsedAreExplained(t *testing.T) {
	d, dir := newDesk(t, &script{runs: [][]probe.Event{well()}}).fill(), t.TempDir()
	odd := filepath.Join(dir, "odd.xml")
	if err := os.WriteFile(odd, []byte("no XML"), 0o600); err != nil {
		t.Fatal(err)
	}
	notice := func(does func()) Notice {
		before := d.drawn.Notice.Number
		does()
		return d.until(t, "a notice", func(s State) bool { return s.Notice.Number != before }).Notice
	}
	for _, path := range []string{odd, dir, filepath.Join(dir, "none.xml")} {
		if n := notice(func() { d.OpenFile(path) }); n.Tone != Danger || !strings.Contains(n.Text, "could not be opened") || strings.Contains(n.Text, dir) {
			t.Errorf("%s: got %+v", path, n)
		}
	}
	d.Find()
	d.untilResting(t)
	if n := notice(func() { d.SaveLog(odd, ShowNames, false) }); n.Tone != Warning || n.Exists != odd {
		t.Errorf("got %+v, want a question first", n)
	}
	if n := notice(func() { d.SaveLog(odd, ShowNames, true) }); n.Tone != Success {
		t.Errorf("got %+v", n)
	}
	if text, err := os.ReadFile(odd); err != nil || string(text) != d.LogText(ShowNames) {
		t.Errorf("got %q, %v, want the log", text, err)
	}
	d.Export("thunderbird")
	d.ExportPath(dir)
	d.until(t, "the look at the path", func(s State) bool { return s.Export.Exists })
	d.Write(true)
	if s := d.until(t, "the refusal", func(s State) bool { return !s.Export.Writing }); !strings.Contains(s.Export.Error, "not an ordinary file") || s.Export.Done != "" {
		t.Errorf("got %+v", s.Export)
	}
}
