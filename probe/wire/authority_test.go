package wire

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"

	"portolan/account"
)

// An authority issues certificates for tests. Their dates follow the clock of the test, which may be a fake one.
type authority struct {
	t    testing.TB
	cert *x509.Certificate
	key  crypto.Signer
	up   *authority // who issued this one; nil for a root
}

func newAuthority(t testing.TB, name string) *authority {
	t.Helper()
	a := &authority{t: t, key: newKey(t)}
	a.cert = a.sign(caTemplate(name), a.key.Public(), nil)
	return a
}

// below makes an authority that this one vouches for.
func (a *authority) below(name string) *authority {
	b := &authority{t: a.t, key: newKey(a.t), up: a}
	b.cert = a.sign(caTemplate(name), b.key.Public(), a.cert)
	return b
}

func caTemplate(name string) *x509.Certificate {
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		NotBefore: time.Now().Add(-1000 * time.Hour), NotAfter: time.Now().Add(1000 * time.Hour),
	}
}

func newKey(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newRSAKey(t testing.TB, bits int) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (a *authority) sign(template *x509.Certificate, key crypto.PublicKey, parent *x509.Certificate) *x509.Certificate {
	a.t.Helper()
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

// A change makes a leaf different from a good one.
type change func(*x509.Certificate)

func leafTemplate(names []string, changes []change) *x509.Certificate {
	c := &x509.Certificate{
		Subject: pkix.Name{CommonName: "leaf"}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		NotBefore:   time.Now().Add(-time.Hour), NotAfter: time.Now().Add(100 * time.Hour),
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else {
			c.DNSNames = append(c.DNSNames, n)
		}
	}
	for _, change := range changes {
		change(c)
	}
	return c
}

// leaf issues a server certificate; the chain holds the intermediate authorities, not the root.
func (a *authority) leaf(names []string, changes ...change) tls.Certificate {
	return a.leafWithKey(newKey(a.t), names, changes...)
}

func (a *authority) leafWithKey(key crypto.Signer, names []string, changes ...change) tls.Certificate {
	c := a.sign(leafTemplate(names, changes), key.Public(), a.cert)
	chain := [][]byte{c.Raw}
	for up := a; up.up != nil; up = up.up {
		chain = append(chain, up.cert.Raw)
	}
	return tls.Certificate{Certificate: chain, PrivateKey: key, Leaf: c}
}

// selfSigned makes a certificate that nobody vouches for.
func selfSigned(t testing.TB, names []string, changes ...change) tls.Certificate {
	a := &authority{t: t, key: newKey(t)}
	c := a.sign(leafTemplate(names, changes), a.key.Public(), nil)
	return tls.Certificate{Certificate: [][]byte{c.Raw}, PrivateKey: a.key, Leaf: c}
}

func (a *authority) trust() account.Trust {
	return account.Trust{Authorities: []*x509.Certificate{a.cert}}
}

// chainOf gives the parsed chain of a server's certificate.
func chainOf(t testing.TB, c tls.Certificate) []*x509.Certificate {
	t.Helper()
	var chain []*x509.Certificate
	for _, der := range c.Certificate {
		parsed, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		chain = append(chain, parsed)
	}
	return chain
}
