package format

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"portolan/account"
)

// hostPattern matches what both programs take for a host name or an IPv4 address; placeholderHost what Thunderbird takes as well,
// with any word between percent signs.
var (
	hostPattern     = regexp.MustCompile(`^(?i:([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.?)$`)
	placeholderHost = regexp.MustCompile(`^[a-zA-Z0-9.-]*(%[A-Z0-9]+%[a-zA-Z0-9.-]*)+$`)
	wholeNumber     = regexp.MustCompile(`^[+-]?[0-9]+`)
)

// legalHost reports whether both programs take a text for a host.
func legalHost(text string) bool {
	host, err := account.ParseHost(text)
	return len(text) <= 255 && (hostPattern.MatchString(text) || err == nil && strings.Contains(host, ":"))
}

// desktopHost reports whether Thunderbird takes a text for a host.
func desktopHost(text string) bool { return legalHost(text) || placeholderHost.MatchString(text) }

// mobileHost reports whether Thunderbird for Android takes a text for a host, once it has filled in the placeholders.
func mobileHost(text string) bool {
	return legalHost(strings.NewReplacer(domainPlaceholder, "domain.example", localPlaceholder, "name", addressPlaceholder, "@").Replace(text))
}

// desktopPort gives a port as Thunderbird reads it, which takes the number that a text begins with; 0 where it cannot.
func desktopPort(text string) int {
	n, _ := strconv.Atoi(wholeNumber.FindString(text))
	if strings.HasPrefix(strings.ToLower(text), "0x") || n < 1 || n > 65535 {
		return 0
	}
	return n
}

// mobile looks at a provider as Thunderbird for Android reads it: the first IMAP and the first SMTP server, but a fault in any
// of them refuses the whole file.
func (l *linter) mobile(p *element) {
	if !legalHost(p.attr("id")) {
		l.say(p.line, Mobile, Rejected, "The attribute id of <emailProvider> has to be a host name.")
	}
	if !slices.ContainsFunc(p.named("domain"), func(d *element) bool { return mobileHost(d.text) }) {
		l.say(p.line, Mobile, Rejected, "There is no <domain> that could be used.")
	}
	for _, want := range []struct{ name, kind string }{{"incomingServer", "imap"}, {"outgoingServer", "smtp"}} {
		count := 0
		for _, s := range p.named(want.name) {
			if s.attr("type") != want.kind {
				l.say(s.line, Mobile, Ignored, "Thunderbird for Android reads "+want.kind+" servers alone.")
				continue
			}
			if count++; count > 1 {
				l.say(s.line, Mobile, Ignored, "Thunderbird for Android takes the first "+want.kind+" server alone.")
			}
			l.mobileServer(s)
		}
		if count == 0 {
			l.say(p.line, Mobile, Rejected, "There is no "+want.kind+" server.")
		}
	}
}

// mobileServer looks at one server. Of an element that stands twice the last counts, but the first must be in order too.
func (l *linter) mobileServer(s *element) {
	for _, name := range []string{"hostname", "port", "socketType", "username"} {
		found := s.named(name)
		if len(found) == 0 {
			l.say(s.line, Mobile, Rejected, "The server has no <"+name+">.")
		}
		for i, e := range found {
			l.mobileText(e)
			if i > 0 && name != "socketType" {
				l.say(e.line, Desktop, Ignored, "Thunderbird takes the first <"+name+"> of a server.")
			}
			if i < len(found)-1 {
				l.say(e.line, Mobile, Ignored, "Thunderbird for Android takes the last <"+name+"> of a server.")
			}
		}
	}
	for _, a := range s.named("authentication") {
		if slices.Contains([]string{"OAuth2", "password-cleartext", "password-encrypted"}, a.text) && !a.padded {
			return
		}
	}
	l.say(s.line, Mobile, Rejected, "The server has no <authentication> that is OAuth2, password-cleartext or password-encrypted.")
}

// mobileText looks at one text of a server.
func (l *linter) mobileText(e *element) {
	shown := "“" + account.Neutral(e.text, 80) + "”"
	switch {
	case len(e.children) > 0:
		l.say(e.line, Mobile, Rejected, "There is an element in <"+e.name+">, where a text should stand.")
	case e.name == "username" && e.padded:
		l.say(e.line, Mobile, Changed, "Blanks around the user name are part of it for Thunderbird for Android.")
	case e.name == "username":
	case e.text == "":
		l.say(e.line, Mobile, Rejected, "The server has no <"+e.name+">.")
	case e.padded:
		l.say(e.line, Mobile, Rejected, "Blanks around the text of <"+e.name+"> are part of it for Thunderbird for Android.")
	case e.name == "socketType" && e.text != "SSL" && e.text != "STARTTLS":
		l.say(e.line, Mobile, Rejected, shown+": only SSL and STARTTLS are taken, and one server without them refuses the file.")
	case e.name == "hostname" && !mobileHost(e.text):
		l.say(e.line, Mobile, Rejected, shown+" is no host name in ASCII.")
	case e.name == "port":
		if n, bad := strconv.Atoi(e.text); bad != nil || n < 1 || n > 65535 {
			l.say(e.line, Mobile, Rejected, "A port is a number from 1 to 65535, written in digits.")
		}
	}
}
