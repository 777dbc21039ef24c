package discover

import (
	"context"
	"crypto/rand"
	"net/netip"
	"strings"
	"sync"

	"portolan/account"
	"portolan/probe/wire"
)

// wildcard looks up one name below the domain that nobody can have entered. If it has an address, every name there has
// one, and that a guessed name exists says nothing (N-4).
func (q *inquiry) wildcard() Source {
	domain := q.address.Domain
	return source(account.SourceGuess, "wildcard", func(ctx context.Context, progress func()) Answer {
		host := strings.ToLower(rand.Text()) + "." + domain // 130 random bits
		var found [2]bool
		var errs [2]error
		var wg sync.WaitGroup
		for i, network := range [...]string{"ip6", "ip4"} {
			wg.Go(func() {
				var addrs []netip.Addr
				var err error
				if fault := wire.Survive(func() { addrs, err = q.Addresses(ctx, network, host) }); fault != nil {
					err = fault
				}
				if found[i] = len(addrs) > 0; found[i] || err == nil || nameless(err) {
					progress()
					return
				}
				errs[i] = err
			})
		}
		wg.Wait()
		a := Answer{Status: Silent, URL: "dns:*." + domain, Wildcard: found[0] || found[1]}
		if a.Wildcard {
			a.Note = "Every name below " + account.UnicodeHost(domain) + " has an address, so a guessed one has to prove itself by its certificate."
		} else if a.Err = errs[0]; errs[0] != nil || errs[1] != nil {
			if a.Status = Missing; a.Err == nil {
				a.Err = errs[1]
			}
		}
		return a
	})
}
