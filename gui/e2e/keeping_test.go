//go:build linux && e2e

package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// typed fills an account in with its servers, without a password.
func (p *program) typed(address string) {
	p.t.Helper()
	p.push("I know my server names")
	p.fill("E-mail", address)
	p.fill("Incoming server", "imap.domain.example:993")
	p.fill("Outgoing server", "smtp.domain.example:465")
}

// full opens the window in a place where the accounts stand on a disk without any room, until relieve is called. Where the
// system lets nobody have a disk of his own, the folder is taken away instead.
func (at *place) full(t *testing.T) (p *program, relieve func()) {
	t.Helper()
	config, room := at.file(".config"), at.file("room")
	relieve = func() {
		if err := os.WriteFile(room, nil, 0o600); err != nil {
			t.Error(err)
		}
	}
	own := []string{"unshare", "--map-root-user", "--mount"}
	if exec.Command(own[0], append(own[1:], "true")...).Run() != nil {
		return at.without(t, at.kept(""))
	}
	if err := os.MkdirAll(config, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(relieve) // ends the shell that waits for it
	const script = `mount -t tmpfs -o size=64k portolan "$0" && { head -c 70000 /dev/zero >"$0/filler" 2>/dev/null
		(until [ -e "$HOME/room" ]; do sleep 0.1; done; rm "$0/filler") & exec "$@"; }`
	return at.openBy(t, append(own, "sh", "-c", script, config)), relieve
}

// without opens the window and takes its folder away.
func (at *place) without(t *testing.T, folder string) (p *program, relieve func()) {
	t.Helper()
	p = at.open(t)
	p.until("the folder", func(outline) bool { _, err := os.Stat(folder); return err == nil })
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.RemoveAll(folder))
	must(os.WriteFile(folder, nil, 0o600))
	return p, func() {
		must(os.Remove(folder))
		must(os.Mkdir(folder, 0o700))
	}
}

// F-3.
func TestAFullDiskIsSaidAndNothingTypedIsLost(t *testing.T) {
	p, relieve := newPlace(t).full(t)
	p.typed("ada@domain.example")
	p.press("ctrl+s")
	o := p.untilItSays("The account was not saved")
	if !o.says("Nothing that you typed is lost") {
		t.Errorf("got no word on what was typed, want it: %v", o)
	}
	if s, _ := o.field("Outgoing server"); s.Text != "smtp.domain.example:465" {
		t.Errorf("got %v, want what was typed", s)
	}
	if s, found := o.find("button", "Save account"); !found || s.Disabled {
		t.Errorf("got %v, want to be able to save again", s)
	}
	relieve()
	p.until("the account saved", func(o outline) bool {
		if o.says("The account was saved") {
			return true
		}
		p.press("ctrl+s") // the shell takes a moment to make room
		time.Sleep(300 * time.Millisecond)
		return false
	})
	p.quit()
}

// certificate writes a client certificate with its key into a file.
func certificate(t *testing.T, to string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Ada Lovelace"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0)}
	shown, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: shown}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})...)
	if err := os.WriteFile(to, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// outgoingUser is the list by which the outgoing server gets a user name of its own, and the field for that name.
func outgoingUser(o outline) (mode, name shape, found bool) {
	for _, s := range o.fields("User name") {
		if s.Kind != "select" {
			continue
		}
		for _, w := range o.Widgets {
			if w.Kind == "entry" && w.Visible && w.Y >= s.Y && w.Y < s.Y+2*s.H && w.X+w.W > s.X && w != s {
				return s, w, true
			}
		}
		mode, found = s, true
	}
	return mode, name, found
}

// P-4, F-8: the outgoing server's own user name and the file of a client certificate are kept; no password and no key is.
func TestAnOwnOutgoingUserAndACertificateSurviveANewStart(t *testing.T) {
	const secret, own = "Quarterdeck-9", "Forecastle-9"
	at := newPlace(t)
	certificate(t, at.file("sealring.pem"))
	at.keep(t, "accounts.json", file(t, usual("ada@domain.example")))
	p := at.open(t)
	p.size(1000, 900)
	p.choose("ada@domain.example")
	p.fill("Password", secret)
	p.press("ctrl+e")
	p.servers([2]string{"mail.domain.example", "mail.domain.example"}, [2]string{"993", "465"})
	p.click(p.seek("whose user name it gets", func(o outline) (shape, bool) { s, _, found := outgoingUser(o); return s, found }))
	p.click(p.seek("another one", func(o outline) (shape, bool) { return o.find("entry of a menu", "Other user name or password") }))
	p.click(p.seek("the field for its user name", func(o outline) (shape, bool) { _, s, _ := outgoingUser(o); return s, s.W > 0 }))
	p.press("ctrl+a")
	p.write("relay")
	p.fill("Password", own)
	p.push("Choose file")
	p.click(p.seek("the file", func(o outline) (shape, bool) { return o.find("label", "sealring") }))
	p.push("Open")
	p.untilAnywhere("sealring.pem")
	p.press("ctrl+s")
	p.untilItSays("The account was saved")
	p.quit()
	text := p.readKept("accounts.json")
	if !strings.Contains(text, `"relay"`) || !strings.Contains(text, at.file("sealring.pem")) {
		t.Errorf("got %s, want the user name and the name of the file", text)
	}

	p = p.again()
	p.choose("ada@domain.example")
	p.until("the outgoing server's own user name", func(o outline) bool { _, s, _ := outgoingUser(o); return s.Text == "relay" })
	p.untilAnywhere("sealring.pem")
	p.untilAnywhere("Ada Lovelace")
	for _, none := range []string{secret, own} {
		p.wantNowhere(none)
	}
}
