package mailbox

import (
	"bufio"
	"bytes"
	"net/mail"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-message/textproto"
)

// A Passage says how a message was carried from one server to the next.
type Passage uint8

// The passages.
const (
	PassageUnknown Passage = iota // the line does not say
	Encrypted
	InTheClear
	Inside // within one machine, or by LMTP, which does not leave a provider's own network
)

// String gives a stable lower-case word.
func (p Passage) String() string {
	names := [...]string{"unknown", "encrypted", "clear", "inside"}
	if int(p) < len(names) {
		return names[p]
	}
	return names[PassageUnknown]
}

// A Hop is one step of a message's way, as the server that took it wrote it down. Everything in it is a claim of that
// server's, neutralised.
type Hop struct {
	From, By string // names of hosts; "" where the line has none
	With     string // the protocol, in upper case: ESMTPSA
	Passage  Passage
	At       time.Time // zero where the line has none
}

// hopsOf reads the Received fields of a header: the first hop first. The domain is the user's own, which is no secret
// even where it is the password.
func hopsOf(header []byte, domain string, shown func(string, int) string) []Hop {
	fields, _ := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(header)))
	var hops []Hop
	for f := fields.FieldsByKey("Received"); f.Next() && len(hops) < maxHops; {
		h := parseReceived(f.Value())
		h.From, h.By, h.With = host(h.From, domain, shown), host(h.By, domain, shown), shown(h.With, 40)
		hops = append(hops, h)
	}
	slices.Reverse(hops) // RFC 5321, section 4.4: each server puts its line on top
	return hops
}

// host gives the name of a host as it may be shown.
func host(name, domain string, shown func(string, int) string) string {
	rest, own := strings.CutSuffix(strings.ToLower(name), "."+domain)
	if !own || domain == "" {
		return shown(name, nameLimit)
	}
	return shown(rest, nameLimit) + "." + domain
}

// parseReceived reads one Received field. It never fails: what it cannot read stays empty.
//
// RFC 5321, section 4.4: "from", "by", "via", "with", "id" and "for", each with a value, comments anywhere, and a date
// behind the last semicolon.
func parseReceived(value string) Hop {
	var h Hop
	if i := strings.LastIndexByte(value, ';'); i >= 0 {
		if at, err := mail.ParseDate(strings.TrimSpace(value[i+1:])); err == nil {
			h.At = at
		}
		value = value[:i]
	}
	words, comments := split(value)
	by := len(words) // before which nothing is about the server itself
	for i := 0; i+1 < len(words); i++ {
		var place *string
		switch strings.ToLower(words[i]) {
		case "from":
			place = &h.From
		case "by":
			place, by = &h.By, min(by, i)
		case "with":
			place = &h.With
		default:
			continue
		}
		if *place == "" {
			*place = words[i+1]
			i++
		}
	}
	h.With = strings.ToUpper(h.With)
	h.Passage = passageOf(h, comments, by)
	return h
}

// A comment is what stands in brackets.
type comment struct {
	text   string
	behind int // how many words stand before it
}

// split parts a field into its words and its comments.
func split(value string) (words []string, comments []comment) {
	depth, begun := 0, 0 // begun: where the word or the comment under way does
	for i := range len(value) {
		switch {
		case value[i] == '(':
			if depth == 0 {
				words = append(words, strings.Fields(value[begun:i])...)
				begun = i + 1
			}
			depth++
		case value[i] == ')' && depth > 0:
			depth--
			if depth == 0 {
				comments = append(comments, comment{value[begun:i], len(words)})
				begun = i + 1
			}
		}
	}
	if depth == 0 {
		words = append(words, strings.Fields(value[begun:])...)
	}
	return words, comments
}

// passageOf judges a hop: by the protocol's name, then by what the comments say of TLS, then by who is at its ends. What stands
// behind the word number by is about the server that wrote it down.
func passageOf(h Hop, comments []comment, by int) Passage {
	if slices.Contains(secureProtocols(), h.With) || slices.ContainsFunc(comments, func(c comment) bool { return namesTLS(c.text) }) {
		return Encrypted
	}
	switch {
	case slices.Contains([]string{"LMTP", "LMTPA", "UTF8LMTP", "UTF8LMTPA"}, h.With): // RFC 2033, section 1
		return Inside
	case h.From == "" || strings.EqualFold(h.From, h.By) || fromInside(h.From, comments, by):
		return Inside
	case slices.Contains(openProtocols(), h.With):
		return InTheClear
	default:
		return PassageUnknown
	}
}

// secureProtocols: RFC 3848, section 1, RFC 6531, section 4.3, and what servers write beside it: with TLS.
func secureProtocols() []string {
	return []string{"ESMTPS", "ESMTPSA", "LMTPS", "LMTPSA", "UTF8SMTPS", "UTF8SMTPSA", "UTF8LMTPS", "UTF8LMTPSA", "SMTPS", "HTTPS"}
}

// openProtocols are the same without TLS.
func openProtocols() []string {
	return []string{"SMTP", "ESMTP", "ESMTPA", "UTF8SMTP", "UTF8SMTPA", "HTTP"}
}

// namesTLS reports whether a comment names a version of TLS: "using TLSv1.3 with cipher …", "version=TLS1_2", "TLS1.3"; or
// says the name of its cipher as qmail does: "ECDHE-RSA-AES256-GCM-SHA384 encrypted".
func namesTLS(comment string) bool {
	lower := strings.ToLower(comment)
	if cipher, ok := strings.CutSuffix(lower, " encrypted"); ok && strings.Contains(cipher, "-") && !strings.Contains(cipher, " ") {
		return true
	}
	for {
		i := strings.Index(lower, "tls")
		if i < 0 {
			return false
		}
		lower = lower[i+len("tls"):]
		if rest := strings.TrimLeft(lower, "v_ "); rest != "" && rest[0] == '1' && len(lower)-len(rest) <= 1 {
			return true
		}
	}
}

// fromInside reports whether a message came from the same machine or from within a private network: by the address that the
// server saw, which stands in a comment before the server's own name. Only where it has noted none, the name counts with which
// the client greeted; every Portolan greets as [127.0.0.1].
func fromInside(from string, comments []comment, by int) bool {
	var seen []netip.Addr
	for _, c := range comments {
		if strings.HasPrefix(strings.ToLower(c.text), "from userid") {
			return true
		}
		if c.behind <= by {
			seen = append(seen, addresses(c.text)...)
		}
	}
	if len(seen) == 0 {
		seen = addresses(from)
	}
	if len(seen) == 0 {
		return strings.EqualFold(from, "localhost")
	}
	// RFC 1918, section 3, and RFC 4193, section 3.
	return !slices.ContainsFunc(seen, func(a netip.Addr) bool { return !a.IsLoopback() && !a.IsPrivate() && !a.IsLinkLocalUnicast() })
}

// addresses finds the IP addresses in a comment, but for those that the client only called itself: "HELO [127.0.0.1]", or, as
// Exim writes it, "helo=[127.0.0.1]".
func addresses(comment string) []netip.Addr {
	var list []netip.Addr
	said := false
	for _, word := range strings.Fields(strings.ToLower(comment)) {
		if !said {
			word = strings.TrimPrefix(strings.Trim(word, "[](),;"), "ipv6:") // RFC 5321, section 4.1.3
			if a, err := netip.ParseAddr(word); err == nil {
				list = append(list, a.Unmap())
			}
		}
		said = word == "helo" || word == "ehlo"
	}
	return list
}
