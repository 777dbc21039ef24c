package format

import (
	"fmt"
	"strings"

	"portolan/account"
)

// exportSRV writes the DNS records of an account as lines of a zone file.
func exportSRV(s *sheet) error {
	lines, remarks := srvLines(s.a)
	if lines == "" {
		for _, r := range remarks {
			field := account.FieldIncomingServer
			if r.Role == account.Outgoing {
				field = account.FieldOutgoingServer
			}
			s.refuse(field, r.Text)
		}
		return s.err()
	}
	s.remarks = append(s.remarks, remarks...)
	s.remark(account.RoleUnknown, "A DNS record cannot say the user name; programs take the whole address, and ask where that is refused.")
	s.line("; Add these lines to the zone of %s. RFC 6186, RFC 8314.", s.a.Address.Domain)
	for _, said := range unverified(s.a) {
		s.line("; %s", said)
	}
	s.b.WriteString(lines)
	s.warn(false, account.Incoming, account.Outgoing)
	return s.finish()
}

// srvLines gives the records of the servers that a record can name, and why another one is missing.
func srvLines(a account.Account) (string, []Remark) {
	var b strings.Builder
	r := reader{}
	for _, s := range []account.Server{a.Incoming, a.Outgoing} {
		role := s.Protocol.Role()
		switch service := srvService(s); {
		case service == "":
			r.remark(role, "A DNS record cannot name a server without encryption.")
		case !account.PublicName(s.Host):
			r.remark(role, "A DNS record needs a full name: "+s.Host+" is none.")
		default:
			fmt.Fprintf(&b, "_%s._tcp.%s. 3600 IN SRV 0 1 %d %s.\n", service, a.Address.Domain, s.Port, s.Host)
		}
	}
	return b.String(), r.remarks
}

// srvService gives the service name of a server, "" where there is none. RFC 6186, section 3; RFC 8314, section 5.1.
func srvService(s account.Server) string {
	switch {
	case s.Security == account.Cleartext:
		return ""
	case s.Protocol == account.SMTP && s.Security == account.TLS:
		return "submissions"
	case s.Protocol == account.SMTP:
		return "submission"
	case s.Security == account.TLS:
		return s.Protocol.String() + "s"
	default:
		return s.Protocol.String()
	}
}
