package cli

import (
	"bytes"
	"context"
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
	"testing/iotest"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// I-6: nothing but one final line end is ever removed.
func TestExactlyOneFinalLineEndIsRemoved(t *testing.T) {
	cases := []struct{ text, want string }{
		{"secret", "secret"},
		{"secret\n", "secret"},
		{"secret\r\n", "secret"},
		{"secret\n\n", "secret\n"},
		{"secret\r\n\r\n", "secret\r\n"},
		{"secret\r", "secret\r"},
		{" secret \n", " secret "},
		{"\xef\xbb\xbfsecret\n", "\xef\xbb\xbfsecret"},
		{"se\ncret\n", "se\ncret"},
	}
	for _, c := range cases {
		got, err := passwordFrom([]byte(c.text))
		if err != nil || got.Reveal() != c.want {
			t.Errorf("%q: got %q, %v, want %q", c.text, got.Reveal(), err, c.want)
		}
	}
}

func TestEveryPasswordSurvivesALineEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.StringMatching(`[^\x00]{1,60}`).Draw(t, "password")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		if strings.HasSuffix(want, "\r") && end == "\n" {
			return // that is a CRLF
		}
		if got, err := passwordFrom([]byte(want + end)); err != nil || got.Reveal() != want {
			t.Fatalf("got %q, %v, want %q", got.Reveal(), err, want)
		}
	})
}

func TestImpossiblePasswordsAreRefusedWithoutRepeatingThem(t *testing.T) {
	for _, text := range []string{"", "\n", "\r\n", "hunter2\x00", "hunter2" + strings.Repeat("x", passwordLimit)} {
		if got, err := passwordFrom([]byte(text)); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%.20q: got %q, %v, want an error without the password", text, got.Reveal(), err)
		}
	}
}

func TestPasswordComesFromAFileOrStandardInput(t *testing.T) {
	path := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(path, []byte("from file\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	c := Command{Stdin: iotest.OneByteReader(strings.NewReader("from input\n")), Stderr: &errs}
	for arg, want := range map[string]string{path: "from file", "-": "from input"} {
		got, err := c.readPassword(context.Background(), arg)
		if err != nil || got.Reveal() != want {
			t.Errorf("%s: got %q, %v, want %q", arg, got.Reveal(), err, want)
		}
	}
	if errs.Len() != 0 {
		t.Errorf("got %q, want no remark", errs.String())
	}
}

func TestOddlyShapedPasswordIsRemarkedAndKept(t *testing.T) {
	var errs bytes.Buffer
	c := Command{Stdin: strings.NewReader("hunter2 \n"), Stderr: &errs}
	got, err := c.readPassword(context.Background(), "-")
	if err != nil || got.Reveal() != "hunter2 " || errs.Len() == 0 || strings.Contains(errs.String(), "hunter2") {
		t.Errorf("got %q, %v and %q, want the blank kept and a remark without the password", got.Reveal(), err, errs.String())
	}
}

// Somebody may write the password where the file's name belongs.
func TestUnreadablePasswordFileIsToldWithoutItsName(t *testing.T) {
	c := Command{Stderr: &bytes.Buffer{}}
	for _, path := range []string{"hunter2", t.TempDir()} {
		_, err := c.readPassword(context.Background(), path)
		if err == nil || strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "password file cannot be read") {
			t.Errorf("got %v, want an error without the name", err)
		}
	}
}

func TestCancelEndsTheWaitForAPassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		never, end := newNever()
		defer end()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		c := Command{Stdin: never, Stderr: &bytes.Buffer{}}
		if _, err := c.readPassword(ctx, "-"); err == nil {
			t.Error("got a password, want the end of the wait")
		}
	})
}

// never is a reader that has nothing until it is ended.
type never chan struct{}

func newNever() (never, func()) {
	n := make(never)
	return n, func() { close(n) }
}

func (n never) Read([]byte) (int, error) {
	<-n
	return 0, os.ErrClosed
}

func certificatePEM(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func TestAFileThatHoldsNoAuthorityIsSaidToHoldNone(t *testing.T) {
	good := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(good, certificatePEM(t), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := readAuthorities(good); err != nil || len(got) != 1 {
		t.Errorf("got %d certificates, %v, want one", len(got), err)
	}
	for name, text := range map[string]string{"empty": "", "text": "no PEM", "other": "-----BEGIN NOTE-----\nAAAA\n-----END NOTE-----\n"} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := readAuthorities(path); err == nil || !strings.Contains(err.Error(), "certificate in it") {
			t.Errorf("%s: got %d certificates, %v, want it said that there is none", name, len(got), err)
		}
	}
}
