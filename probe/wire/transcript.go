package wire

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"portolan/account"
)

// hidden stands where a secret stood.
const hidden = "[secret]"

// What a SASL exchange says beside secrets is not kept either: who has both sides of it can try passwords on it at leisure.
const (
	hiddenChallenge = "[challenge]"
	hiddenResponse  = "[response]"
)

// A transcript keeps the conversation. What it keeps is redacted when it is written: by position, where the dialogue knows
// that a part of its own line is secret, and by value, in both directions and in every usual encoding.
type transcript struct {
	begun time.Time

	mu    sync.Mutex
	lines []Line
	size  int
	forms []string // the secret as it might be echoed, in lower case, longest first
}

// add keeps a line.
func (t *transcript) add(out bool, text string) {
	text = t.clean(text, shownLineLimit)
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.size > transcriptLimit:
		return
	case t.size+len(text) > transcriptLimit:
		text = "[the rest is not kept]"
		t.size = transcriptLimit
	}
	t.size += len(text) + 1
	t.lines = append(t.lines, Line{At: time.Since(t.begun), Out: out, Text: text})
}

// all gives a copy of the lines so far.
func (t *transcript) all() []Line {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.lines)
}

// hide makes a password unprintable from here on, alone and as part of SASL PLAIN.
func (t *transcript) hide(username, password string) {
	forms := secretForms(password)
	if len(password) >= shortestForm {
		plain := "\x00" + username + "\x00" + password
		forms = append(forms, asciiLower(base64.StdEncoding.EncodeToString([]byte(plain))))
	}
	t.learn(forms)
}

// cover makes a proof unprintable, as it is and in base64: it is worth less than the password, but not nothing.
func (t *transcript) cover(proof string) {
	if len(proof) >= shortestProof {
		t.learn([]string{asciiLower(proof), asciiLower(base64.RawStdEncoding.EncodeToString([]byte(proof)))})
	}
}

// learn adds forms that clean replaces.
func (t *transcript) learn(forms []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := append(slices.Clone(t.forms), forms...) // a copy: clean reads the old list without the lock
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	t.forms = all
}

// clean gives text that may be kept and shown: secrets replaced, before and after it was neutralised, at most limit runes.
func (t *transcript) clean(text string, limit int) string {
	t.mu.Lock()
	forms := t.forms
	t.mu.Unlock()
	return redact(account.Neutral(redact(text, forms), limit), forms)
}

// shortestForm is the length in bytes below which a form of a secret is not looked for: it would hit ordinary words, and
// the holes would tell more than they hide.
const shortestForm = 3

// shortestProof is the same for a proof, which is longer than any word.
const shortestProof = 16

// secretForms lists how a server might repeat a secret: as it is, quoted, escaped as in JSON, in percent and entity encoding,
// in hexadecimal, and as the inside of base64 at any alignment.
func secretForms(secret string) []string {
	quoted := quote(secret)
	all := []string{
		secret, quoted[1 : len(quoted)-1], strings.Trim(strconv.QuoteToASCII(secret), `"`), hex.EncodeToString([]byte(secret)), url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret),
	}
	for shift := range 3 {
		all = append(all, base64Inside(secret, shift, base64.RawStdEncoding), base64Inside(secret, shift, base64.RawURLEncoding))
	}
	forms := all[:0]
	for _, f := range all {
		if len(f) >= shortestForm {
			forms = append(forms, asciiLower(f))
		}
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// base64Inside gives those characters of an encoding that depend on the secret alone, where shift bytes (mod 3) precede it.
func base64Inside(secret string, shift int, enc *base64.Encoding) string {
	text := enc.EncodeToString([]byte("\x00\x00"[:shift] + secret))
	first := (shift*8 + 5) / 6
	last := (shift + len(secret)) * 8 / 6
	if first >= last {
		return ""
	}
	return text[first:last]
}

// redact replaces every occurrence of the forms, whatever the case of ASCII letters. What it put there before stays as it
// is, even where the secret is the word "secret".
func redact(text string, forms []string) string {
	if len(forms) == 0 {
		return text
	}
	lower := asciiLower(text)
	var b strings.Builder
	for i := 0; i < len(text); {
		n := 0
		if strings.HasPrefix(text[i:], hidden) {
			n = len(hidden)
		}
		for _, form := range forms {
			if n == 0 && strings.HasPrefix(lower[i:], form) {
				n = len(form)
			}
		}
		if n == 0 {
			b.WriteByte(text[i])
			i++
			continue
		}
		b.WriteString(hidden)
		i += n
	}
	return b.String()
}

// asciiLower lowers ASCII letters and keeps every byte in its place, which strings.ToLower does not.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
