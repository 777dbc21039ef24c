package wire

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"portolan/account"
)

// A judged certificate and the verdict that it must get for mail.example.test and imap.example.test on port 993.
type judged struct {
	name       string
	cert       tls.Certificate
	trust      account.Trust
	protection account.Protection
	covered    []string
	problems   []Problem
}

const otherHost = "imap.example.test"

func pinOf(c tls.Certificate, host string) account.Pin {
	return account.Pin{Server: account.Endpoint{Host: host, Port: 993}, Certificate: account.FingerprintOf(c.Leaf)}
}

func weakCurveKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// C-2, C-3, C-6: every problem is found, however many there are; none is reported where a name is covered.
func TestJudgeFindsEveryProblem(t *testing.T) {
	ca, stranger := newAuthority(t, "Test Root"), newAuthority(t, "Stranger")
	between := ca.below("Intermediate")
	notCA := &authority{t: t, key: newKey(t), up: ca}
	notCA.cert = ca.sign(leafTemplate([]string{"not.a.ca.test"}, nil), notCA.key.Public(), ca.cert)
	lone := between.leaf([]string{mailHost})
	lone.Certificate = lone.Certificate[:1]
	withRoot := stranger.leaf([]string{mailHost})
	withRoot.Certificate = append(withRoot.Certificate, stranger.cert.Raw)
	self := selfSigned(t, []string{mailHost}, expired)
	weak := ca.leafWithKey(newRSAKey(t, 1024), []string{mailHost})
	weakSelf := selfSigned(t, []string{mailHost}, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })
	own := ca.trust()
	pinned := account.Trust{Authorities: own.Authorities, Pins: []account.Pin{pinOf(self, otherHost)}}
	pinnedWeak := account.Trust{Authorities: own.Authorities, Pins: []account.Pin{pinOf(weak, mailHost)}}
	oldPin := account.Trust{Authorities: own.Authorities, Pins: []account.Pin{{Server: account.Endpoint{Host: mailHost, Port: 993}, Certificate: account.Fingerprint{1}}}}
	wildcard := ca.leaf([]string{"*.example.test"})
	for _, j := range []judged{
		{"good", between.leaf([]string{mailHost}), own, account.Verified, []string{mailHost}, nil},
		{"good for both, in the Target's order", ca.leaf([]string{otherHost, mailHost}), own, account.Verified, []string{mailHost, otherHost}, nil},
		{"wildcard", wildcard, own, account.Verified, []string{mailHost, otherHost}, nil},
		{"good for the second alone", ca.leaf([]string{otherHost}), own, account.Verified, []string{otherHost}, nil},
		{"good, though another was pinned", ca.leaf([]string{mailHost}), oldPin, account.Verified, []string{mailHost}, nil},
		{"unknown without the authority", ca.leaf([]string{mailHost}), account.Trust{}, account.Unverified, nil, []Problem{IncompleteChain}},
		{"unknown with its root", withRoot, own, account.Unverified, nil, []Problem{UnknownIssuer}},
		{"incomplete", lone, own, account.Unverified, nil, []Problem{IncompleteChain}},
		{"expired and for another name", ca.leaf([]string{"x.test"}, expired), own, account.Unverified, nil, []Problem{Expired, WrongName}},
		{"future and self-signed", selfSigned(t, []string{mailHost}, future), own, account.Unverified, nil, []Problem{NotYetValid, SelfSigned}},
		{"pinned for one name", self, pinned, account.Pinned, []string{otherHost}, nil},
		{"changed", weakSelf, oldPin, account.Unverified, nil, []Problem{Expired, SelfSigned, PinMismatch}},
		{"weak key", weak, own, account.Unverified, nil, []Problem{WeakKey}},
		{"weak key, pinned", weak, pinnedWeak, account.Unverified, nil, []Problem{WeakKey}},
		{"weak curve", ca.leafWithKey(weakCurveKey(t), []string{mailHost}), own, account.Unverified, nil, []Problem{WeakKey}},
		{"issued by a server's certificate", notCA.leaf([]string{mailHost}), own, account.Unverified, nil, []Problem{UnknownIssuer}},
		{"for clients", ca.leaf([]string{mailHost}, forClients), own, account.Unverified, nil, []Problem{Unsuitable}},
	} {
		t.Run(j.name, func(t *testing.T) {
			v := Judge(chainOf(t, j.cert), []string{mailHost, otherHost}, 993, j.trust, time.Now())
			if v.Protection != j.protection || !slices.Equal(v.Covered, j.covered) || !slices.Equal(v.Problems, j.problems) {
				t.Errorf("got %+v, want %v %v %v", v, j.protection, j.covered, j.problems)
			}
		})
	}
}

// C-3: a weak signature is one wherever it stands but in the root. The algorithm is forged into a parsed certificate,
// because nothing here makes such signatures any more.
func TestSHA1IsAWeakSignature(t *testing.T) {
	ca := newAuthority(t, "Test Root")
	stranger := newAuthority(t, "Stranger").leaf([]string{mailHost})
	chain := chainOf(t, stranger)
	chain[0].SignatureAlgorithm = x509.ECDSAWithSHA1
	v := Judge(chain, []string{mailHost}, 993, ca.trust(), time.Now())
	if v.Protection != account.Unverified || !slices.Equal(v.Problems, []Problem{WeakSignature}) {
		t.Errorf("got %+v, want a weak signature", v)
	}
	self := selfSigned(t, []string{mailHost})
	own := chainOf(t, self)
	own[0].SignatureAlgorithm = x509.SHA1WithRSA
	pinned := account.Trust{Pins: []account.Pin{pinOf(self, mailHost)}}
	v = Judge(own, []string{mailHost}, 993, pinned, time.Now())
	if v.Protection != account.Unverified || !slices.Equal(v.Problems, []Problem{SelfSigned, WeakSignature}) {
		t.Errorf("got %+v, want a weak signature of its own, pinned or not", v)
	}
	root := *ca.cert
	root.SignatureAlgorithm = x509.SHA1WithRSA
	if got := weaknesses([]*x509.Certificate{ca.leaf([]string{mailHost}).Leaf, &root}); got != nil {
		t.Errorf("got %v, want the root's signature left alone", got)
	}
}

// A certificate may be expired by the time that the roots are asked about it: the dates do not hide an unknown issuer.
func TestDatesDoNotHideTheIssuer(t *testing.T) {
	ca, stranger := newAuthority(t, "Test Root"), newAuthority(t, "Stranger")
	cert := stranger.below("Intermediate").leaf([]string{mailHost}, expired)
	v := Judge(chainOf(t, cert), []string{mailHost}, 993, ca.trust(), time.Now())
	if !slices.Equal(v.Problems, []Problem{Expired, UnknownIssuer}) {
		t.Errorf("got %v, want expired and unknown issuer", v.Problems)
	}
}

// C-2: names that share a connection share its certificate, not what is wrong with it for one of them.
func TestWhatIsWrongIsToldForTheHostInQuestion(t *testing.T) {
	self := selfSigned(t, []string{mailHost}, expired)
	f := TLSFacts{Chain: []*x509.Certificate{self.Leaf}, Problems: []Problem{Expired, SelfSigned}}
	for _, c := range []struct {
		host string
		had  []Problem
		want []Problem
	}{
		{mailHost, []Problem{Expired, SelfSigned}, []Problem{Expired, SelfSigned}},
		{mailHost, []Problem{Expired, WrongName, SelfSigned}, []Problem{Expired, SelfSigned}},
		{otherHost, []Problem{Expired, SelfSigned}, []Problem{Expired, WrongName, SelfSigned}},
		{otherHost, []Problem{Expired, WrongName, SelfSigned}, []Problem{Expired, WrongName, SelfSigned}},
	} {
		f.Problems = slices.Clone(c.had)
		if got := f.For(c.host).Problems; !slices.Equal(got, c.want) || !slices.Equal(f.Problems, c.had) {
			t.Errorf("got %v of %v for %s, want %v", got, c.had, c.host, c.want)
		}
	}
	if (TLSFacts{}).Names(mailHost) {
		t.Error("got a name without a certificate, want none")
	}
}

func TestNoCertificateIsNoProof(t *testing.T) {
	if v := Judge(nil, []string{mailHost}, 993, account.Trust{}, time.Now()); v.Protection != account.Unverified || len(v.Covered) > 0 {
		t.Errorf("got %+v, want unverified", v)
	}
}

// A verdict never claims more than one of its conditions, whatever is combined: Verified needs a trusted chain, the right
// name and time; Pinned the pin; and problems stand exactly where nothing is covered.
func TestJudgeIsConsistent(t *testing.T) {
	ca, stranger := newAuthority(t, "Test Root"), newAuthority(t, "Stranger")
	now := time.Now()
	names := []string{mailHost, otherHost, "x.test"}
	var certs []tls.Certificate
	for _, name := range names {
		certs = append(certs, ca.leaf([]string{name}), ca.leaf([]string{name}, expired), stranger.leaf([]string{name}), selfSigned(t, []string{name}))
	}
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, len(certs)-1).Draw(t, "certificate")
		trust := ca.trust()
		pinned := rapid.SampledFrom([]string{"", mailHost, otherHost}).Draw(t, "pinned name")
		if pinned != "" {
			trust.Pins = []account.Pin{pinOf(certs[i], pinned)}
		}
		v := Judge([]*x509.Certificate{certs[i].Leaf}, []string{mailHost, otherHost}, 993, trust, now)
		good := i%4 == 0 && names[i/4] != "x.test"
		switch {
		case (v.Protection == account.Verified) != good:
			t.Errorf("got %+v, want verified %v", v, good)
		case v.Protection == account.Pinned && !slices.Equal(v.Covered, []string{pinned}):
			t.Errorf("got %+v, want %q alone", v, pinned)
		case (len(v.Covered) == 0) != (len(v.Problems) > 0), (v.Protection == account.Unverified) != (len(v.Covered) == 0):
			t.Errorf("got %+v, want problems where nothing is covered, and nowhere else", v)
		}
	})
}
