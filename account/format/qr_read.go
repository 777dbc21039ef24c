package format

import (
	"encoding/json"
	"fmt"

	"portolan/account"
)

// readAndroid reads the text of a code that Thunderbird shows for Thunderbird for Android. Elements beyond those that are
// known are passed over, as its own reader does.
func readAndroid(data []byte) ([]Imported, error) {
	if err := checkJSON(data); err != nil {
		return nil, err
	}
	top := elements(data)
	if len(top) < 4 || intOf(top[0]) != androidVersion {
		return nil, &FileError{"This is no code for Thunderbird for Android, or one of a newer kind."}
	}
	part := elements(top[1])
	var all []gather
	for i := 2; i+1 < len(top) && len(all) < maxAccounts; i += 2 {
		g := androidAccount(elements(top[i]), elements(top[i+1]))
		if len(part) == 2 && intOf(part[1]) > 1 {
			g.remark(account.RoleUnknown, fmt.Sprintf("This is code number %d of %d; each holds other accounts.", intOf(part[0]), intOf(part[1])))
		}
		all = append(all, g)
	}
	return usable(all)
}

// androidAccount reads one account: its incoming server and its groups of an outgoing server and identities.
func androidAccount(in []json.RawMessage, groups []json.RawMessage) gather {
	var g gather
	if len(in) >= 6 {
		protocol := account.ProtocolUnknown
		switch intOf(in[0]) {
		case 0:
			protocol = account.IMAP
		case 1:
			protocol = account.POP3
		}
		g.androidServer(protocol, account.Incoming, in)
	}
	if len(in) > 7 && stringOf(in[7]) != "" {
		g.remark(account.RoleUnknown, "The code holds a password, which was not read.")
	}
	if len(groups) == 0 {
		return g
	}
	if group := elements(groups[0]); len(group) > 0 {
		if out := elements(group[0]); len(out) >= 6 {
			protocol := account.ProtocolUnknown
			if intOf(out[0]) == 0 {
				protocol = account.SMTP
			}
			g.androidServer(protocol, account.Outgoing, out)
		}
		if len(group) > 1 {
			if identity := elements(group[1]); len(identity) > 1 {
				g.identity(stringOf(identity[1]), stringOf(identity[0]))
			} else if len(identity) == 1 {
				g.identity("", stringOf(identity[0]))
			}
		}
		if len(group) > 2 || len(groups) > 1 {
			g.remark(account.RoleUnknown, "The account has several identities or outgoing servers; only the first was read.")
		}
	}
	return g
}

// androidServer reads one server.
func (g *gather) androidServer(p account.Protocol, role account.Role, s []json.RawMessage) {
	if p == account.ProtocolUnknown {
		g.leftOut(role, &FileError{"its kind is not known."})
		return
	}
	auth := account.AuthUnknown
	if words, n := androidAuths(), intOf(s[4]); n >= 0 && n < len(words) {
		auth = parseAuthWord(words[n], role)
	}
	g.server(found{p, stringOf(s[1]), fmt.Sprint(intOf(s[2])), parseAndroidSecurity(intOf(s[3])), auth, stringOf(s[5])})
}

// parseAndroidSecurity reads what androidSecurity writes.
func parseAndroidSecurity(n int) account.Security {
	switch n {
	case 0:
		return account.Cleartext
	case 2:
		return account.STARTTLS
	case 3:
		return account.TLS
	default:
		return account.SecurityUnknown
	}
}

// elements gives the elements of an array, none for anything else.
func elements(data json.RawMessage) []json.RawMessage {
	var found []json.RawMessage
	_ = json.Unmarshal(data, &found)
	return found
}

// intOf gives a whole number, -1 for anything else.
func intOf(data json.RawMessage) int {
	n := -1
	if json.Unmarshal(data, &n) != nil || string(data) == "null" {
		return -1
	}
	return n
}

// stringOf gives a string, "" for anything else.
func stringOf(data json.RawMessage) string {
	var s string
	_ = json.Unmarshal(data, &s)
	return s
}
