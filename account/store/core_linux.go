package store

import "syscall"

// prSetDumpable is PR_SET_DUMPABLE of prctl(2).
const prSetDumpable = 4

// NoCores keeps what the program holds in memory, passwords above all, from being written to disk when it crashes, and
// from being read by other programs of the same user. What cannot be set stays as it is: nothing depends on it.
func NoCores() {
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, prSetDumpable, 0, 0)
}
