//go:build unix && !linux

package store

import "syscall"

// NoCores keeps what the program holds in memory, passwords above all, from being written to disk when it crashes.
func NoCores() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) }
