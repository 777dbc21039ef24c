package mailbox

import (
	"bytes"
	"errors"
	"net"
	"strconv"
	"strings"

	"portolan/account"
	"portolan/probe/wire"
)

// A pop3 is the TRANSACTION state of RFC 1939, as much of it as is needed.
type pop3 struct{ *talk }

func newPOP3(from *wire.Conn, conn net.Conn) pop3 { return pop3{newTalk(from, conn)} }

// inspect counts the messages and asks whether they have lasting names, and ends the connection.
func (p pop3) inspect() (Box, error) {
	defer p.part()
	box := Box{Protocol: account.POP3}
	var err error
	if box.Messages, box.Size, err = p.stat(); err != nil {
		return box, err
	}
	_, err = p.uidl()
	var said *wire.ReplyError
	if errors.As(err, &said) {
		return box, nil // UIDL is optional: RFC 1939, section 7
	}
	box.UIDL = err == nil
	return box, err
}

// ask sends a command and reads the status line.
func (p pop3) ask(line string) (string, error) {
	if err := p.send(line); err != nil {
		return "", err
	}
	reply, err := p.line()
	if err != nil {
		return "", err
	}
	word, text, _ := strings.Cut(reply, " ")
	switch strings.ToUpper(word) {
	case "+OK":
		return text, nil
	case "-ERR":
		command, _, _ := strings.Cut(line, " ")
		return "", &wire.ReplyError{Command: command, Status: "-ERR", Text: p.from.Shown(text, wordLimit)}
	default:
		return "", &wire.ProtocolError{What: "neither +OK nor -ERR", Bytes: p.from.Shown(reply, 80)}
	}
}

// stat asks how many messages there are and how large they are together.
func (p pop3) stat() (count int, size int64, err error) {
	text, err := p.ask("STAT")
	if err != nil {
		return 0, 0, err
	}
	words := strings.Fields(text)
	if len(words) >= 2 {
		var wrong error
		if count, err = strconv.Atoi(words[0]); err == nil {
			size, wrong = strconv.ParseInt(words[1], 10, 64)
		}
		if err == nil && wrong == nil && count >= 0 && size >= 0 {
			return count, size, nil
		}
	}
	return 0, 0, &wire.ProtocolError{What: "no reply to STAT", Bytes: p.from.Shown(text, 80)}
}

// A uid is one message: its number in this session, and its lasting name.
type uid struct {
	number int
	name   string
}

// uidl lists the messages.
func (p pop3) uidl() ([]uid, error) {
	if _, err := p.ask("UIDL"); err != nil {
		return nil, err
	}
	var list []uid
	for {
		line, err := p.line()
		if err != nil {
			return nil, err
		}
		if line == "." {
			return list, nil
		}
		u, ok := parseUIDL(line)
		switch {
		case !ok:
			return nil, &wire.ProtocolError{What: "no line of UIDL", Bytes: p.from.Shown(line, 80)}
		case len(list) == maxUIDs:
			return nil, &wire.LimitError{What: "list of messages"}
		}
		list = append(list, u)
	}
}

// parseUIDL reads one line of the list.
//
// RFC 1939, section 7: a number, a blank, and 1 to 70 characters from 0x21 to 0x7E.
func parseUIDL(line string) (uid, bool) {
	number, name, ok := strings.Cut(line, " ")
	name = strings.Trim(name, " ")
	if !ok || name == "" || len(name) > 70 || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return uid{}, false
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || number[0] == '+' {
		return uid{}, false
	}
	return uid{n, name}, true
}

// header gives the header of a message, as much of it as is looked at. A server without TOP gives the whole message,
// whose text is read and dropped.
func (p pop3) header(number int) ([]byte, error) {
	n := strconv.Itoa(number)
	_, err := p.ask("TOP " + n + " 0")
	var said *wire.ReplyError
	if errors.As(err, &said) {
		_, err = p.ask("RETR " + n)
	}
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	inside := true
	for {
		line, err := p.line()
		switch {
		case err != nil:
			return nil, err
		case line == ".":
			return out.Bytes(), nil
		case line == "":
			inside = false
		}
		if inside && out.Len()+len(line) < maxHeader {
			out.WriteString(strings.TrimPrefix(line, ".") + "\r\n") // RFC 1939, section 3: byte-stuffing
		}
	}
}

// quit ends the session; what was marked is removed only then.
func (p pop3) quit() error {
	_, err := p.ask("QUIT")
	_ = p.conn.Close()
	return err
}
