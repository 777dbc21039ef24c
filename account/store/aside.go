package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// What stands behind the name of a file that was set aside, before the time.
const (
	brokenSuffix = ".broken-"
	keptSuffix   = ".kept-"
)

// asideTime is the time in the name of a file that was set aside, in UTC. It has no character that some system refuses.
const asideTime = "20060102T150405Z"

// A readState says how far reading a file came.
type readState uint8

const (
	readNothing readState = iota // there is none
	readGood
	readBroken // there is one, but it is none of ours; it was told, and set aside if that was possible
)

// read reads the file or its copy, and judges it. The error is the system's.
func (s *Store) read(name string) (Book, []byte, readState, error) {
	path := s.path(name)
	data, err := readOwn(path)
	if err == nil {
		var b Book
		if b, err = decode(data); err == nil {
			if s.lock != nil {
				s.tell(tighten(path, fileMode)...)
			}
			return b, data, readGood, nil
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return Book{}, nil, readNothing, nil
	}
	kind := brokenKind(err)
	if kind == 0 {
		return Book{}, nil, readNothing, err
	}
	n := Notice{Kind: kind, Path: path, Err: err}
	if s.lock != nil {
		var failed error
		n.Aside, failed = setAside(path, brokenSuffix)
		n.Err = errors.Join(err, failed)
	}
	s.tell(n)
	return Book{}, nil, readBroken, nil
}

// readOwn reads a file that Portolan wrote itself, and which therefore is no link.
func readOwn(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: ErrNotRegular}
	}
	return ReadFile(path, maxFile)
}

// brokenKind tells a file that is none of ours, and is set aside, from one that the system does not give, and is left.
func brokenKind(err error) NoticeKind {
	switch {
	case errors.Is(err, ErrNewer):
		return Newer
	case errors.Is(err, ErrDamaged):
		return Damaged
	case errors.Is(err, ErrNotRegular):
		return Odd
	case errors.Is(err, ErrTooLarge):
		return TooLarge
	default:
		return 0
	}
}

// setAside gives whatever stands at path a name that nothing else has, and tells that name. Nothing that it touches is
// read, followed or replaced. The caller holds the lock.
func setAside(path, suffix string) (string, error) {
	name := path + suffix + time.Now().UTC().Format(asideTime)
	for n := 1; ; n++ {
		to := name
		if n > 1 {
			to = fmt.Sprintf("%s-%d", name, n)
		}
		there, err := Exists(to)
		if err != nil {
			return "", err
		}
		if there {
			continue
		}
		if err := os.Rename(path, to); err != nil {
			return "", err
		}
		return to, syncFolder(filepath.Dir(path))
	}
}

// removeLeftovers deletes what writers that were killed had begun. The caller holds the lock, so nobody is writing. What
// cannot be deleted stays, and is in nobody's way.
func removeLeftovers(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, e := range entries {
		random, begins := strings.CutPrefix(e.Name(), ".portolan-")
		random, ends := strings.CutSuffix(random, ".tmp")
		if begins && ends && ID(random).valid() && e.Type().IsRegular() {
			_ = os.Remove(filepath.Join(folder, e.Name()))
		}
	}
}

// tighten takes from others what mode does not give them, and tells so. Windows has no such modes.
func tighten(path string, mode fs.FileMode) []Notice {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&^mode == 0 {
		return nil
	}
	return []Notice{{Kind: Tightened, Path: path, Err: os.Chmod(path, info.Mode().Perm()&mode)}}
}
