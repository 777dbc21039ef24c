package wire

import (
	"strings"
)

// An smtpLine is one line of an SMTP reply.
type smtpLine struct {
	code int
	more bool // further lines follow
	text string
}

// parseSMTPLine reports whether the line is one: three digits, and a blank, a hyphen or nothing.
func parseSMTPLine(line string) (smtpLine, bool) {
	if len(line) < 3 || line[0] < '2' || line[0] > '5' || !isDigit(line[1]) || !isDigit(line[2]) {
		return smtpLine{}, false
	}
	l := smtpLine{code: int(line[0]-'0')*100 + int(line[1]-'0')*10 + int(line[2]-'0')}
	if len(line) == 3 {
		return l, true
	}
	if line[3] != ' ' && line[3] != '-' {
		return smtpLine{}, false
	}
	l.more, l.text = line[3] == '-', line[4:]
	return l, true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// An smtpReply is a whole reply: its code and the text of its lines.
type smtpReply struct {
	code  int
	lines []string
}

// text joins the lines.
func (r smtpReply) text() string { return strings.Join(r.lines, " ") }

// enhanced takes the enhanced status code from the text, "" where there is none.
//
// RFC 2034, section 4: every line of the reply begins with it.
func (r smtpReply) enhanced() (code, text string) {
	lines := make([]string, len(r.lines))
	for i, line := range r.lines {
		word, rest, _ := strings.Cut(line, " ")
		lines[i] = line
		if isEnhanced(word) {
			code, lines[i] = word, rest
		}
	}
	return code, strings.Join(lines, " ")
}

// isEnhanced: RFC 3463, section 2: class, subject and detail, with dots between.
func isEnhanced(word string) bool {
	parts := strings.Split(word, ".")
	if len(parts) != 3 || len(parts[0]) != 1 || !strings.Contains("245", parts[0]) {
		return false
	}
	for _, p := range parts {
		if p == "" || len(p) > 3 || strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return true
}
