package account

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
)

// A Secret is a password or token. It holds a pointer, so that even %+v of a struct with an unexported Secret shows an
// address and no text; every way of printing gives "[secret]", and every way of encoding is refused. The zero value is empty.
type Secret struct{ text *string }

// NewSecret wraps a text as it was typed: nothing is trimmed or normalised.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{&text}
}

// Reveal opens the secret. Only the sign-in code, the keyring, remarks on a password's shape and an export that was
// asked to hold it may call it; a test counts the callers.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Empty reports whether there is no secret.
func (s Secret) Empty() bool { return s.text == nil || *s.text == "" }

// Equal reports whether two secrets are the same text.
func (s Secret) Equal(o Secret) bool {
	if s.Empty() || o.Empty() {
		return s.Empty() && o.Empty()
	}
	return subtle.ConstantTimeCompare([]byte(*s.text), []byte(*o.text)) == 1
}

// Format prints "[secret]" for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[secret]") }

// String gives "[secret]".
func (s Secret) String() string { return "[secret]" }

// GoString gives "[secret]".
func (s Secret) GoString() string { return "[secret]" }

var errSecretEncoded = errors.New("a secret cannot be encoded")

// MarshalText refuses: JSON, XML and text encoders stop with an error.
func (s Secret) MarshalText() ([]byte, error) { return nil, errSecretEncoded }

// MarshalJSON refuses.
func (s Secret) MarshalJSON() ([]byte, error) { return nil, errSecretEncoded }

// GobEncode refuses.
func (s Secret) GobEncode() ([]byte, error) { return nil, errSecretEncoded }
