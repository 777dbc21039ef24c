package store

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// The names in the folder; see the package comment.
const (
	fileName = "accounts.json"
	copyName = "accounts.json.bak"
	lockName = "accounts.lock"
)

const (
	maxFile    = 4 << 20 // bytes
	fileMode   = fs.FileMode(0o600)
	folderMode = fs.FileMode(0o700)
)

// ErrReadOnly says that this Store may not write: another Portolan is open, or the folder cannot be written to.
var ErrReadOnly = errors.New("accounts are open for reading alone")

// ErrChanged says that the file is no longer what Load gave or Save wrote; nothing was written.
var ErrChanged = errors.New("the account file was changed by another program")

// A Store is one open folder of accounts. Its methods may be called from several goroutines.
type Store struct {
	folder    string
	notices   []Notice // of the opening, told by the first Load
	temporary bool     // Close removes the folder

	mu    sync.Mutex
	lock  *os.File // nil: read-only
	book  Book     // as last loaded or saved
	known []byte   // the file as last loaded or saved; nil: there is none
	tried []byte   // what the last Save began to write
}

// DefaultFolder is where a user's accounts are kept: portolan in the folder that the system has for configurations.
func DefaultFolder() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "portolan"), nil
}

// Open makes the folder where it is missing, locks it, and tidies up after a Portolan that was killed. Where it is locked
// by another process, or where nothing can be written, the Store is read-only and the first Load says so. The error is the
// system's, where there can be no folder.
func Open(folder string) (*Store, error) {
	if err := os.MkdirAll(folder, folderMode); err != nil {
		return nil, err
	}
	s := &Store{folder: folder}
	lock, err := openLock(filepath.Join(folder, lockName))
	switch {
	case errors.Is(err, errBusy):
		s.tell(Notice{Kind: Busy, Path: folder})
	case err != nil:
		s.tell(Notice{Kind: Unlockable, Path: folder, Err: err})
	default:
		s.lock = lock
		removeLeftovers(folder)
		s.tell(tighten(folder, folderMode)...)
	}
	return s, nil
}

// Close gives the folder free for another process, or removes one that is temporary.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lock == nil {
		return s.remove()
	}
	// A child that is just being started may hold the file a moment longer; the lock is not to last so long.
	err := errors.Join(unlockFile(s.lock), s.lock.Close())
	s.lock = nil
	return errors.Join(err, s.remove())
}

// ReadOnly reports whether Save refuses.
func (s *Store) ReadOnly() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lock == nil
}

// Book gives what was last loaded or saved.
func (s *Store) Book() Book {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.book
}

// Load reads the file. A file that cannot be understood is set aside, and the copy of it is offered; a read-only Store
// leaves it where it is. The error is the system's: the file is there, and could not be read or looked at.
func (s *Store) Load() (Loaded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	book, data, state, err := s.read(fileName)
	if err != nil {
		return Loaded{}, err
	}
	var offer *Copy
	if state != readGood {
		if offer, err = s.offer(); err != nil {
			return Loaded{}, err
		}
	}
	if state == readNothing && offer != nil {
		s.tell(Notice{Kind: Missing, Path: s.path(fileName)})
	}
	s.book, s.known, s.tried = book, data, nil
	loaded := Loaded{Book: book, Notices: s.notices, Copy: offer}
	s.notices = nil
	return loaded, nil
}

// offer reads the copy.
func (s *Store) offer() (*Copy, error) {
	info, err := os.Lstat(s.path(copyName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	book, _, state, err := s.read(copyName)
	if err != nil || state != readGood {
		return nil, err
	}
	return &Copy{Book: book, Time: info.ModTime().UTC()}, nil
}

// Save replaces the file, and keeps what it held as the copy. On an error the file is as it was, except that one from the
// last step, flushing the folder, leaves the new file in place. Errors: ErrReadOnly, ErrChanged, ErrTooLarge,
// ErrNotRegular, an *InvalidError, and the system's.
func (s *Store) Save(b Book) error {
	return s.Update(func(Book) Book { return b })
}

// Update saves what change makes of the book, with nobody else's change in between. Its errors are those of Save.
func (s *Store) Update(change func(Book) Book) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lock == nil {
		return ErrReadOnly
	}
	b := change(s.book).normal()
	data, err := encode(b)
	if err != nil {
		return err
	}
	if err := s.write(data); err != nil {
		return err
	}
	s.book, s.known = b, data
	return nil
}

// write replaces the file, unless it is not the one that is known or has the same content already.
func (s *Store) write(data []byte) error {
	if err := s.recognise(); err != nil {
		return err
	}
	if s.known != nil && bytes.Equal(s.known, data) {
		return nil
	}
	if err := s.keepCopy(data); err != nil {
		return err
	}
	s.tried = data
	return WriteFile(s.path(fileName), data, fileMode)
}

// recognise wants the file to be what this Store last read or wrote, or to be gone.
func (s *Store) recognise() error {
	current, err := ReadFile(s.path(fileName), maxFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.known = nil
		return nil
	case errors.Is(err, ErrTooLarge):
		return ErrChanged
	case err != nil:
		return err
	case s.tried != nil && bytes.Equal(current, s.tried):
		s.known = s.tried
	case s.known == nil || !bytes.Equal(current, s.known):
		return ErrChanged
	}
	return nil
}

// keepCopy makes the file that is about to be replaced by data the copy. Where there is no such file, the copy is an
// older one on offer; unless it is what is written now, it is declined, and kept under another name.
func (s *Store) keepCopy(data []byte) error {
	path := s.path(copyName)
	if s.known != nil {
		if err := WriteFile(path, s.known, fileMode); !errors.Is(err, ErrNotRegular) {
			return err
		}
		if _, err := setAside(path, brokenSuffix); err != nil {
			return err
		}
		return WriteFile(path, s.known, fileMode)
	}
	there, err := Exists(path)
	if err != nil || !there {
		return err
	}
	if old, err := ReadFile(path, maxFile); err == nil && bytes.Equal(old, data) {
		return nil
	}
	_, err = setAside(path, keptSuffix)
	return err
}

func (s *Store) path(name string) string { return filepath.Join(s.folder, name) }

func (s *Store) tell(n ...Notice) { s.notices = append(s.notices, n...) }

// normal gives the book as it would be read back.
func (b Book) normal() Book {
	accounts := make([]Saved, 0, len(b.Accounts))
	for _, saved := range b.Accounts {
		saved.LastCheck = saved.LastCheck.normal()
		accounts = append(accounts, saved)
	}
	b.Accounts = accounts
	return b
}
