//go:build linux

package debian

// dovecotConf is the configuration of a Dovecot 2.3 that needs no root, writes into one folder only and keeps no grudge
// against an address that typed a wrong password.
const dovecotConf = `base_dir = {{.Dir}}/run
state_dir = {{.Dir}}/state
log_path = {{.Dir}}/log
auth_debug = yes
auth_verbose = yes
auth_failure_delay = 0
default_internal_user = {{.User}}
default_internal_group = {{.Group}}
default_login_user = {{.User}}
first_valid_uid = 1
listen ={{.Listen}}
protocols = imap pop3 submission lmtp
ssl = {{.Encryption}}
{{- if .Certificate.Chain}}
ssl_cert = <{{.Dir}}/chain.pem
ssl_key = <{{.Dir}}/key.pem
{{- end}}
{{- if .People}}
ssl_ca = <{{.Dir}}/people.pem
ssl_require_crl = no
ssl_verify_client_cert = yes
auth_ssl_username_from_cert = yes
{{- if .OnlyPeople}}
auth_ssl_require_client_cert = yes
{{- end}}
{{- end}}
disable_plaintext_auth = {{.PlainText}}
auth_mechanisms = {{.Mechanisms}}
mail_location = maildir:{{.Dir}}/mail/%u
submission_relay_host = {{.Relay.Addr}}
submission_relay_port = {{.Relay.Port}}
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
