package probe

import (
	"net/netip"
	"slices"
	"time"

	"portolan/account"
	"portolan/probe/discover"
	"portolan/probe/wire"
)

// A table is all that a search knows: hosts, the services tried on them, and the lines (connections) that were made for
// them. It is plain data. Times are counted from the start of the run. Whatever the search decides, it decides by asking
// the table; only run.go touches the network.
type table struct {
	request  Request
	hosts    []*host
	services []*service
	lines    []*line
	sources  []*source
	fixed    bool // Check, Test, or a yes: the servers are known and no host is looked for
	wildcard bool // any name in the domain has an address: a guess needs a matching certificate

	providers discover.Providers // what is known of providers beforehand
	exchanger string             // the domain's best mail exchanger, "" where it is not known
	begun     time.Time          // what this computer's clock said when the run began
	names     []*otherName       // that stand in certificates for other hosts than those that were dialled
	unoffered []account.Protocol // the domain says that it does not offer them: they are not guessed
}

// A source is somebody who was asked for candidates.
type source struct {
	name     account.Source
	key      string
	since    time.Duration
	progress time.Duration // when something last answered; 0: nothing has
	ended    time.Duration
	done     bool
	answer   discover.Answer
}

// A host is one name that might serve one role.
type host struct {
	discover.Candidate
	held     bool          // the user has to confirm its domain before it is even connected to
	shown    bool          // its name was learned from a certificate
	since    time.Duration // when it was named: patience with it counts from here
	families [2]family
}

// The places of the two families in host.families, in the order in which they are tried.
const (
	v6 = iota
	v4
)

// A family is the answer to one look-up.
type family struct {
	done  bool
	at    time.Duration
	addrs []netip.Addr
	err   error
}

// A service is one port of one host, spoken to in one way.
type service struct {
	host      *host
	protocol  account.Protocol
	port      int
	security  account.Security // TLS or STARTTLS, which also learns what is possible without
	typed     bool             // the user typed this port, or this security
	published bool             // a source named this port
	offer     bool             // behind a typed port: tried only when that has failed, and then an offer
	retry     bool             // a port that turned out to speak in another way
	look      bool             // a check's look for something safer; never used
	classical bool             // spoken to with a small ClientHello, because the usual one was not answered
	lines     []*line
}

// A line is one connection, or the wish for one.
type line struct {
	id       int
	protocol account.Protocol
	addr     netip.AddrPort
	security account.Security
	names    []string // whose line it is; the first is sent as SNI
	own      bool     // a handshake of its own for a further name of an address
	small    bool     // its ClientHello is the small one
	source   account.Source

	state    lineState
	stage    wire.Stage
	started  time.Duration
	progress time.Duration // when the stage last changed
	ended    time.Duration
	facts    wire.Facts
	conn     *wire.Conn // open, where state is lineUp
	err      error
	said     []wire.Line // the conversation, once the connection has been let go
	cause    Cause
	detail   string
}

// A lineState is the state of a line.
type lineState uint8

const (
	lineRunning lineState = iota
	lineUp                // asked and ready, the connection open (or closed again, once it lost)
	lineFailed
	lineSkipped // for a limit
	lineDropped // given up for something better
)

// A standing is what a service has come to.
type standing uint8

const (
	open     standing = iota
	good              // encrypted, verified or pinned, with a usable sign-in
	doubtful          // encrypted, with a certificate that the user has to judge
	clear             // no encryption to be had on this port, and a sign-in that would be possible
	failed
	shared // its name shares an address with one that was verified there: nothing more was asked
	held   // nothing is asked before the user has confirmed the domain
)

// An outcome is the standing of a service, and the line that it rests on.
type outcome struct {
	standing standing
	line     *line
	cause    Cause
}

// outcome judges a service by its lines. It stays open while a line runs, or while another address is worth a try.
func (t *table) outcome(s *service) outcome {
	if s.host.held {
		return outcome{standing: held}
	}
	if t.unwanted(s) {
		return outcome{standing: failed, cause: NoSuchHost}
	}
	best := outcome{standing: open}
	running := false
	for _, l := range s.lines {
		o := t.lineOutcome(s, l)
		switch {
		case o.standing == good:
			return o
		case o.standing == open:
			running = true
		case best.standing == open || o.standing < best.standing, o.standing == best.standing && l.own && !best.line.own:
			best = o
		}
	}
	if running {
		return outcome{standing: open}
	}
	if _, more := t.next(s); more || !s.host.looked() {
		return outcome{standing: open}
	}
	if len(s.lines) == 0 {
		return outcome{standing: failed, cause: s.host.cause()}
	}
	return best
}

// lineOutcome is what one line means for one service that uses it.
func (t *table) lineOutcome(s *service, l *line) outcome {
	o := outcome{line: l, cause: l.cause}
	switch l.state {
	case lineRunning:
		o.standing = open
	case lineUp:
		o.standing, o.cause = t.upStanding(s, l)
	case lineFailed:
		switch {
		case !certificateCause(l.cause):
			o.standing = failed
		case l.names[0] != s.host.Host && t.verifiedAt(l):
			o.standing = shared
		case l.names[0] != s.host.Host && !t.ignoresSNI(l) && !(l.facts.TLS.Names(s.host.Host) && s.deniedOwn(l)):
			o.standing = failed // its own handshake follows: see ownHandshake
		case t.mayQuestion(s, l):
			o.standing = doubtful
		default:
			o.standing = failed
		}
	default:
		o.standing = failed
	}
	return o
}

// upStanding judges a connection that is ready.
func (t *table) upStanding(s *service, l *line) (standing, Cause) {
	switch l.facts.Protection {
	case account.Verified, account.Pinned:
		if !l.facts.Covers(s.host.Host) {
			return shared, CertificateWrongName
		}
		if cause := t.unusable(s, l); cause != CauseNone {
			return failed, cause
		}
		return good, CauseNone
	case account.Unprotected:
		if cause := t.unusable(s, l); cause != CauseNone {
			return failed, cause
		}
		if t.bare(s) {
			return failed, NoSTARTTLS
		}
		return clear, NoSTARTTLS
	default:
		return failed, Internal
	}
}

// unusable says why nobody could sign in on a connection that is otherwise well; CauseNone where it can be used.
func (t *table) unusable(s *service, l *line) Cause {
	if s.protocol == account.SMTP && t.request.OutgoingSignIn == SignInNone {
		return CauseNone
	}
	wish := t.wish(s.host.Role).Auth
	if wish == account.AuthUnknown && len(l.facts.Spoken) > 0 || l.facts.Speaks(wish) {
		return CauseNone
	}
	if wantsCertificate(wish, l.facts) {
		return ClientCertificateWanted
	}
	return unusableCause(l.facts)
}

// unusableCause tells apart why a server offers no sign-in that Portolan could use.
func unusableCause(f wire.Facts) Cause {
	tokens := 0
	for _, a := range f.Auths {
		if a.NeedsToken() {
			tokens++
		}
	}
	switch {
	case len(f.Auths) > 0 && tokens == len(f.Auths):
		return OAuthOnly
	case f.Protection == account.Unprotected:
		return SignInNeedsEncryption
	case len(f.Auths) == 0:
		return SignInNotOffered
	default:
		return MechanismUnsupported
	}
}

// unwanted reports whether a service is a guess at a protocol that the domain says it does not offer. Only the hosts that
// were guessed for that protocol alone go; a host that is tried for another keeps all its ports.
func (t *table) unwanted(s *service) bool {
	if s.host.Origin.Source != account.SourceGuess || s.typed || s.host.MX {
		return false
	}
	for _, p := range t.protocols(s.host.Role) {
		if !slices.Contains(t.unoffered, p) && discover.GuessedFor(s.host.Host, t.request.Address, p) {
			return false
		}
	}
	return true
}

// bare reports whether a service is a guess that a wildcard in DNS may have answered: it needs a matching certificate.
func (t *table) bare(s *service) bool {
	_, pinned := t.request.Policy.Trust.PinFor(s.endpoint())
	return t.wildcard && s.host.Origin.Source == account.SourceGuess && !s.host.MX && !pinned
}

// mayQuestion reports whether a bad certificate is worth a question. On port 25 it is a finding only, unless the port was
// typed or published, or the server offered a sign-in before TLS: a relay port's certificate is nobody's business. Where a
// wildcard answers for every name, a guess without a matching certificate is no server of the domain's. What no answer could
// make acceptable is not asked about: see hopeless.
func (t *table) mayQuestion(s *service, l *line) bool {
	return !t.bare(s) && !t.hopeless(s, l) && (s.port != 25 || s.typed || s.published || len(l.facts.Auths) > 0)
}

// looked reports whether both families have been looked up.
func (h *host) looked() bool { return h.families[v6].done && h.families[v4].done }

// cause says why a host has no address.
func (h *host) cause() Cause {
	for _, f := range h.families {
		if f.err != nil && !isNotFound(f.err) {
			return classifyLookup(f.err)
		}
	}
	for _, f := range h.families {
		if f.err != nil {
			return NoSuchHost
		}
	}
	return NoAddress
}

// addrs lists the addresses to try, IPv6 first, the families in turn, at most maxAddrs of them.
func (h *host) addrs() []netip.Addr {
	var list []netip.Addr
	a, b := h.families[v6].addrs, h.families[v4].addrs
	for i := 0; i < max(len(a), len(b)) && len(list) < maxAddrs; i++ {
		if i < len(a) {
			list = append(list, a[i])
		}
		if i < len(b) && len(list) < maxAddrs {
			list = append(list, b[i])
		}
	}
	return list
}

// wish is what the user typed for a role. A token that was given for one role is no password for the other: where that has
// no secret of its own and its method is open, the same method is wished for. So is that of a saved account.
func (t *table) wish(r account.Role) Wish {
	wish, other := t.request.Incoming, t.request.Outgoing
	if r != account.Incoming {
		wish, other = other, wish
	}
	if saved := t.saved(r).Auth; wish.Auth == account.AuthUnknown && saved.NeedsToken() {
		wish.Auth = saved
	}
	if wish.Auth == account.AuthUnknown && other.Auth.NeedsToken() && t.request.OutgoingSecret.Empty() {
		wish.Auth = other.Auth
	}
	return wish
}

// saved is the server of a saved account.
func (t *table) saved(r account.Role) account.Server {
	if r == account.Incoming {
		return t.request.Account.Incoming
	}
	return t.request.Account.Outgoing
}

// role lists the services of one role.
func (t *table) role(r account.Role) []*service {
	var list []*service
	for _, s := range t.services {
		if s.host.Role == r {
			list = append(list, s)
		}
	}
	return list
}
