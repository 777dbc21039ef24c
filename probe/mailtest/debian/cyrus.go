//go:build linux

package debian

import (
	"net/netip"
	"path/filepath"
	"testing"
)

// A Cyrus says how a Cyrus IMAP server is to be run: the one server in Debian that offers SCRAM with channel binding.
// Every user has an inbox from the first sign-in on.
type Cyrus struct {
	Addresses   []netip.Addr
	Listeners   []Listener // IMAP and POP3
	Certificate Certificate
	TLS         string            // versions, in Cyrus's own words: "tls1_2 tls1_3"
	Mechanisms  string            // SASL mechanisms without -PLUS, which Cyrus adds itself
	Host        string            // its own name, which is the domain of users without one
	Users       map[string]string // password by user name
	People      []byte            // authority in PEM without whose certificate nobody gets in; none: everybody may
}

// cyrusSettings is what the configuration is made of.
type cyrusSettings struct {
	Cyrus
	Dir, User, Group string
}

// StartCyrus runs a Cyrus until the test ends and returns when all its ports are open.
func (l *Lab) StartCyrus(t *testing.T, c Cyrus) {
	t.Helper()
	group, err := groupName(l.server.Gid)
	if err != nil {
		t.Fatal(err)
	}
	dir := l.folder(t, "cyrus")
	s := cyrusSettings{Cyrus: c, Dir: dir, User: l.server.Username, Group: group}
	l.write(t, filepath.Join(dir, "chain.pem"), c.Certificate.Chain)
	l.write(t, filepath.Join(dir, "key.pem"), c.Certificate.Key)
	l.write(t, filepath.Join(dir, "people.pem"), c.People)
	conf := l.write(t, filepath.Join(dir, "imapd.conf"), fill(t, imapdConf, s))
	services := l.write(t, filepath.Join(dir, "cyrus.conf"), fill(t, cyrusConf, s))
	l.saslUsers(t, dir, c.Host, c.Users)
	l.start(t, l.serverCredential(), "/usr/lib/cyrus/bin/master", "-C", conf, "-M", services, "-p", filepath.Join(dir, "pid"))
	for _, listener := range c.Listeners {
		for _, address := range c.Addresses {
			await(t, netip.AddrPortFrom(address, uint16(listener.Port)))
		}
	}
}

// imapdConf lets everybody in the file of users have a mailbox, and asks for TLS before a password is typed.
const imapdConf = `configdirectory: {{.Dir}}/conf
partition-default: {{.Dir}}/spool
defaultpartition: default
cyrus_user: {{.User}}
cyrus_group: {{.Group}}
servername: {{.Host}}
admins: cyrus
unixhierarchysep: yes
virtdomains: userid
defaultdomain: elsewhere.invalid
autocreate_quota: 0
failedloginpause: 0
allowplaintext: no
allowstarttls: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {{.Dir}}/sasldb
sasl_mech_list: {{.Mechanisms}}
tls_server_cert: {{.Dir}}/chain.pem
tls_server_key: {{.Dir}}/key.pem
tls_versions: {{.TLS}}
{{- if .People}}
tls_client_ca_file: {{.Dir}}/people.pem
tls_client_certs: require
{{- end}}
`

// cyrusConf starts nothing before it is asked for.
const cyrusConf = `SERVICES {
{{- range .Addresses}}{{$address := .}}{{range $.Listeners}}
  s{{.Port}} cmd="/usr/lib/cyrus/bin/{{.Service}}d{{if .TLS}} -s{{end}} -C {{$.Dir}}/imapd.conf" listen="[{{$address}}]:{{.Port}}" prefork=0
{{- end}}{{end}}
}
`
