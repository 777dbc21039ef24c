//go:build linux

package debian

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"time"
)

// A Certificate is a server's or a person's certificate and key, both in PEM.
type Certificate struct{ Chain, Key []byte }

// An Authority issues certificates for a test.
type Authority struct {
	PEM  []byte // its own certificate
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// NewAuthority makes an authority with a key of its own, valid for a day.
func NewAuthority(name string) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := plate(name)
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &Authority{PEM: block("CERTIFICATE", der), cert: cert, key: key}, err
}

// Issue makes a certificate for host names and IP addresses.
func (a *Authority) Issue(names ...string) (Certificate, error) {
	return a.issue(server(names), nil)
}

// Personal makes a certificate with which a person proves who is there.
func (a *Authority) Personal(name string) (Certificate, error) {
	template := plate(name)
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return a.issue(template, nil)
}

// Expired makes a certificate whose time is over.
func (a *Authority) Expired(names ...string) (Certificate, error) {
	template := server(names)
	template.NotBefore, template.NotAfter = time.Now().Add(-48*time.Hour), time.Now().Add(-24*time.Hour)
	return a.issue(template, nil)
}

// SelfSigned makes a certificate that no authority has signed.
func SelfSigned(names ...string) (Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Certificate{}, err
	}
	template := server(names)
	return (&Authority{cert: template, key: key}).issue(template, key)
}

// issue signs the template; the key is a new one where none is given.
func (a *Authority) issue(template *x509.Certificate, key *ecdsa.PrivateKey) (Certificate, error) {
	if key == nil {
		fresh, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return Certificate{}, err
		}
		key = fresh
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return Certificate{}, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	return Certificate{Chain: block("CERTIFICATE", der), Key: block("PRIVATE KEY", secret)}, err
}

// server is the template of a server's certificate.
func server(names []string) *x509.Certificate {
	template := plate(names[0])
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	return template
}

// plate is what all certificates share: a name, a number and a day of validity around now.
func plate(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
	}
}

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
