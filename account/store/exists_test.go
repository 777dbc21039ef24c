package store

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWhateverAWriterWouldReplaceExists(t *testing.T) {
	dir := t.TempDir()
	file, dangling := filepath.Join(dir, "file"), filepath.Join(dir, "dangling")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "nowhere"), dangling); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		file: true, dir: true, dangling: true, filepath.Join(dir, "nothing"): false, filepath.Join(dir, "no", "folder"): false,
	} {
		if got, err := Exists(path); got != want || err != nil {
			t.Errorf("%s: got %v, %v, want %v", path, got, err, want)
		}
	}
	if got, err := Exists(filepath.Join(file, "below")); got || err == nil {
		t.Errorf("below a file: got %v, %v, want an error", got, err)
	}
}
