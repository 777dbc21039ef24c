package wire

import (
	"crypto/rand"
	"errors"
	"strconv"
	"strings"
)

// An imap is the IMAP dialogue: RFC 9051, and RFC 3501 for older servers.
type imap struct {
	c       *Conn
	tag     string // of the command that is under way
	command string // that command, as errors name it
	early   *offer // the capabilities that came with the greeting
}

// greeting accepts any number of untagged lines before it: a server that is still starting says so in one.
func (d *imap) greeting() error {
	for {
		line, err := d.c.line()
		if err != nil {
			return err
		}
		l := parseIMAPLine(line)
		if l.tag != "*" {
			return d.c.stranger(line)
		}
		if err := d.untagged(l); err != nil {
			return err
		}
		if l.status == "OK" {
			d.c.facts.Greeting = d.c.log.clean(l.text, shownLimit)
			d.early = d.fromCode(l)
			d.c.idle = true
			return nil
		}
	}
}

// fromCode gives the capabilities of a [CAPABILITY …] code, nil where there is none.
func (d *imap) fromCode(l imapLine) *offer {
	if l.code != "CAPABILITY" {
		return nil
	}
	o := imapOffer(strings.Fields(l.args))
	return &o
}

// untagged handles a line that belongs to no command. Before login, only its status counts.
//
// RFC 9051, section 11.1: data that the server sends before authentication is not acted on.
func (d *imap) untagged(l imapLine) error {
	switch l.status {
	case "BYE":
		return d.refusal(l)
	case "PREAUTH":
		// RFC 9051, section 7.1.4: PREAUTH in cleartext is refused.
		return &PreAuthError{Text: d.c.log.clean(l.text, shownLimit)}
	case "OK", "NO", "BAD":
		return nil
	}
	size, ok, err := literalSize(l.status + " " + l.text)
	switch {
	case err != nil:
		return err
	case !ok:
		return nil
	}
	if err := d.c.in.skip(size); err != nil {
		return d.c.lineError(err)
	}
	rest, err := d.c.line() // the line goes on behind the literal
	if err != nil {
		return err
	}
	return d.untagged(imapLine{text: rest})
}

// refusal turns a status line into the error that it is.
func (d *imap) refusal(l imapLine) *ReplyError {
	return &ReplyError{
		Command: d.command, Status: l.status, Tag: d.c.log.clean(l.code, shownBytes), Text: d.c.log.clean(l.text, shownLimit),
	}
}

// capabilities uses what came with the greeting inside TLS, if it names mechanisms: some servers greet with a part of
// their list. A clear-text greeting is used where it leads to TLS at once. Else they are asked for.
func (d *imap) capabilities() (offer, error) {
	early := d.early
	d.early = nil
	if early != nil && (d.c.isTLS() && len(early.mechanisms) > 0 || !d.c.isTLS() && early.startTLS) {
		return *early, nil
	}
	if err := d.send("CAPABILITY", say("CAPABILITY")); err != nil {
		return offer{}, err
	}
	var words []string
	l, err := d.reply(func(l imapLine) {
		if l.status == "CAPABILITY" {
			words = append(words, strings.Fields(l.text)...)
		}
	})
	var said *ReplyError
	switch {
	case errors.As(err, &said) && said.Status != "BYE" && !d.c.isTLS():
		return offer{}, nil // asked and not told: STARTTLS is tried all the same
	case err != nil:
		return offer{}, err
	case l.tag == "+":
		return offer{}, d.c.odd("continuation out of turn", l.text)
	case len(words) > 0:
		return imapOffer(words), nil
	}
	if o := d.fromCode(l); o != nil {
		return *o, nil
	}
	return offer{}, nil
}

// imapOffer reads a list of capabilities.
func imapOffer(words []string) offer {
	o := offer{known: true, command: true}
	for _, w := range words[:min(len(words), capabilityLimit)] {
		w = strings.ToUpper(w)
		o.word(w)
		switch w {
		case "STARTTLS":
			o.startTLS = true
		case "SASL-IR":
			o.initial = true
		case "LOGINDISABLED":
			// RFC 9051, section 6.2.3: LOGIN is not sent where LOGINDISABLED is advertised.
			o.command = false
		default:
			if name, ok := strings.CutPrefix(w, "AUTH="); ok {
				o.mechanism(name)
			}
		}
	}
	o.command = o.command && o.takesPasswords()
	return o
}

func (d *imap) startTLS() error {
	if err := d.send("STARTTLS", say("STARTTLS")); err != nil {
		return err
	}
	l, err := d.reply(nil)
	if err == nil && l.tag == "+" {
		return d.c.odd("continuation out of turn", l.text)
	}
	return err
}

// declines: BAD is the answer of a server that does not know a command; NO is that of one that does not want it.
func (d *imap) declines(err error) bool {
	var said *ReplyError
	return errors.As(err, &said) && said.Status == "BAD"
}

func (d *imap) authLimit() int      { return imapLineLimit - tagLength - 1 }
func (d *imap) authCommand() string { return "AUTHENTICATE" }

func (d *imap) auth(m message) (turn, error) {
	name := strings.Join(strings.Fields(m.shown)[:2], " ")
	if err := d.send(name, m); err != nil {
		return turn{}, err
	}
	return d.turn()
}

func (d *imap) respond(m message) (turn, error) {
	if err := d.c.send(m); err != nil {
		return turn{}, err
	}
	return d.turn()
}

// turn reads the server's move in a SASL exchange.
func (d *imap) turn() (turn, error) {
	l, err := d.reply(nil)
	return turn{more: err == nil && l.tag == "+", challenge: l.text}, err
}

// login sends LOGIN. What does not fit a quoted string goes as a synchronising literal.
//
// RFC 9051, section 4.3: quoted strings hold no octet with the high bit set.
func (d *imap) login(user, password string) error {
	next := message{text: "LOGIN ", shown: "LOGIN "}
	begun := false
	flush := func() error {
		if begun {
			return d.c.send(next)
		}
		begun = true
		return d.send("LOGIN", next)
	}
	for i, s := range []string{user, password} {
		secret := i == 1
		if !quotable(s) {
			next = next.with("{"+strconv.Itoa(len(s))+"}", "{…}", false)
			if err := flush(); err != nil {
				return err
			}
			l, err := d.reply(nil)
			if err != nil {
				return err
			}
			if l.tag != "+" {
				return d.c.odd("no continuation for a literal", l.text)
			}
			next = message{}.with(s, s, secret)
		} else {
			next = next.with(quote(s), quote(s), secret)
		}
		if !secret {
			next = next.with(" ", " ", false)
		}
	}
	if err := flush(); err != nil {
		return err
	}
	l, err := d.reply(nil)
	if err == nil && l.tag == "+" {
		return d.c.odd("continuation out of turn", l.text)
	}
	return err
}

// with appends to a message; a secret part is not shown.
func (m message) with(text, shown string, secret bool) message {
	if secret {
		shown = hidden
	}
	return message{text: m.text + text, shown: m.shown + shown, proof: m.proof || secret}
}

func (d *imap) logout() error {
	if err := d.send("LOGOUT", say("LOGOUT")); err != nil {
		return err
	}
	for {
		line, err := d.c.line() // RFC 9051, section 6.1.3: BYE comes before the tagged OK
		if err != nil || parseIMAPLine(line).tag == d.tag {
			return err
		}
	}
}

func (d *imap) farewell() { _ = d.send("LOGOUT", say("LOGOUT")) }

// unasked: untagged lines may come at any time, and a tag cannot be guessed; but a continuation answers a command, and one that
// is there before it was written beforehand (P-7).
func (d *imap) unasked() error {
	for line := range strings.Lines(d.c.in.buffered()) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "+"):
			return d.c.odd("reply before its command", line)
		case strings.HasSuffix(line, "}"):
			return nil // a literal follows, which is no line
		}
	}
	return nil
}

func (d *imap) harmless(line string) bool {
	l := parseIMAPLine(strings.TrimRight(line, "\r\n"))
	return l.tag == "*" && l.status != "BYE"
}

// send sends a command under a new tag that cannot be guessed, so that no answer to it can be written beforehand.
func (d *imap) send(name string, m message) error {
	d.command, d.tag = name, rand.Text()[:tagLength]
	m.text, m.shown = d.tag+" "+m.text, d.tag+" "+m.shown
	return d.c.send(m)
}

// reply reads up to the tagged line of the command, or to a continuation, whose tag is "+". each sees the untagged lines.
func (d *imap) reply(each func(imapLine)) (imapLine, error) {
	for {
		line, err := d.c.line()
		if err != nil {
			return imapLine{}, err
		}
		l := parseIMAPLine(line)
		switch {
		case l.tag == "*":
			if err := d.untagged(l); err != nil {
				return l, err
			}
			if each != nil {
				each(l)
			}
		case l.tag == "+":
			return l, nil
		case l.tag != d.tag:
			return l, d.c.odd("no reply to the command", line)
		case l.status == "OK":
			d.c.idle = true
			return l, nil
		case l.status == "NO" || l.status == "BAD":
			d.c.idle = true
			return l, d.refusal(l)
		default:
			return l, d.c.odd("neither OK nor NO nor BAD", line)
		}
	}
}
