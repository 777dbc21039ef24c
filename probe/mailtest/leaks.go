package mailtest

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// shortestLeak is the length in bytes below which a form is not looked for: it would be found in ordinary words.
const shortestLeak = 4

// Forms lists every way in which a secret could stand in a text: as it is, quoted as in IMAP, Go and JSON, escaped for XML
// and HTML, in percent encoding, in hexadecimal, as decimal bytes (%v of a []byte), in UTF-16, as the inside of base64 at each
// of the three alignments, and as SASL PLAIN says it after each of the user names. Of two forms of which one holds the
// other, the longer is listed too: what a test prints is the form that it found.
func Forms(secret string, users ...string) []string {
	imap := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(secret)
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(secret)) // a strings.Builder takes everything
	inJSON, _ := json.Marshal(secret)            // a string can always be encoded
	all := []string{
		secret, imap, escaped.String(), html.EscapeString(secret), url.QueryEscape(secret), url.PathEscape(secret),
		strings.Trim(string(inJSON), `"`), trimQuotes(strconv.Quote(secret)), trimQuotes(strconv.QuoteToASCII(secret)),
		hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))), fmt.Sprintf("% x", secret),
		strings.Trim(fmt.Sprint([]byte(secret)), "[]"), wide(secret, binary.LittleEndian), wide(secret, binary.BigEndian),
	}
	for _, text := range append([]string{secret}, wide(secret, binary.LittleEndian)) {
		for shift := range 3 {
			all = append(all, Inside(text, shift, base64.RawStdEncoding), Inside(text, shift, base64.RawURLEncoding))
		}
	}
	for _, u := range users {
		all = append(all, base64.StdEncoding.EncodeToString([]byte("\x00"+u+"\x00"+secret)))
	}
	all = slices.DeleteFunc(all, func(f string) bool { return len(f) < shortestLeak })
	slices.Sort(all)
	return slices.Compact(all)
}

// trimQuotes takes the quotes of Go off.
func trimQuotes(s string) string { return s[1 : len(s)-1] }

// wide is a text in UTF-16.
func wide(s string, order binary.AppendByteOrder) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

// Inside gives those characters of base64 that depend on the secret alone, where shift bytes (0 to 2) stand before it.
func Inside(secret string, shift int, encoding *base64.Encoding) string {
	text := encoding.EncodeToString([]byte("\x00\x00"[:shift] + secret))
	first, last := (shift*8+5)/6, (shift+len(secret))*8/6
	if first >= last {
		return ""
	}
	return text[first:last]
}

// Leaks lists the forms of the secrets that stand in a text; users are the names with which SASL PLAIN would say them.
func Leaks(text string, users []string, secrets ...string) []string {
	var found []string
	for _, s := range secrets {
		for _, form := range Forms(s, users...) {
			if strings.Contains(text, form) {
				found = append(found, form)
			}
		}
	}
	return found
}
