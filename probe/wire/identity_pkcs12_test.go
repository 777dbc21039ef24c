package wire

import (
	"crypto/x509"
	"encoding/asn1"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"portolan/account"
)

// pkcs12Kinds are what programs write: OpenSSL 3, Windows, and OpenSSL and Java of old; and a file without protection.
func pkcs12Kinds() map[string]*pkcs12.Encoder {
	return map[string]*pkcs12.Encoder{
		"modern": pkcs12.Modern2023, "modern with PBMAC1": pkcs12.Modern2026, "3DES": pkcs12.LegacyDES, "RC2": pkcs12.LegacyRC2,
		"without protection": pkcs12.Passwordless,
	}
}

// encoded makes a PKCS#12 file.
func encoded(t testing.TB, e *pkcs12.Encoder, password string) (file []byte, print account.Fingerprint) {
	t.Helper()
	ca := newAuthority(t, "Client Root").below("Client Issuing")
	pair := ca.leaf([]string{"alice.example.test"})
	if e == pkcs12.Passwordless {
		password = ""
	}
	file, err := e.Encode(pair.PrivateKey, pair.Leaf, []*x509.Certificate{ca.cert, ca.up.cert}, password)
	if err != nil {
		t.Fatal(err)
	}
	return file, account.FingerprintOf(pair.Leaf)
}

func pkcs12Seeds(t testing.TB) [][]byte {
	t.Helper()
	var seeds [][]byte
	for _, e := range pkcs12Kinds() {
		if e == pkcs12.Modern2026 {
			e = e.WithIterations(1000)
		}
		file, _ := encoded(t, e, "password")
		seeds = append(seeds, file, file[:len(file)/2])
	}
	return seeds
}

func TestPKCS12OfEveryKindIsRead(t *testing.T) {
	for name, e := range pkcs12Kinds() {
		for _, password := range []string{"correct horse", "grüße", "x"} {
			file, want := encoded(t, e, password)
			got, err := ParseIdentity(file, nil, account.NewSecret(password))
			if err != nil || got.Fingerprint() != want || len(got.kept.pair.Certificate) != 2 {
				t.Errorf("%s: got %v, %v, want the certificate and the one that vouches for it", name, got, err)
			}
		}
	}
}

func TestPKCS12TellsAWrongPasswordFromABrokenFile(t *testing.T) {
	for name, e := range pkcs12Kinds() {
		if e == pkcs12.Passwordless {
			continue
		}
		file, _ := encoded(t, e, "right")
		flipped := append([]byte(nil), file...)
		flipped[10] ^= 0xff
		for _, c := range []struct {
			file     []byte
			password string
			want     FileFault
		}{
			{file, "right", NoFault}, {file, "wrong", PasswordWrong}, {file, "", PasswordWanted},
			{file[:len(file)-1], "right", FileUnreadable}, {flipped, "right", FileUnreadable},
		} {
			if _, err := ParseIdentity(c.file, nil, account.NewSecret(c.password)); faultOf(t, err) != c.want {
				t.Errorf("%s with %q: got %v, want %v", name, c.password, err, c.want)
			}
		}
	}
}

func TestPKCS12WithoutAKeyIsSaidToHaveNone(t *testing.T) {
	file, err := pkcs12.Modern2023.EncodeTrustStore([]*x509.Certificate{newAuthority(t, "Root").cert}, "right")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseIdentity(file, nil, account.NewSecret("right")); faultOf(t, err) != NoKey {
		t.Errorf("got %v, want that there is no key", err)
	}
}

// a chain is bounded, whichever kind of file it comes in.
func TestPKCS12BringsNoEndlessChain(t *testing.T) {
	ca := newAuthority(t, "Client Root")
	pair := ca.leaf([]string{"alice.example.test"})
	others := make([]*x509.Certificate, maxChain)
	for i := range others {
		others[i] = ca.cert
	}
	for _, c := range []struct {
		beside int // certificates beside the user's own
		want   FileFault
	}{{maxChain - 1, NoFault}, {maxChain, FileTooLarge}} {
		file, err := pkcs12.Passwordless.Encode(pair.PrivateKey, pair.Leaf, others[:c.beside], "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseIdentity(file, nil, account.Secret{}); faultOf(t, err) != c.want {
			t.Errorf("%d certificates and the user's: got %v, want %v", c.beside, err, c.want)
		}
	}
}

// a file that asks for hours of work before it can even be judged is refused.
func TestPKCS12ThatNeverEndsIsRefused(t *testing.T) {
	type algorithm struct {
		OID    asn1.ObjectIdentifier
		Params struct {
			Salt   []byte
			Rounds int
		}
	}
	a := algorithm{OID: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1, 3}}
	a.Params.Salt, a.Params.Rounds = []byte("salt"), maxIterations+1
	inner, err := asn1.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	outer, err := asn1.Marshal(struct{ Wrapped []byte }{inner})
	if err != nil {
		t.Fatal(err)
	}
	if affordable(outer, pkcs12Depth) {
		t.Errorf("got a yes to %d rounds, want a no", maxIterations+1)
	}
	dear, _ := encoded(t, pkcs12.Modern2023.WithIterations(maxIterations/1000), "right")
	if !affordable(dear, pkcs12Depth) {
		t.Error("got a no to a few thousand rounds, want a yes")
	}
	if _, err := ParseIdentity(outer, nil, account.Secret{}); faultOf(t, err) != FileUnreadable {
		t.Errorf("got %v, want it unreadable", err)
	}
}
