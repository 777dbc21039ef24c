package practice

import (
	"crypto/subtle"
	"errors"
	"strings"

	"github.com/emersion/go-sasl"
)

const wrongWords = "Wrong user name or password"

var (
	errWrong     = errors.New("wrong user name or password")
	errMalformed = errors.New("malformed sign-in")
)

// admit says whether a user name and a password open the mailbox. The whole address is the user name; its local part
// alone is wrong. The error is errWrong.
func (a admission) admit(user, secret string) error {
	right := strings.EqualFold(user, username) && subtle.ConstantTimeCompare([]byte(secret), []byte(password)) == 1
	if a == whenRight && right {
		return nil
	}
	return errWrong
}

// mechanisms are the SASL mechanisms of all three protocols, best first.
func mechanisms() []string { return []string{sasl.Plain, sasl.Login} }

// newMechanism begins a SASL exchange that ends in admit, whose error it gives as it is; any other error is
// errMalformed. It reports false for a mechanism that is not spoken.
func newMechanism(name string, admit func(user, secret string) error) (sasl.Server, bool) {
	switch strings.ToUpper(name) {
	case sasl.Plain:
		return plainServer{sasl.NewPlainServer(func(identity, user, secret string) error {
			// RFC 4616, section 2: an authorization identity that the user may not act as is refused.
			if identity != "" && identity != user {
				return errWrong
			}
			return admit(user, secret)
		})}, true
	case sasl.Login:
		return &loginServer{admit: admit}, true
	default:
		return nil, false
	}
}

// plainServer is go-sasl's, with its one challenge as nil: go-imap sends "=" for an empty one that is not nil.
type plainServer struct{ sasl.Server }

// Next takes the client's only message.
func (p plainServer) Next(response []byte) ([]byte, bool, error) {
	_, done, err := p.Server.Next(response)
	if err != nil && !errors.Is(err, errWrong) {
		err = errMalformed
	}
	return nil, done, err
}

// loginServer asks for the user name, then for the password; the name may come with the command.
type loginServer struct {
	admit func(user, secret string) error
	user  []byte
	asked bool
}

// Next takes one answer and gives the next question.
func (l *loginServer) Next(response []byte) ([]byte, bool, error) {
	switch {
	case l.asked && l.user != nil:
		return nil, true, l.admit(string(l.user), string(response))
	case response == nil && l.asked:
		return nil, true, errMalformed
	case response == nil:
		l.asked = true
		return []byte("Username:"), false, nil
	default:
		l.asked, l.user = true, response
		return []byte("Password:"), false, nil
	}
}

// A worded exchange puts its errors in the words of one protocol.
type worded struct {
	sasl.Server
	words func(error) error
}

// Next is the mechanism's own.
func (w worded) Next(response []byte) ([]byte, bool, error) {
	challenge, done, err := w.Server.Next(response)
	if err != nil {
		err = w.words(err)
	}
	return challenge, done, err
}
