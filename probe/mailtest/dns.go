package mailtest

import (
	"context"
	"errors"
	"net"
	"net/netip"
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
	var found []netip.Addr
	for _, h := range w.scene.Hosts {
		if slices.Contains(h.Names, name) && h.Addr.Is4() == (kind == "4") {
			found = append(found, h.Addr)
		}
	}
	if len(found) == 0 {
		return nil, notFound(host)
	}
	return found, nil
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
			found = append(found, &net.MX{Host: m.Host + ".", Pref: m.Pref})
		}
	}
	if len(found) == 0 {
		return nil, notFound(name)
	}
	slices.SortStableFunc(found, func(a, b *net.MX) int { return int(a.Pref) - int(b.Pref) })
	return found, nil
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
		if a.Name == name && a.Kind == kind {
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
