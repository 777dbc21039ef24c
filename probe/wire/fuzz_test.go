package wire

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"portolan/account"
	"portolan/probe/mailtest"
)

// fuzzOpen lets a server say arbitrary bytes as its whole part of a conversation in the clear. Nothing may panic, hang or
// come out unclean, and there is no protection.
func fuzzOpen(t *testing.T, p account.Protocol, said string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		client, server := mailtest.Pipe()
		go func() { _, _ = server.Write([]byte(said)); _ = server.CloseWrite() }()
		c, err := Open(t.Context(), fixed{client}, Target{Protocol: p, Security: account.STARTTLS, Names: []string{mailHost}}, nil)
		var lines []Line
		if c != nil {
			if f := c.Facts(); f.Protection != account.Unprotected || f.TLS.Version != 0 {
				t.Errorf("got %+v, want nothing proved", f)
			}
			_ = c.Dead()
			c.Goodbye(t.Context())
			lines = c.Transcript()
		} else if err == nil || !utf8.ValidString(err.Error()) || strings.ContainsAny(err.Error(), "\r\n\x00\x1b") {
			t.Errorf("got %q, want a clean error", err)
		}
		for _, l := range lines {
			if !utf8.ValidString(l.Text) || strings.ContainsAny(l.Text, "\r\n\x00\x1b") {
				t.Errorf("got %q, want a clean line", l.Text)
			}
		}
		_ = server.Close()
	})
}

// A fixed dialer gives one connection.
type fixed struct{ conn *mailtest.PipeEnd }

func (f fixed) DialContext(context.Context, string, string) (net.Conn, error) { return f.conn, nil }

func FuzzIMAPReply(f *testing.F) {
	for _, s := range []string{
		"* OK ready\r\n", "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] x\r\n", "* BYE [UNAVAILABLE] x\r\n", "* PREAUTH x\r\n",
		"* OK\n* LIST () \"/\" {5}\r\nINBOX\r\n* CAPABILITY A\r\n", "* OK {3}\r\n", "+ \r\n", "* \r\n", "*\r\n", " \r\n", "a OK x\r\n", "* OK [X\r\n", "* {0}\r\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l := parseIMAPLine(s)
		if isStatus(l.status) && len(l.code)+len(l.args)+len(l.text) > 3*len(s) {
			t.Errorf("got %+v, want parts of %q", l, s)
		}
		if n, ok, err := literalSize(s); n < 0 || n > literalLimit || ok && err != nil {
			t.Errorf("got %d %v %v for %q", n, ok, err, s)
		}
		fuzzOpen(t, account.IMAP, s)
	})
}

func FuzzPOP3Reply(f *testing.F) {
	for _, s := range []string{"+OK <1@x>\r\n+OK\r\nSTLS\r\n.\r\n", "-ERR [SYS/TEMP] x\r\n", "+OK\r\n", "+ \r\n", "-ERR [\r\n", "+ok\n", "."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if l, ok := parsePOP3Line(s); ok && len(l.text) > len(s) {
			t.Errorf("got %+v, want a part of %q", l, s)
		}
		fuzzOpen(t, account.POP3, s)
	})
}

func FuzzSMTPReply(f *testing.F) {
	for _, s := range []string{"220 x\r\n", "220-x\r\n220 y\r\n", "554 5.7.1 x\r\n", "220\r\n", "220-\r\n250 x\r\n", "999 x\r\n", "250 2.1.0\r\n", "220_x\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if l, ok := parseSMTPLine(s); ok {
			if l.code < 200 || l.code > 599 {
				t.Errorf("got %d for %q", l.code, s)
			}
			_, _ = smtpReply{code: l.code, lines: []string{l.text}}.enhanced()
		}
		fuzzOpen(t, account.SMTP, s)
	})
}

func FuzzCapability(f *testing.F) {
	for _, s := range []string{"IMAP4rev1 AUTH=PLAIN SASL-IR LOGINDISABLED STARTTLS", "SASL PLAIN LOGIN\nSTLS\nUSER", "AUTH=LOGIN\nauth plain\nSTARTTLS", "AUTH=", "AUTH", "SASL", "AUTH=NONE"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		lines := strings.Split(s, "\n")
		for _, o := range []offer{imapOffer(strings.Fields(s)), pop3Offer(lines), smtpOffer(smtpReply{lines: append([]string{"name"}, lines...)})} {
			if len(o.words) > capabilityLimit {
				t.Errorf("got %d capabilities, want at most %d", len(o.words), capabilityLimit)
			}
			for _, a := range o.auths() {
				if a == account.AuthUnknown || a == account.AuthNone {
					t.Errorf("got %v, want a method", a)
				}
			}
		}
		if strings.Contains(strings.ToUpper(s), "LOGINDISABLED") && imapOffer([]string{"LOGINDISABLED"}).command {
			t.Error("got LOGIN, want it disabled")
		}
	})
}

func FuzzSASLChallenge(f *testing.F) {
	for _, s := range []string{
		"", "=", "VXNlcm5hbWU6", "%%%", "AA==", "A", "<1896.697170952@mail.invalid>", "e=invalid-proof", "v=d3Jvbmc=", "r=x,s=c2FsdA==,i=4096",
		"r=NONCEx,s=c2FsdA==,i=4096", "r=NONCEx,s=,i=4096,x=y", `{"status":"400","schemes":"bearer","scope":"mail"}`, "null", "[1]", `{"status":{"a":[1]}}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if b, err := decodeChallenge(s); err == nil && len(b) > len(s) {
			t.Errorf("got %d bytes of %d characters", len(b), len(s))
		}
		l := login("u", "p")
		for range 3 {
			if b, err := l.Next([]byte(s)); err == nil && string(b) != "u" && string(b) != "p" {
				t.Errorf("got %q, want a name or a password", b)
			}
		}
		fuzzMechanisms(t, s)
	})
}

// manyRounds reports whether a challenge holds a number of more than four digits.
func manyRounds(challenge string) bool {
	digits := 0
	for _, r := range challenge {
		if digits++; r < '0' || r > '9' {
			digits = 0
		}
		if digits > 4 {
			return true
		}
	}
	return false
}

// fuzzMechanisms lets every mechanism hear the same challenge three times: none panics, shows the password, or takes
// anything for a proof.
func fuzzMechanisms(t *testing.T, challenge string) {
	t.Helper()
	if manyRounds(challenge) {
		return // the work that it asks for is allowed, and would keep the fuzzer from its own
	}
	const secret = "sw0rdfish-token"
	c := &Conn{log: &transcript{}}
	for _, auth := range append(byPassword(account.Verified), byToken(account.Verified)...) {
		if auth.SendsPassword() || auth == account.AuthAPOP {
			continue
		}
		m, err := c.mechanism(auth, mailHost, user, secret)
		if errors.Is(err, ErrNoCommonAuth) {
			continue // it ties itself to a TLS connection, and there is none here
		}
		if err != nil {
			t.Fatal(err)
		}
		_, first, err := m.Start()
		_, nonce, _ := strings.Cut(string(first), "r=")
		for range 3 {
			var b []byte
			if err == nil {
				b, err = m.Next([]byte(strings.ReplaceAll(challenge, "NONCE", nonce)))
			}
			if strings.Contains(string(b), secret) {
				t.Errorf("%v: got %q, want no password", auth, b)
			}
		}
		if m.finish != nil && hashOf(auth) != nil && m.finish(nil) == nil {
			t.Errorf("%v: took %q for the server's proof", auth, challenge)
		}
	}
}

// asciiTable are the characters that can stand in quotes.
func asciiTable() *unicode.RangeTable {
	return &unicode.RangeTable{R16: []unicode.Range16{{Lo: ' ', Hi: '~', Stride: 1}}}
}

// I-2, I-3: whatever the user name and password are, a server reads back exactly them, or nothing was sent.
func TestQuotedStringsReadBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		visible := rapid.OneOf(rapid.RuneFrom([]rune(`"\ {}`)), rapid.RuneFrom(nil, asciiTable()))
		s := rapid.StringOf(visible).Draw(t, "text")
		if !quotable(s) {
			t.Fatalf("got %q not to be quotable, want it to be", s)
		}
		q := quote(s)
		var back strings.Builder
		inner := q[1 : len(q)-1]
		for i := 0; i < len(inner); i++ {
			switch inner[i] {
			case '\\':
				i++
			case '"':
				t.Fatalf("got %q, want every quote escaped", q)
			}
			back.WriteByte(inner[i])
		}
		if back.String() != s {
			t.Errorf("got %q, want %q", back.String(), s)
		}
	})
}
