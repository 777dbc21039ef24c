package wire

import (
	"errors"
	"strings"

	"portolan/account"
)

// A pop3 is the POP3 dialogue: RFC 1939, with the extensions of RFC 2449, 2595 and 5034.
type pop3 struct {
	c       *Conn
	command string // the command that is under way, as errors name it
	stamp   string // that the greeting in this state carried for APOP, with its brackets
}

func (d *pop3) greeting() error {
	line, err := d.c.line()
	if err != nil {
		return err
	}
	l, ok := parsePOP3Line(line)
	if !ok || l.more {
		return d.c.stranger(line)
	}
	if l.err {
		return d.refusal(l)
	}
	d.stamp = stampOf(l.text)
	d.c.facts.Greeting = d.c.log.clean(l.text, shownLimit)
	d.c.idle = true
	return nil
}

// capabilities asks CAPA. A server that does not know it is an old one, which has USER and PASS.
func (d *pop3) capabilities() (offer, error) {
	o, err := d.capa()
	var said *ReplyError
	if errors.As(err, &said) && !temporary(said) {
		o, err = offer{command: true}, nil
	}
	if d.stamp != "" {
		o.mechanisms = append(o.mechanisms, account.AuthAPOP)
	}
	return o, err
}

func (d *pop3) capa() (offer, error) {
	if err := d.exchange("CAPA", say("CAPA")); err != nil {
		return offer{}, err
	}
	d.c.idle = false
	var lines []string
	for {
		line, err := d.c.line()
		if err != nil {
			return offer{}, err
		}
		if line == "." {
			d.c.idle = true
			return pop3Offer(lines), nil
		}
		lines = append(lines, strings.TrimPrefix(line, ".")) // RFC 1939, section 3: byte-stuffing
	}
}

// pop3Offer reads the lines of a CAPA reply.
func pop3Offer(lines []string) offer {
	o := offer{known: true, initial: true}
	for _, line := range lines[:min(len(lines), capabilityLimit)] {
		words := strings.Fields(strings.ToUpper(line))
		if len(words) == 0 {
			continue
		}
		o.word(strings.Join(words, " "))
		switch words[0] {
		case "STLS":
			o.startTLS = true
		case "USER":
			o.command = true
		case "SASL":
			for _, name := range words[1:min(len(words), capabilityLimit)] {
				o.mechanism(name)
			}
		}
	}
	return o
}

func (d *pop3) startTLS() error {
	return d.exchange("STLS", say("STLS"))
}

// declines: -ERR is all that POP3 has to say that a command is unknown. [SYS/TEMP] and the like say something else.
func (d *pop3) declines(err error) bool {
	var said *ReplyError
	return errors.As(err, &said) && !temporary(said)
}

// temporary: RFC 3206, section 4, and RFC 2449, section 8.1.
func temporary(e *ReplyError) bool {
	return e.Tag == "SYS/TEMP" || e.Tag == "IN-USE" || e.Tag == "LOGIN-DELAY"
}

func (d *pop3) authLimit() int      { return pop3AuthLimit }
func (d *pop3) authCommand() string { return "AUTH" }

func (d *pop3) auth(m message) (turn, error) {
	return d.turn(strings.Join(strings.Fields(m.shown)[:2], " "), m)
}

func (d *pop3) respond(m message) (turn, error) { return d.turn(d.command, m) }

func (d *pop3) turn(name string, m message) (turn, error) {
	d.command = name
	if err := d.c.send(m); err != nil {
		return turn{}, err
	}
	l, err := d.reply()
	return turn{more: err == nil && l.more, challenge: l.text}, err
}

// login sends USER and PASS. PASS is the rest of its line: blanks belong to the password.
func (d *pop3) login(user, password string) error {
	if err := d.exchange("USER", say("USER "+user)); err != nil {
		return err
	}
	return d.exchange("PASS", say("PASS ").with(password, hidden, true))
}

func (d *pop3) logout() error {
	return d.exchange("QUIT", say("QUIT"))
}

func (d *pop3) farewell() { _ = d.c.send(say("QUIT")) }

// unasked: POP3 servers speak only when they are asked to; one that says why it hangs up is heard.
func (d *pop3) unasked() error {
	d.command = ""
	line, err := d.c.line()
	if err != nil {
		return err
	}
	if l, ok := parsePOP3Line(line); ok && l.err {
		return d.refusal(l)
	}
	return d.c.odd("reply before its command", line)
}

func (d *pop3) harmless(string) bool { return false }

// exchange sends a command and reads the status line of its reply.
func (d *pop3) exchange(name string, m message) error {
	d.command = name
	if err := d.c.send(m); err != nil {
		return err
	}
	l, err := d.reply()
	if err == nil && l.more {
		return d.c.odd("continuation out of turn", l.text)
	}
	return err
}

func (d *pop3) reply() (pop3Line, error) {
	line, err := d.c.line()
	if err != nil {
		return pop3Line{}, err
	}
	l, ok := parsePOP3Line(line)
	if !ok {
		return l, d.c.odd("neither +OK nor -ERR", line)
	}
	d.c.idle = !l.more
	if l.err {
		return l, d.refusal(l)
	}
	return l, nil
}

func (d *pop3) refusal(l pop3Line) *ReplyError {
	return &ReplyError{
		Command: d.command, Status: "-ERR", Tag: d.c.log.clean(l.code, shownBytes), Text: d.c.log.clean(l.text, shownLimit),
	}
}

// A pop3Line is a status line of POP3, or a challenge.
type pop3Line struct {
	err  bool   // -ERR
	more bool   // "+ ": a challenge in text
	code string // extended response code, upper case
	text string
}

// parsePOP3Line reports whether the line is one.
func parsePOP3Line(line string) (pop3Line, bool) {
	word, text, _ := strings.Cut(line, " ")
	l := pop3Line{text: text}
	switch strings.ToUpper(word) {
	case "+":
		l.more = true
		return l, true
	case "-ERR":
		l.err = true
	case "+OK":
	default:
		return pop3Line{}, false
	}
	// RFC 2449, section 8: an extended response code stands in brackets before the text.
	if inner, ok := strings.CutPrefix(text, "["); ok && l.err {
		if code, after, ok := strings.Cut(inner, "]"); ok {
			word, _, _ := strings.Cut(code, " ")
			l.code, l.text = strings.ToUpper(word), strings.TrimPrefix(after, " ")
		}
	}
	return l, true
}
