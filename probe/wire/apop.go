package wire

import (
	"crypto/md5" //nolint:gosec // RFC 1939 has no other
	"encoding/hex"
	"strings"
)

// apop signs in with the digest of the stamp in the greeting and the password.
//
// RFC 1939, section 7: the digest is that of the stamp, angle brackets included, followed by the secret.
func (c *Conn) apop(user, password string) error {
	d, ok := c.talk.(*pop3)
	if !ok || d.stamp == "" {
		return ErrNoCommonAuth
	}
	sum := md5.Sum([]byte(d.stamp + password)) //nolint:gosec // see above
	digest := hex.EncodeToString(sum[:])
	c.log.cover(digest)
	return d.exchange("APOP", say("APOP "+user+" ").with(digest, hidden, true))
}

// stampOf gives the stamp in a greeting with its brackets, "" where there is none.
//
// RFC 1939, section 7: a server that has APOP puts a message-id into its greeting. What is none is not used: with stamps
// of free choice a password can be guessed letter by letter.
func stampOf(greeting string) string {
	_, inner, ok := strings.Cut(greeting, "<")
	inner, _, end := strings.Cut(inner, ">")
	left, right, _ := strings.Cut(inner, "@")
	if !ok || !end || left == "" || right == "" || strings.ContainsFunc(inner, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' }) ||
		strings.Contains(right, "@") {
		return ""
	}
	return "<" + inner + ">"
}
