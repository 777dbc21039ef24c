//go:build linux

package debian

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Users and groups that Postfix's package would have made, with numbers that no other user has here.
const (
	postfixID  = 64101 // user and group
	postdropID = 64102
)

// writeEtc makes the files that the lab lays over /etc: who is who, and where names are asked for.
func writeEtc(dir string) error {
	passwd, err := os.ReadFile("/etc/passwd")
	if err != nil {
		return err
	}
	group, err := os.ReadFile("/etc/group")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, content := range map[string]string{
		"passwd":        without(string(passwd), "postfix") + fmt.Sprintf("postfix:x:%d:%[1]d::/:/usr/sbin/nologin\n", postfixID),
		"group":         without(string(group), "postfix", "postdrop") + fmt.Sprintf("postfix:x:%d:\npostdrop:x:%d:\n", postfixID, postdropID),
		"resolv.conf":   "nameserver 127.0.0.53\n",
		"nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\n",
		"hosts":         "127.0.0.1 localhost\n::1 localhost\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// without drops the lines of the named users or groups, for a machine that has them already.
func without(table string, names ...string) string {
	var kept strings.Builder
	for line := range strings.Lines(table) {
		name, _, _ := strings.Cut(line, ":")
		drop := false
		for _, n := range names {
			drop = drop || n == name
		}
		if !drop {
			kept.WriteString(strings.TrimSuffix(line, "\n") + "\n")
		}
	}
	return kept.String()
}
