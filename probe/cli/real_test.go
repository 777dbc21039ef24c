//go:build linux

package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"portolan/probe/cli"
	"portolan/probe/mailtest/debian"
)

// secret is the password of every user of the real servers.
const secret = "correct horse"

// A town is one domain in the lab, with an address of its own that servers can be put on.
type town struct {
	lab     *debian.Lab
	domain  string
	address netip.Addr
	servers []*debian.Server
}

// found is the part of -json that the cases look at.
type found struct {
	Outcome    string
	Incoming   *foundServer
	Outgoing   *foundServer
	Decisions  []foundDecision
	Findings   []struct{ Cause, Server string }
	Attempts   []struct{ Server, Address, Status, Cause, Detail string }
	SignIns    int `json:"sign_ins"`
	Refusals   int
	Elapsed    int `json:"elapsed_ms"`
	exit       int
	raw, words string
}

type foundServer struct {
	Protocol, Host, Security, Auth, Username, TLS, Certificate string
	Port                                                       int
	SignedIn                                                   bool `json:"signed_in"`
}

type foundDecision struct {
	Kind, Certificate, Domain string
	Servers                   []string
}

// String gives what the tables compare: "imap tls imap.both.test:993".
func (s *foundServer) String() string {
	if s == nil {
		return "none"
	}
	return fmt.Sprintf("%s %s %s:%d", s.Protocol, s.Security, s.Host, s.Port)
}

// user is the address of the only user.
func (w *town) user() string { return "alice@" + w.domain }

// host is a name in the town's domain.
func (w *town) host(label string) string { return label + "." + w.domain }

// name enters the usual names for the town's address: imap., pop., smtp. and mail.
func (w *town) name(addresses ...netip.Addr) {
	for _, label := range []string{"imap", "pop", "smtp", "mail"} {
		w.lab.Names.Host(w.host(label), addresses...)
	}
}

// certificate is one that the lab's authority issued for all the usual names.
func (w *town) certificate(t *testing.T) debian.Certificate {
	t.Helper()
	c, err := w.lab.Authority.Issue(w.host("mail"), w.host("imap"), w.host("pop"), w.host("smtp"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// serve runs a Dovecot for the user on the town's address; zero fields of d get what a well-run server has.
func (w *town) serve(t *testing.T, d debian.Dovecot) *debian.Server {
	t.Helper()
	if d.Addresses == nil {
		d.Addresses = []netip.Addr{w.address}
	}
	if d.Encryption == "" {
		d.Encryption = debian.Required
	}
	if d.Certificate.Chain == nil && d.Encryption != debian.None {
		d.Certificate = w.certificate(t)
	}
	if d.Users == nil {
		d.Users = map[string]string{w.user(): secret}
	}
	s := w.lab.StartDovecot(t, d)
	w.servers = append(w.servers, s)
	return s
}

// find runs "portolan -find" for the town's user with the lab's authority and, unless there is another, the right password.
func (w *town) find(t *testing.T, args ...string) found {
	t.Helper()
	return w.findWith(t, secret, args...)
}

// findWith is find with a password; with none it is left out.
func (w *town) findWith(t *testing.T, password string, args ...string) found {
	t.Helper()
	args = append([]string{"-find", w.user(), "-json", "-ca", w.lab.AuthorityFile()}, args...)
	if password != "" {
		args = append(args, "-password-file", "-")
	}
	var out, errs bytes.Buffer
	exit := cli.Run(context.WithoutCancel(t.Context()), args, strings.NewReader(password+"\n"), &out, &errs)
	f := found{exit: exit, raw: out.String(), words: errs.String()}
	if err := json.Unmarshal(out.Bytes(), &f); err != nil {
		t.Fatalf("%q: exit %d, %v: %s%s", args, exit, err, out.String(), errs.String())
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("portolan %q: exit %d\n%s%s", args, exit, f.raw, f.words)
		}
	})
	return f
}

// want compares the answer in short.
func (f found) want(t *testing.T, exit int, outcome, incoming, outgoing string) {
	t.Helper()
	if f.exit != exit || f.Outcome != outcome {
		t.Errorf("got exit %d and %s, want %d and %s", f.exit, f.Outcome, exit, outcome)
	}
	if got := f.Incoming.String(); got != incoming {
		t.Errorf("incoming: got %s, want %s", got, incoming)
	}
	if got := f.Outgoing.String(); got != outgoing {
		t.Errorf("outgoing: got %s, want %s", got, outgoing)
	}
}

// signIns compares how many passwords all the town's servers saw with want, and with what Portolan says of it.
func (w *town) signIns(t *testing.T, f found, want int) {
	t.Helper()
	got := logged(want, func() int {
		sum := 0
		for _, s := range w.servers {
			sum += s.SignIns(t)
		}
		return sum
	})
	if got != want || f.SignIns != want {
		t.Errorf("sign-ins: servers saw %d, Portolan says %d, want %d", got, f.SignIns, want)
	}
}

// logged counts in the servers' logs. A server writes a line a little after its reply, so a count that is too low is taken
// again, for two seconds at most.
func logged(want int, count func() int) int {
	got := count()
	for end := time.Now().Add(2 * time.Second); got < want && time.Now().Before(end); got = count() {
		time.Sleep(5 * time.Millisecond)
	}
	return got
}

// decision gives the one decision, of the kind.
func (f found) decision(t *testing.T, kind string, servers ...string) foundDecision {
	t.Helper()
	for _, d := range f.Decisions {
		if d.Kind == kind && (len(servers) == 0 || slices.Equal(slices.Sorted(slices.Values(d.Servers)), slices.Sorted(slices.Values(servers)))) {
			return d
		}
	}
	t.Errorf("decisions: got %+v, want %s about %v", f.Decisions, kind, servers)
	return foundDecision{}
}

// hasFinding reports whether there is a finding with the cause.
func (f found) hasFinding(cause string) bool {
	return slices.ContainsFunc(f.Findings, func(x struct{ Cause, Server string }) bool { return x.Cause == cause })
}

// Listeners in short.
func imap(port int) debian.Listener { return debian.Listener{Service: debian.IMAP, Port: port} }
func imaps(port int) debian.Listener {
	return debian.Listener{Service: debian.IMAP, Port: port, TLS: true}
}
func pop3(port int) debian.Listener { return debian.Listener{Service: debian.POP3, Port: port} }
func pop3s(port int) debian.Listener {
	return debian.Listener{Service: debian.POP3, Port: port, TLS: true}
}
func submit(port int) debian.Listener { return debian.Listener{Service: debian.Submission, Port: port} }
func submits(port int) debian.Listener {
	return debian.Listener{Service: debian.Submission, Port: port, TLS: true}
}

// TestOnRealServers plays the cases that Dovecot and Postfix can play, on the true ports of a network of its own.
func TestOnRealServers(t *testing.T) {
	debian.Run(t, func(t *testing.T, lab *debian.Lab) {
		for i, c := range realCases() {
			t.Run(c.name, func(t *testing.T) {
				c.play(t, &town{lab: lab, domain: fmt.Sprintf("town%d.test", i), address: lab.Address()})
			})
		}
	})
}

// A realCase is one row of the table of cases: who is there, and what has to come out.
type realCase struct {
	name string
	play func(*testing.T, *town)
}
