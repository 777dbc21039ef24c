package wire

import (
	"slices"

	"portolan/account"
)

// byPassword lists the methods that Portolan speaks and that want a password, behind EXTERNAL, which wants the client
// certificate that the user chose, in the order in which it would try them with this protection.
//
// Whoever chose a certificate wants to be known by it: EXTERNAL comes first where one was shown, and nothing secret is said.
// Over a certificate that verified, what every mail program can use comes first: SCRAM is often advertised without
// working. Over one that the user pinned, a method that shows the password to nobody comes first. Without TLS it has to.
func byPassword(p account.Protection) []account.Auth {
	external := []account.Auth{account.AuthExternal}
	simple := []account.Auth{account.AuthPlain, account.AuthLogin}
	hashed := []account.Auth{account.AuthCRAMMD5, account.AuthAPOP}
	scram := []account.Auth{
		account.AuthSCRAMSHA512Plus, account.AuthSCRAMSHA256Plus, account.AuthSCRAMSHA1Plus,
		account.AuthSCRAMSHA512, account.AuthSCRAMSHA256, account.AuthSCRAMSHA1,
	}
	switch p {
	case account.Verified:
		return slices.Concat(external, simple, scram, hashed)
	case account.Pinned:
		return slices.Concat(external, scram, simple, hashed)
	default:
		return slices.Concat(scram, hashed, simple)
	}
}

// byToken lists the methods that want a token. They are used where the user chose them, never in place of a password.
//
// RFC 6750, section 5.3: a bearer token is only ever sent over TLS.
func byToken(p account.Protection) []account.Auth {
	if p < account.Pinned {
		return nil
	}
	return []account.Auth{account.AuthOAuthBearer, account.AuthXOAUTH2}
}

// choose fills in which of the offered methods can be used on this connection.
func (c *Conn) choose() {
	offered := c.offer.auths()
	unusable := func(a account.Auth) bool {
		switch a {
		case account.AuthSCRAMSHA1Plus, account.AuthSCRAMSHA256Plus, account.AuthSCRAMSHA512Plus:
			return !slices.Contains(offered, a) || !c.binding.IsSupported()
		case account.AuthExternal:
			return !slices.Contains(offered, a) || c.facts.ClientCert != ClientCertShown
		default:
			return !slices.Contains(offered, a)
		}
	}
	c.facts.Auths = offered
	c.facts.Spoken = slices.DeleteFunc(byPassword(c.facts.Protection), unusable)
	c.facts.OnRequest = slices.DeleteFunc(byToken(c.facts.Protection), unusable)
	// Security rule P-4: in the clear the password itself is not said where the server can do without it. APOP does not
	// count: many a server that greets with a stamp does not know the command.
	if c.facts.Protection == account.Unprotected && slices.ContainsFunc(c.facts.Spoken, provesWithoutSaying) {
		c.facts.Spoken = slices.DeleteFunc(c.facts.Spoken, account.Auth.SendsPassword)
	}
}

// provesWithoutSaying reports whether a SASL mechanism proves that one has the password and does not say it.
func provesWithoutSaying(a account.Auth) bool {
	return a == account.AuthCRAMMD5 || hashOf(a) != nil
}
