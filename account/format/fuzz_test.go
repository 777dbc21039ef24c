package format

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"portolan/account"
)

// fuzzRead feeds a reader. Whatever comes in: nothing panics, an error is a sentence, and what comes out has passed the
// checks of package account and holds nothing that the user did not agree to. P-14, F-9.
func fuzzRead(f *testing.F, name string, seeds ...string) {
	f.Helper()
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		Detect(data)
		read, err := Read(name, data)
		if err != nil {
			if reflect.TypeOf(err) != reflect.TypeFor[*FileError]() || read != nil {
				t.Fatalf("got %v, %v, want a *FileError alone", read, err)
			}
			return
		}
		if len(read) == 0 || len(read) > maxAccounts {
			t.Fatalf("got %d accounts, want some", len(read))
		}
		for _, i := range read {
			checkImported(t, i)
			checkImported(t, i.For(account.Address{Local: "al", Domain: "example.test"}))
		}
	})
}

// checkImported wants an account that is possible as far as it goes.
func checkImported(t *testing.T, i Imported) {
	t.Helper()
	if !reflect.DeepEqual(i.Trust, account.Trust{}) || !reflect.DeepEqual(i.Consents, account.Consents{}) {
		t.Fatalf("got %+v, want nothing trusted", i)
	}
	for _, s := range []account.Server{i.Incoming, i.Outgoing} {
		if s == (account.Server{}) {
			continue
		}
		host, err := account.ParseHost(s.Host)
		if err != nil || host != s.Host || s.Port < 1 || s.Port > 65535 || s.Security == account.SecurityUnknown || s.Source != account.SourceFile || account.CheckUsername(s.Username) != nil {
			t.Fatalf("got %+v (%v), want a possible server", s, err)
		}
	}
	if i.Address != (account.Address{}) {
		if again, err := account.ParseAddress(i.Address.String()); err != nil || again != i.Address {
			t.Fatalf("got %+v, %v, want a possible address", i.Address, err)
		}
	}
	for _, r := range i.Remarks {
		if !utf8.ValidString(r.Text) || strings.ContainsAny(r.Text, "\r\n\x00\x1b") {
			t.Fatalf("got %q, want neutral text", r.Text)
		}
	}
}

// seedFor gives a file of ours as a seed.
func seedFor(f *testing.F, name string) string {
	f.Helper()
	data, _, err := Write(name, sample())
	if err != nil {
		f.Fatal(err)
	}
	return string(data)
}

func FuzzReadPrefs(f *testing.F) { fuzzRead(f, Prefs, prefsFile, `user_pref("mail.x", "\u12`) }

func FuzzReadK9(f *testing.F) { fuzzRead(f, K9, k9File) }

func FuzzReadMsmtp(f *testing.F) { fuzzRead(f, Msmtp, msmtpFile, seedFor(f, Msmtp)) }

func FuzzReadSRV(f *testing.F) { fuzzRead(f, SRV, zoneFile, seedFor(f, SRV)) }

func FuzzReadMobileConfig(f *testing.F) {
	fuzzRead(f, MobileConfig, seedFor(f, MobileConfig), string(signedBy("<plist></plist>", true)), string(signedBy("<plist></plist>", false)))
}

func FuzzReadAndroid(f *testing.F) { fuzzRead(f, Android, seedFor(f, Android)) }

func FuzzReadJSON(f *testing.F) {
	fuzzRead(f, JSON, seedFor(f, JSON), `{"format":"portolan-account","version":1,"incoming":{"protocol":"imap","host":"a.test","port":1,"security":"tls"},"trust":{"pins":[{}],"authorities":["x"]},"consents":{"domains":["-"],"cleartext":[{}]}}`)
}

func FuzzReadImportedThunderbird(f *testing.F) { fuzzRead(f, Thunderbird, draftFile, sampleFile) }

func FuzzReadImportedAutodiscover(f *testing.F) {
	fuzzRead(f, AutodiscoverPOX, poxServer("<Port>993</Port>"), seedFor(f, AutodiscoverPOX))
}

func FuzzLintThunderbird(f *testing.F) {
	f.Add([]byte(draftFile))
	f.Add([]byte(sampleFile))
	f.Fuzz(func(t *testing.T, data []byte) {
		last := 0
		for _, l := range LintThunderbird(data) {
			if l.Line < last || l.Line < 1 || l.Line > strings.Count(string(data), "\n")+2 || strings.ContainsAny(l.Text, "\r\n\x00") {
				t.Fatalf("got %+v after line %d, want lines of the file in order", l, last)
			}
			last = l.Line
		}
	})
}
