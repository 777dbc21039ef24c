//go:build unix && !linux

package main

import "syscall"

// noCores keeps what the program holds in memory, passwords above all, from being written to disk when it crashes.
func noCores() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) }
