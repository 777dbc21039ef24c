//go:build unix

package store

import (
	"path/filepath"
	"syscall"
	"testing"
)

// odd gives paths that lead to a pipe and a device.
func odd(t *testing.T) []string {
	t.Helper()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{pipe, "/dev/null"}
}

// oddMakers put a pipe, a socket and a device at a path.
func oddMakers() map[string]func(string) error {
	return map[string]func(string) error{
		"pipe":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"device": func(path string) error { return syscall.Mknod(path, syscall.S_IFCHR|0o600, 1<<8|3) },
	}
}
