package wire

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"testing"
	"testing/synctest"

	"portolan/account"
)

// a certificate for five hundred names is a hoster's; a handshake of more than any real one has is an attack, with TLS
// from the first byte, after STARTTLS, and on the web.
func TestAHandshakeHasABudget(t *testing.T) {
	names := []string{mailHost}
	for i := range 500 {
		names = append(names, fmt.Sprintf("customer%03d.example.test", i))
	}
	for _, h := range []struct {
		name   string
		copies int
		kind   string
	}{{"five hundred names", 1, "ok"}, {"a chain without end", 200, "limit handshake"}} {
		t.Run(h.name, func(t *testing.T) {
			for _, p := range []struct {
				security account.Security
				script   string
			}{{onTLS, "TLS\n\tS: 220 ready"}, {onClear, smtpHead + "S: 220 go\n\tTLS"}} {
				synctest.Test(t, func(t *testing.T) {
					script := p.script
					if h.kind == "ok" {
						script += "\n\tC: EHLO [127.0.0.1]\n\tS: 250-mail.example.test\n\tS| 250 AUTH PLAIN\n\tSILENT"
					}
					tr := newTrial(t, account.SMTP, p.security, script)
					cert := tr.ca.leaf(names)
					cert.Certificate = append(cert.Certificate, slices.Repeat([][]byte{tr.ca.below("Intermediate").cert.Raw}, h.copies)...)
					tr.conf.Certificates = []tls.Certificate{cert}
					c, err := tr.open()
					var f *Failure
					if kind(err) != h.kind || errors.As(err, &f) && len(f.Facts.TLS.Chain) > 0 {
						t.Errorf("got %v and %d certificates, want %q", err, len(f.Facts.TLS.Chain), h.kind)
					}
					if c != nil && !c.Facts().Covers(names[len(names)-1]) {
						t.Errorf("got %d names kept, want the last of %d covered too", len(c.Facts().TLS.Chain[0].DNSNames), len(names))
					}
					tr.finish(c)
				})
			}
		})
	}
}

// names are kept of the server's own certificate alone, more than fit into a handshake unless they are oddly short.
func TestNamesAreKeptOfTheLeafAlone(t *testing.T) {
	long := &x509.Certificate{DNSNames: slices.Repeat([]string{"a"}, keptNames+1), IPAddresses: []net.IP{{192, 0, 2, 1}}}
	kept := keep(slices.Repeat([]*x509.Certificate{long}, keptCertificates+1))
	if len(kept) != keptCertificates || len(kept[0].DNSNames) != keptNames || len(kept[0].IPAddresses) != 1 {
		t.Errorf("got %d certificates, %d names, want %d and %d", len(kept), len(kept[0].DNSNames), keptCertificates, keptNames)
	}
	for _, c := range kept[1:] {
		if len(c.DNSNames)+len(c.IPAddresses) > 0 {
			t.Errorf("got %d names of an issuer, want none", len(c.DNSNames))
		}
	}
}
