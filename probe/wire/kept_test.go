package wire

import (
	"crypto/tls"
	"errors"
	"fmt"
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
					if c != nil && (!c.Facts().Covers(names[1]) || len(c.Facts().TLS.Chain[0].DNSNames) > keptNames) {
						t.Errorf("got %d names kept, want at most %d, and the first of them covered", len(c.Facts().TLS.Chain[0].DNSNames), keptNames)
					}
					tr.finish(c)
				})
			}
		})
	}
}
