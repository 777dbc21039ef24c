package wire

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"

	"portolan/account"
)

// MaxCertificateFile is the most that a file with certificates or a key may hold, in bytes.
const MaxCertificateFile = 256 << 10

// maxChain is the most certificates that a file may hold: what a server would take as a chain is far shorter.
const maxChain = 32

// maxAuthorities is the most authorities that a file may hold: a system's whole list has some hundred and fifty.
const maxAuthorities = 500

// A FileFault is why a file with certificates cannot be used.
type FileFault uint8

// The faults that are told apart. The zero value is none.
const (
	NoFault         FileFault = iota
	FileTooLarge              // more than MaxCertificateFile, or more certificates than a chain has
	FileUnreadable            // neither PEM nor DER nor PKCS#12, or broken
	NoCertificate             // no certificate in it
	NoKey                     // a certificate, and no private key to it
	KeyEncrypted              // a PEM key behind a password of its own
	KeyMismatch               // the key belongs to another certificate
	KeyUnsuitable             // a kind of key that TLS has no use for
	PasswordWanted            // a PKCS#12 file behind a password, and none was given
	PasswordWrong             // a PKCS#12 file behind another password
	NotAnAuthority            // a certificate that vouches for nobody
	FileUnsupported           // PKCS#12 that is put together in a way that cannot be read
)

// String gives a lower-case word for logs and tests.
func (f FileFault) String() string {
	names := [...]string{
		"none", "too-large", "unreadable", "no-certificate", "no-key", "key-encrypted", "key-mismatch", "key-unsuitable",
		"password-wanted", "password-wrong", "not-an-authority", "unsupported",
	}
	if int(f) < len(names) {
		return names[f]
	}
	return fmt.Sprintf("(%d)", uint8(f))
}

// A FileError says why a file with certificates cannot be used. It quotes nothing of the file.
type FileError struct{ Fault FileFault }

func (e *FileError) Error() string { return "certificate file: " + e.Fault.String() }

// FaultOf gives the fault of an error of ParseIdentity or ParseAuthorities; NoFault for nil, FileUnreadable for any other error.
func FaultOf(err error) FileFault {
	var e *FileError
	switch {
	case err == nil:
		return NoFault
	case errors.As(err, &e):
		return e.Fault
	default:
		return FileUnreadable
	}
}

func fault(f FileFault) error { return &FileError{Fault: f} }

// ParseIdentity reads a client certificate with its key: PEM with both, the certificate and its chain in one file and the
// key in another, or PKCS#12, for which alone the password is. key is the second file, nil for none. Every error is a
// *FileError.
func ParseIdentity(certificate, key []byte, password account.Secret) (Identity, error) {
	if len(certificate) > MaxCertificateFile || len(key) > MaxCertificateFile {
		return Identity{}, fault(FileTooLarge)
	}
	certificates, _, err := readCertificates(certificate)
	if err != nil {
		return Identity{}, err
	}
	if len(certificates) > maxChain {
		return Identity{}, fault(FileTooLarge)
	}
	if len(certificates) == 0 && isSequence(certificate) {
		return openPKCS12(certificate, password)
	}
	signer, err := readKey(certificate)
	if signer == nil && err == nil && len(key) > 0 {
		if signer, err = readKey(key); signer == nil && err == nil {
			err = fault(NoKey)
		}
	}
	switch {
	case err != nil:
		return Identity{}, err
	case len(certificates) == 0 && signer == nil:
		return Identity{}, fault(FileUnreadable)
	case len(certificates) == 0:
		return Identity{}, fault(NoCertificate)
	case signer == nil:
		return Identity{}, &FileError{Fault: NoKey}
	}
	return newIdentity(certificates, signer)
}

// ParseAuthorities reads the certificates of private authorities, PEM or DER, several in a file; what else stands in PEM
// is left alone. One that may not vouch for others is refused, for nothing would ever be verified by it, unless it vouches
// for itself: a server's own certificate is then believed for the names in it. Every error is a *FileError.
func ParseAuthorities(file []byte) ([]*x509.Certificate, error) {
	if len(file) > MaxCertificateFile {
		return nil, fault(FileTooLarge)
	}
	certificates, broken, err := readCertificates(file)
	switch {
	case err != nil:
		return nil, err
	case len(certificates) > maxAuthorities:
		return nil, fault(FileTooLarge)
	case len(certificates) == 0 && broken:
		return nil, fault(FileUnreadable)
	case len(certificates) == 0:
		return nil, fault(NoCertificate)
	}
	for _, c := range certificates {
		if mayIssue := c.IsCA || !c.BasicConstraintsValid && c.Version < 3; !mayIssue && !selfIssued(c) {
			return nil, &FileError{Fault: NotAnAuthority}
		}
	}
	return certificates, nil
}

// AuthorityName names an authority for people, neutralised.
func AuthorityName(c *x509.Certificate) string { return subjectOf(c) }

// readCertificates gives the certificates of a file in their order; broken tells that there is neither PEM nor a
// certificate in DER in it.
func readCertificates(file []byte) (list []*x509.Certificate, broken bool, err error) {
	if der, err := x509.ParseCertificates(file); err == nil && len(der) > 0 {
		return der, false, nil
	}
	broken = true
	for block, rest := pem.Decode(file); block != nil; block, rest = pem.Decode(rest) {
		broken = false
		if block.Type != "CERTIFICATE" && block.Type != "TRUSTED CERTIFICATE" && block.Type != "X509 CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, false, fault(FileUnreadable)
		}
		list = append(list, c)
	}
	return list, broken, nil
}

// readKey gives the first private key of a file, nil where there is none.
func readKey(file []byte) (crypto.Signer, error) {
	if key, err := x509.ParsePKCS8PrivateKey(file); err == nil {
		return signerOf(key)
	}
	for block, rest := pem.Decode(file); block != nil; block, rest = pem.Decode(rest) {
		// RFC 7468, sections 10 and 11; RFC 1421, section 4.6.1.1, for what OpenSSL wrote before.
		switch {
		case block.Type == "ENCRYPTED PRIVATE KEY", bytes.Contains([]byte(block.Headers["Proc-Type"]), []byte("ENCRYPTED")):
			return nil, fault(KeyEncrypted)
		case block.Type == "PRIVATE KEY":
			return parsedKey(x509.ParsePKCS8PrivateKey(block.Bytes))
		case block.Type == "RSA PRIVATE KEY":
			key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
			return parsedKey(key, err)
		case block.Type == "EC PRIVATE KEY":
			key, err := x509.ParseECPrivateKey(block.Bytes)
			return parsedKey(key, err)
		}
	}
	return nil, nil
}

func parsedKey(key any, err error) (crypto.Signer, error) {
	if err != nil {
		return nil, fault(FileUnreadable)
	}
	return signerOf(key)
}

// signerOf gives a key that TLS can sign with.
func signerOf(key any) (crypto.Signer, error) {
	if s, ok := key.(crypto.Signer); ok {
		return s, nil
	}
	return nil, fault(KeyUnsuitable) // a key that only agrees on others, as X25519 does
}

// newIdentity puts certificates and key together: the one that the key belongs to comes first, the others follow in their
// order.
//
// RFC 8446, section 4.4.2: the sender's own certificate comes first.
func newIdentity(certificates []*x509.Certificate, key crypto.Signer) (Identity, error) {
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok {
		return Identity{}, fault(KeyUnsuitable)
	}
	own := slices.IndexFunc(certificates, func(c *x509.Certificate) bool { return public.Equal(c.PublicKey) })
	if own < 0 {
		return Identity{}, &FileError{Fault: KeyMismatch}
	}
	pair := tls.Certificate{Certificate: [][]byte{certificates[own].Raw}, PrivateKey: key, Leaf: certificates[own]}
	for i, c := range certificates {
		if i != own && string(c.RawIssuer) != string(c.RawSubject) { // a root is never sent: the server has it, or it is of no use
			pair.Certificate = append(pair.Certificate, c.Raw)
		}
	}
	return Identity{&identity{pair}}, nil
}
