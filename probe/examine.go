package probe

import (
	"context"
	"slices"
	"sync"

	"portolan/probe/wire"
)

// maxExamined is how many ports with outdated encryption are looked at again in a run.
const maxExamined = 4

// examine looks again, without sending anything, at ports whose handshakes failed as those of outdated servers do. What is
// learned changes no answer, only its words; it waits until everything else is done.
func (r *run) examine() {
	var list []*line
	for _, l := range r.table.outdated() {
		addr := l.addr.Addr()
		if len(list) == maxExamined || r.made >= maxPerRun {
			break
		}
		if r.perAddr[addr] >= maxPerAddr {
			continue
		}
		if free, _ := r.prober.slots.take(addr); !free {
			continue
		}
		r.perAddr[addr]++
		r.made++
		list = append(list, l)
	}
	if len(list) == 0 {
		return
	}
	learned := make([]wire.TLSFacts, len(list))
	all := r.beside(func(ctx context.Context) {
		var wg sync.WaitGroup
		for i, l := range list {
			wg.Go(func() {
				defer r.prober.slots.give(l.addr.Addr())
				target := wire.Target{Protocol: l.protocol, Security: l.security, Addr: l.addr, Names: slices.Clone(l.names)}
				_ = Survive(func() { // who tells nothing has no more to tell
					learned[i], _ = wire.Examine(ctx, r.prober.Dialer, target, l.err)
				})
			})
		}
		wg.Wait()
	})
	if !all {
		return
	}
	for i, l := range list {
		if l.learn(learned[i]) {
			r.tell(l)
		}
	}
}

// outdated lists the lines that may have met an outdated server, one a port of an address, those that said so first. A role for
// which there is something verified needs none of that.
func (t *table) outdated() []*line {
	var said, silent []*line
	seen := map[string]bool{}
	for _, l := range t.lines {
		best, ok := t.best(l.protocol.Role())
		if found := ok && best.rank.class == classVerified; l.state != lineFailed || l.small || found || seen[l.addr.String()] || t.otherwiseGood(l) {
			continue
		}
		switch {
		case l.cause == TLSTooOld || l.cause == NoCommonCipher:
			said = append(said, l)
		case unanswered(l) && l.cause == ConnectionClosed:
			silent = append(silent, l)
		default:
			continue
		}
		seen[l.addr.String()] = true
	}
	return append(said, silent...)
}

// learn takes in what an outdated server speaks, and reports whether that is anything.
func (l *line) learn(f wire.TLSFacts) bool {
	if f.Version == 0 {
		return false
	}
	l.cause, l.detail = TLSTooOld, ""
	if wire.Current(f.Version) {
		l.cause = NoCommonCipher
	}
	l.facts.TLS = wire.TLSFacts{Version: f.Version, Suite: f.Suite} // its certificate was not judged
	return true
}
