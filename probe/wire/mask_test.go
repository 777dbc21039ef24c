package wire

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// K-3.
func TestTheUserNameIsMaskedInEveryForm(t *testing.T) {
	encoded := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	alice := []string{"alice.jones", "alice.jones@example.test"}
	hosts := []string{"imap.example.test", "mail.example.test", "example.test"}
	cases := []struct {
		names     []string
		line, out string
	}{
		{alice, "C: A1 LOGIN alice.jones@example.test [secret]", "C: A1 LOGIN [user name] [secret]"},
		{alice, "S: 535 no mailbox ALICE.JONES here", "S: 535 no mailbox [user name] here"},
		{alice, "S: 550 alice.jones@mail.example.test", "S: 550 [user name]@mail.example.test"},
		{alice, "S: ? " + hex.EncodeToString([]byte("alice.jones")), "S: ? [user name]"},
		{alice, "S: ? " + url.QueryEscape("alice.jones@example.test"), "S: ? [user name]"},
		{alice, "S: * OK ready", "S: * OK ready"},
		{[]string{"mail"}, "S: 220 mail.example.test ESMTP, USER mail", "S: 220 mail.example.test ESMTP, USER [user name]"},
		{[]string{"secret"}, "C: USER secret, PASS [secret]", "C: USER [user name], PASS [secret]"},
		{[]string{"al"}, "S: +OK hello al, all is well, normal", "S: +OK hello [user name], all is well, normal"},
		{[]string{"al"}, "S: ? " + encoded("al"), "S: ? [user name]"},
		{[]string{"a"}, "C: USER a", "C: USER [user name]"},
		{[]string{`o"b\c`}, `C: A1 LOGIN "o\"b\\c" [secret]`, `C: A1 LOGIN "[user name]" [secret]`},
		{nil, "C: USER alice", "C: USER alice"},
		{[]string{""}, "C: USER alice", "C: USER alice"},
	}
	for _, c := range cases {
		if got := NewMask(c.names, hosts).Apply(c.line); got != c.out {
			t.Errorf("%q: got %q, want %q", c.line, got, c.out)
		}
	}
}

// K-3: at whatever place in a base64 text the name stands, enough of it is hidden that it cannot be read back.
func TestTheUserNameIsMaskedWithinBase64(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z]{4,12}`).Draw(t, "name")
		before, after := rapid.StringMatching(`[ -~]{0,5}`).Draw(t, "before"), rapid.StringMatching(`[ -~]{0,5}`).Draw(t, "after")
		text := base64.StdEncoding.EncodeToString([]byte(before + name + after))
		got := NewMask([]string{name}, nil).Apply("+ " + text)
		if !strings.Contains(got, maskMark) || strings.Contains(got, text) {
			t.Fatalf("got %q, want %q hidden in %q", got, name, text)
		}
	})
}

// K-3.
func TestNoNameIsLeftOnAMaskedLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z.+]{3,20}`).Draw(t, "name")
		parts := rapid.SliceOf(rapid.SampledFrom([]string{name, strings.ToUpper(name), "@example.test", " ", "x", "[secret]", "é", "\xff"})).Draw(t, "parts")
		line := strings.Join(parts, "")
		m := NewMask([]string{name}, []string{"example.test"})
		got := m.Apply(line)
		bare := strings.NewReplacer(maskMark, " ", hidden, " ", "example.test", " ").Replace(got)
		if strings.Contains(strings.ToLower(bare), name) {
			t.Fatalf("%q: got %q, want no %q", line, got, name)
		}
		if again := m.Apply(got); again != got {
			t.Fatalf("%q: got %q and then %q, want one answer", line, got, again)
		}
	})
}
