package mailbox

import (
	"bufio"
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message/mail"

	"portolan/account"
)

// RFC 1939, section 7: a number from 1, a blank, and a name of 1 to 70 visible characters.
func TestALineOfMessagesHasANumberAndAName(t *testing.T) {
	long := strings.Repeat("x", 70)
	for line, want := range map[string]uid{
		"1 abc": {1, "abc"}, "17 !~": {17, "!~"}, "2 " + long: {2, long}, "3  abc ": {3, "abc"},
		"": {}, "1": {}, "1 ": {}, " abc": {}, "0 abc": {}, "-1 abc": {}, "+1 abc": {}, "x abc": {}, "1 a b": {}, "1 a\tb": {}, "1 \x7f": {}, "1 ä": {},
		"2 " + long + "x": {}, "99999999999999999999 abc": {},
	} {
		if got, ok := parseUIDL(line); got != want || ok != (want != uid{}) {
			t.Errorf("%q: got %+v, %v, want %+v", line, got, ok, want)
		}
	}
}

// RFC 5321, section 4.2: three digits, the first from 2 to 5, and a blank, a hyphen or the end.
func TestALineOfAReplyHasACodeAndWords(t *testing.T) {
	type reply struct {
		code     int
		text     string
		more, ok bool
	}
	for line, want := range map[string]reply{
		"250": {250, "", false, true}, "250 ": {250, "", false, true}, "250 OK then": {250, "OK then", false, true}, "250-OK": {250, "OK", true, true},
		"250-": {250, "", true, true}, "209 x": {209, "x", false, true}, "290 x": {290, "x", false, true}, "599 x": {599, "x", false, true},
		"": {}, "25": {}, "150 x": {}, "650 x": {}, "2x0 x": {}, "25x x": {}, "2:0 x": {}, "25/ x": {}, " 250": {},
	} {
		code, text, more, ok := smtpLine(line)
		if got := (reply{code, text, more, ok}); got != want {
			t.Errorf("%q: got %+v, want %+v", line, got, want)
		}
	}
	if _, _, _, ok := smtpLine("250OK"); ok {
		t.Error("got a reply without anything between its code and its words")
	}
}

// Nothing but one whole line without control characters is ever sent.
func TestACommandIsOneLine(t *testing.T) {
	for _, line := range []string{"RETR 1\r\nDELE 1", "RETR 1\n", "RETR\x001", "RETR\x7f1", "RETR\t1"} {
		if err := (&talk{}).send(line); err == nil {
			t.Errorf("%q: got it sent, want it refused", line)
		}
	}
}

// RFC 5322, section 3.6: the message has the date of its making, and its text is UTF-8.
func TestTheTestMessageHasItsDateAndItsKind(t *testing.T) {
	now := time.Date(2026, 6, 15, 12, 30, 0, 0, time.UTC)
	m, err := Compose(account.Address{Local: "alice", Domain: "example.test"}, NewToken(), now)
	if err != nil {
		t.Fatal(err)
	}
	r, err := mail.CreateReader(bufio.NewReader(bytes.NewReader(m.text)))
	if err != nil {
		t.Fatal(err)
	}
	at, err := r.Header.Date()
	kind, words, kindErr := r.Header.ContentType()
	if err != nil || kindErr != nil || !at.Equal(now) || kind != "text/plain" || !strings.EqualFold(words["charset"], "utf-8") {
		t.Errorf("got %v, %v, %s %v, %v, want %v and text in UTF-8", at, err, kind, words, kindErr, now)
	}
	if _, text, _ := strings.Cut(string(m.text), "\r\n\r\n"); len(strings.TrimSpace(text)) == 0 || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") {
		t.Errorf("got %q, want some words in whole lines", text)
	}
}
