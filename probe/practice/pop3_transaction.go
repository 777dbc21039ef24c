package practice

import (
	"bytes"
	"fmt"
	"net/textproto"

	"github.com/emersion/go-imap/v2"
)

// transact answers the commands of the TRANSACTION state: RFC 1939, section 5.
func (s *popSession) transact(c command) {
	switch c.verb {
	case "STAT":
		count, octets := s.total()
		s.ok("%d %d", count, octets)
	case "LIST":
		s.list(c, func(l letter) string { return fmt.Sprint(len(l.text)) })
	case "UIDL":
		s.list(c, func(l letter) string { return fmt.Sprintf("%d.%d", l.id.validity, l.id.uid) })
	case "RETR":
		s.retrieve(c)
	case "TOP":
		s.top(c)
	case "DELE":
		if i, ok := s.pick(c); ok {
			s.deleted[i] = true
			s.ok("Message %d is marked", i+1)
		}
	case "RSET":
		clear(s.deleted)
		s.ok("No message is marked")
	case "NOOP":
		s.ok("Nothing done")
	default:
		s.mistake("Unknown command")
	}
}

// total counts the messages that are not marked, and their octets.
func (s *popSession) total() (count, octets int) {
	for i, l := range s.letters {
		if !s.deleted[i] {
			count++
			octets += len(l.text)
		}
	}
	return count, octets
}

// pick finds the message that the command's only number means, and answers no where there is none.
func (s *popSession) pick(c command) (index int, ok bool) {
	n, err := c.numbers(1, 1)
	if err != nil {
		s.err("A message number is needed")
		return 0, false
	}
	return s.index(n[0])
}

func (s *popSession) index(number int) (index int, ok bool) {
	if number < 1 || number > len(s.letters) || s.deleted[number-1] {
		s.err("No such message")
		return 0, false
	}
	return number - 1, true
}

// list answers LIST and UIDL, for one message or all that are not marked.
func (s *popSession) list(c command, about func(letter) string) {
	if c.argument != "" {
		if i, ok := s.pick(c); ok {
			s.ok("%d %s", i+1, about(s.letters[i]))
		}
		return
	}
	var lines bytes.Buffer
	for i, l := range s.letters {
		if !s.deleted[i] {
			fmt.Fprintf(&lines, "%d %s\r\n", i+1, about(l))
		}
	}
	s.ok("List follows")
	s.multi(lines.Bytes())
}

// retrieve answers RETR.
func (s *popSession) retrieve(c command) {
	if i, ok := s.pick(c); ok {
		s.ok("%d octets", len(s.letters[i].text))
		s.multi(s.letters[i].text)
	}
}

// top answers TOP: the header and so many lines of the body.
func (s *popSession) top(c command) {
	n, err := c.numbers(2, 2)
	if err != nil {
		s.err("A message number and a number of lines are needed")
		return
	}
	if i, ok := s.index(n[0]); ok {
		s.ok("Top follows")
		s.multi(head(s.letters[i].text, n[1]))
	}
}

// head cuts a message off after its header, the blank line and so many lines of its body.
func head(text []byte, lines int) []byte {
	end := bytes.Index(text, []byte("\r\n\r\n"))
	if end < 0 {
		return text
	}
	for end += len("\r\n\r\n"); lines > 0 && end < len(text); lines-- {
		next := bytes.IndexByte(text[end:], '\n')
		if next < 0 {
			return text
		}
		end += next + 1
	}
	return text[:end]
}

// multi sends the lines of an answer, with leading dots doubled and the final dot: RFC 1939, section 3.
func (s *popSession) multi(text []byte) {
	if len(text) == 0 { // a DotWriter would send a blank line
		_, _ = s.w.WriteString(".\r\n")
		return
	}
	w := textproto.NewWriter(s.w).DotWriter()
	_, _ = w.Write(text) // an error stays in s.w and shows at the flush
	_ = w.Close()
}

// quit ends the session, and in the TRANSACTION state removes what was marked: RFC 1939, section 6.
func (s *popSession) quit() {
	var gone []imap.UID
	for i, marked := range s.deleted {
		if marked {
			gone = append(gone, s.letters[i].id.uid)
		}
	}
	s.state = over
	if err := s.office.drop.remove(gone); err != nil {
		s.err("[SYS/TEMP] Some marked messages were not removed")
		return
	}
	s.ok("Fair winds")
}
