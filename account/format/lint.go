package format

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"

	"portolan/account"
)

// The programs whose reading of a file is known: two mail programs, and this one, where it is stricter than they are.
const (
	Desktop = "Thunderbird"
	Mobile  = "Thunderbird for Android"
	Here    = "Portolan"
)

// A Severity says what a program makes of a place in a file.
type Severity uint8

// What a program does, in the order of weight.
const (
	Changed  Severity = iota // it reads something else than what stands there, or something is odd
	Ignored                  // it passes over this
	Rejected                 // it refuses the whole file
)

// String gives a word for the severity: "changed", "ignored", "rejected".
func (s Severity) String() string {
	switch s {
	case Changed:
		return "changed"
	case Ignored:
		return "ignored"
	case Rejected:
		return "rejected"
	default:
		return "unknown"
	}
}

// A LintLine is one thing that a program does with a file, other than what its author may expect.
type LintLine struct {
	Line     int    // from 1
	Who      string // Desktop, Mobile or Here
	Severity Severity
	Text     string // one sentence; foreign text in it is neutral
}

// LintThunderbird says what Thunderbird would ignore, change or reject in an autoconfig file, and what Thunderbird for Android
// would reject, in the order of the lines. None at all means that both use all of it.
func LintThunderbird(data []byte) []LintLine {
	var l linter
	root, err := parseXML(data)
	switch {
	case err != nil && slices.Contains([]string{reasonLarge, reasonParts, reasonDeep, reasonDoctype, reasonEncoding}, err.Error()):
		l.say(brokenLine(data), Here, Rejected, err.Error())
	case err != nil:
		l.both(brokenLine(data), Rejected, err.Error())
	case root.name != "clientConfig":
		l.both(root.line, Rejected, "The file begins with <"+account.Neutral(root.name, 40)+"> instead of <clientConfig>.")
	default:
		if bytes.HasPrefix(data, []byte("\ufeff")) {
			l.say(1, Desktop, Changed, "The file begins with a byte order mark; the format has none.")
		}
		l.root(root)
	}
	slices.SortStableFunc(l.lines, func(a, b LintLine) int { return a.Line - b.Line })
	return l.lines
}

// brokenLine finds the line at which a file stops being XML of the kind that is read.
func brokenLine(data []byte) int {
	d := xml.NewDecoder(bytes.NewReader(data[:min(len(data), maxFile)]))
	depth := 0
	for {
		line, _ := d.InputPos()
		token, err := d.Token()
		var syntax *xml.SyntaxError
		switch {
		case errors.As(err, &syntax):
			return syntax.Line
		case errors.Is(err, io.EOF) || err != nil:
			return line
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{attrs: token.Attr}
			if depth++; depth > maxDepth || e.doubled() {
				return line
			}
		case xml.EndElement:
			depth--
		case xml.Directive:
			return line
		}
	}
}

// A linter gathers what is to be said.
type linter struct{ lines []LintLine }

// say notes one thing.
func (l *linter) say(line int, who string, severity Severity, text string) {
	l.lines = append(l.lines, LintLine{line, who, severity, text})
}

// both notes what both programs do.
func (l *linter) both(line int, severity Severity, text string) {
	l.say(line, Desktop, severity, text)
	l.say(line, Mobile, severity, text)
}

// root looks at the whole document.
func (l *linter) root(root *element) {
	l.prefixes(root)
	providers := root.named("emailProvider")
	if len(providers) == 0 {
		l.both(root.line, Rejected, "There is no <emailProvider>.")
		return
	}
	for i, p := range providers {
		if i > 0 {
			l.say(p.line, Desktop, Ignored, "Thunderbird reads the first <emailProvider> alone.")
		}
		if i < len(providers)-1 {
			l.say(p.line, Mobile, Ignored, "Thunderbird for Android takes the last <emailProvider>, and refuses the file for a fault in any.")
		}
		l.mobile(p)
	}
	for _, child := range root.children {
		if child.name != "emailProvider" {
			l.say(child.line, Desktop, Ignored, "Thunderbird does not read <"+account.Neutral(child.name, 40)+">.")
		}
	}
	l.provider(providers[0])
}

// prefixes looks for elements with a namespace prefix, whose names Thunderbird compares with the prefix.
func (l *linter) prefixes(e *element) {
	if e.prefixed {
		l.both(e.line, Ignored, "The element has a namespace prefix, which the program takes for a part of its name.")
	}
	for _, child := range e.children {
		l.prefixes(child)
	}
}

// provider looks at what is in emailProvider, as Thunderbird reads it.
func (l *linter) provider(p *element) {
	if !desktopHost(p.attr("id")) {
		l.say(p.line, Desktop, Rejected, "The attribute id of <emailProvider> has to be a host name.")
	}
	good := 0
	for _, d := range p.named("domain") {
		if !desktopHost(d.text) {
			l.say(d.line, Desktop, Ignored, "“"+account.Neutral(d.text, 80)+"” is no domain in ASCII.")
			continue
		}
		good++
	}
	if good == 0 {
		l.say(p.line, Desktop, Rejected, "There is no <domain> that could be used.")
	}
	if len(p.named("displayName")) == 0 {
		l.say(p.line, Desktop, Changed, "Without a <displayName>, Thunderbird calls the outgoing server “undefined”.")
	}
	for _, child := range p.children {
		switch child.name {
		case "domain", "displayName", "displayShortName", "incomingServer", "outgoingServer", "inputField":
		default:
			l.say(child.line, Desktop, Ignored, "Thunderbird does not read <"+account.Neutral(child.name, 40)+">.")
		}
	}
	l.servers(p, account.Incoming)
	l.servers(p, account.Outgoing)
}

// servers looks at the servers of one role, as Thunderbird reads them.
func (l *linter) servers(p *element, role account.Role) {
	name := role.String() + "Server"
	usable, offered := 0, map[string]bool{}
	for _, s := range p.named(name) {
		kind := s.attr("type")
		switch {
		case role == account.Outgoing && kind != "smtp", role == account.Incoming && !slices.Contains([]string{"imap", "pop3", "nntp", "exchange", "ews", "owa", "graph"}, kind):
			l.say(s.line, Desktop, Ignored, "Thunderbird knows no "+role.String()+" server of the type “"+account.Neutral(kind, 40)+"”.")
			continue
		case kind == "imap" || kind == "pop3" || kind == "smtp":
			if !l.server(s, role) {
				continue
			}
		}
		usable++
		if offered[kind] {
			l.say(s.line, Desktop, Ignored, "Thunderbird offers the first "+kind+" server of a file alone.")
		}
		offered[kind] = true
	}
	if usable == 0 {
		l.say(p.line, Desktop, Rejected, "There is no <"+name+"> that could be used.")
	}
}
