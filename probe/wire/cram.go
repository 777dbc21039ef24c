package wire

import (
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // RFC 2195 has no other
	"encoding/hex"

	"github.com/emersion/go-sasl"
)

// A cramClient is the CRAM-MD5 mechanism: RFC 2195.
type cramClient struct {
	user, password string
	done           bool
}

// cram makes the mechanism.
func cram(user, password string) mechanism {
	return mechanism{Client: &cramClient{user: user, password: password}, proves: func([]byte) bool { return true }}
}

// Start gives no initial response: the server speaks first.
func (m *cramClient) Start() (string, []byte, error) { return "CRAM-MD5", nil, nil }

// Next answers the one challenge. An empty one is none: the answer to it would serve for ever.
func (m *cramClient) Next(challenge []byte) ([]byte, error) {
	if m.done || len(challenge) == 0 {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	m.done = true
	mac := hmac.New(md5.New, []byte(m.password))
	mac.Write(challenge)
	return []byte(m.user + " " + hex.EncodeToString(mac.Sum(nil))), nil
}
