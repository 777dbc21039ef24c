//go:build linux

package debian

import (
	"bytes"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"time"
)

// A Gate is one open port of a Postfix.
type Gate struct {
	Port     int
	TLS      bool // from the first byte
	STARTTLS bool
	SignIn   bool // AUTH is offered: inside TLS where there is any, in the clear otherwise
	People   bool // nobody is served without a certificate of Postfix.People
}

// A Postfix says how a Postfix is to be run. It needs a lab with root, see Lab.Root.
type Postfix struct {
	Addresses   []netip.Addr
	Gates       []Gate
	Certificate Certificate
	Domain      string  // whose mail is delivered to Mailboxes
	Mailboxes   *Server // also asked about passwords, unless there are Users

	// Users makes Postfix ask Cyrus SASL about passwords; password by user name.
	Users map[string]string

	People    []byte // authority in PEM that vouches for persons
	Protocols string // of TLS, in Postfix's own words; "": as it comes
}

// postfixSettings is what the configuration is made of.
type postfixSettings struct {
	Postfix
	Dir, Auth, LMTP string
}

// StartPostfix runs a Postfix until the test ends and returns when all its ports are open.
func (l *Lab) StartPostfix(t *testing.T, p Postfix) {
	t.Helper()
	dir := l.folder(t, "postfix")
	s := postfixSettings{Postfix: p, Dir: dir}
	if p.Mailboxes != nil {
		s.Auth, s.LMTP = p.Mailboxes.auth, p.Mailboxes.lmtp
	}
	if p.Users != nil {
		l.smtpdSASL(t, dir, "mail."+p.Domain, p.Users)
	}
	for name, content := range map[string][]byte{
		"people.pem": p.People,
		"pair.pem":   append(bytes.Clone(p.Certificate.Key), p.Certificate.Chain...),
		"main.cf":    fill(t, mainCf, s),
		"master.cf":  fill(t, masterCf, s),
	} {
		if err := writeOld(filepath.Join(dir, name), content); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Chown(dir, 0, 0), queues(dir)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { showLog(t, "Postfix", filepath.Join(dir, "log", "mail")) })
	master, err := command(t.Context(), dir, "/usr/sbin/postconf", "-hd", "daemon_directory")
	if err != nil {
		t.Fatal(err)
	}
	l.start(t, nil, filepath.Join(strings.TrimSpace(master), "master"), "-c", dir, "-d")
	for _, gate := range p.Gates {
		for _, address := range p.Addresses {
			await(t, netip.AddrPortFrom(address, uint16(gate.Port)))
		}
	}
}

// writeOld makes a file that looks an hour old: Postfix waits for a fresh one to settle.
func writeOld(name string, content []byte) error {
	before := time.Now().Add(-time.Hour)
	return errors.Join(os.WriteFile(name, content, 0o600), os.Chtimes(name, before, before))
}

// queues makes the folders that Postfix's package would have made, with their owners.
func queues(dir string) error {
	var all error
	folder := func(name string, mode os.FileMode, owner, group int) {
		name = filepath.Join(dir, name)
		all = errors.Join(all, os.MkdirAll(name, 0o755), os.Chown(name, owner, group), os.Chmod(name, mode))
	}
	folder("queue", 0o755, 0, 0)
	folder("log", 0o755, 0, 0)
	folder("queue/pid", 0o755, 0, 0)
	folder("queue/maildrop", 0o730|os.ModeSticky, postfixID, postdropID)
	folder("queue/public", 0o710, postfixID, postdropID)
	for _, name := range strings.Fields("active bounce corrupt defer deferred flush hold incoming private saved trace") {
		folder("queue/"+name, 0o700, postfixID, 0)
	}
	folder("data", 0o700, postfixID, postfixID)
	return all
}

// fill executes a template.
func fill(t *testing.T, text string, settings any) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := template.Must(template.New("").Parse(text)).Execute(&out, settings); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// mainCf takes mail for one domain and hands it to Dovecot; it relays for nobody who has not signed in.
const mainCf = `compatibility_level = 3.6
queue_directory = {{.Dir}}/queue
data_directory = {{.Dir}}/data
maillog_file = {{.Dir}}/log/mail
maillog_file_prefixes = {{.Dir}}
inet_interfaces = all
myhostname = mail.{{.Domain}}
mydestination =
mynetworks =
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = {{.Domain}}
virtual_mailbox_maps = static:any
virtual_transport = lmtp:unix:{{.LMTP}}
{{if .Users -}}
smtpd_sasl_type = cyrus
cyrus_sasl_config_path = {{.Dir}}/sasl
{{else -}}
smtpd_sasl_type = dovecot
smtpd_sasl_path = {{.Auth}}
{{end -}}
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_tls_auth_only = no
{{if .People -}}
smtpd_tls_CAfile = {{.Dir}}/people.pem
{{end -}}
{{if .Protocols -}}
smtpd_tls_mandatory_protocols = {{.Protocols}}
{{end -}}
smtpd_tls_chain_files = {{.Dir}}/pair.pem
smtpd_peername_lookup = no
`

// masterCf runs everything without chroot.
const masterCf = `{{range .Addresses}}{{$address := .}}{{range $.Gates -}}
[{{$address}}]:{{.Port}} inet n - n - - smtpd
  -o smtpd_tls_wrappermode={{if .TLS}}yes{{else}}no{{end}}
  -o smtpd_tls_security_level={{if or .TLS .People}}encrypt{{else if .STARTTLS}}may{{else}}none{{end}}
  -o smtpd_tls_req_ccert={{if .People}}yes{{else}}no{{end}}
  -o smtpd_tls_auth_only={{if .STARTTLS}}yes{{else}}no{{end}}
  -o smtpd_sasl_auth_enable={{if .SignIn}}yes{{else}}no{{end}}
{{end}}{{end -}}
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`
