package wire

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"portolan/account"
)

// identityOf wraps a certificate that a test has made.
func identityOf(c tls.Certificate) Identity { return Identity{&identity{c}} }

// pemOf writes what a file would hold, in this order: certificates and keys.
func pemOf(t testing.TB, parts ...any) []byte {
	t.Helper()
	var file bytes.Buffer
	for _, part := range parts {
		block := &pem.Block{Type: "CERTIFICATE"}
		switch part := part.(type) {
		case tls.Certificate:
			for _, der := range part.Certificate {
				file.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
			}
			continue
		case *x509.Certificate:
			block.Bytes = part.Raw
		case *pem.Block:
			block = part
		default:
			der, err := x509.MarshalPKCS8PrivateKey(part)
			if err != nil {
				t.Fatal(err)
			}
			block = &pem.Block{Type: "PRIVATE KEY", Bytes: der}
		}
		file.Write(pem.EncodeToMemory(block))
	}
	return file.Bytes()
}

// faultOf gives the fault of an error, NoFault for nil.
func faultOf(t testing.TB, err error) FileFault {
	t.Helper()
	var e *FileError
	switch {
	case err == nil:
		return NoFault
	case !errors.As(err, &e):
		t.Errorf("got %v, want a *FileError", err)
	default:
		return e.Fault
	}
	return NoFault
}

func TestIdentitiesAreReadFromEveryKindOfPEM(t *testing.T) {
	ca := newAuthority(t, "Client Root").below("Client Issuing")
	pair := ca.leaf([]string{"alice.example.test"})
	ec, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		t.Fatalf("got %T, want a key on a curve", pair.PrivateKey)
	}
	sec1, err := x509.MarshalECPrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey := newRSAKey(t, 2048)
	rsaPair := ca.leafWithKey(rsaKey, []string{"alice.example.test"})
	old, ok := rsaKey.(*rsa.PrivateKey)
	if !ok {
		t.Fatalf("got %T, want an RSA key", rsaKey)
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		want        tls.Certificate
		first, more []byte
	}{
		"certificate and key":          {pair, pemOf(t, pair, ec), nil},
		"key before certificate":       {pair, pemOf(t, ec, pair), nil},
		"authority before certificate": {pair, pemOf(t, ca.cert, pair.Leaf, ec), nil},
		"with the root":                {pair, pemOf(t, pair, ca.up.cert, ec), nil},
		"two files":                    {pair, pemOf(t, pair), pemOf(t, ec)},
		"DER and DER":                  {pair, bytes.Join(pair.Certificate, nil), pkcs8},
		"SEC 1":                        {pair, pemOf(t, pair, &pem.Block{Type: "EC PARAMETERS", Bytes: []byte{5, 0}}, &pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1}), nil},
		"PKCS#1":                       {rsaPair, pemOf(t, rsaPair, &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(old)}), nil},
		"Ed25519":                      {ca.leafWithKey(edwards, []string{"alice.example.test"}), nil, pemOf(t, edwards)},
		"words around":                 {pair, append([]byte("Bag Attributes\n  friendlyName: alice\n"), pemOf(t, pair, ec)...), nil},
	} {
		if c.first == nil {
			c.first = pemOf(t, c.want)
		}
		got, err := ParseIdentity(c.first, c.more, account.Secret{})
		if err != nil {
			t.Errorf("%s: got %v, want an identity", name, err)
			continue
		}
		if got.Fingerprint() != account.FingerprintOf(c.want.Leaf) || !slices.EqualFunc(got.kept.pair.Certificate, c.want.Certificate, bytes.Equal) {
			t.Errorf("%s: got %v with %d certificates, want that of the key first, %d in all, and no root", name, got, len(got.kept.pair.Certificate), len(c.want.Certificate))
		}
	}
}

func TestWhatIsNoIdentityIsSaidToBeWhatItIs(t *testing.T) {
	ca := newAuthority(t, "Client Root")
	pair, other := ca.leaf([]string{"alice.example.test"}), newKey(t)
	agreeing, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	legacy := &pem.Block{Type: "EC PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00"}, Bytes: []byte("secret")}
	for name, c := range map[string]struct {
		first, more []byte
		want        FileFault
	}{
		"nothing":                {nil, nil, FileUnreadable},
		"text":                   {[]byte("hello"), nil, FileUnreadable},
		"key alone":              {pemOf(t, pair.PrivateKey), nil, NoCertificate},
		"certificate alone":      {pemOf(t, pair), nil, NoKey},
		"certificate alone DER":  {pair.Certificate[0], nil, NoKey},
		"no key in the second":   {pemOf(t, pair), pemOf(t, pair), NoKey},
		"another key":            {pemOf(t, pair), pemOf(t, other), KeyMismatch},
		"encrypted key":          {pemOf(t, pair, &pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("secret")}), nil, KeyEncrypted},
		"key encrypted of old":   {pemOf(t, pair, legacy), nil, KeyEncrypted},
		"encrypted second file":  {pemOf(t, pair), pemOf(t, legacy), KeyEncrypted},
		"broken key":             {pemOf(t, pair, &pem.Block{Type: "PRIVATE KEY", Bytes: []byte("nonsense")}), nil, FileUnreadable},
		"broken certificate":     {pemOf(t, &pem.Block{Type: "CERTIFICATE", Bytes: []byte("nonsense")}, pair.PrivateKey), nil, FileUnreadable},
		"a key that only agrees": {pemOf(t, pair, agreeing), nil, KeyUnsuitable},
		"large":                  {make([]byte, MaxCertificateFile+1), nil, FileTooLarge},
		"large key":              {pemOf(t, pair), make([]byte, MaxCertificateFile+1), FileTooLarge},
		"many certificates":      {bytes.Repeat(pemOf(t, pair), maxChain+1), pemOf(t, pair.PrivateKey), FileTooLarge},
	} {
		got, err := ParseIdentity(c.first, c.more, account.Secret{})
		if f := faultOf(t, err); f != c.want || !got.Empty() {
			t.Errorf("%s: got %v, %v, want %v", name, got, f, c.want)
		}
	}
}

// S-1: however a client certificate is printed or encoded, its key does not come along.
func TestAnIdentityNeverShowsItsKey(t *testing.T) {
	pair := newAuthority(t, "Client Root").leaf([]string{"alice.example.test"}, func(c *x509.Certificate) { c.Subject.CommonName = "Alice" })
	id := identityOf(pair)
	exported := struct{ Identity Identity }{id}
	hidden := struct{ identity Identity }{id}
	var told strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&told, verb+verb+verb+verb, id, &id, exported, hidden)
	}
	text, err := json.Marshal(exported)
	if err != nil || !bytes.Contains(text, []byte(id.Fingerprint().String())) {
		t.Errorf("got %s, %v, want the fingerprint", text, err)
	}
	told.Write(text)
	var stream bytes.Buffer
	if err := gob.NewEncoder(&stream).Encode(exported); err != nil {
		t.Errorf("got %v, want what gob may have", err)
	}
	told.Write(stream.Bytes())
	if !strings.Contains(told.String(), "Alice") {
		t.Errorf("got %s, want the subject", told.String())
	}
	for _, secret := range keyForms(t, pair.PrivateKey) {
		if strings.Contains(told.String(), secret) {
			t.Errorf("got %q in what was told, want the key nowhere", secret)
		}
	}
}

// keyForms gives the secret part of a key as it might be written.
func keyForms(t *testing.T, key crypto.PrivateKey) []string {
	t.Helper()
	ec, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		t.Fatalf("got %T, want a key on a curve", key)
	}
	raw, err := ec.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	number := ec.D.String() //nolint:staticcheck // just the form that %v would print is looked for
	return []string{string(raw), hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)), base64.StdEncoding.EncodeToString(raw), number, fmt.Sprint(raw)}
}

func TestAnIdentityTellsWhoseItIs(t *testing.T) {
	ends := time.Now().Add(90 * 24 * time.Hour).Truncate(time.Second).UTC()
	pair := newAuthority(t, "Client Root").leaf(nil, func(c *x509.Certificate) {
		c.Subject.CommonName, c.NotAfter = "Alice\x1b[31m\u202e Example", ends
	})
	got := identityOf(pair)
	if strings.ContainsAny(got.Subject(), "\x1b\u202e") || !strings.HasPrefix(got.Subject(), "Alice") {
		t.Errorf("got subject %q, want it harmless", got.Subject())
	}
	if got.Issuer() != "Client Root" || !got.NotAfter().Equal(ends) || got.Fingerprint() != account.FingerprintOf(pair.Leaf) {
		t.Errorf("got %q, %v, %v, want what stands in the certificate", got.Issuer(), got.NotAfter(), got.Fingerprint())
	}
	var none Identity
	if !none.Empty() || none.Subject() != "" || none.Issuer() != "" || !none.NotAfter().IsZero() || none.Fingerprint() != (account.Fingerprint{}) {
		t.Errorf("got %v, want nothing", none)
	}
}

func TestAuthoritiesAreReadFromPEMAndDER(t *testing.T) {
	root := newAuthority(t, "Private Root")
	middle := root.below("Private Issuing")
	leaf := root.leaf([]string{mailHost})
	own := selfSigned(t, []string{mailHost})
	for name, c := range map[string]struct {
		file []byte
		want FileFault
		n    int
	}{
		"one":               {pemOf(t, root.cert), NoFault, 1},
		"two":               {pemOf(t, root.cert, middle.cert), NoFault, 2},
		"DER":               {root.cert.Raw, NoFault, 1},
		"words and a key":   {append([]byte("words\n"), pemOf(t, root.cert, leaf.PrivateKey)...), NoFault, 1},
		"a server's own":    {pemOf(t, own), NoFault, 1},
		"no authority":      {pemOf(t, leaf), NotAnAuthority, 0},
		"one of two is not": {pemOf(t, root.cert, leaf), NotAnAuthority, 0},
		"key alone":         {pemOf(t, leaf.PrivateKey), NoCertificate, 0},
		"text":              {[]byte("hello"), FileUnreadable, 0},
		"nothing":           {nil, FileUnreadable, 0},
		"broken":            {pemOf(t, &pem.Block{Type: "CERTIFICATE", Bytes: []byte("nonsense")}), FileUnreadable, 0},
		"large":             {make([]byte, MaxCertificateFile+1), FileTooLarge, 0},
	} {
		got, err := ParseAuthorities(c.file)
		if f := faultOf(t, err); f != c.want || len(got) != c.n {
			t.Errorf("%s: got %d, %v, want %d, %v", name, len(got), f, c.n, c.want)
		}
	}
}

func FuzzIdentity(f *testing.F) {
	pair := newAuthority(f, "Client Root").leaf([]string{"alice.example.test"})
	f.Add(pemOf(f, pair, pair.PrivateKey), []byte{}, "")
	f.Add(pemOf(f, pair), pemOf(f, pair.PrivateKey), "")
	f.Add(pair.Certificate[0], []byte{}, "")
	f.Add([]byte("-----BEGIN CERTIFICATE-----\n"), []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), "password")
	for _, seed := range pkcs12Seeds(f) {
		f.Add(seed, []byte{}, "password")
	}
	f.Fuzz(func(t *testing.T, certificate, key []byte, password string) {
		id, err := ParseIdentity(certificate, key, account.NewSecret(password))
		if (faultOf(t, err) == NoFault) == id.Empty() {
			t.Errorf("got %v, %v, want either an identity or a fault", id, err)
		}
		list, err := ParseAuthorities(certificate)
		if (faultOf(t, err) == NoFault) == (len(list) == 0) {
			t.Errorf("got %d authorities, %v, want either some or a fault", len(list), err)
		}
	})
}
