package mailtest

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
)

// LookupNetIP answers as *net.Resolver does. network is "ip4" or "ip6"; host ends in a dot, unless it is a single label,
// a .local name or an address.
func (w *World) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	kind := strings.TrimPrefix(network, "ip")
	if kind != "4" && kind != "6" {
		w.violate("lookup of %q for network %q, want ip4 or ip6", host, network)
	}
	name, err := w.question(ctx, kind, host)
	if err != nil {
		return nil, err
	}
	found := w.scene.addresses(name, kind == "4")
	if len(found) == 0 {
		return nil, notFound(host)
	}
	return found, nil
}

// addresses lists the addresses of one family that a name has, its own or those of a wildcard above it.
func (m Map) addresses(name string, v4 bool) []netip.Addr {
	var found []netip.Addr
	exists := false
	for _, h := range m.Hosts {
		if slices.Contains(h.Names, name) {
			exists = true
			if h.Addr.Is4() == v4 {
				found = append(found, h.Addr)
			}
		}
	}
	for _, wild := range m.Wildcards {
		if !exists && wild.Addr.Is4() == v4 && strings.HasSuffix(name, "."+wild.Domain) { // RFC 4592, section 2.2.1: a name that exists is not covered.
			found = append(found, wild.Addr)
		}
	}
	return found
}

// LookupMX answers as *net.Resolver does: sorted by preference, host names with a trailing dot.
func (w *World) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	domain, err := w.question(ctx, "mx", name)
	if err != nil {
		return nil, err
	}
	var found []*net.MX
	for _, m := range w.scene.MX {
		if m.Domain == domain {
			found = append(found, &net.MX{Host: absolute(m.Host), Pref: m.Pref})
		}
	}
	if len(found) == 0 {
		return nil, notFound(name)
	}
	slices.SortStableFunc(found, func(a, b *net.MX) int { return int(a.Pref) - int(b.Pref) })
	return found, nil
}

// LookupSRV answers as *net.Resolver does: sorted by priority, targets with a trailing dot. Records with a target that is no
// name are left out, and then the error says so beside the others.
func (w *World) LookupSRV(ctx context.Context, service, proto, name string) (string, []*net.SRV, error) {
	owner := name
	if service != "" || proto != "" {
		owner = "_" + service + "._" + proto + "." + name
	}
	domain, err := w.question(ctx, "srv", owner)
	if err != nil {
		return "", nil, err
	}
	var found []*net.SRV
	illegal := false
	for _, r := range w.scene.SRV {
		if r.Owner != domain {
			continue
		}
		if target := absolute(r.Target); isName(target) {
			found = append(found, &net.SRV{Target: target, Port: r.Port, Priority: r.Priority, Weight: r.Weight})
		} else {
			illegal = true
		}
	}
	if len(found) == 0 && !illegal {
		return "", nil, notFound(owner)
	}
	slices.SortStableFunc(found, func(a, b *net.SRV) int { return int(a.Priority) - int(b.Priority) })
	if illegal {
		err = &net.DNSError{Err: "DNS response contained records which contain invalid names", Name: name}
	}
	return owner, found, err
}

// LookupTXT answers as *net.Resolver does.
func (w *World) LookupTXT(ctx context.Context, name string) ([]string, error) {
	owner, err := w.question(ctx, "txt", name)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, r := range w.scene.TXT {
		if r.Owner == owner {
			found = append(found, w.scene.digests(r.Text))
		}
	}
	if len(found) == 0 {
		return nil, notFound(name)
	}
	return found, nil
}

// absolute gives a name as the resolver does: with a dot at its end.
func absolute(name string) string {
	if strings.HasSuffix(name, ".") {
		return name
	}
	return name + "."
}

// resolvable is what package net takes for a name in an answer.
var resolvable = regexp.MustCompile(`^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)+$`)

// isName reports whether package net lets a name of an answer pass.
func isName(name string) bool {
	return name == "." || len(name) <= 254 && resolvable.MatchString(name)
}

func notFound(name string) error {
	return &net.DNSError{Err: "no such host", Name: name, Server: "192.0.2.53:53", IsNotFound: true}
}

// question records a question and waits as long as its answer takes.
func (w *World) question(ctx context.Context, kind, host string) (string, error) {
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	if name == host && strings.Contains(name, ".") && !strings.HasSuffix(name, ".local") {
		w.violate("lookup of %q without a final dot: the search list of the system would be asked", host)
	}
	w.note(func(r *Record) { r.Lookups = append(r.Lookups, Lookup{name, kind, w.now()}) })
	wait, how := w.scene.RTT, ""
	for _, a := range w.scene.Answers {
		if (a.Name == name || a.Name == "*") && (a.Kind == kind || a.Kind == "*") {
			wait, how = wait+a.Delay, a.How
		}
	}
	if how == "silent" {
		wait = 1000 * time.Hour
	}
	if err := sleep(ctx, wait); err != nil {
		return "", &net.DNSError{Err: err.Error(), Name: host, IsTimeout: errors.Is(err, context.DeadlineExceeded), UnwrapErr: err}
	}
	switch how {
	case "servfail":
		return "", &net.DNSError{Err: "server misbehaving", Name: host, Server: "192.0.2.53:53", IsTemporary: true}
	case "nothing":
		return "", notFound(host)
	}
	return name, nil
}

// sleep waits, or gives the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
