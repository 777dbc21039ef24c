package setup

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"portolan/account/store"
)

// F-3: what went wrong with a file is said in words, each a sentence that another may follow.
func TestWhatWentWrongWithAFileIsSaidInWords(t *testing.T) {
	for want, err := range map[string]error{
		"there is no such file or folder.":                          fs.ErrNotExist,
		"you are not allowed to.":                                   syscall.EACCES,
		"it is not an ordinary file.":                               store.ErrNotRegular,
		"the file is far too large.":                                store.ErrTooLarge,
		"the disk is full, or there is no room left on it for you.": syscall.ENOSPC,
		"nothing can be written on that disk.":                      syscall.EROFS,
		"something else.":                                           errors.New("something else"),
	} {
		for _, e := range []error{err, &fs.PathError{Op: "write", Path: "folder/name", Err: err}} {
			if got := reason(e); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	}
	sentence := "A whole sentence."
	if got := reason(errors.New(sentence)); got != sentence {
		t.Errorf("got %q, want %q", got, sentence)
	}
	if got := reason(syscall.EDQUOT); !strings.HasPrefix(got, "the disk is full") {
		t.Errorf("got %q for a quota, want a full disk", got)
	}
}

// F-3: that an account was not saved stays to be read, though what was typed could not be put aside a moment later either.
func TestANoticeOfLossIsNotReplacedByALesserOne(t *testing.T) {
	s := &Session{keeper: &keeper{}, book: begin(Simple).noticed(Danger, "The account was not saved.")}
	s.draftsWritten(draftsForm{}, syscall.ENOSPC)
	if got := s.book.Notice; got.Text != "The account was not saved." {
		t.Errorf("got %+v, want what weighs more", got)
	}
	s.book = s.book.noticed(Success, "Another word.")
	s.draftsWritten(draftsForm{}, syscall.ENOSPC)
	if got := s.book.Notice; got.Tone != Warning || !strings.Contains(got.Text, "the disk is full") {
		t.Errorf("got %+v, want it said then", got)
	}
}
