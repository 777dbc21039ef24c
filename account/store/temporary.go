package store

import (
	"errors"
	"os"
)

// OpenTemporary opens a folder of its own that nobody else looks into, in the system's place for temporary files; Close removes
// it with all that is in it. The error is the system's.
func OpenTemporary() (*Store, error) {
	folder, err := os.MkdirTemp("", "portolan-")
	if err != nil {
		return nil, err
	}
	s, err := Open(folder)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	s.temporary = true
	return s, nil
}

// remove removes the folder of a Store that is temporary.
func (s *Store) remove() error {
	if !s.temporary {
		return nil
	}
	s.temporary = false
	return os.RemoveAll(s.folder)
}
