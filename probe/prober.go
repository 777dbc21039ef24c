// Package probe goes from an address to an answer: it finds, proves and signs in.
//
// Prober.Run is the only door. A run is one loop in the caller's goroutine (run.go) over a table of plain data (table.go):
// what to connect to next (plan.go, derive.go), how long to wait (patience.go), what is best (rank.go) and what it all comes
// to (decide.go) are questions to the table, without a network. Connections are made by package wire, one goroutine each,
// and come back to the loop as news. A decision ends the run; a yes is a new Request.
//
// # Why a name's own handshake may follow
//
// Names that share an address share its first connection. Where its certificate covers none of them, each other name may
// show its own certificate to its own SNI; the first two that show the same one end that.
package probe

import (
	"context"
	"iter"

	"portolan/probe/discover"
	"portolan/probe/wire"
)

// A Prober finds working settings. Its zero value uses the system's network. It may be used by several goroutines; the
// limit of connections to one address holds over all its runs, so a process has one.
type Prober struct {
	Finder discover.Finder // zero asks the system's resolver
	Dialer wire.Dialer     // nil: net.Dialer

	slots slots
}

// Run does what the request asks for and yields what it learns, in order, in the caller's goroutine. The last event is
// RunEnded; after it, polite endings may take up to two seconds. Leaving the loop, or ending ctx, closes every socket; so does
// a panic, the consumer's among them.
func (p *Prober) Run(ctx context.Context, request Request) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		r := newRun(ctx, cancel, p, request, yield)
		defer r.tidy()
		r.all()
	}
}
