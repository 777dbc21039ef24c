package wire

import (
	"strconv"
	"strings"
)

// oauthBearer is the OAUTHBEARER mechanism.
//
// RFC 7628, section 3.1: a GS2 header with the user name, then key=value pairs, each ended by ^A; section 3.2.3: the
// failure is answered with a single ^A. RFC 5801, section 4: "=" and "," in the user name are escaped.
func oauthBearer(user, token, host string, port uint16) *tokenClient {
	name := strings.NewReplacer("=", "=3D", ",", "=2C").Replace(user)
	return &tokenClient{
		name: "OAUTHBEARER",
		message: "n,a=" + name + ",\x01host=" + host + "\x01port=" + strconv.Itoa(int(port)) +
			"\x01auth=Bearer " + token + "\x01\x01",
		answer: []byte{1},
	}
}
