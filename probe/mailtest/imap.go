package mailtest

import (
	"io"
	"portolan/account"
	"regexp"
	"strconv"
	"strings"
)

// imapServer speaks as much of RFC 9051 as a client needs that signs in and leaves.
type imapServer struct{ *session }

func (m *imapServer) greeting() string {
	if m.server.GreetingCaps {
		return "* OK [CAPABILITY " + m.capabilities() + "] ready"
	}
	return "* OK ready"
}

func (m *imapServer) farewell() string { return "* BYE Disconnected for inactivity." }

func (m *imapServer) capabilities() string {
	list := []string{"IMAP4rev1", "ID", "ENABLE"}
	if !m.server.NoIR {
		list = append(list, "SASL-IR")
	}
	if m.server.Security == account.STARTTLS && !m.secured {
		list = append(list, "STARTTLS")
	}
	if !m.server.commands(m.secured) {
		list = append(list, "LOGINDISABLED")
	}
	for _, a := range m.server.sasl(m.secured) {
		list = append(list, "AUTH="+a)
	}
	return strings.Join(list, " ")
}

func (m *imapServer) command(line string) bool {
	tag, rest, _ := strings.Cut(line, " ")
	verb, args, _ := strings.Cut(rest, " ")
	if tag == "" || strings.ContainsAny(tag, "+*(){%\"\\") {
		m.accuse("%q is no tag", tag)
		return false
	}
	switch strings.ToUpper(verb) {
	case "CAPABILITY":
		m.capability(tag)
	case "NOOP":
		m.say(tag + " OK done")
	case "LOGOUT":
		m.part()
		m.say("* BYE Logging out\r\n" + tag + " OK Logout completed.")
		return false
	case "STARTTLS":
		return m.startTLS(tag)
	case "AUTHENTICATE":
		words := strings.Fields(args)
		if len(words) == 0 {
			m.accuse("AUTHENTICATE without a mechanism")
			return false
		}
		if len(words) > 1 && m.server.NoIR {
			m.accuse("an initial response without SASL-IR")
		}
		m.conclude(tag, m.sasl(saslStyle{"+ ", "NO [CANNOT] Unsupported authentication mechanism.", "BAD Authentication aborted."}, words))
	case "LOGIN":
		return m.logIn(tag, args)
	default:
		m.accuse("IMAP command %q was not expected", m.redact(line))
		m.say(tag + " BAD Unknown command")
	}
	return true
}

func (m *imapServer) capability(tag string) {
	if m.server.Capability != "" && !m.secured {
		m.say(tag + " " + m.server.Capability)
		return
	}
	m.ready = true
	m.say("* CAPABILITY " + m.capabilities() + "\r\n" + tag + " OK done")
}

func (m *imapServer) startTLS(tag string) bool {
	m.ready = false
	switch {
	case m.secured:
		m.accuse("STARTTLS inside TLS")
		m.say(tag + " BAD Already secure")
	case m.server.Upgrade != "":
		m.say(tag + " " + m.server.Upgrade)
	case m.server.Security != account.STARTTLS:
		if m.server.Capability == "" {
			m.accuse("STARTTLS where it was not offered")
		}
		m.say(tag + " BAD Unknown command")
	default:
		m.say(tag + " OK Begin TLS negotiation now." + injected(m.server.Inject))
		return m.handshake()
	}
	return true
}

// injected gives the text behind the yes to STARTTLS as a line of its own.
func injected(text string) string {
	if text == "" {
		return ""
	}
	return "\r\n" + text
}

// conclude tells the end of a sign-in.
func (m *imapServer) conclude(tag string, v verdict) {
	switch {
	case v.left:
	case v.ok:
		m.say(tag + " OK Logged in")
	case v.reply != "":
		m.say(tag + " " + v.reply)
	default:
		m.say(tag + " NO [AUTHENTICATIONFAILED] Authentication failed.")
	}
}

// logIn is the command LOGIN, RFC 9051, section 6.2.3.
func (m *imapServer) logIn(tag, args string) bool {
	if !m.server.commands(m.secured) {
		m.accuse("LOGIN in spite of LOGINDISABLED")
	}
	if m.server.Parts == "before" {
		m.leave()
		return false
	}
	var words []string
	for rest := args; rest != ""; {
		word, after, ok := m.astring(rest)
		if !ok {
			return false
		}
		words = append(words, word)
		rest = strings.TrimPrefix(after, " ")
	}
	if len(words) != 2 {
		m.accuse("LOGIN with %d words", len(words))
		return false
	}
	m.conclude(tag, m.judge(words[0], words[1]))
	return true
}

var (
	quotedString = regexp.MustCompile(`^"((?:[^"\\]|\\["\\])*)"`)
	literal      = regexp.MustCompile(`^\{(\d+)\}$`)
	atom         = regexp.MustCompile(`^[^ (){%*"\\\x00-\x1f\x7f-\xff]+`)
)

// astring reads a quoted string, a literal or an atom from the beginning of a command's rest.
func (m *imapServer) astring(rest string) (word, after string, ok bool) {
	if q := quotedString.FindStringSubmatch(rest); q != nil {
		if strings.ContainsFunc(q[1], func(r rune) bool { return r > 126 || r < ' ' }) {
			m.accuse("a quoted string with 8-bit or control characters")
		}
		return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(q[1]), rest[len(q[0]):], true
	}
	if l := literal.FindStringSubmatch(rest); l != nil {
		return m.literal(l[1])
	}
	if a := atom.FindString(rest); a != "" {
		return a, rest[len(a):], true
	}
	m.accuse("%q is no string of IMAP", m.redact(rest))
	return "", "", false
}

// literal asks for the bytes of a literal and reads them and the rest of the command.
func (m *imapServer) literal(size string) (word, after string, ok bool) {
	n, err := strconv.Atoi(size)
	if err != nil || n > 4096 {
		m.accuse("a literal of %s bytes", size)
		return "", "", false
	}
	m.say("+ Ready for literal data")
	if _, err := m.in.Peek(1); err == nil {
		m.checkTurn("a literal")
	}
	bytes := make([]byte, n)
	if _, err := io.ReadFull(m.in, bytes); err != nil {
		m.gone(err)
		return "", "", false
	}
	m.heed(string(bytes))
	// What follows a literal is no answer to a reply: it may be here already.
	line, err := m.in.ReadString('\n')
	if err != nil || !strings.HasSuffix(line, "\r\n") {
		m.accuse("half a line behind a literal")
		return "", "", false
	}
	line = strings.TrimSuffix(line, "\r\n")
	m.heed(line)
	return string(bytes), strings.TrimPrefix(line, " "), true
}
