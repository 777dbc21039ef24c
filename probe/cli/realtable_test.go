//go:build linux

package cli_test

import (
	"slices"
	"strings"
	"testing"

	"portolan/account"
)

// A stage is a real server at which a mechanism is tried: with every odd password and a wrong one, a good token and a bad
// one, or the right certificate and others.
type stage string

const (
	onDovecot    stage = "Dovecot"                                   // TestEveryMechanismOnRealServers
	onPostfix    stage = "Postfix that asks Dovecot"                 // the same
	onCyrus      stage = "Cyrus"                                     // TestChannelBindingOnRealServers
	onCyrusSASL  stage = "Postfix that asks Cyrus SASL"              // the same
	onCyrusAlone stage = "Cyrus without a mechanism for a password"  // the same: the commands
	onDovecot24  stage = "Dovecot 2.4, in Debian 13"                 // TestDovecotsChannelBindingOnRealServers
	byIdentity   stage = "Dovecot that wants to see who is speaking" // TestClientCertificatesOnRealServers
)

// stages says where a mechanism is tried in a protocol, or why it cannot be in any server that Debian has. AuthNone stands
// for the commands IMAP LOGIN and POP3 USER and PASS.
func stages(auth account.Auth, p account.Protocol) (at []stage, impossible string) {
	smtp := p == account.SMTP
	switch auth {
	case account.AuthNone:
		if smtp {
			return nil, "RFC 4954: SMTP has no command to sign in with but AUTH"
		}
		return []stage{onCyrusAlone}, ""
	case account.AuthAPOP:
		if p != account.POP3 {
			return nil, "RFC 1939: APOP is a command of POP3"
		}
		return []stage{onDovecot}, ""
	case account.AuthSCRAMSHA1Plus, account.AuthSCRAMSHA256Plus:
		if smtp {
			return []stage{onDovecot24}, "" // nobody else: Postfix has nothing to bind to
		}
		return []stage{onCyrus, onDovecot24}, ""
	case account.AuthSCRAMSHA512Plus:
		if smtp {
			return nil, "Postfix has nothing to bind to, and Dovecot 2.4 knows no SHA-512"
		}
		return []stage{onCyrus}, ""
	case account.AuthSCRAMSHA512: // Dovecot 2.3 does not know it
		if smtp {
			return []stage{onCyrusSASL}, ""
		}
		return []stage{onCyrus}, ""
	case account.AuthExternal:
		return []stage{byIdentity}, ""
	default:
		if smtp {
			return []stage{onDovecot, onPostfix}, ""
		}
		return []stage{onDovecot}, ""
	}
}

// spoken are all methods that Portolan speaks, and the commands.
func spoken() []account.Auth {
	list := []account.Auth{account.AuthNone}
	for a := account.AuthPlain; a <= account.AuthAPOP; a++ {
		list = append(list, a)
	}
	return list
}

// triedAt are the methods that are tried at a stage, in any protocol.
func triedAt(s stage) []account.Auth {
	return slices.DeleteFunc(spoken(), func(a account.Auth) bool {
		return !slices.ContainsFunc(incomingAndOutgoing(), func(p account.Protocol) bool {
			at, _ := stages(a, p)
			return slices.Contains(at, s)
		})
	})
}

func incomingAndOutgoing() []account.Protocol {
	return []account.Protocol{account.IMAP, account.POP3, account.SMTP}
}

// No cell of the table of mechanisms and protocols is forgotten: each has a real server, or a reason.
func TestEveryMechanismHasARealServerOnEveryProtocolOrAReason(t *testing.T) {
	cells := 0
	for _, auth := range spoken() {
		for _, p := range incomingAndOutgoing() {
			at, impossible := stages(auth, p)
			if (len(at) == 0) == (impossible == "") {
				t.Errorf("%v on %v: got %q and %q, want a server or a reason", auth, p, at, impossible)
			}
			cells += len(at)
		}
	}
	if cells != 49 {
		t.Errorf("got %d mechanisms on servers, want 49: one that is spoken has to be tried", cells)
	}
	var named []string
	for a := account.AuthAPOP + 1; !strings.HasPrefix(a.String(), "("); a++ {
		named = append(named, a.String())
	}
	if got := strings.Join(named, " "); got != "ntlm gssapi digest-md5 anonymous" {
		t.Errorf("got %q recognised and not spoken, want the three, and what is no sign-in", got)
	}
}
