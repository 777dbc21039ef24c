package account

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Fingerprint is the SHA-256 of a certificate in DER. Its zero value is "no certificate".
type Fingerprint [sha256.Size]byte

// FingerprintOf hashes a certificate.
func FingerprintOf(c *x509.Certificate) Fingerprint { return sha256.Sum256(c.Raw) }

// String gives "sha256:" and 64 hexadecimal digits, or "" for the zero value.
func (f Fingerprint) String() string {
	if f == (Fingerprint{}) {
		return ""
	}
	return "sha256:" + hex.EncodeToString(f[:])
}

// ParseFingerprint reads "sha256:" and 64 hexadecimal digits; colons between the bytes and capitals are understood.
func ParseFingerprint(s string) (Fingerprint, error) {
	var f Fingerprint
	rest, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(s)), "sha256:")
	if !ok {
		return f, errors.New("a certificate's fingerprint is written as sha256:HEX")
	}
	b, err := hex.DecodeString(strings.ReplaceAll(rest, ":", ""))
	if err != nil || len(b) != len(f) {
		return f, fmt.Errorf("a SHA-256 fingerprint has %d hexadecimal digits", 2*len(f))
	}
	copy(f[:], b)
	return f, nil
}

// A Pin is a certificate that the user accepted for one host and port, and for nothing else.
type Pin struct {
	Server      Endpoint
	Certificate Fingerprint
}

// Trust is whom an account believes beyond the system's certificate authorities: pinned certificates and private
// authorities, the practice mailbox's among them; and whom it has known. Its zero value is the system's authorities alone.
type Trust struct {
	Pins        []Pin
	Authorities []*x509.Certificate
	// Verified are servers whose certificates verified once for this account. One that does not any more is an error, and never
	// a question: RFC 8314, section 5.4.
	Verified []Endpoint
}

// Pinned reports whether the user accepted this certificate for this host and port, and nothing better was seen there since.
func (t Trust) Pinned(server Endpoint, certificate Fingerprint) bool {
	p, ok := t.PinFor(server)
	return ok && p.Certificate == certificate && certificate != (Fingerprint{})
}

// PinFor gives the pin that the user set for this host and port. A pin is over once the server has verified.
func (t Trust) PinFor(server Endpoint) (Pin, bool) {
	i := slices.IndexFunc(t.Pins, func(p Pin) bool { return p.Server == server })
	if i < 0 || slices.Contains(t.Verified, server) {
		return Pin{}, false
	}
	return t.Pins[i], true
}

// IdentityUnverified reports whether the server of a role is used on the strength of a certificate that the user accepted: nobody
// has confirmed who it is. It is to be said wherever the account is shown (RFC 8314, section 5.4).
func (a Account) IdentityUnverified(r Role) bool {
	s := a.Incoming
	if r == Outgoing {
		s = a.Outgoing
	}
	_, pinned := a.Trust.PinFor(s.Endpoint)
	return pinned && s.Security != Cleartext
}
