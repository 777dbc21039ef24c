package probe

import (
	"net/netip"
	"sync"
)

// slots bounds the connections to one address at a time, over all runs of a Prober. Its zero value is ready.
type slots struct {
	mu      sync.Mutex
	used    map[netip.Addr]int
	changed chan struct{} // closed when a place becomes free; nil while nobody waits
}

// take asks for a place at an address. Where there is none, it gives a channel that is closed when one may have become free.
func (s *slots) take(a netip.Addr) (ok bool, wait <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used[a] >= maxAtOnce {
		if s.changed == nil {
			s.changed = make(chan struct{})
		}
		return false, s.changed
	}
	if s.used == nil {
		s.used = make(map[netip.Addr]int)
	}
	s.used[a]++
	return true, nil
}

// give returns a place.
func (s *slots) give(a netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used[a]--; s.used[a] <= 0 {
		delete(s.used, a)
	}
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// force takes a place although there may be none: a connect that had given its place back was answered after all.
func (s *slots) force(a netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used == nil {
		s.used = make(map[netip.Addr]int)
	}
	s.used[a]++
}
