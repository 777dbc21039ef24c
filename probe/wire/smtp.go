package wire

import (
	"errors"
	"strings"
)

// An smtp is the dialogue of message submission: RFC 5321, 6409, 3207 and 4954.
type smtp struct {
	c       *Conn
	command string // the command that is under way, as errors name it
}

// greeting: RFC 5321, section 3.1: 220, or 554. What only looks like it is found out by EHLO.
func (d *smtp) greeting() error {
	line, err := d.c.line()
	if err != nil {
		return err
	}
	if _, ok := parseSMTPLine(line); !ok {
		return d.c.stranger(line)
	}
	r, err := d.rest(line)
	if err != nil {
		return err
	}
	if r.code != 220 {
		return d.refusal(r)
	}
	d.c.facts.Greeting = d.c.log.clean(r.text(), shownLimit)
	return nil
}

// capabilities asks EHLO, once; HELO follows only where EHLO is unknown, and after HELO nobody signs in.
func (d *smtp) capabilities() (offer, error) {
	r, err := d.exchange("EHLO", say("EHLO "+d.name()))
	if err == nil && r.code == 250 {
		return smtpOffer(r), nil
	}
	if err != nil {
		return offer{}, err
	}
	if !unknownCommand(r.code) {
		return offer{}, d.notMail(r)
	}
	r, err = d.exchange("HELO", say("HELO "+d.name()))
	if err == nil && r.code != 250 {
		err = d.notMail(r)
	}
	return offer{}, err
}

// unknownCommand: RFC 5321, section 4.2.2: these say that there is no EHLO; any other no is a matter of policy.
func unknownCommand(code int) bool { return code == 500 || code == 502 || code == 504 }

// notMail judges a no to EHLO or HELO: a server that greeted with the name of FTP is one.
func (d *smtp) notMail(r smtpReply) error {
	if greeting := strings.ToUpper(d.c.facts.Greeting); strings.Contains(greeting, "FTP") {
		return &SpokenError{Spoken: "ftp", Bytes: d.c.quote80(d.c.facts.Greeting)}
	}
	if r.code < 400 {
		return d.c.odd("neither yes nor no", r.lines[0])
	}
	return d.refusal(r)
}

// name is what EHLO says: an address literal that tells nothing about the machine.
//
// RFC 5321, section 4.1.4: a client without a name sends an address literal.
func (d *smtp) name() string {
	if d.c.target.Addr.Addr().Unmap().Is4() {
		return "[127.0.0.1]"
	}
	return "[IPv6:::1]"
}

// smtpOffer reads the reply to EHLO. Its first line holds the server's name.
func smtpOffer(r smtpReply) offer {
	o := offer{known: true, initial: true}
	for _, line := range r.lines[1:min(len(r.lines), capabilityLimit)] {
		words := strings.Fields(strings.ToUpper(line))
		if len(words) == 0 {
			continue
		}
		o.word(strings.Join(words, " "))
		if mechanism, ok := strings.CutPrefix(words[0], "AUTH="); ok { // as servers before RFC 2554 wrote it
			words = append([]string{"AUTH", mechanism}, words[1:]...)
		}
		switch words[0] {
		case "STARTTLS":
			o.startTLS = true
		case "AUTH":
			for _, name := range words[1:min(len(words), capabilityLimit)] {
				o.mechanism(name)
			}
		}
	}
	return o
}

func (d *smtp) startTLS() error {
	r, err := d.exchange("STARTTLS", say("STARTTLS"))
	if err == nil && r.code != 220 {
		err = d.refusal(r)
	}
	return err
}

// declines: RFC 5321, section 4.2.4: 500 and 502 say that the command is not there.
func (d *smtp) declines(err error) bool {
	var said *ReplyError
	return errors.As(err, &said) && (said.Code == 500 || said.Code == 502)
}

func (d *smtp) authLimit() int      { return smtpAuthLimit }
func (d *smtp) authCommand() string { return "AUTH" }

func (d *smtp) auth(m message) (turn, error) {
	return d.turn(strings.Join(strings.Fields(m.shown)[:2], " "), m)
}

func (d *smtp) respond(m message) (turn, error) { return d.turn(d.command, m) }

// turn: RFC 4954, section 4: 334 is a challenge, 235 the end.
func (d *smtp) turn(name string, m message) (turn, error) {
	r, err := d.exchange(name, m)
	switch {
	case err != nil:
		return turn{}, err
	case r.code == 334:
		d.c.idle = false
		return turn{more: true, challenge: r.lines[0]}, nil
	case r.code == 235:
		return turn{}, nil
	default:
		return turn{}, d.refusal(r)
	}
}

// login: SMTP has no sign-in but AUTH.
func (d *smtp) login(string, string) error { return ErrNoCommonAuth }

func (d *smtp) logout() error {
	_, err := d.exchange("QUIT", say("QUIT"))
	return err
}

func (d *smtp) farewell() { _ = d.c.send(say("QUIT")) }

// unasked: an SMTP server speaks unasked only to say that it hangs up.
//
// RFC 5321, section 3.8: 421 may come at any time.
func (d *smtp) unasked() error {
	d.command = ""
	line, err := d.c.line()
	if err != nil {
		return err
	}
	if r, err := d.rest(line); err == nil && r.code >= 400 {
		return d.refusal(r)
	}
	return d.c.odd("reply before its command", line)
}

func (d *smtp) harmless(string) bool { return false }

// exchange sends a command and reads the whole reply to it, a no included; 421 alone is an error.
func (d *smtp) exchange(name string, m message) (smtpReply, error) {
	d.command = name
	if err := d.c.send(m); err != nil {
		return smtpReply{}, err
	}
	line, err := d.c.line()
	if err != nil {
		return smtpReply{}, err
	}
	r, err := d.rest(line)
	if err == nil && r.code == 421 {
		d.c.idle = false
		err = d.refusal(r)
	}
	return r, err
}

// rest reads the reply that begins with a line.
//
// RFC 5321, section 4.2.1: every line of a reply has the same code.
func (d *smtp) rest(line string) (smtpReply, error) {
	var r smtpReply
	for {
		l, ok := parseSMTPLine(line)
		if !ok || (r.code != 0 && l.code != r.code) {
			return r, d.c.odd("no line of one SMTP reply", line)
		}
		r.code = l.code
		r.lines = append(r.lines, l.text)
		if !l.more {
			d.c.idle = true
			return r, nil
		}
		var err error
		if line, err = d.c.line(); err != nil {
			return r, err
		}
	}
}

func (d *smtp) refusal(r smtpReply) *ReplyError {
	enhanced, text := r.enhanced()
	return &ReplyError{Command: d.command, Code: r.code, Tag: enhanced, Text: d.c.log.clean(text, shownLimit)}
}
