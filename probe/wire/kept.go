package wire

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"slices"
)

// keep gives what is worth keeping of a chain that has been judged: who, by whom, until when, for which names, and the
// bytes. A hostile server fills a certificate with what is small to send and large to hold, and a report holds many.
func keep(chain []*x509.Certificate) []*x509.Certificate {
	kept := make([]*x509.Certificate, 0, min(len(chain), keptCertificates))
	for i, c := range chain[:min(len(chain), keptCertificates)] {
		kept = append(kept, &x509.Certificate{
			Raw: c.Raw, RawTBSCertificate: c.RawTBSCertificate, RawSubjectPublicKeyInfo: c.RawSubjectPublicKeyInfo,
			RawSubject: c.RawSubject, RawIssuer: c.RawIssuer, Signature: c.Signature, SignatureAlgorithm: c.SignatureAlgorithm,
			PublicKeyAlgorithm: c.PublicKeyAlgorithm, PublicKey: c.PublicKey, Version: c.Version, SerialNumber: c.SerialNumber,
			Issuer: keepName(c.Issuer), Subject: keepName(c.Subject), NotBefore: c.NotBefore, NotAfter: c.NotAfter,
			KeyUsage: c.KeyUsage, BasicConstraintsValid: c.BasicConstraintsValid, IsCA: c.IsCA,
		})
		if i == 0 { // what names an issuer is for, nobody asks
			kept[0].DNSNames, kept[0].IPAddresses = someOf(c.DNSNames), someOf(c.IPAddresses)
		}
	}
	return kept
}

// keepName gives the parts of a name that are shown.
func keepName(n pkix.Name) pkix.Name {
	return pkix.Name{
		CommonName: n.CommonName, SerialNumber: n.SerialNumber, Country: someOf(n.Country), Organization: someOf(n.Organization),
		OrganizationalUnit: someOf(n.OrganizationalUnit), Locality: someOf(n.Locality), Province: someOf(n.Province),
	}
}

// someOf gives the first of a list in a list of their own, so that the others can go.
func someOf[T any](list []T) []T { return slices.Clone(list[:min(len(list), keptNames)]) }
