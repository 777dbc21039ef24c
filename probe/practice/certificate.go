package practice

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"time"
)

// validity is how long the certificates hold; they are made anew at every start.
const validity = 90 * 24 * time.Hour

// papers are the certificates of one mailbox. The servers' key is in config and nowhere else, the authority's is
// forgotten once it has signed.
type papers struct {
	config    *tls.Config
	authority *x509.Certificate
}

// newPapers makes an authority, and a certificate for the servers that either the authority or nobody vouches for.
func newPapers(by issuer) (papers, error) {
	authority, authorityKey, err := newAuthority()
	if err != nil {
		return papers{}, err
	}
	key, err := newKey()
	if err != nil {
		return papers{}, err
	}
	leaf, err := newTemplate("practice mailbox")
	if err != nil {
		return papers{}, err
	}
	leaf.DNSNames = hosts()
	leaf.KeyUsage = x509.KeyUsageDigitalSignature
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}

	parent, signer := authority, authorityKey
	if by == bySelf {
		parent, signer = leaf, key
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, parent, key.Public(), signer)
	if err != nil {
		return papers{}, err
	}
	// RFC 8996, section 2: nothing older than TLS 1.2.
	config := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	return papers{config, authority}, nil
}

// newAuthority makes an authority that can vouch for the practice domain alone.
func newAuthority() (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := newKey()
	if err != nil {
		return nil, nil, err
	}
	template, err := newTemplate("practice authority")
	if err != nil {
		return nil, nil, err
	}
	template.IsCA = true
	template.MaxPathLenZero = true
	template.KeyUsage = x509.KeyUsageCertSign
	// RFC 5280, section 4.2.1.10: a name outside the permitted subtree makes the chain invalid.
	template.PermittedDNSDomainsCritical = true
	template.PermittedDNSDomains = []string{domain}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	authority, err := x509.ParseCertificate(der)
	return authority, key, err
}

func newKey() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

// newTemplate is what every certificate here has: a name, a random number, and its time, with an hour for slow clocks.
func newTemplate(name string) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 126))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	return &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{Organization: []string{"Portolan"}, CommonName: name},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(validity),
		BasicConstraintsValid: true,
	}, nil
}
