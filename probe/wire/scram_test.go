package wire

import (
	"errors"
	"net"
	"testing"

	"github.com/xdg-go/scram"

	"portolan/account"
)

// A server that knows no tls-exporter has not looked at the password, and the other -PLUS mechanisms are not tried on it; a
// no to any other binding stands, as does any other no.
func TestUnknownBindingIsNoRefusalOfThePassword(t *testing.T) {
	exporter := scram.ChannelBinding{Type: scram.ChannelBindingTLSExporter, Data: []byte("x")}
	unique := scram.ChannelBinding{Type: scram.ChannelBindingTLSUnique, Data: []byte("x")}
	for _, s := range []struct {
		name    string
		auth    account.Auth
		binding scram.ChannelBinding
		reason  string // of the server, RFC 5802, section 7
		err     error
		strange bool
	}{
		{"words of Cyrus SASL over IMAP", account.AuthSCRAMSHA256Plus, exporter, "", &ReplyError{Status: "NO", Text: "bad protocol / cancel"}, true},
		{"words of Cyrus SASL over POP3", account.AuthSCRAMSHA1Plus, exporter, "", &ReplyError{Status: "-ERR", Tag: "AUTH", Text: "authenticating: Bad protocol / cancel"}, true},
		{"a kind that it does not know", account.AuthSCRAMSHA512Plus, exporter, "e=unsupported-channel-binding-type", &ReplyError{Status: "NO"}, true},
		{"a server without binding", account.AuthSCRAMSHA256Plus, exporter, "e=channel-binding-not-supported", &ReplyError{Status: "NO"}, true},
		{"somebody between", account.AuthSCRAMSHA256Plus, exporter, "e=channel-bindings-dont-match", &ReplyError{Status: "NO"}, false},
		{"somebody between under TLS 1.2", account.AuthSCRAMSHA256Plus, unique, "", &ReplyError{Status: "NO", Text: "bad protocol / cancel"}, false},
		{"without binding", account.AuthSCRAMSHA256, exporter, "", &ReplyError{Status: "NO", Text: "bad protocol / cancel"}, false},
		{"a wrong password", account.AuthSCRAMSHA256Plus, exporter, "e=invalid-proof", &ReplyError{Status: "NO", Text: "authentication failure"}, false},
		{"a connection that broke", account.AuthSCRAMSHA256Plus, exporter, "", net.ErrClosed, false},
	} {
		c := &Conn{binding: s.binding}
		m, err := c.scram(s.auth, "u", "p")
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		if s.reason != "" {
			if _, err := m.Next([]byte(s.reason)); err != nil {
				t.Errorf("%s: got %v, want the reason taken", s.name, err)
			}
		}
		if err := m.finish(s.err); errors.Is(err, ErrNoCommonAuth) != s.strange || !s.strange && !errors.Is(err, s.err) {
			t.Errorf("%s: got %v, want the mechanism without use %t", s.name, err, s.strange)
		}
		if _, err := c.scram(account.AuthSCRAMSHA1Plus, "u", "p"); errors.Is(err, ErrNoCommonAuth) != s.strange {
			t.Errorf("%s: afterwards got %v, want binding given up %t", s.name, err, s.strange)
		}
	}
}
