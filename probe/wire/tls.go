package wire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"portolan/account"
)

// secure does the handshake on the socket, which may have been talked on in the clear before, and judges the certificate
// while it goes on. A certificate that is not accepted ends it: nothing is ever said inside.
func (c *Conn) secure(ctx context.Context) error {
	if err := c.raw.SetDeadline(earlier(time.Now().Add(tlsLimit), c.ends)); err != nil {
		return err
	}
	first := &firstBytes{Conn: c.raw}
	conf := baseConfig(c.target.Names[0])
	// Verification is turned off in crypto/tls because it stops at the first problem. Judge takes its place, for every
	// connection and before a byte of data is written.
	conf.InsecureSkipVerify = true
	conf.VerifyConnection = c.verify
	if c.target.Classical {
		conf.CurvePreferences = []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384}
	}
	conf.GetClientCertificate = c.identify
	conn := tls.Client(first, conf)
	if err := conn.HandshakeContext(ctx); err != nil {
		return c.handshakeError(err, first.seen, c.facts.ClientCert == ClientCertMissing)
	}
	first.over = true
	c.facts.Protection = c.judged
	c.dress(conn)
	c.progress(Secured)
	return nil
}

// verify is called by crypto/tls in the middle of the handshake.
func (c *Conn) verify(s tls.ConnectionState) error {
	v := Judge(s.PeerCertificates, c.target.Names, int(c.target.Addr.Port()), c.target.Trust, time.Now())
	c.facts.TLS, c.judged = shownBy(s, v), v.Protection
	if len(v.Covered) == 0 {
		c.facts.Protection = account.Unverified
		return &CertificateError{TLS: c.facts.TLS}
	}
	return nil
}

// SecureWeb does the handshake of HTTPS with a host on a connection: the same versions, suites, bounds and judgement as for
// mail, without pins. An address literal, which has no name to be judged by, never verifies. At most 8 s; the error of a
// certificate is a *CertificateError. The connection is the caller's to close.
func SecureWeb(ctx context.Context, raw net.Conn, host string, authorities ...*x509.Certificate) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, tlsLimit)
	defer cancel()
	first := &firstBytes{Conn: raw}
	conf := baseConfig(host)
	conf.InsecureSkipVerify = true // Judge takes its place, as for mail
	conf.VerifyConnection = func(s tls.ConnectionState) error {
		names := []string{s.ServerName}
		v := Judge(s.PeerCertificates, names, 0, account.Trust{Authorities: authorities}, time.Now())
		if v.Protection != account.Verified {
			return &CertificateError{TLS: shownBy(s, v)}
		}
		return nil
	}
	conn := tls.Client(first, conf)
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	first.over = true
	return conn, nil
}

// examine does a handshake that offers what Portolan never uses: versions up to newest, with every cipher suite of those days.
// It ends in the middle, as soon as the server has shown what it speaks: no session comes of it, and no data can be written.
// C-4: the certificate is not judged, and the socket is of no further use.
func (c *Conn) examine(ctx context.Context, newest uint16) (TLSFacts, error) {
	if err := c.raw.SetDeadline(earlier(time.Now().Add(tlsLimit), c.ends)); err != nil {
		return TLSFacts{}, err
	}
	var facts TLSFacts
	conf := baseConfig(c.target.Names[0])
	conf.MinVersion, conf.MaxVersion, conf.CipherSuites = tls.VersionTLS10, newest, nil
	for _, suite := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		conf.CipherSuites = append(conf.CipherSuites, suite.ID)
	}
	conf.InsecureSkipVerify = true // nothing is ever said on this connection
	conf.VerifyConnection = func(s tls.ConnectionState) error {
		facts = shownBy(s, Verdict{})
		return errExamined
	}
	err := tls.Client(&firstBytes{Conn: c.raw}, conf).HandshakeContext(ctx)
	if errors.Is(err, errExamined) {
		return facts, nil
	}
	return TLSFacts{}, err
}

// shownBy puts what a handshake showed and what it is worth together.
func shownBy(s tls.ConnectionState, v Verdict) TLSFacts {
	f := TLSFacts{
		Version: s.Version, Suite: s.CipherSuite, Chain: keep(s.PeerCertificates), Covered: v.Covered, Problems: v.Problems,
	}
	if len(f.Chain) > 0 {
		f.Certificate = account.FingerprintOf(f.Chain[0])
	}
	return f
}

// baseConfig says what every TLS connection of the program has in common. Versions and suites are written out, so that
// GODEBUG in the environment weakens nothing.
//
// RFC 8997, section 3: TLS 1.2 at least. RFC 9325, section 4.2: forward secrecy and authenticated encryption.
func baseConfig(host string) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
			tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		},
		// RFC 6066, section 3: no trailing dot, and no address literal, which crypto/tls leaves out by itself.
		ServerName:    strings.TrimSuffix(host, "."),
		Renegotiation: tls.RenegotiateNever,
	}
}

// handshakeError puts the evidence into words: what answered instead of TLS, or which alert ended it. wanted tells that the
// server had asked for a client certificate and was shown none.
func (c *Conn) handshakeError(err error, first []byte, wanted bool) error {
	var notTLS tls.RecordHeaderError
	if errors.As(err, &notTLS) {
		text := string(first)
		c.log.add(false, firstLine(text))
		return &SpokenError{Spoken: cleartext(text), Bytes: c.quote80(text)}
	}
	if a := alertOf(err); a != nil {
		// RFC 5246, section 7.4.6: TLS 1.2 has no alert of its own for a client certificate that is missing.
		if wanted && (a.Description == AlertHandshakeFailure || a.Description == alertBadCertificate) {
			a.Description = AlertCertificateRequired
		}
		return a
	}
	if a := ourAlert(err); a != nil {
		return a
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if len(first) == 0 {
		return &UnansweredError{Err: err}
	}
	return err
}

// cleartext names what speaks in the clear where TLS was expected.
func cleartext(text string) string {
	switch spoken := spokenBy(text); spoken {
	case "tls", "": // records of no version that there is, or noise
		return ""
	case "http", "ssh", "ftp", "telnet":
		return spoken
	default:
		return "cleartext " + spoken
	}
}

// ourAlert names a handshake that crypto/tls ended because of what the server chose; it has only words for that.
func ourAlert(err error) *AlertError {
	var op *net.OpError
	if errors.As(err, &op) {
		return nil
	}
	switch text := err.Error(); {
	case strings.Contains(text, "unsupported protocol version"), strings.Contains(text, "unsupported SSLv2"):
		return &AlertError{Description: AlertProtocolVersion, Ours: true, Text: text}
	case strings.Contains(text, "unconfigured cipher suite"), strings.Contains(text, "unsupported curve"):
		return &AlertError{Description: AlertHandshakeFailure, Ours: true, Text: text}
	default:
		return nil
	}
}

// earlier gives the earlier of two times.
func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
