package mailtest

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"
)

// errNotBelieved is why a server of a scenario turns a client certificate down; crypto/tls sends bad_certificate for it.
var errNotBelieved = errors.New("not believed")

// ClientCertificate gives the certificate of the world's first user with its key, as PEM.
func (w *World) ClientCertificate() ([]byte, error) {
	a, err := newAuthority()
	if err != nil {
		return nil, err
	}
	owner, err := a.newIssuer("Alice", &a.root)
	if err != nil {
		return nil, err
	}
	key, err := x509.MarshalPKCS8PrivateKey(owner.key)
	if err != nil {
		return nil, err
	}
	file := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: owner.cert.Raw})
	return append(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...), nil
}

// askForCertificate makes a handshake ask for a client certificate, where the server's script says so, and notes one.
func (s *session) askForCertificate(config *tls.Config) {
	switch v := s.server; {
	case v.ClientCert:
		config.ClientAuth = tls.RequireAnyClientCert
	case v.AsksForCert, v.BadCert:
		config.ClientAuth = tls.RequestClientCert
	default:
		return
	}
	config.VerifyPeerCertificate = func(chain [][]byte, _ [][]*x509.Certificate) error {
		if len(chain) == 0 {
			return nil
		}
		s.update(func(c *Connection) { c.Shown = true })
		if s.server.BadCert {
			return errNotBelieved
		}
		return nil
	}
}

// checkShowed judges where the client certificate was shown.
func (r Record) checkShowed(args []string) error {
	shown := false
	for _, c := range r.Connections {
		if c.Shown && args[0] == "nobody" {
			return fmt.Errorf("got the client certificate shown to %v after %v, want that to nobody", c.Addr, c.Dialled.Round(time.Millisecond))
		}
		shown = shown || c.Shown && c.Addr.String() == args[0]
	}
	if args[0] != "nobody" && !shown {
		return errors.New("got no client certificate shown there")
	}
	return nil
}
