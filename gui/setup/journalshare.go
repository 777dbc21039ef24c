package setup

import (
	"slices"
	"strings"

	"portolan/probe"
	"portolan/probe/wire"
)

// LogNames says what a log that is shared tells of the person.
type LogNames uint8

// What a shared log tells. The zero value tells less.
const (
	HideNames LogNames = iota // neither user names nor what stands before the @ of the address
	ShowNames
)

// spoken is what the conversations of the log name: the person, which is nobody else's business, and hosts, which are
// what a log is read for.
type spoken struct{ people, hosts []string }

// with takes in what a run named.
func (s spoken) with(r probe.Report) spoken {
	people, hosts := []string{r.Address.String(), r.Address.Local}, []string{r.Address.Domain}
	for _, a := range r.Attempts {
		hosts = append(hosts, a.Server.Host)
	}
	for _, i := range r.SignIns {
		local, _, _ := strings.Cut(i.Username, "@")
		people = append(people, i.Username, local)
	}
	return spoken{added(s.people, people), added(s.hosts, hosts)}
}

// added gives a new list with what is new behind what was there.
func added(list, more []string) []string {
	list = slices.Clone(list)
	for _, m := range more {
		if m != "" && !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}

// text is the log as one text.
//
// K-3: what is shared holds no user name unless somebody said so.
func (j journal) text(names LogNames) string {
	if len(j.lines) == 0 {
		return ""
	}
	lines := slices.Clone(j.lines)
	if names == HideNames {
		mask := wire.NewMask(j.named.people, j.named.hosts)
		for i, l := range lines {
			lines[i] = masked(l, mask)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// masked hides names in what a line says behind its time and its server.
func masked(line string, mask wire.Mask) string {
	parts := strings.SplitN(line, "  ", 3)
	parts[len(parts)-1] = mask.Apply(parts[len(parts)-1])
	return strings.Join(parts, "  ")
}
