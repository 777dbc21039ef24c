//go:build linux

package debian

import "strings"

// dovecotConf is the configuration of a Dovecot that needs no root, writes into one folder only and keeps no grudge
// against an address that typed a wrong password. Dovecot 2.4 is told most things in words of its own, so that each
// language has a part for itself; 2.4 insists on its version coming first.
func dovecotConf(version string) string {
	if strings.HasPrefix(version, "2.3.") {
		return dovecotCommon + dovecot23
	}
	return "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n" + dovecotCommon + dovecot24
}

// dovecotCommon is what all versions understand.
const dovecotCommon = `base_dir = {{.Dir}}/run
state_dir = {{.Dir}}/state
log_path = {{.Dir}}/log
auth_debug = yes
auth_verbose = yes
auth_failure_delay = 0
auth_mechanisms = {{.Mechanisms}}
default_internal_user = {{.User}}
default_internal_group = {{.Group}}
default_login_user = {{.User}}
first_valid_uid = 1
listen ={{.Listen}}
protocols = imap pop3 submission lmtp
ssl = {{.Encryption}}
{{- if .People}}
auth_ssl_username_from_cert = yes
{{- if .OnlyPeople}}
auth_ssl_require_client_cert = yes
{{- end}}
{{- end}}
submission_relay_host = {{.Relay.Addr}}
submission_relay_port = {{.Relay.Port}}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  unix_listener postfix {
    mode = 0666
  }
}
service lmtp {
  unix_listener lmtp {
    mode = 0666
  }
}
{{- range .Services}}
service {{.Login}} {
  chroot =
{{- range .Default}}{{if .}}
  inet_listener {{.}} {
    port = 0
  }
{{- end}}{{end}}
{{- range .Clear}}
  inet_listener clear-{{.}} {
    port = {{.}}
  }
{{- end}}
{{- range .TLS}}
  inet_listener tls-{{.}} {
    port = {{.}}
    ssl = yes
  }
{{- end}}
}
{{- end}}
`

// dovecot23 is what up to 2.3 is said in this way.
const dovecot23 = `
disable_plaintext_auth = {{if .Cleartext}}no{{else}}yes{{end}}
mail_location = maildir:{{.Dir}}/mail/%u
{{- if .Certificate.Chain}}
ssl_cert = <{{.Dir}}/chain.pem
ssl_key = <{{.Dir}}/key.pem
{{- end}}
{{- if .People}}
ssl_ca = <{{.Dir}}/people.pem
ssl_require_crl = no
ssl_verify_client_cert = yes
{{- end}}
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {{.Dir}}/oauth2
}
{{- if .People}}
passdb {
  driver = passwd-file
  mechanisms = external
  args = username_format=%u {{.Dir}}/people
}
{{- end}}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {{.Dir}}/users
}
userdb {
  driver = static
  args = uid={{.User}} gid={{.Group}} home={{.Dir}}/mail/%u allow_all_users=yes
}
`

// dovecot24 is the same for 2.4.
const dovecot24 = `
auth_allow_cleartext = {{if .Cleartext}}yes{{else}}no{{end}}
mail_driver = maildir
mail_path = {{.Dir}}/mail/%{user}
{{- if .Certificate.Chain}}
ssl_server_cert_file = {{.Dir}}/chain.pem
ssl_server_key_file = {{.Dir}}/key.pem
{{- end}}
{{- if .People}}
ssl_server_ca_file = {{.Dir}}/people.pem
ssl_server_require_crl = no
ssl_server_request_client_cert = yes
{{- end}}
oauth2 {
  introspection_mode = post
  introspection_url = http://127.0.0.1:1/
  active_attribute = active
  active_value = true
}
passdb oauth2 {
  mechanisms_filter = xoauth2 oauthbearer
}
{{- if .People}}
passdb people {
  driver = passwd-file
  mechanisms_filter = external
  passwd_file_path = {{.Dir}}/people
}
{{- end}}
passdb users {
  driver = passwd-file
  passwd_file_path = {{.Dir}}/users
}
userdb static {
  static_allow_all_users = yes
  fields {
    uid = {{.User}}
    gid = {{.Group}}
    home = {{.Dir}}/mail/%{user}
  }
}
`
