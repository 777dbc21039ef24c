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
