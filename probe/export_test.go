package probe

// Places is how many places at addresses the searches of a Prober hold now.
func (p *Prober) Places() int {
	p.slots.mu.Lock()
	defer p.slots.mu.Unlock()
	n := 0
	for _, used := range p.slots.used {
		n += used
	}
	return n
}
