package probe

import (
	"context"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"portolan/probe/wire"
)

// A worker is what the loop holds of a connection's goroutine.
type worker struct {
	cancel  context.CancelFunc
	enough  chan struct{} // closed: end politely
	yielded bool          // the place was given back because the connect is not answered
	slots   *slots
	addr    netip.Addr
	held    atomic.Bool // a place at the address
}

// release gives the place at the address back, where one is held.
func (w *worker) release() {
	if w.held.CompareAndSwap(true, false) {
		w.slots.give(w.addr)
	}
}

// begin makes a connection for a service, or lets it share one. It reports whether anything has changed.
func (r *run) begin(s start, now time.Duration) bool {
	if s.service.has(s.try.addr, s.try.own) {
		return false // an earlier start of the same step served this one too
	}
	if l := r.table.known(s); l != nil {
		l.attach(s.service)
		return true
	}
	addr := s.try.addr.Addr()
	if s.turn() >= turnLate && r.perAddr[addr]+r.table.reserved(addr) >= maxPerAddr && r.perAddr[addr] < maxPerAddr {
		return false // room for a port's other language comes first
	}
	l := r.newLine(s, now)
	if r.perAddr[addr] >= maxPerAddr || r.made >= maxPerRun {
		l.state, l.cause, l.ended = lineSkipped, Limited, now
		r.keep(l, []*service{s.service})
		r.tell(l)
		return true
	}
	free, wait := r.prober.slots.take(addr)
	if !free {
		r.slotFree = wait
		return false
	}
	r.perAddr[addr]++
	r.made++
	sharers := r.table.sharers(s)
	l.names = l.names[:0]
	for _, o := range sharers {
		l.names = append(l.names, o.host.Host)
	}
	r.keep(l, sharers)
	r.connect(l) // before it is told: the place belongs to the worker, whatever the consumer does
	r.tell(l)
	return true
}

func (r *run) newLine(s start, now time.Duration) *line {
	return &line{
		protocol: s.service.protocol, addr: s.try.addr, security: s.service.security, names: []string{s.service.host.Host},
		own: s.try.own, small: s.service.classical, source: s.service.host.Origin.Source, started: now, progress: now,
	}
}

// keep gives a line its number and its services.
func (r *run) keep(l *line, services []*service) {
	r.ids++
	l.id = r.ids
	r.table.lines = append(r.table.lines, l)
	for _, s := range services {
		s.lines = append(s.lines, l)
	}
}

// connect starts the worker of a line.
func (r *run) connect(l *line) {
	ctx, cancel := context.WithCancel(r.ctx)
	w := &worker{cancel: cancel, enough: make(chan struct{}), slots: &r.prober.slots, addr: l.addr.Addr()}
	w.held.Store(true) // begin has taken it
	r.workers[l] = w
	target := wire.Target{
		Protocol: l.protocol, Security: l.security, Addr: l.addr, Names: slices.Clone(l.names),
		Trust: r.table.request.Policy.Trust, Classical: l.small, Enough: w.enough,
		Identity: r.table.request.Identity, ShowTo: r.table.showTo(l),
	}
	r.work(func() {
		defer cancel()
		var conn *wire.Conn
		var err error
		fault := Survive(func() {
			conn, err = wire.Open(ctx, r.prober.Dialer, target, func(s wire.Stage) { r.post(func() { r.advance(l, s) }) })
		})
		if fault != nil {
			err = fault
		}
		if !r.post(func() { r.end(l, conn, err) }) {
			if conn != nil {
				conn.Abort()
			}
			w.release()
		}
	})
}

// advance notes how far a line has come.
func (r *run) advance(l *line, s wire.Stage) {
	l.stage, l.progress = s, r.now()
	if s == wire.Connected {
		l.facts.Connect = max(l.progress-l.started, 1)
		if w := r.workers[l]; w.yielded {
			r.prober.slots.force(w.addr)
			w.held.Store(true)
		}
	}
	if l.state == lineRunning {
		r.tell(l)
	}
}

// end notes how a line ended.
func (r *run) end(l *line, conn *wire.Conn, err error) {
	w := r.workers[l]
	if conn == nil {
		w.release()
	}
	if l.state != lineRunning { // dropped meanwhile
		if conn != nil {
			r.goodbye(conn, w)
		}
		return
	}
	l.ended, l.conn, l.err = r.now(), conn, err
	l.state = lineFailed
	if conn != nil {
		l.state, l.facts = lineUp, conn.Facts()
	} else if f := failureOf(err); f != nil {
		l.facts = f.Facts
	}
	l.cause, l.detail = classify(err)
	r.tell(l)
}

// drop gives a line up: politely where the conversation has begun.
func (r *run) drop(l *line, now time.Duration) {
	switch w := r.workers[l]; {
	case l.state == lineUp && l.conn != nil:
		conn := l.conn
		l.conn, l.said = nil, conn.Transcript()
		r.goodbye(conn, w)
	case l.state == lineRunning:
		l.state, l.ended = lineDropped, now
		r.hush(l, w)
		r.tell(l)
	}
}

// hush ends a running line: at its next pause where words have been exchanged, at once where not.
func (r *run) hush(l *line, w *worker) {
	switch l.stage {
	case wire.Secured, wire.Greeted, wire.Asked:
		close(w.enough)
		stop := time.AfterFunc(partingLimit, w.cancel)
		context.AfterFunc(r.ctx, func() { stop.Stop() })
	default:
		w.cancel()
	}
}

// goodbye ends a ready connection politely, beside the loop.
func (r *run) goodbye(conn *wire.Conn, w *worker) {
	r.work(func() {
		ctx, cancel := context.WithTimeout(r.ctx, partingLimit)
		defer cancel()
		defer w.release()
		conn.Goodbye(ctx)
	})
}

// yieldSlots gives the place of every connect back that was not answered in its patience, and tells when the next is due.
func (r *run) yieldSlots(now time.Duration) time.Duration {
	wake := never
	for l, w := range r.workers {
		if l.state != lineRunning || l.stage != wire.Connecting || w.yielded {
			continue
		}
		if at := l.started + grace(r.table.trip(l.addr.Addr())); at > now {
			wake = min(wake, at)
			continue
		}
		w.yielded = true
		w.release()
		wake = now
	}
	return wake
}

// giveUp ends the lines that are still running: the limit of all looking has overtaken them, or the user has.
func (r *run) giveUp(now time.Duration, why Cause) {
	for _, l := range r.table.lines {
		if l.state == lineRunning {
			l.state, l.cause, l.ended = lineSkipped, why, now
			r.hush(l, r.workers[l])
			r.tell(l)
		}
	}
}
