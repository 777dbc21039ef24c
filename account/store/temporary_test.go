package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestATemporaryFolderIsGoneWithItsStore(t *testing.T) {
	place := t.TempDir()
	t.Setenv("TMPDIR", place)
	t.Setenv("TMP", place) // Windows
	s, err := OpenTemporary()
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Load()
	if err = errors.Join(err, s.Save(Book{Accounts: []Saved{goodSaved(0)}})); err != nil || s.ReadOnly() {
		t.Fatalf("got %v, read-only %v, want it saved", err, s.ReadOnly())
	}
	if info, err := os.Stat(s.folder); err != nil || info.Mode().Perm()&0o077 != 0 || filepath.Dir(s.folder) != place {
		t.Errorf("got %v, %v, want a folder for this user alone in %s", info, err, place)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(s.folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want the folder removed", err)
	}
	if got := s.Save(Book{}); !errors.Is(got, ErrReadOnly) {
		t.Errorf("got %v after Close, want %v", got, ErrReadOnly)
	}
}
