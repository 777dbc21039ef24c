package mailtest

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"time"
)

// The limits of politeness that DESIGN.md numbers.
const (
	mostAtOnce   = 4                       // connections to one address at a time
	mostPerRun   = 8                       // connections to one address in a run
	mostOverall  = 64                      // connections of a run
	synPatience  = 1250 * time.Millisecond // a connect unanswered for so long gives its slot back
	mostRefusals = 2
)

// Invariants gives every standing rule that a run broke, whatever its scenario says of it. A cancelled run need not be
// polite; the limit of connections to an address grows by what the line redials says.
func (s Step) Invariants(r Record) []string {
	wrong := slices.Clone(r.Violations)
	wrong = append(wrong, r.crowds(s.redials())...)
	wrong = append(wrong, s.confides(r)...)
	refusals, allowed := 0, mostRefusals
	if own := s.Request.OutgoingPassword; own != "" && own != s.Request.Password {
		allowed++ // a user name of its own is no reason: the password is the same
	}
	for _, in := range r.SignIns {
		if in.Refused {
			refusals++
		}
	}
	if refusals > allowed {
		wrong = append(wrong, fmt.Sprintf("got %d refusals, want at most %d", refusals, allowed))
	}
	for _, c := range r.Connections {
		switch {
		case c.Open || c.Ended < 0:
			wrong = append(wrong, fmt.Sprintf("%v: the connection of %v is not closed at the end", c.Addr, c.Dialled))
		case c.Rude && s.Request.Cancel == 0:
			wrong = append(wrong, fmt.Sprintf("%v: hung up at %v without LOGOUT or QUIT", c.Addr, c.Closed))
		}
	}
	return wrong
}

// redials is how many connections beyond the limit the scenario allows.
func (s Step) redials() int {
	for _, e := range s.Expect {
		if e.Verb == "redials" && len(e.Args) == 1 {
			n, _ := strconv.Atoi(e.Args[0])
			return n
		}
	}
	return 0
}

// crowds counts connections, those to mail servers and those to web servers apart.
func (r Record) crowds(redials int) []string {
	mail, web := r, r
	mail.Connections = slices.DeleteFunc(slices.Clone(r.Connections), func(c Connection) bool { return c.Addr.Port() == webPort })
	web.Connections = slices.DeleteFunc(slices.Clone(r.Connections), func(c Connection) bool { return c.Addr.Port() != webPort })
	wrong := mail.crowd(mostOverall, mostPerRun+redials, mostAtOnce)
	return append(wrong, web.crowd(mostWeb, mostWeb, mostWebAtOnce)...)
}

// crowd counts connections against the limits: in all, to one address, and to one address at a time.
func (r Record) crowd(overall, perAddress, atOnce int) []string {
	var wrong []string
	if len(r.Connections) > overall {
		wrong = append(wrong, fmt.Sprintf("got %d connections, want at most %d", len(r.Connections), overall))
	}
	total, worst := map[netip.Addr]int{}, map[netip.Addr]int{}
	for _, c := range r.Connections {
		addr := c.Addr.Addr()
		total[addr]++
		worst[addr] = max(worst[addr], r.at(addr, c.Dialled))
	}
	for addr, n := range total {
		if n > perAddress {
			wrong = append(wrong, fmt.Sprintf("got %d connections to %v, want at most %d", n, addr, perAddress))
		}
		if worst[addr] > atOnce {
			wrong = append(wrong, fmt.Sprintf("got %d connections to %v at a time, want at most %d", worst[addr], addr, atOnce))
		}
	}
	slices.Sort(wrong)
	return wrong
}

// MostAtOnce is the largest number of connections to one address at a time.
func (r Record) MostAtOnce() int {
	most := 0
	for _, c := range r.Connections {
		most = max(most, r.at(c.Addr.Addr(), c.Dialled))
	}
	return most
}

// at counts the connections to an address that hold a slot at a moment.
func (r Record) at(addr netip.Addr, moment time.Duration) int {
	n := 0
	for _, c := range r.Connections {
		if c.Addr.Addr() == addr && c.Dialled <= moment && moment < c.until() {
			n++
		}
	}
	return n
}

// until is when the connection gives its slot back.
func (c Connection) until() time.Duration {
	end := c.Ended
	if c.Connected {
		end = c.Closed
	}
	if c.Open || end < 0 {
		end = time.Hour
	}
	if c.Lost {
		end = min(end, c.Dialled+synPatience)
	}
	return end
}
