package mailtest

import (
	"portolan/account"
	"slices"
	"strings"
)

// pop3Server speaks as much of RFC 1939 as a client needs that signs in and leaves.
type pop3Server struct {
	*session
	user string // from USER
}

func (p *pop3Server) greeting() string {
	if slices.Contains(p.server.mechanisms(p.secured), "APOP") {
		return "+OK ready " + p.stamp()
	}
	return "+OK ready"
}

func (p *pop3Server) farewell() string { return "-ERR Disconnected for inactivity." }

func (p *pop3Server) command(line string) bool {
	verb, args, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "CAPA":
		p.capa()
	case "NOOP":
		p.say("+OK")
	case "QUIT":
		p.part()
		p.say("+OK Logging out.")
		return false
	case "STLS":
		return p.stls()
	case "USER":
		if !p.server.commands(p.secured) {
			p.accuse("USER where it is not offered")
		}
		p.user = args
		if p.server.Parts == "before" {
			p.leave()
			return false
		}
		p.say("+OK")
	case "PASS":
		if p.user == "" {
			p.accuse("PASS without USER")
		}
		p.conclude(p.judge(p.user, args)) // RFC 1939, section 7: the rest of the line is the password, blanks and all.
		p.user = ""
	case "APOP":
		if !slices.Contains(p.server.mechanisms(p.secured), "APOP") || p.server.Security == account.STARTTLS && p.secured {
			p.accuse("APOP where its stamp was not told")
		}
		p.conclude(p.apop(args))
	case "AUTH":
		words := strings.Fields(args)
		if len(words) == 0 {
			p.accuse("AUTH without a mechanism")
			return false
		}
		if len(line)+2 > 255 { // RFC 5034, section 4
			p.accuse("an AUTH line of %d octets", len(line)+2)
		}
		p.conclude(p.sasl(saslStyle{"+ ", "-ERR Unsupported authentication mechanism.", "-ERR Authentication aborted."}, words))
	default:
		p.accuse("POP3 command %q was not expected", p.redact(line))
		p.say("-ERR Unknown command")
	}
	return true
}

func (p *pop3Server) capa() {
	if p.server.Capability != "" && !p.secured {
		p.say(p.server.Capability)
		return
	}
	list := []string{"+OK", "TOP", "UIDL", "RESP-CODES", "AUTH-RESP-CODE"}
	if p.server.Security == account.STARTTLS && !p.secured {
		list = append(list, "STLS")
	}
	if p.server.commands(p.secured) {
		list = append(list, "USER")
	}
	if sasl := p.server.sasl(p.secured); len(sasl) > 0 {
		list = append(list, "SASL "+strings.Join(sasl, " "))
	}
	p.ready = true
	p.say(strings.Join(append(list, "."), "\r\n"))
}

func (p *pop3Server) stls() bool {
	p.ready = false
	switch {
	case p.secured:
		p.accuse("STLS inside TLS")
		p.say("-ERR Already secure")
	case p.server.Upgrade != "":
		p.say(p.server.Upgrade)
	case p.server.Security != account.STARTTLS:
		if p.server.Capability == "" {
			p.accuse("STLS where it was not offered")
		}
		p.say("-ERR Unknown command")
	default:
		p.say("+OK Begin TLS negotiation now." + injected(p.server.Inject))
		return p.handshake()
	}
	return true
}

// conclude tells the end of a sign-in.
func (p *pop3Server) conclude(v verdict) {
	switch {
	case v.left:
	case v.ok:
		p.say("+OK Logged in.")
	case v.reply != "":
		p.say(v.reply)
	default:
		p.say("-ERR [AUTH] Authentication failed.")
	}
}
