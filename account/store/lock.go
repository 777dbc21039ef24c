package store

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// errBusy says that another process, or another Store of this one, holds the lock.
var errBusy = errors.New("locked")

// openLock takes the lock, which the system gives free when the process ends, however it ends. The file itself stays: if
// one deleted it, two could hold two files of the same name.
func openLock(path string) (*os.File, error) {
	if err := checkTarget(path); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NONBLOCK, fileMode)
	if err != nil {
		return nil, err
	}
	err = lockFile(f)
	if info, failed := f.Stat(); err == nil && (failed != nil || !info.Mode().IsRegular()) {
		err = &fs.PathError{Op: "lock", Path: path, Err: ErrNotRegular}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
