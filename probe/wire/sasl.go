package wire

import (
	"encoding/base64"
	"errors"

	"github.com/emersion/go-sasl"
)

// A mechanism is a SASL mechanism.
type mechanism struct {
	sasl.Client
	proves func(response []byte) bool // whether a server could count the message as a try with a password
	finish func(error) error          // looks at how the exchange ended, and gives how that is to be told; nil: as it is
	blind  bool                       // it answers whatever the challenges are: servers that send no base64 do no harm
}

// exchange runs a SASL exchange to its end.
//
// RFC 4422, section 3: challenges and responses alternate; the client may cancel at any of its turns.
func (c *Conn) exchange(mech mechanism) error {
	c.covert = true
	defer func() { c.covert = false }()
	err := c.alternate(mech)
	if mech.finish == nil {
		return err
	}
	judged := mech.finish(err)
	if err == nil && judged != nil {
		c.idle = false // signed in, but to whom?
	}
	return judged
}

// alternate sends the messages of a mechanism.
func (c *Conn) alternate(mech mechanism) error {
	name, first, err := mech.Start()
	if err != nil {
		return err
	}
	command := say(c.talk.authCommand() + " " + name)
	if first != nil && c.offer.initial {
		whole := command.join(say(" ")).join(c.payload(mech, first, initialResponse(first)))
		if len(whole.text)+2 <= c.talk.authLimit() {
			command, first = whole, nil
		}
	}
	t, err := c.talk.auth(command)
	for round := 1; err == nil && t.more; round++ {
		response, problem := c.answer(mech, t, first, round)
		if problem != nil {
			return c.cancel(problem)
		}
		t, err = c.talk.respond(c.payload(mech, response, base64.StdEncoding.EncodeToString(response)))
	}
	return err
}

// payload makes a message of a response, whose text is never shown.
func (c *Conn) payload(mech mechanism, response []byte, text string) message {
	m := message{text: text, shown: hiddenResponse, proof: mech.proves(response)}
	switch {
	case m.proof:
		m.shown = hidden
		c.log.cover(string(response))
	case len(response) == 0:
		m.shown = text
	}
	return m
}

// answer gives the response to a challenge: to the first one the first message, where that could not stand in the command,
// else what the mechanism says.
func (c *Conn) answer(mech mechanism, t turn, first []byte, round int) ([]byte, error) {
	if round > saslRoundLimit {
		return nil, &LimitError{What: "sign-in exchange"}
	}
	if round == 1 && first != nil {
		return first, nil
	}
	challenge, err := decodeChallenge(t.challenge)
	if err != nil && !mech.blind {
		return nil, err
	}
	response, err := mech.Next(challenge)
	if errors.Is(err, sasl.ErrUnexpectedServerChallenge) {
		return nil, &ProtocolError{What: "unexpected challenge", Bytes: c.quote80(string(challenge))}
	}
	return response, err
}

// join puts two parts of a line together.
func (m message) join(n message) message {
	return message{text: m.text + n.text, shown: m.shown + n.shown, proof: m.proof || n.proof}
}

// cancel ends the exchange in a way that leaves the connection usable, and gives the reason.
//
// RFC 9051, section 6.2.2, RFC 5034, section 4, and RFC 4954, section 4: a single "*" cancels.
func (c *Conn) cancel(reason error) error {
	t, err := c.talk.respond(say("*"))
	var said *ReplyError
	if t.more || (err != nil && !errors.As(err, &said)) {
		c.idle = false
	}
	return reason
}

// decodeChallenge reads what a server sends in base64.
func decodeChallenge(text string) ([]byte, error) {
	if text == "=" { // an empty one, as some servers write it
		return nil, nil
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, &ProtocolError{What: "challenge is no base64"}
	}
	return b, nil
}

// initialResponse writes the first message as an argument.
//
// RFC 4954, section 4, and RFC 4959, section 3: an empty one is written "=".
func initialResponse(b []byte) string {
	if len(b) == 0 {
		return "="
	}
	return base64.StdEncoding.EncodeToString(b)
}
