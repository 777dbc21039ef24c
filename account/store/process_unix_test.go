//go:build unix

package store

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// partVariable is the environment that makes of the test binary another process, which plays a part in the folder that it
// was started in.
const partVariable = "PORTOLAN_STORE_PART"

func TestMain(m *testing.M) {
	const folder = "."
	var err error
	switch os.Getenv(partVariable) {
	case "":
		os.Exit(m.Run())
	case "write":
		err = playWriter(folder)
	case "add":
		err = playAdder(folder)
	case "limit":
		signal.Ignore(syscall.SIGXFSZ)
		err = errors.Join(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 32 << 10, Max: 32 << 10}), playFull(folder, syscall.EFBIG))
	case "full":
		err = playFull(folder, syscall.ENOSPC)
	case "read-only":
		err = playReadOnly(folder)
	case "keyring", "no keyring", "no bus", "mute keyring", "locked keyring":
		err = playKeyring(os.Getenv(partVariable))
	case "umask":
		syscall.Umask(0)
		err = playMask(filepath.Join("config", "portolan"))
	}
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// part makes the command that plays a part on a folder, behind the words of a wrapper, if any.
func part(t *testing.T, name, folder string, wrapper ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	words := append(wrapper, self)
	c := exec.CommandContext(t.Context(), words[0], words[1:]...)
	c.Dir, c.Env = folder, append(os.Environ(), partVariable+"="+name)
	return c
}

// counted is a book whose number can be read off it.
func counted(n int) Book {
	b := goodBook(3)
	for i := range b.Accounts {
		b.Accounts[i].Name = strconv.Itoa(n)
	}
	return b
}

// count reads the number of a book, 0 for an empty one.
func count(b Book) (int, error) {
	if len(b.Accounts) == 0 {
		return 0, nil
	}
	n, err := strconv.Atoi(b.Accounts[0].Name)
	if err == nil && !reflect.DeepEqual(counted(n), b) {
		err = errors.New("a mixture of two files")
	}
	return n, err
}

// playWriter saves for ever, and prints each number when it is saved.
func playWriter(folder string) error {
	s, err := Open(folder)
	if err != nil {
		return err
	}
	loaded, err := s.Load()
	if err != nil {
		return err
	}
	n, err := count(loaded.Book)
	fmt.Println(n)
	for err == nil {
		n++
		if err = s.Save(counted(n)); err == nil {
			fmt.Println(n)
		}
	}
	return err
}

// killers is how many writers are killed at a time, each in a folder of its own.
const killers = 4

// F-2: a thousand writers are killed at some moment; the file is always the last one that was saved, or the one being saved.
func TestAKilledWriterLeavesTheOldFileOrTheNew(t *testing.T) {
	t.Parallel()
	var workers sync.WaitGroup
	for range killers {
		workers.Go(func() {
			folder, last := ownFolder(t), 0
			for round := 0; round < kills/killers && !t.Failed(); round++ {
				said := killWriter(t, folder)
				last = judgeKilled(t, folder, max(last, said))
			}
		})
	}
	workers.Wait()
}

// killWriter starts a writer, kills it 0 to 20 ms after it has begun, and gives the last number that it said.
func killWriter(t *testing.T, folder string) int {
	c := part(t, "write", folder)
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Error(err)
		return 0
	}
	said, lines := 0, bufio.NewScanner(out)
	for begun := false; lines.Scan(); begun = true {
		if said, err = strconv.Atoi(lines.Text()); err != nil {
			t.Error(err)
		}
		if !begun {
			time.AfterFunc(time.Duration(rand.Int64N(int64(20*time.Millisecond))), func() { _ = c.Process.Kill() })
		}
	}
	if err := c.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("got %v, want the writer killed", err)
	}
	return said
}

// judgeKilled opens what a killed writer left, wants it to hold the number that it said or the next, and gives what it holds.
func judgeKilled(t *testing.T, folder string, said int) int {
	s, err := Open(folder)
	if err != nil {
		t.Error(err)
		return said
	}
	loaded, err := s.Load()
	n, odd := count(loaded.Book)
	if err = errors.Join(err, odd, s.Close()); err != nil || len(loaded.Notices) > 0 || n != said && n != said+1 {
		t.Errorf("got number %d, %v, %v, want %d or one more", n, loaded.Notices, err, said)
	}
	if got := names(t, folder); strings.Contains(got, ".tmp") || strings.Contains(got, brokenSuffix) {
		t.Errorf("got %q, want no leftover", got)
	}
	return n
}

// playAdder opens the folder many times, waits for its turn, and adds an account.
func playAdder(folder string) error {
	for done := 0; done < additions; runtime.Gosched() {
		s, err := Open(folder)
		if err != nil {
			return err
		}
		if s.ReadOnly() {
			continue
		}
		loaded, err := s.Load()
		saved := goodSaved(1)
		saved.ID = NewID()
		if err = errors.Join(err, s.Save(loaded.Book.With(saved)), s.Close()); err != nil {
			return err
		}
		done++
	}
	return nil
}

// F-5: two processes save a hundred times each, and nothing is lost.
func TestTwoProcessesLoseNothing(t *testing.T) {
	t.Parallel()
	folder := ownFolder(t)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if out, err := part(t, "add", folder).CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	both.Wait()
	if _, loaded := open(t, folder); len(loaded.Book.Accounts) != 2*additions {
		t.Errorf("got %d accounts, want %d", len(loaded.Book.Accounts), 2*additions)
	}
}

// playFull saves what fits and then what does not, and wants the file as it was, no leftover, and the next try to succeed.
func playFull(folder string, want error) error {
	s, err := Open(folder)
	if err != nil {
		return err
	}
	if err := errors.Join(s.Save(goodBook(9)), s.Save(goodBook(10))); err != nil {
		return err
	}
	old, err := encode(goodBook(10))
	if err != nil {
		return err
	}
	for range 3 {
		if err := s.Save(goodBook(400)); !errors.Is(err, want) {
			return fmt.Errorf("got %w, want %w", err, want)
		}
		file, err := os.ReadFile(filepath.Join(folder, fileName))
		if err != nil || !bytes.Equal(file, old) {
			return fmt.Errorf("got %d bytes, %w, want the old file", len(file), err)
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 3 {
		return fmt.Errorf("got %v, %w, want file, copy and lock", entries, err)
	}
	return errors.Join(s.Save(goodBook(8)), s.Close())
}

// mounted gives the words that run a part where mount, with folder as $0, was done before, in a name space of its own; none
// where this machine has no such thing.
func mounted(t *testing.T, folder, mount string) []string {
	words := []string{"unshare", "-m", "sh", "-c", mount + ` && cd "$0" && exec "$@"`, folder}
	if out, err := exec.CommandContext(t.Context(), words[0], append(words[1:], "true")...).CombinedOutput(); err != nil {
		t.Logf("no mounts here (that takes root, on Linux): %v: %s", err, out)
		return nil
	}
	return words
}

// play plays a part to its end.
func play(t *testing.T, name, folder string, wrapper ...string) {
	t.Helper()
	if out, err := part(t, name, folder, wrapper...).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// F-3.
func TestAFullDiskLeavesTheOldFile(t *testing.T) {
	play(t, "limit", ownFolder(t))
	folder := ownFolder(t)
	if words := mounted(t, folder, `mount -t tmpfs -o size=64k,mode=700 tmpfs "$0"`); words != nil {
		play(t, "full", folder, words...)
	}
}

// playReadOnly wants a book of one account from a folder that cannot be written to, and no way to write.
func playReadOnly(folder string) error {
	s, err := Open(folder)
	if err != nil {
		return err
	}
	loaded, err := s.Load()
	if err != nil || len(loaded.Book.Accounts) != 1 || len(loaded.Notices) != 1 || loaded.Notices[0].Kind != Unlockable {
		return fmt.Errorf("got %+v, %w, want one account and why nothing can be written", loaded, err)
	}
	if err := s.Save(Book{}); !errors.Is(err, ErrReadOnly) {
		return fmt.Errorf("got %w, want %w", err, ErrReadOnly)
	}
	return s.Close()
}

// F-3.
func TestAReadOnlyFolderIsReadAndTold(t *testing.T) {
	folder := ownFolder(t)
	s, _ := open(t, folder)
	save(t, s, goodBook(1))
	_ = s.Close()
	if words := mounted(t, folder, `mount --bind "$0" "$0" && mount -o remount,ro,bind "$0"`); words != nil {
		play(t, "read-only", folder, words...)
	}
	if os.Geteuid() == 0 {
		return // root writes everywhere
	}
	if err := errors.Join(os.Remove(filepath.Join(folder, lockName)), os.Chmod(folder, 0o500)); err != nil {
		t.Fatal(err)
	}
	play(t, "read-only", folder)
	_ = os.Chmod(folder, 0o700)
}

// playMask makes a folder, a file, a copy and a lock without the help of a umask.
func playMask(folder string) error {
	s, err := Open(folder)
	if err != nil {
		return err
	}
	if err := errors.Join(s.Save(goodBook(1)), s.Save(goodBook(2))); err != nil {
		return err
	}
	for name, want := range map[string]fs.FileMode{"": 0o700, fileName: 0o600, copyName: 0o600, lockName: 0o600} {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil || info.Mode().Perm() != want {
			return fmt.Errorf("%s: got %v, %w, want %v", name, info.Mode(), err, want)
		}
	}
	return s.Close()
}

// F-1.
func TestNobodyElseMayLookWhateverTheUmask(t *testing.T) {
	play(t, "umask", t.TempDir())
}
