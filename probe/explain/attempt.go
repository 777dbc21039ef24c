package explain

import (
	"fmt"
	"strings"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

// A Line is one row of the list of what was tried: "imap.example.test:993 · encrypted from the start" and, smaller,
// "Certificate valid for imap.example.test · TLS 1.3".
type Line struct{ Head, Note string }

const separator = " · "

// Attempt gives the row of one try.
func Attempt(a probe.Attempt) Line {
	head := foreign(a.Server.String())
	switch {
	case !a.Address.IsValid():
		head += separator + "looking up the name"
	case a.Security != account.SecurityUnknown:
		head += separator + Security(a.Security)
	}
	if a.Address.Is6() && !a.Address.Is4In6() {
		head += separator + "IPv6"
	}
	return Line{Head: head, Note: attemptNote(a)}
}

func attemptNote(a probe.Attempt) string {
	switch a.Status {
	case probe.Waiting:
		return "Waiting"
	case probe.Running:
		return stageWords(a.Stage)
	case probe.OK:
		return protectionNote(a.Facts)
	case probe.Superseded:
		return supersededNote(a)
	case probe.Skipped:
		return joined("Left out", causeNote(heard(a.Cause, a.Facts.TLS), a.Cause, a.Detail))
	default:
		return causeNote(heard(a.Cause, a.Facts.TLS), a.Cause, a.Detail)
	}
}

// longWait is how long a connection may take before its silence is worth a word: a lost packet is sent again after it.
const longWait = time.Second

// supersededNote says why a try was given up: it was no longer needed, or it kept silent while others had proved themselves.
func supersededNote(a probe.Attempt) string {
	switch {
	case a.Stage == wire.Connecting && a.Took >= longWait:
		return "No answer so far, another way was found"
	case a.Security == account.TLS:
		return "Not needed, another way was found"
	default:
		return "Not needed, a safer answer was found"
	}
}

// causeNote is a cause's title, and the server's own words where it was the server who spoke.
func causeNote(w wording, c probe.Cause, detail string) string {
	if c == probe.CauseNone || c == probe.Limited {
		return ""
	}
	if w.voice != theSystem {
		return joined(w.title, strings.TrimSuffix(lowerFirst(w.quote(detail)), "."))
	}
	return w.title
}

func lowerFirst(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func stageWords(s wire.Stage) string {
	switch s {
	case wire.Connecting:
		return "Connecting…"
	case wire.Connected:
		return "Connected, waiting for the server…"
	case wire.Secured, wire.Greeted, wire.Asked:
		return "Talking to the server…"
	case wire.Upgrading:
		return "Beginning encryption…"
	case wire.SigningIn:
		return "Signing in…"
	case wire.SignedIn:
		return "Signed in"
	default:
		return ""
	}
}

// protectionNote says what TLS proved on a connection.
func protectionNote(f wire.Facts) string {
	host := ""
	if len(f.TLS.Covered) > 0 {
		host = " for " + foreign(f.TLS.Covered[0])
	}
	switch f.Protection {
	case account.Verified:
		return joined("Certificate valid"+host, TLSVersion(f.TLS.Version))
	case account.Pinned:
		return joined("Certificate accepted by you"+host, IdentityNotVerified, TLSVersion(f.TLS.Version))
	case account.Unverified:
		return "Certificate not verified"
	default:
		return "No encryption"
	}
}

// SignIn gives the row of one sign-in.
func SignIn(s probe.SignIn) Line {
	line := Line{Head: "Sign in as " + foreign(s.Username)}
	where := foreign(s.Server.String())
	switch s.Status {
	case probe.OK:
		line.Note = "Accepted by " + where + " (" + Auth(s.Auth) + ")"
	case probe.Failed:
		line.Note = joined(where, causeNote(wordingFor(s.Cause), s.Cause, s.Detail))
	default:
		line.Note = "Signing in to " + where + "…"
	}
	return line
}

// Security gives the words for how a connection is encrypted, "" for unknown.
func Security(s account.Security) string {
	switch s {
	case account.TLS:
		return "encrypted from the start"
	case account.STARTTLS:
		return "upgrade with STARTTLS"
	case account.Cleartext:
		return "without encryption"
	default:
		return ""
	}
}

// tls10 is the number of TLS 1.0 on the wire; each later minor version is one more (RFC 8446, section 4.2.1).
const tls10 = 0x0301

// TLSVersion gives "TLS 1.3" for a version number of crypto/tls, "" for none.
func TLSVersion(version uint16) string {
	if version < tls10 {
		return ""
	}
	return fmt.Sprintf("TLS 1.%d", version-tls10)
}

// Auth gives the words for a way to sign in.
func Auth(a account.Auth) string {
	switch a {
	case account.AuthUnknown:
		return "not known yet"
	case account.AuthNone:
		return "no sign-in"
	default:
		return strings.ToUpper(a.String())
	}
}

// Source gives the words for who named a server.
func Source(s account.Source) string {
	switch s {
	case account.SourceUser:
		return "you"
	case account.SourceFile:
		return "the file that you opened"
	case account.SourceAutoconfig, account.SourcePACC, account.SourceAutodiscover:
		return "your domain's web server"
	case account.SourceSRV:
		return "your domain's name service"
	case account.SourceISPDB:
		return "Thunderbird's database"
	case account.SourceMX:
		return "the operator of your domain's mail"
	case account.SourceGuess:
		return "a guess"
	default:
		return "unknown"
	}
}

// Protocol gives a mail protocol's name as people write it, "" for unknown.
func Protocol(p account.Protocol) string { return strings.ToUpper(p.String()) }

// joined puts a dot between what is not empty.
func joined(parts ...string) string {
	kept := make([]string, 0, len(parts))
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, separator)
}
