package wire

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"

	"portolan/account"
)

// A scramClient is one of the SCRAM mechanisms: RFC 5802, RFC 7677.
type scramClient struct {
	name    string
	talk    *scram.ClientConversation
	exports bool   // it is a -PLUS mechanism, tied to the connection by tls-exporter
	reason  string // what the server gave as its reason for a no
	unbind  func() // called when it turns out that the server does not know tls-exporter
}

// hashOf gives the hash of a SCRAM mechanism, nil for any other method.
func hashOf(auth account.Auth) scram.HashGeneratorFcn {
	switch auth {
	case account.AuthSCRAMSHA1, account.AuthSCRAMSHA1Plus:
		return scram.SHA1
	case account.AuthSCRAMSHA256, account.AuthSCRAMSHA256Plus:
		return scram.SHA256
	case account.AuthSCRAMSHA512, account.AuthSCRAMSHA512Plus:
		return scram.SHA512
	default:
		return nil
	}
}

// scram makes the mechanism. Every message of it counts as a proof: servers refuse an unknown user at the first one.
//
// RFC 5802, section 6: "y" says that the client could bind to the channel and believes that the server cannot, which
// shows a server that somebody has struck the -PLUS mechanisms from its list.
func (c *Conn) scram(auth account.Auth, user, password string) (mechanism, error) {
	client, err := hashOf(auth).NewClient(user, password, "")
	if err != nil { // what SASLprep does not know, servers have taken as it is
		if client, err = hashOf(auth).NewClientUnprepped(user, password, ""); err != nil {
			return mechanism{}, err
		}
	}
	m := &scramClient{name: strings.ToUpper(auth.String()), unbind: func() { c.binding = scram.ChannelBinding{} }}
	plus := strings.HasSuffix(m.name, "-PLUS")
	switch {
	case plus && !c.binding.IsSupported():
		return mechanism{}, ErrNoCommonAuth
	case plus:
		m.exports = c.binding.Type == scram.ChannelBindingTLSExporter
		m.talk = client.NewConversationWithChannelBinding(c.binding)
	case c.binding.IsSupported() && !c.offer.binds():
		m.talk = client.NewConversationAdvertisingChannelBinding()
	default:
		m.talk = client.NewConversation()
	}
	return mechanism{Client: m, proves: func([]byte) bool { return true }, finish: m.finish}, nil
}

// binds reports whether one of the mechanisms ties itself to the TLS connection.
func (o offer) binds() bool {
	for _, a := range o.mechanisms {
		if strings.HasSuffix(a.String(), "-plus") {
			return true
		}
	}
	return false
}

// Start gives the client's first message.
func (s *scramClient) Start() (string, []byte, error) {
	first, err := s.talk.Step("")
	return s.name, []byte(first), err
}

// Next answers the server's first message with the proof, and its last one with nothing.
func (s *scramClient) Next(challenge []byte) ([]byte, error) {
	text := string(challenge)
	// RFC 5802, section 7: e= is the server's reason for a no; the no itself follows.
	if strings.HasPrefix(text, "e=") {
		s.reason = strings.TrimPrefix(text, "e=")
		return []byte{}, nil
	}
	if err := checkRounds(text); err != nil {
		return nil, err
	}
	response, err := s.talk.Step(text)
	if err != nil {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	return []byte(response), nil
}

// finish looks at a yes: a server that does not know the password can say it, but cannot prove it.
//
// RFC 5802, section 5: the client checks the server's signature, and without it the exchange has failed.
func (s *scramClient) finish(err error) error {
	if err != nil && s.strange(err) {
		s.unbind()
		return fmt.Errorf("%w: the server cannot tie %s to this connection", ErrNoCommonAuth, s.name)
	}
	if err == nil && !s.talk.Valid() {
		return &ProtocolError{What: "a yes without the proof that the server knows the password"}
	}
	return err
}

// strange reports whether the server said no because it does not know tls-exporter, which is no word about the password.
//
// RFC 9266, section 3: under TLS 1.3 it has to know it. Cyrus IMAP does not: it offers -PLUS with tls-unique, which TLS 1.3
// has not got, and looks at the binding before it looks at the proof; it tells that by Cyrus SASL's words for a message that
// it does not understand. Under TLS 1.2 a binding that the server does not like is never passed over.
func (s *scramClient) strange(err error) bool {
	var no *ReplyError
	if !s.exports || !errors.As(err, &no) {
		return false
	}
	// RFC 5802, section 7: the two reasons that are about what the server can do, and not about what came out.
	return s.reason == "unsupported-channel-binding-type" || s.reason == "channel-binding-not-supported" ||
		strings.Contains(strings.ToLower(no.Text), "bad protocol")
}

// checkRounds looks at the iteration count in the server's first message before an hour is spent on it.
//
// RFC 5802, section 5.1, and RFC 7677, section 4: 4096 at least; with fewer the proof is easily turned back into the
// password, and the mechanism is none to use.
func checkRounds(message string) error {
	for field := range strings.SplitSeq(message, ",") {
		digits, ok := strings.CutPrefix(field, "i=")
		if !ok {
			continue
		}
		n, err := strconv.Atoi(digits)
		switch {
		case errors.Is(err, strconv.ErrRange), err == nil && n > scramRoundLimit:
			return &LimitError{What: "SCRAM iteration count"}
		case err == nil && n < scramLeastRounds:
			return fmt.Errorf("%w: %d SCRAM iterations are too few", ErrNoCommonAuth, n)
		}
	}
	return nil
}
