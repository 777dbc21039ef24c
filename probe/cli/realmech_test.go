//go:build linux

package cli_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe/mailtest/debian"
	"portolan/probe/wire"
)

// oddSecrets are passwords that programs have stumbled over; the first user has the first one, and so on.
func oddSecrets() []string {
	return []string{secret, `quote " and back\slash`, " blanks at both ends ", "grüße, 世界 🔑", strings.Repeat("two hundred bytes 20", 10), "a,b=c&d<e>%20"}
}

const goodToken = "ya29.a-token-that-is-good_~+/=="

// A mechTown is one real server of each protocol, with users whose passwords are odd.
type mechTown struct {
	*town
	trust    account.Trust
	server   *debian.Server
	host     string
	identity debian.Certificate // with the key, where somebody else wants it
	postfix  bool               // 2465 is a Postfix, which asks Dovecot
}

// TestEveryMechanismOnRealServers signs in to Dovecot and Postfix with every mechanism that they offer, with every odd
// password and with a wrong one, and counts at the server.
func TestEveryMechanismOnRealServers(t *testing.T) {
	debian.Run(t, func(t *testing.T, lab *debian.Lab) {
		w := buildMechTown(t, lab)
		for _, auth := range triedAt(onDovecot) {
			for _, at := range w.listeners(auth) {
				t.Run(auth.String()+" "+at.String(), func(t *testing.T) {
					if auth.NeedsToken() {
						w.tokens(t, at, auth)
						return
					}
					w.passwords(t, at, auth)
				})
			}
		}
		for i, c := range []realCase{
			{"in the clear", playMechanismInTheClear},
			{"wrong password in the clear", playWrongPasswordInTheClear},
			{"pinned", playMechanismWhenPinned},
			{"verified", playMechanismWhenVerified},
		} {
			t.Run(c.name, func(t *testing.T) {
				c.play(t, &town{lab: lab, domain: fmt.Sprintf("choice%d.test", i), address: lab.Address()})
			})
		}
	})
}

// everyMechanism is what a Dovecot 2.3 offers beside tokens.
const everyMechanism = "plain login cram-md5 scram-sha-1 scram-sha-256"

// auths compares the methods that were used.
func (f found) auths(t *testing.T, want string) {
	t.Helper()
	if f.Incoming == nil || f.Outgoing == nil || f.Incoming.Auth != want || f.Outgoing.Auth != want || !f.Incoming.SignedIn || !f.Outgoing.SignedIn {
		t.Errorf("got %+v and %+v, want both signed in by %s", f.Incoming, f.Outgoing, want)
	}
}

// P-4: in agreed cleartext the password itself is not said.
func playMechanismInTheClear(t *testing.T, w *town) {
	w.name(w.address)
	w.serve(t, debian.Dovecot{Encryption: debian.None, Mechanisms: everyMechanism, Listeners: []debian.Listener{imap(143), submit(587)}})
	f := w.find(t, "-allow-cleartext", w.host("imap")+":143", "-allow-cleartext", w.host("smtp")+":587")
	f.want(t, 0, "ready", "imap none "+w.host("imap")+":143", "smtp none "+w.host("smtp")+":587")
	f.auths(t, "scram-sha-256")
	w.signIns(t, f, 2)
}

// P-4: nor after it was refused; the refusals are counted as the server counts them.
func playWrongPasswordInTheClear(t *testing.T, w *town) {
	w.name(w.address)
	server := w.serve(t, debian.Dovecot{Encryption: debian.None, Mechanisms: "plain login cram-md5", Listeners: []debian.Listener{imap(143), submit(587)}})
	f := w.findWith(t, "wrong", "-allow-cleartext", w.host("imap")+":143", "-allow-cleartext", w.host("smtp")+":587")
	f.want(t, 3, "refused", "imap none "+w.host("imap")+":143", "smtp none "+w.host("smtp")+":587")
	if got := logged(2, func() int { return server.Refused(t) }); got != 2 || f.Refusals != 2 || server.SignIns(t) != 2 {
		t.Errorf("refusals: the server counts %d in %d sign-ins, Portolan %d, want 2 of 2", got, server.SignIns(t), f.Refusals)
	}
}

// A certificate that the user vouches for: SCRAM comes first.
func playMechanismWhenPinned(t *testing.T, w *town) {
	w.name(w.address)
	certificate, err := debian.SelfSigned(w.host("imap"), w.host("smtp"))
	if err != nil {
		t.Fatal(err)
	}
	w.serve(t, debian.Dovecot{Certificate: certificate, Mechanisms: everyMechanism, Listeners: []debian.Listener{imaps(993), submits(465)}})
	d := w.find(t).decision(t, "certificate")
	f := w.find(t, "-trust", w.host("imap")+":993="+d.Certificate, "-trust", w.host("smtp")+":465="+d.Certificate)
	f.auths(t, "scram-sha-256")
	w.signIns(t, f, 2)
}

// A certificate that verified: PLAIN comes first.
func playMechanismWhenVerified(t *testing.T, w *town) {
	w.name(w.address)
	w.serve(t, debian.Dovecot{Mechanisms: everyMechanism, Listeners: []debian.Listener{imaps(993), submits(465)}})
	f := w.find(t)
	f.auths(t, "plain")
	w.signIns(t, f, 2)
}

// A door is a protocol at a port.
type door struct {
	protocol account.Protocol
	port     int
}

// String gives "imap 993".
func (d door) String() string { return fmt.Sprintf("%v %d", d.protocol, d.port) }

// listeners are the doors behind which a mechanism is tried.
func (w *mechTown) listeners(auth account.Auth) []door {
	var all []door
	for _, d := range []door{{account.IMAP, 993}, {account.POP3, 995}, {account.SMTP, 465}, {account.SMTP, 2465}} {
		where := onDovecot
		if d.port == 2465 {
			where = onPostfix
		}
		if at, _ := stages(auth, d.protocol); slices.Contains(at, where) && (where == onDovecot || w.postfix) {
			all = append(all, d)
		}
	}
	return all
}

// emptyMechTown is a town with the users and without any server.
func emptyMechTown(t *testing.T, lab *debian.Lab, domain string) *mechTown {
	t.Helper()
	w := &mechTown{town: &town{lab: lab, domain: domain, address: lab.Address()}}
	w.name(w.address)
	w.host = w.town.host("mail")
	authority, _ := pem.Decode(lab.Authority.PEM)
	root, err := x509.ParseCertificate(authority.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	w.trust.Authorities = append(w.trust.Authorities, root)
	return w
}

// users are the persons, each with one of the odd passwords.
func (w *mechTown) users() map[string]string {
	users := map[string]string{}
	for i, s := range oddSecrets() {
		users[w.person(i)] = s
	}
	return users
}

// buildMechTown starts a Dovecot and, where it can run, a Postfix.
func buildMechTown(t *testing.T, lab *debian.Lab) *mechTown {
	t.Helper()
	w := emptyMechTown(t, lab, "mech.test")
	introspect(t, w.person(0))
	certificate := w.certificate(t)
	w.server = w.serve(t, debian.Dovecot{
		Mechanisms:  "plain login cram-md5 scram-sha-1 scram-sha-256 apop xoauth2 oauthbearer",
		Certificate: certificate, Users: w.users(), Listeners: []debian.Listener{imaps(993), pop3s(995), submits(465)},
	})
	if w.postfix = lab.Root(); w.postfix {
		lab.StartPostfix(t, debian.Postfix{
			Addresses: []netip.Addr{w.address}, Gates: []debian.Gate{{Port: 2465, TLS: true, SignIn: true}},
			Certificate: certificate, Domain: w.domain, Mailboxes: w.server,
		})
	}
	return w
}

// person is the user with the password of that number.
func (w *mechTown) person(i int) string { return fmt.Sprintf("alice%d@%s", i, w.domain) }

// introspect answers Dovecot's questions about tokens, at the address that the lab's configuration names.
func introspect(t *testing.T, owner string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := `{"active":false}`
		if r.FormValue("token") == goodToken {
			answer = fmt.Sprintf(`{"active":true,"email":%q}`, owner)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, answer)
	})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
}

// signIn makes one connection and one sign-in, and gives how it ended.
func (w *mechTown) signIn(t *testing.T, at door, auth account.Auth, who, text string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := wire.Open(ctx, nil, wire.Target{
		Protocol: at.protocol, Security: account.TLS, Addr: netip.AddrPortFrom(w.address, uint16(at.port)), Names: []string{w.host}, Trust: w.trust,
	}, nil)
	if err != nil {
		t.Fatalf("%v: %v", at, err)
	}
	defer c.Goodbye(ctx)
	f := c.Facts()
	if !slices.Contains(f.Spoken, auth) && !slices.Contains(f.OnRequest, auth) {
		t.Fatalf("%v: got %v and %v of %v, want %v", at, f.Spoken, f.OnRequest, f.Auths, auth)
	}
	cr := wire.Credentials{Username: who, Secret: account.NewSecret(text)}
	err = c.SignIn(ctx, account.Policy{Trust: w.trust}, w.host, account.Origin{Source: account.SourceUser}, auth, cr)
	for _, l := range c.Transcript() {
		if strings.Contains(l.Text, text) {
			t.Errorf("%v: the transcript shows the password: %q", at, l.Text)
		}
	}
	return err
}

// passwords signs every user in, and the first one with a wrong password.
func (w *mechTown) passwords(t *testing.T, at door, auth account.Auth) {
	before, refused := w.server.SignIns(t), w.server.Refused(t)
	for i, s := range oddSecrets() {
		if err := w.signIn(t, at, auth, w.person(i), s); err != nil {
			t.Errorf("%q: got %v, want a sign-in", s, err)
		}
	}
	err := w.signIn(t, at, auth, w.person(0), "wrong horse")
	var in *wire.SignInError
	var no *wire.ReplyError
	if !errors.As(err, &in) || !in.Sent || !errors.As(err, &no) {
		t.Errorf("wrong password: got %v, want the server's no", err)
	}
	want := len(oddSecrets()) + 1
	if got := logged(before+want, func() int { return w.server.SignIns(t) }) - before; got != want {
		t.Errorf("the server counts %d sign-ins, want %d", got, want)
	}
	if got := logged(refused+1, func() int { return w.server.Refused(t) }) - refused; got != 1 {
		t.Errorf("the server counts %d refusals, want 1", got)
	}
}

// tokens signs in with the good token and with another.
func (w *mechTown) tokens(t *testing.T, at door, auth account.Auth) {
	if err := w.signIn(t, at, auth, w.person(0), goodToken); err != nil {
		t.Errorf("got %v, want a sign-in", err)
	}
	err := w.signIn(t, at, auth, w.person(0), "ya29.expired")
	var failure *wire.TokenError
	var no *wire.ReplyError
	gotReason, gotNo := errors.As(err, &failure) && failure.Status != "", errors.As(err, &no)
	if wantReason, wantReply := w.tokenRefusal(t, at); gotReason != wantReason || gotNo != wantReply {
		t.Errorf("a bad token: got %v, want the server's reason: %t, and its no: %t", err, wantReason, wantReply)
	}
}

// tokenRefusal says what a server tells about a bad token: its reason and then its no. Dovecot 2.3.21 is another matter: it
// gives the reason together with the no, which a Postfix of its time does not pass on, and its own submission service gives
// the reason and crashes.
func (w *mechTown) tokenRefusal(t *testing.T, at door) (reason, no bool) {
	t.Helper()
	if at.protocol != account.SMTP || !strings.HasPrefix(w.lab.DovecotVersion(t), "2.3.21") {
		return true, true
	}
	postfix := at.port == 2465
	return !postfix, postfix
}
