package probe

import "time"

// Limits of one search. They are the politeness and the patience of DESIGN.md's rules 4 and 5, in one place.
const (
	maxAddrs        = 4  // addresses tried per host
	maxNamed        = 7  // hosts per role that sources name; guesses and typed hosts come on top
	maxAtOnce       = 4  // connections to one address at a time, in the whole process
	maxPerAddr      = 8  // connections to one address in a run; a redial for the sign-in is not counted
	maxPerRun       = 60 // connections in a run
	maxRefusals     = 2  // sign-ins refused in a run, all servers together
	extraOwnRefusal = 1  // one more where outgoing has credentials of its own

	headStart      = 50 * time.Millisecond  // of IPv6 before IPv4
	lookupGrace    = 10 * time.Millisecond  // for an AAAA answer that is on its way when A has come
	nameGrace      = 500 * time.Millisecond // for a name that a certificate is sound for, before other names are dialled
	nextAddrDelay  = time.Second            // before another address of a family that does not answer
	tlsStall       = 1500 * time.Millisecond
	helloStall     = 3 * time.Second         // before a smaller ClientHello is tried on a port that does not answer the usual one
	greetingStall  = 1500 * time.Millisecond // before TLS is tried on a STARTTLS port that says nothing
	starttlsDelay  = 150 * time.Millisecond  // of a STARTTLS port behind its TLS port
	pop3Delay      = 400 * time.Millisecond  // of POP3 behind IMAP
	relayDelay     = time.Second             // of port 25 behind 587
	patienceBase   = 1250 * time.Millisecond // a lost SYN's second, and 250 ms
	patienceTrips  = 2                       // round trips on top of it
	patienceMax    = 3 * time.Second         // for a try that has connected and makes progress
	lookingLimit   = 30 * time.Second        // all looking
	discoveryLimit = 10 * time.Second        // every look-up and source
	signInLimit    = 60 * time.Second        // sign-in, per role
	partingLimit   = 2 * time.Second         // for polite endings
)
