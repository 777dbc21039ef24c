package format

import (
	"encoding/hex"
	"slices"
	"strings"

	"portolan/account"
)

// maxMsmtpText is the longest password that fits on a line of an msmtprc beside its keyword; msmtp reads 500 bytes. A user
// name is never as long.
const maxMsmtpText = 440

// exportMsmtp writes an msmtprc. msmtp takes one pair of double quotes off a text, and reads nothing else in it.
func exportMsmtp(s *sheet) error {
	out, from := s.a.Outgoing, s.a.Address.String()
	s.alone(account.Outgoing, "msmtp")
	if msmtpPattern(from) {
		s.refuse(account.FieldAddress, "msmtp takes part of this address for a pattern.")
	}
	s.fits(account.FieldOutgoingPassword, s.out, maxMsmtpText)
	s.line("# %s", from)
	s.unverified(account.Outgoing)
	s.line("account %s", label(s.a.Address))
	s.line("host %s", out.Host)
	s.line("port %d", out.Port)
	s.line("from \"%s\"", from)
	s.line("tls %s", onOff(out.Security != account.Cleartext))
	s.line("tls_starttls %s", onOff(out.Security == account.STARTTLS))
	if pin, pinned := s.a.Trust.PinFor(out.Endpoint); pinned && out.Security != account.Cleartext {
		s.line("tls_fingerprint %s", colons(pin.Certificate))
	}
	s.line("auth %s", s.msmtpAuth())
	if out.Auth != account.AuthNone {
		s.line("user \"%s\"", out.Username)
	}
	if s.out != "" {
		s.line("password \"%s\"", s.out)
	} else if out.Auth != account.AuthNone {
		s.line("# passwordeval \"pass show %s\"", label(s.a.Address))
	}
	s.line("")
	s.line("account default : %s", label(s.a.Address))
	s.warn(true, account.Outgoing)
	return s.finish()
}

// msmtpPattern reports whether msmtp takes part of an address for something else.
func msmtpPattern(from string) bool {
	return strings.ContainsAny(from, "*?[]") || slices.ContainsFunc([]string{"%U", "%H", "%C", "%M"}, func(s string) bool { return strings.Contains(from, s) })
}

// msmtpAuth gives msmtp's word for the sign-in method.
func (s *sheet) msmtpAuth() string {
	words := msmtpAuths()
	words[account.AuthSCRAMSHA1Plus], words[account.AuthSCRAMSHA256Plus] = words[account.AuthSCRAMSHA1], words[account.AuthSCRAMSHA256]
	if word := s.method(account.Outgoing, words); word != "" {
		return word
	}
	return "on"
}

// msmtpAuths lists the sign-in methods that msmtp 1.8 names. The names are those of package account, but for "off".
func msmtpAuths() map[account.Auth]string {
	words := map[account.Auth]string{account.AuthNone: "off"}
	for _, a := range []account.Auth{
		account.AuthPlain, account.AuthLogin, account.AuthCRAMMD5, account.AuthSCRAMSHA1, account.AuthSCRAMSHA256, account.AuthXOAUTH2,
		account.AuthOAuthBearer, account.AuthExternal, account.AuthNTLM, account.AuthGSSAPI, account.AuthDigestMD5,
	} {
		words[a] = a.String()
	}
	return words
}

// onOff gives a switch as msmtp writes it.
func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// colons gives a fingerprint as AA:BB:….
func colons(f account.Fingerprint) string {
	var parts []string
	for _, b := range f {
		parts = append(parts, strings.ToUpper(hex.EncodeToString([]byte{b})))
	}
	return strings.Join(parts, ":")
}
