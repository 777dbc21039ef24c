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

// hasHost reports whether a host line has introduced an address.
func (p *parser) hasHost(a netip.Addr) bool {
	return slices.ContainsFunc(p.scenario.World.Hosts, func(h Host) bool { return h.Addr == a })
}

func (p *parser) mx(args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("mx: got %d words, want domain, preference, host", len(args))
	}
	pref, err := strconv.ParseUint(args[1], 10, 16)
	p.scenario.World.MX = append(p.scenario.World.MX, MX{args[0], uint16(pref), args[2]})
	return err
}

// srv reads OWNER PRIORITY WEIGHT PORT TARGET, and times=N for as many records with # replaced by 1 to N in the target.
func (p *parser) srv(args []string) error {
	times := 1
	if len(args) == 6 {
		text, ok := strings.CutPrefix(args[5], "times=")
		n, err := strconv.Atoi(text)
		if !ok || err != nil || n < 1 || n > 65535 {
			return fmt.Errorf("srv: %q, want times= and a number", args[5])
		}
		times, args = n, args[:5]
	}
	if len(args) != 5 {
		return fmt.Errorf("srv: got %d words, want owner, priority, weight, port, target", len(args))
	}
	var numbers [3]uint16
	for i := range numbers {
		n, err := strconv.ParseUint(args[i+1], 10, 16)
		if err != nil {
			return fmt.Errorf("srv: %w", err)
		}
		numbers[i] = uint16(n)
	}
	for i := range times {
		target := args[4]
		if times > 1 {
			target = strings.ReplaceAll(target, "#", strconv.Itoa(i+1))
		}
		p.scenario.World.SRV = append(p.scenario.World.SRV, SRV{args[0], numbers[0], numbers[1], numbers[2], target})
	}
	return nil
}

func (p *parser) txt(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("txt: got %d words, want a name and a text", len(args))
	}
	p.scenario.World.TXT = append(p.scenario.World.TXT, TXT{args[0], args[1]})
	return nil
}

func (p *parser) wildcard(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("wildcard: got %d words, want a domain and an address", len(args))
	}
	addr, err := netip.ParseAddr(args[1])
	if err == nil && !p.hasHost(addr) {
		err = fmt.Errorf("wildcard: the host line of %v is wanted first", addr)
	}
	p.scenario.World.Wildcards = append(p.scenario.World.Wildcards, Wildcard{args[0], addr})
	return err
}

func (p *parser) dns(args []string) error {
	kinds := []string{"4", "6", "mx", "srv", "txt", "*"}
	if len(args) != 3 || !slices.Contains(kinds, args[1]) {
		return errors.New("dns: a name or *, one of 4 6 mx srv txt *, and silent, servfail, nothing or a delay are wanted")
	}
	a := Answer{Name: args[0], Kind: args[1]}
	if slices.Contains([]string{"silent", "servfail", "nothing"}, args[2]) {
		a.How = args[2]
	} else {
		d, err := time.ParseDuration(args[2])
		if err != nil {
			return err
		}
		a.Delay = d
	}
	p.scenario.World.Answers = append(p.scenario.World.Answers, a)
	return nil
}
