package store

import (
	"crypto/x509"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"portolan/account"
)

// drawBook makes any book that passes its check.
func drawBook(t *rapid.T, authorities []*x509.Certificate) Book {
	var b Book
	for i := range rapid.IntRange(0, 4).Draw(t, "accounts") {
		b.Accounts = append(b.Accounts, drawSaved(t, i, authorities))
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "orphans") {
		b.Orphans = append(b.Orphans, EntryOf(goodSaved(100+i).ID, rapid.SampledFrom(allKinds[:]).Draw(t, "role")))
	}
	return b
}

func drawSaved(t *rapid.T, n int, authorities []*x509.Certificate) Saved {
	s := goodSaved(n)
	s.Name = rapid.StringMatching(`[^\pC]{0,20}`).Filter(func(s string) bool { return len(s) <= 256 }).Draw(t, "name")
	s.Address.Local = rapid.StringMatching(`[!-~ ]{1,20}`).Draw(t, "local")
	s.Incoming.Username = rapid.StringMatching(`[^\pC]{1,20}`).Draw(t, "user")
	s.Incoming.Protocol = rapid.SampledFrom([]account.Protocol{account.IMAP, account.POP3}).Draw(t, "protocol")
	s.Incoming.Security = account.Security(rapid.IntRange(1, 3).Draw(t, "security"))
	s.Incoming.Port = rapid.IntRange(1, 65535).Draw(t, "port")
	s.Incoming.Auth = rapid.SampledFrom([]account.Auth{account.AuthUnknown, account.AuthPlain, account.AuthAnonymous}).Draw(t, "auth")
	s.Incoming.Source = account.Source(rapid.IntRange(0, int(account.SourceGuess)).Draw(t, "source"))
	s.Trust.Authorities = authorities[:rapid.IntRange(0, len(authorities)).Draw(t, "authorities")]
	if len(s.Trust.Authorities) == 0 {
		s.Trust.Authorities = nil
	}
	s.Keyring = rapid.SampledFrom([][]Kind{nil, {IncomingPassword}, {OutgoingPassword}, {IncomingPassword, OutgoingPassword}, {CertificatePassword}, allKinds[:]}).Draw(t, "keyring")
	if rapid.Bool().Draw(t, "never checked") {
		s.LastCheck = Check{}
	} else {
		s.LastCheck.At = time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 0).UTC()
		s.LastCheck.Outgoing.Certificate = account.Fingerprint{rapid.Byte().Draw(t, "certificate")}
	}
	return s
}

// The property of saving: whatever is saved is loaded again, unchanged.
func TestWhatIsSavedIsLoaded(t *testing.T) {
	authorities := []*x509.Certificate{authority(t), authority(t)}
	rapid.Check(t, func(t *rapid.T) {
		b := drawBook(t, authorities)
		data, err := encode(b)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := decode(data); err != nil || !reflect.DeepEqual(got, b) {
			t.Errorf("got %+v, %v, want %+v", got, err, b)
		}
	})
}

func TestTimesAreKeptInUTCAndWholeSeconds(t *testing.T) {
	s, _ := open(t, ownFolder(t))
	saved := goodSaved(1)
	saved.LastCheck.At = time.Date(2026, 11, 1, 13, 0, 0, 999, time.FixedZone("", 3600))
	save(t, s, Book{Accounts: []Saved{saved}})
	want := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	loaded, err := s.Load()
	if err != nil || loaded.Book.Accounts[0].LastCheck.At != want {
		t.Errorf("got %v, %v, want %v", loaded.Book.Accounts[0].LastCheck.At, err, want)
	}
}

// A file of before certificates were kept is read, and nothing is made up about them.
func TestAFileWithoutFingerprintsIsRead(t *testing.T) {
	want := goodBook(1)
	print := fmt.Sprintf(`,
        "incoming_certificate": %q`, want.Accounts[0].LastCheck.Incoming.Certificate)
	file := text(t, want)
	old := strings.Replace(file, print, "", 1)
	if old == file {
		t.Fatalf("got no fingerprint in %s", file)
	}
	want.Accounts[0].LastCheck.Incoming.Certificate = account.Fingerprint{}
	if got, err := decode([]byte(old)); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// unreadable are files that Portolan never wrote, each made from one that it did.
func unreadable(t testing.TB) map[string]string {
	good := text(t, goodBook(2))
	twice := goodSaved(1)
	file := func(s Saved) string { f := text(t, Book{Accounts: []Saved{s}}); return f }
	one := file(twice)
	return map[string]string{
		"empty":                  "",
		"blank":                  " \n",
		"cut short":              good[:len(good)/2],
		"cut at the end":         strings.TrimSuffix(good, "}\n"),
		"doubled":                good + good,
		"zeros":                  strings.Repeat("\x00", 512),
		"NUL within":             strings.Replace(good, "Alice", "Ali\x00ce", 1),
		"byte order mark":        "\ufeff" + good,
		"not UTF-8":              strings.Replace(good, "Alice", "Ali\xffce", 1),
		"UTF-16":                 "\xff\xfe{\x00}\x00",
		"deep":                   strings.Repeat("[", 100_000),
		"deep within":            strings.Replace(good, `"Alice 0"`, strings.Repeat(`{"a":`, 20_000), 1),
		"another type":           "[]",
		"null":                   "null",
		"XML":                    "<clientConfig/>",
		"no form":                `{"accounts":[]}`,
		"form 0":                 `{"version":0,"accounts":[]}`,
		"form -1":                `{"version":-1}`,
		"form as text":           `{"version":"1"}`,
		"unknown field":          `{"version":1,"accounts":[],"window":{}}`,
		"a password":             strings.Replace(one, `"name"`, `"password": "x", "name"`, 1),
		"wrong type":             `{"version":1,"accounts":{}}`,
		"account without fields": `{"version":1,"accounts":[{}]}`,
		"same account twice":     strings.Replace(good, string(goodSaved(1).ID), string(goodSaved(0).ID), 1),
		"odd ID":                 strings.Replace(one, string(twice.ID), "../../x", 1),
		"no port":                strings.Replace(one, "993", "0", 1),
		"endless port":           strings.Replace(one, "993", "1e400", 1),
		"line break in a name":   strings.Replace(one, "Alice 1", `Alice\r\nBcc: x`, 1),
		"host not as it is kept": strings.Replace(one, "imap.example.test", "IMAP.example.test", 1),
		"odd pin":                strings.Replace(one, "sha256:", "md5:", 1),
		"empty pin":              strings.Replace(one, twice.Trust.Pins[0].Certificate.String(), "sha256:"+strings.Repeat("0", 64), 1),
		"odd consent":            strings.Replace(one, "2001:db8::1", "a b", 1),
		"odd domain":             strings.Replace(one, "example.invalid", "", 1),
		"odd authority":          strings.Replace(one, `"pins"`, `"authorities": ["-----BEGIN X-----"], "pins"`, 1),
		"odd role":               strings.Replace(one, `"pins"`, `"keyring": ["both"], "pins"`, 1),
		"same role twice":        strings.Replace(one, `"pins"`, `"keyring": ["incoming", "incoming"], "pins"`, 1),
		"odd outcome":            strings.Replace(one, `"ready"`, `"Your account is fine!"`, 1),
		"odd certificate":        strings.Replace(one, `"incoming_certificate": "sha256:`, `"incoming_certificate": "sha1:`, 1),
		"odd time":               strings.Replace(one, "2026-11-01T", "2026-13-01T", 1),
		"odd orphan":             `{"version":1,"accounts":[],"orphans":["login"]}`,
		"orphan twice":           fmt.Sprintf(`{"version":1,"accounts":[],"orphans":[%q,%[1]q]}`, testID),
		"orphan that is used": strings.Replace(strings.Replace(one, `"pins"`, `"keyring": ["incoming"], "pins"`, 1), `"version"`,
			fmt.Sprintf(`"orphans": [%q], "version"`, twice.ID), 1),
	}
}

// F-4.
func TestWhatPortolanDidNotWriteIsDamaged(t *testing.T) {
	for name, file := range unreadable(t) {
		if got, err := decode([]byte(file)); !errors.Is(err, ErrDamaged) || len(got.Accounts) != 0 {
			t.Errorf("%s: got %+v, %v, want %v", name, got, err, ErrDamaged)
		}
	}
	for _, file := range []string{`{"version":2}`, `{"version":99,"accounts":"elsewhere","new":true}`} {
		if _, err := decode([]byte(file)); !errors.Is(err, ErrNewer) {
			t.Errorf("%s: got %v, want %v", file, err, ErrNewer)
		}
	}
}

// What cannot be read back is not written.
func TestAnAccountThatCannotBeReadBackIsNotSaved(t *testing.T) {
	for name, spoil := range map[string]func(*Saved){
		"no ID":      func(s *Saved) { s.ID = "" },
		"no server":  func(s *Saved) { s.Incoming = account.Server{} },
		"line break": func(s *Saved) { s.Name = "A\r\nB" },
		"pin's port": func(s *Saved) {
			s.Trust.Pins = []account.Pin{{Server: account.Endpoint{Host: "a.test"}, Certificate: account.Fingerprint{1}}}
		},
		"no certificate": func(s *Saved) { s.Trust.Authorities = []*x509.Certificate{nil} },
		"consent":        func(s *Saved) { s.Consents.Domains = []string{"A.test"} },
		"cleartext":      func(s *Saved) { s.Consents.Cleartext = []account.Endpoint{{Host: "a.test", Port: 70000}} },
		"kind":           func(s *Saved) { s.Keyring = []Kind{Kind(len(allKinds))} },
		"outcome":        func(s *Saved) { s.LastCheck.Outcome = strings.Repeat("a", 33) },
		"no time":        func(s *Saved) { s.LastCheck.At = time.Time{} },
		"endless year":   func(s *Saved) { s.LastCheck.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		saved := goodSaved(1)
		spoil(&saved)
		s, _ := open(t, ownFolder(t))
		if err := s.Save(Book{Accounts: []Saved{saved}}); err == nil || len(s.Book().Accounts) != 0 {
			t.Errorf("%s: got %v, want an error", name, err)
		}
	}
	s, _ := open(t, ownFolder(t))
	saved := goodSaved(1)
	saved.Incoming.Port = 0
	invalid, ok := errors.AsType[*InvalidError](s.Save(Book{Accounts: []Saved{saved}}))
	if !ok || invalid.ID != saved.ID || invalid.Problems[0].Field != account.FieldIncomingPort {
		t.Errorf("got %v, want the account and its field", invalid)
	}
	if err := s.Save(goodBook(6000)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v, want %v", err, ErrTooLarge)
	}
}

// K-1: there is no place for a secret in what is kept.
func TestASavedAccountHasNoPlaceForASecret(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(at reflect.Type) {
		if seen[at] {
			return
		}
		seen[at] = true
		if at == reflect.TypeFor[account.Secret]() {
			t.Errorf("got a secret in %v, want none", reflect.TypeFor[Book]())
		}
		switch at.Kind() {
		case reflect.Struct:
			for i := range at.NumField() {
				walk(at.Field(i).Type)
			}
		case reflect.Slice, reflect.Array, reflect.Pointer, reflect.Map:
			walk(at.Elem())
		}
	}
	walk(reflect.TypeFor[Book]())
	walk(reflect.TypeFor[bookForm]())
}

// F-4: whatever stands in the file, it is read as it would be written, or refused.
func FuzzDecode(f *testing.F) {
	for _, file := range unreadable(f) {
		if len(file) < 10_000 {
			f.Add([]byte(file))
		}
	}
	saved := goodSaved(3)
	saved.Trust.Authorities = []*x509.Certificate{authority(f)}
	saved.Keyring = allKinds[:]
	f.Add([]byte(text(f, Book{Accounts: []Saved{saved}, Orphans: []Entry{EntryOf(testID, OutgoingPassword)}})))
	f.Add([]byte(text(f, goodBook(2))))
	f.Fuzz(func(t *testing.T, file []byte) {
		b, err := decode(file)
		if err != nil {
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNewer) {
				t.Errorf("got %v, want one of the two errors", err)
			}
			return
		}
		again, err := encode(b)
		if err != nil {
			t.Fatalf("got %v, want %+v written", err, b)
		}
		if back, err := decode(again); err != nil || !reflect.DeepEqual(back.normal(), b.normal()) {
			t.Errorf("got %+v, %v, want %+v", back, err, b)
		}
	})
}

// benchmarkBook is as large as a book gets: 1,000 accounts.
func benchmarkBook() Book { return goodBook(1000) }

func BenchmarkLoad1000Accounts(b *testing.B) {
	s, _ := open(b, ownFolder(b))
	save(b, s, benchmarkBook())
	for b.Loop() {
		if _, err := s.Load(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSave1000Accounts(b *testing.B) {
	s, _ := open(b, ownFolder(b))
	books := [2]Book{benchmarkBook(), benchmarkBook().Without(goodSaved(999).ID)}
	for i := 0; b.Loop(); i++ {
		if err := s.Save(books[i%2]); err != nil {
			b.Fatal(err)
		}
	}
}
