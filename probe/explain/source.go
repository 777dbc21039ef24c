package explain

import (
	"slices"
	"strings"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
)

// SourceReport gives the row for one source: who was asked, and what it said and what became of that.
func SourceReport(s probe.SourceReport) Line {
	head := sourceKind(s.Source)
	if s.Key != "" {
		head += " · " + foreign(s.Key)
	}
	notes := []string{sourceStatus(s), strings.TrimSuffix(foreign(s.Note), ".")}
	notes = append(notes, sourceUse(s)...)
	return Line{Head: head, Note: joined(notes...)}
}

// sourceKind names a source by what it is.
func sourceKind(s account.Source) string {
	switch s {
	case account.SourceAutoconfig:
		return "Settings on the domain's web server"
	case account.SourceSRV:
		return "Service names in the domain's DNS"
	case account.SourcePACC:
		return "Settings for mail programs (PACC)"
	case account.SourceAutodiscover:
		return "Autodiscover"
	case account.SourceISPDB:
		return "Thunderbird's database of providers"
	case account.SourceMX:
		return "Where the domain's mail is delivered (MX)"
	default:
		return "A look at the domain's DNS"
	}
}

// sourceStatus says in a word or two what a source said.
func sourceStatus(s probe.SourceReport) string {
	switch s.Status {
	case discover.Asking:
		return "Asking…"
	case discover.Named:
		return "Named " + list(namedServers(s.Servers))
	case discover.Silent:
		return "Knows nothing of this domain"
	case discover.Broken:
		return "Cannot be used"
	case discover.Off:
		return "Not asked: switched off"
	default:
		return "Nothing there"
	}
}

// namedServers lists each server once, as it was named.
func namedServers(servers []probe.NamedServer) []string {
	var names []string
	for _, n := range servers {
		name := joinBlank(Protocol(n.Protocol), n.Server.String())
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func joinBlank(a, b string) string { return strings.TrimSpace(a + " " + b) }

// sourceUse says what became of what a source named, and where it and the servers disagree.
func sourceUse(s probe.SourceReport) []string {
	var notes []string
	switch s.Use {
	case probe.Used:
		notes = append(notes, "used")
	case probe.UseAgrees:
		notes = append(notes, "agrees with what is used")
	case probe.UseOutranked:
		notes = append(notes, "not needed, something better was found")
	case probe.UseFailed:
		notes = append(notes, "not used, it does not work")
	case probe.UseDeclined:
		notes = append(notes, "not used, you said no to its domain")
	case probe.UseHeld:
		notes = append(notes, "not tried before you say yes to its domain")
	}
	var wrong []probe.NamedServer
	for _, n := range s.Servers {
		if n.Wrong {
			wrong = append(wrong, n)
		}
	}
	if len(wrong) > 0 {
		notes = append(notes, "the servers say otherwise at "+list(namedServers(wrong)))
	}
	if len(s.Unoffered) > 0 {
		var names []string
		for _, p := range s.Unoffered {
			names = append(names, Protocol(p))
		}
		notes = append(notes, "says that "+list(names)+" is not offered")
	}
	return notes
}
