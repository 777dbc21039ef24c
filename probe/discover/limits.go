package discover

import "time"

// The budgets of asking. Whatever a source says beyond them is cut off or refused, never waited for.
const (
	askLimit     = 10 * time.Second // one source, redirects and look-ups included
	connectLimit = 5 * time.Second  // TCP to one address
	headStart    = 250 * time.Millisecond
	vouchLimit   = 2 * time.Second // how long a file that was read waits for the MX records that could vouch for it

	maxHead      = 64 << 10  // bytes of an HTTP response's head
	maxBody      = 256 << 10 // bytes of an HTTP response's body
	maxHops      = 3         // redirects followed
	maxDepth     = 16        // nesting of a JSON document
	maxAddresses = 4         // addresses of one family that are tried for one web host
	maxRecords   = 8         // SRV or TXT records of one name that are used
	maxHosts     = 12        // hosts that one answer names for one role
	maxPorts     = 8         // ports that one answer names for one host
	maxNote      = 400       // runes of a note
	maxQuoted    = 80        // runes of foreign text within a note
)
