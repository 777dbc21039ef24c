package discover

import (
	"errors"
	"slices"
	"sync"

	"portolan/account"
	"portolan/probe/wire"
)

// A fault is why a page could not be had.
type fault uint8

const (
	faultAbsent      fault = iota // the host answered, and has no such page for everybody
	faultNoName                   // no such host, or no address
	faultDNS                      // the look-up failed
	faultUnreachable              // nobody accepts connections there
	faultNoAnswer                 // out of time
	faultTalk                     // TLS or HTTP came to nothing
	faultCertificate
	faultServer   // 500 and above
	faultRedirect // one that is not followed
	faultBody     // too large, cut off, encoded
	faultPortal   // the network wants a login first
)

// A webError says why a page could not be had. It unwraps to the evidence, where there is any.
type webError struct {
	fault  fault
	host   string
	detail string // part of a sentence, or the status line
	err    error
}

func (e *webError) Error() string {
	text := "https://" + e.host
	if e.detail != "" {
		text += ": " + account.Neutral(e.detail, maxQuoted)
	}
	if e.err != nil {
		text += ": " + e.err.Error()
	}
	return text
}

func (e *webError) Unwrap() error { return e.err }

// words says in a sentence what happened.
func (e *webError) words() string {
	host := account.UnicodeHost(e.host)
	switch e.fault {
	case faultNoName:
		return host + " has no address."
	case faultDNS:
		return "The name " + host + " could not be looked up."
	case faultUnreachable:
		return host + " accepts no connection."
	case faultNoAnswer:
		return host + " did not answer in time."
	case faultTalk:
		return "No encrypted connection to " + host + " came about."
	case faultServer:
		return host + " answers with an error (" + account.Neutral(e.detail, maxQuoted) + ")."
	case faultRedirect:
		return "A redirect by " + host + " was not followed: " + e.detail + "."
	case faultBody:
		return "What " + host + " sent was not used: " + e.detail + "."
	case faultPortal:
		return "This network wants a login first: it answered in the place of " + host + "."
	case faultCertificate:
		return "The certificate of " + host + " is wrong (" + certificateWords(e.err) + "), so nothing was read there."
	default:
		return ""
	}
}

// status gives what such a fault means for a source.
func (e *webError) status() Status {
	switch e.fault {
	case faultAbsent:
		return Silent
	case faultNoName, faultDNS, faultUnreachable, faultNoAnswer, faultTalk:
		return Missing
	default:
		return Broken
	}
}

// certificateWords says what is wrong with the certificate in an error.
func certificateWords(err error) string {
	var e *wire.CertificateError
	if !errors.As(err, &e) || len(e.TLS.Problems) == 0 {
		return "it could not be verified"
	}
	switch e.TLS.Problems[0] {
	case wire.Expired:
		return "it has expired"
	case wire.NotYetValid:
		return "it is not valid yet"
	case wire.WrongName:
		return "it is for another name"
	case wire.SelfSigned:
		return "it is self-signed"
	case wire.UnknownIssuer:
		return "its issuer is unknown"
	case wire.IncompleteChain:
		return "its chain is incomplete"
	case wire.WeakKey, wire.WeakSignature:
		return "its cryptography is too weak"
	default:
		return "it could not be verified"
	}
}

// failed makes the answer of a source that could not be read.
func (q *inquiry) failed(url string, err error) Answer {
	var e *webError
	if !errors.As(err, &e) {
		return Answer{Status: Broken, URL: url, Err: err}
	}
	a := Answer{Status: e.status(), URL: url, Err: err, Note: account.Neutral(e.words(), maxNote), Portal: e.fault == faultPortal}
	if q.strangers.met(e) {
		a.Portal = true
		a.Note = notes("This network probably wants a login first: " + account.UnicodeHost(e.host) + " and an unrelated host showed the same wrong certificate.")
	}
	return a
}

// strangers remembers the certificates that did not verify, and who showed them.
type strangers struct {
	database string // registrable domain of the provider database, which shares its servers with nobody who is asked beside
	mu       sync.Mutex
	shown    map[account.Fingerprint][]string // registrable domains
}

func newStrangers(database string) *strangers {
	return &strangers{database: database, shown: map[account.Fingerprint][]string{}}
}

// met notes a wrong certificate, and reports whether the provider database and somebody else showed the same one. Other
// names may well live on one badly kept server.
func (s *strangers) met(e *webError) bool {
	var c *wire.CertificateError
	if !errors.As(e.err, &c) || c.TLS.Certificate == (account.Fingerprint{}) {
		return false
	}
	domain := account.RegistrableDomain(e.host)
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := append(s.shown[c.TLS.Certificate], domain)
	s.shown[c.TLS.Certificate] = seen
	other := slices.ContainsFunc(seen, func(d string) bool { return d != s.database })
	return s.database != "" && other && slices.Contains(seen, s.database)
}

// isFault reports whether an error is a webError of this kind.
func isFault(err error, kind fault) bool {
	var e *webError
	return errors.As(err, &e) && e.fault == kind
}
