package format

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"portolan/account"
)

// readMsmtp reads the accounts of an msmtprc. Each has an outgoing server alone. Commands in the file are not run, and files
// that it names are not opened.
func readMsmtp(data []byte) ([]Imported, error) {
	if err := checkText(data); err != nil {
		return nil, err
	}
	var all []gather
	for _, settings := range msmtpAccounts(string(data)) {
		if len(all) < maxAccounts && settings["host"] != "" {
			all = append(all, msmtpAccount(settings))
		}
	}
	return usable(all)
}

// msmtpAccounts gives the settings of each account, those of "defaults" before it and of the accounts that it names among
// them. A line "account default : other" that adds nothing makes no account of its own.
func msmtpAccounts(text string) []map[string]string {
	var all []map[string]string
	defaults, named := map[string]string{}, map[string]map[string]string{}
	current := defaults
	for line := range strings.Lines(text) {
		key, value := msmtpSetting(line)
		switch key {
		case "", "eval":
		case "defaults":
			clear(defaults)
			current = defaults
		case "account":
			name, parents, copied := strings.Cut(value, ":")
			if len(named) > maxAccounts {
				return all
			}
			current = maps.Clone(defaults)
			for parent := range strings.SplitSeq(parents, ",") {
				maps.Copy(current, named[strings.TrimSpace(parent)])
			}
			named[strings.TrimSpace(name)] = current
			if strings.TrimSpace(name) != "default" || !copied {
				all = append(all, current)
			}
		default:
			current[key] = value
		}
	}
	return all
}

// msmtpSetting parts a line into keyword and text, as msmtp does: one pair of double quotes is taken off.
func msmtpSetting(line string) (key, value string) {
	line = strings.Trim(line, " \t\r\n")
	if line == "" || line[0] == '#' {
		return "", ""
	}
	end := strings.IndexAny(line, " \t")
	if end < 0 {
		return line, ""
	}
	value = strings.Trim(line[end:], " \t")
	if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
		value = value[1 : len(value)-1]
	}
	return line[:end], value
}

// msmtpAccount reads one account.
func msmtpAccount(settings map[string]string) gather {
	var g gather
	if !msmtpPattern(settings["from"]) {
		g.identity("", settings["from"])
	}
	f := found{protocol: account.SMTP, host: settings["host"], port: settings["port"], user: settings["user"]}
	encrypted, starttls := settings["tls"] == "on" || settings["tls"] == "" && has(settings, "tls"), settings["tls_starttls"] != "off"
	switch {
	case !encrypted:
		f.security = account.Cleartext
	case starttls:
		f.security = account.STARTTLS
	default:
		f.security = account.TLS
	}
	if f.port == "" && f.security != account.TLS {
		f.port = "25" // msmtp's own default
	}
	f.auth = account.AuthNone
	if auth := settings["auth"]; auth != "off" && has(settings, "auth") {
		f.auth = account.AuthUnknown
		for method, word := range msmtpAuths() {
			if word == auth {
				f.auth = method
			}
		}
	}
	g.server(f)
	if pin, err := account.ParseFingerprint("sha256:" + settings["tls_fingerprint"]); err == nil && g.Outgoing.Protocol == account.SMTP {
		g.FileTrust.Pins = []account.Pin{{Server: g.Outgoing.Endpoint, Certificate: pin}}
	}
	if settings["tls_certcheck"] == "off" {
		g.remark(account.Outgoing, "The file switches the check of the certificate off; here it is checked.")
	}
	if slices.ContainsFunc([]string{"password", "passwordeval"}, func(key string) bool { return has(settings, key) }) {
		g.remark(account.Outgoing, "The file holds a password or a command for it, which was not read.")
	}
	return g
}

// has reports whether a keyword was given.
func has(settings map[string]string, key string) bool {
	_, found := settings[key]
	return found
}

// atoi reads a number that the DNS may hold, -1 where there is none.
func atoi(s string) int {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return -1
	}
	return int(n)
}
