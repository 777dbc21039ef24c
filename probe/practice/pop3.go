package practice

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"portolan/account"
)

const (
	strangerIdle = time.Minute
	signedInIdle = 10 * time.Minute // RFC 1939, section 3: at least ten minutes
	popWrite     = time.Minute
	maxMistakes  = 5 // commands that are none, before the connection is closed
)

// servePOP3 answers connections until the listener closes.
func (o office) servePOP3(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		o.crowd.sessions.Go(func() { o.newPOP3Session(conn).run() })
	}
}

// A popState is a state of the session: RFC 1939, section 3.
type popState uint8

const (
	authorization popState = iota
	transaction
	over
)

// A popSession is one POP3 connection.
type popSession struct {
	office   office
	conn     net.Conn
	r        *bufio.Reader
	w        *bufio.Writer
	security account.Security // TLS: protected; STARTTLS: to be protected before sign-in; Cleartext: never protected
	state    popState
	mistakes int
	user     string   // what USER said
	letters  []letter // as they were at sign-in
	deleted  []bool   // one for each letter
}

func (o office) newPOP3Session(conn net.Conn) *popSession {
	s := &popSession{office: o, security: o.security}
	if _, protected := conn.(*tls.Conn); protected {
		s.security = account.TLS
	}
	s.use(conn)
	return s
}

// use makes conn the connection; nothing that was read before survives.
func (s *popSession) use(conn net.Conn) {
	s.conn = conn
	s.r = bufio.NewReaderSize(conn, maxPOP3Line)
	s.w = bufio.NewWriter(conn)
}

// run speaks until the client leaves, is too slow, or makes too many mistakes.
func (s *popSession) run() {
	defer func() { _ = s.conn.Close() }()
	// No time stamp in angle brackets: APOP is not offered (RFC 1939, section 7).
	s.ok("Portolan practice mailbox ready")
	for s.flush() == nil && s.state != over {
		line, err := s.read()
		if errors.Is(err, errOverlong) {
			s.err("Line too long, good-bye")
			_ = s.flush()
		}
		if err != nil {
			return
		}
		s.handle(line)
	}
}

// read waits for a line, as long as the state allows.
func (s *popSession) read() ([]byte, error) {
	limit := strangerIdle
	if s.state == transaction {
		limit = signedInIdle
	}
	if err := s.conn.SetReadDeadline(time.Now().Add(limit)); err != nil {
		return nil, err
	}
	line, err := readLine(s.r)
	if err != nil {
		return nil, err
	}
	// What is answered is sent in this time, however long it is.
	return line, s.conn.SetWriteDeadline(time.Now().Add(popWrite))
}

// flush sends what was written, and tells of any error since the last one.
func (s *popSession) flush() error { return s.w.Flush() }

func (s *popSession) ok(format string, values ...any) {
	_, _ = fmt.Fprintf(s.w, "+OK "+format+"\r\n", values...)
}

func (s *popSession) err(text string) { _, _ = fmt.Fprintf(s.w, "-ERR %s\r\n", text) }

// handle answers one line.
func (s *popSession) handle(line []byte) {
	c, err := parseCommand(line)
	if err != nil {
		s.mistake("That is not a POP3 command")
		return
	}
	switch c.verb {
	case "CAPA":
		s.capabilities()
	case "QUIT":
		s.quit()
	default:
		if s.state == authorization {
			s.authorize(c)
		} else {
			s.transact(c)
		}
	}
}

// mistake answers what is no command, and ends the session when there were too many: it may be no mail program at all.
func (s *popSession) mistake(text string) {
	s.err(text)
	if s.mistakes++; s.mistakes >= maxMistakes {
		s.state = over
	}
}

// capabilities answers CAPA: RFC 2449.
func (s *popSession) capabilities() {
	s.ok("Capabilities follow")
	lines := []string{"TOP", "UIDL", "RESP-CODES", "AUTH-RESP-CODE"}
	if s.security == account.STARTTLS {
		lines = append(lines, "STLS")
	} else {
		// RFC 2595, section 2.1: sign-in methods that are refused for want of encryption are not listed.
		lines = append(lines, "USER", "SASL "+strings.Join(mechanisms(), " "))
	}
	s.multi([]byte(strings.Join(lines, "\r\n") + "\r\n"))
}

// authorize answers the commands of the AUTHORIZATION state.
func (s *popSession) authorize(c command) {
	switch c.verb {
	case "STLS":
		s.protect()
	case "USER", "PASS", "AUTH":
		if s.security == account.STARTTLS {
			// RFC 3206, section 5: SYS/PERM, not AUTH, since the credentials are not to blame.
			s.err("[SYS/PERM] Sign-in needs encryption: STLS first")
			return
		}
		s.identify(c)
	default:
		s.mistake("Please sign in first")
	}
}

// protect answers STLS: RFC 2595, section 4.
func (s *popSession) protect() {
	if s.security != account.STARTTLS {
		s.err("STLS is not available")
		return
	}
	if s.r.Buffered() > 0 {
		// RFC 2595, section 4: the client sends nothing before it has the answer; what did come is not its own.
		s.err("Text after STLS, good-bye")
		s.state = over
		return
	}
	s.ok("Begin TLS")
	if s.flush() != nil {
		s.state = over
		return
	}
	protected := tls.Server(s.conn, s.office.tls)
	_ = s.conn.SetDeadline(time.Now().Add(greetingLimit))
	if protected.Handshake() != nil {
		s.state = over
		return
	}
	s.use(protected)
	// RFC 2595, section 4: what was known of the client before is forgotten.
	s.security, s.user = account.TLS, ""
}

// identify answers USER, PASS and AUTH on a connection where they are allowed.
func (s *popSession) identify(c command) {
	switch {
	case c.verb == "AUTH":
		s.authenticate(c.argument)
	case c.verb == "USER" && c.argument != "":
		s.user = c.argument
		s.ok("Password, please")
	case c.verb == "PASS" && s.user != "":
		err := s.office.admission.admit(s.user, c.argument)
		s.user = ""
		s.decide(err)
	default:
		s.err("USER with a name comes first")
	}
}

// authenticate answers AUTH: RFC 5034, section 4.
func (s *popSession) authenticate(argument string) {
	name, initial, given := strings.Cut(argument, " ")
	m, ok := newMechanism(name, s.office.admission.admit)
	if !ok {
		s.err("[SYS/PERM] Sign-in method not supported")
		return
	}
	var response []byte
	var err error
	if given {
		response, err = decodeSASL(initial)
	}
	for err == nil {
		var challenge []byte
		var done bool
		if challenge, done, err = m.Next(response); done || err != nil {
			break
		}
		response, err = s.ask(challenge)
	}
	s.decide(err)
}

// ask sends a challenge and reads the answer. The error is errMalformed, also where the client gives up, or the
// connection's.
func (s *popSession) ask(challenge []byte) ([]byte, error) {
	_, _ = fmt.Fprintf(s.w, "+ %s\r\n", base64.StdEncoding.EncodeToString(challenge))
	if err := s.flush(); err != nil {
		return nil, err
	}
	line, err := s.read()
	if err != nil {
		return nil, err
	}
	return decodeSASL(string(line))
}

// decodeSASL reads base64; "=" is the empty answer of RFC 5034, section 4. It never gives nil without an error.
func decodeSASL(text string) ([]byte, error) {
	if text == "=" {
		return []byte{}, nil
	}
	response, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errMalformed
	}
	return response, nil
}

// decide ends a sign-in.
func (s *popSession) decide(err error) {
	if err == nil {
		s.letters, err = s.office.drop.inboxLetters()
	}
	switch {
	case err == nil:
		s.deleted = make([]bool, len(s.letters))
		s.state = transaction
		s.ok("Welcome aboard")
	case errors.Is(err, errWrong):
		// RFC 3206, section 4: AUTH says that the credentials were wrong.
		s.err("[AUTH] " + wrongWords)
	case errors.Is(err, errMalformed):
		s.err("Malformed sign-in")
	default:
		s.state = over
	}
}
