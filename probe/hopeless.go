package probe

import (
	"errors"
	"net/netip"
	"slices"
	"strings"

	"portolan/account"
	"portolan/probe/discover"
	"portolan/probe/wire"
)

// hopeless reports whether a certificate is one that no answer of the user's could make acceptable: weak, not meant for
// servers, not valid yet; in the place of one that the user accepted by its fingerprint, or beside such a one; on a server
// that verified once for this account, at this or another of its ports (RFC 8314, section 5.4); or shown by the network
// itself, which wants a login first.
func (t *table) hopeless(s *service, l *line) bool {
	for _, p := range l.facts.TLS.Problems {
		switch p {
		case wire.WeakKey, wire.WeakSignature, wire.NotYetValid, wire.Unsuitable, wire.PinMismatch:
			return true
		}
	}
	_, had := t.hadTLS(s)
	return had || t.besideChanged(s, l) || t.portalCertificate(l)
}

// besideChanged reports whether a server that the user accepted by its certificate shows another one now, and this is that
// very certificate, or another port of that server: whoever is in its place is so everywhere, and is not asked about.
func (t *table) besideChanged(s *service, l *line) bool {
	return slices.ContainsFunc(t.lines, func(o *line) bool {
		return slices.Contains(o.facts.TLS.Problems, wire.PinMismatch) &&
			(o.facts.TLS.Certificate == l.facts.TLS.Certificate || slices.Contains(o.names, s.host.Host))
	})
}

// stopped makes the finding about a bad certificate say why it is not asked about, where the certificate alone does not tell.
func (t *table) stopped(f Finding, l *line) Finding {
	for _, name := range append([]string{f.Server.Host}, l.names...) {
		e := account.Endpoint{Host: name, Port: f.Server.Port}
		if pin, ok := t.request.Policy.Trust.PinFor(e); ok && f.Cause == CertificateChanged {
			f.Server, f.Accepted = e, pin.Certificate
			return f
		}
		if _, had := t.verifiedBefore(e, l.protocol.Role()); had && f.Cause != CertificateChanged {
			f.Server, f.Cause, f.Detail = e, VerifiedBefore, f.Cause.String()
			return f
		}
	}
	return f
}

// hadTLS gives the port at which a service's host has verified for this account: that of the service, or one of the usual ones
// of its role.
func (t *table) hadTLS(s *service) (account.Endpoint, bool) {
	return t.verifiedBefore(s.endpoint(), s.host.Role)
}

// verifiedBefore is hadTLS for a server of a role.
func (t *table) verifiedBefore(server account.Endpoint, role account.Role) (account.Endpoint, bool) {
	for _, e := range t.request.Policy.Trust.Verified {
		if sameServer(e, server, role) {
			return e, true
		}
	}
	return account.Endpoint{}, false
}

// acceptedBefore reports whether the user accepted a certificate of a service's host: it has had TLS, whatever it says now.
func (t *table) acceptedBefore(s *service) bool {
	return slices.ContainsFunc(t.request.Policy.Trust.Pins, func(p account.Pin) bool { return sameServer(p.Server, s.endpoint(), s.host.Role) })
}

// sameServer reports whether a known server is the one in question, at its port or at one of the usual ports of its role.
func sameServer(known, server account.Endpoint, role account.Role) bool {
	return known.Host == server.Host && (known.Port == server.Port || usualPort(role, known.Port))
}

// usualPort reports whether a port is one that servers of a role are usually found at.
func usualPort(r account.Role, port int) bool {
	for _, p := range []account.Protocol{account.IMAP, account.POP3, account.SMTP} {
		if p.Role() == r && (port == account.StandardPort(p, account.TLS) || port == account.StandardPort(p, account.STARTTLS)) {
			return true
		}
	}
	return r == account.Outgoing && port == 25
}

// struck makes a finding of a connection without encryption whose server has had it for this account.
func (t *table) struck(f Finding, l *line) (Finding, bool) {
	for _, s := range t.services {
		if !slices.Contains(s.lines, l) {
			continue
		}
		if e, had := t.hadTLS(s); had {
			f.Server, f.Cause, f.Detail = e, VerifiedBefore, NoSTARTTLS.String()
			return f, true
		}
		if t.acceptedBefore(s) {
			f.Server, f.Cause, f.Detail = s.endpoint(), EncryptionGone, ""
			return f, true
		}
	}
	return f, false
}

// portalCertificate reports whether a bad certificate is that of the network itself: the provider database, which shares its
// servers with nobody, showed the very same.
func (t *table) portalCertificate(l *line) bool {
	return certificateCause(l.cause) && slices.ContainsFunc(t.sources, func(s *source) bool {
		var e *wire.CertificateError
		return s.name == account.SourceISPDB && errors.As(s.answer.Err, &e) && e.TLS.Certificate == l.facts.TLS.Certificate
	})
}

// portal reports whether the network answers in the place of the mail servers: with a web server on several of their ports and
// with nothing else anywhere, or with its own certificate.
func (t *table) portal() bool {
	ports := map[uint16]bool{}
	for _, l := range t.lines {
		switch {
		case t.portalCertificate(l):
			return true
		case isWeb(l):
			ports[l.addr.Port()] = true
		case l.state == lineUp || l.stage >= wire.Secured || certificateCause(l.cause):
			return false // somebody is there who is no web server
		}
	}
	return len(ports) > 1
}

// isWeb reports whether a web server answered on a line.
func isWeb(l *line) bool {
	var e *wire.SpokenError
	return errors.As(l.err, &e) && e.Spoken == "http"
}

// firewalled reports whether something on the way keeps mail away: the web answers, and of the mail ports none does in any
// way, though several were tried.
func (t *table) firewalled() bool {
	ports := map[netip.AddrPort]bool{}
	for _, l := range t.lines {
		switch {
		case l.state == lineFailed && l.cause == NoAnswer:
			ports[netip.AddrPortFrom(netip.Addr{}, l.addr.Port())] = true
		case l.stage >= wire.Connected || l.state == lineFailed && l.cause != NetworkDown:
			return false
		}
	}
	return len(ports) > 2 && slices.ContainsFunc(t.sources, answeredWeb)
}

// answeredWeb reports whether a source is a web server that answered, and proved who it is.
func answeredWeb(s *source) bool {
	var e *wire.CertificateError
	if !s.done || !strings.HasPrefix(s.answer.URL, "https://") || errors.As(s.answer.Err, &e) {
		return false
	}
	return slices.Contains([]discover.Status{discover.Named, discover.Silent, discover.Broken}, s.answer.Status)
}

// clockSuspected reports whether it is this computer's clock that is wrong, rather than certificates: no certificate was in its
// time, and one of them is not valid yet, or several have expired.
func (t *table) clockSuspected() bool {
	early, late := map[account.Fingerprint]bool{}, map[account.Fingerprint]bool{}
	judge := func(f wire.TLSFacts) (inTime bool) {
		switch {
		case slices.Contains(f.Problems, wire.NotYetValid):
			early[f.Certificate] = true
		case slices.Contains(f.Problems, wire.Expired):
			late[f.Certificate] = true
		default:
			return f.Certificate != (account.Fingerprint{})
		}
		return false
	}
	for _, l := range t.lines {
		if judge(l.facts.TLS) {
			return false
		}
	}
	for _, s := range t.sources {
		var e *wire.CertificateError
		if errors.As(s.answer.Err, &e) && judge(e.TLS) || answeredWeb(s) {
			return false
		}
	}
	return len(early) > 0 || len(late) > 1
}
