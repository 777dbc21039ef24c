package probe

import "portolan/probe/wire"

// A FaultError says that a piece of work ended by a fault of the program, a panic, and where.
type FaultError = wire.FaultError

// Survive does work, and gives a panic in it as a *FaultError: a fault in one connection, or in one search, is an answer,
// and the program goes on.
func Survive(work func()) error { return wire.Survive(work) }

// Broken is the news that a run ended by a fault.
func Broken(fault error) Event {
	cause, detail := classify(fault)
	return Event{Kind: FindingMade, Finding: Finding{Cause: cause, Detail: detail}}
}
