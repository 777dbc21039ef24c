package wire

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/probe/mailtest"
)

// certificateTrials are servers with one thing wrong each, and what must be said of it.
var certificateTrials = []struct {
	name string
	make func(*trial) tls.Certificate
	kind string
}{
	{"self-signed", func(tr *trial) tls.Certificate { return selfSigned(tr.t, []string{mailHost}) }, "self-signed"},
	{"expired", func(tr *trial) tls.Certificate { return tr.ca.leaf([]string{mailHost}, expired) }, "expired"},
	{"future", func(tr *trial) tls.Certificate { return tr.ca.leaf([]string{mailHost}, future) }, "not-yet-valid"},
	{"wrong-host", func(tr *trial) tls.Certificate { return tr.ca.leaf([]string{"mail.other.test"}) }, "wrong-name"},
	{"cn-only", func(tr *trial) tls.Certificate { return tr.ca.leaf(nil, commonName) }, "wrong-name"},
	{"uri-only", func(tr *trial) tls.Certificate { return tr.ca.leaf(nil, mailURI) }, "wrong-name"},
	{"part-wildcard", func(tr *trial) tls.Certificate { return tr.ca.leaf([]string{"m*.example.test"}) }, "wrong-name"},
	{"untrusted", func(tr *trial) tls.Certificate {
		return newAuthority(tr.t, "Somebody Else").below("Their Intermediate").leaf([]string{mailHost})
	}, "unknown-issuer"},
	{"no-chain", func(tr *trial) tls.Certificate {
		c := tr.ca.below("Intermediate").leaf([]string{mailHost})
		c.Certificate = c.Certificate[:1]
		return c
	}, "incomplete-chain"},
	{"bad-usage", func(tr *trial) tls.Certificate { return tr.ca.leaf([]string{mailHost}, forClients) }, "unsuitable"},
	{"everything", func(tr *trial) tls.Certificate {
		return selfSigned(tr.t, []string{"mail.other.test"}, expired)
	}, "expired, wrong-name, self-signed"},
}

func expired(c *x509.Certificate) {
	c.NotBefore, c.NotAfter = time.Now().Add(-48*time.Hour), time.Now().Add(-24*time.Hour)
}

func future(c *x509.Certificate) {
	c.NotBefore, c.NotAfter = time.Now().Add(24*time.Hour), time.Now().Add(48*time.Hour)
}

func commonName(c *x509.Certificate) { c.Subject.CommonName = mailHost }

func mailURI(c *x509.Certificate) {
	c.URIs = []*url.URL{{Scheme: "imap", Host: mailHost}}
}

func forClients(c *x509.Certificate) {
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
}

// C-2, C-4: every bad certificate ends the connection on the TLS port and after STARTTLS alike, with its reasons, with the
// certificate at hand, and without a word inside: the scripts end with the handshake.
func TestBadCertificatesEndTheConnection(t *testing.T) {
	for _, ct := range certificateTrials {
		for _, port := range []struct {
			name     string
			protocol account.Protocol
			security account.Security
			script   string
			step     Step
		}{
			{"imaps", account.IMAP, onTLS, "TLS", StepTLS},
			{"imap", account.IMAP, onClear, imapHead + "S: TAG OK go\n\tTLS", StepUpgrade},
			{"pop3", account.POP3, onClear, pop3Head + "S: +OK go\n\tTLS", StepUpgrade},
			{"smtps", account.SMTP, onTLS, "TLS", StepTLS},
			{"smtp", account.SMTP, onClear, smtpHead + "S: 220 go\n\tTLS", StepUpgrade},
		} {
			t.Run(ct.name+" on "+port.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					tr := newTrial(t, port.protocol, port.security, port.script)
					tr.conf.Certificates = []tls.Certificate{ct.make(tr)}
					c, err := tr.open()
					var f *Failure
					if !errors.As(err, &f) || f.Step != port.step || kind(err) != ct.kind {
						t.Fatalf("got %v, want %q at %v", err, ct.kind, port.step)
					}
					if f.Facts.Protection != account.Unverified || len(f.Facts.TLS.Chain) == 0 || len(f.Facts.TLS.Covered) > 0 ||
						f.Facts.TLS.Certificate != account.FingerprintOf(f.Facts.TLS.Chain[0]) || f.Facts.TLS.Version != tls.VersionTLS13 {
						t.Errorf("got %+v, want the certificate, unverified", f.Facts)
					}
					tr.finish(c)
				})
			})
		}
	}
}

// What AUTH said before an upgrade that failed is kept, for the finding about port 25.
func TestAFailedUpgradeKeepsWhatWasOfferedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := newTrial(t, account.SMTP, onClear, "S: 220 hi\n\tC: EHLO [127.0.0.1]\n\tS: 250-hi\n\tS| 250-STARTTLS\n\tS| 250 AUTH PLAIN\n\tC: STARTTLS\n\tS: 220 go\n\tTLS")
		tr.conf.Certificates = []tls.Certificate{selfSigned(t, []string{mailHost})}
		_, err := tr.open()
		var f *Failure
		if !errors.As(err, &f) || !slices.Equal(f.Facts.Auths, []account.Auth{account.AuthPlain}) || f.Facts.STARTTLS != Offered {
			t.Errorf("got %+v, want PLAIN kept", f)
		}
		tr.finish(nil)
	})
}

// P-3: once the handshake has succeeded, nothing that was heard before it stands in the facts, even where nothing comes after.
func TestWhatWasHeardBeforeTLSIsForgotten(t *testing.T) {
	for _, p := range []struct {
		protocol account.Protocol
		script   string
	}{
		{account.IMAP, "S: * OK hi\n\tC: TAG CAPABILITY\n\tS: * CAPABILITY IMAP4rev1 STARTTLS AUTH=XOAUTH2 AUTH=PLAIN\n\tS| TAG OK\n\tC: TAG STARTTLS\n\tS: TAG OK go\n\tTLS\n\tC: TAG CAPABILITY\n\tCLOSE"},
		{account.POP3, "S: +OK hi <1.2@example.test>\n\tC: CAPA\n\tS: +OK\n\tS| STLS\n\tS| SASL XOAUTH2 PLAIN\n\tS| .\n\tC: STLS\n\tS: +OK go\n\tTLS\n\tC: CAPA\n\tCLOSE"},
		{account.SMTP, "S: 220 hi\n\tC: EHLO [127.0.0.1]\n\tS: 250-hi\n\tS| 250-STARTTLS\n\tS| 250 AUTH XOAUTH2 PLAIN\n\tC: STARTTLS\n\tS: 220 go\n\tTLS\n\tC: EHLO [127.0.0.1]\n\tCLOSE"},
	} {
		synctest.Test(t, func(t *testing.T) {
			tr := newTrial(t, p.protocol, onClear, p.script)
			c, err := tr.open()
			var f *Failure
			if !errors.As(err, &f) || f.Facts.Protection != account.Verified {
				t.Fatalf("%v: got %v, want an end inside TLS", p.protocol, err)
			}
			if got := f.Facts; got.Greeting != "" || len(got.Capabilities)+len(got.Auths)+len(got.Spoken)+len(got.OnRequest) > 0 {
				t.Errorf("%v: got %q, %v, %v, want nothing from before", p.protocol, got.Greeting, got.Capabilities, got.Auths)
			}
			tr.finish(c)
		})
	}
}

// C-6: a pin admits the very certificate on its host and port; a changed certificate is refused and said to be one.
func TestAPinAdmitsOneCertificateOnOneHostAndPort(t *testing.T) {
	for _, p := range []struct {
		name string
		pin  func(leaf *x509.Certificate) account.Pin
		kind string
	}{
		{"right", func(c *x509.Certificate) account.Pin {
			return account.Pin{Server: account.Endpoint{Host: mailHost, Port: 993}, Certificate: account.FingerprintOf(c)}
		}, "ok"},
		{"another port", func(c *x509.Certificate) account.Pin {
			return account.Pin{Server: account.Endpoint{Host: mailHost, Port: 143}, Certificate: account.FingerprintOf(c)}
		}, "expired, self-signed"},
		{"another host", func(c *x509.Certificate) account.Pin {
			return account.Pin{Server: account.Endpoint{Host: "imap.example.test", Port: 993}, Certificate: account.FingerprintOf(c)}
		}, "expired, self-signed"},
		{"another certificate", func(*x509.Certificate) account.Pin {
			return account.Pin{Server: account.Endpoint{Host: mailHost, Port: 993}, Certificate: account.Fingerprint{1}}
		}, "expired, self-signed, pin-mismatch"},
	} {
		t.Run(p.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, account.IMAP, onTLS, "TLS\n\tSILENT")
				cert := selfSigned(t, []string{mailHost}, expired)
				tr.conf.Certificates = []tls.Certificate{cert}
				pin := p.pin(cert.Leaf)
				tr.target.Trust.Pins = []account.Pin{pin}
				if p.kind == "ok" {
					tr.script = imapOffering("AUTH=PLAIN SASL-IR") + "C: TAG AUTHENTICATE PLAIN " + plainLine() + "\n\tS: TAG OK\n\tSILENT"
				}
				c, err := tr.open()
				if kind(err) != p.kind {
					t.Fatalf("got %v, want %q", err, p.kind)
				}
				if c != nil {
					pinnedSignIn(t, tr, c)
				}
				tr.finish(c)
			})
		})
	}
}

// pinnedSignIn: the gate's own trust must hold the pin; the one that the connection was opened with is not enough.
func pinnedSignIn(t *testing.T, tr *trial, c *Conn) {
	t.Helper()
	if f := c.Facts(); f.Protection != account.Pinned || !slices.Equal(f.TLS.Covered, []string{mailHost}) || len(f.TLS.Problems) > 0 {
		t.Errorf("got %+v, want pinned for the host", f)
	}
	other := account.Policy{Trust: account.Trust{Pins: []account.Pin{{
		Server: account.Endpoint{Host: mailHost, Port: 993}, Certificate: account.Fingerprint{1},
	}}}}
	for _, gate := range []account.Policy{{}, other} {
		err := c.SignIn(t.Context(), gate, mailHost, typed(), account.AuthPlain, credentials(password))
		if kind(err) != "gate needs-certificate" {
			t.Errorf("got %v, want the gate closed", err)
		}
	}
	if err := tr.signIn(c, account.AuthPlain); err != nil {
		t.Errorf("got %v, want a sign-in", err)
	}
}

// C-2: a certificate that is good for the second name only is good for that one.
func TestTheSecondNameCanBeTheCoveredOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := newTrial(t, account.POP3, onTLS, pop3Offering("USER")+"SILENT")
		tr.target.Names = []string{"pop.example.test", mailHost}
		c := tr.mustOpen()
		if f := c.Facts(); f.Protection != account.Verified || !slices.Equal(f.TLS.Covered, []string{mailHost}) {
			t.Errorf("got %+v, want the second name verified", f)
		}
		tr.finish(c)
	})
}

// C-8: an address literal is verified against an address in the certificate, and no name is sent. C-1: a trailing dot is
// not sent either.
func TestServerNameIndication(t *testing.T) {
	for _, n := range []struct{ name, sni string }{{"192.0.2.2", ""}, {"2001:db8::1", ""}, {mailHost + ".", mailHost}, {mailHost, mailHost}} {
		synctest.Test(t, func(t *testing.T) {
			tr := newTrial(t, account.SMTP, onTLS, smtpOffering("AUTH PLAIN")+"SILENT")
			tr.target.Names = []string{n.name}
			good := tr.ca.leaf([]string{strings.TrimSuffix(n.name, ".")})
			sni := "unset"
			tr.conf = &tls.Config{GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
				sni = h.ServerName
				return &good, nil
			}}
			c := tr.mustOpen()
			tr.finish(c)
			if sni != n.sni || c.Facts().Protection != account.Verified {
				t.Errorf("%s: got SNI %q and %v, want %q and verified", n.name, sni, c.Facts().Protection, n.sni)
			}
		})
	}
}

// An address without a name is its own name.
func TestATargetWithoutNamesIsItsAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := newTrial(t, account.SMTP, onTLS, "TLS\n\tS: 220 hi\n\tC: EHLO [IPv6:::1]\n\tS: 250 hi\n\tSILENT")
		tr.target.Names, tr.target.Addr = nil, netip.MustParseAddrPort("[2001:db8::2]:465")
		tr.conf.Certificates = []tls.Certificate{tr.ca.leaf([]string{"2001:db8::2"})}
		c := tr.mustOpen()
		if got := c.Facts().TLS.Covered; !slices.Equal(got, []string{"2001:db8::2"}) {
			t.Errorf("got %v, want the address", got)
		}
		tr.finish(c)
	})
}

// C-1, C-10: what is no TLS, or none that is good enough, is named by the evidence it leaves.
func TestHandshakesThatFailLeaveEvidence(t *testing.T) {
	for _, h := range []struct {
		name   string
		script string
		conf   func(*tls.Config)
		step   Step
		kind   string
	}{
		{"tls10", "TLS", func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10 }, StepTLS, "alert 70"},
		{"tls11", "TLS", func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }, StepTLS, "alert 70"},
		{"weak-cipher", "TLS", func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}
		}, StepTLS, "alert 40"},
		{"client certificate wanted, TLS 1.3", "TLS\n\tSILENT", func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }, StepGreeting, "alert 116"},
		{"client certificate wanted, TLS 1.2", "TLS\n\tSILENT", func(c *tls.Config) { c.ClientAuth, c.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12 }, StepTLS, "alert 116"},
		{"old server that only answers", `RAW: "\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01` + strings.Repeat("A", 32) + `\x00\x00\x2f\x00"` + "\n\tSILENT", nil, StepTLS, "alert 70"},
		{"tls-alert", `RAW: "\x15\x03\x01\x00\x02\x02\x28"` + "\n\tSILENT", nil, StepTLS, "alert 40"},
		{"tls-cut", "CLOSE", nil, StepTLS, "closed"},
		{"tls-cut in a record", `RAW: "\x16\x03\x03\x01\x00\x02"` + "\n\tCLOSE", nil, StepTLS, "closed"},
		{"tls-garbage", `RAW: "\x99\x88\x77\x66\x55\x44\x33"` + "\n\tSILENT", nil, StepTLS, "spoken"},
		{"imap in the clear", "S: * OK [CAPABILITY IMAP4rev1 STARTTLS] ready\n\tSILENT", nil, StepTLS, "spoken cleartext imap"},
		{"pop3 in the clear", "S: +OK ready\n\tSILENT", nil, StepTLS, "spoken cleartext pop3"},
		{"smtp in the clear", "S: 220 mail.example.test ESMTP\n\tSILENT", nil, StepTLS, "spoken cleartext smtp"},
		{"ftp in the clear", "S: 220 FTP server ready\n\tSILENT", nil, StepTLS, "spoken ftp"},
		{"http", "S: HTTP/1.1 400 Bad Request\n\tSILENT", nil, StepTLS, "spoken http"},
		{"ssh", "S: SSH-2.0-OpenSSH_9\n\tSILENT", nil, StepTLS, "spoken ssh"},
	} {
		t.Run(h.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr := newTrial(t, account.IMAP, onTLS, h.script)
				if h.conf != nil {
					h.conf(tr.conf)
				}
				c, err := tr.open()
				var f *Failure
				if !errors.As(err, &f) || f.Step != h.step || kind(err) != h.kind {
					t.Errorf("got %v (%T), want %q at %v", err, errors.Unwrap(errors.Unwrap(err)), h.kind, h.step)
				}
				tr.finish(c)
			})
		})
	}
}

// C-3: weak keys are refused though crypto/x509 takes them.
func TestWeakKeysAreRefused(t *testing.T) {
	key := newRSAKey(t, 1024)
	synctest.Test(t, func(t *testing.T) {
		tr := newTrial(t, account.IMAP, onTLS, "TLS")
		cert := tr.ca.leafWithKey(key, []string{mailHost})
		tr.conf.Certificates = []tls.Certificate{cert}
		tr.target.Trust.Pins = []account.Pin{{Server: account.Endpoint{Host: mailHost, Port: 993}, Certificate: account.FingerprintOf(cert.Leaf)}}
		c, err := tr.open()
		if kind(err) != "weak-key" {
			t.Errorf("got %v, want a weak key, pinned or not", err)
		}
		tr.finish(c)
	})
}

// G-7: names in a certificate are foreign text; no error prints them.
func TestEvilNamesStayOutOfErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := newTrial(t, account.IMAP, onTLS, "TLS")
		tr.conf.Certificates = []tls.Certificate{tr.ca.leaf([]string{"evil\n\x1b[31m.test"})}
		c, err := tr.open()
		if got := err.Error(); strings.ContainsAny(got, "\n\x1b") || strings.Contains(got, "evil") {
			t.Errorf("got %q, want no name of the certificate", got)
		}
		tr.finish(c)
	})
}

// C-1: HTTPS is judged like mail, by the name that was dialled.
func TestHTTPSIsJudgedLikeMail(t *testing.T) {
	ca := newAuthority(t, "Test Root")
	for _, h := range []struct {
		name, host string
		cert       tls.Certificate
		kind       string
	}{
		{"good", mailHost, ca.leaf([]string{mailHost}), "ok"},
		{"other name", "autoconfig.example.test", ca.leaf([]string{mailHost}), "wrong-name"},
		{"no name", "", ca.leaf([]string{mailHost}), "wrong-name"},
		{"address", "192.0.2.2", ca.leaf([]string{"192.0.2.2"}), "wrong-name"},
		{"expired", mailHost, ca.leaf([]string{mailHost}, expired), "expired"},
		{"self-signed", mailHost, selfSigned(t, []string{mailHost}), "self-signed"},
	} {
		t.Run(h.name, func(t *testing.T) {
			client, server := mailtest.Pipe()
			done := make(chan struct{})
			go func() {
				defer close(done)
				_ = tls.Server(server, &tls.Config{Certificates: []tls.Certificate{h.cert}}).Handshake()
			}()
			if _, err := SecureWeb(t.Context(), client, h.host, ca.cert); kind(err) != h.kind {
				t.Errorf("got %q, want %q", kind(err), h.kind)
			}
			_ = client.Close()
			<-done
		})
	}
}

// C-1, K-1: TLS is made in one file, nothing logs its keys, and a password is opened in one place: that of the account for
// the sign-in, that of a key file to read the key.
func TestDangerousWordsStandInOnePlace(t *testing.T) {
	allowed := map[string]string{
		"tls.Client(": "tls.go", "InsecureSkipVerify": "tls.go", "KeyLogWriter": "", "tls.Dial": "", "RenegotiateFreely": "",
		".Reveal()": "signin.go identity_pkcs12.go", ".Write([]byte": "conn.go",
	}
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for word, home := range allowed {
			n := strings.Count(string(text), word)
			if n > 0 && !slices.Contains(strings.Fields(home), name) {
				t.Errorf("%s: got %s, want it in %q alone", name, word, home)
			}
			if word == ".Reveal()" && n > 1 {
				t.Errorf("%s: got %d places that open a password, want one", name, n)
			}
		}
	}
}
