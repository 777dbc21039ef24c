//go:build linux

package debian

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A Service is one of the protocols that Dovecot serves, by Dovecot's own name for it.
type Service string

// The services.
const (
	IMAP       Service = "imap"
	POP3       Service = "pop3"
	Submission Service = "submission"
	LMTP       Service = "lmtp"
)

// A Listener is one open port.
type Listener struct {
	Service Service
	Port    int
	TLS     bool // from the first byte
}

// Encryption is Dovecot's setting ssl: whether sign-in wants it, or STARTTLS is offered at all.
type Encryption string

// The values of ssl. With Required no sign-in is offered before STARTTLS, on loopback addresses too.
const (
	Required Encryption = "required"
	Offered  Encryption = "yes"
	None     Encryption = "no"
)

// A PlainText says whether a password may be typed without TLS, where Encryption does not forbid it.
type PlainText string

// The values of a PlainText; "" is what Encryption has.
const (
	PlainTextAllowed  PlainText = "allowed"
	PlainTextDisabled PlainText = "disabled" // LOGINDISABLED, RFC 9051, section 6.2.3
)

// A Dovecot says how a Dovecot is to be run.
type Dovecot struct {
	Addresses   []netip.Addr
	Listeners   []Listener
	Encryption  Encryption
	PlainText   PlainText         // "": as Encryption has it
	Mechanisms  string            // SASL mechanisms, "": plain login
	Certificate Certificate       // not needed with None
	Users       map[string]string // password by user name, as it is to be typed

	// People is the authority, in PEM, that vouches for the users: a user whom a certificate of it names signs in by EXTERNAL.
	People     []byte
	OnlyPeople bool // nobody signs in without such a certificate, by a password neither
}

// A Server is a running Dovecot.
type Server struct {
	log  string // file
	auth string // socket: Postfix asks there about passwords
	lmtp string // socket: mail is delivered there
}

// settings is what the configuration is made of.
type settings struct {
	Dovecot
	Dir, User, Group string
	Listen           string
	Cleartext        bool // passwords may be typed without TLS
	Relay            netip.AddrPort
	Services         []service
}

// service is one of Dovecot's services with all its listeners.
type service struct {
	Name       Service
	Login      string // the service that listens
	Default    [2]string
	Clear, TLS []int
}

// dovecotProgram is where the unpacked packages have Dovecot.
const dovecotProgram = "/usr/sbin/dovecot"

// DovecotVersion is the version of the Dovecot that this system has: "2.3.19.1" and more behind it.
func (l *Lab) DovecotVersion(t *testing.T) string {
	t.Helper()
	version, err := command(t.Context(), l.dir, dovecotProgram, "--version")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(version)
}

// StartDovecot runs a Dovecot until the test ends and returns when all its ports are open.
func (l *Lab) StartDovecot(t *testing.T, d Dovecot) *Server {
	t.Helper()
	dir := l.folder(t, "dovecot")
	run := filepath.Join(dir, "run")
	s := &Server{log: l.write(t, filepath.Join(dir, "log"), nil), auth: filepath.Join(run, "postfix"), lmtp: filepath.Join(run, "lmtp")}
	l.write(t, filepath.Join(dir, "chain.pem"), d.Certificate.Chain)
	l.write(t, filepath.Join(dir, "key.pem"), d.Certificate.Key)
	l.write(t, filepath.Join(dir, "oauth2"), []byte("introspection_mode = post\nintrospection_url = http://127.0.0.1:1/\nactive_attribute = active\nactive_value = true\n"))
	l.write(t, filepath.Join(dir, "users"), userFile(d.Users))
	l.write(t, filepath.Join(dir, "people.pem"), d.People)
	l.write(t, filepath.Join(dir, "people"), peopleFile(d.Users))
	settings := l.settle(t, dir, d, startRelay(t, s.lmtp))
	conf := l.write(t, filepath.Join(dir, "dovecot.conf"), fill(t, dovecotConf(l.DovecotVersion(t)), settings))
	t.Cleanup(func() { showLog(t, "Dovecot", s.log) })
	l.start(t, l.serverCredential(), dovecotProgram, "-F", "-c", conf)
	for _, listener := range d.Listeners {
		for _, address := range d.Addresses {
			await(t, netip.AddrPortFrom(address, uint16(listener.Port)))
		}
	}
	return s
}

// settle gives what the configuration is made of.
func (l *Lab) settle(t *testing.T, dir string, d Dovecot, relay netip.AddrPort) settings {
	t.Helper()
	group, err := groupName(l.server.Gid)
	if err != nil {
		t.Fatal(err)
	}
	if d.Mechanisms == "" {
		d.Mechanisms = "plain login"
	}
	s := settings{Dovecot: d, Dir: dir, User: l.server.Username, Group: group, Relay: relay, Services: services(d.Listeners)}
	s.Cleartext = d.PlainText == PlainTextAllowed || d.PlainText == "" && d.Encryption != Required
	for _, a := range d.Addresses {
		s.Listen += " " + a.String()
	}
	return s
}

// services sorts the listeners by service; a service without any gets none of its usual ports.
func services(listeners []Listener) []service {
	all := []service{
		{Name: IMAP, Login: "imap-login", Default: [2]string{"imap", "imaps"}},
		{Name: POP3, Login: "pop3-login", Default: [2]string{"pop3", "pop3s"}},
		{Name: Submission, Login: "submission-login", Default: [2]string{"submission", "submissions"}},
		{Name: LMTP, Login: "lmtp"},
	}
	for i := range all {
		for _, listener := range listeners {
			switch {
			case listener.Service != all[i].Name:
			case listener.TLS:
				all[i].TLS = append(all[i].TLS, listener.Port)
			default:
				all[i].Clear = append(all[i].Clear, listener.Port)
			}
		}
	}
	return all
}

// userFile is Dovecot's passwd-file.
func userFile(users map[string]string) []byte {
	var b bytes.Buffer
	for name, password := range users {
		b.WriteString(name + ":{PLAIN}" + password + "\n")
	}
	return b.Bytes()
}

// peopleFile is the passwd-file of those who need no password, because something else proves who they are.
func peopleFile(users map[string]string) []byte {
	var b bytes.Buffer
	for name := range users {
		b.WriteString(name + ":::::::nopassword=y\n")
	}
	return b.Bytes()
}

// SignIns counts the passwords that reached the server; Refused counts those that it refused.
func (s *Server) SignIns(t *testing.T) int { return s.count(t, "client in: AUTH\t") }

// Refused counts the sign-ins that ended with a no.
func (s *Server) Refused(t *testing.T) int { return s.count(t, "client passdb out: FAIL\t") }

// count counts the lines of the log that hold the words.
func (s *Server) count(t *testing.T, words string) int {
	t.Helper()
	log, err := os.ReadFile(s.log)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(strings.ReplaceAll(string(log), "#011", "\t"), words)
}

// showLog prints a server's log where the test has failed.
func showLog(t *testing.T, who, name string) {
	if log, err := os.ReadFile(name); err == nil && t.Failed() {
		t.Logf("%s's log:\n%s", who, log)
	}
}

// await waits until somebody listens at the address.
func await(t *testing.T, at netip.AddrPort) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", at.String())
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("nobody listens at %v: %v", at, err)
		case <-tick.C:
		}
	}
}
