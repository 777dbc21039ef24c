package mailtest

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"os"
	"portolan/account"
	"slices"
	"strings"
	"time"
)

// A dialect is what distinguishes one mail protocol from the others.
type dialect interface {
	greeting() string         // the usual one
	farewell() string         // said before the server hangs up by itself
	command(line string) bool // answers one command; false ends the conversation
}

// A session is the server's side of one connection.
type session struct {
	*call
	raw     *end
	conn    net.Conn // raw, or TLS on it
	in      *bufio.Reader
	dialect dialect
	secured bool
	heard   time.Time // when the last reply reaches the client
	turn    time.Time // the earliest moment at which the answer to it can be here
	deaf    bool      // the sign-in under way is refused whatever the password
	ready   bool      // capabilities are told and nothing went wrong since: the client should leave politely
	parting bool      // LOGOUT or QUIT was said, or the server ends the conversation
}

func newSession(c *call, raw *end) *session {
	s := &session{call: c, raw: raw, conn: raw, in: bufio.NewReader(raw)}
	switch c.server.Protocol {
	case "imap":
		s.dialect = &imapServer{session: s}
	case "pop3":
		s.dialect = &pop3Server{session: s}
	case "smtp":
		s.dialect = &smtpServer{session: s}
	}
	return s
}

// run speaks until either side has enough.
func (s *session) run() {
	if s.server.Security == account.TLS && !s.handshake() {
		return
	}
	if s.server.Protocol == "web" {
		s.web()
		return
	}
	if s.dialect == nil {
		s.stranger()
		return
	}
	time.Sleep(s.server.Delay)
	greeting := s.dialect.greeting()
	if s.server.Greeting != "" {
		greeting = s.server.Greeting
	}
	s.say(greeting)
	if s.server.HangUp || isFarewell(greeting) {
		s.part()
		return
	}
	for {
		line, ok := s.readLine()
		if !ok || !s.dialect.command(line) {
			return
		}
	}
}

// isFarewell reports whether a greeting sends the client away.
func isFarewell(greeting string) bool {
	return strings.HasPrefix(greeting, "* BYE") || strings.HasPrefix(greeting, "-ERR") ||
		strings.HasPrefix(greeting, "4") || strings.HasPrefix(greeting, "5")
}

// stranger plays a server that is none of mail.
func (s *session) stranger() {
	if s.server.Protocol == "ssh" {
		s.say("SSH-2.0-OpenSSH_9.9")
		drain(s.raw)
		return
	}
	if _, err := s.in.ReadByte(); err == nil {
		s.say("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n")
		s.part()
	}
}

// say sends one reply.
func (s *session) say(text string) {
	s.heard, s.turn = time.Now().Add(s.rtt-s.rtt/2), time.Now().Add(s.rtt)
	_, _ = io.WriteString(s.conn, text+"\r\n")
}

// part notes that the conversation is over on the server's wish or with its consent.
func (s *session) part() {
	s.parting = true
	s.update(func(c *Connection) { c.Polite = true })
}

// accuse records a violation.
func (s *session) accuse(format string, args ...any) {
	s.w.violate("%v: "+format, append([]any{s.at}, args...)...)
}

// readLine reads one command; false: the conversation is over.
func (s *session) readLine() (string, bool) {
	if s.server.Idle > 0 {
		_ = s.raw.SetReadDeadline(time.Now().Add(s.server.Idle))
	}
	first, err := s.in.Peek(1)
	if err != nil {
		s.gone(err)
		return "", false
	}
	if !s.secured && first[0] == 0x16 {
		s.heardHello()
		return "", false
	}
	s.checkTurn("a command")
	line, err := s.in.ReadString('\n')
	if err != nil {
		s.accuse("half a line %q", s.redact(line))
		return "", false
	}
	text, ok := strings.CutSuffix(line, "\r\n")
	if !ok {
		s.accuse("line %q without CR", s.redact(line))
	}
	s.heed(text)
	return text, true
}

// heardHello notes a TLS handshake tried on a port in the clear, which is no sin where a greeting was due first.
func (s *session) heardHello() {
	s.update(func(c *Connection) { c.Said = append(c.Said, "(TLS hello in the clear)") })
	if s.at.Port() == 25 {
		s.accuse("TLS from the first byte on port 25")
	}
	drain(s.raw)
}

// checkTurn accuses a client that spoke before it can have read the last reply.
func (s *session) checkTurn(what string) {
	if s.in.Buffered() > 0 && s.raw.in.lastArrival().Before(s.turn) {
		s.accuse("%s was sent before the reply to what came before it was there", what)
	}
}

// heed notes what the client said and accuses it of what it must not say.
func (s *session) heed(text string) {
	reveals := s.redact(text) != text
	s.update(func(c *Connection) {
		c.Said = append(c.Said, s.redact(text))
		c.Password = c.Password || reveals
	})
	if reveals && !s.secured && !s.server.ClearAllowed {
		s.accuse("the password in the clear")
	}
	if s.secured && s.server.Certificate != Sound && !s.pinnedHere() {
		s.accuse("%q was said after a handshake with a certificate that is %s", s.redact(text), s.server.Certificate)
	}
	if !s.secured && strings.HasPrefix(s.server.Greeting, "* PREAUTH") {
		s.accuse("%q was said after PREAUTH in the clear", s.redact(text))
	}
}

func (s *session) pinnedHere() bool {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	return s.w.pinned[s.at]
}

// redact replaces what holds a password, raw or in base64.
func (s *session) redact(text string) string {
	for _, p := range s.w.scene.Passwords {
		text = strings.ReplaceAll(text, p, "[password]")
		for _, word := range strings.Fields(text) {
			if raw, err := base64.StdEncoding.DecodeString(word); err == nil && strings.Contains(string(raw), p) {
				text = strings.ReplaceAll(text, word, "[password]")
			}
		}
	}
	return text
}

// gone ends a conversation that the client left, or that was idle for too long.
func (s *session) gone(err error) {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		s.say(s.dialect.farewell())
		s.part()
		return
	}
	s.w.mu.Lock()
	left := s.left
	s.w.mu.Unlock()
	if s.ready && !s.parting && left.After(s.heard) {
		s.update(func(c *Connection) { c.Rude = true })
	}
}

// A replay reads what a buffered reader has taken from the connection, then the rest.
type replay struct {
	*end
	in *bufio.Reader
}

// Read is net.Conn's.
func (r replay) Read(p []byte) (int, error) { return r.in.Read(p) }

// handshake puts TLS on the connection.
func (s *session) handshake() bool {
	_ = s.raw.SetReadDeadline(time.Time{})
	first, err := s.in.Peek(1)
	if err != nil {
		s.update(func(c *Connection) { c.Handshake = "never begun" })
		return false
	}
	s.checkTurn("the ClientHello")
	if first[0] != 0x16 {
		s.accuse("clear text where TLS was due")
	}
	if first[0] != 0x16 || s.server.StallTLS {
		drain(s.raw)
		return false
	}
	if s.server.Inject != "" {
		s.accuse("went on after text was injected behind the yes to STARTTLS")
	}
	conn := tls.Server(replay{s.raw, s.in}, s.config())
	err = conn.Handshake()
	s.update(func(c *Connection) { c.Handshake = "done" })
	if err != nil {
		s.update(func(c *Connection) { c.Handshake = err.Error() })
		return false
	}
	s.conn, s.in, s.secured, s.ready, s.turn = conn, bufio.NewReader(conn), true, false, time.Time{}
	return true
}

func (s *session) config() *tls.Config {
	config := &tls.Config{
		MinVersion: tls.VersionTLS10,
		MaxVersion: s.server.MaxTLS,
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			s.update(func(c *Connection) { c.SNI = hello.ServerName })
			if slices.Contains(hello.SupportedProtos, "h2") {
				s.accuse("ALPN offers h2, want HTTP/1.1 alone")
			}
			return s.w.certs[s.at], nil
		},
	}
	if s.server.Weak {
		config.MaxVersion, config.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}
	}
	if s.server.Chokes != "" {
		config.GetConfigForClient = s.choke
	}
	s.askForCertificate(config)
	return config
}

// choke hangs up without a word at a ClientHello that is too much for the server, or for something on the way.
func (s *session) choke(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	large := s.server.Chokes == "large" && slices.Contains(hello.SupportedCurves, tls.X25519MLKEM768)
	recent := s.server.Chokes == "new" && slices.Contains(hello.SupportedVersions, tls.VersionTLS12)
	if large || recent {
		_ = s.raw.Close()
		return nil, errors.New("choked on the ClientHello")
	}
	return nil, nil //nolint:nilnil // that is how crypto/tls wants "the same configuration"
}

// A verdict is the end of a sign-in.
type verdict struct {
	ok    bool
	left  bool   // the server has hung up instead of a reply
	reply string // instead of the protocol's usual refusal
}

// judge records a sign-in and says how it ends.
func (s *session) judge(user, password string) verdict {
	users := s.server.Users
	if len(users) == 0 {
		users = s.w.scene.Users
	}
	right := slices.Contains(users, user) && password == s.password()
	v := verdict{ok: right && s.server.SignIn == "" && !s.deaf, reply: s.server.Refusal}
	if s.server.SignIn != "" {
		v.reply = s.server.SignIn
	}
	if !s.secured && !s.server.ClearAllowed {
		s.accuse("sign-in of %q in the clear", user)
	}
	s.update(func(c *Connection) { c.Password = true })
	s.w.note(func(r *Record) {
		r.SignIns = append(r.SignIns, SignIn{
			Addr: s.at, User: user, OK: v.ok, Refused: !right, Clear: !s.secured, At: s.w.now(),
		})
	})
	time.Sleep(s.server.SignInWait)
	if s.server.Parts == "after" {
		return s.leave()
	}
	return v
}

// leave hangs up without a word in the middle of a sign-in.
func (s *session) leave() verdict {
	s.part()
	_ = s.raw.Close()
	return verdict{left: true}
}
