package format

import (
	"fmt"
	"slices"
	"strings"

	"portolan/account"
)

// server looks at one IMAP, POP3 or SMTP server as Thunderbird reads it, and reports whether it can be used.
func (l *linter) server(s *element, role account.Role) bool {
	before := len(l.lines)
	l.host(s)
	passedOver := l.port(s, role)
	l.socket(s)
	passedOver = append(passedOver, l.methods(s, role)...)
	dropped := len(l.lines) > before
	l.lines = append(l.lines, passedOver...)
	if dropped {
		l.say(s.line, Desktop, Ignored, "Thunderbird drops this server for the faults in it.")
	}
	l.username(s, role)
	for _, child := range s.children {
		switch child.name {
		case "hostname", "port", "socketType", "authentication", "username", "pop3":
		case "password":
			l.both(child.line, Changed, "A password stands in the file, for everybody to read.")
		case "useGlobalPreferredServer":
			if strings.EqualFold(child.text, "true") {
				l.say(child.line, Desktop, Ignored, "Thunderbird uses the user's own outgoing server instead of this one.")
			}
		default:
			l.say(child.line, Desktop, Ignored, "Thunderbird does not read <"+account.Neutral(child.name, 40)+">.")
		}
	}
	return !dropped
}

// host looks at the host name.
func (l *linter) host(s *element) {
	switch text := s.first("hostname"); {
	case text == "":
		l.say(s.line, Desktop, Ignored, "The server has no <hostname>.")
	case !desktopHost(text):
		l.say(lineOf(s, "hostname"), Desktop, Ignored, "“"+account.Neutral(text, 80)+"” is no host name in ASCII.")
	case converted.MatchString(text):
		l.say(lineOf(s, "hostname"), Desktop, Ignored, "“"+account.Neutral(text, 80)+"” looks like a number, and Thunderbird makes one of it.")
	}
}

// port looks at the port. It gives what is odd about one that Thunderbird uses all the same.
func (l *linter) port(s *element, role account.Role) []LintLine {
	text, found := s.first("port"), s.named("port")
	_, err := account.ParsePort(text)
	switch read := desktopPort(text); {
	case len(found) == 0 && role == account.Incoming:
		return []LintLine{{s.line, Desktop, Changed, "Without a <port>, Thunderbird takes the standard one."}}
	case text == "":
		l.say(s.line, Desktop, Ignored, "The server has no <port>.")
	case err != nil && read > 0:
		return []LintLine{{lineOf(s, "port"), Desktop, Changed, fmt.Sprintf("Thunderbird reads this port as %d.", read)}}
	case err != nil:
		l.say(lineOf(s, "port"), Desktop, Ignored, err.Error())
	}
	return nil
}

// socket looks at the kinds of encryption: the first that is known counts, and blanks and capitals do too.
func (l *linter) socket(s *element) {
	found := s.named("socketType")
	if len(found) == 0 {
		l.say(s.line, Desktop, Ignored, "The server has no <socketType>.")
		return
	}
	if slices.ContainsFunc(found, func(e *element) bool { return !e.padded && parseSocketType(e.text) != account.SecurityUnknown }) {
		return
	}
	e := found[0]
	if e.padded && parseSocketType(e.text) != account.SecurityUnknown {
		l.say(e.line, Desktop, Ignored, "Blanks around “"+account.Neutral(e.text, 40)+"” are part of the word for Thunderbird.")
		return
	}
	l.say(e.line, Desktop, Ignored, "“"+account.Neutral(e.text, 40)+"” is none of the words SSL, STARTTLS and plain; capitals count.")
}

// methods looks at the sign-in methods: the first that is known is taken, the others are forgotten. It gives what is passed
// over, which by itself drops no server.
func (l *linter) methods(s *element, role account.Role) []LintLine {
	known := []string{"password-cleartext", "password-encrypted", "GSSAPI", "NTLM", "OAuth2", "plain", "secure"}
	if role == account.Outgoing {
		known = append(known, "none", "client-IP-address", "smtp-after-pop")
	}
	taken := false
	var skipped []LintLine
	for _, a := range s.named("authentication") {
		word := account.Neutral(a.text, 40)
		switch {
		case taken:
			skipped = append(skipped, LintLine{a.line, Desktop, Ignored, "Thunderbird takes the first method that it knows; “" + word + "” comes too late."})
		case a.padded || !slices.Contains(known, a.text):
			skipped = append(skipped, LintLine{a.line, Desktop, Ignored, "Thunderbird does not know the sign-in method “" + word + "”."})
		case a.text == "OAuth2" && !oauthHost(s.first("hostname")):
			skipped = append(skipped, LintLine{a.line, Desktop, Ignored, "Thunderbird uses OAuth2 only with the providers that it knows, and this host is none of them."})
		default:
			taken = true
		}
	}
	if !taken {
		l.say(s.line, Desktop, Ignored, "The server has no <authentication> that Thunderbird could use.")
	}
	return skipped
}

// oauthHost reports whether a host belongs to a provider whose OAuth2 is built into Thunderbird.
func oauthHost(host string) bool {
	for _, domain := range []string{
		"googlemail.com", "gmail.com", "yahoo.com", "att.net", "aol.com", "office365.com", "outlook.com", "hotmail.com", "graph.microsoft.com",
		"mail.ru", "yandex.com", "fastmail.com", "comcast.net", "thundermail.com",
	} {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
}

// username looks at the user name. Thunderbird's reader makes "undefined" of a missing one and "true" of an empty one.
func (l *linter) username(s *element, role account.Role) {
	found := s.named("username")
	none := slices.Contains([]string{"none", "client-IP-address", "smtp-after-pop"}, s.first("authentication"))
	switch {
	case len(found) == 0 && role == account.Incoming:
		l.say(s.line, Desktop, Changed, "Without a <username>, Thunderbird signs in as “undefined”.")
	case len(found) == 0 && !none:
		l.say(s.line, Desktop, Ignored, "An outgoing server with a password needs a <username>.")
	case len(found) == 0:
	case found[0].text == "":
		l.say(found[0].line, Desktop, Changed, "An empty <username> is read as “true”.")
	case found[0].padded:
		l.say(found[0].line, Desktop, Changed, "Blanks around the user name are part of it for Thunderbird.")
	case converted.MatchString(found[0].text):
		l.say(found[0].line, Desktop, Changed, "“"+account.Neutral(found[0].text, 80)+"” looks like a number, a truth value or a date, and Thunderbird may change it.")
	default:
		rest := strings.NewReplacer(addressPlaceholder, "", localPlaceholder, "", domainPlaceholder, "", "%REALNAME%", "").Replace(found[0].text)
		if placeholderLike.MatchString(rest) {
			l.say(found[0].line, Desktop, Changed, "“"+account.Neutral(found[0].text, 80)+"” holds a placeholder that is not known, and stays as it is.")
		}
	}
}

// lineOf gives the line of the first child of that name.
func lineOf(e *element, name string) int { return e.named(name)[0].line }
