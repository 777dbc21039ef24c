package wire

import (
	"crypto/x509"
	"slices"
	"testing"
	"time"

	"portolan/account"
)

// crossed gives a chain whose issuing certificate stands below a root by way of an authority with a weak key, and the same
// authority's own root, which vouches for it directly.
func crossed(t *testing.T) (chain []*x509.Certificate, system *x509.CertPool, root *x509.Certificate) {
	t.Helper()
	public := newAuthority(t, "Public Root")
	weak := &authority{t: t, key: newRSAKey(t, 1024), up: public}
	weak.cert = public.sign(caTemplate("Weak"), weak.key.Public(), public.cert)
	issuing := weak.below("Issuing")
	alone := issuing.sign(caTemplate("Issuing"), issuing.key.Public(), nil)
	system = x509.NewCertPool()
	system.AddCert(public.cert)
	return chainOf(t, issuing.leaf([]string{mailHost})), system, alone
}

// C-2, C-3: a chain to a public root that is weak says nothing against the strong one to an authority that the user trusts,
// and an authority that vouches for nothing here mends nothing.
func TestAnOwnAuthorityStandsBesideAWeakPublicChain(t *testing.T) {
	chain, system, root := crossed(t)
	nobody := x509.NewCertPool()
	stale := newAuthority(t, "Stale Root")
	old := stale.below("Old")
	lapsed := caTemplate("Old")
	lapsed.NotBefore, lapsed.NotAfter = time.Now().Add(-100*time.Hour), time.Now().Add(-time.Hour)
	old.cert = stale.sign(lapsed, old.key.Public(), stale.cert)
	for _, c := range []struct {
		name   string
		system *x509.CertPool
		chain  []*x509.Certificate
		own    []*x509.Certificate
		want   []Problem
	}{
		{"weak alone", system, chain, nil, []Problem{WeakKey}},
		{"weak, and strong to the own one", system, chain, []*x509.Certificate{root}, nil},
		{"the own one alone", nobody, chain, []*x509.Certificate{root}, nil},
		{"weak, beside an authority of somebody else", system, chain, []*x509.Certificate{stale.cert}, []Problem{WeakKey}},
		{"strong to the system's", poolOf(root), chain, []*x509.Certificate{stale.cert}, nil},
		{"nobody knows it", nobody, chain, []*x509.Certificate{stale.cert}, []Problem{WeakKey, UnknownIssuer}},
		{"below the own one, and out of date", nobody, chainOf(t, old.leaf([]string{mailHost})), []*x509.Certificate{stale.cert}, []Problem{Expired}},
		{"below the system's, and out of date", poolOf(stale.cert), chainOf(t, old.leaf([]string{mailHost})), []*x509.Certificate{root}, []Problem{Expired}},
	} {
		got := chainProblems(c.system, c.chain, account.Trust{Authorities: c.own}, time.Now())
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func poolOf(c *x509.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(c)
	return pool
}
