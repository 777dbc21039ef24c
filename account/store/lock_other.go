//go:build !darwin && !dragonfly && !freebsd && !linux && !netbsd && !openbsd && !windows

package store

import (
	"errors"
	"os"
)

// lockFile knows no lock here, so that accounts can only be read.
func lockFile(*os.File) error { return errors.ErrUnsupported }

// unlockFile has nothing to end.
func unlockFile(*os.File) error { return nil }
