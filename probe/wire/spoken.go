package wire

import (
	"net"
	"strings"

	"portolan/account"
)

// recognise looks at the server's first bytes before a line of them is waited for: what speaks TLS or telnet may never
// end one. Text of another protocol is named too.
func (c *Conn) recognise() error {
	if _, err := c.in.buf.Peek(1); err != nil {
		return c.lineError(err)
	}
	first := c.in.buffered()
	spoken := spokenBy(first)
	if spoken == "" || spoken == c.target.Protocol.String() {
		return nil
	}
	c.log.add(false, firstLine(first))
	return &SpokenError{Spoken: spoken, Bytes: c.quote80(first)}
}

// stranger is the error for a greeting that is none of the Target's protocol.
func (c *Conn) stranger(line string) error {
	return &SpokenError{Spoken: spokenBy(line), Bytes: c.quote80(line)}
}

// spokenBy names the protocol that begins a conversation with these bytes, "" where they fit none. FTP begins like SMTP;
// the answer to EHLO tells them apart, unless the server says its name.
func spokenBy(first string) string {
	upper := strings.ToUpper(first[:min(len(first), shownBytes)])
	switch {
	case strings.HasPrefix(first, "\x16\x03"), strings.HasPrefix(first, "\x15\x03"):
		return "tls"
	case len(first) > 1 && first[0] == 0xff && first[1] >= 0xf0: // RFC 854: IAC and a command
		return "telnet"
	case hasAnyPrefix(upper, "* OK", "* PREAUTH", "* BYE"):
		return account.IMAP.String()
	case hasAnyPrefix(upper, "+OK", "-ERR"):
		return account.POP3.String()
	case strings.HasPrefix(upper, "SSH-"):
		return "ssh"
	case hasAnyPrefix(upper, "HTTP/", "<HTML", "<!DOCTYPE"):
		return "http"
	case hasAnyPrefix(upper, "200 ", "201 ") && strings.Contains(upper, "NNTP"):
		return "nntp"
	case hasAnyPrefix(upper, "220 ", "220-") && saysFTP(upper):
		return "ftp"
	case hasAnyPrefix(upper, "220 ", "220-", "421 ", "554 ", "421-", "554-"):
		return account.SMTP.String()
	default:
		return ""
	}
}

// saysFTP reports whether a greeting names FTP and not SMTP.
func saysFTP(upper string) bool {
	return strings.Contains(upper, "FTP") && !strings.Contains(upper, "SMTP")
}

func hasAnyPrefix(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// firstLine cuts bytes at their first line end.
func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimSuffix(line, "\r")
}

// A firstBytes is a socket on which a handshake is done. It remembers the beginning of what came over it, to name what
// answered instead of TLS, and lets no more through than a handshake may have.
//
// Security rule R-2: crypto/tls takes a quarter of a megabyte of certificates, and parsing blows them up by a hundred.
type firstBytes struct {
	net.Conn
	seen []byte
	took int  // bytes
	over bool // the handshake is done, and others count
}

func (f *firstBytes) Read(p []byte) (int, error) {
	if f.over {
		return f.Conn.Read(p)
	}
	left := handshakeSizeLimit - f.took
	if left == 0 {
		return 0, &LimitError{What: "handshake"}
	}
	n, err := f.Conn.Read(p[:min(len(p), left)])
	f.took += n
	if room := shownBytes - len(f.seen); room > 0 {
		f.seen = append(f.seen, p[:min(n, room)]...)
	}
	return n, err
}
