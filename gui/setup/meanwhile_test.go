package setup

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe"
	"portolan/probe/wire"
)

// What was found out of a saved account while its form was open goes with it, as long as it is the same account; what a check
// found of other servers says nothing of these.
func TestWhatWasFoundMeanwhileGoesWithTheSameAccount(t *testing.T) {
	early, late := store.Check{At: time.Unix(1000, 0)}, store.Check{At: time.Unix(2000, 0)}
	for _, test := range []struct {
		name       string
		change     func(*store.Saved) // of what is to be saved
		mine, then store.Check
		verified   int
		check      store.Check
	}{
		{"the same", func(*store.Saved) {}, early, late, 2, late},
		{"the same, checked since", func(*store.Saved) {}, late, early, 2, late},
		{"another address", func(s *store.Saved) { s.Address.Local = "bob" }, early, late, 1, early},
		{"another server", func(s *store.Saved) { s.Incoming.Host = "mail.example.test" }, early, late, 2, early},
		{"another way to send", func(s *store.Saved) { s.Outgoing.Auth = account.AuthLogin }, early, late, 2, early},
		{"another client certificate", func(s *store.Saved) { s.ClientCertificate.File = "/me.p12" }, early, late, 2, early},
		{"named by somebody else", func(s *store.Saved) { s.Incoming.Source = account.SourceSRV }, early, late, 2, late},
		{"an account that is not there", func(s *store.Saved) { s.ID = store.NewID() }, early, late, 1, early},
	} {
		now := example("alice@example.test")
		next := now
		now.Trust.Verified, now.LastCheck = []account.Endpoint{imap993}, test.then
		next.Trust.Verified, next.LastCheck = []account.Endpoint{smtp465}, test.mine
		test.change(&next)
		got := shelf{saved: []store.Saved{now}}.newest(next)
		if len(got.Trust.Verified) != test.verified || got.LastCheck.At != test.check.At {
			t.Errorf("%s: got %v verified, checked at %v, want %d, %v", test.name, got.Trust.Verified, got.LastCheck.At, test.verified, test.check.At)
		}
	}
}

// Two lists that are put together stay what they were.
func TestPuttingListsTogetherChangesNeither(t *testing.T) {
	list := make([]account.Endpoint, 1, 4)
	list[0] = imap993
	a, b := together(list, []account.Endpoint{smtp465}), together(list, []account.Endpoint{imap993, imap143})
	if want := []account.Endpoint{imap993, smtp465}; !slices.Equal(a, want) {
		t.Errorf("got %v, want %v", a, want)
	}
	if want := []account.Endpoint{imap993, imap143}; !slices.Equal(b, want) {
		t.Errorf("got %v, want %v", b, want)
	}
}

// Who named a server is kept with it while it is the same, unless an opened file did: nobody has answered for that one.
func TestWhoNamedAServerIsKeptWithIt(t *testing.T) {
	for _, test := range []struct {
		name   string
		source account.Source // of the saved account
		change func(book) book
		want   account.Source
	}{
		{"unchanged", account.SourceAutoconfig, nil, account.SourceAutoconfig},
		{"another port", account.SourceAutoconfig, func(b book) book { return b.typed(account.FieldIncomingPort, "1993") }, account.SourceAutoconfig},
		{"another host", account.SourceAutoconfig, func(b book) book { return b.typed(account.FieldIncomingServer, "mail.example.test") }, account.SourceUser},
		{"from a file", account.SourceFile, nil, account.SourceFile},
		{"from a file, and answered for since", account.SourceFile, func(b book) book { return b.vouched("example.test") }, account.SourceUser},
		{"unknown", account.SourceUnknown, nil, account.SourceUser},
		{"found again by somebody else", account.SourceAutoconfig, func(b book) book {
			b.Form.Incoming.lock(PartHost, false)
			b.proofs[at(account.Incoming)].result = probe.Result{Server: account.Server{Endpoint: imap993, Source: account.SourceSRV}}
			return b
		}, account.SourceSRV},
		{"found elsewhere by somebody else", account.SourceAutoconfig, func(b book) book {
			b.Form.Incoming.lock(PartHost, false)
			b.proofs[at(account.Incoming)].result = probe.Result{Server: account.Server{Endpoint: account.Endpoint{Host: "mail.example.test", Port: 993}, Source: account.SourceSRV}}
			return b
		}, account.SourceAutoconfig},
	} {
		old := example("alice@example.test")
		old.Incoming.Source = test.source
		b := begin(Advanced)
		b.shelf.open, b.shelf.saved = old.ID, []store.Saved{old}
		b = b.onto(old)
		if test.change != nil {
			b = test.change(b)
		}
		if got := b.toSave().Incoming.Source; got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

// Accounts are the same where everything in them is, whoever named their servers.
func TestAnAccountIsTheSameWhereAllOfItIs(t *testing.T) {
	other := &x509.Certificate{Raw: []byte{2}}
	for name, change := range map[string]func(*account.Account){
		"a pin":               func(a *account.Account) { a.Trust.Pins = []account.Pin{{Server: imap993}} },
		"another authority":   func(a *account.Account) { a.Trust.Authorities = []*x509.Certificate{other} },
		"one authority more":  func(a *account.Account) { a.Trust.Authorities = append(slices.Clip(a.Trust.Authorities), other) },
		"no authority":        func(a *account.Account) { a.Trust.Authorities = nil },
		"a domain":            func(a *account.Account) { a.Consents.Domains = []string{"other.test"} },
		"cleartext":           func(a *account.Account) { a.Consents.Cleartext = []account.Endpoint{imap143} },
		"the name":            func(a *account.Account) { a.Name = "Alice" },
		"the outgoing server": func(a *account.Account) { a.Outgoing.Port = 587 },
	} {
		one := example("alice@example.test").Account
		one.Trust.Authorities = []*x509.Certificate{{Raw: []byte{1}}}
		two := one
		two.Trust.Authorities = []*x509.Certificate{{Raw: []byte{1}}}
		two.Incoming.Source, two.Outgoing.Source = account.SourceSRV, account.SourceFile
		two.Trust.Verified = []account.Endpoint{imap993}
		if !sameAccount(one, two) {
			t.Error("named by somebody else: got another account, want the same")
		}
		if change(&two); sameAccount(one, two) {
			t.Errorf("%s: got the same account, want another", name)
		}
	}
}

// What became of the passwords is said of as many as there are, and of what they belong to.
func TestWhatBecameOfThePasswordsIsSaid(t *testing.T) {
	some, locked := account.NewSecret(password), fmt.Errorf("keyring: %w", errLocked)
	for _, test := range []struct {
		secrets store.Secrets
		placed  store.Placed
		tone    Tone
		want    string
	}{
		{store.Secrets{Incoming: some}, store.Placed{Place: store.InKeyring}, Success, "Its password is in the system's keyring."},
		{store.Secrets{Incoming: some, Outgoing: some}, store.Placed{Place: store.InKeyring}, Success, "Its passwords are in the system's keyring."},
		{store.Secrets{Certificate: some}, store.Placed{Place: store.InKeyring}, Success, "Its certificate's password is in the system's keyring."},
		{store.Secrets{Incoming: some, Certificate: some}, store.Placed{Place: store.InMemory, Err: errDeclined}, Success, "Its passwords are kept until you quit."},
		{store.Secrets{}, store.Placed{}, Success, "The account was saved."},
		{store.Secrets{Incoming: some}, store.Placed{Place: store.InMemory, Err: locked}, Warning, "Its password is kept until you quit, and no longer: "},
		{store.Secrets{Incoming: some}, store.Placed{Place: store.InKeyring, Err: locked}, Warning, "Its old password is still in the system's keyring: "},
	} {
		tone, text := savedWords(putEnd{putting: putting{secrets: test.secrets}, placed: test.placed})
		if tone != test.tone || !strings.HasPrefix(text, "The account was saved.") || !strings.Contains(text, test.want) || test.placed.Err == nil && !strings.HasSuffix(text, test.want) {
			t.Errorf("%+v: got %v %q, want %v %q", test.placed, tone, text, test.tone, test.want)
		}
	}
}

// F-5: what another program made of the file is taken in only where it could be read again.
func TestAFileThatChangedUnderneathIsTakenInWhereItCanBeRead(t *testing.T) {
	there := []store.Saved{example("carol@example.test")}
	for _, test := range []struct {
		unread error
		saved  int
		words  string
	}{{nil, 1, "save once more"}, {errors.New("no such disk"), 0, "was not saved: "}} {
		e := putEnd{err: store.ErrChanged, unread: test.unread}
		e.again.Book.Accounts = there
		b := begin(Advanced).unsaved(e)
		if len(b.shelf.saved) != test.saved || !strings.Contains(b.Notice.Text, test.words) {
			t.Errorf("%v: got %d accounts and %q, want %d and %q", test.unread, len(b.shelf.saved), b.Notice.Text, test.saved, test.words)
		}
	}
}

// The certificate that is remembered of a server is that of the connection which was chosen, else of one that was tried.
func TestTheCertificateOfTheChosenConnectionIsRemembered(t *testing.T) {
	seen := func(id int, p account.Protocol, certificate byte) probe.Attempt {
		a := probe.Attempt{ID: id, Protocol: p}
		a.Facts.TLS = wire.TLSFacts{Chain: []*x509.Certificate{{}}, Certificate: account.Fingerprint{certificate}}
		return a
	}
	report := probe.Report{Attempts: []probe.Attempt{{ID: 7, Protocol: account.IMAP}, seen(1, account.SMTP, 1), seen(2, account.IMAP, 2), seen(3, account.IMAP, 3)}}
	for _, test := range []struct {
		chosen int // 0: none
		want   byte
	}{{3, 3}, {2, 2}, {0, 2}, {7, 0}} {
		if report.Incoming = (probe.Result{Attempt: test.chosen}); test.chosen > 0 {
			report.Incoming.Host = imap993.Host
		}
		if got := certificateShown(report, account.Incoming).Certificate; got != (account.Fingerprint{test.want}) {
			t.Errorf("try %d chosen: got %v, want that of %d", test.chosen, got, test.want)
		}
	}
}

// A check that worked is a success, though it is not encrypted; one that did not go through is none.
func TestOnlyACheckThatWorkedIsASuccess(t *testing.T) {
	bare := probe.Result{Server: account.Server{Endpoint: imap143}, Protection: account.Unprotected}
	for outcome, want := range map[probe.Outcome]Tone{
		probe.Ready: Success, probe.Found: Success, probe.Incomplete: Warning, probe.NeedDecision: Warning, probe.RefusedIn: Danger, probe.Nothing: Danger,
	} {
		c := judged(example("alice@example.test"), probe.Report{Outcome: outcome, Incoming: bare}, time.Unix(0, 0))
		if c.tone != want {
			t.Errorf("%v: got %v, want %v", outcome, c.tone, want)
		}
	}
}

// A no to a server leads on only where each role that loses its server has another, verified one.
func TestANoLeadsOnOnlyWhereSomethingRemains(t *testing.T) {
	server := func(p account.Protocol, host string) probe.Result {
		return probe.Result{Server: account.Server{Protocol: p, Endpoint: account.Endpoint{Host: host, Port: 993}}, Protection: account.Verified}
	}
	domain := probe.Decision{Kind: probe.DecideDomain, Domain: "other.test"}
	certificate := probe.Decision{Kind: probe.DecideCertificate, Domain: "other.test", Servers: []account.Endpoint{{Host: "mx.other.test", Port: 993}}}
	doubtful := server(account.IMAP, "imap.example.test")
	doubtful.Protection = account.Unverified
	for _, test := range []struct {
		name         string
		d            probe.Decision
		alternatives []probe.Result
		want         bool
	}{
		{"nothing else", domain, nil, false},
		{"another one", domain, []probe.Result{server(account.IMAP, "imap.example.test")}, true},
		{"another one of that domain", domain, []probe.Result{server(account.IMAP, "imap.other.test")}, false},
		{"one for the other role", domain, []probe.Result{server(account.SMTP, "imap.example.test")}, false},
		{"another one, not verified", domain, []probe.Result{doubtful}, false},
		{"another one in the domain of the certificate's server", certificate, []probe.Result{server(account.IMAP, "imap.other.test")}, true},
		{"cleartext", probe.Decision{Kind: probe.DecideCleartext, Servers: certificate.Servers}, []probe.Result{server(account.IMAP, "imap.example.test")}, false},
	} {
		r := probe.Report{Incoming: server(account.IMAP, "mx.other.test"), Outgoing: server(account.SMTP, "smtp.example.test"), Alternatives: test.alternatives}
		if got := somethingRemains(r, test.d); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

// Two servers of one domain that an opened file named are one question.
func TestServersOfOneDomainAreOneQuestion(t *testing.T) {
	b := begin(Advanced).typed(account.FieldAddress, "alice@example.test")
	for i, r := range roles() {
		b = b.filledFromFile(r, account.Server{Protocol: [2]account.Protocol{account.IMAP, account.SMTP}[i], Endpoint: account.Endpoint{Host: [2]string{"imap", "smtp"}[i] + ".other.test", Port: 993}})
	}
	list := b.unconfirmed()
	if len(list) != 1 || list[0].Domain != "other.test" || len(list[0].Servers) != 2 {
		t.Errorf("got %+v, want one question about two servers", list)
	}
	if list = b.vouched("other.test").unconfirmed(); len(list) != 0 {
		t.Errorf("got %+v behind a yes, want none", list)
	}
}

// A test of a server that a search found needs no further yes to its domain; that of another one does.
func TestAFoundServerIsConfirmedForItsTest(t *testing.T) {
	for _, test := range []struct {
		found string
		want  []string
	}{{"imap.other.test", []string{"other.test"}}, {"mail.other.test", nil}, {"", nil}} {
		b := begin(Advanced).typed(account.FieldAddress, "alice@example.test")
		b.Form.Incoming.Host = "imap.other.test"
		b.proofs[at(account.Incoming)].result.Host = test.found
		if got := b.testRequest(account.Incoming).Policy.Consents.Domains; !slices.Equal(got, test.want) {
			t.Errorf("%q found: got %q confirmed, want %q", test.found, got, test.want)
		}
	}
}

// An outgoing server has a user name of its own where that is another one than the incoming server's.
func TestAUserNameOfItsOwnIsAnotherOne(t *testing.T) {
	for _, test := range []struct {
		outgoing string
		auth     account.Auth
		want     UserMode
	}{{"", account.AuthPlain, SameUser}, {"alice", account.AuthPlain, SameUser}, {"sender", account.AuthPlain, OwnUser}, {"", account.AuthNone, NoUser}} {
		a := example("alice@example.test").Account
		a.Incoming.Username, a.Outgoing.Username, a.Outgoing.Auth = "alice", test.outgoing, test.auth
		b := begin(Simple).withAccount(a)
		if f := b.Form.Outgoing; f.User != test.want || (f.Username != "") != (test.want == OwnUser) || !b.Form.KnowServers {
			t.Errorf("%q, %v: got %v, %q, servers known: %v, want %v and known", test.outgoing, test.auth, f.User, f.Username, b.Form.KnowServers, test.want)
		}
	}
}
