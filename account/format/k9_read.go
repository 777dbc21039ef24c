package format

import (
	"strings"

	"portolan/account"
)

// The largest settings file of K-9 Mail, which lists every folder of every account with seven elements, and the most elements.
const (
	maxK9         = 4 << 20
	maxK9Elements = 100000
)

// readK9 reads the settings file of K-9 Mail and Thunderbird for Android.
func readK9(data []byte) ([]Imported, error) {
	root, err := parseXMLWithin(data, maxK9, maxK9Elements)
	if err != nil {
		return nil, err
	}
	if root.name != "k9settings" {
		return nil, &FileError{"This is no settings file of K-9 Mail."}
	}
	if format := root.attr("format"); format != "1" {
		return nil, &FileError{"The settings file is of a kind that is not known: “" + account.Neutral(format, 20) + "”."}
	}
	var all []gather
	for _, accounts := range root.named("accounts") {
		for _, a := range accounts.named("account") {
			if len(all) < maxAccounts {
				all = append(all, k9Account(a))
			}
		}
	}
	return usable(all)
}

// k9Account reads one account.
func k9Account(a *element) gather {
	var g gather
	for _, role := range []account.Role{account.Incoming, account.Outgoing} {
		servers := a.named(role.String() + "-server")
		if len(servers) > 0 {
			g.k9Server(servers[0], role)
		}
	}
	identities := 0
	for _, list := range a.named("identities") {
		for _, i := range list.named("identity") {
			if identities++; identities == 1 {
				g.identity(i.first("name"), i.first("email"))
			}
		}
	}
	if identities > 1 {
		g.remark(account.RoleUnknown, "The account has several identities; only the first was read.")
	}
	return g
}

// k9Server reads one server.
func (g *gather) k9Server(e *element, role account.Role) {
	protocol, err := account.ParseProtocol(strings.ToLower(e.attr("type")))
	if err != nil || protocol.Role() != role {
		g.leftOut(role, &FileError{"its kind is “" + account.Neutral(e.attr("type"), 40) + "”."})
		return
	}
	security := map[string]account.Security{
		"NONE": account.Cleartext, "STARTTLS_REQUIRED": account.STARTTLS, "SSL_TLS_REQUIRED": account.TLS,
		"STARTTLS_OPTIONAL": account.STARTTLS, "SSL_TLS_OPTIONAL": account.TLS, // until 2014: with any certificate
	}[e.first("connection-security")]
	if strings.HasSuffix(e.first("connection-security"), "_OPTIONAL") {
		g.remark(role, "The file lets the server do without encryption; here it is demanded.")
	}
	auth := map[string]account.Auth{
		"PLAIN": account.AuthPlain, "CRAM_MD5": account.AuthCRAMMD5, "EXTERNAL": account.AuthExternal, "XOAUTH2": account.AuthXOAUTH2,
		"NONE": account.AuthNone, "LOGIN": account.AuthLogin,
	}[e.first("authentication-type")]
	if e.first("password") != "" {
		g.remark(role, "The file holds a password, which was not read.")
	}
	g.server(found{protocol, e.first("host"), e.first("port"), security, auth, e.first("username")})
}
