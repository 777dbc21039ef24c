package probe

import (
	"net/netip"
	"slices"
	"time"

	"portolan/account"
	"portolan/probe/discover"
	"portolan/probe/wire"
)

// An Outcome is how a run ended, in one word. Its zero value means that it is still going on.
type Outcome uint8

// The outcomes.
const (
	Unfinished   Outcome = iota
	Ready                // both roles found and signed in to
	Found                // both roles found; no password was given, or none was needed
	RefusedIn            // both roles found, and a sign-in was refused
	NeedDecision         // the user has to decide something before a password is sent
	Incomplete           // one role only, or a sign-in that could not be finished
	Nothing              // neither role
	Stopped              // cancelled
)

var outcomeNames = [...]string{"", "ready", "found", "refused", "decision", "incomplete", "none", "cancelled"}

// String gives the word that JSON carries.
func (o Outcome) String() string { return outcomeNames[o] }

// A Status is the state of one try.
type Status uint8

// The states of a try, in order.
const (
	Waiting Status = iota // not begun: its turn has not come
	Running
	OK         // a usable server
	Failed     // see Cause
	Skipped    // never made, or dropped for a limit
	Superseded // given up because something better was proved
)

var statusNames = [...]string{"waiting", "running", "ok", "failed", "skipped", "superseded"}

// String gives the word that JSON carries.
func (s Status) String() string { return statusNames[s] }

// An Attempt is one try: one connection to one address, or a look-up that found no address to try.
type Attempt struct {
	ID         int // unique in the run, in order of start
	Protocol   account.Protocol
	Server     account.Endpoint
	Address    netip.Addr // zero for a look-up
	Security   account.Security
	Source     account.Source
	Start      time.Duration // since the start of the run
	Took       time.Duration
	Status     Status
	Stage      wire.Stage
	Cause      Cause
	Detail     string // the server's or the system's own words, neutralised
	Facts      wire.Facts
	Transcript []wire.Line
}

// A Result is a server that was proved, or, with a decision open, the one that would be used after a yes.
type Result struct {
	account.Server
	Origin      account.Origin
	Protection  account.Protection
	SignedIn    bool
	TLSVersion  uint16 // tls.VersionTLS13 …; 0 without TLS
	Certificate account.Fingerprint
	Attempt     int // the try that proved it
}

// A DecisionKind says what the user has to decide.
type DecisionKind uint8

// The kinds of decision.
const (
	DecideCertificate DecisionKind = iota + 1
	DecideDomain
	DecideCleartext
	DecidePort
	DecidePassword // whether what was typed is the password that is meant, before it is spent
)

var decisionNames = [...]string{"", "certificate", "domain", "cleartext", "port", "password"}

// String gives the word that JSON carries.
func (k DecisionKind) String() string { return decisionNames[k] }

// A Decision is a question that ends a run. A yes is a new Request that holds the consent.
type Decision struct {
	Kind     DecisionKind
	Servers  []account.Endpoint // certificate: every server that showed it; port: what would be used instead, see Asked
	Asked    account.Endpoint   // port: what the user typed
	Domain   string             // domain: the registrable domain to confirm
	For      string             // domain: the domain of the address
	TLS      wire.TLSFacts      // certificate: what was shown
	Instead  account.Endpoint   // certificate: a name in it that is in the same domain and leads to the same server, to be tried in its place; Port 0: the usual ones; zero: none
	Security account.Security   // port: of the server that would be used
	Role     account.Role       // password: Outgoing where it is the outgoing server's own
	Remark   string             // password: what is odd about its shape, "" for nothing; nothing of it
	Provider discover.Provider  // password: takes only app passwords; zero: it is the shape alone
	Concerns []Concern          // what is known of Servers; empty where nothing was tried yet
}

// A Concern is a server of a decision, as it would be used after a yes.
type Concern struct {
	Protocol account.Protocol
	Server   account.Endpoint
	Security account.Security
	Source   account.Source
}

// A Finding is one thing that the user should know, beside the answer.
type Finding struct {
	Cause    Cause
	Server   account.Endpoint // zero where it concerns no one server
	Role     account.Role
	Detail   string              // somebody else's words, neutralised
	TLS      wire.TLSFacts       // for certificate causes, and, for outdated encryption, the version and cipher suite that the server speaks
	Accepted account.Fingerprint // CertificateChanged: the certificate that the user accepted
	Provider discover.Provider   // what is known of it, for causes about a sign-in; zero: nothing
}

// A SignIn is one try to sign in.
type SignIn struct {
	Protocol   account.Protocol
	Server     account.Endpoint
	Username   string
	Auth       account.Auth
	Start      time.Duration
	Took       time.Duration
	Status     Status // Running, OK, Failed
	Cause      Cause
	Detail     string // the server's words
	Refusal    bool   // counted against the budget of two
	Transcript []wire.Line
}

// A Use says what became of what a source named.
type Use uint8

// The uses of a source.
const (
	UseNone      Use = iota // it named nothing
	Used                    // a server that it named won
	UseAgrees               // it named a winner that a better source, or a guess, had named already
	UseOutranked            // what it named was not needed: something of a better rank won
	UseFailed               // what it named did not work
	UseHeld                 // what it named waits for the user's yes
	UseDeclined             // the user said no to it
)

var useNames = [...]string{"", "used", "agrees", "outranked", "failed", "held", "declined"}

// String gives a lower-case word for JSON.
func (u Use) String() string { return useNames[u] }

// A SourceReport is what one source said, and what became of it.
type SourceReport struct {
	Source    account.Source
	Key       string // tells two sources of the same kind apart
	URL       string
	Status    discover.Status
	Took      time.Duration
	Servers   []NamedServer
	Note      string // in plain words, foreign text neutralised
	Use       Use
	Unoffered []account.Protocol
}

// A NamedServer is a server as a source named it.
type NamedServer struct {
	Protocol account.Protocol // ProtocolUnknown where the source named a host alone
	Server   account.Endpoint
	Security account.Security
	Role     account.Role
	Wrong    bool // it was tried as named, and that did not work: the source and the server disagree
}

// A Report is what a run found. It is a fold over its Events: Report{}.With(e1).With(e2) …
type Report struct {
	Address      account.Address
	Outcome      Outcome
	Elapsed      time.Duration
	Incoming     Result // Host is "" where nothing was found
	Outgoing     Result
	Alternatives []Result
	Decisions    []Decision
	Findings     []Finding
	Attempts     []Attempt // in order of ID
	SignIns      []SignIn
	Sources      []SourceReport
	Refusals     int
	MaxRefusals  int               // how many of them the run allows itself; 0: it has not begun
	Mailbox      Look              // of the task Inspect
	Trip         Trip              // of the task RoundTrip
	Provider     discover.Provider // what is known of it beforehand; zero: nothing
}

// An EventKind says which field of an Event holds its news.
type EventKind uint8

// The kinds of event.
const (
	RunStarted       EventKind = iota // Address, MaxRefusals
	AttemptChanged                    // Attempt: begun, further, or ended; the same ID replaces what was known
	SignInChanged                     // SignIn: begun or ended; Index says which
	ResultSettled                     // Result, for Role
	AlternativeFound                  // Result
	DecisionOpened                    // Decision
	FindingMade                       // Finding
	SourceChanged                     // Source: asked, answered, or judged; Index says which
	MailboxSeen                       // Look: begun, or ended
	TripChanged                       // Trip: a step was begun, or ended
	ProviderKnown                     // Provider
	RunEnded                          // Outcome
)

// An Event is one piece of news of a run: a flat value, in order.
type Event struct {
	Kind     EventKind
	At       time.Duration // since the start of the run
	Address  account.Address
	Attempt  Attempt
	SignIn   SignIn
	Source   SourceReport
	Index    int // SignInChanged: position in Report.SignIns; SourceChanged: in Report.Sources
	Role     account.Role
	Result   Result
	Decision Decision
	Finding  Finding
	Look     Look
	Trip     Trip
	Outcome  Outcome

	MaxRefusals int // RunStarted: Report.MaxRefusals
	Provider    discover.Provider
}

// With gives the report after one more event; r itself stays as it was.
func (r Report) With(e Event) Report {
	r.Elapsed = e.At
	switch e.Kind {
	case RunStarted:
		r = Report{Address: e.Address, MaxRefusals: e.MaxRefusals}
	case AttemptChanged:
		r.Attempts = replaceAttempt(r.Attempts, e.Attempt)
	case SignInChanged:
		r.SignIns = replaceSignIn(r.SignIns, e.Index, e.SignIn)
		r.Refusals = 0
		for _, s := range r.SignIns {
			if s.Refusal {
				r.Refusals++
			}
		}
	case ResultSettled:
		if e.Role == account.Incoming {
			r.Incoming = e.Result
		} else {
			r.Outgoing = e.Result
		}
	case AlternativeFound:
		r.Alternatives = append(r.Alternatives[:len(r.Alternatives):len(r.Alternatives)], e.Result)
	case DecisionOpened:
		r.Decisions = append(r.Decisions[:len(r.Decisions):len(r.Decisions)], e.Decision)
	case FindingMade:
		r.Findings = append(r.Findings[:len(r.Findings):len(r.Findings)], e.Finding)
	case SourceChanged:
		r.Sources = slices.Clone(r.Sources)
		for len(r.Sources) <= e.Index {
			r.Sources = append(r.Sources, SourceReport{})
		}
		r.Sources[e.Index] = e.Source
	case MailboxSeen:
		r.Mailbox = e.Look
	case TripChanged:
		r.Trip = e.Trip
	case ProviderKnown:
		r.Provider = e.Provider
	case RunEnded:
		r.Outcome = e.Outcome
	}
	return r
}

// replaceAttempt gives a copy of list in which a holds the place of the attempt with its ID, or the end.
func replaceSignIn(list []SignIn, index int, s SignIn) []SignIn {
	out := append(make([]SignIn, 0, len(list)+1), list...)
	if index < len(out) {
		out[index] = s
		return out
	}
	return append(out, s)
}

func replaceAttempt(list []Attempt, a Attempt) []Attempt {
	out := make([]Attempt, len(list), len(list)+1)
	copy(out, list)
	for i := range out {
		if out[i].ID == a.ID {
			out[i] = a
			return out
		}
	}
	return append(out, a)
}
