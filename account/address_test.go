package account

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// addressCases are addresses as people type and paste them (I-1). An empty want means that the text is refused, and
// reason is a part of what is said then.
var addressCases = []struct{ in, want, reason string }{
	{in: "alice@example.test", want: "alice@example.test"},
	{in: "Alice.B@Example.TEST", want: "Alice.B@example.test"},
	{in: "  alice@example.test\t", want: "alice@example.test"},
	{in: "\u00a0alice@example.test\u00a0", want: "alice@example.test"},
	{in: "\u200balice@example.test\u200b", want: "alice@example.test"},
	{in: "\ufeffalice@example.test", want: "alice@example.test"},
	{in: "\u2068alice@example.test\u2069", want: "alice@example.test"},
	{in: "\u3000alice@example.test", want: "alice@example.test"},
	{in: "alice@example.test.", want: "alice@example.test"},
	{in: "alice+tag@example.test", want: "alice+tag@example.test"},
	{in: "o'brien@example.test", want: "o'brien@example.test"},
	{in: "!#$%&'*+-/=?^_`{|}~@example.test", want: "!#$%&'*+-/=?^_`{|}~@example.test"},
	{in: "a@b.c.d.e.example.test", want: "a@b.c.d.e.example.test"},
	{in: "1@2.example.test", want: "1@2.example.test"},
	{in: "a@co.uk", want: "a@co.uk"},

	{in: "Alice Example <alice@example.test>", want: "alice@example.test"},
	{in: "<alice@example.test>", want: "alice@example.test"},
	{in: "< alice@example.test >", want: "alice@example.test"},
	{in: `"Example, Alice <boss>" <alice@example.test>`, want: "alice@example.test"},
	{in: `"x \" <y" <alice@example.test>`, want: "alice@example.test"},
	{in: `Alice <"a b"@example.test>`, want: `"a b"@example.test`},
	{in: `<"a<b"@example.test>`, want: `"a<b"@example.test`},
	{in: "Alice \U0001F468\u200D\U0001F469 <alice@example.test>", want: "alice@example.test"},
	{in: "Alice <mailto:alice@example.test>", want: "alice@example.test"},
	{in: "mailto:alice@example.test", want: "alice@example.test"},
	{in: "MailTo:alice@example.test", want: "alice@example.test"},
	{in: "mailto:alice@example.test?subject=a@b", want: "alice@example.test"},
	{in: "mailto:alice%2Btag@example.test", want: "alice+tag@example.test"},
	{in: "mailto:alice+tag@example.test", want: "alice+tag@example.test"},
	{in: "mailto:%22not%40me%22@example.test", want: `"not@me"@example.test`},
	{in: "mailto:gorby%25kremvax@example.test", want: "gorby%kremvax@example.test"},

	// RFC 3696, section 3, with its errata.
	{in: `"Abc@def"@example.test`, want: `"Abc@def"@example.test`},
	{in: `"Fred Bloggs"@example.test`, want: `"Fred Bloggs"@example.test`},
	{in: `"Joe\\Blow"@example.test`, want: `"Joe\\Blow"@example.test`},
	{in: `"Fred\ Bloggs"@example.test`, want: `"Fred Bloggs"@example.test`},
	{in: `"Abc\@def"@example.test`, want: `"Abc@def"@example.test`},
	{in: "customer/department=shipping@example.test", want: "customer/department=shipping@example.test"},
	{in: "$A12345@example.test", want: "$A12345@example.test"},
	{in: "!def!xyz%abc@example.test", want: "!def!xyz%abc@example.test"},
	{in: "_somename@example.test", want: "_somename@example.test"},
	{in: `"a b"@example.test`, want: `"a b"@example.test`},
	{in: `"needless"@example.test`, want: "needless@example.test"},
	{in: `"a..b"@example.test`, want: `"a..b"@example.test`},
	{in: `"\""@example.test`, want: `"\""@example.test`},
	{in: `" "@example.test`, want: `" "@example.test`},
	{in: `Abc\@def@example.test`, reason: "more than one @"},

	// RFC 6531: addresses beyond ASCII. The local part stays as it is, the domain becomes A-labels.
	{in: "δοκιμή@παράδειγμα.test", want: "δοκιμή@xn--hxajbheg2az3al.test"},
	{in: "用户@例子.test", want: "用户@xn--fsqu00a.test"},
	{in: "alice@Bücher.example", want: "alice@xn--bcher-kva.example"},
	{in: "alice@XN--BCHER-KVA.example", want: "alice@xn--bcher-kva.example"},
	{in: "alice@straße.test", want: "alice@xn--strae-oqa.test"},
	{in: "alice@例え。テスト.test", want: "alice@xn--r8jz45g.xn--zckzah.test"},
	{in: "alice@ｅｘａｍｐｌｅ.test", want: "alice@example.test"},
	{in: "ÅSA@example.test", want: "ÅSA@example.test"},
	{in: "alice@東京tower.test", want: "alice@xn--tower-w91hq39l.test"},
	{in: "alice@пример.test", want: "alice@xn--e1afmkfd.test"},
	{in: "иван-it@example.test", want: "иван-it@example.test"},

	{in: "", reason: "enter an e-mail address"},
	{in: " \u00a0\t", reason: "enter an e-mail address"},
	{in: "alice", reason: "has an @"},
	{in: "@example.test", reason: "nothing before the @"},
	{in: `""@example.test`, reason: "nothing before the @"},
	{in: "alice@", reason: "nothing after the @"},
	{in: "alice@bob@example.test", reason: "more than one @"},
	{in: `"a"@b@example.test`, reason: "more than one @"},
	{in: "Alice <alice@example.test>, Bob <bob@example.test>", reason: "more than one @"},
	{in: "mailto:a@example.test,b@example.test", reason: "more than one @"},
	{in: "alice @example.test", reason: "blank before the @"},
	{in: "alice@ example.test", reason: "blank after the @"},
	{in: "alice@exam ple.test", reason: "blank after the @"},
	{in: "alice@example.test>", reason: "> without a <"},
	{in: "<alice@example.test", reason: "“<”"},
	{in: ".alice@example.test", reason: "dot cannot come first"},
	{in: "alice.@example.test", reason: "dot cannot come first"},
	{in: "al..ice@example.test", reason: "two together"},
	{in: "al(x)ice@example.test", reason: "“(”"},
	{in: `al"ice@example.test`, reason: "“\"”"},
	{in: `"alice@example.test`, reason: "never closed"},
	{in: `"alice"example.test`, reason: "an @ must follow"},
	{in: `"alice\`, reason: "nothing to quote"},
	{in: "alice@localhost", reason: "whole domain"},
	{in: "alice@[192.0.2.1]", reason: "IP address"},
	{in: "alice@[IPv6:2001:db8::1]", reason: "IP address"},
	{in: "alice@192.0.2.1", reason: "IP address"},
	{in: "alice@１９２.０.２.１", reason: "ends in a number"},
	{in: "alice@example.123", reason: "ends in a number"},
	{in: "alice@0x7f.0x1", reason: "ends in a number"},
	{in: "alice@ex_ample.test", reason: "“_”"},
	{in: "alice@example.test/inbox", reason: "“/”"},
	{in: "alice@-example.test", reason: "not a valid name"},
	{in: "alice@example-.test", reason: "not a valid name"},
	{in: "alice@example..test", reason: "not a valid name"},
	{in: "alice@.example.test", reason: "not a valid name"},
	{in: "alice@" + strings.Repeat("a", 64) + ".test", reason: "not a valid name"},
	{in: "alice@℀.test", reason: "not a valid name"},
	{in: "alice@xn--a.test", reason: "not a valid name"},
	{in: "alice@exa\u200bmple.test", reason: "U+200B"},
	{in: "al\u200dice@example.test", reason: "U+200D"},
	{in: "al\u00adice@example.test", reason: "U+00AD"},
	{in: "alice@exam\u202eple.test", reason: "U+202E"},
	{in: "al\u00a0ice@example.test", reason: "U+00A0"},
	{in: "alice@ex\u3164ample.test", reason: "U+3164"},
	{in: "alice@exаmple.test", reason: "Cyrillic, Latin"}, // U+0430
	{in: "alice@αpple.test", reason: "Greek, Latin"},
	{in: "alice@xn--exmple-4nf.test", reason: "Cyrillic, Latin"},
	{in: "alice@كabc.test", reason: "“كabc.test”"},
	{in: "alice@example.test\n", reason: "line break"},
	{in: "alice\r\n@example.test", reason: "line break"},
	{in: "mailto:alice%0d%0aRCPT@example.test", reason: "line break"},
	{in: "mailto:alice%zz@example.test", reason: "damaged"},
	{in: "al\x00ice@example.test", reason: "NUL"},
	{in: "al\tice@example.test", reason: "tab"},
	{in: "al\x1bice@example.test", reason: "U+001B"},
	{in: "al\u0085ice@example.test", reason: "U+0085"},
	{in: "al\xffice@example.test", reason: "Unicode"},
	{in: strings.Repeat("a", 64) + "@example.test", want: strings.Repeat("a", 64) + "@example.test"},
	{in: strings.Repeat("a", 65) + "@example.test", reason: "64 bytes"},
	{in: strings.Repeat("ä", 33) + "@example.test", reason: "64 bytes"},
	{in: `"` + strings.Repeat(" ", 63) + `"@example.test`, reason: "64 bytes"},
	{in: strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 61)+".", 3) + "test", reason: "254 bytes"},
	{in: strings.Repeat("a", 3000), reason: "too long"},
}

// I-1, I-4.
func TestAddressesAreUnderstoodAsPeoplePasteThem(t *testing.T) {
	for _, c := range addressCases {
		a, err := ParseAddress(c.in)
		if c.want == "" {
			checkReason(t, c.in, err, c.reason)
			if a != (Address{}) {
				t.Errorf("%q: got address %+v beside an error, want none", c.in, a)
			}
			continue
		}
		if err != nil || a.String() != c.want {
			t.Errorf("%q: got %q, %v, want %q", c.in, a, err, c.want)
		}
	}
}

// checkReason wants an *InputError whose sentence holds a text, shows nothing invisible and ends in a full stop.
func checkReason(t *testing.T, in string, err error, reason string) {
	t.Helper()
	input, ok := errors.AsType[*InputError](err)
	if !ok || !strings.Contains(input.Reason, reason) {
		t.Errorf("%q: got %v, want an InputError with %q", in, err, reason)
		return
	}
	if s := input.Reason; Neutral(s, 1000) != s || !strings.HasSuffix(s, ".") {
		t.Errorf("%q: got %q, want one clean sentence", in, s)
	}
}

func TestQuotesOfALocalPartAreOpened(t *testing.T) {
	a, err := ParseAddress(`"a \"b\"@c"@example.test`)
	if want := (Address{`a "b"@c`, "example.test"}); err != nil || a != want {
		t.Errorf("got %+v, %v, want %+v", a, err, want)
	}
	if a.Plain() || !(Address{"a.b", "example.test"}).Plain() {
		t.Error("got the wrong answer from Plain")
	}
}

func TestUnicodeShowsTheDomainInItsOwnAlphabet(t *testing.T) {
	for in, want := range map[string]string{
		"alice@xn--bcher-kva.example": "alice@bücher.example", "a@example.test": "a@example.test", `"a b"@xn--fsqu00a.test`: `"a b"@例子.test`,
	} {
		a, err := ParseAddress(in)
		if err != nil || a.Unicode() != want {
			t.Errorf("%q: got %q, %v, want %q", in, a.Unicode(), err, want)
		}
	}
	if got := UnicodeHost("xn--\xff"); got != "xn--\xff" {
		t.Errorf("got %q, want a name that cannot be read unchanged", got)
	}
}

func TestTheZeroAddressIsNoAddress(t *testing.T) {
	var a Address
	if a.String() != "" || a.Unicode() != "" || a.RegistrableDomain() != "" || a.Plain() {
		t.Errorf("got %q, %q, %q, want nothing", a.String(), a.Unicode(), a.RegistrableDomain())
	}
}

// genAddress draws addresses that ParseAddress can give.
func genAddress() *rapid.Generator[Address] {
	return rapid.Custom(func(t *rapid.T) Address {
		local := rapid.OneOf(
			rapid.StringMatching(`[a-zA-Z0-9!#$%&'*+/=?^_{|}~.-]{1,20}`),
			rapid.StringMatching(`[ -~]{1,20}`),
			rapid.StringOfN(rapid.RuneFrom([]rune(`a."\ @äж用`)), 1, 12, -1),
		).Draw(t, "local")
		domain := rapid.SampledFrom([]string{"example.test", "xn--bcher-kva.example", "a.b.example.invalid", "xn--fsqu00a.test"}).Draw(t, "domain")
		return Address{local, domain}
	})
}

func TestAnAddressSurvivesPrinting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := genAddress().Draw(t, "address")
		for _, s := range []string{a.String(), a.Unicode(), "Name <" + a.String() + ">"} {
			if again, err := ParseAddress(s); err != nil || again != a {
				t.Fatalf("%q: got %+v, %v, want %+v", s, again, err, a)
			}
		}
	})
}

func FuzzParseAddress(f *testing.F) {
	for _, c := range addressCases {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			checkReason(t, s, err, "")
			return
		}
		if again, err := ParseAddress(a.String()); err != nil || again != a {
			t.Errorf("%q: got %+v, %v, want %+v again", s, again, err, a)
		}
		if again, err := ParseAddress(a.Unicode()); err != nil || again != a {
			t.Errorf("%q: got %+v, %v from %q, want %+v again", s, again, err, a.Unicode(), a)
		}
		if !utf8.ValidString(a.Local) || strings.ContainsAny(a.Local+a.Domain, "\r\n\x00") || strings.Trim(a.Domain, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" {
			t.Errorf("%q: got %+v, want no control characters and an ASCII domain", s, a)
		}
	})
}
