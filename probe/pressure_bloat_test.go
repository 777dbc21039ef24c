package probe_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
)

// A bloater makes certificates that are small to send and large to keep: an empty URI takes two bytes in the certificate,
// and more than a hundred once it is parsed. No two of them are alike, so that nothing can be shared.
type bloater struct {
	key   *ecdsa.PrivateKey
	value []byte // of the extension with the alternative names
	made  atomic.Int64
}

func newBloater(t *testing.T, names int) *bloater {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	const uri = 6 // RFC 5280, section 4.2.1.6
	value, err := asn1.Marshal(slices.Repeat([]asn1.RawValue{{Class: asn1.ClassContextSpecific, Tag: uri}}, names))
	if err != nil {
		t.Fatal(err)
	}
	return &bloater{key: key, value: value}
}

func (b *bloater) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c := &x509.Certificate{
		SerialNumber: big.NewInt(b.made.Add(1)), NotBefore: time.Unix(900000000, 0), NotAfter: time.Now().Add(time.Hour),
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: b.value}},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &b.key.PublicKey, b.key)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: b.key}, err
}

// A wideNet gives every name of the foe four addresses of its own, so that a search makes as many connections as it may.
type wideNet struct{ foeNet }

func (wideNet) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	found, err := foeNet{}.LookupNetIP(ctx, network, host)
	if err != nil {
		return nil, err
	}
	first := byte(4 * (1 + slices.Index(foeNames, strings.TrimSuffix(host, "."))))
	found = found[:0]
	for i := range byte(4) {
		found = append(found, netip.AddrFrom4([4]byte{192, 0, 2, first + i}))
	}
	return found, nil
}

// certificates that blow up when they are parsed, on every connection of a search, to mail servers and to the web:
// none is parsed that is larger than any real one, and what the others hold is not kept.
func TestBloatedCertificatesTakeLittleMemory(t *testing.T) {
	_, root := foeCertificate(t)
	for _, c := range []struct {
		names int
		want  probe.Cause
	}{{15000, probe.CertificateSelfSigned}, {120000, probe.OverlongReply}} {
		b := newBloater(t, c.names)
		f := &foe{at: atHello, link: foePipe, conf: &tls.Config{}, act: func(s *foeSide) {
			if s.security == account.TLS {
				_ = tls.Server(s.raw, &tls.Config{GetCertificate: b.certificate}).Handshake()
				s.drain()
			}
		}}
		prober := &probe.Prober{Finder: discover.Finder{Resolver: wideNet{}, Dialer: f}, Dialer: f}
		var report probe.Report
		peak := watchHeap(func() {
			for e := range prober.Run(t.Context(), foeRequest(f, root)) {
				report = report.With(e)
			}
		})
		f.done.Wait()
		seen := slices.ContainsFunc(report.Attempts, func(a probe.Attempt) bool { return a.Cause == c.want })
		if n := b.made.Load(); peak > heapLimit || n < 10 || !seen {
			t.Errorf("%d names: got %d bytes and %d certificates, want at most %d, at least 10, and %v\n%s", c.names, peak, n, heapLimit, c.want, tell(report))
		}
		fmt.Printf("figure: %d certificates with %d names each: heap and stacks of the whole at most %.1f MB (limit %d)\n", b.made.Load(), c.names, float64(peak)/1e6, heapLimit>>20)
	}
}
