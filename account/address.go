package account

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest local part and the longest address, in bytes. RFC 5321, sections 4.5.3.1.1 and 4.5.3.1.3.
const (
	maxLocal   = 64
	maxAddress = 254
)

// maxTyped is the longest text, in bytes, that is looked at where an address or a server is expected.
const maxTyped = 2048

// An Address is an e-mail address, taken apart. The zero value is no address.
type Address struct {
	Local  string // as typed, without the quotes of a quoted local part
	Domain string // ASCII (A-labels), lower case, no trailing dot
}

// ParseAddress understands what people type and paste: blanks around, Name <a@b>, mailto:a@b, quoted local parts, IDN.
// The local part keeps its case and its spelling. Every error is an *InputError.
func ParseAddress(s string) (Address, error) {
	s, err := typed(s)
	if err != nil {
		return Address{}, err
	}
	if s == "" {
		return Address{}, wrong("Please enter an e-mail address.")
	}
	if s, err = unwrapped(s); err != nil {
		return Address{}, err
	}
	local, rest, err := splitAddress(s)
	if err != nil {
		return Address{}, err
	}
	domain, err := mailDomain(rest)
	if err != nil {
		return Address{}, err
	}
	a := Address{local, domain}
	if len(quoteLocal(local)) > maxLocal {
		return Address{}, wrong("The part before the @ is too long: 64 bytes are the limit.")
	}
	if len(a.String()) > maxAddress {
		return Address{}, wrong("The address is too long: 254 bytes are the limit.")
	}
	return a, nil
}

// String gives the address with its domain in ASCII and the local part quoted where RFC 5321 needs it, "" for no address.
func (a Address) String() string {
	if a == (Address{}) {
		return ""
	}
	return quoteLocal(a.Local) + "@" + a.Domain
}

// Unicode gives the address as people write it, with the domain in its own alphabet. It is for showing alone.
func (a Address) Unicode() string {
	if a == (Address{}) {
		return ""
	}
	return quoteLocal(a.Local) + "@" + UnicodeHost(a.Domain)
}

// UnicodeHost gives a host in its own alphabet, for showing; what is no internationalised name comes back as it is.
func UnicodeHost(host string) string {
	if name, err := lookupProfile.ToUnicode(host); err == nil {
		return name
	}
	return host
}

// RegistrableDomain gives the registrable domain of the address, in ASCII; see the function of that name.
func (a Address) RegistrableDomain() string { return RegistrableDomain(a.Domain) }

// Plain reports whether the local part stands in an address without quotes.
func (a Address) Plain() bool { return a != (Address{}) && isDotString(a.Local) }

// typed drops the blanks around a text and refuses what no field may hold.
func typed(s string) (string, error) {
	s = trimBlanks(s)
	switch r, found := firstRune(s, unicode.IsControl); {
	case !utf8.ValidString(s):
		return "", wrong("The text is not valid Unicode. Please type it instead of pasting it.")
	case found:
		return "", controlError(r)
	case len(s) > maxTyped:
		return "", wrong("The text is too long.")
	}
	return s, nil
}

// controlError says which control character is in the way.
func controlError(r rune) error {
	switch r {
	case '\r', '\n':
		return wrong("A line break cannot stand here.")
	case '\t':
		return wrong("A tab cannot stand here.")
	case 0:
		return wrong("A NUL character cannot stand here.")
	default:
		return wrong("A control character (" + codePoint(r) + ") cannot stand here.")
	}
}

// trimBlanks drops what a paste brings along at both ends: blanks of every kind, byte order marks, direction marks. Line
// breaks stay, to be refused.
func trimBlanks(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r == '\t' || unicode.In(r, unicode.Zs, unicode.Cf) })
}

// unwrapped takes an address out of Name <a@b> and mailto:a@b?subject=….
func unwrapped(s string) (string, error) {
	if strings.HasSuffix(s, ">") {
		open := unquotedIndex(s, '<')
		if open < 0 {
			return "", wrong("There is a > without a < before it.")
		}
		s = trimBlanks(s[open+1 : len(s)-1])
	}
	const mailto = "mailto:"
	if len(s) < len(mailto) || !strings.EqualFold(s[:len(mailto)], mailto) {
		return s, nil
	}
	// RFC 6068, section 2: what follows "?" are header fields; every other odd character is percent-encoded.
	s, _, _ = strings.Cut(s[len(mailto):], "?")
	s, err := url.PathUnescape(s)
	if err != nil {
		return "", wrong("The mailto: link is damaged: a % in it is not followed by two hexadecimal digits.")
	}
	return typed(s)
}

// unquotedIndex finds the first c outside double quotes, -1 where there is none.
func unquotedIndex(s string, c byte) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == c && !quoted:
			return i
		}
	}
	return -1
}

// splitAddress parts an address at its only @ outside quotes, and opens the quotes.
func splitAddress(s string) (local, domain string, err error) {
	if r, found := firstRune(s, unseen); found {
		return "", "", wrong("The address contains an invisible character (" + codePoint(r) + "). Please type it instead of pasting it.")
	}
	quoted := strings.HasPrefix(s, `"`)
	if quoted {
		local, domain, err = splitQuoted(s)
	} else {
		local, domain, err = splitPlain(s)
	}
	switch {
	case err != nil:
		return "", "", err
	case local == "":
		return "", "", wrong("There is nothing before the @.")
	case domain == "":
		return "", "", wrong("There is nothing after the @.")
	case strings.Contains(domain, "@"):
		return "", "", wrong("There is more than one @. Please enter one address.")
	case !quoted:
		return local, domain, checkDotString(local)
	}
	return local, domain, nil
}

// splitPlain parts an address whose local part is not quoted.
func splitPlain(s string) (local, domain string, err error) {
	local, domain, found := strings.Cut(s, "@")
	if !found {
		return "", "", wrong("An e-mail address has an @ in it, as in name@domain.example.")
	}
	return local, domain, nil
}

// splitQuoted parts an address that begins with a quotation mark.
func splitQuoted(s string) (local, domain string, err error) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			domain, found := strings.CutPrefix(s[i+1:], "@")
			if !found {
				return "", "", wrong("After the closing quotation mark an @ must follow.")
			}
			return b.String(), domain, nil
		case '\\': // RFC 5321, section 4.1.2: quoted-pairSMTP
			if i++; i == len(s) || s[i] >= utf8.RuneSelf {
				return "", "", wrong("The backslash in the quoted part has nothing to quote.")
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", wrong("The quotation mark at the beginning is never closed.")
}

// checkDotString says what keeps a local part from standing without quotes.
func checkDotString(local string) error {
	if r, found := firstRune(local, func(r rune) bool { return r != '.' && !isAtext(r) }); found {
		if r == ' ' {
			return wrong("There is a blank before the @.")
		}
		return wrong("The character " + shown(string(r)) + " cannot stand before the @ without quotation marks.")
	}
	if !isDotString(local) {
		return wrong("Before the @, a dot cannot come first or last, nor two together. If the address really is so, put that part in quotation marks.")
	}
	return nil
}

// isDotString reports whether a local part needs no quotes. RFC 5321, section 4.1.2, and RFC 6531, section 3.3.
func isDotString(local string) bool {
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" {
			return false
		}
		if _, found := firstRune(atom, func(r rune) bool { return !isAtext(r) }); found {
			return false
		}
	}
	return true
}

// isAtext reports whether a character stands in an atom. RFC 5322, section 3.2.3, and RFC 6532, section 3.2.
func isAtext(r rune) bool {
	return r >= utf8.RuneSelf || isAlphanumeric(r) || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
}

// quoteLocal gives a local part as it stands in an address.
func quoteLocal(local string) string {
	if isDotString(local) {
		return local
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(local) + `"`
}

// mailDomain gives the domain of an address in ASCII.
func mailDomain(s string) (string, error) {
	if strings.HasPrefix(s, "[") || isIP(s) {
		return "", wrong("After the @ a domain is needed; an IP address will not do.")
	}
	if strings.ContainsRune(s, ' ') {
		return "", wrong("There is a blank after the @.")
	}
	domain, err := hostname(s)
	if err != nil {
		return "", err
	}
	if !strings.Contains(domain, ".") {
		return "", wrong("After the @ a whole domain is needed, as in name@domain.example.")
	}
	return domain, nil
}
