package format

import (
	"portolan/account"
	"regexp"
	"slices"
	"strings"
)

// The placeholders that a file may hold instead of parts of the user's address.
const (
	addressPlaceholder = "%EMAILADDRESS%"
	localPlaceholder   = "%EMAILLOCALPART%"
	domainPlaceholder  = "%EMAILDOMAIN%"
)

// placeholderLike matches whatever a reader might take for a placeholder, half ones included.
var placeholderLike = regexp.MustCompile(`%[A-Z]+%|%EMAIL`)

// A Config is what a Thunderbird autoconfig file says. Servers and domains may hold placeholders until For fills them in.
type Config struct {
	Domains  []string // the e-mail domains that it is meant for, in ASCII
	Incoming []Entry  // in the order of the file: the preferred one first
	Outgoing []Entry
}

// An Entry is one server of a file. Its Source is for the caller to set, who knows where the file came from; its Auth is
// the first of Auths, AuthUnknown where the file names none that has a name here. Username is "" where the file has none.
type Entry struct {
	account.Server
	Auths []account.Auth // in the order of the file
}

// Covers reports whether the file says that it is meant for a domain, given in ASCII.
func (c Config) Covers(domain string) bool {
	return slices.Contains(c.Domains, domain) || slices.Contains(c.Domains, domainPlaceholder)
}

// For fills an address in for the placeholders. A server that gets an impossible host or user name by this is left out,
// with a remark.
func (c Config) For(a account.Address) (Config, []Remark) {
	r := reader{}
	fill := func(entries []Entry, role account.Role) []Entry {
		var filled []Entry
		for i, e := range entries {
			if err := e.fill(a); err != nil {
				r.leftOut(role, i, err)
				continue
			}
			filled = append(filled, e)
		}
		return filled
	}
	c.Incoming, c.Outgoing = fill(c.Incoming, account.Incoming), fill(c.Outgoing, account.Outgoing)
	c.Domains = slices.Clone(c.Domains)
	for i, d := range c.Domains {
		if d == domainPlaceholder && a.Domain != "" {
			c.Domains[i] = a.Domain
		}
	}
	return c, r.remarks
}

// fill puts an address into the placeholders of one server. W-8: each is replaced once, and what it brought in is not
// looked at again.
func (e *Entry) fill(a account.Address) error {
	if !strings.Contains(e.Host+e.Username, "%") {
		return nil
	}
	if a == (account.Address{}) && placeholderLike.MatchString(e.Host+e.Username) {
		return &FileError{"it depends on the e-mail address, which is not known."}
	}
	var err error
	if e.Host, err = account.ParseHost(strings.ReplaceAll(e.Host, domainPlaceholder, a.Domain)); err != nil {
		return err
	}
	e.Username = strings.NewReplacer(addressPlaceholder, a.String(), localPlaceholder, a.Local, domainPlaceholder, a.Domain).Replace(e.Username)
	return account.CheckUsername(e.Username)
}

// socketType gives the word for a security.
func socketType(s account.Security) string {
	switch s {
	case account.TLS:
		return "SSL"
	case account.STARTTLS:
		return "STARTTLS"
	default:
		return "plain"
	}
}

// parseSocketType reads what socketType writes; capitals count.
func parseSocketType(word string) account.Security {
	for s := account.TLS; s <= account.Cleartext; s++ {
		if socketType(s) == word {
			return s
		}
	}
	return account.SecurityUnknown
}

// authWord gives the word for a sign-in method, "" where the format has none.
func authWord(a account.Auth) string {
	switch a {
	case account.AuthUnknown, account.AuthPlain, account.AuthLogin:
		return "password-cleartext"
	case account.AuthCRAMMD5, account.AuthSCRAMSHA1, account.AuthSCRAMSHA256, account.AuthSCRAMSHA512, account.AuthSCRAMSHA1Plus,
		account.AuthSCRAMSHA256Plus, account.AuthSCRAMSHA512Plus, account.AuthDigestMD5, account.AuthAPOP:
		return "password-encrypted"
	case account.AuthXOAUTH2, account.AuthOAuthBearer:
		return "OAuth2"
	case account.AuthNTLM:
		return "NTLM"
	case account.AuthGSSAPI:
		return "GSSAPI"
	case account.AuthExternal:
		return "TLS-client-cert"
	case account.AuthNone:
		return "none"
	default:
		return ""
	}
}

// parseAuthWord reads the words of authWord and their deprecated forms; each stands for its commonest method.
func parseAuthWord(word string, role account.Role) account.Auth {
	switch word {
	case "password-cleartext", "plain":
		return account.AuthPlain
	case "password-encrypted", "secure":
		return account.AuthCRAMMD5
	case "OAuth2":
		return account.AuthXOAUTH2
	case "NTLM":
		return account.AuthNTLM
	case "GSSAPI":
		return account.AuthGSSAPI
	case "TLS-client-cert":
		return account.AuthExternal
	case "none", "client-IP-address", "smtp-after-pop":
		if role == account.Outgoing {
			return account.AuthNone
		}
	}
	return account.AuthUnknown
}
