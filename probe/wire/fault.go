package wire

import (
	"fmt"
	"runtime"
	"strings"
)

// A FaultError says that a piece of work ended by a fault of the program, a panic, and where. What the panic said is not
// kept: it may hold what nobody is to read.
type FaultError struct {
	Place string // the functions that were under way, innermost first, with their lines
}

func (e *FaultError) Error() string { return "internal error in " + e.Place }

// faultDepth is how many functions a FaultError names.
const faultDepth = 5

// Survive does work, and gives a panic in it as a *FaultError: a fault in one connection, or in one search, is an answer,
// and the program goes on.
func Survive(work func()) (err error) {
	defer func() {
		if recover() != nil {
			err = &FaultError{Place: faultPlace()}
		}
	}()
	work()
	return nil
}

// faultPlace names the functions on the stack of a panic, up to Survive.
func faultPlace() string {
	var callers [32]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers[:])])
	var places []string
	for len(places) < faultDepth {
		frame, more := frames.Next()
		if strings.HasSuffix(frame.Function, "wire.Survive") {
			break
		}
		if frame.Function != "" && !strings.HasPrefix(frame.Function, "runtime.") {
			places = append(places, fmt.Sprintf("%s:%d", strings.TrimPrefix(frame.Function, "portolan/"), frame.Line))
		}
		if !more {
			break
		}
	}
	return strings.Join(places, " < ")
}
