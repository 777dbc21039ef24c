// Package store is where files by path are read and written.
//
// A file is replaced as a whole or not at all: whoever looks sees the old content or the new one, also after a crash.
//
// # Why links are refused as targets
//
// A file is written where a name says, and in a folder that others can write to, a planted link would make it another
// file. Reading follows links, since a password or a configuration may well stand behind one.
package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// ErrNotRegular says that a path leads to something that is no regular file: a folder, a link, a device, a pipe.
var ErrNotRegular = errors.New("not a regular file")

// ErrTooLarge says that a file is larger than its reader allows.
var ErrTooLarge = errors.New("file too large")

// WriteFile puts data at path, atomically: into a new file in the same folder, then renamed. The file has mode (less
// the process's umask) from its creation, whatever mode an older one had. On an error before the rename the
// older file is as it was and nothing is left behind. A target that exists and is no regular file, a link among them,
// is refused with ErrNotRegular.
func WriteFile(path string, data []byte, mode fs.FileMode) error {
	if err := checkTarget(path); err != nil {
		return err
	}
	dir := filepath.Dir(path)
	temporary := filepath.Join(dir, ".portolan-"+rand.Text()+".tmp")
	if err := writeNew(temporary, data, mode.Perm()); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	return syncFolder(dir)
}

// ReadFile gives the content of a regular file of at most limit bytes; a larger one is ErrTooLarge, anything but a
// regular file ErrNotRegular, both in an *fs.PathError.
func ReadFile(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: ErrNotRegular}
	}
	// Should a pipe have taken the file's place meanwhile, opening it must not wait for a writer.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	if info, err = f.Stat(); err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: ErrNotRegular}
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)}
	}
	return data, nil
}

// checkTarget refuses to replace anything but a regular file.
func checkTarget(path string) error {
	if path == "" || os.IsPathSeparator(path[len(path)-1]) {
		return &fs.PathError{Op: "write", Path: path, Err: ErrNotRegular}
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return &fs.PathError{Op: "write", Path: path, Err: ErrNotRegular}
	}
	return nil
}

// writeNew makes a file that was not there, and leaves nothing behind where that fails.
func writeNew(path string, data []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// syncFolder makes a rename outlast a power cut. Systems and file systems that cannot do this for a folder are let off.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(dir)
	if err == nil {
		err = errors.Join(f.Sync(), f.Close())
	}
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}
