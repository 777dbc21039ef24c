package wire

import (
	"crypto/tls"
	"errors"
	"testing"
	"testing/synctest"

	"portolan/account"
)

// The gate is asked with what this very connection proved; where it says no, no byte is sent.
func TestTheGateIsAskedFirst(t *testing.T) {
	domain := account.Origin{Source: account.SourceGuess}
	for _, g := range []struct {
		name   string
		host   string
		origin account.Origin
		policy account.Policy
		want   account.Admission
	}{
		{"another host than the certificate covers", "imap.example.test", typed(), account.Policy{}, account.NeedsCertificate},
		{"a host that was never tried", "evil.test", typed(), account.Policy{}, account.NeedsCertificate},
		{"a host that nobody confirmed", mailHost, domain, account.Policy{Domain: "other.test"}, account.NeedsDomain},
	} {
		t.Run(g.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newTrial(t, account.IMAP, onTLS, imapOffering("AUTH=PLAIN")+"END")
				w.target.Names = append(w.target.Names, "imap.example.test")
				c := w.mustOpen()
				err := c.SignIn(t.Context(), g.policy, g.host, g.origin, account.AuthPlain, credentials(password))
				var gate *GateError
				if !errors.As(err, &gate) || gate.Admission != g.want {
					t.Errorf("got %v, want the gate's %v", err, g.want)
				}
				w.finish(c)
			})
		})
	}
}

// A name learned after the handshake may use its connection where the certificate that was verified holds it.
func TestANameLearnedLaterNeedsTheCertificate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTrial(t, account.IMAP, onTLS, imapOffering("AUTH=PLAIN SASL-IR")+"C: TAG AUTHENTICATE PLAIN "+plainLine()+"\n\tS: TAG OK\n\tSILENT")
		w.conf.Certificates = []tls.Certificate{w.ca.leaf([]string{mailHost, "imap.example.test"})}
		c := w.mustOpen()
		if err := c.SignIn(t.Context(), w.policy(), "imap.example.test", typed(), account.AuthPlain, credentials(password)); err != nil {
			t.Errorf("got %v, want a sign-in", err)
		}
		w.finish(c)
	})
}

// A connection without encryption carries a password only after a yes to this host and port.
func TestCleartextNeedsAYesForHostAndPort(t *testing.T) {
	server := account.Endpoint{Host: mailHost, Port: 143}
	for _, g := range []struct {
		name   string
		policy account.Policy
		kind   string
	}{
		{"strict", account.Policy{}, "gate refused"},
		{"strict with an old yes", account.Policy{Consents: account.Consents{Cleartext: []account.Endpoint{server}}}, "gate refused"},
		{"not asked", account.Policy{Encryption: account.EncryptionOptional}, "gate needs-cleartext"},
		{"yes to another port", account.Policy{Encryption: account.EncryptionOptional, Consents: account.Consents{Cleartext: []account.Endpoint{{Host: mailHost, Port: 110}}}}, "gate needs-cleartext"},
		{"yes", account.Policy{Encryption: account.EncryptionOptional, Consents: account.Consents{Cleartext: []account.Endpoint{server}}}, "ok"},
	} {
		t.Run(g.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				script := "S: * OK\n\tC: TAG CAPABILITY\n\tS: * CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\n\tS| TAG OK\n\t"
				if g.kind == "ok" {
					script += "C: TAG AUTHENTICATE PLAIN " + plainLine() + "\n\tS: TAG OK\n\tSILENT"
				}
				w := newTrial(t, account.IMAP, onClear, script)
				c := w.mustOpen()
				if f := c.Facts(); f.Protection != account.Unprotected || f.STARTTLS != NotOffered || len(f.Spoken) == 0 {
					t.Errorf("got %+v, want an unprotected connection with methods", f)
				}
				err := c.SignIn(t.Context(), g.policy, mailHost, typed(), account.AuthPlain, credentials(password))
				if kind(err) != g.kind {
					t.Errorf("got %v, want %q", err, g.kind)
				}
				w.finish(c)
			})
		})
	}
}
