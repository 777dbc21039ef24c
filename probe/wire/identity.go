package wire

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"slices"
	"time"

	"portolan/account"
)

// An Identity is a client certificate with its private key, as the user chose it for an account. It holds a pointer, so
// that even %+v of a struct with an unexported Identity shows an address; every way of printing or encoding it gives its
// subject and its fingerprint alone. The zero value is none.
type Identity struct{ kept *identity }

// identity is what is never printed.
type identity struct{ pair tls.Certificate }

// Empty reports whether there is no certificate.
func (i Identity) Empty() bool { return i.kept == nil }

// Subject is whom the certificate names, neutralised: the common name, or everything that there is in its place.
func (i Identity) Subject() string {
	if i.Empty() {
		return ""
	}
	return subjectOf(i.leaf())
}

// Issuer is who vouches for the certificate, neutralised.
func (i Identity) Issuer() string {
	if i.Empty() {
		return ""
	}
	return nameIn(i.leaf().Issuer)
}

// NotAfter is when the certificate ends; zero where there is none.
func (i Identity) NotAfter() time.Time {
	if i.Empty() {
		return time.Time{}
	}
	return i.leaf().NotAfter
}

// Fingerprint is the certificate's SHA-256; zero where there is none.
func (i Identity) Fingerprint() account.Fingerprint {
	if i.Empty() {
		return account.Fingerprint{}
	}
	return account.FingerprintOf(i.leaf())
}

func (i Identity) leaf() *x509.Certificate { return i.kept.pair.Leaf }

// String gives subject and fingerprint.
func (i Identity) String() string {
	if i.Empty() {
		return "[no client certificate]"
	}
	return fmt.Sprintf("[client certificate %s %v]", i.Subject(), i.Fingerprint())
}

// GoString gives what String does.
func (i Identity) GoString() string { return i.String() }

// Format prints what String gives, for every verb.
func (i Identity) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, i.String()) }

// MarshalText gives what String does, to JSON, XML and text encoders.
func (i Identity) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// GobEncode gives what String does.
func (i Identity) GobEncode() ([]byte, error) { return []byte(i.String()), nil }

// identify is called by crypto/tls where the server asks for a client certificate, after verify has judged the server's own.
// Security rule C-7: it is shown to nobody but the account's servers, and only where they have proved their name.
func (c *Conn) identify(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	mayShow := func(name string) bool { return slices.Contains(c.target.ShowTo, name) }
	if c.target.Identity.Empty() || !slices.ContainsFunc(c.facts.TLS.Covered, mayShow) {
		c.facts.ClientCert = ClientCertMissing
		return &tls.Certificate{}, nil
	}
	c.facts.ClientCert = ClientCertShown
	return &c.target.Identity.kept.pair, nil
}

// maxShownName bounds a name out of a certificate, in runes.
const maxShownName = 120

// subjectOf names a certificate's subject.
func subjectOf(c *x509.Certificate) string {
	if name := nameIn(c.Subject); name != "" {
		return name
	}
	if len(c.EmailAddresses) > 0 {
		return account.Neutral(c.EmailAddresses[0], maxShownName)
	}
	return ""
}

// nameIn is a name as one line.
func nameIn(n pkix.Name) string {
	if n.CommonName != "" {
		return account.Neutral(n.CommonName, maxShownName)
	}
	return account.Neutral(n.String(), maxShownName)
}
