package mailbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"portolan/account"
	"portolan/probe/wire"
)

// ErrNeedsSMTPUTF8 says that the address has letters that this server cannot carry in an address.
var ErrNeedsSMTPUTF8 = errors.New("the server does not take addresses beyond ASCII")

// ErrUnanswered says that the whole message was sent, and that nothing came back to it: the server may have taken it.
var ErrUnanswered = errors.New("no answer to the message")

// Send sends the message to its own address over a connection that is ready for one, and ends the connection. It gives
// the words with which the server accepted it, the number in its queue among them as a rule. The error is a
// *wire.ReplyError where the server said no, and ErrUnanswered where it said nothing in the end.
//
// RFC 5321, section 3.3: MAIL, RCPT, DATA. There is one RCPT, to the address that the message is from.
func Send(ctx context.Context, c *wire.Conn, m Message) (accepted string, err error) {
	if m.to == (account.Address{}) {
		return "", errors.New("no message")
	}
	from := "MAIL FROM:<" + m.to.String() + ">"
	if !ascii(m.to.Local) {
		if !offers(c, "SMTPUTF8") {
			return "", ErrNeedsSMTPUTF8
		}
		from += " SMTPUTF8" // RFC 6531, section 3.4
	}
	defer context.AfterFunc(ctx, c.Abort)()
	conn, err := c.Handoff(time.Now().Add(sendLimit), sendBudget)
	if err != nil {
		return "", err
	}
	t := newTalk(c, conn)
	defer t.part()
	for _, step := range []struct {
		line string
		want int // the first digit of a yes
	}{{from, 2}, {"RCPT TO:<" + m.to.String() + ">", 2}, {"DATA", 3}} {
		name, _, _ := strings.Cut(step.line, ":")
		if err := t.send(step.line); err != nil {
			return "", ended(ctx, err)
		}
		if _, err := t.smtpReply(name, step.want); err != nil {
			return "", ended(ctx, err)
		}
	}
	if err := t.limit(sendLimit); err != nil {
		return "", err
	}
	if _, err := conn.Write(stuffed(m.text)); err != nil {
		return "", ended(ctx, err)
	}
	accepted, err = t.smtpReply("the message", 2)
	var said *wire.ReplyError
	if err != nil && !errors.As(err, &said) { // RFC 5321, section 4.5.3.2.6: the server may be at it still
		err = fmt.Errorf("%w: %w", ErrUnanswered, ended(ctx, err))
	}
	return accepted, err
}

func ascii(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r > '~' }) < 0 }

// offers reports whether the server named a keyword in its last EHLO.
func offers(c *wire.Conn, keyword string) bool {
	for _, word := range c.Facts().Capabilities {
		if word == keyword || strings.HasPrefix(word, keyword+" ") {
			return true
		}
	}
	return false
}

// stuffed gives a message as DATA carries it, with its end.
//
// RFC 5321, section 4.5.2: a line that begins with a dot gets another.
func stuffed(text []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(text) {
		if line[0] == '.' {
			out.WriteByte('.')
		}
		out.Write(bytes.TrimRight(line, "\r\n"))
		out.WriteString("\r\n")
	}
	out.WriteString(".\r\n")
	return out.Bytes()
}

// smtpReply reads a whole reply and gives its words.
//
// RFC 5321, section 4.2.1: further lines follow one with a hyphen behind the code.
func (t *talk) smtpReply(command string, want int) (string, error) {
	var words []string
	for range maxReplyLines {
		line, err := t.line()
		if err != nil {
			return "", err
		}
		code, text, more, ok := smtpLine(line)
		if !ok {
			return "", &wire.ProtocolError{What: "no line of an SMTP reply", Bytes: t.from.Shown(line, 80)}
		}
		words = append(words, text)
		if more {
			continue
		}
		said := t.from.Shown(strings.Join(words, " "), wordLimit)
		if code/100 != want {
			return "", &wire.ReplyError{Command: command, Code: code, Text: said}
		}
		return said, nil
	}
	return "", &wire.LimitError{What: "reply"}
}

// smtpLine takes one line of a reply apart.
func smtpLine(line string) (code int, text string, more, ok bool) {
	if len(line) < 3 || line[0] < '2' || line[0] > '5' || !digit(line[1]) || !digit(line[2]) {
		return 0, "", false, false
	}
	code = int(line[0]-'0')*100 + int(line[1]-'0')*10 + int(line[2]-'0')
	if len(line) == 3 {
		return code, "", false, true
	}
	return code, line[4:], line[3] == '-', line[3] == '-' || line[3] == ' '
}

func digit(c byte) bool { return '0' <= c && c <= '9' }
