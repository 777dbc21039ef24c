package format

import (
	"errors"
	"fmt"
	"maps"
	"net/mail"
	neturl "net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"portolan/account"
)

// The readers in this file do what the manuals of the programs say, and nothing else: they fail loudly on whatever is not
// understood. Each gives the keys of a file in order, and their values.

// A setting is one key of a file and its value.
type setting struct{ key, value string }

// lines gives the lines of a file that are neither empty nor comments.
func lines(text, comments string) []string {
	var all []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(strings.TrimRight(line, "\n"))
		if line != "" && !strings.ContainsRune(comments, rune(line[0])) {
			all = append(all, line)
		}
	}
	return all
}

// unslash reads one text in double quotes with backslashes, and wants it to end there.
func unslash(text, forbidden string) (string, error) {
	if len(text) < 2 || text[0] != '"' {
		return "", errors.New("no quotation mark")
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			if i != len(text)-1 {
				return "", errors.New("something follows the quotation mark")
			}
			return b.String(), nil
		case c == '\\':
			i++
			b.WriteByte(text[i])
		case strings.IndexByte(forbidden, c) >= 0:
			return "", fmt.Errorf("bare %q", c)
		default:
			b.WriteByte(c)
		}
	}
	return "", errors.New("no end")
}

// readMsmtprc reads as msmtp does: outer quotes off, nothing else.
func readMsmtprc(text string) ([]setting, error) {
	var all []setting
	for _, line := range lines(text, "#") {
		key, value, _ := strings.Cut(line, " ")
		if len(line) > 500 {
			return nil, errors.New("line too long")
		}
		if strings.HasPrefix(value, `"`) {
			value = value[1 : len(value)-1]
		}
		all = append(all, setting{key, value})
	}
	return all, nil
}

// readMbsyncrc reads as isync 1.4 does.
func readMbsyncrc(text string) ([]setting, error) {
	var all []setting
	for _, line := range lines(text, "#") {
		key, value, _ := strings.Cut(line, " ")
		if strings.HasPrefix(value, `"`) {
			var err error
			if value, err = unslash(value, ""); err != nil {
				return nil, err
			}
		}
		all = append(all, setting{key, value})
	}
	return all, nil
}

// readNeomuttrc reads as mutt does: in double quotes dollar and backtick are active.
func readNeomuttrc(text string) ([]setting, error) {
	var all []setting
	for _, line := range lines(text, "#") {
		rest, ok := strings.CutPrefix(line, "set ")
		key, value, found := strings.Cut(rest, " = ")
		if !ok || !found {
			return nil, errors.New("no set: " + line)
		}
		if strings.HasPrefix(value, `"`) {
			var err error
			if value, err = unslash(value, "$`"); err != nil {
				return nil, fmt.Errorf("%s: %w", line, err)
			}
		}
		all = append(all, setting{key, value})
	}
	return all, nil
}

// readAercConf reads as go-ini does: a value in backticks as it is, any other ends at a comment sign.
func readAercConf(text string) ([]setting, error) {
	var all []setting
	for _, line := range lines(text, "#;") {
		if strings.HasPrefix(line, "[") {
			all = append(all, setting{line, ""})
			continue
		}
		key, value, found := strings.Cut(line, "=")
		if !found || strings.HasSuffix(line, `\`) || strings.Contains(value, "%(") {
			return nil, errors.New("no setting: " + line)
		}
		if value = strings.TrimSpace(value); strings.HasPrefix(value, "`") {
			value = value[1:strings.LastIndexByte(value, '`')]
		} else if i := strings.IndexAny(value, "#;"); i >= 0 {
			value = strings.TrimSpace(value[:i])
		}
		all = append(all, setting{strings.TrimSpace(key), value})
	}
	return all, nil
}

// readTOML reads tables, basic strings, truth values and dotted keys.
func readTOML(text string) ([]setting, error) {
	var all []setting
	for _, line := range lines(text, "#") {
		if strings.HasPrefix(line, "[") {
			all = append(all, setting{line, ""})
			continue
		}
		key, value, found := strings.Cut(line, " = ")
		if !found || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
			return nil, errors.New("no setting: " + line)
		}
		if value != "true" && value != "false" {
			// Go reads the escapes that TOML has as TOML does.
			var err error
			if value, err = strconv.Unquote(value); err != nil {
				return nil, fmt.Errorf("%s: %w", line, err)
			}
		}
		all = append(all, setting{key, value})
	}
	return all, nil
}

// readFetchmailrc reads words and quoted texts with the escape \xHH.
func readFetchmailrc(text string) ([]setting, error) {
	var all []setting
	for _, line := range lines(text, "#") {
		key, value, _ := strings.Cut(line, " ")
		if key == "poll" {
			key, value = line, ""
		}
		if strings.HasPrefix(value, `"`) {
			value, _, _ = strings.Cut(value, " # without")
			value, _, _ = strings.Cut(value, " # no enc")
			inner := value[1 : len(value)-1]
			if strings.Contains(inner, `"`) {
				return nil, errors.New("a bare quotation mark: " + line)
			}
			inner = strings.ReplaceAll(inner, `\x22`, `"`)
			if strings.Contains(strings.ReplaceAll(inner, `\x5c`, ""), `\`) {
				return nil, errors.New("a bare backslash: " + line)
			}
			value = strings.ReplaceAll(inner, `\x5c`, `\`)
		}
		all = append(all, setting{key, value})
	}
	return all, nil
}

// readINI reads as Python's configparser does; twice tells whether percent signs are doubled.
func readINI(text string, twice bool) ([]setting, error) {
	var all []setting
	for _, line := range lines(text, "#;") {
		if strings.HasPrefix(line, "[") {
			all = append(all, setting{line, ""})
			continue
		}
		at := strings.IndexAny(line, "=:")
		if at < 0 {
			return nil, errors.New("no setting: " + line)
		}
		value := strings.TrimSpace(line[at+1:])
		if twice {
			if strings.Contains(strings.ReplaceAll(value, "%%", ""), "%") {
				return nil, errors.New("a bare percent sign: " + line)
			}
			value = strings.ReplaceAll(value, "%%", "%")
		}
		all = append(all, setting{strings.TrimSpace(line[:at]), value})
	}
	return all, nil
}

// F-8: with nasty fields, each program finds the same keys as with plain ones, and the very values that were meant.
func TestNoFieldCanAddAKey(t *testing.T) {
	for _, c := range []struct {
		name string
		read func(string) ([]setting, error)
		// The keys that hold the texts; "" where the file has none.
		user, password, outUser, outPassword, person string
	}{
		{Msmtp, readMsmtprc, "", "", "user", "password", ""},
		{Mbsync, readMbsyncrc, "User", "Pass", "", "", ""},
		{Neomutt, readNeomuttrc, "imap_user", "imap_pass", "", "smtp_pass", "realname"},
		{Aerc, readAercConf, "", "", "", "", ""},
		{Himalaya, readTOML, "imap.sasl.plain.username", "imap.sasl.plain.password.raw", "smtp.sasl.plain.username", "smtp.sasl.plain.password.raw", "display-name"},
		{Fetchmail, readFetchmailrc, "user", "password", "", "", ""},
		{Getmail, func(s string) ([]setting, error) { return readINI(s, false) }, "username", "password", "", "", ""},
		{OfflineIMAP, func(s string) ([]setting, error) { return readINI(s, true) }, "remoteuser", "remotepass", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				a := genAccount(t, false)
				a.Incoming.Protocol, a.Incoming.Auth, a.Outgoing.Auth = account.IMAP, account.AuthPlain, account.AuthPlain
				a.Name, a.Outgoing.Username = nasty().Draw(t, "name"), nasty().Draw(t, "user")
				password, o := genPassword(t)
				out, ok := written(t, c.name, a, o)
				if !ok {
					return
				}
				plain := a
				plain.Name, plain.Incoming.Username, plain.Outgoing.Username = "n", "u", "v"
				want, err := c.read(mustText(t, c.name, plain, Options{Password: account.NewSecret("p")}))
				if err != nil {
					t.Fatal(err)
				}
				got, err := c.read(out.Text)
				if err != nil {
					t.Fatalf("got %v, want a file that can be read: %s", err, out.Text)
				}
				if g, w := keysOf(got), keysOf(want); !slices.Equal(g, w) {
					t.Fatalf("got keys %q, want %q in %s", g, w, out.Text)
				}
				values := maps.Collect(func(yield func(string, string) bool) {
					for _, s := range got {
						if !yield(s.key, s.value) {
							return
						}
					}
				})
				for key, want := range map[string]string{c.user: a.Incoming.Username, c.password: password, c.outUser: a.Outgoing.Username, c.outPassword: password, c.person: a.Name} {
					if key != "" && values[key] != want {
						t.Fatalf("%s: got %q, want %q", key, values[key], want)
					}
				}
				checkURLs(t, c.name, values, a, password)
			})
		})
	}
}

// checkURLs takes the URLs and the sender of a file apart again.
func checkURLs(t *rapid.T, name string, values map[string]string, a account.Account, password string) {
	check := func(text string, s account.Server, password string) {
		u, err := neturl.Parse(text)
		if err != nil || u.Hostname() != s.Host || u.Port() != strconv.Itoa(s.Port) || u.User.Username() != s.Username || strings.Trim(u.Path, "/") != "" || u.RawQuery+u.Fragment != "" {
			t.Fatalf("got %s (%v), want %s at %v", text, err, s.Username, s.Endpoint)
		}
		if got, _ := u.User.Password(); got != password {
			t.Fatalf("got password %q in %s, want %q", got, text, password)
		}
	}
	switch name {
	case Neomutt:
		check(values["smtp_url"], a.Outgoing, "")
	case Aerc:
		check(values["source"], a.Incoming, password)
		check(values["outgoing"], a.Outgoing, password)
		from, err := mail.ParseAddress(values["from"])
		if err != nil || from.Name != a.Name || from.Address != a.Address.Local+"@"+a.Address.Domain && from.Address != a.Address.String() {
			t.Fatalf("got %v (%v) from %q, want %q <%v>", from, err, values["from"], a.Name, a.Address)
		}
	}
}

// mustText writes an account that fits.
func mustText(t *rapid.T, name string, a account.Account, o Options) string {
	out, err := Export(name, a, o)
	if err != nil {
		t.Fatal(err)
	}
	return out.Text
}

// keysOf gives the keys of a file.
func keysOf(all []setting) []string {
	var keys []string
	for _, s := range all {
		keys = append(keys, s.key)
	}
	return keys
}

func TestASheetHasNoLineMoreThanItsFields(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := genAccount(t, false)
		_, o := genPassword(t)
		out, ok := written(t, Sheet, a, o)
		if !ok {
			t.Fatal("got no file, want one for every account")
		}
		plain := a
		plain.Name = map[bool]string{true: "n"}[a.Name != ""]
		for _, s := range []*account.Server{&plain.Incoming, &plain.Outgoing} {
			if s.Username != "" {
				s.Username = "u"
			}
		}
		want := strings.Count(mustText(t, Sheet, plain, Options{Password: account.NewSecret("p")}), "\n")
		if got := strings.Count(out.Text, "\n"); got != want {
			t.Fatalf("got %d lines, want %d: %s", got, want, out.Text)
		}
	})
}
