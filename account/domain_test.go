package account

import (
	"strings"
	"testing"
)

// N-5, I-7.
func TestTheRegistrableDomainIsTheSuffixAndOneLabel(t *testing.T) {
	for host, want := range map[string]string{
		"example.test":               "example.test",
		"imap.example.test":          "example.test",
		"a.b.example.invalid":        "example.invalid",
		"mail.example.example":       "example.example",
		"EXAMPLE.Co.Uk":              "example.co.uk",
		"mail.example.co.uk.":        "example.co.uk",
		"co.uk":                      "",
		"uk":                         "",
		"test":                       "",
		"localhost":                  "",
		"":                           "",
		".":                          "",
		".example.test":              "",
		"a..example.test":            "",
		"alice.github.io":            "alice.github.io", // private section
		"mail.alice.github.io":       "alice.github.io",
		"github.io":                  "",
		"www.ck":                     "www.ck",
		"shop.bücher.example":        "xn--bcher-kva.example",
		"shop.xn--bcher-kva.example": "xn--bcher-kva.example",
		"mail.例子.公司.cn":              "xn--fsqu00a.xn--55qx5d.cn",
		"192.0.2.1":                  "",
		"2001:db8::1":                "",
		"[2001:db8::1]":              "",
		"127.1":                      "",
		"exam\u200bple.test":         "",
		"exаmple.test":               "",
		"ex_ample.test":              "",
	} {
		if got := RegistrableDomain(host); got != want {
			t.Errorf("%q: got %q, want %q", host, got, want)
		}
	}
	if got := (Address{"alice", "deep.sub.example.test"}).RegistrableDomain(); got != "example.test" {
		t.Errorf("got %q, want example.test", got)
	}
}

func TestAPublicNameHasTwoLabelsAndIsNoAddress(t *testing.T) {
	for host, want := range map[string]bool{
		"imap.example.test": true, "xn--bcher-kva.example": true,
		"mailhost": false, "nas.local": false, "192.0.2.1": false, "2001:db8::1": false, "": false, "local": false,
	} {
		if got := PublicName(host); got != want {
			t.Errorf("%q: got %v, want %v", host, got, want)
		}
	}
}

// I-7. UTS 39, section 5.2.
func TestALabelIsWrittenInOneAlphabet(t *testing.T) {
	for _, c := range []struct {
		label, mixed string
	}{
		{"example", ""},
		{"пример", ""},
		{"παράδειγμα", ""},
		{"例子", ""},
		{"bücher", ""},
		{"123-456", ""},
		{"東京tower", ""},
		{"とうきょうtower", ""},
		{"トウキョウ東京とう", ""},
		{"한국abc", ""},
		{"漢字한국", ""},
		{"ㄅㄆㄇ漢", ""},
		{"データー", ""},
		{"пример-24", ""},
		{"приме\u0301р", ""},
		{"exаmple", "Cyrillic, Latin"},
		{"αpple", "Greek, Latin"},
		{"привеt", "Cyrillic, Latin"},
		{"аα", "Cyrillic, Greek"},
		{"한かな", "Hangul, Hiragana"},
		{"ㄅかな", "Bopomofo, Hiragana"},
		{"漢ж", "Cyrillic, Han"},
		{"աb", "Armenian, Latin"},
	} {
		_, err := hostname(c.label + ".test")
		if c.mixed == "" {
			if err != nil {
				t.Errorf("%q: got %v, want no error", c.label, err)
			}
			continue
		}
		checkReason(t, c.label, err, "("+c.mixed+")")
	}
}

func TestAlphabetsMayDifferFromLabelToLabel(t *testing.T) {
	name, err := hostname("mail.пример.test")
	if want := "mail.xn--e1afmkfd.test"; err != nil || name != want {
		t.Errorf("got %q, %v, want %q", name, err, want)
	}
}

func TestAVeryLongNameIsRefusedAtOnce(t *testing.T) {
	for _, host := range []string{strings.Repeat("ж.", 1000), strings.Repeat("жя", 1<<20)} {
		if got := RegistrableDomain(host); got != "" {
			t.Errorf("got %q, want nothing", got)
		}
		_, err := hostname(host + ".test")
		checkReason(t, "a very long name", err, "too long")
	}
}

// A name in ASCII can hide a joiner that its neighbours allow, and letters that do not go together.
func TestANameInASCIIIsWhatItShows(t *testing.T) {
	for name, reason := range map[string]string{
		"xn--11b2ezcw70k.test": "invisible character (<U+200D>)",
		"aℵ.test":              "not a valid name",
		"xn--a-0hc.test":       "not a valid name",
	} {
		_, err := hostname(name)
		checkReason(t, name, err, reason)
	}
}
