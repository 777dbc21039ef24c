package setup

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"portolan/account"
	"portolan/probe"
)

// lockedCertificate writes a client certificate as PKCS#12 behind a password; key is what nobody may ever get to see.
func lockedCertificate(t *testing.T, password string) (path string, key []string) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Alice"}, NotAfter: time.Now().Add(400 * 24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, secret.Public(), secret)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := secret.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	file, err := pkcs12.Modern2023.Encode(secret, leaf, nil, password)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "alice.p12")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, []string{string(raw), new(big.Int).SetBytes(raw).String()}
}

// From the choice of the file to the check of the saved account: the password of the file lies in the keyring and in no file,
// comes back with the account, and opens the certificate for the check; a file that is gone by then is missed where it stands.
func TestThePasswordOfACertificateIsKeptWithItsAccount(t *testing.T) {
	held := newRing()
	k := Keeping{Folder: t.TempDir(), Keyring: held}
	path, _ := lockedCertificate(t, "sesame open")
	r := &checkRunner{answers: map[string][]probe.Event{"": {ended(probe.Ready)}}}
	d := newKept(t, r, k).typeAll("alice@example.test")
	d.ChooseCertificate(path)
	d.untilRead(t)
	d.TypeCertificatePassword("sesame open")
	if c := d.untilRead(t); c.Mine == nil {
		t.Fatalf("got %+v, want it open", c)
	}
	d.SaveAccount() // there is no other password, and the question is asked for this one
	if a := d.drawn.Shelf.Ask; a == nil || a.Text.Title != "Keep the certificate's password in the system's keyring?" {
		t.Fatalf("got %+v, want to be asked where the password is kept", a)
	}
	d.AnswerAsk(true)
	if s := d.saved(t); s.Shelf.CanSave || !strings.Contains(s.Notice.Text, "Its certificate's password is in") || !slices.Equal(held.texts(), []string{"sesame open"}) {
		t.Errorf("got %+v and %q, want it saved with the password in the keyring", s.Notice, held.texts())
	}

	d = d.again(t, r, k)
	noSecretIn(t, k.Folder, "sesame open")
	id := d.idOf(t, "alice@example.test")
	d.OpenAccount(id)
	d.until(t, "the password", func(s State) bool { return !s.Form.CertificatePassword.Empty() })
	if c := d.untilRead(t); c.Mine == nil || c.Mine.Name != "Alice" || !c.WantsPassword || d.drawn.Shelf.CanSave {
		t.Errorf("got %+v, want the certificate open and nothing to save", c)
	}
	d.Find()
	d.untilResting(t)
	if got := r.last(t).Identity; got.Subject() != "Alice" {
		t.Errorf("got %v, want the certificate with the search", got)
	}
	if got := d.checkOf(t, r, id); got.Identity.Subject() != "Alice" {
		t.Errorf("got %v, want the certificate with the check", got.Identity)
	}

	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if got := d.checkOf(t, r, id); !got.Identity.Empty() || !strings.Contains(d.summaryText(), "alice.p12, could not be read") {
		t.Errorf("got %v and %q, want the file missed", got.Identity, d.summaryText())
	}
	d = d.again(t, r, k)
	d.OpenAccount(id)
	d.until(t, "the password", func(s State) bool { return !s.Form.CertificatePassword.Empty() })
	if c := d.untilRead(t); c.Mine != nil || !strings.Contains(c.Problem, "no such file") || c.File != "alice.p12" {
		t.Errorf("got %+v, want the file missed at its field", c)
	}
	d.Find()
	if n := d.drawn.Notice; n.Tone != Warning || !strings.Contains(n.Text, "alice.p12 could not be opened") {
		t.Errorf("got %+v, want to hear that the search does without the certificate", n)
	}
	d.untilResting(t)
	if got := d.drawn.Form.Certificate; got != (account.ClientCertificate{File: path}) {
		t.Errorf("got %v, want the path kept", got)
	}
}

// checkOf checks an account, and gives what was asked for.
func (d *desk) checkOf(t *testing.T, r *checkRunner, id ID) probe.Request {
	t.Helper()
	d.CheckAccount(id)
	d.until(t, "the check", func(s State) bool { return !s.Shelf.Checks.Running })
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.checked) == 0 {
		t.Fatal("got no check")
	}
	return r.checked[len(r.checked)-1]
}

// summaryText is what the last checks came to.
func (d *desk) summaryText() string {
	var text strings.Builder
	if s := d.drawn.Shelf.Summary; s != nil {
		for _, l := range s.Lines {
			text.WriteString(l.Text + "\n")
		}
	}
	return text.String()
}
