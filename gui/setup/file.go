package setup

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"portolan/account"
	"portolan/account/format"
	"portolan/account/store"
)

const (
	// fileMode lets nobody else read the file: a user name is nobody's business.
	fileMode = 0o600
	// readLimit bounds the reading back of an export, in bytes; no format needs more.
	readLimit = 256 << 10
	// logReadLimit bounds the reading back of a log.
	logReadLimit = 64 << 20
)

// sentences puts remarks behind a sentence.
func sentences(first string, remarks []format.Remark) string {
	for _, r := range remarks {
		about := ""
		if r.Role != account.RoleUnknown {
			about = strings.ToUpper(r.Role.String()[:1]) + r.Role.String()[1:] + " server: "
		}
		first += " " + about + account.Neutral(r.Text, wordLimit)
	}
	return first
}

// reason says in words why a file could not be used.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file or folder."
	case errors.Is(err, fs.ErrPermission):
		return "you are not allowed to."
	case errors.Is(err, store.ErrNotRegular):
		return "it is not an ordinary file."
	case errors.Is(err, store.ErrTooLarge):
		return "the file is far too large."
	case errors.Is(err, errOther):
		return "reading it back gave something else."
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "the disk is full, or there is no room left on it for you."
	case errors.Is(err, syscall.EROFS):
		return "nothing can be written on that disk."
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return strings.TrimSuffix(account.Neutral(err.Error(), wordLimit), ".") + "."
}

// errOther says that a file does not say what was written.
var errOther = errors.New("reading it back gave something else")

// write puts text into a file and reads it back. An existing file is replaced only where replace says so; taken reports
// that there is one.
func write(path string, text []byte, mode fs.FileMode, replace bool, limit int64) (taken bool, err error) {
	if !replace {
		if taken, err = store.Exists(path); taken || err != nil {
			return taken, err
		}
	}
	if err = store.WriteFile(path, text, mode); err != nil {
		return false, err
	}
	again, err := store.ReadFile(path, limit)
	if err == nil && !bytes.Equal(again, text) {
		err = errOther
	}
	return false, err
}

// SaveLog writes the conversation log. A file that exists already is replaced only where replace says so.
func (s *Session) SaveLog(path string, names LogNames, replace bool) {
	if s.closed {
		return
	}
	log, name := s.book.log, account.Neutral(path, wordLimit)
	s.wg.Go(func() {
		taken, err := write(path, []byte(log.text(names)), fileMode, replace, logReadLimit)
		s.tell(func() {
			switch {
			case taken:
				s.book = s.book.noticed(Warning, name+" exists already, and was left as it is.")
				s.book.Notice.Exists, s.book.Notice.Names = path, names
			case err != nil:
				s.book = s.book.noticed(Danger, name+" was not written: "+reason(err))
			default:
				s.book = s.book.noticed(Success, "The conversation log was written to "+name+".")
			}
		})
	})
	s.set(s.book)
}
