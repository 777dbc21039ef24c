// Package explain turns causes, findings, decisions and reports into words for people, the window's and the terminal's alike.
//
// Everything here is pure: plain values in, plain text out. A title is one short sentence without jargon; advice says what
// it means and what the user can do, and names no button and no flag, because it is read in a window and in a terminal.
// What a server or the system said is quoted as such, on one line, cut, and with control characters made visible. No text
// here can hold a secret: nothing that is handed in has one.
package explain

import (
	"fmt"
	"strings"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

// A Text is what is shown for one matter.
type Text struct {
	Title   string   // one short sentence
	Advice  string   // what it means and what the user can do; one paragraph
	Details []Detail // facts to judge by, in order; often none
	Action  Action   // the one thing to do next, for a button; ActionNone where there is none
}

// A Detail is a fact with its label: "Issued to", "mail.example.test".
type Detail struct{ Label, Value string }

// An Action is the one thing that a verdict suggests to do next.
type Action uint8

// The actions.
const (
	ActionNone      Action = iota
	EditPassword           // check the password and try again
	EditAddress            // check the address and try again
	Decide                 // answer the open decisions
	TypeServers            // tell the servers by name
	AllowUnsafe            // switch "Require encryption" off, which leads to a decision
	SearchAgain            // try again, perhaps later or on another network
	GivePassword           // everything is found; a password would prove it
	AskYourProvider        // nothing in the program helps
)

// quoteLimit is the most that is shown of foreign text, in runes (the security page, section 4).
const quoteLimit = 200

// A voice says who spoke the words in a Detail field.
type voice uint8

const (
	theServer voice = iota
	theSystem
	anybody // on the way: it came without encryption
)

// A wording is what is said about one cause. {server} becomes host:port, {host} the host; neither begins a sentence, as
// both may be unknown.
type wording struct {
	title, advice string
	voice         voice
}

// Finding gives the words for a finding.
func Finding(f probe.Finding) Text {
	w := heard(f.Cause, f.TLS)
	said := w.quote(f.Detail)
	switch f.Cause {
	case probe.IPv6Broken, probe.IPv4Broken:
		said = familyDetail(f)
	case probe.AddressInside:
		said = addressDetail(f)
	case probe.PasswordOdd:
		said = f.Detail // nobody else's words
	case probe.TLSTooOld, probe.NoCommonCipher, probe.CertificateChanged, probe.VerifiedBefore, probe.ClockWrong:
		return encryptionFinding(f)
	default:
	}
	return Text{Title: w.title, Advice: sentences(fill(w.advice, f.Server), aboutProvider(f.Cause, f.Provider), said), Details: certificateDetails(f.TLS)}
}

// familyDetail says what happened over the broken family: there, Detail is the name of a cause.
func familyDetail(f probe.Finding) string { return causeNamed("What happened there: ", f.Detail) }

// addressDetail says which address a name leads to.
func addressDetail(f probe.Finding) string {
	if f.Detail == "" {
		return ""
	}
	return "The address is " + foreign(f.Detail) + "."
}

// Cause gives the words for a cause at a server; the server may be the zero Endpoint.
func Cause(c probe.Cause, server account.Endpoint) Text {
	w := wordingFor(c)
	return Text{Title: w.title, Advice: fill(w.advice, server)}
}

// wordingFor looks a cause up; one that has no words is told by its name, so that nothing is ever silent.
func wordingFor(c probe.Cause) wording {
	if w, ok := wordings()[c]; ok {
		return w
	}
	return wording{title: "Something unexpected happened", advice: fmt.Sprintf("Portolan has no words for it: %s.", c)}
}

// heard is wordingFor, with the voice of what was said on a connection. Security rule P-8: before TLS, anybody on the way can have
// put in what seems to be the server's.
func heard(c probe.Cause, t wire.TLSFacts) wording {
	w := wordingFor(c)
	switch c {
	case probe.GreetingRefused, probe.STARTTLSRefused, probe.TextInjected, probe.PreAuthenticated, probe.PlainOnTLSPort:
		if t.Version == 0 {
			w.voice = anybody
		}
	}
	return w
}

// fill puts a server's name into a template.
func fill(template string, server account.Endpoint) string {
	whole, host := "the server", "the server"
	if server.Host != "" {
		whole, host = foreign(server.String()), foreign(server.Host)
	}
	return strings.NewReplacer("{server}", whole, "{host}", host).Replace(template)
}

// quote gives foreign words as a sentence that says whose they are, "" for none.
func (w wording) quote(detail string) string {
	detail = foreign(detail)
	switch {
	case detail == "":
		return ""
	case w.voice == theSystem:
		return "The system says: “" + detail + "”"
	case w.voice == anybody:
		return "The server, or somebody on the way, says: “" + detail + "”"
	default:
		return "The server says: “" + detail + "”"
	}
}

// foreign makes somebody else's text safe to show.
func foreign(s string) string { return account.Neutral(strings.TrimSpace(s), quoteLimit) }

// sentences joins what is not empty with blanks.
func sentences(parts ...string) string {
	kept := make([]string, 0, len(parts))
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " ")
}

// list joins names in words: "a", "a and b", "a, b and c".
func list(names []string) string {
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}
