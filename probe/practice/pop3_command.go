package practice

import (
	"bufio"
	"bytes"
	"errors"
	"strconv"
	"strings"
)

// maxPOP3Line is how long a client's line may be. RFC 2449, section 4, asks for 255 octets; SASL answers are longer.
const maxPOP3Line = 2048

var (
	errOverlong = errors.New("line too long")
	errSyntax   = errors.New("not a POP3 command")
)

// A command is one line from a POP3 client.
type command struct {
	verb     string // in upper case
	argument string // all that follows the first blank, as it was sent: a password may hold blanks
}

// readLine reads a line without its CRLF; a bare LF is understood. The error is errOverlong, or the connection's. The
// line is good until the next read.
func readLine(r *bufio.Reader) ([]byte, error) {
	line, err := r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return nil, errOverlong
	}
	if err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(line[:len(line)-1], []byte("\r")), nil
}

// parseCommand takes a line apart: RFC 1939, section 3. The error is errSyntax.
func parseCommand(line []byte) (command, error) {
	if bytes.ContainsFunc(line, isControl) {
		return command{}, errSyntax
	}
	verb, argument, _ := strings.Cut(string(line), " ")
	// RFC 1939, section 3: keywords are three or four characters long.
	if len(verb) < 3 || len(verb) > 4 || strings.ContainsFunc(verb, notLetter) {
		return command{}, errSyntax
	}
	return command{strings.ToUpper(verb), argument}, nil
}

// numbers reads the argument as at least low and at most high decimal numbers, none of them negative.
func (c command) numbers(low, high int) ([]int, error) {
	fields := strings.Fields(c.argument)
	if len(fields) < low || len(fields) > high {
		return nil, errSyntax
	}
	all := make([]int, len(fields))
	for i, field := range fields {
		n, err := strconv.ParseUint(field, 10, 31)
		if err != nil {
			return nil, errSyntax
		}
		all[i] = int(n)
	}
	return all, nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

func notLetter(r rune) bool { return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') }
