package discover

import (
	"context"
	"net/netip"
	"sync"
)

// A shared value is got once: whoever needs it first gets it, and the others wait for that.
type shared[T any] struct {
	turn  chan struct{} // holds a token while somebody is getting it
	known bool
	value T
}

func newShared[T any]() *shared[T] { return &shared[T]{turn: make(chan struct{}, 1)} }

// get gives the value, by way of get where it is not known. What was given up because ctx ended does not count, so that the
// next one tries again. The error is that of ctx, for whoever could not wait.
func (s *shared[T]) get(ctx context.Context, get func() T) (T, error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
	defer func() { <-s.turn }()
	if s.known {
		return s.value, nil
	}
	value := get()
	if s.known = ctx.Err() == nil; s.known {
		s.value = value
	}
	return value, nil
}

// A memory is a Resolver that looks the addresses of one name up once.
type memory struct {
	Resolver
	mu    sync.Mutex
	names map[string]*shared[addresses]
}

// addresses is what the DNS says of one family of a name.
type addresses struct {
	list []netip.Addr
	err  error
}

func newMemory(r Resolver) *memory {
	return &memory{Resolver: r, names: map[string]*shared[addresses]{}}
}

// LookupNetIP asks the Resolver behind it, or remembers what that said.
func (m *memory) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	m.mu.Lock()
	key := network + " " + host
	if m.names[key] == nil {
		m.names[key] = newShared[addresses]()
	}
	name := m.names[key]
	m.mu.Unlock()
	found, err := name.get(ctx, func() addresses {
		list, err := m.Resolver.LookupNetIP(ctx, network, host)
		return addresses{list, err}
	})
	if err != nil {
		return nil, err
	}
	return found.list, found.err
}
