package mailtest

import (
	"portolan/account"
	"regexp"
	"strings"
)

// smtpServer speaks as much of RFC 5321 and RFC 4954 as a client needs that signs in and leaves.
type smtpServer struct {
	*session
	greeted bool // by EHLO or HELO, in the present state
}

func (m *smtpServer) greeting() string { return "220 mail ESMTP" }

func (m *smtpServer) farewell() string { return "421 4.4.2 Timeout exceeded" }

// heloName is what a client that hides its own name says: an address literal, RFC 5321, section 4.1.3.
var heloName = regexp.MustCompile(`^\[(?:[0-9.]+|IPv6:[0-9a-fA-F:.]+)\]$`)

func (m *smtpServer) command(line string) bool {
	verb, args, _ := strings.Cut(line, " ")
	verb = strings.ToUpper(verb)
	switch verb {
	case "EHLO", "HELO":
		if !heloName.MatchString(args) {
			m.accuse("%s with %q, want an address literal", verb, args)
		}
		m.hello(verb)
	case "NOOP", "RSET":
		m.say("250 2.0.0 OK")
	case "QUIT":
		m.part()
		m.say("221 2.0.0 Bye")
		return false
	case "STARTTLS":
		return m.startTLS()
	case "AUTH":
		words := strings.Fields(args)
		if len(words) == 0 || !m.greeted {
			m.accuse("AUTH %q, EHLO said: %v", m.redact(args), m.greeted)
			return false
		}
		m.conclude(m.sasl(saslStyle{"334 ", "504 5.5.4 Unrecognized authentication type", "501 5.7.0 Authentication aborted"}, words))
	default:
		m.accuse("SMTP command %q was not expected", m.redact(line))
		m.say("500 5.5.2 Unknown command")
	}
	return true
}

func (m *smtpServer) hello(verb string) {
	if m.server.Capability != "" && !m.secured && verb == "EHLO" {
		m.say(m.server.Capability)
		return
	}
	m.greeted, m.ready = true, true
	if verb == "HELO" {
		m.say("250 mail")
		return
	}
	list := []string{"mail", "8BITMIME", "SIZE 52428800", "ENHANCEDSTATUSCODES"}
	if m.server.Security == account.STARTTLS && !m.secured {
		list = append(list, "STARTTLS")
	}
	if sasl := m.server.sasl(m.secured); len(sasl) > 0 {
		list = append(list, "AUTH "+strings.Join(sasl, " "))
	}
	last := len(list) - 1
	m.say("250-" + strings.Join(list[:last], "\r\n250-") + "\r\n250 " + list[last])
}

func (m *smtpServer) startTLS() bool {
	m.ready = false
	switch {
	case m.secured:
		m.accuse("STARTTLS inside TLS")
		m.say("503 5.5.1 Already secure")
	case m.server.Upgrade != "":
		m.say(m.server.Upgrade)
	case m.server.Security != account.STARTTLS:
		if m.server.Capability == "" {
			m.accuse("STARTTLS where it was not offered")
		}
		m.say("502 5.5.1 Unknown command")
	default:
		m.say("220 2.0.0 Ready to start TLS" + injected(m.server.Inject))
		m.greeted = false
		return m.handshake()
	}
	return true
}

// conclude tells the end of a sign-in.
func (m *smtpServer) conclude(v verdict) {
	switch {
	case v.left:
	case v.ok:
		m.say("235 2.7.0 Authentication successful")
	case v.reply != "":
		m.say(v.reply)
	default:
		m.say("535 5.7.8 Authentication credentials invalid")
	}
}
