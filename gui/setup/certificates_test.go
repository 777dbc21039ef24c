package setup

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe/wire"
)

// certificateFile writes a certificate and its key, each in PEM, and gives their paths.
func certificateFile(t *testing.T, name string, authority bool, ends time.Time) (certificate, key string) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: ends,
		BasicConstraintsValid: true, IsCA: authority,
	}
	parent := &x509.Certificate{Subject: pkix.Name{CommonName: "Issuer of " + name}}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, secret.Public(), issuer)
	if err != nil {
		t.Fatal(err)
	}
	inner, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certificate, key = filepath.Join(dir, name+".pem"), filepath.Join(dir, name+".key")
	write := func(path, kind string, der []byte) {
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(certificate, "CERTIFICATE", der)
	write(key, "PRIVATE KEY", inner)
	return certificate, key
}

// untilRead waits until the certificate has been read.
func (d *desk) untilRead(t *testing.T) Certificates {
	t.Helper()
	return d.until(t, "the certificate", func(s State) bool { return !s.Certificates.Reading && !s.Certificates.Importing }).Certificates
}

func TestACertificateIsReadShownAndGoesWithTheSearch(t *testing.T) {
	r := &script{}
	d := newDesk(t, r).fill()
	file, key := certificateFile(t, "Alice", false, time.Now().Add(400*24*time.Hour))
	d.ChooseCertificate(file)
	if d.drawn.CanFind || !d.drawn.Certificates.Reading {
		t.Errorf("got %+v, want no search before the certificate is read", d.drawn.Certificates)
	}
	if c := d.untilRead(t); !c.WantsKey || c.Mine != nil || !strings.Contains(c.Problem, "private key") {
		t.Errorf("got %+v, want its key asked for", c)
	}
	d.ChooseCertificateKey(key)
	c := d.untilRead(t)
	if c.Mine == nil || c.Mine.Name != "Alice" || c.Mine.Issuer != "Issuer of Alice" || c.Mine.Tone != Neutral || c.Problem != "" || c.File != "Alice.pem" {
		t.Fatalf("got %+v, want the certificate of Alice", c)
	}
	d.Find()
	d.untilResting(t)
	if got := r.last(t).Identity; got.Subject() != "Alice" {
		t.Errorf("got %v, want the certificate with the search", got)
	}
	if got := d.book.account().ClientCertificate; got != (account.ClientCertificate{File: file, Key: key}) {
		t.Errorf("got %v, want both paths in the account", got)
	}
	d.RemoveCertificate()
	d.Find()
	d.untilResting(t)
	if got := r.last(t).Identity; !got.Empty() || d.drawn.Certificates.File != "" {
		t.Errorf("got %v, want none after it was removed", got)
	}
}

func TestWhatIsWrongWithACertificateStandsAtItsField(t *testing.T) {
	soon, key := certificateFile(t, "Soon", false, time.Now().Add(24*time.Hour))
	over, overKey := certificateFile(t, "Over", false, time.Now().Add(-time.Minute))
	text := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(text, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, file, key string
		problem, atKey  string
		tone            Tone
	}{
		{"no file", text + "x", "", "no such file", "", 0},
		{"no certificate", text, "", "can be read", "", 0},
		{"another key", soon, overKey, "", "another certificate", 0},
		{"no key in the second file", soon, text, "", "no private key", 0},
		{"no second file", soon, text + "x", "", "no such file", 0},
		{"ends soon", soon, key, "", "", Warning},
		{"has ended", over, overKey, "", "", Danger},
	} {
		d := newDesk(t, &script{})
		d.ChooseCertificate(c.file)
		if c.key != "" {
			d.ChooseCertificateKey(c.key)
		}
		got := d.untilRead(t)
		says := func(text, want string) bool {
			return want == "" && text == "" || want != "" && strings.Contains(text, want)
		}
		if !says(got.Problem, c.problem) || !says(got.KeyProblem, c.atKey) || (got.Mine != nil) != (c.tone != 0) || got.Mine != nil && got.Mine.Tone != c.tone {
			t.Errorf("%s: got %+v, want %q, %q", c.name, got, c.problem, c.atKey)
		}
	}
}

func TestAuthoritiesAreImportedListedAndRemoved(t *testing.T) {
	r := &script{}
	d := newDesk(t, r)
	root, _ := certificateFile(t, "Company Root", true, time.Now().Add(400*24*time.Hour))
	leaf, _ := certificateFile(t, "Server", false, time.Now().Add(400*24*time.Hour))
	for _, path := range []string{root, root, leaf} { // the same one twice is one
		d.ImportAuthority(path)
		d.untilRead(t)
	}
	c := d.drawn.Certificates
	if len(c.Authorities) != 1 || c.Authorities[0].Name != "Company Root" || !strings.HasPrefix(c.AuthorityProblem, "Server.pem: ") {
		t.Fatalf("got %+v, want the root, and a word on the other", c)
	}
	d.fill() // an address that is typed later takes nothing away
	d.Find()
	d.untilResting(t)
	if got := r.last(t).Policy.Trust.Authorities; len(got) != 1 {
		t.Errorf("got %d authorities with the search, want one", len(got))
	}
	if got := d.book.account().Trust.Authorities; len(got) != 1 {
		t.Errorf("got %d authorities in the account, want one", len(got))
	}
	d.RemoveAuthority(1) // there is none
	d.RemoveAuthority(0)
	if c := d.drawn.Certificates; len(c.Authorities) != 0 || c.AuthorityProblem != "" {
		t.Errorf("got %+v, want nothing left", c)
	}
}

// What was chosen is among what is kept of a form that was not saved.
func TestCertificatesStandInTheDraft(t *testing.T) {
	d := newDesk(t, &script{}).fill()
	root, _ := certificateFile(t, "Company Root", true, time.Now().Add(400*24*time.Hour))
	d.ImportAuthority(root)
	d.untilRead(t)
	d.ChooseCertificate("alice.p12")
	d.TypeCertificatePassword("sesame")
	kept, _ := d.book.draft()
	got, err := kept.onto(book{})
	if err != nil || got.Form.Certificate.File != "alice.p12" || len(got.consents.authorities) != 1 || !got.Form.CertificatePassword.Empty() {
		t.Errorf("got %+v, %v, want the path and the authority, and no password", got.Form, err)
	}
	d.untilRead(t)
}

func TestACertificateIsSavedWithItsAccount(t *testing.T) {
	d := newDesk(t, &script{})
	d.ChooseCertificate("alice.p12")
	d.TypeCertificatePassword("sesame")
	if got := d.book.secrets(); got.Certificate.Reveal() != "sesame" || !d.book.passwordNew() {
		t.Errorf("got %v, want the password among the secrets", got)
	}
	saved := store.Saved{Account: account.Account{ClientCertificate: account.ClientCertificate{File: "bob.pem"}}}
	if got := d.book.onto(saved).Form.Certificate.File; got != "bob.pem" {
		t.Errorf("got %q, want that of the saved account", got)
	}
	d.untilRead(t)
}

func TestEveryFaultOfAFileHasWords(t *testing.T) {
	seen := map[string]wire.FileFault{}
	for f := wire.FileTooLarge; f <= wire.FileUnsupported; f++ {
		words := faultWords(f)
		if other, twice := seen[words]; twice {
			t.Errorf("got the same words for %v and %v: %q", f, other, words)
		}
		seen[words] = f
	}
}
