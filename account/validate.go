package account

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest user name and the longest person's name, in bytes.
const (
	MaxUsername = 320
	maxName     = 256
)

// A Field is a field of the form in which an account is typed or edited. The zero value is no field.
type Field uint8

// The fields, in the order of the form.
const (
	FieldNone Field = iota
	FieldName
	FieldAddress
	FieldPassword
	FieldIncomingServer // host, and port where it is written behind it
	FieldIncomingPort
	FieldIncomingSecurity
	FieldIncomingProtocol
	FieldIncomingAuth
	FieldUsername // of the incoming server, and of the outgoing one unless that has its own
	FieldOutgoingServer
	FieldOutgoingPort
	FieldOutgoingSecurity
	FieldOutgoingProtocol
	FieldOutgoingAuth
	FieldOutgoingUsername
	FieldOutgoingPassword
	FieldCertificate         // the file of the client certificate
	FieldCertificatePassword // what opens the file
)

var fieldNames = [...]string{
	"", "name", "address", "password", "incoming-server", "incoming-port", "incoming-security", "incoming-protocol", "incoming-auth",
	"username", "outgoing-server", "outgoing-port", "outgoing-security", "outgoing-protocol", "outgoing-auth", "outgoing-username",
	"outgoing-password", "certificate", "certificate-password",
}

// String gives a lower-case word for logs and tests.
func (f Field) String() string { return nameOf(fieldNames[:], f) }

// A Problem is what keeps one field from being used.
type Problem struct {
	Field   Field
	Message string // one sentence for the person who typed
}

// An Input is a form as it was typed. Everything but the address may be empty, which leaves it to the search.
type Input struct {
	Name             string
	Address          string
	Password         Secret
	Incoming         string // host, host:port, or what ParseServer understands beside
	IncomingPort     string // in the view that has a field of its own for it
	Username         string
	Outgoing         string
	OutgoingPort     string
	OutgoingUsername string
	OutgoingPassword Secret
}

// Validate lists what keeps a form from being used, at most one problem for each field, in the order of the fields.
func Validate(in Input) []Problem {
	var c checks
	c.add(FieldName, checkName(in.Name))
	_, err := ParseAddress(in.Address)
	c.add(FieldAddress, err)
	c.add(FieldPassword, checkPassword(in.Password))
	c.add(FieldIncomingServer, optional(in.Incoming, ParseEndpoint))
	c.add(FieldIncomingPort, optional(in.IncomingPort, ParsePort))
	c.add(FieldUsername, CheckUsername(in.Username))
	c.add(FieldOutgoingServer, optional(in.Outgoing, ParseEndpoint))
	c.add(FieldOutgoingPort, optional(in.OutgoingPort, ParsePort))
	c.add(FieldOutgoingUsername, CheckUsername(in.OutgoingUsername))
	c.add(FieldOutgoingPassword, checkPassword(in.OutgoingPassword))
	return c
}

// Validate lists what keeps a complete account from being used, saved or exported, at most one problem for each field, in the order of
// the fields. A sign-in method that is not known is no problem: it is settled when the server is asked.
func (a Account) Validate() []Problem {
	var c checks
	c.add(FieldName, checkName(a.Name))
	c.add(FieldAddress, checkAddress(a.Address))
	c.server(a.Incoming, [...]Field{FieldIncomingServer, FieldIncomingPort, FieldIncomingSecurity})
	if a.Incoming.Protocol.Role() != Incoming {
		c.add(FieldIncomingProtocol, wrong("The incoming server speaks IMAP or POP3."))
	}
	if a.Incoming.Auth == AuthNone {
		c.add(FieldIncomingAuth, wrong("An incoming server cannot be used without a sign-in."))
	}
	c.add(FieldUsername, checkServerUser(a.Incoming))
	c.server(a.Outgoing, [...]Field{FieldOutgoingServer, FieldOutgoingPort, FieldOutgoingSecurity})
	if a.Outgoing.Protocol != SMTP {
		c.add(FieldOutgoingProtocol, wrong("The outgoing server speaks SMTP."))
	}
	c.add(FieldOutgoingUsername, checkServerUser(a.Outgoing))
	c.add(FieldCertificate, a.ClientCertificate.Check())
	return c
}

// CheckUsername says what keeps a user name from being sent; the empty one is nobody's trouble. Blanks are kept and allowed.
// Every error is an *InputError.
func CheckUsername(name string) error {
	r, found := firstRune(name, unicode.IsControl)
	switch {
	case !utf8.ValidString(name):
		return wrong("The user name is not valid Unicode. Please type it instead of pasting it.")
	case found:
		return controlError(r)
	case len(name) > MaxUsername:
		return wrong("The user name is too long: 320 bytes are the limit.")
	}
	return nil
}

// PasswordRemark says what is odd about the shape of a password, in one sentence, "" where nothing is. The password
// stays as it is: whether to change it is for the user to decide.
func PasswordRemark(s Secret) string {
	switch shape := shapeOf(s); {
	case shape.line:
		return "The password contains a line break, which probably came with the paste."
	case shape.ends:
		return "The password begins or ends with a blank, which is kept. If it came with the paste, remove it."
	case shape.grouped:
		return "This looks like an app password. The blanks between its groups are usually there only for reading; if it is refused, try it without them."
	default:
		return ""
	}
}

// passwordShape is all that is ever said about a password.
type passwordShape struct{ nul, line, ends, grouped bool }

// shapeOf looks at a password without keeping it.
func shapeOf(s Secret) passwordShape {
	text := s.Reveal()
	blank := func(r rune) bool { return unicode.IsSpace(r) || invisible(r) }
	return passwordShape{
		nul:     strings.ContainsRune(text, 0),
		line:    strings.ContainsAny(text, "\r\n"),
		ends:    strings.TrimFunc(text, blank) != text,
		grouped: inGroups(strings.FieldsFunc(text, blank)),
	}
}

// inGroups reports whether words look like an app password as providers show it: four groups of four letters or digits.
func inGroups(words []string) bool {
	for _, w := range words {
		if len(w) != 4 || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return len(words) == 4
}

// checks gathers problems.
type checks []Problem

// add notes the problem of a field, where there is one.
func (c *checks) add(f Field, err error) {
	if err != nil {
		*c = append(*c, Problem{f, err.Error()})
	}
}

// server checks host, port and security; fields are theirs.
func (c *checks) server(s Server, fields [3]Field) {
	if host, err := ParseHost(s.Host); err != nil {
		c.add(fields[0], err)
	} else if host != s.Host {
		c.add(fields[0], wrong("The name of the server is written "+shown(host)+"."))
	}
	if s.Port < 1 || s.Port > 65535 {
		c.add(fields[1], wrong("A port is a number from 1 to 65535."))
	}
	if s.Security < TLS || s.Security > Cleartext {
		c.add(fields[2], wrong("It is not known yet how the connection is encrypted."))
	}
}

// checkServerUser checks a server's user name against its sign-in method.
func checkServerUser(s Server) error {
	switch {
	case s.Auth == AuthNone && s.Username != "":
		return wrong("A server without a sign-in has no user name.")
	case s.Auth != AuthNone && s.Username == "":
		return wrong("The user name is missing.")
	}
	return CheckUsername(s.Username)
}

// checkAddress checks an address that somebody may have put together without ParseAddress.
func checkAddress(a Address) error {
	again, err := ParseAddress(a.String())
	if err == nil && again != a {
		return wrong("The address is written " + shown(again.String()) + ".")
	}
	return err
}

// checkName checks a person's name.
func checkName(name string) error {
	if _, err := typed(name); err != nil {
		return err
	}
	if len(name) > maxName {
		return wrong("The name is too long: 256 bytes are the limit.")
	}
	return nil
}

// checkPassword refuses what no sign-in can carry. The sentence holds nothing of the password.
func checkPassword(s Secret) error {
	switch shape := shapeOf(s); {
	case shape.nul:
		return wrong("The password contains a NUL character, which no server accepts.")
	case shape.line:
		return wrong("The password contains a line break, which probably came with the paste.")
	}
	return nil
}

// optional checks a field that may stay empty.
func optional[T any](s string, parse func(string) (T, error)) error {
	if trimBlanks(s) == "" {
		return nil
	}
	_, err := parse(s)
	return err
}
