package probe

import (
	"slices"
	"strings"

	"portolan/account"
	"portolan/probe/wire"
)

// showTo lists the names of a line that the client certificate may be shown to: those of servers that could be the account's
// and that a password may go to. Security rule C-7: a certificate says who somebody is, so that nobody else gets to see it, and
// a look for something safer does without.
func (t *table) showTo(l *line) []string {
	var names []string
	for _, s := range t.services {
		if s.look || !slices.Contains(s.lines, l) || !t.request.Policy.HostConfirmed(s.host.Host, s.host.Origin) {
			continue
		}
		names = append(names, s.host.Host)
	}
	return names
}

// auths lists the mechanisms to try on a winner: the one that the user chose, else those that the server offered and Portolan
// speaks. Without a secret only the client certificate is left to prove anything.
func (t *table) auths(w choice) []account.Auth {
	list := w.outcome.line.facts.Spoken
	if wish := t.wish(w.service.host.Role).Auth; wish != account.AuthUnknown {
		list = []account.Auth{wish}
	}
	if !t.secret(w.service.host.Role).Empty() {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(a account.Auth) bool { return a != account.AuthExternal })
}

// secret is what the user gave for a role.
func (t *table) secret(r account.Role) account.Secret {
	if r == account.Outgoing && t.request.ownOutgoing() {
		return t.request.OutgoingSecret
	}
	return t.request.Secret
}

// canSignIn reports whether there is anything to sign in with to a winner. nil has nothing to be signed in to.
func (t *table) canSignIn(w *choice) bool {
	return w != nil && w.outcome.line != nil && !t.signsInToNobody(w.service.host.Role) && len(t.auths(*w)) > 0
}

// signsInToNobody reports whether the user said that a server requires no sign-in.
func (t *table) signsInToNobody(r account.Role) bool {
	return r == account.Outgoing && t.request.OutgoingSignIn == SignInNone
}

// leavesOut reports whether a winner that wants a sign-in gets none, because there is nothing to sign in with.
func (t *table) leavesOut(v verdict) bool {
	for _, w := range []*choice{v.incoming, v.outgoing} {
		if w != nil && !t.signsInToNobody(w.service.host.Role) && !t.canSignIn(w) {
			return true
		}
	}
	return false
}

// byCertificate makes of a refusal what it means where the client certificate was the proof: no password was wrong, none was
// spent, and another form of the user name would change nothing.
func (r refusal) byCertificate() refusal {
	if r.cause == SignInRefused {
		r.cause = ClientCertificateRefused
	}
	r.wrong, r.spent = false, false
	return r
}

// withoutCertificate makes of a refused password what it means where the server takes client certificates alone, asked for one
// and got none: a Dovecot that is set up like this has POP3 offer USER nevertheless, and says what is missing only then.
func (r refusal) withoutCertificate(f wire.Facts) refusal {
	if r.cause == SignInRefused && f.ClientCert == wire.ClientCertMissing && slices.Contains(f.Auths, account.AuthExternal) && unknownMechanism(r.detail) {
		r.cause, r.wrong = ClientCertificateWanted, false
	}
	return r
}

// certificateWords judges a server's "no" before any sign-in by whether it is about the client certificate. Postfix accepts
// every handshake and says afterwards, as the reply to EHLO, that it wanted a certificate or does not believe the one it saw.
func certificateWords(text string, shown wire.ClientCert) Cause {
	switch {
	case !strings.Contains(strings.ToLower(text), "certificate"):
		return CauseNone
	case shown == wire.ClientCertMissing:
		return ClientCertificateWanted
	case shown == wire.ClientCertShown:
		return ClientCertificateRefused
	default:
		return CauseNone
	}
}

// certificateAlert judges an alert that came because of the client certificate, CauseNone where it did not.
func certificateAlert(a *wire.AlertError, shown wire.ClientCert) Cause {
	const ( // RFC 8446, section 6.2
		badCertificate = 42 // up to certificate_unknown
		unknown        = 46
		unknownCA      = 48
		accessDenied   = 49
	)
	d := a.Description
	about := d >= badCertificate && d <= unknown || d == unknownCA || d == accessDenied || d == wire.AlertCertificateRequired
	switch {
	case a.Ours:
		return CauseNone
	case shown == wire.ClientCertShown && (about || d == wire.AlertHandshakeFailure):
		return ClientCertificateRefused
	case d == wire.AlertCertificateRequired, d == badCertificate, about && shown == wire.ClientCertMissing:
		return ClientCertificateWanted
	default:
		return CauseNone
	}
}

// hungUp judges a server that asked for a client certificate and went away without a word once the handshake was done. The
// alert that says why is lost where the client has written meanwhile, as it does after STARTTLS: the system then throws away
// what came before the reset.
func hungUp(f *wire.Failure) Cause {
	if f == nil || f.Facts.Protection < account.Pinned || f.Facts.Greeting != "" || f.Facts.Capabilities != nil {
		return ConnectionClosed
	}
	switch f.Facts.ClientCert {
	case wire.ClientCertMissing:
		return ClientCertificateWanted
	case wire.ClientCertShown:
		return ClientCertificateRefused
	default:
		return ConnectionClosed
	}
}

// wantsCertificate reports whether a sign-in fails for want of a client certificate: the server offers EXTERNAL, has asked for
// one, and got none.
func wantsCertificate(wish account.Auth, f wire.Facts) bool {
	return (wish == account.AuthExternal || len(f.Spoken) == 0) && f.ClientCert == wire.ClientCertMissing && slices.Contains(f.Auths, account.AuthExternal)
}
