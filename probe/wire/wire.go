// Package wire talks to one mail server over one connection.
//
// Open connects, protects and asks; SignIn asks the gate and presents the password; Goodbye ends politely. The order of
// these steps is written once, in open.go; the three protocols differ only behind the unexported dialogue interface, one
// file each, and every sign-in mechanism is one file behind go-sasl's two-method Client.
//
// # Why no client library
//
// Until a password has been accepted, everything that a server says is hostile input: client libraries were measured to
// take lines without end, to sit before a silent server for ever, and to keep what was said before TLS. Here every line,
// reply and connection has a budget (limits.go), every step an absolute deadline, and after a handshake the reader, the
// parser and the capabilities are new.
//
// # Why capabilities of a clear-text greeting count only when they hold STARTTLS
//
// A list with STARTTLS leads straight to the handshake and saves a round trip; nothing of it survives. A list without it
// decides that there is no encryption, so it is asked for in words.
//
// # Why AUTH=XOAUTH2 alone hides the LOGIN command
//
// RFC 9051 lets LOGIN stand beside any list of mechanisms, but a server that names mechanisms and none of them takes a
// password has said what it wants. The password is not sent to try.
//
// # Why the methods that Portolan would try depend on the protection
//
// Over a verified certificate the method that every other mail program can use comes first. Where only the user vouches
// for the server, or nobody does, a method that never says the password comes first (choice.go). A token is used where the
// user chose OAuth, and a password is never sent in its place.
//
// # Why a yes to SCRAM is not believed
//
// The server has to prove that it knows the password too. A yes without that proof is an error (scram.go).
package wire

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"

	"portolan/account"
)

// A Dialer opens TCP connections. network is "tcp"; address is always an IP literal with a port.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// A Target is one server at one IP address, and how it is spoken to.
type Target struct {
	Protocol account.Protocol
	Security account.Security // TLS, or STARTTLS, which also learns what the server allows without
	Addr     netip.AddrPort
	Names    []string // host names known at that address, best first, in ASCII; the first is sent as SNI
	Trust    account.Trust
	// Identity is the client certificate that the user chose for the account; zero: none. ShowTo are those of Names that it
	// may be shown to, once the server's own certificate has proved one of them; none: it is shown to nobody.
	Identity Identity
	ShowTo   []string
	// Classical leaves the post-quantum key exchange out of the ClientHello, which then fits in one packet: for servers and
	// middle boxes that choke on a larger one. The certificate is judged as ever.
	Classical bool
	Enough    <-chan struct{} // closed: the answer is not wanted any more; Open ends politely at its next pause, with ErrEnough
}

// A Stage is how far a connection has come.
type Stage uint8

// The stages in their order. A STARTTLS connection passes Greeted and Asked before Upgrading and Secured, and Asked again.
const (
	Connecting Stage = iota
	Connected        // TCP is open
	Secured          // TLS is done and the certificate was accepted
	Greeted          // a greeting of the right protocol
	Upgrading        // STARTTLS was sent
	Asked            // capabilities are known in the state that counts: the connection is ready to sign in
	SigningIn
	SignedIn
)

// An Offer is what a server said about STARTTLS.
type Offer uint8

// What a server can say about STARTTLS.
const (
	OfferUnknown Offer = iota
	Offered            // in its capabilities
	NotOffered         // capabilities known, STARTTLS not among them
	Declined           // capabilities could not be had; 500, 502, BAD or -ERR to the command itself
)

// Facts is what one connection taught, also where it failed. Text from the server is neutralised (account.Neutral).
// What was learned before TLS stands here until the handshake has succeeded, and is forgotten then.
type Facts struct {
	Connect      time.Duration // time that TCP took: one round trip; 0: never connected
	Greeting     string
	Capabilities []string       // as last asked, in upper case
	Auths        []account.Auth // sign-in methods offered in the last state, spoken by Portolan or not, in the server's order
	Spoken       []account.Auth // those of them that can be used with a password, in the order in which Portolan would try them
	OnRequest    []account.Auth // those of them that want a token: used only where the user chose them
	STARTTLS     Offer
	Protection   account.Protection
	TLS          TLSFacts
	ClientCert   ClientCert
}

// Speaks reports whether a sign-in method was offered in the last state, and can be used on this connection.
func (f Facts) Speaks(auth account.Auth) bool {
	return slices.Contains(f.Spoken, auth) || slices.Contains(f.OnRequest, auth)
}

// Covers reports whether the connection proved a name: at its handshake, or because the certificate that was verified then
// holds this name too.
func (f Facts) Covers(name string) bool {
	if slices.Contains(f.TLS.Covered, name) {
		return true
	}
	return f.Protection == account.Verified && len(f.TLS.Chain) > 0 && f.TLS.Chain[0].VerifyHostname(name) == nil
}

// A ClientCert is what became of the client certificate in a handshake.
type ClientCert uint8

// What can become of it.
const (
	ClientCertUnasked ClientCert = iota // the server did not ask for one
	ClientCertMissing                   // it asked, and was shown none
	ClientCertShown
)

// TLSFacts is what a handshake showed.
type TLSFacts struct {
	Version     uint16 // tls.VersionTLS13 …; 0: no handshake came so far
	Suite       uint16
	Chain       []*x509.Certificate // as the server sent it, leaf first
	Certificate account.Fingerprint // of the leaf
	Covered     []string            // the Target's names that the certificate proved, or is pinned for, best first
	Problems    []Problem           // all of them; nothing where Covered is not empty
}

// Names reports whether the certificate is one for a host, whatever else may be wrong with it.
func (f TLSFacts) Names(host string) bool {
	return len(f.Chain) > 0 && f.Chain[0].VerifyHostname(host) == nil
}

// For gives the facts of a handshake that failed as they are for another host at the same port: whether the certificate is one
// for that host is judged anew.
func (f TLSFacts) For(host string) TLSFacts {
	f.Problems = slices.DeleteFunc(slices.Clone(f.Problems), func(p Problem) bool { return p == WrongName })
	if !f.Names(host) {
		f.Problems = append(f.Problems, WrongName)
		slices.Sort(f.Problems)
	}
	return f
}

// A Problem is one thing wrong with a certificate.
type Problem uint8

// The problems that are told apart.
const (
	ProblemUnknown Problem = iota
	Expired
	NotYetValid
	WrongName
	SelfSigned
	UnknownIssuer
	IncompleteChain
	WeakKey
	WeakSignature
	PinMismatch // beside the others: the user accepted another certificate for this host and port
	Unsuitable  // the certificate is not one for servers, or an authority in its chain was not allowed to issue it
)

// String gives a lower-case word for logs and tests.
func (p Problem) String() string {
	names := [...]string{
		"unknown", "expired", "not-yet-valid", "wrong-name", "self-signed", "unknown-issuer", "incomplete-chain",
		"weak-key", "weak-signature", "pin-mismatch", "unsuitable",
	}
	if int(p) < len(names) {
		return names[p]
	}
	return fmt.Sprintf("(%d)", uint8(p))
}

// A Line is one line of the conversation, secrets already replaced.
type Line struct {
	At   time.Duration // since the connection was begun
	Out  bool          // from Portolan to the server
	Text string
}

// Credentials are what a sign-in needs.
type Credentials struct {
	Username string
	Secret   account.Secret // the password; the token, where account.Auth.NeedsToken
}
