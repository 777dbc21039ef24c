package wire

import (
	"strconv"
	"strings"
)

// An imapLine is one line from an IMAP server, taken apart as far as Portolan needs it before a login.
type imapLine struct {
	tag    string // "*", "+", or a command's tag
	status string // "OK", "NO", "BAD", "BYE", "PREAUTH", or the keyword of untagged data; upper case
	code   string // first word of the response code, upper case
	args   string // the rest of the response code
	text   string // what follows; of "+", the challenge
}

// parseIMAPLine never fails: what is no line of IMAP comes out with a tag that is nobody's.
func parseIMAPLine(line string) imapLine {
	if rest, ok := strings.CutPrefix(line, "+"); ok {
		return imapLine{tag: "+", text: strings.TrimPrefix(rest, " ")}
	}
	tag, rest, _ := strings.Cut(line, " ")
	status, text, _ := strings.Cut(rest, " ")
	l := imapLine{tag: tag, status: strings.ToUpper(status), text: text}
	if !isStatus(l.status) {
		return l
	}
	// RFC 9051, section 7.1: a status may begin with a response code in brackets.
	inner, ok := strings.CutPrefix(text, "[")
	if !ok {
		return l
	}
	if code, after, ok := strings.Cut(inner, "]"); ok {
		word, args, _ := strings.Cut(code, " ")
		l.code, l.args, l.text = strings.ToUpper(word), args, strings.TrimPrefix(after, " ")
	}
	return l
}

func isStatus(word string) bool {
	switch word {
	case "OK", "NO", "BAD", "BYE", "PREAUTH":
		return true
	default:
		return false
	}
}

// literalSize finds the announcement of a literal at the end of a line of data.
//
// RFC 9051, section 4.3: a literal is announced by its size in braces at the end of the line.
func literalSize(text string) (size int, found bool, err error) {
	inner, ok := strings.CutSuffix(text, "}")
	if !ok {
		return 0, false, nil
	}
	i := strings.LastIndexByte(inner, '{')
	if i < 0 {
		return 0, false, nil
	}
	digits := inner[i+1:]
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, false, &ProtocolError{What: "literal without a size", Bytes: "{" + strings.Map(printable, digits[:min(len(digits), shownBytes)]) + "}"}
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n > literalLimit {
		return 0, false, &LimitError{What: "literal"}
	}
	return n, true, nil
}

// printable keeps ASCII text and replaces the rest.
func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return '?'
	}
	return r
}

// quotable reports whether a string may stand in quotes.
func quotable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// quote writes a quoted string.
//
// RFC 9051, section 4.3: backslash and double quote are escaped.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
