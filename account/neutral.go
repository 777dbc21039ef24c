package account

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks one letter may carry; real writing stays below it.
const maxMarks = 4

// Neutral makes foreign text safe to show: one line of at most limit runes, the last of them "…" where something was cut
// off. Line breaks and unusual blanks become a blank; whatever cannot be seen or would change how the rest is
// shown (control characters, bidirectional controls, zero-width characters, bytes that are no UTF-8) becomes a visible
// mark such as ␛ or <U+202E>. Neutral text is unchanged by Neutral.
func Neutral(s string, limit int) string {
	if limit <= 0 {
		return ""
	}
	s = strings.TrimRight(s, "\r\n")
	var out []rune
	marks := 0
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		if strings.HasPrefix(s, "\r\n") {
			size = 2
		}
		piece := []rune(visible(r, s[:size], &marks))
		s = s[size:]
		if room := limit - len(out); len(piece) > room || len(piece) == room && s != "" {
			return string(append(out, '…'))
		}
		out = append(out, piece...)
	}
	return string(out)
}

// visible gives what is shown for one character, or for a byte that is none. marks counts the combining marks in a row.
func visible(r rune, raw string, marks *int) string {
	if unicode.In(r, unicode.Mn, unicode.Me) && !invisible(r) {
		if *marks++; *marks > maxMarks {
			return codePoint(r)
		}
		return string(r)
	}
	*marks = 0
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		return fmt.Sprintf("<0x%02X>", raw[0])
	case r == '\n' || r == '\r' || r == '\t' || unicode.In(r, unicode.Zs, unicode.Zl, unicode.Zp):
		return " "
	case r < ' ':
		return string('␀' + r)
	case r == 0x7f:
		return "␡"
	case invisible(r) || !unicode.IsGraphic(r):
		return codePoint(r)
	default:
		return string(r)
	}
}

// codePoint names a character that cannot be shown.
func codePoint(r rune) string { return fmt.Sprintf("<U+%04X>", r) }

// shown quotes what a person typed in a sentence for that person.
func shown(s string) string { return "“" + Neutral(s, 64) + "”" }

// invisible reports whether a character leaves no ink, or rearranges its neighbours: zero-width and bidirectional
// controls, fillers, variation selectors. Controls and blanks are not among them.
func invisible(r rune) bool {
	const braillePatternBlank = 0x2800
	return r >= utf8.RuneSelf && (r == braillePatternBlank ||
		unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector))
}

// unseen picks out what cannot be seen in a name: invisible characters, and blanks other than the ordinary one.
func unseen(r rune) bool {
	return invisible(r) || r != ' ' && unicode.In(r, unicode.Zs, unicode.Zl, unicode.Zp)
}

// firstRune finds the first character that pick accepts.
func firstRune(s string, pick func(rune) bool) (rune, bool) {
	for _, r := range s {
		if pick(r) {
			return r, true
		}
	}
	return 0, false
}
