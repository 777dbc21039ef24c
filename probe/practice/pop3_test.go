package practice

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"portolan/account"
)

func popGreet(c *client) {
	c.t.Helper()
	if line := c.want("+OK"); strings.Contains(line, "<") {
		c.fail("got %q, want no APOP stamp", line)
	}
}

// capabilities asks CAPA.
func capabilities(c *client) []string {
	c.t.Helper()
	c.ask("CAPA", "+OK")
	lines := c.until(".")
	return lines[:len(lines)-1]
}

// popCannot wants no sign-in before STLS (RFC 2595, section 2.1).
func popCannot(c *client) {
	c.t.Helper()
	if got, want := capabilities(c), []string{"TOP", "UIDL", "RESP-CODES", "AUTH-RESP-CODE", "STLS"}; !slices.Equal(got, want) {
		c.fail("got %q, want %q", got, want)
	}
	c.ask("USER you@practice.invalid", "-ERR [SYS/PERM]")
	c.ask("PASS practice", "-ERR [SYS/PERM]")
	c.ask("AUTH PLAIN "+encode("", username, password), "-ERR [SYS/PERM]")
}

func popUpgrade(c *client) { c.t.Helper(); c.ask("STLS", "+OK") }

// popSignIn tries every wrong form first, then the right one; right says whether that is let in.
func popSignIn(c *client, right bool) {
	c.t.Helper()
	if got, want := capabilities(c), []string{"TOP", "UIDL", "RESP-CODES", "AUTH-RESP-CODE", "USER", "SASL PLAIN LOGIN"}; !slices.Equal(got, want) {
		c.fail("got %q, want %q", got, want)
	}
	c.ask("STLS", "-ERR")
	c.ask("PASS practice", "-ERR")
	c.ask("USER you", "+OK")
	c.ask("PASS practice", "-ERR [AUTH]")
	c.ask("PASS practice", "-ERR")
	c.ask("USER you@practice.invalid", "+OK")
	c.ask("PASS practice ", "-ERR [AUTH]")
	c.ask("AUTH PLAIN "+encode("", username, "nonsense"), "-ERR [AUTH]")
	c.ask("AUTH CRAM-MD5", "-ERR [SYS/PERM]")
	c.ask("AUTH PLAIN !", "-ERR Malformed")
	c.send("AUTH PLAIN")
	if got := c.line(); got != "+ " {
		c.fail("got %q, want an empty challenge", got)
	}
	c.ask("*", "-ERR Malformed")
	if !right {
		c.ask("USER you@practice.invalid", "+OK")
		c.ask("PASS practice", "-ERR [AUTH]")
		return
	}
	c.ask("AUTH PLAIN "+encode("", username, password), "+OK")
}

// opened gives a POP3 connection that is signed in to the mailbox.
func opened(t *testing.T, m *Mailbox) *client {
	t.Helper()
	c := dial(t, m, 995)
	popGreet(c)
	c.ask("USER you@practice.invalid", "+OK")
	c.ask("PASS practice", "+OK")
	return c
}

// body reads the lines of an answer, dots undone.
func (c *client) body() string {
	c.t.Helper()
	var text strings.Builder
	for line := c.line(); line != "."; line = c.line() {
		text.WriteString(strings.TrimPrefix(line, ".") + "\r\n")
	}
	return text.String()
}

func TestPOP3DoesWhatRFC1939Asks(t *testing.T) {
	m := begin(t, "tls")
	sendMail(t, m, 465, "Subject: one\r\n\r\nfirst\r\nsecond\r\nthird\r\n")
	c := opened(t, m)
	c.ask("STAT", "+OK 2 ")
	c.ask("NOOP", "+OK")
	c.ask("LIST", "+OK")
	if lines := strings.Split(c.body(), "\r\n"); len(lines) != 3 || !strings.HasPrefix(lines[1], "2 ") {
		t.Errorf("got %q, want two messages", lines)
	}
	c.ask("LIST 2", "+OK 2 ")
	c.ask("UIDL 1", "+OK 1 2.1")
	c.ask("TOP 2 2", "+OK")
	if text := c.body(); !strings.HasSuffix(text, "Subject: one\r\n\r\nfirst\r\nsecond\r\n") {
		t.Errorf("got %q, want the header and two lines", text)
	}
	for _, command := range []string{"RETR", "RETR 0", "RETR 3", "RETR -1", "RETR x", "RETR 1 2", "TOP 1", "TOP 1 -1", "DELE 99999999999", "LIST 3", "UIDL x", "STLS"} {
		c.ask(command, "-ERR")
	}
	c.ask("DELE 1", "+OK")
	c.ask("DELE 1", "-ERR")
	c.ask("RETR 1", "-ERR")
	c.ask("STAT", "+OK 1 ")
	c.ask("RSET", "+OK")
	c.ask("STAT", "+OK 2 ")
	c.ask("DELE 1", "+OK")
	c.ask("DELE 2", "+OK")
	c.ask("LIST", "+OK")
	c.want(".")
	c.ask("UIDL", "+OK")
	c.want(".")
	c.ask("QUIT", "+OK")
	c.wantEnd()
	opened(t, m).ask("STAT", "+OK 0 0")
	i := signedInto(t, m)
	i.ask("a STATUS INBOX (MESSAGES)", "* STATUS INBOX (MESSAGES 0)")
}

func TestPOP3WithoutQuitRemovesNothing(t *testing.T) {
	m := begin(t, "tls")
	c := opened(t, m)
	c.ask("DELE 1", "+OK")
	_ = c.conn.Close()
	opened(t, m).ask("STAT", "+OK 1 ")
}

func TestPOP3DoesNotMindAMessageThatIMAPHasRemoved(t *testing.T) {
	m := begin(t, "tls")
	c, i := opened(t, m), signedInto(t, m)
	i.send("a SELECT INBOX", `b STORE 1 +FLAGS.SILENT (\Deleted)`, "c EXPUNGE")
	i.until("c OK")
	c.ask("RETR 1", "+OK")
	c.body()
	c.ask("DELE 1", "+OK")
	c.ask("QUIT", "+OK")
}

func TestPOP3TextAfterSTLSEndsTheConnection(t *testing.T) {
	c := dial(t, begin(t, "starttls"), 110)
	popGreet(c)
	c.send("STLS\r\nUSER you@practice.invalid")
	c.want("-ERR Text after STLS")
	c.wantEnd()
}

func TestPOP3ForgetsTheUserAtSTLS(t *testing.T) {
	c := dial(t, begin(t, "starttls"), 110)
	popGreet(c)
	c.ask("STLS", "+OK")
	c.protect()
	c.ask("PASS practice", "-ERR")
}

func TestPOP3EndsWhatIsNoMailProgram(t *testing.T) {
	for name, text := range map[string]string{
		"a web browser":       "GET / HTTP/1.1\r\nHost: practice\r\nA: b\r\nC: d\r\nE: f\r\nG: h\r\n",
		"a line without end":  strings.Repeat("x", 3*maxPOP3Line),
		"a control character": strings.Repeat("USER a\x00b\r\n", maxMistakes),
	} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, begin(t, "cleartext"), 110)
			popGreet(c)
			c.send(text)
			c.wantEnd()
		})
	}
}

// onPipe runs a session without a network.
func onPipe(t *testing.T, security account.Security) (client net.Conn, ended chan struct{}) {
	drop, err := newMaildrop()
	if err != nil {
		t.Fatal(err)
	}
	client, server := net.Pipe()
	ended = make(chan struct{})
	s := office{drop: drop, admission: whenRight, crowd: newCrowd(), security: security, tls: &tls.Config{MinVersion: tls.VersionTLS12}}.newPOP3Session(server)
	go func() {
		defer close(ended)
		s.run()
	}()
	return client, ended
}

func TestPOP3EndsASilentConnection(t *testing.T) {
	for _, test := range []struct {
		name     string
		security account.Security
		lines    []string
		after    time.Duration
	}{
		{"before sign-in", account.Cleartext, nil, strangerIdle},
		{"in a sign-in", account.Cleartext, []string{"AUTH PLAIN"}, strangerIdle},
		{"in a handshake", account.STARTTLS, []string{"STLS"}, greetingLimit},
		{"after sign-in", account.Cleartext, []string{"USER you@practice.invalid", "PASS practice"}, signedInIdle},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn, ended := onPipe(t, test.security)
				defer func() { _ = conn.Close() }()
				r := bufio.NewReader(conn)
				if _, err := r.ReadString('\n'); err != nil {
					t.Fatal(err)
				}
				for _, line := range test.lines {
					_, _ = io.WriteString(conn, line+"\r\n")
					if got, err := r.ReadString('\n'); err != nil || got[0] != '+' {
						t.Fatalf("%s: got %q, %v, want a yes", line, got, err)
					}
				}
				begun := time.Now()
				<-ended
				if took := time.Since(begun); took != test.after {
					t.Errorf("got the end after %v, want %v", took, test.after)
				}
			})
		})
	}
}

func TestPOP3EndsAClientThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, ended := onPipe(t, account.Cleartext)
		defer func() { _ = conn.Close() }()
		if _, err := bufio.NewReader(conn).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, "CAPA\r\n")
		<-ended
	})
}

func TestDotsSurviveTheirDoubling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOf(rapid.StringMatching(`\.{0,3}[a-z .]{0,5}`)).Draw(t, "lines")
		text := canonicalLines([]byte(strings.Join(lines, "\r\n")))
		var wire bytes.Buffer
		s := &popSession{w: bufio.NewWriter(&wire)}
		s.multi(text)
		s.ok("done")
		_ = s.flush()
		r := textproto.NewReader(bufio.NewReader(&wire))
		got, err := r.ReadDotBytes()
		if want := bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("got %q, %v, want %q", got, err, want)
		}
		if after, err := r.ReadLine(); err != nil || after != "+OK done" {
			t.Fatalf("got %q, %v, want what follows the final dot", after, err)
		}
	})
}

func TestTheHeadOfAMessageIsItsBeginning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		header := rapid.SliceOfN(rapid.StringMatching(`[A-Z]: [a-z]{1,5}`), 1, 4).Draw(t, "header")
		lines := rapid.SliceOfN(rapid.StringMatching(`[a-z]{0,5}`), 0, 6).Draw(t, "lines")
		n := rapid.IntRange(0, 8).Draw(t, "n")
		text := func(lines []string) string {
			return strings.Join(append(append(slices.Clone(header), ""), lines...), "\r\n") + "\r\n"
		}
		got := string(head([]byte(text(lines)), n))
		if want := text(lines[:min(n, len(lines))]); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func TestCommandsAreTakenApart(t *testing.T) {
	for _, test := range []struct {
		line string
		want command
	}{
		{"QUIT", command{"QUIT", ""}},
		{"quit", command{"QUIT", ""}},
		{"TOP 1 2", command{"TOP", "1 2"}},
		{"PASS  two blanks ", command{"PASS", " two blanks "}},
		{"PASS zażółć", command{"PASS", "zażółć"}},
	} {
		if got, err := parseCommand([]byte(test.line)); err != nil || got != test.want {
			t.Errorf("%q: got %q, %v, want %q", test.line, got, err, test.want)
		}
	}
	for _, line := range []string{"", " ", "NO", "GREET", "EHLO\x00", "US3R a", " QUIT", "USER a\rb", "USER a\tb"} {
		if got, err := parseCommand([]byte(line)); !errors.Is(err, errSyntax) {
			t.Errorf("%q: got %q, %v, want errSyntax", line, got, err)
		}
	}
}

func FuzzCommand(f *testing.F) {
	for _, seed := range []string{"QUIT", "TOP 1 10", "PASS a b ", "USER \x00", "LIST 99999999999999999999", "GET / HTTP/1.1", "\xff\xfe\xfd"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		c, err := parseCommand(line)
		if err != nil {
			return
		}
		if len(c.verb) < 3 || len(c.verb) > 4 || c.verb != strings.ToUpper(c.verb) || strings.ContainsFunc(c.argument, isControl) {
			t.Errorf("got %q, want a verb and a clean argument", c)
		}
		if all, err := c.numbers(1, 2); err == nil && (len(all) < 1 || len(all) > 2 || slices.Min(all) < 0) {
			t.Errorf("got %v from %q, want one or two numbers", all, c.argument)
		}
	})
}

// A recording plays what a client sent and keeps what it was answered.
type recording struct {
	net.Conn
	in  *bytes.Reader
	out bytes.Buffer
}

func (r *recording) Read(b []byte) (int, error)       { return r.in.Read(b) }
func (r *recording) Write(b []byte) (int, error)      { return r.out.Write(b) }
func (r *recording) Close() error                     { return nil }
func (r *recording) SetDeadline(time.Time) error      { return nil }
func (r *recording) SetReadDeadline(time.Time) error  { return nil }
func (r *recording) SetWriteDeadline(time.Time) error { return nil }

func FuzzConversation(f *testing.F) {
	in := "USER you@practice.invalid\r\nPASS practice\r\n"
	for _, seed := range []string{in + "STAT\r\nLIST\r\nUIDL\r\nRETR 1\r\nTOP 1 3\r\nDELE 1\r\nQUIT\r\n", "STLS\r\n\x16\x03\x01", "AUTH LOGIN\r\ngg==\r\n*\r\n", in + "TOP 1 2147483648\r\n"} {
		f.Add(uint8(account.Cleartext), []byte(seed))
		f.Add(uint8(account.STARTTLS), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, security uint8, said []byte) {
		drop, err := newMaildrop()
		if err != nil {
			t.Fatal(err)
		}
		conn := &recording{in: bytes.NewReader(said)}
		s := office{drop: drop, admission: whenRight, crowd: newCrowd(), security: account.Security(security), tls: &tls.Config{MinVersion: tls.VersionTLS12}}.newPOP3Session(conn)
		s.run()
		if !bytes.HasPrefix(conn.out.Bytes(), []byte("+OK ")) {
			t.Errorf("got %q, want a greeting", conn.out.Bytes())
		}
		if s.state == transaction && account.Security(security) == account.STARTTLS {
			t.Errorf("got signed in without TLS\n%s", said)
		}
	})
}
