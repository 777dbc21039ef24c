package store

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

func TestAFirstStartHasNothingToTell(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "config", "portolan")
	s, loaded := open(t, folder)
	if s.ReadOnly() || loaded.Copy != nil || len(loaded.Book.Accounts) != 0 {
		t.Errorf("got %+v, want nothing", loaded)
	}
	if got := names(t, folder); got != lockName {
		t.Errorf("got %q in the folder, want the lock alone", got)
	}
}

// F-1.
func TestTheVersionBeforeIsKeptAsACopy(t *testing.T) {
	folder := ownFolder(t)
	s, _ := open(t, folder)
	for n := range 4 {
		save(t, s, goodBook(n))
		save(t, s, goodBook(n)) // the same again writes nothing
		if n > 0 {
			if got := content(t, filepath.Join(folder, copyName)); got != text(t, goodBook(n-1)) {
				t.Errorf("got %q, want what there was before", got)
			}
		}
	}
	if got, want := names(t, folder), "accounts.json accounts.json.bak accounts.lock"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, loaded := open(t, folder)
	if !reflect.DeepEqual(loaded.Book, goodBook(3)) {
		t.Errorf("got %+v, want what was saved", loaded.Book)
	}
}

// F-4: a file that cannot be read is set aside as it is, and the copy is offered.
func TestADamagedFileIsSetAsideAndTheCopyIsOffered(t *testing.T) {
	for name, damage := range unreadable(t) {
		folder := ownFolder(t)
		s, _ := open(t, folder)
		save(t, s, goodBook(1))
		save(t, s, goodBook(2))
		_ = s.Close()
		put(t, folder, fileName, damage)
		s, loaded := open(t, folder, Damaged)
		wantAccounts(t, loaded.Book)
		if loaded.Copy == nil || !reflect.DeepEqual(loaded.Copy.Book, goodBook(1)) {
			t.Fatalf("%s: got %+v, want the copy", name, loaded.Copy)
		}
		aside := loaded.Notices[0].Aside
		if got := content(t, aside); got != damage || !strings.Contains(aside, fileName+brokenSuffix) {
			t.Errorf("%s: got %q in %s, want it untouched", name, got, aside)
		}
		save(t, s, loaded.Copy.Book)
		_ = s.Close()
		_, loaded = open(t, folder)
		wantAccounts(t, loaded.Book, "Alice 0")
		if got := content(t, aside); got != damage {
			t.Errorf("%s: got %q, want it still untouched", name, got)
		}
	}
}

// F-4: two damaged files within a second get two names, and a copy that is damaged too is set aside as well.
func TestNothingThatWasSetAsideIsOverwritten(t *testing.T) {
	folder := ownFolder(t)
	for range 3 {
		put(t, folder, fileName, "first")
		put(t, folder, copyName, "second")
		s, loaded := open(t, folder, Damaged, Damaged)
		if loaded.Copy != nil || content(t, loaded.Notices[0].Aside) != "first" || content(t, loaded.Notices[1].Aside) != "second" {
			t.Errorf("got %+v, want both set aside", loaded)
		}
		_ = s.Close()
	}
	if got := names(t, folder); strings.Count(got, brokenSuffix) != 6 {
		t.Errorf("got %q, want six files set aside", got)
	}
}

// F-4.
func TestANewerOrAHugeFileIsSetAside(t *testing.T) {
	folder := ownFolder(t)
	put(t, folder, fileName, `{"version":2}`)
	s, _ := open(t, folder, Newer)
	_ = s.Close()
	if err := os.Truncate(put(t, folder, fileName, ""), 1<<30); err != nil {
		t.Fatal(err)
	}
	s, loaded := open(t, folder, TooLarge)
	if info, err := os.Stat(loaded.Notices[0].Aside); err != nil || info.Size() != 1<<30 {
		t.Errorf("got %v, %v, want the file as it was", info, err)
	}
	save(t, s, goodBook(1))
}

// A copy that was offered and declined is kept, under a name of its own.
func TestACopyThatWasDeclinedIsKept(t *testing.T) {
	folder := ownFolder(t)
	put(t, folder, copyName, text(t, goodBook(2)))
	s, loaded := open(t, folder, Missing)
	if loaded.Copy == nil || loaded.Copy.Time.IsZero() {
		t.Fatalf("got %+v, want the copy", loaded)
	}
	save(t, s, Book{})
	save(t, s, goodBook(1))
	kept, err := filepath.Glob(filepath.Join(folder, copyName+keptSuffix+"*"))
	if err != nil || len(kept) != 1 || content(t, kept[0]) != text(t, goodBook(2)) {
		t.Errorf("got %q, %v, want the copy as it was", kept, err)
	}
}

// F-6: whatever stands where the file belongs is moved, never opened, followed or replaced.
func TestWhatIsNoFileIsSetAsideUnread(t *testing.T) {
	outside := t.TempDir()
	victim := put(t, outside, "victim", "precious")
	makers := map[string]func(string) error{
		"folder":       func(path string) error { return os.Mkdir(path, 0o700) },
		"full folder":  func(path string) error { return os.MkdirAll(filepath.Join(path, "below"), 0o700) },
		"link":         func(path string) error { return os.Symlink(victim, path) },
		"dead link":    func(path string) error { return os.Symlink(filepath.Join(outside, "nothing"), path) },
		"link to self": func(path string) error { return os.Symlink(path, path) },
	}
	for name, make := range oddMakers() {
		makers[name] = make
	}
	for name, make := range makers {
		for _, place := range []string{fileName, copyName} {
			folder := ownFolder(t)
			if err := make(filepath.Join(folder, place)); err != nil {
				t.Logf("%s: this system has none here: %v", name, err)
				continue
			}
			s, loaded := open(t, folder, Odd)
			if there, err := Exists(loaded.Notices[0].Aside); !there || err != nil {
				t.Errorf("%s at %s: got %+v, %v, want it set aside", name, place, loaded.Notices, err)
			}
			save(t, s, goodBook(1))
			save(t, s, goodBook(2))
		}
	}
	if got := content(t, victim); got != "precious" || names(t, outside) != "victim" {
		t.Errorf("got %q, want it untouched", got)
	}
}

// F-6: the same while the program runs.
func TestALinkThatAppearsLaterIsNotFollowed(t *testing.T) {
	folder := ownFolder(t)
	s, _ := open(t, folder)
	save(t, s, goodBook(1))
	victim := put(t, t.TempDir(), "victim", text(t, goodBook(1)))
	path := filepath.Join(folder, fileName)
	if err := errors.Join(os.Remove(path), os.Symlink(victim, path)); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(goodBook(2)); !errors.Is(err, ErrNotRegular) {
		t.Errorf("got %v, want %v", err, ErrNotRegular)
	}
	if got := content(t, victim); got != text(t, goodBook(1)) {
		t.Errorf("got %q, want it untouched", got)
	}
	copied := filepath.Join(folder, copyName)
	if err := errors.Join(os.Remove(path), os.RemoveAll(copied), os.Mkdir(copied, 0o700)); err != nil {
		t.Fatal(err)
	}
	save(t, s, goodBook(2))
	save(t, s, goodBook(3))
}

// F-5.
func TestASecondWindowReadsAlone(t *testing.T) {
	folder := ownFolder(t)
	first, _ := open(t, folder)
	save(t, first, goodBook(1))
	second, loaded := open(t, folder, Busy)
	wantAccounts(t, loaded.Book, "Alice 0")
	if !second.ReadOnly() || !errors.Is(second.Save(Book{}), ErrReadOnly) {
		t.Error("got a second writer, want none")
	}
	save(t, first, goodBook(2))
	if loaded, err := second.Load(); err != nil || len(loaded.Book.Accounts) != 2 || len(loaded.Notices) != 0 {
		t.Errorf("got %+v, %v, want what the first saved", loaded, err)
	}
	path := put(t, folder, fileName, "damage")
	if loaded, err := second.Load(); err != nil || len(loaded.Notices) != 1 || loaded.Notices[0].Aside != "" || loaded.Copy == nil {
		t.Errorf("got %+v, %v, want the copy and nothing moved", loaded, err)
	}
	if got := content(t, path); got != "damage" {
		t.Errorf("got %q, want it where it was", got)
	}
	_ = first.Close()
	if third, _ := open(t, folder, Damaged); third.ReadOnly() {
		t.Error("got a store for reading alone, want the lock free")
	}
	if err := errors.Join(first.Save(Book{}), second.Close(), first.Close()); !errors.Is(err, ErrReadOnly) {
		t.Errorf("got %v, want a closed store not to write", err)
	}
}

// F-5: what another program wrote is not lost.
func TestAChangeByAnotherProgramIsNotOverwritten(t *testing.T) {
	folder := ownFolder(t)
	s, _ := open(t, folder)
	save(t, s, goodBook(1))
	for _, foreign := range []string{text(t, goodBook(3)), "damage", "", strings.Repeat(" ", maxFile+1)} {
		path := put(t, folder, fileName, foreign)
		if err := s.Save(goodBook(2)); !errors.Is(err, ErrChanged) || content(t, path) != foreign {
			t.Errorf("%.20q: got %v, want %v", foreign, err, ErrChanged)
		}
	}
	if _, err := s.Load(); err != nil {
		t.Fatal(err)
	}
	save(t, s, goodBook(2))
	if err := os.Remove(filepath.Join(folder, fileName)); err != nil {
		t.Fatal(err)
	}
	save(t, s, goodBook(1))
	put(t, folder, "unloaded", "")
	_ = s.Close()
	unloaded, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unloaded.Close() }()
	if err := unloaded.Save(goodBook(4)); !errors.Is(err, ErrChanged) {
		t.Errorf("got %v, want %v where nothing was loaded", err, ErrChanged)
	}
}

// F-2.
func TestWhatKilledWritersLeftIsRemoved(t *testing.T) {
	folder := ownFolder(t)
	put(t, folder, ".portolan-"+string(testID)+".tmp", "half")
	for _, name := range []string{".portolan-.tmp", ".portolan-notes.tmp", "x.tmp"} {
		put(t, folder, name, "somebody's")
	}
	if err := os.Mkdir(filepath.Join(folder, ".portolan-"+string(NewID())+".tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	first, _ := open(t, folder)
	if got := names(t, folder); strings.Contains(got, string(testID)) || strings.Count(got, "tmp") != 4 {
		t.Errorf("got %q, want the leftover gone and all else there", got)
	}
	put(t, folder, ".portolan-"+string(testID)+".tmp", "being written")
	if _, _ = open(t, folder, Busy); first.ReadOnly() || !strings.Contains(names(t, folder), string(testID)) {
		t.Errorf("got %q, want what the other process writes left alone", names(t, folder))
	}
}

// F-7.
func TestWidePermissionsAreTightenedAndTold(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // has no such modes
	}
	folder := ownFolder(t)
	path := put(t, folder, fileName, text(t, goodBook(1)))
	if err := errors.Join(os.Chmod(path, 0o644), os.Chmod(folder, 0o755)); err != nil {
		t.Fatal(err)
	}
	s, loaded := open(t, folder, Tightened, Tightened)
	for i, want := range []struct {
		path string
		mode fs.FileMode
	}{{folder, 0o700}, {path, 0o600}} {
		info, err := os.Stat(want.path)
		if err != nil || info.Mode().Perm() != want.mode || loaded.Notices[i].Path != want.path || loaded.Notices[i].Err != nil {
			t.Errorf("got %v, %v, %+v, want %v", info.Mode(), err, loaded.Notices[i], want)
		}
	}
	_ = s.Close()
	_, _ = open(t, folder)
}

// F-3: where there can be no folder, that is an error, and where the file is kept from being read, it stays.
func TestWhatTheSystemRefusesIsNoDamage(t *testing.T) {
	folder := ownFolder(t)
	if _, err := Open(filepath.Join(put(t, folder, "file", ""), "below")); err == nil {
		t.Error("got no error, want one")
	}
	if brokenKind(fs.ErrPermission) != 0 || brokenKind(errors.New("input/output error")) != 0 {
		t.Error("got a file that would be set aside, want it left")
	}
	if err := os.Mkdir(filepath.Join(folder, lockName), 0o700); err != nil {
		t.Fatal(err)
	}
	if s, loaded := open(t, folder, Unlockable); !s.ReadOnly() || loaded.Notices[0].Err == nil {
		t.Errorf("got %+v, want a store for reading alone", loaded)
	}
}

func TestTheFolderIsTheUsersOwn(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	t.Setenv("AppData", t.TempDir())
	got, err := DefaultFolder()
	if want, _ := os.UserConfigDir(); err != nil || got != filepath.Join(want, "portolan") {
		t.Errorf("got %q, %v, want it below %q", got, err, want)
	}
	for _, name := range []string{"XDG_CONFIG_HOME", "HOME", "AppData"} {
		t.Setenv(name, "")
	}
	if got, err := DefaultFolder(); err == nil {
		t.Errorf("got %q, want an error", got)
	}
}

// A disk that refuses the last flush leaves the new file in place; the next Save knows it.
func TestASaveThatFailedLateIsRecognised(t *testing.T) {
	folder := ownFolder(t)
	s, _ := open(t, folder)
	save(t, s, goodBook(1))
	s.tried = []byte(text(t, goodBook(2)))
	put(t, folder, fileName, string(s.tried))
	save(t, s, goodBook(3))
	if !bytes.Equal([]byte(content(t, filepath.Join(folder, copyName))), []byte(text(t, goodBook(2)))) {
		t.Error("got another copy, want the file that was there")
	}
}
