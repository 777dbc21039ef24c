package wire

import "github.com/emersion/go-sasl"

// A loginClient is the LOGIN mechanism (draft-murchison-sasl-login). It answers by step: the words of the prompts differ from
// server to server.
type loginClient struct {
	left []string // what is still to be said
}

// login makes the mechanism. A user name that is the password too counts as a proof.
func login(user, password string) mechanism {
	return mechanism{
		Client: &loginClient{left: []string{user, password}},
		proves: func(response []byte) bool { return string(response) == password },
		blind:  true,
	}
}

// Start gives no initial response: not every server takes one.
func (l *loginClient) Start() (string, []byte, error) { return sasl.Login, nil, nil }

// Next gives the user name, then the password, then nothing more.
func (l *loginClient) Next([]byte) ([]byte, error) {
	if len(l.left) == 0 {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	next := l.left[0]
	l.left = l.left[1:]
	return []byte(next), nil
}
