package account

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// lookupProfile maps a name as UTS 46 demands, non-transitional: "ß" stays what it is.
var lookupProfile = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

// RegistrableDomain gives the public suffix of a host name plus one label, in ASCII: the part that somebody registered.
// Private suffixes ("alice.github.io") count. It is "" for address literals, single labels, public suffixes and whatever
// is no name.
func RegistrableDomain(host string) string {
	name, err := hostname(host)
	if err != nil {
		return ""
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		return ""
	}
	return domain
}

// PublicName reports whether a host, as ParseHost gives it, can be a name in the public DNS: no address literal, at
// least two labels, not in .local. What others publish must be one; what the user types need not.
func PublicName(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return false
	}
	// RFC 6762, section 3: .local belongs to the link.
	return strings.Contains(host, ".") && !strings.HasSuffix(host, ".local")
}

// hostname gives a name in A-labels, lower case, without a trailing dot.
func hostname(s string) (string, error) {
	if len(s) > maxTyped {
		return "", wrong("The name is too long.")
	}
	if r, found := firstRune(s, unseen); found {
		return "", wrong("The name contains an invisible character (" + codePoint(r) + "). Please type it instead of pasting it.")
	}
	if r, found := firstRune(s, notInNames); found {
		return "", wrong("A name on the network has letters, digits, hyphens and dots; " + shown(string(r)) + " cannot stand in it.")
	}
	name, err := lookupProfile.ToASCII(s)
	if err != nil {
		return "", wrong(shown(s) + " is not a valid name on the network.")
	}
	name = strings.TrimSuffix(name, ".")
	// RFC 1123, section 2.1: a last label that is a number would be taken for an address.
	if numeric(name[strings.LastIndexByte(name, '.')+1:]) {
		return "", wrong(shown(s) + " ends in a number, which a name cannot.")
	}
	return name, checkAlphabets(name)
}

// checkAlphabets refuses labels that mix alphabets, and A-labels that are not the spelling of what they show.
func checkAlphabets(name string) error {
	shape, err := lookupProfile.ToUnicode(name)
	if err != nil {
		return wrong(shown(name) + " is not a valid name on the network.")
	}
	if again, err := lookupProfile.ToASCII(shape); err != nil || again != name {
		return wrong(shown(name) + " is not a valid name on the network.")
	}
	if r, found := firstRune(shape, unseen); found {
		return wrong("The name contains an invisible character (" + codePoint(r) + ").")
	}
	for label := range strings.SplitSeq(shape, ".") {
		if found := scripts(label); !singleScript(found) {
			return wrong(shown(label) + " mixes letters of different alphabets (" + strings.Join(found, ", ") +
				"). Such names are a way to imitate others. Please type it instead of pasting it.")
		}
	}
	return nil
}

// scripts lists the scripts of a label's letters in alphabetical order, without those that all scripts share.
func scripts(label string) []string {
	var found []string
	for _, r := range label {
		if r < utf8.RuneSelf && !unicode.IsLetter(r) {
			continue
		}
		script := scriptOf(r)
		if script != "Common" && script != "Inherited" && !slices.Contains(found, script) {
			found = append(found, script)
		}
	}
	slices.Sort(found)
	return found
}

// scriptOf gives a character's script, "Common" where it has none of its own.
func scriptOf(r rune) string {
	if r < utf8.RuneSelf {
		return "Latin"
	}
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return name
		}
	}
	return "Common"
}

// singleScript reports whether scripts go together in one label.
func singleScript(found []string) bool {
	if len(found) < 2 {
		return true
	}
	// UTS 39, section 5.2, "highly restrictive": Latin with the scripts of Chinese, Japanese or Korean.
	for _, together := range [][]string{
		{"Bopomofo", "Han", "Latin"}, {"Han", "Hiragana", "Katakana", "Latin"}, {"Han", "Hangul", "Latin"},
	} {
		if !slices.ContainsFunc(found, func(s string) bool { return !slices.Contains(together, s) }) {
			return true
		}
	}
	return false
}

// numeric reports whether a system's resolver might take a last label for part of an IPv4 address: digits, or 0x….
func numeric(label string) bool {
	digits, set := label, "0123456789"
	if rest, hex := strings.CutPrefix(label, "0x"); hex {
		digits, set = rest, "0123456789abcdef"
	}
	return strings.Trim(digits, set) == ""
}

// notInNames picks out the ASCII characters that no host name has.
func notInNames(r rune) bool { return r < utf8.RuneSelf && r != '-' && r != '.' && !isAlphanumeric(r) }

// isAlphanumeric reports whether a character is an ASCII letter or digit.
func isAlphanumeric(r rune) bool { return '0' <= r && r <= '9' || 'a' <= r|0x20 && r|0x20 <= 'z' }
