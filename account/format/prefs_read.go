package format

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"portolan/account"
)

// readPrefs reads the mail accounts of a Thunderbird profile from its prefs.js. The file is no program to us: only lines
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
	f := found{protocol: protocol, host: p.either(server+"realhostname", server+"hostname"), port: p[server+"port"], user: p.either(server+"realuserName", server+"userName")}
	f.security = g.prefsSecurity(protocol, p[server+"socketType"])
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

// smtp reads the outgoing server of an identity, which is the default one where it names none.
func (p prefs) smtp(g *gather, identity string) {
	id := p.either(identity+"smtpServer", "mail.smtp.defaultserver")
	if known := p.list("mail.smtpservers"); id == "" && len(known) > 0 {
		id = known[0]
	}
	server := "mail.smtpserver." + id + "."
	if p[server+"hostname"] == "" {
		return
	}
	f := found{protocol: account.SMTP, host: p[server+"hostname"], port: p[server+"port"], user: p[server+"username"]}
	f.security = g.prefsSecurity(account.SMTP, p[server+"try_ssl"])
	f.auth = prefsAuth(p[server+"authMethod"], account.Outgoing)
	g.server(f)
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

// parsePrefs reads the settings that begin with "mail.".
func parsePrefs(text string) prefs {
	p := prefs{}
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "user_pref(")
		if !ok {
			continue
		}
		name, rest, ok := scriptString(strings.TrimLeft(rest, " \t"))
		if !ok || !strings.HasPrefix(name, "mail.") {
			continue
		}
		rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " \t"), ",")
		if !ok {
			continue
		}
		if value, ok := prefValue(strings.TrimLeft(rest, " \t")); ok {
			p[name] = value
		}
	}
	return p
}

// prefValue reads a value and the end of the line behind it.
func prefValue(text string) (string, bool) {
	value, rest, ok := scriptString(text)
	if !ok {
		end := strings.IndexAny(text, " \t)")
		if end <= 0 || strings.HasPrefix(text, `"`) || strings.HasPrefix(text, "'") {
			return "", false
		}
		value, rest = text[:end], text[end:]
		if _, err := strconv.Atoi(value); err != nil && value != "true" && value != "false" {
			return "", false
		}
	}
	rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " \t"), ")")
	return value, ok && strings.HasPrefix(strings.TrimLeft(rest, " \t"), ";")
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
