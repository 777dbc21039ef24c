package wire

import (
	"slices"
	"strings"

	"portolan/account"
)

// A dialogue is what differs between the protocols. Its methods are called in the order that open.go and signin.go write
// down; each sends at most one command at a time and returns when the reply to it is complete.
type dialogue interface {
	greeting() error
	capabilities() (offer, error) // an error only where nothing sensible can follow
	startTLS() error              // nil: the server waits for the handshake
	declines(error) bool          // startTLS's error says that the command itself is unknown

	auth(m message) (turn, error)    // begins a SASL exchange
	respond(m message) (turn, error) // answers a challenge; "*" cancels
	authLimit() int                  // octets that an AUTH command may have with its line end
	authCommand() string             // "AUTHENTICATE" or "AUTH"
	login(user, password string) error

	logout() error             // says goodbye and waits for the answer
	farewell()                 // says goodbye and does not wait
	unasked() error            // judges what came before a command was sent
	harmless(line string) bool // an unasked line that says nothing about the connection's life
}

// An offer is what a server says that it can do, in one state of the connection.
type offer struct {
	known      bool     // false: it would not say
	words      []string // upper case
	startTLS   bool
	mechanisms []account.Auth // in the server's order
	initial    bool           // a mechanism's first message may stand in the command
	command    bool           // IMAP LOGIN, or POP3 USER and PASS
}

// A turn is a server's move in a SASL exchange.
type turn struct {
	more      bool   // it waits for a response
	challenge string // in base64
}

// A message is a line to the server. shown is what the transcript keeps of it.
type message struct {
	text, shown string
	proof       bool // it carries the password, or what proves that one has it
}

// say makes a message that holds no secret.
func say(text string) message { return message{text: text, shown: text} }

// auths lists what the offer allows: the mechanisms, and the command, which is a way of LOGIN.
func (o offer) auths() []account.Auth {
	all := slices.Clone(o.mechanisms)
	if o.command && !slices.Contains(all, account.AuthLogin) {
		all = append(all, account.AuthLogin)
	}
	return all
}

// mechanism adds a SASL mechanism by its name; names that Portolan has no word for are left out.
func (o *offer) mechanism(name string) {
	a, err := account.ParseAuth(strings.ToLower(name))
	if err != nil || a == account.AuthNone || a == account.AuthAPOP || slices.Contains(o.mechanisms, a) {
		return
	}
	o.mechanisms = append(o.mechanisms, a)
}

// word keeps a capability.
func (o *offer) word(s string) {
	if len(o.words) < capabilityLimit {
		o.words = append(o.words, s)
	}
}

// takesPasswords reports whether one of the mechanisms is used with a password, or none is named at all.
func (o offer) takesPasswords() bool {
	return len(o.mechanisms) == 0 || slices.ContainsFunc(o.mechanisms, func(a account.Auth) bool {
		switch a {
		case account.AuthPlain, account.AuthLogin, account.AuthCRAMMD5, account.AuthDigestMD5,
			account.AuthSCRAMSHA1, account.AuthSCRAMSHA256, account.AuthSCRAMSHA512,
			account.AuthSCRAMSHA1Plus, account.AuthSCRAMSHA256Plus, account.AuthSCRAMSHA512Plus:
			return true
		default:
			return false
		}
	})
}
