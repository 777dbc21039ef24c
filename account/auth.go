package account

// An Auth is a way to sign in. Its zero value means "automatic" where a user chooses and "unknown" elsewhere.
type Auth uint8

// The ways to sign in that Portolan can name. Not all of them are spoken; package wire decides that.
const (
	AuthUnknown     Auth = iota
	AuthNone             // no sign-in at all (outgoing only)
	AuthPlain            // SASL PLAIN, RFC 4616
	AuthLogin            // SASL LOGIN, and the commands IMAP LOGIN and POP3 USER/PASS
	AuthCRAMMD5          // RFC 2195
	AuthSCRAMSHA1        // RFC 5802
	AuthSCRAMSHA256      // RFC 7677
	AuthSCRAMSHA512
	AuthSCRAMSHA1Plus // with channel binding
	AuthSCRAMSHA256Plus
	AuthSCRAMSHA512Plus
	AuthXOAUTH2
	AuthOAuthBearer // RFC 7628
	AuthExternal    // the TLS client certificate, RFC 4422, appendix A
	AuthAPOP        // RFC 1939, section 7
	AuthNTLM
	AuthGSSAPI
	AuthDigestMD5
	AuthAnonymous
)

var authNames = [...]string{
	"", "none", "plain", "login", "cram-md5", "scram-sha-1", "scram-sha-256", "scram-sha-512",
	"scram-sha-1-plus", "scram-sha-256-plus", "scram-sha-512-plus", "xoauth2", "oauthbearer", "external", "apop",
	"ntlm", "gssapi", "digest-md5", "anonymous",
}

// String gives the name that JSON carries; SASL mechanism names in lower case.
func (a Auth) String() string { return nameOf(authNames[:], a) }

// ParseAuth reads what String writes; anything else is an error.
func ParseAuth(name string) (Auth, error) {
	return parseName[Auth](authNames[:], name, "sign-in method")
}

// SendsPassword reports whether the server (and whoever reads the line) sees the password itself.
func (a Auth) SendsPassword() bool { return a == AuthPlain || a == AuthLogin }

// NeedsToken reports whether the method wants an OAuth token instead of a password.
func (a Auth) NeedsToken() bool { return a == AuthXOAUTH2 || a == AuthOAuthBearer }
