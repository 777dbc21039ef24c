//go:build linux

package debian

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// saslUsers makes Cyrus SASL's own file of users and passwords, sasldb, in a folder of the servers' user. The host is the
// server's own name, which stands for the domain of a user who has none.
func (l *Lab) saslUsers(t *testing.T, dir, host string, users map[string]string) {
	t.Helper()
	for user, password := range users {
		name, realm, found := strings.Cut(user, "@")
		if !found {
			realm = host
		}
		cmd := exec.CommandContext(t.Context(), "/usr/sbin/saslpasswd2", "-p", "-c", "-f", filepath.Join(dir, "sasldb"), "-u", realm, name)
		cmd.Stdin = strings.NewReader(password)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: l.serverCredential()}
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("saslpasswd2 for %s: %v: %s", user, err, said)
		}
	}
}

// smtpdSASL writes what Cyrus SASL reads for a Postfix, in the folder sasl beside Postfix's own settings: up to Debian 12
// it looks nowhere else, whatever the settings say.
func (l *Lab) smtpdSASL(t *testing.T, dir, host string, users map[string]string) {
	t.Helper()
	logins := l.folder(t, "sasl")
	l.saslUsers(t, logins, host, users)
	file, conf := filepath.Join(logins, "sasldb"), filepath.Join(dir, "sasl", "smtpd.conf")
	text := "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: " + file + "\nmech_list: PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512\n"
	err := errors.Join(os.Chmod(file, 0o644), os.MkdirAll(filepath.Dir(conf), 0o755), os.WriteFile(conf, []byte(text), 0o644)) // for Postfix's user
	if err != nil {
		t.Fatal(err)
	}
}
