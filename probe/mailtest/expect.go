package mailtest

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Check judges an expectation that concerns what the servers saw; known is false for one that does not.
//
//	dial IP:PORT never | at D | before D | not-before D     the first SYN there
//	dials all|IP|IP:PORT N | <=N                            how many SYNs
//	order IP PORT …                                         of the first SYN to each port; at the same moment is in order
//	said IP:PORT WORD                                       a command that some connection there began with the word
//	never-said IP:PORT WORD
//	sent nothing [IP:PORT]                                  no password there, or anywhere
//	server-sign-ins N                                       as the servers counted
//	lookup NAME never                                       no question to DNS
//	lookups N|<=N                                           how many questions to DNS
//	asked URL                                               a web server was asked for just this
//	never-asked PART                                        no URL that was asked has the part in it
//	asks N|<=N [PART]                                       how many requests, those with the part in their URL or all
//	showed IP:PORT | nobody                                 the client certificate was shown there, or nowhere
//	redials N                                               so many connections more are allowed per address, see Invariants
func (r Record) Check(e Expectation) (known bool, err error) {
	checks := map[string]func([]string) error{
		"dial": r.checkDial, "dials": r.checkDials, "order": r.checkOrder, "said": r.checkSaid, "never-said": r.checkNeverSaid,
		"sent": r.checkSent, "server-sign-ins": r.checkSignIns, "lookup": r.checkLookup,
		"lookups": r.checkLookups, "asked": r.checkAsked, "never-asked": r.checkNeverAsked, "asks": r.checkAsks, "showed": r.checkShowed,
		"redials": func([]string) error { return nil },
	}
	check := checks[e.Verb]
	if check == nil {
		return false, nil
	}
	if len(e.Args) == 0 {
		return true, fmt.Errorf("%s: no words", e.Verb)
	}
	return true, check(e.Args)
}

// first gives the time of the first SYN to an address and port.
func (r Record) first(at string) (time.Duration, bool) {
	i := slices.IndexFunc(r.Connections, func(c Connection) bool { return c.Addr.String() == at })
	if i < 0 {
		return 0, false
	}
	return r.Connections[i].Dialled, true
}

func (r Record) checkDial(args []string) error {
	got, dialled := r.first(args[0])
	switch {
	case len(args) == 2 && args[1] == "never" && dialled:
		return fmt.Errorf("got a SYN at %v, want none", got)
	case len(args) == 2 && args[1] == "never":
		return nil
	case len(args) != 3:
		return fmt.Errorf("got %d words, want never, at D, before D or not-before D", len(args)-1)
	case !dialled:
		return fmt.Errorf("got no SYN, want one %s %s", args[1], args[2])
	}
	want, err := time.ParseDuration(args[2])
	if err != nil {
		return err
	}
	ok := map[string]bool{"at": got == want, "before": got < want, "not-before": got >= want}[args[1]]
	if !ok {
		return fmt.Errorf("got the first SYN at %v, want %s %v", got, args[1], want)
	}
	return nil
}

func (r Record) checkDials(args []string) error {
	if len(args) != 2 {
		return errors.New("want all, an address or an address and port, and a number")
	}
	got := 0
	for _, c := range r.Connections {
		if args[0] == "all" || c.Addr.String() == args[0] || c.Addr.Addr().String() == args[0] {
			got++
		}
	}
	return compare("SYNs", got, args[1])
}

// compare judges a number against N or <=N.
func compare(what string, got int, want string) error {
	bound, most := strings.CutPrefix(want, "<=")
	n, err := strconv.Atoi(bound)
	if err != nil {
		return err
	}
	if most && got > n || !most && got != n {
		return fmt.Errorf("got %d %s, want %s", got, what, want)
	}
	return nil
}

func (r Record) checkOrder(args []string) error {
	addr, err := netip.ParseAddr(args[0])
	if err != nil {
		return err
	}
	var last time.Duration
	for _, word := range args[1:] {
		port, err := strconv.ParseUint(word, 10, 16)
		if err != nil {
			return err
		}
		got, dialled := r.first(netip.AddrPortFrom(addr, uint16(port)).String())
		if !dialled || got < last {
			return fmt.Errorf("got the first SYN to port %s at %v (%v), want one at %v or later", word, got, dialled, last)
		}
		last = got
	}
	return nil
}

func (r Record) said(at, word string) bool {
	for _, c := range r.Connections {
		if c.Addr.String() != at {
			continue
		}
		for _, line := range c.Said {
			if slices.Contains(strings.Fields(strings.ToUpper(line)), strings.ToUpper(word)) {
				return true
			}
		}
	}
	return false
}

func (r Record) checkSaid(args []string) error {
	if len(args) != 2 || !r.said(args[0], args[1]) {
		return errors.New("got no such command")
	}
	return nil
}

func (r Record) checkNeverSaid(args []string) error {
	if len(args) != 2 || r.said(args[0], args[1]) {
		return errors.New("got such a command")
	}
	return nil
}

func (r Record) checkSent(args []string) error {
	for _, c := range r.Connections {
		if c.Password && (len(args) == 1 || c.Addr.String() == args[1]) {
			return fmt.Errorf("got a password at %v, want none", c.Addr)
		}
	}
	if args[0] != "nothing" {
		return errors.New("want nothing, and nothing else")
	}
	return nil
}

func (r Record) checkSignIns(args []string) error {
	return compare("sign-ins", len(r.SignIns), args[0])
}

func (r Record) checkLookups(args []string) error {
	return compare("lookups", len(r.Lookups), args[0])
}

func (r Record) checkLookup(args []string) error {
	for _, l := range r.Lookups {
		if l.Name == args[0] {
			return fmt.Errorf("got a lookup at %v, want none", l.At)
		}
	}
	return nil
}
