package explain

import (
	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

// ways says how mail is read and sent, and how well that is protected.
func ways(r probe.Report) string {
	in, out := protectionWords(r.Incoming.Protection), protectionWords(r.Outgoing.Protection)
	how := "Mail is read over " + Protocol(r.Incoming.Protocol)
	if in == out {
		return how + " and sent over SMTP, both " + in + "." + accepted(r)
	}
	return how + ", " + in + ", and sent over SMTP, " + out + "." + accepted(r)
}

func readWays(r probe.Report) string {
	return "Mail can be read over " + Protocol(r.Incoming.Protocol) + " at " + foreign(r.Incoming.String()) + ", " + protectionWords(r.Incoming.Protection) + "."
}

func sendWays(r probe.Report) string {
	return "Mail can be sent at " + foreign(r.Outgoing.String()) + ", " + protectionWords(r.Outgoing.Protection) + "."
}

// protectionWords: the word "encrypted" alone stands for a verified connection; everything less has words of its own.
func protectionWords(p account.Protection) string {
	switch p {
	case account.Verified:
		return "encrypted"
	case account.Pinned:
		return "encrypted with a certificate that you accepted (identity not verified)"
	case account.Unverified:
		return "encrypted with a certificate that nobody has confirmed"
	default:
		return "without any encryption"
	}
}

// IdentityNotVerified stands wherever a server is shown that is used on the strength of a certificate which the user accepted
// (RFC 8314, section 5.4).
const IdentityNotVerified = "identity not verified"

// accepted repeats the warning that belongs to cleartext (RFC 8314, section 5.1: the user is to be told).
func accepted(r probe.Report) string {
	if r.Incoming.Protection != account.Unprotected && r.Outgoing.Protection != account.Unprotected {
		return ""
	}
	return " Without encryption anybody on the way can read your password and your mail."
}

func bothEncrypted(r probe.Report) bool {
	return r.Incoming.Protection >= account.Pinned && r.Outgoing.Protection >= account.Pinned
}

// Protection says how one server of the answer is protected, and why not better where it is less than encryption from the
// start with a verified certificate.
func Protection(r probe.Report, res probe.Result) string {
	version := TLSVersion(res.TLSVersion)
	switch {
	case res.Protection == account.Unprotected && len(r.Decisions) > 0:
		return joined(Security(account.Cleartext), "not without your yes")
	case res.Protection == account.Unprotected:
		return joined(Security(account.Cleartext), "allowed by you")
	case res.Protection == account.Pinned:
		return joined(Security(res.Security), version, IdentityNotVerified, "certificate accepted by you")
	case res.Protection == account.Unverified:
		return joined(Security(res.Security), version, "certificate not confirmed")
	case res.Security == account.STARTTLS:
		return joined(Security(res.Security), version, "certificate valid", whyNotTLS(r, res))
	default:
		return joined(Security(res.Security), version, "certificate valid")
	}
}

// whyNotTLS looks among the tries for what became of encryption from the start at the same host, or at its address.
func whyNotTLS(r probe.Report, res probe.Result) string {
	var proved probe.Attempt
	for _, a := range r.Attempts {
		if a.ID == res.Attempt {
			proved = a
		}
	}
	for _, a := range r.Attempts {
		there := a.Server.Host == res.Host || a.Address.IsValid() && a.Address == proved.Address
		if a.Security != account.TLS || a.Protocol != res.Protocol || !there {
			continue
		}
		switch {
		case a.Status == probe.Failed:
			return "on port " + portOf(a.Server) + ": " + lowerFirst(wordingFor(a.Cause).title)
		case a.Status == probe.Superseded && a.Stage == wire.Connecting && a.Took >= longWait:
			return "on port " + portOf(a.Server) + ": no answer in time"
		}
	}
	return ""
}
