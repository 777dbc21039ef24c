package probe_test

import (
	"crypto/tls"
	"io"
	"strings"
	"time"

	"portolan/account"
	"portolan/probe"
)

// A blow is one way in which a server does its worst, and what has to come of it at each moment at which it can.
type blow struct {
	name string
	act  func(*foeSide)
	// want is the cause that is told: one for each moment at which the blow is struck. A moment that the port does not know
	// is passed over.
	want map[moment]probe.Cause
	only account.Protocol // ProtocolUnknown: every protocol
	odd  map[account.Protocol]map[moment]probe.Cause
}

// cause is what has to come of a blow, and whether it can be struck there.
func (b blow) cause(p account.Protocol, m moment) (probe.Cause, bool) {
	if b.only != account.ProtocolUnknown && b.only != p {
		return 0, false
	}
	want, struck := b.want[m]
	if other, ok := b.odd[p][m]; ok {
		return other, true
	}
	return want, struck
}

// everywhere is the same cause at every moment at which a server speaks, the sign-in apart.
func everywhere(c, signIn probe.Cause) map[moment]probe.Cause {
	return map[moment]probe.Cause{atGreeting: c, atAsked: c, atUpgrade: c, atInside: c, atSignIn: signIn}
}

// but is a table with some other causes.
func but(table map[moment]probe.Cause, more map[moment]probe.Cause) map[moment]probe.Cause {
	for m, c := range more {
		table[m] = c
	}
	return table
}

// flood sends a text again and again until the client has left.
func flood(text string) func(*foeSide) {
	block := strings.Repeat(text, 1+(16<<10)/len(text))
	return func(s *foeSide) {
		for {
			if _, err := io.WriteString(s.conn, block); err != nil {
				return
			}
		}
	}
}

// first sends a beginning that fits the protocol, and then a flood.
func first(imap, pop3, smtp, text string) func(*foeSide) {
	return func(s *foeSide) {
		s.say(s.by(imap, pop3, smtp))
		flood(text)(s)
	}
}

// raw sends one text and then nothing more.
func raw(text string) func(*foeSide) {
	return func(s *foeSide) {
		s.say(text)
		s.drain()
	}
}

// words sends what the protocol has for it and then nothing more.
func words(imap, pop3, smtp string) func(*foeSide) {
	return func(s *foeSide) {
		s.say(s.by(imap, pop3, smtp))
		s.drain()
	}
}

// drip sends a text byte by byte, one a second.
func drip(text string) func(*foeSide) {
	return func(s *foeSide) {
		for i := 0; ; i++ {
			if _, err := io.WriteString(s.conn, text[i%len(text):i%len(text)+1]); err != nil {
				return
			}
			time.Sleep(time.Second)
		}
	}
}

func silence(s *foeSide) { s.drain() }

func hangUp(s *foeSide) { _ = s.conn.Close() }

func halfClose(s *foeSide) {
	_ = s.raw.CloseWrite()
	s.drain()
}

func reset(s *foeSide) { s.raw.Reset() }

// shake does its handshake in another way than the program allows.
func shake(c *tls.Config) func(*foeSide) {
	return func(s *foeSide) {
		own := c.Clone()
		own.Certificates = s.conf.Certificates
		if conn := tls.Server(s.raw, own); conn.Handshake() == nil {
			s.conn = conn
			s.listen()
		}
		s.drain()
	}
}

// echo repeats what the client says.
func echo(s *foeSide) {
	buffer := make([]byte, 4096)
	for {
		n, err := s.in.Read(buffer)
		if err != nil {
			return
		}
		_, _ = s.conn.Write(buffer[:n])
	}
}

// echoLine repeats the last line that the client said, in a refusal.
func echoLine(s *foeSide) {
	s.mu.Lock()
	lines := strings.Split(strings.TrimRight(s.inside.String(), "\r\n"), "\n")
	s.mu.Unlock()
	said := strings.TrimSpace(lines[len(lines)-1])
	s.say(s.by("TAG NO you said "+said+"\r\n", "-ERR you said "+said+"\r\n", "535 5.7.8 you said "+said+"\r\n"))
	s.drain()
}

// challenges never stops asking.
func challenges(s *foeSide) {
	for {
		s.say(s.by("+ VXNlcm5hbWU6\r\n", "+ VXNlcm5hbWU6\r\n", "334 VXNlcm5hbWU6\r\n"))
		if !s.hear() {
			return
		}
	}
}

// noise is neither text nor any protocol.
const noise = "\x00\x01\x02\x03\xfe\xfd\x80\x90\r\n\x1b[2J\x07\x00\r\n"

// web is what a captive portal or a web server answers.
const web = "HTTP/1.1 302 Found\r\nLocation: https://portal.example.test/login\r\nContent-Length: 0\r\n\r\n"
