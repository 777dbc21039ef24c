package wire

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"

	"software.sslmate.com/src/go-pkcs12"

	"portolan/account"
)

// maxIterations is the most rounds of key derivation that a PKCS#12 file may ask for: a second or two of work. Programs
// write a few thousand, or 600,000 where they are careful.
const maxIterations = 2_000_000

// openPKCS12 reads a PKCS#12 file, RFC 7292. It is the only place that opens its password.
func openPKCS12(file []byte, password account.Secret) (Identity, error) {
	if !affordable(file, pkcs12Depth) {
		return Identity{}, fault(FileUnreadable)
	}
	key, leaf, chain, err := decodePKCS12(file, password.Reveal())
	var odd pkcs12.NotImplementedError
	switch {
	case err == nil:
	case errors.Is(err, pkcs12.ErrIncorrectPassword) && password.Empty():
		return Identity{}, fault(PasswordWanted)
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return Identity{}, fault(PasswordWrong)
	case errors.As(err, &odd):
		return Identity{}, fault(FileUnsupported)
	case err.Error() == "pkcs12: certificate missing":
		return Identity{}, fault(NoCertificate)
	case err.Error() == "pkcs12: private key missing":
		return Identity{}, fault(NoKey)
	default:
		return Identity{}, fault(FileUnreadable)
	}
	if len(chain) >= maxChain {
		return Identity{}, fault(FileTooLarge)
	}
	signer, err := signerOf(key)
	if err != nil {
		return Identity{}, err
	}
	return newIdentity(append([]*x509.Certificate{leaf}, chain...), signer)
}

// decodePKCS12 opens the file. A file without any protection knows no password, whatever was typed.
func decodePKCS12(file []byte, password string) (key crypto.PrivateKey, leaf *x509.Certificate, chain []*x509.Certificate, err error) {
	key, leaf, chain, err = pkcs12.DecodeChain(file, password)
	if err != nil && password != "" && err.Error() == "pkcs12: no MAC in data" {
		return pkcs12.DecodeChain(file, "")
	}
	return key, leaf, chain, err
}

// isSequence reports whether bytes begin as every structure in DER does.
func isSequence(b []byte) bool { return len(b) > 1 && b[0] == 0x30 }

// pkcs12Depth is how deep affordable looks: the salts of RFC 7292 lie less deep.
const pkcs12Depth = 24

// affordable reports whether every number of rounds in the file is one that ends soon. Such a number stands behind its salt,
// an octet string: RFC 7292, section 4 (MacData) and appendix C; RFC 8018, appendix A.2. What is encrypted is not seen.
func affordable(der []byte, depth int) bool {
	salted := false
	for len(der) > 0 && depth > 0 {
		var v asn1.RawValue
		rest, err := asn1.Unmarshal(der, &v)
		if err != nil {
			return true // no structure, and nothing that anybody would count by
		}
		rounds := 0
		switch {
		case salted && v.Class == asn1.ClassUniversal && v.Tag == asn1.TagInteger:
			if _, err := asn1.Unmarshal(v.FullBytes, &rounds); err != nil || rounds > maxIterations {
				return false
			}
		case (v.IsCompound || v.Tag == asn1.TagOctetString) && !affordable(v.Bytes, depth-1):
			return false
		}
		salted = v.Class == asn1.ClassUniversal && v.Tag == asn1.TagOctetString
		der = rest
	}
	return true
}
