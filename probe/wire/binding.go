package wire

import (
	"crypto/tls"
	"net"

	"github.com/xdg-go/scram"
)

// bindingOf gives what ties a SCRAM-PLUS exchange to the TLS connection under it; unsupported where there is nothing.
//
// RFC 9266, section 4: tls-exporter under TLS 1.3. RFC 5802, section 6: tls-unique is what every server has under TLS 1.2;
// RFC 9266, section 4.2: only with the extended master secret, without which Go exports no keying material. Else
// tls-server-end-point, RFC 5929, section 4.
func bindingOf(stream net.Conn) scram.ChannelBinding {
	conn, ok := stream.(*tls.Conn)
	if !ok {
		return scram.ChannelBinding{}
	}
	state := conn.ConnectionState()
	exporter, err := scram.NewTLSExporterBinding(&state)
	switch {
	case err == nil && state.Version >= tls.VersionTLS13:
		return exporter
	case err == nil && len(state.TLSUnique) > 0:
		return scram.NewTLSUniqueBinding(state.TLSUnique)
	}
	endpoint, err := scram.NewTLSServerEndpointBinding(&state)
	if err != nil { // the certificate's signature has no hash of its own
		return scram.ChannelBinding{}
	}
	return endpoint
}
