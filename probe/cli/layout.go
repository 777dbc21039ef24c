package cli

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// widthOf gives the columns that a text takes on a terminal; where terminals differ it errs on the side of more.
func widthOf(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	switch k := width.LookupRune(r).Kind(); {
	case unicode.Is(unicode.Mn, r):
		return 0
	case k == width.EastAsianWide || k == width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

// cut shortens a text to so many columns; what was cut ends in "…".
func cut(s string, columns int) string {
	if widthOf(s) <= columns {
		return s
	}
	var b strings.Builder
	left := columns - 1
	for _, r := range s {
		if left -= runeWidth(r); left < 0 {
			break
		}
		b.WriteRune(r)
	}
	if columns > 0 {
		b.WriteString("…")
	}
	return b.String()
}

// pad fills a text up to so many columns with blanks.
func pad(s string, columns int) string {
	return s + strings.Repeat(" ", max(0, columns-widthOf(s)))
}

// wrap breaks a text at blanks into lines of so many columns, indented; with 0 columns it stays one line. A longer word
// stands on a line of its own.
func wrap(s, indent string, columns int) string {
	room := columns - 1 - widthOf(indent)
	if columns == 0 || room < 20 {
		return indent + s + "\n"
	}
	var b strings.Builder
	line := ""
	for word := range strings.FieldsSeq(s) {
		switch {
		case line == "":
			line = word
		case widthOf(line)+1+widthOf(word) <= room:
			line += " " + word
		default:
			b.WriteString(indent + line + "\n")
			line = word
		}
	}
	b.WriteString(indent + line + "\n")
	return b.String()
}
