package account

// A Source tells who named a server. The order of the constants is the order of trust that the search ranks by
// (ISPDB behind what the domain itself published, guesses last); the zero value is unknown and ranks behind all.
type Source uint8

// The sources of a server, best first.
const (
	SourceUnknown Source = iota
	SourceUser           // typed by the user
	SourceFile           // from a configuration file that the user opened
	SourceAutoconfig
	SourceSRV
	SourcePACC
	SourceAutodiscover
	SourceISPDB
	SourceMX // published by the operator of the domain's MX
	SourceGuess
)

var sourceNames = [...]string{"", "user", "file", "autoconfig", "srv", "pacc", "autodiscover", "ispdb", "mx", "guess"}

// String gives the name that JSON carries.
func (s Source) String() string { return nameOf(sourceNames[:], s) }

// ParseSource reads what String writes; anything else is an error.
func ParseSource(name string) (Source, error) {
	return parseName[Source](sourceNames[:], name, "source")
}

// Tier is the rank of the source in the search, 0 best: typed; published by the domain; ISPDB; MX operator; guess.
func (s Source) Tier() int {
	switch s {
	case SourceUser, SourceFile:
		return 0
	case SourceAutoconfig, SourceSRV, SourcePACC, SourceAutodiscover:
		return 1
	case SourceISPDB:
		return 2
	case SourceMX:
		return 3
	case SourceGuess:
		return 4
	default:
		return 5
	}
}
