package wire

import (
	"errors"
	"io"
	"testing"

	"github.com/emersion/go-sasl"

	"portolan/account"
)

// The answer to a second challenge, or to an empty one, would serve somebody who listens.
func TestCRAMAnswersOneChallengeAlone(t *testing.T) {
	if got, err := cram(user, password).Next(nil); !errors.Is(err, sasl.ErrUnexpectedServerChallenge) {
		t.Errorf("an empty challenge: got %q, %v, want none answered", got, err)
	}
	m := cram(user, password)
	if _, err := m.Next([]byte("<1@x>")); err != nil {
		t.Errorf("got %v, want an answer", err)
	}
	if got, err := m.Next([]byte("<2@x>")); !errors.Is(err, sasl.ErrUnexpectedServerChallenge) {
		t.Errorf("a second challenge: got %q, %v, want none answered", got, err)
	}
}

// An endless is a mechanism that always has something to say.
type endless struct{}

func (endless) Start() (string, []byte, error)        { return "ENDLESS", nil, nil }
func (endless) Next(challenge []byte) ([]byte, error) { return challenge, nil }

// P-12.
func TestASignInHasSoManyRounds(t *testing.T) {
	c, m := &Conn{log: &transcript{}}, mechanism{Client: endless{}}
	if _, err := c.answer(m, turn{challenge: "eA=="}, nil, saslRoundLimit); err != nil {
		t.Errorf("the last round: got %v, want an answer", err)
	}
	var limit *LimitError
	if _, err := c.answer(m, turn{challenge: "eA=="}, nil, saslRoundLimit+1); !errors.As(err, &limit) {
		t.Errorf("a round too many: got %v, want a limit", err)
	}
}

// RFC 7628, section 3.2.3: the reason stands before the no. It turns no yes into a no, and a no without it stays as it is.
func TestAReasonBelongsToTheNoBehindIt(t *testing.T) {
	for _, s := range []struct {
		challenge string // "" for none
		end       error
		token     bool
		status    string
	}{
		{"", nil, false, ""},
		{"", io.EOF, false, ""},
		{`{"status":"invalid_token"}`, nil, false, ""},
		{`{"status":"invalid_token"}`, io.EOF, true, "invalid_token"},
		{"null", io.EOF, true, ""},
		{"what?", io.EOF, true, ""},
	} {
		c := &Conn{log: &transcript{}}
		m := c.token(&tokenClient{answer: []byte("\x01")})
		if s.challenge != "" {
			if _, err := m.Next([]byte(s.challenge)); err != nil {
				t.Errorf("%q: got %v, want an answer", s.challenge, err)
			}
			if _, err := m.Next([]byte(s.challenge)); !errors.Is(err, sasl.ErrUnexpectedServerChallenge) {
				t.Errorf("%q again: got %v, want none answered", s.challenge, err)
			}
		}
		err := m.finish(s.end)
		var failure *TokenError
		if errors.As(err, &failure) != s.token || !errors.Is(err, s.end) || failure != nil && failure.Status != s.status {
			t.Errorf("%q, then %v: got %v, want a reason: %v, %q", s.challenge, s.end, err, s.token, s.status)
		}
	}
}

// APOP and the absence of a sign-in are words of Portolan's, and no mechanisms that a server could name.
func TestOnlyMechanismsAreTakenFromAList(t *testing.T) {
	var o offer
	for _, name := range []string{"APOP", "none", "NONE", "unknown", "MAGIC", "plain", "PLAIN", ""} {
		o.mechanism(name)
	}
	if len(o.mechanisms) != 1 || o.mechanisms[0] != account.AuthPlain {
		t.Errorf("got %v, want plain alone", o.mechanisms)
	}
}

// K-2: a challenge is not kept, and what is none is.
func TestOnlyChallengesAreHidden(t *testing.T) {
	for line, want := range map[string]string{
		"334 c2VjcmV0": "334 " + hiddenChallenge, "334-c2VjcmV0": "334-" + hiddenChallenge, "+ c2VjcmV0": "+ " + hiddenChallenge, "+c2VjcmV0": "+" + hiddenChallenge,
		"334 ": "334 ", "+ ": "+ ", "+": "+", "+OK done": "+OK done", "A1 OK done": "A1 OK done", "235 done": "235 done", "* CAPABILITY IMAP4rev1": "* CAPABILITY IMAP4rev1",
	} {
		if got := (&Conn{covert: true}).withoutChallenge(line); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
		if got := (&Conn{}).withoutChallenge(line); got != line {
			t.Errorf("%q outside a sign-in: got %q, want it kept", line, got)
		}
	}
}
