package account

import "fmt"

// A Protocol is a mail protocol that a client speaks to its server.
type Protocol uint8

// The zero Protocol means "automatic" where a user chooses and "unknown" elsewhere.
const (
	ProtocolUnknown Protocol = iota
	IMAP                     // RFC 9051
	POP3                     // RFC 1939
	SMTP                     // RFC 6409, message submission
)

var protocolNames = [...]string{"", "imap", "pop3", "smtp"}

// String gives the name as it stands in JSON and in configuration files: "imap", "pop3", "smtp".
func (p Protocol) String() string { return nameOf(protocolNames[:], p) }

// ParseProtocol reads what String writes; anything else is an error.
func ParseProtocol(name string) (Protocol, error) {
	return parseName[Protocol](protocolNames[:], name, "protocol")
}

// Role tells which half of an account the protocol serves.
func (p Protocol) Role() Role {
	switch p {
	case IMAP, POP3:
		return Incoming
	case SMTP:
		return Outgoing
	default:
		return RoleUnknown
	}
}

// A Role is one half of an account: the server that mail is read from, or the one that it is sent through.
type Role uint8

// The two halves of an account.
const (
	RoleUnknown Role = iota
	Incoming
	Outgoing
)

var roleNames = [...]string{"", "incoming", "outgoing"}

// String gives "incoming" or "outgoing".
func (r Role) String() string { return nameOf(roleNames[:], r) }

// A Security says how a connection is encrypted. Its zero value is "unknown", never "none".
type Security uint8

// The three profiles of a mail connection, safest first.
const (
	SecurityUnknown Security = iota
	TLS                      // TLS from the first byte: RFC 8314, section 3
	STARTTLS                 // upgraded on the clear-text port: RFC 9051, 2595, 3207
	Cleartext                // no encryption at all
)

var securityNames = [...]string{"", "tls", "starttls", "none"}

// String gives the name that JSON carries: "tls", "starttls", "none", and "" for unknown.
func (s Security) String() string { return nameOf(securityNames[:], s) }

// ParseSecurity reads what String writes; anything else is an error.
func ParseSecurity(name string) (Security, error) {
	return parseName[Security](securityNames[:], name, "security")
}

// StandardPort is the port that belongs to a protocol with this security, 0 where there is none.
// For SMTP these are the submission ports; 25 is a relay port and nobody's standard.
func StandardPort(p Protocol, s Security) int {
	switch {
	case p == IMAP && s == TLS:
		return 993 // RFC 8314, section 7.1
	case p == IMAP && s != SecurityUnknown:
		return 143
	case p == POP3 && s == TLS:
		return 995 // RFC 8314, section 7.2
	case p == POP3 && s != SecurityUnknown:
		return 110
	case p == SMTP && s == TLS:
		return 465 // RFC 8314, section 7.3
	case p == SMTP && s != SecurityUnknown:
		return 587 // RFC 6409, section 3.1
	default:
		return 0
	}
}

// UsualSecurity is the encrypted profile that a well-known port stands for, SecurityUnknown for any other port.
func UsualSecurity(port int) Security {
	switch port {
	case 993, 995, 465:
		return TLS
	case 143, 110, 587, 25:
		return STARTTLS
	default:
		return SecurityUnknown
	}
}

// nameOf looks an enum value up in its table of names; a value outside the table shows its number.
func nameOf[T ~uint8](names []string, v T) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("(%d)", uint8(v))
}

// parseName is the inverse of nameOf; the empty name is not accepted.
func parseName[T ~uint8](names []string, name, what string) (T, error) {
	for i, n := range names {
		if n != "" && n == name {
			return T(i), nil
		}
	}
	return 0, fmt.Errorf("unknown %s %q", what, name)
}
