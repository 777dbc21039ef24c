package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"portolan/account"
)

// C-1, C-4: what an outdated server speaks is learned on a second connection, which ends in the middle of its handshake. The
// script goes on where a handshake succeeds: at END, every byte of data is an error.
func TestAnOutdatedServerIsNamedByAHandshakeWithoutData(t *testing.T) {
	old := func(version uint16) func(*tls.Config) {
		return func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, version }
	}
	weak := func(c *tls.Config) {
		c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}
	}
	for _, h := range []struct {
		name     string
		protocol account.Protocol
		security account.Security
		script   string
		conf     func(*tls.Config)
		version  uint16
		dials    int
	}{
		{"imaps TLS 1.0", account.IMAP, onTLS, "TLS\n\tEND", old(tls.VersionTLS10), tls.VersionTLS10, 2},
		{"smtps TLS 1.1", account.SMTP, onTLS, "TLS\n\tEND", old(tls.VersionTLS11), tls.VersionTLS11, 2},
		{"imap TLS 1.0 after STARTTLS", account.IMAP, onClear, imapHead + "S: TAG OK go\n\tTLS\n\tEND", old(tls.VersionTLS10), tls.VersionTLS10, 2},
		{"pop3 TLS 1.1 after STLS", account.POP3, onClear, pop3Head + "S: +OK go\n\tTLS\n\tEND", old(tls.VersionTLS11), tls.VersionTLS11, 2},
		{"smtp TLS 1.0 after STARTTLS", account.SMTP, onClear, smtpHead + "S: 220 go\n\tTLS\n\tEND", old(tls.VersionTLS10), tls.VersionTLS10, 2},
		{"weak ciphers of TLS 1.2", account.IMAP, onTLS, "TLS\n\tEND", weak, tls.VersionTLS12, 2},
		{"nothing at all in common", account.IMAP, onTLS, `RAW: "\x15\x03\x01\x00\x02\x02\x28"` + "\n\tSILENT", nil, 0, 2},
		{"closed without a word", account.IMAP, onTLS, "CLOSE", nil, 0, 2},
		{"silence", account.IMAP, onTLS, "SILENT", nil, 0, 1},
		{"a bad certificate", account.IMAP, onTLS, "TLS\n\tEND", func(c *tls.Config) { c.Certificates = []tls.Certificate{selfSigned(t, []string{mailHost})} }, 0, 1},
	} {
		t.Run(h.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, h.protocol, h.security, h.script)
				if h.conf != nil {
					h.conf(tr.conf)
				}
				c, why := tr.open()
				if why == nil {
					tr.finish(c)
					t.Fatal("got a connection, want none to such a server")
				}
				facts, err := Examine(t.Context(), tr.world, tr.target, why)
				if facts.Version != h.version || (len(facts.Chain) > 0) != (h.version > 0) || facts.Version > 0 && facts.Suite == 0 {
					t.Errorf("got version %x, suite %x and %v, want version %x", facts.Version, facts.Suite, err, h.version)
				}
				if facts.Covered != nil || facts.Problems != nil {
					t.Errorf("got %+v, want a certificate that was not judged", facts)
				}
				tr.finish(nil)
				if tr.dials != h.dials {
					t.Errorf("got %d connections, want %d", tr.dials, h.dials)
				}
			})
		})
	}
}

// D-2: the second look goes no further than the first where STARTTLS is refused or not there: no hello is sent in the clear.
func TestExamineSendsNoHelloWithoutAYesToSTARTTLS(t *testing.T) {
	for _, h := range []struct {
		name     string
		protocol account.Protocol
		script   string
		ended    bool // with an error
	}{
		{"imap refused", account.IMAP, imapHead + "S: TAG NO not now\n\tEND", true},
		{"pop3 refused", account.POP3, pop3Head + "S: -ERR not now\n\tEND", true},
		{"smtp refused", account.SMTP, smtpHead + "S: 454 not now\n\tEND", true},
		{"imap without it", account.IMAP, "S: * OK ready\n\tC: TAG CAPABILITY\n\tS: * CAPABILITY IMAP4rev1\n\tS| TAG OK done\n\tEND", false},
		{"smtp without it", account.SMTP, "S: 220 ready\n\tC: EHLO [127.0.0.1]\n\tS: 250 mail.example.test\n\tEND", false},
		{"imap sends away", account.IMAP, "S: * BYE not here\n\tEND", true},
		{"imap without a list", account.IMAP, "S: * OK ready\n\tC: TAG CAPABILITY\n\tS: * BYE not here\n\tEND", true},
	} {
		t.Run(h.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, h.protocol, onClear, h.script)
				facts, err := Examine(t.Context(), tr.world, tr.target, &AlertError{Description: AlertProtocolVersion})
				if facts.Version != 0 || facts.Chain != nil || (err != nil) != h.ended {
					t.Errorf("got %+v and %v, want nothing, and an error: %v", facts, err, h.ended)
				}
				tr.finish(nil)
			})
		})
	}
}

// the second look ends with its context.
func TestExamineEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := newTrial(t, account.IMAP, onTLS, "SILENT")
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			_, err := Examine(ctx, tr.world, tr.target, &AlertError{Description: AlertProtocolVersion})
			done <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-done; err == nil {
			t.Error("got no error, want one")
		}
		tr.finish(nil)
	})
}

// C-10: an end without one byte in answer to the hello is told apart, so that a smaller one can be tried.
func TestAnUnansweredHelloIsToldApart(t *testing.T) {
	for _, h := range []struct {
		name, script string
		want         bool
	}{
		{"closed", "CLOSE", true},
		{"silence", "SILENT", true},
		{"half a record, then closed", `RAW: "\x16\x03\x03\x01\x00\x02"` + "\n\tSLEEP: 1ms\n\tCLOSE", false},
		{"an alert", `RAW: "\x15\x03\x01\x00\x02\x02\x28"` + "\n\tSILENT", false},
		{"text", "S: * OK hello\n\tSILENT", false},
	} {
		t.Run(h.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, account.IMAP, onTLS, h.script)
				_, err := tr.open()
				var unanswered *UnansweredError
				if got := errors.As(err, &unanswered); got != h.want {
					t.Errorf("got %v (%v), want %v", got, err, h.want)
				}
				tr.finish(nil)
			})
		})
	}
}

// C-2: the small hello has no post-quantum key exchange, and the certificate is judged as ever.
func TestTheSmallHelloIsClassicalAndVerifiedAllTheSame(t *testing.T) {
	for _, classical := range []bool{false, true} {
		for _, good := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, account.IMAP, onTLS, imapOffering("AUTH=PLAIN")+"SILENT")
				tr.target.Classical = classical
				if !good {
					tr.conf.Certificates = []tls.Certificate{selfSigned(t, []string{mailHost})}
				}
				var curves []tls.CurveID
				tr.conf.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
					curves = h.SupportedCurves
					return nil, nil //nolint:nilnil // that is how crypto/tls wants "the same configuration"
				}
				c, err := tr.open()
				if (err == nil) != good {
					t.Errorf("classical %v: got %v, want a good certificate alone to do", classical, err)
				}
				tr.finish(c)
				if got := !slices.Contains(curves, tls.X25519MLKEM768); got != classical || len(curves) == 0 {
					t.Errorf("got the curves %v, want the post-quantum one among them: %v", curves, !classical)
				}
			})
		}
	}
}

// C-7: a server that wants a client certificate says so under TLS 1.3 only after the handshake, and not always in the words
// that are meant for it.
func TestAWantedClientCertificateIsHeardAfterTheHandshake(t *testing.T) {
	deny := func(tls.ConnectionState) error { return errors.New("nobody") } // crypto/tls answers with bad_certificate
	for _, h := range []struct {
		name, script string
		protocol     account.Protocol
		security     account.Security
		ask          tls.ClientAuthType
		kind         string
	}{
		{"imaps", "TLS\n\tSILENT", account.IMAP, onTLS, tls.RequestClientCert, "alert 116"},
		{"imap after STARTTLS", imapHead + "S: TAG OK go\n\tTLS\n\tSILENT", account.IMAP, onClear, tls.RequestClientCert, "alert 116"},
		{"smtp after STARTTLS", smtpHead + "S: 220 go\n\tTLS\n\tSILENT", account.SMTP, onClear, tls.RequestClientCert, "alert 116"},
		{"nothing was asked for", "TLS\n\tSILENT", account.IMAP, onTLS, tls.NoClientCert, "alert 42"},
	} {
		t.Run(h.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, h.protocol, h.security, h.script)
				tr.conf.ClientAuth, tr.conf.VerifyConnection = h.ask, deny
				c, err := tr.open()
				if kind(err) != h.kind {
					t.Errorf("got %v, want %s", err, h.kind)
				}
				tr.finish(c)
			})
		})
	}
}

// oneLine is a socket that hands over one line at a time: whatever else has come sits in the system, where no reader of ours
// can see it.
type oneLine struct{ net.Conn }

func (o oneLine) Read(p []byte) (int, error) {
	for n := range p {
		if _, err := o.Conn.Read(p[n : n+1]); err != nil {
			return n, err
		}
		if p[n] == '\n' {
			return n + 1, nil
		}
	}
	return len(p), nil
}

type oneLineDialer struct{ *world }

func (d oneLineDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := d.world.DialContext(ctx, network, address)
	return oneLine{c}, err
}

// P-2, P-7: a yes to STARTTLS that was sent before the command, and that no reader could have seen, is taken for the answer;
// the real answer then lands in the handshake, which fails. Nothing is said on that connection any more.
func TestAnEarlyYesToSTARTTLSBreaksTheHandshake(t *testing.T) {
	for _, h := range []struct {
		name     string
		protocol account.Protocol
		script   string
	}{
		{"smtp", account.SMTP, strings.Replace(smtpHead, "S| 250 STARTTLS", "S| 250 STARTTLS\n\tS| 220 go", 1) + "S: 220 go\n\tTLS"},
		{"pop3", account.POP3, strings.Replace(pop3Head, "S| .", "S| .\n\tS| +OK go", 1) + "S: +OK go\n\tTLS"},
		{"smtp with capabilities", account.SMTP, strings.Replace(smtpHead, "S| 250 STARTTLS", "S| 250 STARTTLS\n\tS| 220 go", 1) + "S: 220 go\n\tS| 250 AUTH PLAIN\n\tSILENT"},
	} {
		t.Run(h.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, h.protocol, onClear, h.script)
				c, err := Open(t.Context(), oneLineDialer{tr.world}, tr.target, nil)
				var f *Failure
				if !errors.As(err, &f) || f.Step != StepUpgrade || !strings.HasPrefix(kind(err), "spoken") || c != nil {
					t.Errorf("got %v, want the handshake to end at the real answer\n%s", err, transcriptOf(err))
				}
				tr.finish(nil)
			})
		})
	}
}

// P-9: an offer of STARTTLS inside TLS is not taken: the next that the client says is its goodbye.
func TestSTARTTLSInsideTLSIsIgnored(t *testing.T) {
	for _, h := range []struct {
		name     string
		protocol account.Protocol
		script   string
	}{
		{"imap", account.IMAP, imapHead + "S: TAG OK go\n\tTLS\n\tC: TAG CAPABILITY\n\tS: * CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\n\tS| TAG OK done\n\tC: TAG LOGOUT"},
		{"pop3", account.POP3, pop3Head + "S: +OK go\n\tTLS\n\tC: CAPA\n\tS: +OK\n\tS| STLS\n\tS| SASL PLAIN\n\tS| .\n\tC: QUIT"},
		{"smtp", account.SMTP, smtpHead + "S: 220 go\n\tTLS\n\tC: EHLO [127.0.0.1]\n\tS: 250-x\n\tS| 250-STARTTLS\n\tS| 250 AUTH PLAIN\n\tC: QUIT"},
	} {
		t.Run(h.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, h.protocol, onClear, h.script)
				c := tr.mustOpen()
				if f := c.Facts(); f.Protection != account.Verified || !f.Speaks(account.AuthPlain) {
					t.Errorf("got %+v, want a verified connection with PLAIN", f)
				}
				c.Goodbye(t.Context())
				tr.finish(c)
			})
		})
	}
}

// P-9: what is offered inside TLS from the first byte says nothing of a connection without it.
func TestSTARTTLSInsideTLSIsNoOffer(t *testing.T) {
	for _, capabilities := range []string{"STARTTLS AUTH=PLAIN", "AUTH=PLAIN"} {
		synctest.Test(t, func(t *testing.T) {
			tr := newTrial(t, account.IMAP, onTLS, imapOffering(capabilities))
			c := tr.mustOpen()
			if got := c.Facts().STARTTLS; got != OfferUnknown {
				t.Errorf("%s: got %v, want it unknown", capabilities, got)
			}
			tr.finish(c)
		})
	}
}
