package wire

import (
	"encoding/base64"
	"slices"
	"strings"

	"portolan/account"
)

// maskMark stands where a name stood.
const maskMark = "[user name]"

// A Mask hides names in lines of a conversation that somebody else is to read. Passwords are not its business: a
// transcript never has one.
type Mask struct {
	forms []string // of the names, in lower case, longest first
	brief []string // names that are too short to be looked for within words, in lower case, longest first
	kept  []string // what nothing is hidden in, in lower case, longest first
}

// NewMask hides names, in every form in which a server might repeat them, and leaves the hosts as they are: who is called
// "mail" has no reason to hide mail.example.org. A name of fewer than three letters is found as a word of its own, and as
// the whole of a base64 text.
func NewMask(names, hosts []string) Mask {
	var m Mask
	for _, n := range names {
		switch {
		case n == "":
		case len(n) < shortestForm:
			m.brief = append(m.brief, asciiLower(n), asciiLower(base64.StdEncoding.EncodeToString([]byte(n))))
		default:
			m.forms = append(m.forms, secretForms(n)...)
			m.forms = append(m.forms, asciiLower(account.Neutral(n, len(n))))
		}
	}
	m.kept = []string{asciiLower(hidden), asciiLower(hiddenChallenge), asciiLower(hiddenResponse), asciiLower(maskMark)}
	for _, h := range hosts {
		if h != "" {
			m.kept = append(m.kept, asciiLower(h))
		}
	}
	longestFirst := func(a, b string) int { return len(b) - len(a) }
	for _, list := range [][]string{m.forms, m.brief, m.kept} {
		slices.SortStableFunc(list, longestFirst)
	}
	return m
}

// Apply gives a line with a mark in the place of every name.
func (m Mask) Apply(line string) string {
	lower := asciiLower(line)
	within := func(form string) bool { return strings.Contains(lower, form) }
	if !slices.ContainsFunc(m.forms, within) && !slices.ContainsFunc(m.brief, within) {
		return line
	}
	var b strings.Builder
	for i := 0; i < len(line); {
		n, name := m.at(lower, i)
		switch {
		case name:
			b.WriteString(maskMark)
		default:
			n = max(n, 1)
			b.WriteString(line[i : i+n])
		}
		i += n
	}
	return b.String()
}

// at gives the length of what begins at a place of a line, and whether it is a name; 0 for nothing that is known.
func (m Mask) at(lower string, i int) (n int, name bool) {
	for _, k := range m.kept {
		if strings.HasPrefix(lower[i:], k) && apart(lower, i, len(k)) {
			return len(k), false
		}
	}
	for _, f := range m.forms {
		if strings.HasPrefix(lower[i:], f) {
			return len(f), true
		}
	}
	for _, f := range m.brief {
		if strings.HasPrefix(lower[i:], f) && apart(lower, i, len(f)) {
			return len(f), true
		}
	}
	return 0, false
}

// apart reports whether n bytes at i are no part of a longer word or number.
func apart(lower string, i, n int) bool {
	before := i > 0 && wordByte(lower[i-1]) && wordByte(lower[i])
	behind := i+n < len(lower) && wordByte(lower[i+n]) && wordByte(lower[i+n-1])
	return !before && !behind
}

func wordByte(c byte) bool { return c >= 0x80 || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }
