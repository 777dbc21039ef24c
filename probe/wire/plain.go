package wire

import "github.com/emersion/go-sasl"

// plain is the PLAIN mechanism: RFC 4616. Its only message holds the password.
func plain(user, password string) mechanism {
	return mechanism{
		Client: sasl.NewPlainClient("", user, password),
		proves: func([]byte) bool { return true },
		blind:  true,
	}
}
