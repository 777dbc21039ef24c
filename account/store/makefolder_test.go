package store

import (
	"path/filepath"
	"testing"
)

func TestAFolderIsMadeWithThoseAboveItAndMayBeThereAlready(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "c")
	for range 2 {
		if err := MakeFolder(path); err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteFile(filepath.Join(path, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := MakeFolder(filepath.Join(path, "file")); err == nil {
		t.Error("got a folder in the place of a file, want an error")
	}
}
