package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"strings"
	"time"
)

// A Defect is what is wrong with a server's certificate.
type Defect string

// The defects of certificates; Sound is the zero value.
const (
	Sound           Defect = ""
	SelfSigned      Defect = "self-signed"
	WrongName       Defect = "wrong-name"
	Expired         Defect = "expired"
	NotYetValid     Defect = "not-yet-valid"
	UnknownIssuer   Defect = "unknown-issuer"
	IncompleteChain Defect = "incomplete-chain"
)

const day = 24 * time.Hour

// An issuer is a certificate that signs others.
type issuer struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// An authority makes the certificates of one world, all relative to the time of the bubble, and gives the same one for
// the same names and defect.
type authority struct {
	root, middle, stranger issuer
	made                   map[string]*tls.Certificate
	serial                 int64
}

func newAuthority() (*authority, error) {
	a := &authority{made: map[string]*tls.Certificate{}}
	var err error
	if a.root, err = a.newIssuer("Example Root", nil); err != nil {
		return nil, err
	}
	if a.middle, err = a.newIssuer("Example Issuing", &a.root); err != nil {
		return nil, err
	}
	a.stranger, err = a.newIssuer("Stranger Root", nil)
	return a, err
}

func (a *authority) newIssuer(name string, parent *issuer) (issuer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return issuer{}, err
	}
	template := a.template(name)
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign
	template.NotBefore, template.NotAfter = time.Now().Add(-400*day), time.Now().Add(3650*day)
	self := issuer{template, key}
	if parent == nil {
		parent = &self
	}
	cert, err := sign(template, *parent, key)
	return issuer{cert, key}, err
}

// template gives what all certificates have in common: valid for a day behind and a year ahead.
func (a *authority) template(name string) *x509.Certificate {
	a.serial++
	return &x509.Certificate{
		SerialNumber: big.NewInt(a.serial),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-day),
		NotAfter:     time.Now().Add(365 * day),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
}

func sign(template *x509.Certificate, by issuer, key *ecdsa.PrivateKey) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, by.cert, &key.PublicKey, by.key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// leaf gives the server certificate for the names with the defect, with the chain that the server sends.
func (a *authority) leaf(defect Defect, names []string) (*tls.Certificate, error) {
	id := string(defect) + " " + strings.Join(names, " ")
	if c, ok := a.made[id]; ok {
		return c, nil
	}
	c, err := a.newLeaf(defect, names)
	if err != nil {
		return nil, fmt.Errorf("certificate %s: %w", id, err)
	}
	a.made[id] = c
	return c, nil
}

func (a *authority) newLeaf(defect Defect, names []string) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if defect == WrongName {
		names = []string{"elsewhere.invalid"}
	}
	template := a.template("server")
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, n)
		}
	}
	by, rest := a.middle, []*x509.Certificate{a.middle.cert}
	switch defect {
	case Sound, WrongName:
	case SelfSigned:
		by, rest = issuer{template, key}, nil
	case Expired:
		template.NotBefore, template.NotAfter = time.Now().Add(-90*day), time.Now().Add(-3*day)
	case NotYetValid:
		template.NotBefore = time.Now().Add(30 * day)
	case UnknownIssuer:
		by, rest = a.stranger, []*x509.Certificate{a.stranger.cert}
	case IncompleteChain:
		rest = nil
	default:
		return nil, fmt.Errorf("unknown defect %q", defect)
	}
	cert, err := sign(template, by, key)
	if err != nil {
		return nil, err
	}
	out := &tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key, Leaf: cert}
	for _, c := range rest {
		out.Certificate = append(out.Certificate, c.Raw)
	}
	return out, nil
}
