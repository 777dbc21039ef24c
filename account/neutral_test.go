package account

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// G-7, I-8.
func TestForeignTextIsShownOnOneCleanLine(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"", 10, ""},
		{"OK ready", 200, "OK ready"},
		{"OK ready\r\n", 200, "OK ready"},
		{"two\r\nlines", 200, "two lines"},
		{"two\nlines\rthree", 200, "two lines three"},
		{"a\tb\u00a0c\u2028d\u3000e", 200, "a b c d e"},
		{"red \x1b[31mtext\x07", 200, "red ␛[31mtext␇"},
		{"nul\x00 del\x7f", 200, "nul␀ del␡"},
		{"c1 \u009b", 200, "c1 <U+009B>"},
		{"gpj.\u202eexe", 200, "gpj.<U+202E>exe"},
		{"a\u2066b\u200bc\ufeffd\u00ade", 200, "a<U+2066>b<U+200B>c<U+FEFF>d<U+00AD>e"},
		{"filler\u3164\u2800\ufe0f\U000e0041", 200, "filler<U+3164><U+2800><U+FE0F><U+E0041>"},
		{"bad \xff\xc3(", 200, "bad <0xFF><0xC3>("},
		{"\ufffd", 200, "\ufffd"},
		{"private \ue000, unassigned \U000e0fff", 200, "private <U+E000>, unassigned <U+E0FFF>"},
		{"Größe 用户 😀 ж", 200, "Größe 用户 😀 ж"},
		{"o\u0301\u0302\u0303\u0304\u0305\u0306x\u0301", 200, "o\u0301\u0302\u0303\u0304<U+0305><U+0306>x\u0301"},
		{"abcdef", 6, "abcdef"},
		{"abcdef", 5, "abcd…"},
		{"abcdef", 1, "…"},
		{"abc\x80", 5, "abc…"},
		{"abcdef", 0, ""},
		{"abcdef", -1, ""},
		{"äöüß", 3, "äö…"},
	} {
		if got := Neutral(c.in, c.limit); got != c.want {
			t.Errorf("%q, %d: got %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

func FuzzNeutral(f *testing.F) {
	for _, s := range []string{"", "OK\r\n", "\x1b[2J", "a\u202eb\u0301", "\xff\xfe", "\u0301\u0301\u0301\u0301\u0301\u0301", strings.Repeat("ab\x00", 100)} {
		f.Add(s, 20)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit %= 300
		got := Neutral(s, limit)
		if n := utf8.RuneCountInString(got); n > max(limit, 0) || !utf8.ValidString(got) {
			t.Errorf("%q, %d: got %q of %d runes, want valid text of %d at most", s, limit, got, n, limit)
		}
		for _, r := range got {
			if invisible(r) || r != ' ' && (unicode.IsControl(r) || !unicode.IsGraphic(r) || unicode.IsSpace(r)) {
				t.Errorf("%q: got %q with %U in it, want it replaced", s, got, r)
			}
		}
		if again := Neutral(got, limit); again != got {
			t.Errorf("%q: got %q the second time, want %q", s, again, got)
		}
	})
}
