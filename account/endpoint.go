package account

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// An Endpoint is a host and a port. Host is ASCII, lower case, without a trailing dot, or an IP literal without brackets.
type Endpoint struct {
	Host string
	Port int // 0: not given
}

// String gives host:port, [v6]:port, and the host alone where no port is known.
func (e Endpoint) String() string {
	if e.Port == 0 {
		return e.Host
	}
	return net.JoinHostPort(e.Host, strconv.Itoa(e.Port))
}

// ParseEndpoint understands host, host:port, [v6]:port, blanks around, and a pasted imaps://host:port/. Single labels and
// names in .local are taken, as a user may have typed them; see PublicName. Every error is an *InputError.
func ParseEndpoint(s string) (Endpoint, error) {
	e, _, err := ParseServer(s)
	return e, err
}

// ParseServer reads what ParseEndpoint reads, and gives the security that a pasted scheme stands for: TLS for imaps,
// pop3s, smtps, submissions, ssl and tls. A scheme's port counts only where it is written. User name, password and
// path of a pasted URL are dropped. Every error is an *InputError.
func ParseServer(s string) (Endpoint, Security, error) {
	s, err := typed(s)
	if err != nil {
		return Endpoint{}, SecurityUnknown, err
	}
	s, security, err := withoutURL(s)
	if err != nil {
		return Endpoint{}, SecurityUnknown, err
	}
	host, port, err := splitHostPort(s)
	if err != nil {
		return Endpoint{}, SecurityUnknown, err
	}
	e := Endpoint{}
	if e.Host, err = ParseHost(host); err != nil {
		return Endpoint{}, SecurityUnknown, err
	}
	if port == nil {
		return e, security, nil
	}
	if e.Port, err = ParsePort(*port); err != nil {
		return Endpoint{}, SecurityUnknown, err
	}
	return e, security, nil
}

// ParseHost reads a name or an address literal without a port and gives it as an Endpoint holds it: a name in A-labels, an
// address in its shortest form, without brackets. Every error is an *InputError.
func ParseHost(s string) (string, error) {
	s, err := typed(s)
	if err != nil {
		return "", err
	}
	literal := s
	if inner, ok := strings.CutPrefix(s, "["); ok {
		literal, ok = strings.CutSuffix(inner, "]")
		if !ok || !strings.Contains(literal, ":") {
			return "", wrong("Square brackets stand around an IPv6 address, as in [2001:db8::1].")
		}
	}
	switch {
	case s == "":
		return "", wrong("The name of the server is missing.")
	case isIP(literal) || strings.Contains(literal, ":"):
		return parseIP(literal)
	case strings.ContainsRune(s, ' '):
		return "", wrong("There is a blank in the name of the server.")
	}
	return hostname(s)
}

// ParsePort reads a port number: ASCII digits, 1 to 65535. Every error is an *InputError.
func ParsePort(s string) (int, error) {
	s, err := typed(s)
	if err != nil {
		return 0, err
	}
	if s == "" {
		return 0, wrong("The port is missing.")
	}
	if strings.Trim(s, "0123456789") != "" {
		return 0, wrong("A port is a number written with the digits 0 to 9; " + shown(s) + " is not.")
	}
	port, err := strconv.Atoi(s)
	if err != nil || port < 1 || port > 65535 {
		return 0, wrong("A port is a number from 1 to 65535; " + shown(s) + " is not.")
	}
	return port, nil
}

// withoutURL takes host and port out of a pasted URL; what is none comes back as it is.
func withoutURL(s string) (string, Security, error) {
	scheme, rest, found := strings.Cut(s, "://")
	if !found {
		if strings.Contains(s, "@") {
			return "", SecurityUnknown, wrong("This looks like an e-mail address. The name of a server is needed here, as in imap.domain.example.")
		}
		return strings.TrimSuffix(s, "/"), SecurityUnknown, nil
	}
	security, known := schemeSecurity(strings.ToLower(scheme))
	if !known {
		return "", SecurityUnknown, wrong(shown(scheme+"://") + " is not how a mail server is named. Its name alone is enough.")
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return trimBlanks(rest[strings.LastIndexByte(rest, '@')+1:]), security, nil
}

// schemeSecurity gives the security that a URL scheme stands for, and whether the scheme can name a mail server at all.
func schemeSecurity(scheme string) (Security, bool) {
	switch scheme {
	case "imaps", "pop3s", "smtps", "submissions", "ssl", "tls":
		return TLS, true
	case "imap", "pop", "pop3", "smtp", "submission", "http", "https":
		return SecurityUnknown, true
	default:
		return SecurityUnknown, false
	}
}

// splitHostPort parts a host from its port; port is nil where no colon announces one.
func splitHostPort(s string) (host string, port *string, err error) {
	end := len(s)
	switch {
	case strings.HasPrefix(s, "["):
		if end = strings.IndexByte(s, ']') + 1; end == 0 {
			return "", nil, wrong("The square bracket is never closed.")
		}
	case strings.Count(s, ":") == 1:
		end = strings.IndexByte(s, ':')
	}
	rest := trimBlanks(s[end:])
	if rest == "" {
		return s[:end], nil, nil
	}
	after, found := strings.CutPrefix(rest, ":")
	if !found {
		return "", nil, wrong("After the square bracket only a colon and a port can follow, as in [2001:db8::1]:993.")
	}
	return s[:end], &after, nil
}

// isIP reports whether s is an address literal without a zone.
func isIP(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Zone() == ""
}

// parseIP gives an address in its canonical form, IPv4 out of its mapping into IPv6.
func parseIP(s string) (string, error) {
	a, err := netip.ParseAddr(s)
	switch a = a.Unmap(); {
	case err != nil:
		return "", wrong(shown(s) + " is neither a name nor an IP address. A port follows after one colon, an IPv6 address with a port stands in square brackets.")
	case a.Zone() != "":
		return "", wrong("An address with a zone (" + shown("%"+a.Zone()) + ") has a meaning on one computer only. Please use the server's name.")
	case a.IsUnspecified() || a.IsMulticast():
		return "", wrong(shown(s) + " is not the address of one server.")
	}
	return a.String(), nil
}
