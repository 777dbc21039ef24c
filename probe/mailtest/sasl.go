package mailtest

import (
	"crypto/tls"
	"encoding/base64"
	"slices"
	"strings"
)

// A saslStyle is how one protocol wraps a SASL exchange.
type saslStyle struct {
	challenge string // before the base64 of a challenge: "+ " or "334 "
	unknown   string // the mechanism is not known
	cancelled string // after the client's "*", or nonsense
}

// sasl plays an AUTH or AUTHENTICATE command. words are the mechanism and, where given, the initial response.
func (s *session) sasl(style saslStyle, words []string) verdict {
	mechanism := strings.ToUpper(words[0])
	if !slices.Contains(s.server.sasl(s.secured), mechanism) {
		s.accuse("mechanism %s is not offered in this state", mechanism)
	}
	if slices.Contains(s.server.Rejects, mechanism) {
		return s.reject(style, mechanism, words[1:])
	}
	if s.server.Parts == "before" {
		return s.leave()
	}
	user, password, ok := s.exchange(style, mechanism, words[1:])
	if !ok {
		s.ready = false
		return verdict{reply: style.cancelled}
	}
	if s.strange(mechanism) {
		return s.overlook(user, password, s.noExporter())
	}
	return s.judge(user, password)
}

// reject says that a mechanism is not known. What came with the command was said all the same.
func (s *session) reject(style saslStyle, mechanism string, initial []string) verdict {
	if mechanism == "PLAIN" && len(initial) == 1 {
		if user, password, ok := s.plain(style, initial); ok {
			return s.overlook(user, password, style.unknown)
		}
	}
	return verdict{reply: style.unknown}
}

// overlook records a sign-in whose password does not matter.
func (s *session) overlook(user, password, reply string) verdict {
	s.deaf = true
	v := s.judge(user, password)
	s.deaf = false
	v.reply = reply
	return v
}

// strange reports whether a mechanism is bound to the connection in a way that the server does not know.
func (s *session) strange(mechanism string) bool {
	conn, encrypted := s.conn.(*tls.Conn)
	return s.server.NoExporter && encrypted && strings.HasSuffix(mechanism, "-PLUS") && conn.ConnectionState().Version == tls.VersionTLS13
}

// noExporter is how Cyrus says that it does not know the binding.
func (s *session) noExporter() string {
	switch s.server.Protocol {
	case "imap":
		return "NO bad protocol / cancel"
	case "pop3":
		return "-ERR [AUTH] bad protocol / cancel"
	default:
		return "535 5.7.8 Error: authentication failed: bad protocol / cancel"
	}
}

// exchange plays a mechanism and gives what it comes to: a user name, and the right password where the client proved to
// have it.
func (s *session) exchange(style saslStyle, mechanism string, initial []string) (user, password string, ok bool) {
	switch mechanism {
	case "PLAIN":
		return s.plain(style, initial)
	case "LOGIN":
		return s.login(style, initial)
	case "CRAM-MD5":
		return s.cram(style)
	case "XOAUTH2", "OAUTHBEARER":
		return s.token(style, mechanism, initial)
	case "EXTERNAL":
		return s.external(style, initial)
	}
	if strings.HasPrefix(mechanism, "SCRAM-") {
		return s.scram(style, mechanism, initial)
	}
	s.accuse("mechanism %s is not one that this server speaks", mechanism)
	return "", "", false
}

// plain is RFC 4616.
func (s *session) plain(style saslStyle, initial []string) (user, password string, ok bool) {
	text, ok := s.answer(style, "", initial)
	if !ok {
		return "", "", false
	}
	parts := strings.Split(text, "\x00")
	if len(parts) != 3 || parts[0] != "" && parts[0] != parts[1] {
		s.accuse("a PLAIN response of %d parts", len(parts))
		return "", "", false
	}
	return parts[1], parts[2], true
}

// login is the LOGIN mechanism, draft-murchison-sasl-login.
func (s *session) login(style saslStyle, initial []string) (user, password string, ok bool) {
	if user, ok = s.answer(style, "Username:", initial); !ok {
		return "", "", false
	}
	password, ok = s.answer(style, "Password:", nil)
	return user, password, ok
}

// answer gives the initial response, or sends a challenge and reads what it brings.
func (s *session) answer(style saslStyle, challenge string, initial []string) (string, bool) {
	if len(initial) > 1 {
		s.accuse("%d words behind the mechanism", len(initial))
		return "", false
	}
	if len(initial) == 0 {
		s.say(style.challenge + base64.StdEncoding.EncodeToString([]byte(challenge)))
		line, ok := s.readLine()
		if !ok || line == "*" {
			return "", false
		}
		initial = []string{line}
	}
	if initial[0] == "=" {
		return "", true
	}
	raw, err := base64.StdEncoding.DecodeString(initial[0])
	if err != nil {
		s.accuse("a SASL response that is not base64")
		return "", false
	}
	return string(raw), true
}
