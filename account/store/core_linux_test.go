package store

import (
	"syscall"
	"testing"
)

const prGetDumpable = 3

// K-7: a crash leaves no core, and other programs of the same user cannot look into the memory.
func TestACrashLeavesNoCore(t *testing.T) {
	NoCores()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &limit); err != nil || limit.Cur != 0 || limit.Max != 0 {
		t.Errorf("got %+v, %v, want a limit of 0 for cores", limit, err)
	}
	if got, _, _ := syscall.RawSyscall(syscall.SYS_PRCTL, prGetDumpable, 0, 0); got != 0 {
		t.Errorf("got dumpable %d, want 0", got)
	}
}
