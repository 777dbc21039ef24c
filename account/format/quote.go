package format

import (
	"encoding/base64"
	"net"
	"strconv"
	"strings"
	"unicode/utf8"

	"portolan/account"
)

// percent encodes a text for any part of a URL: whatever is not unreserved (RFC 3986, section 2.3) is encoded.
func percent(text string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	return b.String()
}

// url gives scheme://user:password@host:port, without the parts that are empty.
func url(scheme, user, password string, e account.Endpoint) string {
	login := percent(user)
	if password != "" {
		login += ":" + percent(password)
	}
	if login != "" {
		login += "@"
	}
	return scheme + "://" + login + hostPort(e)
}

// hostPort gives host:port as it stands in a URL.
func hostPort(e account.Endpoint) string { return net.JoinHostPort(e.Host, strconv.Itoa(e.Port)) }

// slashed puts a text into double quotes and a backslash before each quote, each backslash and whatever is in more.
func slashed(text, more string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		if r == '"' || r == '\\' || strings.ContainsRune(more, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	return b.String()
}

// mailbox gives name <address> as it stands in a header. RFC 5322, section 3.4; RFC 2047, section 5: a name with anything
// but letters, digits and blanks is encoded, so that it means nothing to the file around it.
func mailbox(name string, a account.Address) string {
	if name == "" {
		return a.String()
	}
	simple := trim(name) == name
	for _, r := range name {
		simple = simple && (r == ' ' || '0' <= r && r <= '9' || 'a' <= r|0x20 && r|0x20 <= 'z')
	}
	if !simple {
		name = encodedWords(name)
	}
	return name + " <" + a.String() + ">"
}

// encodedWords encodes a text. RFC 2047, section 2: no word is longer than 75 characters, which are 45 bytes of text.
func encodedWords(text string) string {
	var words []string
	for text != "" {
		n := 0
		for n < len(text) {
			_, size := utf8.DecodeRuneInString(text[n:])
			if n+size > 45 {
				break
			}
			n += size
		}
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(text[:n]))+"?=")
		text = text[n:]
	}
	return strings.Join(words, " ")
}

// label gives an account a name for use inside files: lower-case letters, digits and hyphens.
func label(a account.Address) string { return safe(a.String(), "", 60) }

// safe keeps lower-case letters, digits and what is in more; anything else becomes one hyphen.
func safe(text, more string, limit int) string {
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case b.Len() >= limit:
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || strings.ContainsRune(more, r):
			b.WriteRune(r)
		case !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if name := strings.Trim(b.String(), "-._"); name != "" {
		return name
	}
	return "mail"
}
