package wire

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// K-2: a secret is hidden in every encoding in which a server might repeat it.
func TestSecretsAreHiddenInEveryForm(t *testing.T) {
	for _, pw := range []string{"hunter2!", password, "secret", "päss wörd", "a&b<c>\"d", "x1y", strings.Repeat("long", 60)} {
		log := &transcript{begun: time.Now()}
		log.hide(user, pw)
		for _, echo := range []string{
			pw, "you said " + pw + "!", pw + pw, strings.ToUpper(pw), quote(pw), url.QueryEscape(pw), url.PathEscape(pw), html.EscapeString(pw),
			base64Of(pw), base64Of("\x00" + user + "\x00" + pw), base64Of("x" + pw), base64Of("xy" + pw), base64Of("xyz" + pw + "tail"),
			hex.EncodeToString([]byte(pw)), strings.ToUpper(hex.EncodeToString([]byte("x" + pw + "y"))), strconv.QuoteToASCII(pw), strconv.Quote(pw),
			base64Of("user=" + user + "\x01auth=Bearer " + pw + "\x01\x01"), base64Of("n,a=" + user + ",\x01host=h\x01port=1\x01auth=Bearer " + pw + "\x01\x01"),
			base64.URLEncoding.EncodeToString([]byte("ab" + pw)), base64.RawStdEncoding.EncodeToString([]byte("a" + pw)),
		} {
			for _, form := range secretForms(pw) {
				if got := log.clean(echo, shownLineLimit); strings.Contains(asciiLower(strings.ReplaceAll(got, hidden, "#")), form) {
					t.Errorf("%q: got %q, want it without %q", echo, got, form)
				}
			}
		}
	}
}

// Whatever surrounds the secret, the base64 of the whole never shows the characters that are the secret's alone.
func TestBase64IsHiddenAtAnyAlignment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pw := rapid.StringN(4, 40, -1).Draw(t, "password")
		before, after := rapid.String().Draw(t, "before"), rapid.String().Draw(t, "after")
		log := &transcript{begun: time.Now()}
		log.hide("alice", pw)
		got := log.clean(base64Of(before+pw+after), 1<<20)
		inside := base64Inside(pw, len(before)%3, base64.RawStdEncoding)
		if len(inside) >= shortestForm && strings.Contains(asciiLower(got), asciiLower(inside)) {
			t.Errorf("got %q, want it without %q", got, inside)
		}
	})
}

// A very short secret is left to the hiding by position: holes at every "a" would tell it.
func TestVeryShortSecretsAreHiddenByPosition(t *testing.T) {
	log := &transcript{begun: time.Now()}
	log.hide("alice", "a")
	if got := log.clean("a capability", 100); got != "a capability" {
		t.Errorf("got %q, want it as it was", got)
	}
	if m := say("PASS ").with("a", "a", true); m.shown != "PASS "+hidden || m.text != "PASS a" || !m.proof {
		t.Errorf("got %+v, want the password hidden", m)
	}
}

// The mark that stands for a secret is not taken for one.
func TestTheMarkIsNotReplacedAgain(t *testing.T) {
	log := &transcript{begun: time.Now()}
	log.hide("alice", "secret")
	if got := log.clean("my secret", 100); got != "my "+hidden {
		t.Errorf("got %q, want one mark", got)
	}
}

// P-14, G-7: what the server sent is shown as one harmless line, and the transcript has an end.
func TestTranscriptsAreNeutralAndBounded(t *testing.T) {
	log := &transcript{begun: time.Now()}
	log.add(false, "evil\x1b[2J\u202e\x00text")
	if got := log.all()[0].Text; strings.ContainsAny(got, "\x1b\u202e\x00") {
		t.Errorf("got %q, want no control characters", got)
	}
	size := 0
	for range 1000 {
		log.add(false, strings.Repeat("x", 5000))
	}
	lines := log.all()
	for _, l := range lines {
		size += len(l.Text)
	}
	last := lines[len(lines)-1].Text
	if size > transcriptLimit+100 || size < transcriptLimit/2 || last != "[the rest is not kept]" || strings.HasPrefix(lines[len(lines)-2].Text, "[") {
		t.Errorf("got %d bytes that end in %q, want at most %d, and one word that there was more", size, last, transcriptLimit)
	}
}
