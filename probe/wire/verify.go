package wire

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"slices"
	"strings"
	"time"

	"portolan/account"
)

// A Verdict is what a certificate is worth.
type Verdict struct {
	Protection account.Protection // Verified, Pinned or Unverified
	Covered    []string           // the names that it is worth it for
	Problems   []Problem          // all of them where Covered is empty, else none
}

// Judge says what a chain of certificates, leaf first, is worth for some names of one server. It looks at dates, names,
// chain, keys and signatures each for itself, so that one problem does not hide another. The clock and the system's
// authorities apart it depends on its arguments alone.
func Judge(chain []*x509.Certificate, names []string, port int, trust account.Trust, now time.Time) Verdict {
	if len(chain) == 0 {
		return Verdict{Protection: account.Unverified, Problems: []Problem{ProblemUnknown}}
	}
	leaf := chain[0]
	problems := dateProblems(leaf, now)
	problems = append(problems, chainProblems(nil, chain, trust, within(leaf, now))...)
	covered := coveredBy(leaf, names)
	if len(problems) == 0 && len(covered) > 0 {
		return Verdict{Protection: account.Verified, Covered: covered}
	}
	weak := slices.Contains(problems, WeakKey) || slices.Contains(problems, WeakSignature)
	pinned, mismatch := pinnedFor(leaf, names, port, trust)
	if len(pinned) > 0 && !weak {
		return Verdict{Protection: account.Pinned, Covered: pinned}
	}
	if len(covered) == 0 {
		problems = append(problems, WrongName)
	}
	if mismatch {
		problems = append(problems, PinMismatch)
	}
	slices.Sort(problems)
	return Verdict{Protection: account.Unverified, Problems: slices.Compact(problems)}
}

func dateProblems(leaf *x509.Certificate, now time.Time) []Problem {
	switch {
	case now.Before(leaf.NotBefore):
		return []Problem{NotYetValid}
	case now.After(leaf.NotAfter):
		return []Problem{Expired}
	default:
		return nil
	}
}

// within gives the moment nearest to now at which the leaf is valid, so that its dates do not hide what its chain is worth.
func within(leaf *x509.Certificate, now time.Time) time.Time {
	switch {
	case now.Before(leaf.NotBefore):
		return leaf.NotBefore
	case now.After(leaf.NotAfter):
		return leaf.NotAfter
	default:
		return now
	}
}

// coveredBy gives the names that stand in the certificate.
//
// RFC 9525, section 6: the subject's common name is never looked at, and an address literal needs an address in it.
func coveredBy(leaf *x509.Certificate, names []string) []string {
	var covered []string
	for _, name := range names {
		if leaf.VerifyHostname(strings.TrimSuffix(name, ".")) == nil {
			covered = append(covered, name)
		}
	}
	return covered
}

// pinnedFor gives the names for which the user accepted this certificate at this port, and tells whether another one was
// accepted for any of them.
func pinnedFor(leaf *x509.Certificate, names []string, port int, trust account.Trust) (pinned []string, mismatch bool) {
	print := account.FingerprintOf(leaf)
	for _, name := range names {
		server := account.Endpoint{Host: name, Port: port}
		if trust.Pinned(server, print) {
			pinned = append(pinned, name)
		} else if _, other := trust.PinFor(server); other {
			mismatch = true
		}
	}
	return pinned, mismatch
}

// chainProblems says what is wrong with the chain at a moment at which the leaf is valid. The system's authorities, nil for
// those that it has, come first, then the account's own.
func chainProblems(system *x509.CertPool, chain []*x509.Certificate, trust account.Trust, at time.Time) []Problem {
	verified, err := chainsTo(system, chain, at)
	if len(trust.Authorities) > 0 && (err != nil || !slices.ContainsFunc(verified, strong)) {
		own := x509.NewCertPool()
		for _, ca := range trust.Authorities {
			own.AddCert(ca)
		}
		if more, ownErr := chainsTo(own, chain, at); ownErr == nil {
			verified, err = append(verified, more...), nil
		} else if tellsMore(ownErr, err) {
			err = ownErr
		}
	}
	if err != nil {
		return brokenChain(chain, err)
	}
	if slices.ContainsFunc(verified, strong) {
		return nil
	}
	return weaknesses(verified[0])
}

// chainsTo gives the chains from the leaf to one of the roots; nil are the system's.
func chainsTo(roots *x509.CertPool, chain []*x509.Certificate, at time.Time) ([][]*x509.Certificate, error) {
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	return chain[0].Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
}

// tellsMore reports whether one of two errors says more about the chain: that an authority is unknown says least.
func tellsMore(a, b error) bool {
	var unknown x509.UnknownAuthorityError
	return !errors.As(a, &unknown) && errors.As(b, &unknown)
}

// brokenChain says why a chain leads to no authority. One certificate that somebody else issued is what a server shows
// that was not given its intermediate certificates.
//
// Security rule C-3: a certificate that vouches for itself is no root, whose signature nobody looks at, before somebody knows it.
func brokenChain(chain []*x509.Certificate, err error) []Problem {
	problems := weaknesses(chain)
	own := selfIssued(chain[0])
	if own && weakSignature(chain[0]) {
		problems = append(problems, WeakSignature)
	}
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return append(problems, Expired)
	case errors.As(err, &invalid):
		return append(problems, Unsuitable)
	case own:
		return append(problems, SelfSigned)
	case slices.Contains(problems, WeakSignature):
		return problems // a signature that counts for nothing leads to nobody
	case len(chain) == 1:
		return append(problems, IncompleteChain)
	default:
		return append(problems, UnknownIssuer)
	}
}

// selfIssued reports whether a certificate vouches for itself, as far as its signature can still be checked.
func selfIssued(c *x509.Certificate) bool {
	if string(c.RawIssuer) != string(c.RawSubject) {
		return false
	}
	return weakSignature(c) || weakKey(c) || c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

// strong reports whether a verified chain has neither weak keys nor weak signatures.
func strong(chain []*x509.Certificate) bool { return len(weaknesses(chain)) == 0 }

// weaknesses looks at every certificate but the root's signature and, behind the leaf, the root's key: a root is believed
// because it is known, not because of what it says.
func weaknesses(chain []*x509.Certificate) []Problem {
	var problems []Problem
	for i, c := range chain {
		root := selfIssued(c)
		if (i == 0 || !root) && weakKey(c) {
			problems = append(problems, WeakKey)
		}
		if !root && weakSignature(c) {
			problems = append(problems, WeakSignature)
		}
	}
	return problems
}

// weakKey: RFC 9325, section 4.5: RSA keys have at least 2048 bits, curves at least 224; here 256.
func weakKey(c *x509.Certificate) bool {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen() < minRSABits
	case *ecdsa.PublicKey:
		return key.Curve.Params().BitSize < minCurveBits
	case ed25519.PublicKey:
		return false
	default:
		return true
	}
}

// weakSignature: RFC 9155, section 2: MD5 and SHA-1 are not used.
func weakSignature(c *x509.Certificate) bool {
	switch c.SignatureAlgorithm {
	case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
		return true
	default:
		return false
	}
}
