package setup

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

func begin(v View) book {
	b := book{State: State{View: v}}
	b.Form.Outgoing.Protocol, b.Form.RequireEncryption = account.SMTP, true
	return b
}

func TestPortAndSecurityGoTogether(t *testing.T) {
	const in, out = account.Incoming, account.Outgoing
	security := func(r account.Role, s account.Security) func(book) book {
		return func(b book) book { return b.chosenSecurity(r, s) }
	}
	port := func(r account.Role, texts ...string) func(book) book {
		return func(b book) book {
			for _, text := range texts {
				b = b.typed(portField(r), text)
			}
			return b
		}
	}
	protocol := func(p account.Protocol) func(book) book { return func(b book) book { return b.chosenProtocol(p) } }
	for _, c := range []struct {
		name     string
		role     account.Role
		steps    []func(book) book
		port     string
		security account.Security
		remark   string
	}{
		{"an empty port is filled in", out, []func(book) book{security(out, account.TLS)}, "465", account.TLS, ""},
		{"the port follows", out, []func(book) book{security(out, account.TLS), security(out, account.STARTTLS)}, "587", account.STARTTLS, ""},
		{"an automatic protocol has no port", in, []func(book) book{security(in, account.TLS)}, "", account.TLS, ""},
		{"a typed default follows", in, []func(book) book{port(in, "993"), security(in, account.STARTTLS)}, "143", account.STARTTLS, ""},
		{"cleartext keeps the port", in, []func(book) book{port(in, "143"), security(in, account.Cleartext)}, "143", account.Cleartext, ""},
		{"an odd port stays", in, []func(book) book{port(in, "1993"), security(in, account.TLS), security(in, account.STARTTLS)}, "1993", account.STARTTLS, ""},
		{"143 belongs to STARTTLS", in, []func(book) book{port(in, "1", "14", "143")}, "143", account.STARTTLS, ""},
		{"993 belongs to TLS", in, []func(book) book{port(in, "143", "14", "1", "", "9", "99", "993")}, "993", account.TLS, ""},
		{"25 belongs to STARTTLS", out, []func(book) book{security(out, account.TLS), port(out, "25")}, "25", account.STARTTLS, ""},
		{"a security against the port stays", in, []func(book) book{port(in, "1993"), security(in, account.STARTTLS), port(in, "993")}, "993", account.STARTTLS, "Port 993 belongs to TLS, not to STARTTLS."},
		{"and goes with it again once they fit", in, []func(book) book{port(in, "1993"), security(in, account.STARTTLS), port(in, "143", "993")}, "993", account.TLS, ""},
		{"TLS on 143", in, []func(book) book{port(in, "1993"), security(in, account.TLS), port(in, "143")}, "143", account.TLS, "Port 143 belongs to STARTTLS, not to TLS."},
		{"POP3 takes the port along", in, []func(book) book{port(in, "993"), protocol(account.POP3)}, "995", account.TLS, ""},
		{"and IMAP back", in, []func(book) book{port(in, "110"), protocol(account.IMAP)}, "143", account.STARTTLS, ""},
		{"POP3 with a chosen security", in, []func(book) book{security(in, account.STARTTLS), protocol(account.POP3)}, "110", account.STARTTLS, ""},
		{"IMAP at a port of POP3", in, []func(book) book{protocol(account.IMAP), port(in, "995")}, "995", account.TLS, "Port 995 belongs to POP3."},
		{"reading at a port of sending", in, []func(book) book{port(in, "465")}, "465", account.TLS, "Port 465 is for sending mail; this is the server for reading."},
		{"sending at a port of reading", out, []func(book) book{port(out, "993")}, "993", account.TLS, "Port 993 is for reading mail; this is the server for sending."},
	} {
		b := begin(Advanced)
		for _, step := range c.steps {
			b = step(b)
		}
		b = b.shown()
		remark := ""
		for _, p := range b.Problems {
			if p.Field == portField(c.role) {
				remark = p.Message
			}
		}
		if f := b.Form.Fields(c.role); f.Port != c.port || f.Security != c.security || remark != c.remark {
			t.Errorf("%s: got port %q, security %v, %q, want %q, %v, %q", c.name, f.Port, f.Security, remark, c.port, c.security, c.remark)
		}
		if !b.CanFind {
			t.Errorf("%s: got no way to search, want the remark to forbid nothing", c.name)
		}
	}
}

func TestAServerIsUnderstoodInBothViews(t *testing.T) {
	for _, c := range []struct {
		view     View
		text     string
		host     string
		port     string
		security account.Security
		line     string
		typed    Part
	}{
		{Simple, "mail.example.test", "mail.example.test", "", account.SecurityUnknown, "mail.example.test", PartHost},
		{Simple, "mail.example.test:993", "mail.example.test", "993", account.TLS, "mail.example.test:993", PartHost | PartPort},
		{Simple, "imaps://mail.example.test", "mail.example.test", "", account.TLS, "imaps://mail.example.test", PartHost | PartSecurity},
		{Simple, "[2001:db8::1]:143", "2001:db8::1", "143", account.STARTTLS, "[2001:db8::1]:143", PartHost | PartPort},
		{Simple, "mail.example.test:", "mail.example.test:", "", account.SecurityUnknown, "mail.example.test:", PartHost},
		{Simple, "", "", "", account.SecurityUnknown, "", 0},
		{Advanced, "mail.example.test:993", "mail.example.test", "993", account.TLS, "mail.example.test:993", PartHost | PartPort},
		{Advanced, "imaps://mail.example.test:1993", "mail.example.test", "1993", account.TLS, "mail.example.test:1993", PartHost | PartPort | PartSecurity},
		{Advanced, "mail.example.test", "mail.example.test", "", account.SecurityUnknown, "mail.example.test", PartHost},
	} {
		b := begin(c.view)
		if c.view == Simple {
			b = b.knows(true)
		}
		b = b.typed(account.FieldIncomingServer, c.text)
		f := b.Form.Incoming
		if f.Host != c.host || f.Port != c.port || f.Security != c.security || b.Form.IncomingText != c.line || f.Typed != c.typed {
			t.Errorf("%q: got %+v, line %q", c.text, f, b.Form.IncomingText)
		}
	}
}

func TestAServerTypedLetterByLetterIsTakenApartWhenTheFieldIsLeft(t *testing.T) {
	b, text := begin(Advanced), "mail.example.test:993"
	for i := range text {
		b = b.typed(account.FieldIncomingServer, text[:i+1])
		if got := b.Form.Incoming.Host; got != text[:i+1] {
			t.Fatalf("got %q while %q is being typed", got, text[:i+1])
		}
	}
	b = b.left(account.FieldIncomingServer)
	if f := b.Form.Incoming; f.Host != "mail.example.test" || f.Port != "993" || b.Form.IncomingText != text {
		t.Errorf("got %+v, %q", f, b.Form.IncomingText)
	}
}

func TestAClearedFieldIsOpenToTheSearchAgain(t *testing.T) {
	b := begin(Advanced).typed(account.FieldIncomingServer, "mail.example.test").typed(account.FieldIncomingPort, "1").typed(account.FieldUsername, "al")
	b = b.chosenSecurity(account.Incoming, account.TLS).chosenAuth(account.Incoming, account.AuthPlain).chosenProtocol(account.POP3)
	if got, want := b.Form.Incoming.Typed, PartHost|PartPort|PartUsername|PartSecurity|PartAuth|PartProtocol; got != want {
		t.Errorf("got %b, want %b", got, want)
	}
	b = b.typed(account.FieldIncomingServer, "").typed(account.FieldIncomingPort, "").typed(account.FieldUsername, "")
	b = b.chosenSecurity(account.Incoming, account.SecurityUnknown).chosenAuth(account.Incoming, account.AuthUnknown).chosenProtocol(account.ProtocolUnknown)
	if got := b.Form.Incoming.Typed; got != 0 || b.Form.IncomingText != "" {
		t.Errorf("got %b, %q, want nothing typed", got, b.Form.IncomingText)
	}
}

func TestServerNamesArePutAsideAndComeBack(t *testing.T) {
	b := begin(Simple).knows(true).typed(account.FieldIncomingServer, "mail.example.test:993").typed(account.FieldUsername, "al")
	before := b.Form
	b = b.knows(false)
	if got := b.Form.Incoming; got.Typed != 0 || got.Host != "" || b.Form.IncomingText != "" || b.request().Incoming.Server.Host != "" {
		t.Errorf("closed: got %+v", got)
	}
	if b = b.knows(true); b.Form.Incoming.Host != before.Incoming.Host || b.Form.Incoming.Typed != before.Incoming.Typed || b.Form.IncomingText != before.IncomingText || b.Form.Incoming.Username != "al" {
		t.Errorf("open again: got %+v, want %+v", b.Form, before)
	}
}

func TestAProblemIsShownOnceItsFieldWasLeftAndVanishesWhenMended(t *testing.T) {
	b := begin(Simple).knows(true).typed(account.FieldAddress, "alice").typed(account.FieldIncomingServer, "two words").shown()
	if len(b.Problems) != 0 {
		t.Errorf("while typing: got %+v", b.Problems)
	}
	b = b.left(account.FieldAddress).shown()
	if len(b.Problems) != 1 || b.Problems[0].Field != account.FieldAddress {
		t.Errorf("left: got %+v", b.Problems)
	}
	b.seen = allFields
	if b = b.shown(); len(b.Problems) != 2 {
		t.Errorf("searched: got %+v", b.Problems)
	}
	b = b.typed(account.FieldAddress, "alice@example.test").typed(account.FieldIncomingServer, "mail.example.test").shown()
	if len(b.Problems) != 0 {
		t.Errorf("mended: got %+v", b.Problems)
	}
	b = b.typed(account.FieldPassword, " blank ").left(account.FieldPassword).shown()
	if len(b.Problems) != 1 || !strings.Contains(b.Problems[0].Message, "blank") {
		t.Errorf("got %+v, want the remark on the password", b.Problems)
	}
}

func TestWhoseUserNameTheOutgoingServerGets(t *testing.T) {
	b := begin(Advanced).typed(account.FieldAddress, "alice@example.test")
	for _, c := range []struct {
		step func(book) book
		want string
		mode UserMode
	}{
		{func(b book) book { return b }, "alice@example.test", SameUser},
		{func(b book) book { return b.typed(account.FieldUsername, "al") }, "al", SameUser},
		{func(b book) book { return b.typed(account.FieldOutgoingUsername, "relay") }, "relay", OwnUser},
		{func(b book) book { return b.signsOut(false) }, "", NoUser},
		{func(b book) book { return b.signsOut(true) }, "relay", OwnUser},
		{func(b book) book { return b.chosenUser(SameUser) }, "al", SameUser},
		{func(b book) book { return b.chosenAuth(account.Outgoing, account.AuthNone) }, "", NoUser},
	} {
		b = c.step(b)
		if got := b.username(account.Outgoing); got != c.want || b.Form.Outgoing.User != c.mode {
			t.Errorf("got %q, %v, want %q, %v", got, b.Form.Outgoing.User, c.want, c.mode)
		}
	}
}

func TestTheLogIsBoundedAndKeepsTheNewest(t *testing.T) {
	long := slices.Repeat([]string{"old"}, mostLines)
	if got := bounded(append(long, "new")); len(got) != mostLines || got[mostLines-1] != "new" {
		t.Errorf("got %d lines, the last %q", len(got), got[len(got)-1])
	}
}

// What the outgoing server gets follows the user name of the incoming one, and not the other way round.
func TestAUserNameIsAnEditOfEveryServerThatGetsIt(t *testing.T) {
	before := begin(Advanced).typed(account.FieldAddress, "alice@example.test")
	for field, want := range map[account.Field][2]bool{account.FieldUsername: {true, true}, account.FieldOutgoingUsername: {false, true}} {
		after := before.typed(field, "al")
		got := [2]bool{after.stamp.servers[0] != before.stamp.servers[0], after.stamp.servers[1] != before.stamp.servers[1]}
		if got != want {
			t.Errorf("%v: got edits %v of incoming and outgoing, want %v", field, got, want)
		}
	}
}

// In the simple view a port goes with the name that it was typed behind; one that was found stays until the next search.
func TestAPortGoesWithTheNameThatItWasTypedBehind(t *testing.T) {
	b := begin(Simple).knows(true).typed(account.FieldIncomingServer, "mail.example.test:1993").typed(account.FieldIncomingServer, "mail.example.test")
	if f := b.Form.Incoming; f.Port != "" || f.Typed&PartPort != 0 {
		t.Errorf("typed: got port %q, want none", f.Port)
	}
	b = begin(Simple).knows(true)
	b.Form.Incoming.Port = "993"
	if f := b.typed(account.FieldIncomingServer, "mail.example.test").Form.Incoming; f.Port != "993" {
		t.Errorf("found: got port %q, want 993", f.Port)
	}
}

func TestAnotherMethodTakesThePlaceOfTheFirst(t *testing.T) {
	b := begin(Advanced).chosenAuth(account.Incoming, account.AuthPlain)
	stamp := b.stamp
	if b = b.chosenAuth(account.Incoming, account.AuthPlain); b.stamp != stamp {
		t.Error("got an edit, want none where nothing changed")
	}
	if b = b.chosenAuth(account.Incoming, account.AuthLogin); b.Form.Incoming.Auth != account.AuthLogin || b.stamp == stamp {
		t.Errorf("got %v, want login, and an edit", b.Form.Incoming.Auth)
	}
}

// Where IMAP or POP3 is left open, the port tells.
func TestThePortTellsTheProtocolThatIsLeftOpen(t *testing.T) {
	for port, want := range map[string]account.Protocol{"": account.IMAP, "993": account.IMAP, "1993": account.IMAP, "995": account.POP3, "110": account.POP3} {
		b := begin(Advanced).typed(account.FieldIncomingServer, "mail.example.test").typed(account.FieldIncomingPort, port)
		if got := b.settings(account.Incoming).Protocol; got != want {
			t.Errorf("port %q: got %v, want %v", port, got, want)
		}
	}
	b := begin(Advanced).chosenProtocol(account.IMAP).typed(account.FieldIncomingPort, "995")
	if got := b.settings(account.Incoming).Protocol; got != account.IMAP {
		t.Errorf("got %v, want what was chosen", got)
	}
}

// A yes is given by a new run: what an older one was started with does not change under it.
func TestAYesLeavesTheConsentsOfBeforeAsTheyWere(t *testing.T) {
	server := account.Endpoint{Host: "imap.example.test", Port: 993}
	before := consents{pins: append(make([]account.Pin, 0, 8), account.Pin{Server: server, Certificate: account.Fingerprint{1}})}
	after := before.with(probe.Decision{Kind: probe.DecideCertificate, Servers: []account.Endpoint{server}, TLS: wire.TLSFacts{Certificate: account.Fingerprint{2}}})
	if before.pins[0].Certificate != (account.Fingerprint{1}) || len(after.pins) != 1 || after.pins[0].Certificate != (account.Fingerprint{2}) {
		t.Errorf("got %v and then %v, want the new pin in the place of the old one, and the old list as it was", before.pins, after.pins)
	}
}

// V-3: while somebody types, chooses and looks around, and for as long as they wait then, nobody is asked anything.
func TestTypingAsksNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := &script{runs: [][]probe.Event{well()}}
		d := newDesk(t, script)
		for f := account.FieldName; f <= account.FieldOutgoingPassword; f++ {
			for i := range len("mail.example.test") {
				d.Type(f, "mail.example.test"[:i+1])
			}
			d.Leave(f)
			d.Type(f, "")
		}
		d.fill()
		d.Leave(account.FieldAddress)
		d.KnowServers(true)
		d.RequireEncryption(false)
		d.Show(Advanced)
		for _, r := range roles() {
			d.ChooseSecurity(r, account.STARTTLS)
			d.ChooseAuth(r, account.AuthCRAMMD5)
		}
		d.ChooseProtocol(account.POP3)
		d.ChooseUser(OwnUser)
		d.Show(Simple)
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := len(script.asked); n != 0 {
			t.Errorf("got %d runs before a search was asked for, want none", n)
		}
		d.Find()
		d.untilResting(t)
		if n := len(script.asked); n != 1 {
			t.Errorf("got %d runs, want the one that was asked for", n)
		}
	})
}

// C-8: certificates name names.
func TestANumberForAServerIsRemarkedOn(t *testing.T) {
	for typed, want := range map[string]bool{
		"192.0.2.7": true, "192.0.2.7:993": true, "[2001:db8::7]:993": true, "2001:db8::7": true, "mail.example.test": false, "mail": false, "": false, "192.0.2.": false,
	} {
		for _, f := range []account.Field{account.FieldIncomingServer, account.FieldOutgoingServer} {
			said := func(b book) bool {
				return slices.ContainsFunc(b.shown().Problems, func(p account.Problem) bool { return p.Field == f && strings.Contains(p.Message, "A name is safer") })
			}
			b := begin(Simple).knows(true).typed(account.FieldAddress, "alice@example.test").typed(f, typed)
			if said(b) || said(b.left(f)) != want {
				t.Errorf("%v %q: got a remark while it is typed: %v, and then: %v; want it then: %v", f, typed, said(b), said(b.left(f)), want)
			}
		}
	}
}
