package wire

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/emersion/go-sasl"
)

// A tokenClient is XOAUTH2 or OAUTHBEARER: one message, and an answer to the server's reason for a no.
type tokenClient struct {
	name    string
	message string
	answer  []byte // to the failure challenge
	failure map[string]any
}

// token makes a mechanism of it. The token is in the first message; the answer to a failure holds nothing.
func (c *Conn) token(client *tokenClient) mechanism {
	return mechanism{
		Client: client,
		proves: func(response []byte) bool { return string(response) == client.message },
		finish: func(err error) error {
			if err == nil || client.failure == nil {
				return err
			}
			return &TokenError{Status: c.said(client.failure["status"]), Err: err}
		},
	}
}

// said gives a value of the server's JSON as clean text.
func (c *Conn) said(value any) string {
	if value == nil {
		return ""
	}
	return c.quote80(fmt.Sprint(value))
}

// Start gives the one message.
func (t *tokenClient) Start() (string, []byte, error) { return t.name, []byte(t.message), nil }

// Next reads the reason for a no, once, and answers it so that the no can follow.
//
// RFC 7628, section 3.2.3: the failure is a JSON object in a challenge, and the client answers it.
func (t *tokenClient) Next(challenge []byte) ([]byte, error) {
	if t.failure != nil {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	t.failure = map[string]any{}
	if json.Unmarshal(challenge, &t.failure) != nil || t.failure == nil {
		t.failure = map[string]any{} // some servers say nothing, or no JSON
	}
	return t.answer, nil
}

// isToken reports whether a text can be a bearer token.
//
// RFC 6750, section 2.1: a token is made of visible ASCII characters.
func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}
