package wire

import "github.com/emersion/go-sasl"

// external is the EXTERNAL mechanism: the client certificate of the handshake is the proof.
//
// RFC 4422, appendix A.1: an empty message asks the server to take the identity from the certificate.
func external() mechanism {
	return mechanism{Client: externalClient{}, proves: func([]byte) bool { return false }}
}

type externalClient struct{}

// Start gives the whole mechanism.
func (externalClient) Start() (string, []byte, error) { return sasl.External, []byte{}, nil }

// Next refuses: there is nothing more to say.
func (externalClient) Next([]byte) ([]byte, error) { return nil, sasl.ErrUnexpectedServerChallenge }
