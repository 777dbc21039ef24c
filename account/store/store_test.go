package store

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// names lists a folder.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return strings.Join(list, " ")
}

// wantFile wants a folder to hold one file with this content, and nothing else.
func wantFile(t *testing.T, path, content string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != content {
		t.Errorf("got %q, %v, want %q", got, err, content)
	}
	if got, want := names(t, filepath.Dir(path)), filepath.Base(path); got != want {
		t.Errorf("got %q in the folder, want %q alone", got, want)
	}
}

// F-1.
func TestAFileIsWrittenAndReplacedAsAWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.xml")
	for _, content := range []string{"first", "", "second, and longer", strings.Repeat("x", 1<<20)} {
		if err := WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		wantFile(t, path, content)
	}
}

// F-1: the mode is the file's from its creation, also where an older file was open to all.
func TestTheModeIsTheNewFilesOwn(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // has no such modes
	}
	path := filepath.Join(t.TempDir(), "config.xml")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []fs.FileMode{0o600, 0o400, 0o600 | fs.ModeSetuid} {
		if err := WriteFile(path, []byte("new"), mode); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode() != mode.Perm() {
			t.Errorf("got %v, %v, want %v", info.Mode(), err, mode.Perm())
		}
	}
}

// F-6.
func TestOnlyRegularFilesAreReplaced(t *testing.T) {
	dir := t.TempDir()
	folder, victim := filepath.Join(dir, "folder"), filepath.Join(dir, "victim")
	link, dangling, toFolder := filepath.Join(dir, "link"), filepath.Join(dir, "dangling"), filepath.Join(dir, "to-folder")
	if err := errors.Join(os.Mkdir(folder, 0o700), os.WriteFile(victim, []byte("precious"), 0o600), os.Symlink(victim, link),
		os.Symlink(filepath.Join(dir, "nothing"), dangling), os.Symlink(folder, toFolder)); err != nil {
		t.Fatal(err)
	}
	before := names(t, dir)
	targets := append([]string{"", folder, link, dangling, toFolder, folder + "/", filepath.Join(dir, "new") + "/"}, odd(t)...)
	for _, target := range targets {
		if err := WriteFile(target, []byte("new"), 0o600); !errors.Is(err, ErrNotRegular) {
			t.Errorf("%q: got %v, want %v", target, err, ErrNotRegular)
		}
	}
	if got := names(t, dir); got != before || names(t, folder) != "" {
		t.Errorf("got %q, want %q", got, before)
	}
	if got, err := os.ReadFile(victim); err != nil || string(got) != "precious" {
		t.Errorf("got %q, %v behind the link, want it untouched", got, err)
	}
}

// F-3. A folder that is missing, or a file in its place, stops root too.
func TestAFailedWriteLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config.xml")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{
		filepath.Join(dir, "missing", "config.xml"), filepath.Join(path, "below-a-file"), filepath.Join(dir, strings.Repeat("n", 300)),
	} {
		if err := WriteFile(target, []byte("new"), 0o600); err == nil {
			t.Errorf("%.80q: got no error, want one", target)
		}
		wantFile(t, path, "old")
	}
}

func TestAFileThatCannotBeMovedIntoPlaceLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	temporary := filepath.Join(dir, "taken")
	if err := os.WriteFile(temporary, []byte("somebody's"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writeNew(temporary, []byte("mine"), 0o600); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v, want %v", err, fs.ErrExist)
	}
	wantFile(t, temporary, "somebody's")
}

// F-2: a reader sees one whole content or another at every moment.
func TestReadersNeverSeeHalfAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.xml")
	write := func(b byte) error { return WriteFile(path, bytes.Repeat([]byte{b}, 64<<10), 0o600) }
	if err := write('a'); err != nil {
		t.Fatal(err)
	}
	var writers sync.WaitGroup
	for b := byte('a'); b < 'd'; b++ {
		writers.Go(func() {
			for range 10 {
				if err := write(b); err != nil && runtime.GOOS != "windows" {
					t.Error(err)
				}
			}
		})
	}
	for range 200 {
		got, err := ReadFile(path, 1<<20)
		if err != nil || len(got) != 64<<10 || bytes.Count(got, got[:1]) != len(got) {
			t.Errorf("got %d bytes, %v, want one whole content", len(got), err)
			break
		}
	}
	writers.Wait()
	if got := names(t, filepath.Dir(path)); got != "config.xml" {
		t.Errorf("got %q in the folder, want config.xml alone", got)
	}
}

// F-4, F-6.
func TestReadingIsBoundedAndTakesRegularFilesAlone(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(path, []byte("12345"), 0o600), os.Symlink(path, link)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path  string
		limit int64
		want  error
	}{
		{path, 5, nil},
		{path, 6, nil},
		{link, 5, nil},
		{path, 4, ErrTooLarge},
		{path, 0, ErrTooLarge},
		{dir, 10, ErrNotRegular},
		{filepath.Join(dir, "missing"), 10, fs.ErrNotExist},
		{"", 10, fs.ErrNotExist},
	} {
		got, err := ReadFile(c.path, c.limit)
		if !errors.Is(err, c.want) || (err == nil) != (string(got) == "12345") {
			t.Errorf("%q, %d: got %q, %v, want %v", c.path, c.limit, got, err, c.want)
		}
	}
	for _, target := range odd(t) {
		if _, err := ReadFile(target, 10); !errors.Is(err, ErrNotRegular) {
			t.Errorf("%q: got %v, want %v", target, err, ErrNotRegular)
		}
	}
}

// F-1: a new file takes nobody's place, whoever foresaw its name.
func TestANewFileTakesNobodysPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("theirs"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := writeNew(path, []byte("ours"), 0o600); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v, want %v", err, fs.ErrExist)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "theirs" {
		t.Errorf("got %q, %v, want what was there", got, err)
	}
}
