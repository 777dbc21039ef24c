package mailtest

import (
	"net/netip"
	"portolan/account"
	"slices"
	"time"
)

// A Behaviour is what a port does before any mail protocol is spoken.
type Behaviour uint8

// The behaviours of a port.
const (
	Refused     Behaviour = iota // RST after one round trip
	Silent                       // the SYN is lost
	Unreachable                  // the system knows no way: fails at once
	Hangup                       // accepts, then closes
	ResetAfter                   // accepts, then sends a RST
	Mute                         // accepts and never says a word
	Serving                      // a server answers, see Server
)

// behaviourNamed gives the behaviour of that name; Serving has none.
func behaviourNamed(name string) (Behaviour, bool) {
	names := [...]string{"refused", "silent", "unreachable", "hangup", "reset", "mute"}
	i := slices.Index(names[:], name)
	return Behaviour(max(i, 0)), i >= 0
}

// A Map is a whole virtual world as plain data.
type Map struct {
	RTT       time.Duration // of every address without its own, and of DNS
	Hosts     []Host
	Ports     map[netip.AddrPort]Behaviour
	Servers   []*Server
	MX        []MX
	SRV       []SRV
	TXT       []TXT
	Wildcards []Wildcard
	Answers   []Answer
	Pages     []*Page
	Users     []string // user names that servers accept which name none of their own
	Password  string   // the right one
	Passwords []string // every password that the scenario uses: none may be seen where it does not belong
}

// A Host is one address.
type Host struct {
	Addr  netip.Addr
	RTT   time.Duration // 0: the world's
	Rest  Behaviour     // of the ports that are not listed
	Names []string      // that resolve to it
}

// An MX is one MX record.
type MX struct {
	Domain string
	Pref   uint16
	Host   string
}

// An SRV is one SRV record.
type SRV struct {
	Owner                  string // "_imaps._tcp.example.test"
	Priority, Weight, Port uint16
	Target                 string // "." where the service is not offered; it may be no name at all
}

// A TXT is one TXT record; in Text stands {sha256 URL} for the digest of a page, in base64.
type TXT struct {
	Owner string
	Text  string
}

// A Wildcard gives every name below a domain that no host line names an address.
type Wildcard struct {
	Domain string
	Addr   netip.Addr
}

// An Answer makes DNS behave otherwise for one name and kind of record.
type Answer struct {
	Name  string        // "*": every name
	Kind  string        // "4", "6", "mx", "srv", "txt"; "*": every kind
	How   string        // "silent", "servfail", "nothing", "" for the usual answer
	Delay time.Duration // before the answer, on top of the round trip
}

// A Server is the script of one mail server.
type Server struct {
	Addr     netip.AddrPort
	Protocol string           // imap, pop3, smtp, web, http, ssh
	Security account.Security // TLS: from the first byte; STARTTLS: offered; Cleartext: none at all

	Certificate Defect
	Names       []string // that the certificate covers; none: the names that resolve to the address
	MaxTLS      uint16   // 0: the newest
	Weak        bool     // TLS 1.2 with cipher suites that nobody should use any more
	Chokes      string   // hangs up at a ClientHello that is "large" (post-quantum), or "new" (TLS 1.2 and later)
	ClientCert  bool     // the handshake asks for a client certificate, and ends without one
	AsksForCert bool     // the handshake asks for one, and goes on without
	BadCert     bool     // the handshake asks for one, and believes none
	StripsLater bool     // only the first connection is offered STARTTLS: behind it somebody strikes it out
	StallTLS    bool     // never answers the ClientHello

	Auth         []string // mechanisms offered in the state in which they may be used, in upper case; USER: the bare commands
	ClearAuth    []string // mechanisms offered before TLS
	Rejects      []string // mechanisms offered and then not known ("mechanism not supported")
	NoExporter   bool     // SCRAM-PLUS under TLS 1.3: does not know tls-exporter, and says so once the proof was sent, as Cyrus does
	NoProof      bool     // SCRAM: says yes and does not prove to know the password
	NoIR         bool     // no initial response: IMAP without SASL-IR
	NoLogin      bool     // LOGINDISABLED even where mechanisms are offered
	GreetingCaps bool     // IMAP: capabilities in the greeting

	Users        []string // accepted; none: the world's
	Password     string   // the right one; "": the world's
	ClearAllowed bool     // the scenario consents to the password in the clear, here

	Greeting   string        // instead of the usual one; BYE, -ERR, 4xx and 5xx end the connection
	Delay      time.Duration // before the greeting
	Capability string        // reply to the question for capabilities before TLS, instead of a list
	Upgrade    string        // reply to STARTTLS, instead of yes
	Inject     string        // text in the clear behind the yes to STARTTLS
	Refusal    string        // reply to wrong credentials
	SignIn     string        // reply to whatever credentials
	SignInWait time.Duration // before the reply to credentials
	Idle       time.Duration // hangs up when nothing was said for so long
	HangUp     bool          // closes after the greeting; a web server: in place of the answer
	Parts      string        // leaves in the middle of a sign-in: "before" the password is asked for, or "after" it was sent
}

// mechanisms gives what is offered in the present state.
func (v *Server) mechanisms(secured bool) []string {
	if secured || v.Security == account.Cleartext {
		return v.Auth
	}
	return v.ClearAuth
}

// commands reports whether the bare commands (IMAP LOGIN, POP3 USER) work in the present state.
func (v *Server) commands(secured bool) bool {
	list := v.mechanisms(secured)
	return !v.NoLogin && (slices.Contains(list, "PLAIN") || slices.Contains(list, "LOGIN") || slices.Contains(list, "USER"))
}

// sasl gives the SASL mechanisms that are offered in the present state.
func (v *Server) sasl(secured bool) []string {
	return slices.DeleteFunc(slices.Clone(v.mechanisms(secured)), func(m string) bool { return m == "USER" || m == "APOP" })
}
