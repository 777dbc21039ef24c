package format

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"portolan/account"
)

// readPrefs reads the mail accounts of a Thunderbird profile from its prefs.js. The file is no program to us: only calls
// of the form user_pref("name", value); are looked at, and of them only those that begin with "mail.".
func readPrefs(data []byte) ([]Imported, error) {
	if err := checkText(data); err != nil {
		return nil, err
	}
	p := parsePrefs(string(data))
	var all []gather
	others := 0
	for _, id := range p.list("mail.accountmanager.accounts") {
		server := "mail.server." + p["mail.account."+id+".server"] + "."
		switch p[server+"type"] {
		case "imap", "pop3":
			if len(all) < maxAccounts {
				all = append(all, p.account(id, server))
			}
		case "none", "rss", "im", "nntp", "": // local folders, feeds, chat, news
		default:
			others++
		}
	}
	if others > 0 && len(all) > 0 {
		all[0].remark(account.RoleUnknown, fmt.Sprintf("Left out: %d accounts of a kind other than IMAP and POP3.", others))
	}
	return usable(all)
}

// prefs are Thunderbird's settings; numbers and truth values are kept as they are written.
type prefs map[string]string

// list gives the words of a setting that commas separate.
func (p prefs) list(name string) []string {
	var words []string
	for word := range strings.SplitSeq(p[name], ",") {
		if word = strings.TrimSpace(word); word != "" && len(words) < maxAccounts {
			words = append(words, word)
		}
	}
	return words
}

// account reads one account; server is the beginning of its server's settings.
func (p prefs) account(id, server string) gather {
	var g gather
	identity := ""
	ids := p.list("mail.account." + id + ".identities")
	if len(ids) > 0 {
		identity = "mail.identity." + ids[0] + "."
		g.identity(p[identity+"fullName"], p[identity+"useremail"])
	}
	if len(ids) > 1 {
		g.remark(account.RoleUnknown, "The account has several identities; only the first was read.")
	}
	protocol, _ := account.ParseProtocol(p[server+"type"])
	f := found{protocol: protocol, host: p.either(server+"realhostname", server+"hostname"), port: prefsPort(p[server+"port"]), user: p.either(server+"realuserName", server+"userName")}
	f.security = g.prefsSecurity(protocol, p[server+"socketType"])
	if p[server+"socketType"] == "" && p[server+"isSecure"] == "true" { // until Thunderbird 3
		f.security = account.TLS
	}
	f.auth = prefsAuth(p[server+"authMethod"], account.Incoming)
	g.server(f)
	p.smtp(&g, identity)
	return g
}

// either gives the first setting that is there.
func (p prefs) either(first, second string) string {
	if p[first] != "" {
		return p[first]
	}
	return p[second]
}

// smtp reads the outgoing server of an identity, which is the default one where it names none that there is.
func (p prefs) smtp(g *gather, identity string) {
	server := ""
	for _, id := range append([]string{p[identity+"smtpServer"], p["mail.smtp.defaultserver"]}, p.list("mail.smtpservers")...) {
		if server = "mail.smtpserver." + id + "."; p[server+"hostname"] != "" {
			break
		}
	}
	if p[server+"hostname"] == "" {
		return
	}
	f := found{protocol: account.SMTP, host: p[server+"hostname"], port: prefsPort(p[server+"port"]), user: p[server+"username"]}
	f.security = g.prefsSecurity(account.SMTP, p[server+"try_ssl"])
	f.auth = prefsAuth(p[server+"authMethod"], account.Outgoing)
	g.server(f)
}

// prefsPort reads a port; 0 and -1 stand for the default one.
func prefsPort(number string) string {
	if number == "0" || number == "-1" {
		return ""
	}
	return number
}

// prefsSecurity reads the number for a security: those of the QR code, and 1 for "STARTTLS if there is one". No number is 0.
func (g *gather) prefsSecurity(p account.Protocol, number string) account.Security {
	switch number {
	case "", "0":
		return account.Cleartext
	case "1":
		g.remark(p.Role(), "The profile lets the server do without STARTTLS; here it is demanded.")
		return account.STARTTLS
	default:
		return parseAndroidSecurity(atoi(number))
	}
}

// prefsAuth reads the number for a sign-in method, nsMsgAuthMethod. No number is 3.
func prefsAuth(number string, role account.Role) account.Auth {
	switch number {
	case "1":
		if role == account.Outgoing {
			return account.AuthNone
		}
		return account.AuthUnknown
	case "", "3":
		return account.AuthPlain
	case "4":
		return account.AuthCRAMMD5
	case "5":
		return account.AuthGSSAPI
	case "6":
		return account.AuthNTLM
	case "7":
		return account.AuthExternal
	case "10":
		return account.AuthXOAUTH2
	default:
		return account.AuthUnknown
	}
}

// parsePrefs reads the settings that begin with "mail.". What is no call of user_pref is passed over, line by line.
func parsePrefs(text string) prefs {
	p := prefs{}
	for text = unspaced(text); text != ""; text = unspaced(text) {
		name, value, rest, ok := prefCall(text)
		if !ok {
			_, text, _ = strings.Cut(text, "\n")
			continue
		}
		if text = rest; strings.HasPrefix(name, "mail.") {
			p[name] = value
		}
	}
	return p
}

// unspaced drops the blanks and comments before a text.
func unspaced(text string) string {
	for {
		text = strings.TrimLeft(text, " \t\r\n\v\f")
		end := "\n"
		switch {
		case strings.HasPrefix(text, "/*"):
			end, text = "*/", text[2:]
		case strings.HasPrefix(text, "//"), strings.HasPrefix(text, "#"):
		default:
			return text
		}
		_, text, _ = strings.Cut(text, end)
	}
}

// prefCall reads user_pref("name", value); and gives what follows.
func prefCall(text string) (name, value, rest string, ok bool) {
	rest, ok = strings.CutPrefix(text, "user_pref")
	if rest, ok = mark(rest, ok, "("); !ok {
		return "", "", "", false
	}
	name, rest, ok = scriptString(rest)
	if rest, ok = mark(rest, ok, ","); !ok {
		return "", "", "", false
	}
	value, rest, ok = prefValue(rest)
	rest, ok = mark(rest, ok, ")")
	rest, ok = mark(rest, ok, ";")
	return name, value, rest, ok
}

// mark passes a mark and the blanks around it, where all before it was well.
func mark(text string, before bool, want string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(unspaced(text), want)
	return unspaced(rest), ok && before
}

// prefValue reads a string, a whole number or a truth value.
func prefValue(text string) (value, rest string, ok bool) {
	if strings.HasPrefix(text, `"`) || strings.HasPrefix(text, "'") {
		return scriptString(text)
	}
	end := strings.IndexAny(text, " \t\r\n)/")
	if end <= 0 {
		return "", "", false
	}
	value, rest = text[:end], text[end:]
	_, err := strconv.Atoi(value)
	return value, rest, err == nil || value == "true" || value == "false"
}

// scriptString reads a string as prefs.js quotes it, and gives what follows.
func scriptString(text string) (value, rest string, ok bool) {
	if text == "" || text[0] != '"' && text[0] != '\'' {
		return "", text, false
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == text[0]:
			return b.String(), text[i+1:], utf8.ValidString(b.String())
		case c == '\n' || c == '\r':
			return "", text, false
		case c != '\\':
			b.WriteByte(c)
		default:
			r, size := scriptEscape(text[i+1:])
			if size == 0 {
				return "", text, false
			}
			b.WriteRune(r)
			i += size
		}
	}
	return "", text, false
}

// scriptEscape reads what follows a backslash; size 0 is an escape that prefs.js does not have.
func scriptEscape(text string) (r rune, size int) {
	if text == "" {
		return 0, 0
	}
	digits := 0
	switch text[0] {
	case '"', '\'', '\\':
		return rune(text[0]), 1
	case 'n':
		return '\n', 1
	case 'r':
		return '\r', 1
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	}
	if digits == 0 || len(text) <= digits {
		return 0, 0
	}
	n, err := strconv.ParseUint(text[1:1+digits], 16, 16)
	if err != nil {
		return 0, 0
	}
	r, size = rune(n), 1+digits
	if utf16.IsSurrogate(r) && len(text) >= 11 && text[6] == 'u' && text[5] == '\\' {
		if low, err := strconv.ParseUint(text[7:11], 16, 16); err == nil {
			return utf16.DecodeRune(r, rune(low)), 11
		}
	}
	return r, size
}
