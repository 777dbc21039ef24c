package account

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxPath is the longest path of a file, in bytes; Linux sets the limit.
const maxPath = 4096

// A ClientCertificate says where the certificate lies with which a person proves to the account's servers who is there. It
// holds paths alone: the key stays in its file, and the password of a PKCS#12 file in the keyring. The zero value is none.
type ClientCertificate struct {
	File string // PEM or PKCS#12
	Key  string // PEM with the private key; "" where File holds both
}

// Check says what keeps the paths from being used. Whether something lies there is not looked at. Every error is an *InputError.
func (c ClientCertificate) Check() error {
	for _, path := range []string{c.File, c.Key} {
		switch {
		case !utf8.ValidString(path), strings.ContainsFunc(path, unicode.IsControl):
			return wrong("The name of the certificate's file contains a character that cannot be kept. Please rename it.")
		case len(path) > maxPath:
			return wrong("The path of the certificate's file is too long.")
		}
	}
	if c.File == "" && c.Key != "" {
		return wrong("There is a file with a key, but none with its certificate.")
	}
	return nil
}
