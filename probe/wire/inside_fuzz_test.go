package wire

import (
	"crypto/rand"
	"crypto/tls"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"portolan/account"
	"portolan/probe/mailtest"
)

// FuzzHandshake lets a server say arbitrary bytes where TLS is due: nothing is ever proved by them, and the try ends in time.
func FuzzHandshake(f *testing.F) {
	for _, s := range []string{
		"", "* OK ready\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "\x15\x03\x03\x00\x02\x02\x28", "\x15\x03\x01\x00\x02\x02\x46", "\x16\x03\x03\x00\x04\x02\x00\x00\x00",
		"\x16\x03\x03\x40\x00\x02\x00\x40\x00", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "\x14\x03\x03\x00\x01\x01", "\x17\x03\x03\x00\x00", "\x80\x2e\x01\x03\x01",
	} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, said string, upgraded bool) {
		synctest.Test(t, func(t *testing.T) {
			client, server := mailtest.Pipe()
			security, before := account.TLS, ""
			if upgraded {
				security, before = account.STARTTLS, "+OK\r\n"
			}
			go func() {
				_, _ = server.Write([]byte(before))
				if upgraded {
					for _, answer := range []string{"+OK\r\nSTLS\r\n.\r\n", "+OK\r\n"} {
						_, _ = server.Read(make([]byte, 512))
						_, _ = server.Write([]byte(answer))
					}
					time.Sleep(time.Millisecond)
				}
				_, _ = server.Write([]byte(said))
				_, _ = io.Copy(io.Discard, server)
			}()
			begun := time.Now()
			c, err := Open(t.Context(), fixed{client}, Target{Protocol: account.POP3, Security: security, Names: []string{mailHost}}, nil)
			if c != nil || err == nil || !utf8.ValidString(err.Error()) || strings.ContainsAny(err.Error(), "\r\n\x00\x1b") {
				t.Errorf("got %v, %q, want a clean error", c, err)
			}
			if took := time.Since(begun); took > 2*tlsLimit {
				t.Errorf("got %v, want at most %v", took, 2*tlsLimit)
			}
			_ = server.Close()
		})
	})
}

// FuzzInside lets a server with a good certificate say arbitrary bytes from its greeting to the answer to the password, in
// which ECHO is what the client said last. Neither transcript nor error tells the password, whatever the server makes of it.
func FuzzInside(f *testing.F) {
	for _, s := range []string{
		"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n|T OK welcome\r\n|* BYE\r\n", "* OK ready\r\n|* CAPABILITY AUTH=PLAIN\r\nT OK\r\n|+ \r\n|T NO [AUTHENTICATIONFAILED] no\r\n",
		"* OK\r\n|* CAPABILITY IMAP4rev1\r\nT OK\r\n|T NO you said ECHO\r\n", "* OK [CAPABILITY AUTH=LOGIN]\r\n|+ VXNlcm5hbWU6\r\n|+ UGFzc3dvcmQ6\r\n|T BAD no\r\n",
		"+OK ready <1.2@x>\r\n|+OK\r\nSASL PLAIN LOGIN\r\nUSER\r\n.\r\n|-ERR [AUTH] no\r\n", "+OK\r\n|-ERR\r\n|+OK\r\n|+OK signed in\r\n",
		"220 hi\r\n|250-x\r\n250 AUTH PLAIN LOGIN CRAM-MD5\r\n|334 \r\n|235 yes\r\n", "220 hi\r\n|250-x\r\n250 AUTH LOGIN\r\n|334 VXNlcm5hbWU6\r\n|334 UGFzc3dvcmQ6\r\n|535 5.7.8 ECHO\r\n", "+OK\r\n|+OK\r\nSASL PLAIN\r\n.\r\n|-ERR ECHO ECHO\r\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, said string) {
		for _, p := range []account.Protocol{account.IMAP, account.POP3, account.SMTP} {
			synctest.Test(t, func(t *testing.T) { talkInside(t, p, strings.Split(said, "|")) })
		}
	})
}

// talkInside plays a server that says one piece after each line of the client. T stands for the tag of an IMAP command.
func talkInside(t *testing.T, p account.Protocol, pieces []string) {
	t.Helper()
	ca := newAuthority(t, "Test Root") // with the dates of the bubble
	conf := &tls.Config{Certificates: []tls.Certificate{ca.leaf([]string{mailHost})}}
	client, server := mailtest.Pipe()
	go func() {
		conn := tls.Server(server, conf)
		buffer := make([]byte, 4096)
		tag, last := "", ""
		for _, piece := range pieces {
			if strings.HasPrefix(piece, "T ") {
				piece = tag + piece[1:]
			}
			_, _ = conn.Write([]byte(strings.NewReplacer("\nT ", "\n"+tag+" ", "ECHO", last).Replace(piece)))
			n, err := conn.Read(buffer)
			if err != nil {
				break
			}
			last = strings.TrimSpace(string(buffer[:n]))
			tag, _, _ = strings.Cut(last, " ")
		}
		_ = conn.Close()
	}()
	target := Target{Protocol: p, Security: account.TLS, Names: []string{mailHost}, Trust: ca.trust()}
	secret := password + rand.Text() // that no server can know
	c, err := Open(t.Context(), fixed{client}, target, nil)
	if err == nil {
		for _, auth := range c.Facts().Spoken {
			err = c.SignIn(t.Context(), account.Policy{Trust: target.Trust}, mailHost, typed(), auth, credentials(secret))
			break
		}
		if lines := show(c.Transcript()); mailtest.Leaks(lines, []string{user}, secret) != nil {
			t.Errorf("got %q, want no form of the password", lines)
		}
		c.Goodbye(t.Context())
	}
	if err != nil && mailtest.Leaks(err.Error(), []string{user}, secret) != nil {
		t.Errorf("got %q, want no form of the password", err)
	}
	_ = server.Close()
}
