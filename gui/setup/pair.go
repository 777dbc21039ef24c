package setup

import (
	"fmt"
	"strconv"

	"portolan/account"
)

// withPort sets a typed port. The security follows to the one that the port belongs to, unless it was chosen apart.
func (b book) withPort(r account.Role, text string) book {
	f := b.Form.Fields(r)
	f.Port = text
	f.lock(PartPort, text != "")
	usual := account.UsualSecurity(portNumber(text))
	switch {
	case usual == account.SecurityUnknown:
	case f.Security == account.SecurityUnknown || !b.apart[at(r)]:
		f.Security = usual
		b.apart[at(r)] = false
	case f.Security == usual:
		b.apart[at(r)] = false
	}
	return b
}

// withSecurity sets a chosen security. The port follows while it is empty or the default of the old one.
func (b book) withSecurity(r account.Role, s account.Security) book {
	f := b.Form.Fields(r)
	old := f.Security
	f.Security = s
	f.lock(PartSecurity, s != account.SecurityUnknown)
	f.Port = f.portAfter(r, old)
	port := portNumber(f.Port)
	b.apart[at(r)] = port != 0 && s != account.SecurityUnknown && account.UsualSecurity(port) != s
	return b
}

// chosenSecurity takes in the security of one server.
func (b book) chosenSecurity(r account.Role, s account.Security) book {
	f := b.Form.Fields(r)
	if f.Security == s && (f.Typed&PartSecurity != 0) == (s != account.SecurityUnknown) {
		return b
	}
	return b.edited(r).withSecurity(r, s).follow(r)
}

// chosenProtocol takes in the protocol of the incoming server; the port follows while it is the other one's default.
func (b book) chosenProtocol(p account.Protocol) book {
	f := &b.Form.Incoming
	if p == account.SMTP || f.Protocol == p && (f.Typed&PartProtocol != 0) == (p != account.ProtocolUnknown) {
		return b
	}
	if b.View == Advanced {
		b = b.known()
		f = &b.Form.Incoming
	}
	f.Protocol = p
	f.lock(PartProtocol, p != account.ProtocolUnknown)
	port := portNumber(f.Port)
	switch {
	case p == account.ProtocolUnknown:
	case f.Port == "":
		f.Port = portText(account.StandardPort(p, f.Security))
	case protocolOfPort(port) != account.ProtocolUnknown:
		f.Port = portText(account.StandardPort(p, account.UsualSecurity(port)))
	}
	return b.edited(account.Incoming).follow(account.Incoming)
}

// portAfter is the port once the security has changed from an old one.
func (f *Fields) portAfter(r account.Role, old account.Security) string {
	if f.Security == account.SecurityUnknown {
		return f.Port
	}
	if f.Port == "" {
		return portText(account.StandardPort(f.Protocol, f.Security))
	}
	port := portNumber(f.Port)
	for _, p := range protocolsOf(r) {
		mine := account.StandardPort(p, old) == port
		if old == account.SecurityUnknown && f.Typed&PartPort == 0 {
			mine = account.StandardPort(p, account.UsualSecurity(port)) == port
		}
		if port != 0 && mine {
			return portText(account.StandardPort(p, f.Security))
		}
	}
	return f.Port
}

// misfit says what does not fit about the port of a server, "" where nothing is. It forbids nothing.
func (f *Fields) misfit(r account.Role) string {
	port := portNumber(f.Port)
	usual := account.UsualSecurity(port)
	p := protocolOfPort(port)
	switch {
	case p != account.ProtocolUnknown && p.Role() == account.Incoming && r == account.Outgoing:
		return fmt.Sprintf("Port %d is for reading mail; this is the server for sending.", port)
	case r == account.Incoming && (port == 25 || account.StandardPort(account.SMTP, usual) == port && port != 0):
		return fmt.Sprintf("Port %d is for sending mail; this is the server for reading.", port)
	case r == account.Incoming && p != account.ProtocolUnknown && f.Protocol != account.ProtocolUnknown && f.Protocol != p:
		return fmt.Sprintf("Port %d belongs to %s.", port, protocolName(p))
	case usual == account.TLS && (f.Security == account.STARTTLS || f.Security == account.Cleartext),
		usual == account.STARTTLS && f.Security == account.TLS:
		return fmt.Sprintf("Port %d belongs to %s, not to %s.", port, securityName(usual), securityName(f.Security))
	default:
		return ""
	}
}

// protocolOfPort tells for which way of reading mail a port is the default.
func protocolOfPort(port int) account.Protocol {
	for _, p := range protocolsOf(account.Incoming) {
		if port != 0 && account.StandardPort(p, account.UsualSecurity(port)) == port {
			return p
		}
	}
	return account.ProtocolUnknown
}

func protocolsOf(r account.Role) []account.Protocol {
	if r == account.Outgoing {
		return []account.Protocol{account.SMTP}
	}
	return []account.Protocol{account.IMAP, account.POP3}
}

// portNumber reads a port, 0 where there is none.
func portNumber(text string) int {
	port, err := account.ParsePort(text)
	if err != nil {
		return 0
	}
	return port
}

// portText writes a port, "" for none.
func portText(port int) string {
	if port == 0 {
		return ""
	}
	return strconv.Itoa(port)
}

func protocolName(p account.Protocol) string {
	switch p {
	case account.IMAP:
		return "IMAP"
	case account.POP3:
		return "POP3"
	default:
		return "SMTP"
	}
}

func securityName(s account.Security) string {
	switch s {
	case account.TLS:
		return "TLS"
	case account.STARTTLS:
		return "STARTTLS"
	case account.Cleartext:
		return "no encryption"
	default:
		return "automatic"
	}
}
