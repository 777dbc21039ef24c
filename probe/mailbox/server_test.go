package mailbox_test

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"

	"portolan/account"
	"portolan/probe/mailbox"
	"portolan/probe/wire"
)

const secret = "correct horse"

// A server plays one connection: it greets, takes any sign-in, and hands every further line to answer.
type server struct {
	protocol account.Protocol
	answer   func(w io.Writer, tag, command string)
	keywords string   // of SMTP, beside AUTH
	heard    []string // commands after the sign-in
	done     chan struct{}
}

// DialContext makes the server the dialer of its own connection, in memory.
func (s *server) DialContext(context.Context, string, string) (net.Conn, error) {
	client, end := net.Pipe()
	s.done = make(chan struct{})
	go func() {
		defer close(s.done)
		defer func() { _ = end.Close() }()
		s.serve(end)
	}()
	return client, nil
}

func (s *server) serve(conn net.Conn) {
	greeting := map[account.Protocol]string{account.IMAP: "* OK ready", account.POP3: "+OK ready", account.SMTP: "220 mail.example.test ready"}
	in, signedIn := bufio.NewReader(conn), false
	for reply := greeting[s.protocol] + "\r\n"; ; {
		if reply != "" { // in memory, writing nothing waits for somebody to read it
			if _, err := io.WriteString(conn, reply); err != nil {
				return
			}
		}
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		reply = ""
		if !signedIn {
			if reply, signedIn = s.signIn(line); reply != "" {
				continue
			}
		}
		tag, command := "", line
		if s.protocol == account.IMAP {
			tag, command, _ = strings.Cut(line, " ")
		}
		s.heard = append(s.heard, command)
		s.answer(conn, tag, command)
	}
}

// signIn answers what wire says up to the end of the sign-in, and reports whether this was it.
func (s *server) signIn(line string) (reply string, end bool) {
	tag, rest, _ := strings.Cut(line, " ")
	switch {
	case s.protocol == account.IMAP && rest == "CAPABILITY":
		return "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n" + tag + " OK done\r\n", false
	case s.protocol == account.IMAP && strings.HasPrefix(rest, "AUTHENTICATE PLAIN "):
		return tag + " OK welcome\r\n", true
	case line == "CAPA":
		return "+OK\r\nUSER\r\n.\r\n", false
	case tag == "USER", tag == "PASS":
		return "+OK\r\n", tag == "PASS"
	case tag == "EHLO":
		return "250-mail.example.test\r\n250-" + cmp.Or(s.keywords, "PIPELINING") + "\r\n250 AUTH PLAIN\r\n", false
	case tag == "AUTH":
		return "235 welcome\r\n", true
	}
	return "", false
}

// signedIn gives a connection to the server on which the user has signed in.
func (s *server) signedIn(t *testing.T) *wire.Conn {
	t.Helper()
	at := account.Endpoint{Host: "mail.example.test", Port: 1143}
	c, err := wire.Open(t.Context(), s, wire.Target{
		Protocol: s.protocol, Security: account.STARTTLS, Addr: netip.MustParseAddrPort("192.0.2.1:1143"), Names: []string{at.Host},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	policy := account.Policy{
		Domain: "example.test", Encryption: account.EncryptionOptional, Consents: account.Consents{Cleartext: []account.Endpoint{at}},
	}
	way := account.AuthPlain
	if s.protocol == account.POP3 {
		way = account.AuthLogin
	}
	err = c.SignIn(t.Context(), policy, at.Host, account.Origin{Source: account.SourceUser}, way, wire.Credentials{Username: "alice", Secret: account.NewSecret(secret)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// flood writes a text again and again until nobody reads any more.
func flood(w io.Writer, text string) {
	block := strings.Repeat(text, 1+4096/len(text))
	for {
		if _, err := io.WriteString(w, block); err != nil {
			return
		}
	}
}

// imapTalk answers IMAP commands from a table by their first words; what is not in it is answered with OK.
func imapTalk(table map[string]func(w io.Writer, tag string)) func(io.Writer, string, string) {
	return func(w io.Writer, tag, command string) {
		for begin, answer := range table {
			if strings.HasPrefix(command, begin) {
				answer(w, tag)
				return
			}
		}
		if command == "CAPABILITY" {
			fmt.Fprintf(w, "* CAPABILITY IMAP4rev1 QUOTA UIDPLUS\r\n")
		}
		if tag != "DONE" {
			fmt.Fprintf(w, "%s OK done\r\n", tag)
		}
	}
}

// submission takes every message.
func submission(w io.Writer, _, command string) {
	switch word, _, _ := strings.Cut(command, ":"); word {
	case "DATA":
		_, _ = fmt.Fprint(w, "354 go on\r\n")
	case "MAIL FROM", "RCPT TO", ".", "QUIT":
		_, _ = fmt.Fprint(w, "250 2.0.0 fine\r\n")
	}
}

// marked opens a POP3 inbox on the first of some connections, and notes what is in it.
func marked(t *testing.T, next mailbox.Dial) mailbox.Inbox {
	t.Helper()
	first, err := next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	inbox, err := mailbox.Open(t.Context(), first, account.POP3, next)
	if err != nil {
		t.Fatal(err)
	}
	if err := inbox.Mark(t.Context()); err != nil {
		t.Fatal(err)
	}
	return inbox
}
