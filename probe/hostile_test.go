package probe_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
	"portolan/probe/mailtest"
)

// foePassword has in it whatever an encoder has to treat.
const foePassword = `p"a\ss wörd <&> 7`

const foeUser = "alice@example.test"

// A battle is one foe and one port, and what the program made of it.
type battle struct {
	report probe.Report
	told   string // every event and the report, printed
	clear  string // what the foe heard without encryption
	inside string // and inside TLS
	took   time.Duration
}

// fight lets the program test one server, or with a foe for all ports search for all, against a foe.
func fight(t *testing.T, f *foe, certificate tls.Certificate, root *x509.Certificate) (b battle) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f.conf = &tls.Config{Certificates: []tls.Certificate{certificate}}
		f.link = foePipe
		prober := &probe.Prober{Finder: discover.Finder{Resolver: foeNet{}, Dialer: f, Settings: discover.Settings{ISPDB: "off"}}, Dialer: f}
		begun := time.Now()
		b.report, b.told = run(t, prober, foeRequest(f, root), 0)
		b.took = time.Since(begun)
		f.done.Wait()
	})
	b.clear, b.inside = f.clear.String(), f.inside.String()
	return b
}

// foeRequest tests the foe's one port, or searches where it is at all of them.
func foeRequest(f *foe, root *x509.Certificate) probe.Request {
	r := probe.Request{
		Address: account.Address{Local: "alice", Domain: "example.test"}, Secret: account.NewSecret(foePassword),
		Policy: account.Policy{Trust: account.Trust{Authorities: []*x509.Certificate{root}}},
	}
	if f.protocol == account.ProtocolUnknown {
		return r
	}
	server := account.Server{
		Protocol: f.protocol, Security: f.security, Username: foeUser, Source: account.SourceUser,
		Endpoint: account.Endpoint{Host: "mail.example.test", Port: account.StandardPort(f.protocol, f.security)},
	}
	r.Task, r.Role, r.Account.Address = probe.Test, f.protocol.Role(), r.Address
	if r.Role == account.Incoming {
		r.Account.Incoming = server
	} else {
		r.Account.Outgoing = server
	}
	return r
}

// cause is why the one server came to nothing, CauseNone where it did not.
func (b battle) cause() probe.Cause {
	for _, s := range b.report.SignIns {
		if s.Cause != probe.CauseNone {
			return s.Cause
		}
	}
	for _, a := range b.report.Attempts {
		if a.Cause != probe.CauseNone {
			return a.Cause
		}
	}
	for _, f := range b.report.Findings {
		return f.Cause
	}
	return probe.CauseNone
}

// secrets lists where the password is that it must not be.
func (b battle) secrets(signedIn bool) []string {
	var wrong []string
	users := []string{foeUser, "alice"}
	for _, form := range mailtest.Leaks(b.told, users, foePassword) {
		wrong = append(wrong, fmt.Sprintf("the report or an event tells %q", form))
	}
	for _, form := range mailtest.Leaks(b.clear, users, foePassword) {
		wrong = append(wrong, fmt.Sprintf("%q went out without encryption", form))
	}
	if !signedIn {
		for _, form := range mailtest.Leaks(b.inside, users, foePassword) {
			wrong = append(wrong, fmt.Sprintf("%q was said before it was time", form))
		}
	}
	return wrong
}

// A duel is one blow at one moment on one port.
type duel struct {
	blow
	protocol account.Protocol
	security account.Security
	at       moment
	want     probe.Cause
}

func (d duel) String() string {
	return fmt.Sprintf("%s, %v %v, %v", d.name, d.protocol, d.security, d.at)
}

// duels lists everything that a server can do wrong: each blow, on each port, at each moment at which it makes sense there.
func duels() []duel {
	var all []duel
	for _, b := range blows() {
		for _, p := range []account.Protocol{account.IMAP, account.POP3, account.SMTP} {
			for m := atHello; m <= atSignIn; m++ {
				want, struck := b.cause(p, m)
				if struck && (m < atAsked || m > atYes) {
					all = append(all, duel{b, p, account.TLS, m, want})
				}
				if struck && m != atHello {
					all = append(all, duel{b, p, account.STARTTLS, m, want})
				}
			}
		}
	}
	return all
}

// stepLimit is the longest that a server can be waited for at a moment: the handshake, one reply, or one reply to a sign-in.
func stepLimit(m moment) time.Duration {
	switch m {
	case atHello, atYes:
		return 8 * time.Second
	case atSignIn:
		return 30 * time.Second
	default:
		return 10 * time.Second
	}
}

// P-1, P-2, P-5, P-6, P-7, P-10, P-11, P-12, P-15, P-16, C-10, D-2, R-1, R-7: whatever a server does, at whatever moment, on
// every kind of port: the try ends in its step's time and with its own cause, nothing is retried without encryption, and
// the password is where it must not be nowhere.
func TestEveryBlowEndsInItsTimeWithItsCause(t *testing.T) {
	certificate, root := foeCertificate(t)
	count, longest := map[account.Protocol]int{}, time.Duration(0)
	for _, d := range duels() {
		f := &foe{protocol: d.protocol, security: d.security, at: d.at, act: d.act}
		b := fight(t, f, certificate, root)
		if got := b.cause(); got != d.want {
			t.Errorf("%v: got %q, want %q\n%s", d, got, d.want, tell(b.report))
		}
		if limit := stepLimit(d.at)*time.Duration(f.dials) + politeEnd; b.report.Elapsed > limit {
			t.Errorf("%v: got a verdict after %v and %d connections, want one within %v", d, b.report.Elapsed, f.dials, limit)
		}
		for _, wrong := range b.secrets(d.at == atSignIn) {
			t.Errorf("%v: %s", d, wrong)
		}
		if b.report.Refusals > 1 && d.want != probe.SignInRefused || b.report.Refusals > 2 {
			t.Errorf("%v: got %d refusals", d, b.report.Refusals)
		}
		count[d.protocol]++
		longest = max(longest, b.report.Elapsed)
	}
	fmt.Printf("figure: attacks and faults of one server survived: IMAP %d, POP3 %d, SMTP %d; longest time to a verdict %.1f s\n",
		count[account.IMAP], count[account.POP3], count[account.SMTP], longest.Seconds())
}

// P-16, W-11: the same with every port of every host against the program, as a captive portal or a hostile
// network can do it: a whole search ends in the time of all looking, finds nothing, and says no password.
func TestASearchSurvivesAFoeOnEveryPort(t *testing.T) {
	certificate, root := foeCertificate(t)
	count, longest := 0, time.Duration(0)
	for _, b := range blows() {
		for m := range b.want {
			if m == atSignIn || b.only != account.ProtocolUnknown {
				continue
			}
			f := &foe{at: m, act: b.act}
			got := fight(t, f, certificate, root)
			ready := got.report.Outcome == probe.Ready
			if reached := m != atHello && m != atGreeting && m != atInside; ready && !reached {
				t.Errorf("%s, %v: got %v, want no server\n%s", b.name, m, got.report.Outcome, tell(got.report))
			}
			if got.report.Elapsed > 32*time.Second || f.dials > 60 {
				t.Errorf("%s, %v: got %v and %d connections, want at most 32 s and 60", b.name, m, got.report.Elapsed, f.dials)
			}
			for _, wrong := range got.secrets(ready) {
				t.Errorf("%s, %v: %s", b.name, m, wrong)
			}
			count++
			longest = max(longest, got.report.Elapsed)
		}
	}
	fmt.Printf("figure: hostile networks (every port at once) survived by a whole search: %d; longest time to a verdict %.1f s\n", count, longest.Seconds())
}
