package probe

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"portolan/account"
	"portolan/probe/discover"
)

// A run is one Request being answered. Everything in it belongs to the loop's goroutine, which is the caller's; workers hand
// their news over as functions that the loop calls.
type run struct {
	prober *Prober
	table  *table
	begun  time.Time
	ctx    context.Context //nolint:containedctx // the run is the life of this context
	cancel context.CancelFunc
	asking context.Context //nolint:containedctx // of look-ups and sources, which end with the looking
	enough context.CancelFunc
	news   chan func()
	wg     sync.WaitGroup
	yield  func(Event) bool
	left   bool // nobody hears events any more

	ids      int
	made     int // connections
	perAddr  map[netip.Addr]int
	workers  map[*line]*worker
	slotFree <-chan struct{} // closed when a place may be free that somebody waits for
	signIns  int
	signer   *signer // of the winners, once it has done its work
	told     string  // the name of the provider that was told
	broken   error   // a fault of the program that ends the run
}

func newRun(ctx context.Context, cancel context.CancelFunc, p *Prober, request Request, yield func(Event) bool) *run {
	asking, enough := context.WithCancel(ctx)
	return &run{
		asking: asking, enough: enough,
		prober: p, table: newTable(request, p.Finder.Settings, p.Finder.Known()), begun: time.Now(), ctx: ctx, cancel: cancel, news: make(chan func()), yield: yield,
		perAddr: map[netip.Addr]int{}, workers: map[*line]*worker{},
	}
}

// all is the whole run.
func (r *run) all() {
	r.table.begun = r.begun
	r.emit(Event{Kind: RunStarted, Address: r.table.request.Address, MaxRefusals: r.table.request.MaxRefusals()})
	r.tellProvider(r.table.provider(verdict{}))
	r.ask()
	r.look()
	r.enough()
	outcome := Stopped
	if r.ctx.Err() == nil {
		outcome = r.conclude()
	}
	if r.ctx.Err() != nil {
		why := Finding{Cause: Cancelled}
		if outcome = Stopped; r.broken != nil {
			outcome, why.Cause = Incomplete, Internal
			_, why.Detail = classify(r.broken)
		}
		r.giveUp(r.now(), why.Cause)
		r.judgeSources(verdict{})
		r.emit(Event{Kind: FindingMade, Finding: why})
	}
	r.emit(Event{Kind: RunEnded, Outcome: outcome})
	r.left = true // what is heard while parting is no news any more
	r.part()
}

// now is the time since the start of the run.
func (r *run) now() time.Duration { return time.Since(r.begun) }

// emit yields an event, unless the consumer has left.
func (r *run) emit(e Event) {
	if r.left {
		return
	}
	e.At = r.now()
	if !r.yield(e) {
		r.left = true
		r.cancel()
	}
}

// post hands news to the loop; it reports false where the run has ended, and the news with what it holds is the worker's.
func (r *run) post(news func()) bool {
	select {
	case r.news <- news:
		return true
	case <-r.ctx.Done():
		return false
	}
}

// work starts a goroutine that the run waits for. A panic in it ends the run as an internal error.
func (r *run) work(f func()) {
	r.wg.Go(func() {
		if err := Survive(f); err != nil {
			r.post(func() {
				r.broken = err
				r.cancel()
			})
		}
	})
}

// beside does work that the run waits for, while the loop goes on hearing news. It reports false where the run has ended
// before the work.
func (r *run) beside(work func(context.Context)) bool {
	done := false
	r.work(func() {
		work(r.ctx)
		r.post(func() { done = true })
	})
	for !done && r.ctx.Err() == nil {
		r.wait(never)
	}
	return done
}

// ask starts the sources and the look-ups that are known at the start.
func (r *run) ask() {
	if !r.table.fixed {
		for _, src := range r.prober.Finder.Sources(r.table.request.Address) {
			r.askSource(src)
		}
	}
	for _, h := range r.table.hosts {
		r.resolve(h)
	}
}

// askSource asks one source; its candidates join the table when they come.
func (r *run) askSource(src discover.Source) {
	s := &source{name: src.Name, key: src.Key, since: r.now()}
	r.table.sources = append(r.table.sources, s)
	r.tellSource(s)
	r.work(func() {
		ctx, cancel := context.WithTimeout(r.asking, discoveryLimit)
		defer cancel()
		var answer discover.Answer
		if err := Survive(func() { answer = src.Ask(ctx, func() { r.post(func() { s.progress = r.now() }) }) }); err != nil {
			answer = discover.Answer{Status: discover.Broken, Note: err.Error(), Err: err}
		}
		r.post(func() { r.answered(s, answer) })
	})
}

// answered takes what a source said into the table, and looks new hosts up, unless they are held for the user's yes.
func (r *run) answered(s *source, a discover.Answer) {
	s.done, s.answer, s.ended = true, a, r.now()
	if r.asking.Err() != nil {
		return // nobody looks any more
	}
	known := make(map[*host]bool)
	for _, h := range r.table.hosts {
		known[h] = !h.held
	}
	r.table.take(a, s.ended)
	for _, h := range r.table.hosts {
		if !known[h] && !h.held {
			r.resolve(h)
		}
	}
	r.tellSource(s)
}

// resolve looks both families of a host up, apart.
func (r *run) resolve(h *host) {
	h.since = r.now()
	for i, network := range [...]string{v6: "ip6", v4: "ip4"} {
		r.work(func() {
			ctx, cancel := context.WithTimeout(r.asking, discoveryLimit)
			defer cancel()
			addrs, err := r.prober.Finder.Addresses(ctx, network, h.Host)
			r.post(func() { h.families[i] = family{done: true, at: r.now(), addrs: addrs, err: err} })
		})
	}
}

// look runs the search until nothing that is open can change the answer.
func (r *run) look() {
	for r.ctx.Err() == nil {
		now := r.now()
		if now >= lookingLimit {
			r.giveUp(now, Limited)
			return
		}
		wake := r.step(now)
		r.resolveNames()
		if r.table.settled(account.Incoming, now) && r.table.settled(account.Outgoing, now) {
			return
		}
		r.wait(min(wake, lookingLimit))
	}
}

// wait blocks until there is news, a place is free, or the moment has come. News that is ready at the same time is taken
// together.
func (r *run) wait(wake time.Duration) {
	timer := time.NewTimer(max(0, wake-r.now()))
	defer timer.Stop()
	select {
	case news := <-r.news:
		news()
		r.hear()
	case <-r.slotFree:
		r.slotFree = nil
	case <-timer.C:
	case <-r.ctx.Done():
	}
}

// hear takes the news that is ready now.
func (r *run) hear() {
	for {
		select {
		case news := <-r.news:
			news()
		default:
			return
		}
	}
}

// step does everything whose time has come, and tells when the next thing's will.
func (r *run) step(now time.Duration) time.Duration {
	wake := r.table.derive(now)
	for again := true; again; {
		var next time.Duration
		var list []start
		list, next = r.table.starts(now)
		again = false
		for _, s := range list {
			again = r.begin(s, now) || again
		}
		if !again {
			wake = min(wake, next)
		}
	}
	for _, l := range r.table.lines {
		if !r.table.needed(l, now) {
			r.drop(l, now)
		}
	}
	wake = min(wake, r.yieldSlots(now))
	return min(wake, r.table.patienceEnds(now))
}

// tidy is the end of every run, also of one that ended in the middle, by a panic: no socket and no place at an address outlives
// it. A worker may have given its place back while the loop was taking it again for it, so that is looked at once more when
// everybody has gone.
func (r *run) tidy() {
	r.left = true
	r.cancel()
	for _, l := range r.table.lines {
		if l.conn != nil {
			l.conn.Abort()
		}
	}
	r.wg.Wait()
	for _, w := range r.workers {
		w.release()
	}
}

// part ends every connection and waits for every goroutine. News is still heard, so that nobody waits for the loop.
func (r *run) part() {
	for _, l := range r.table.lines {
		if r.ctx.Err() != nil && l.conn != nil {
			l.conn.Abort() // somebody may still be signing in on it
			r.workers[l].release()
			continue
		}
		r.drop(l, r.now())
	}
	done := make(chan struct{})
	go func() {
		r.wg.Wait()
		close(done)
	}()
	for {
		select {
		case news := <-r.news:
			news()
		case <-done:
			return
		}
	}
}
