package store

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"portolan/account"
)

// testID is an ID that a test can name.
const testID ID = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// goodSaved is an account that can be kept; n makes it another one.
func goodSaved(n int) Saved {
	return Saved{
		ID: ID(fmt.Sprintf("%026s", strings.Map(func(r rune) rune { return 'A' + r - '0' }, fmt.Sprintf("%026d", n)))),
		Account: account.Account{
			Name: fmt.Sprintf("Alice %d", n), Address: account.Address{Local: fmt.Sprintf("alice%d", n), Domain: "example.test"},
			Incoming: account.Server{
				Protocol: account.IMAP, Endpoint: account.Endpoint{Host: "imap.example.test", Port: 993}, Security: account.TLS,
				Auth: account.AuthPlain, Username: "alice", Source: account.SourceSRV,
			},
			Outgoing: account.Server{
				Protocol: account.SMTP, Endpoint: account.Endpoint{Host: "192.0.2.1", Port: 587}, Security: account.STARTTLS, Auth: account.AuthNone,
			},
			Trust: account.Trust{Pins: []account.Pin{{
				Server: account.Endpoint{Host: "imap.example.test", Port: 993}, Certificate: account.Fingerprint{byte(n), 1},
			}}, Verified: []account.Endpoint{{Host: "192.0.2.1", Port: 587}}},
			Consents:          account.Consents{Domains: []string{"example.invalid"}, Cleartext: []account.Endpoint{{Host: "2001:db8::1", Port: 25}}},
			ClientCertificate: account.ClientCertificate{File: "certificates/ålice.pem", Key: "certificates/key.pem"},
			Folders:           account.Folders{Sent: "INBOX.Gesendet é", Trash: `"Trash"/\\`},
		},
		LastCheck: Check{
			At: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC), Outcome: "ready",
			Incoming: Shown{Ends: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), Certificate: account.Fingerprint{byte(n), 2}},
		},
	}
}

// goodBook is a book of n accounts.
func goodBook(n int) Book {
	var b Book
	for i := range n {
		b.Accounts = append(b.Accounts, goodSaved(i))
	}
	return b
}

// authority makes a certificate.
func authority(t testing.TB) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// open opens a folder and loads it, wants these kinds of notice, and closes it at the end of the test.
func open(t testing.TB, folder string, want ...NoticeKind) (*Store, Loaded) {
	t.Helper()
	s, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	loaded, err := s.Load()
	if err != nil {
		t.Fatal(err)
	}
	if got := kinds(loaded.Notices); !slices.Equal(got, want) {
		t.Fatalf("got notices %v, want %v", loaded.Notices, want)
	}
	return s, loaded
}

// kinds gives the kinds of notices.
func kinds(notices []Notice) []NoticeKind {
	var list []NoticeKind
	for _, n := range notices {
		list = append(list, n.Kind)
	}
	return list
}

// save saves a book.
func save(t testing.TB, s *Store, b Book) {
	t.Helper()
	if err := s.Save(b); err != nil {
		t.Fatal(err)
	}
}

// wantAccounts wants a book to hold accounts of these names.
func wantAccounts(t testing.TB, b Book, want ...string) {
	t.Helper()
	var got []string
	for _, s := range b.Accounts {
		got = append(got, s.Name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got accounts %q, want %q", got, want)
	}
}

// text makes the file of a book.
func text(t testing.TB, b Book) string {
	t.Helper()
	data, err := encode(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// put writes a file as somebody else would.
func put(t testing.TB, folder, name, content string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// content reads a file.
func content(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// ownFolder makes a folder that is the user's alone.
func ownFolder(t testing.TB) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "portolan")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	return folder
}
