package store

import (
	"errors"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// quickFolder makes a folder in memory where the system has one, since a property saves thousands of times.
func quickFolder(t *rapid.T) string {
	const memory = "/dev/shm"
	parent := ""
	if there, err := Exists(memory); err == nil && there {
		parent = memory
	}
	folder, err := os.MkdirTemp(parent, "portolan-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

// wantInStep wants the file, as a program that starts now would find it, to claim no entry that is not there, and to know of every
// entry that is.
func wantInStep(t *rapid.T, folder string, entries map[Entry]string) {
	data, err := ReadFile(folder+"/"+fileName, maxFile)
	if errors.Is(err, os.ErrNotExist) {
		data, err = []byte(`{"version":1}`), nil
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := decode(data)
	if err != nil {
		t.Fatal(err)
	}
	known := slices.Clone(b.Orphans)
	for _, s := range b.Accounts {
		for _, e := range s.claims() {
			if _, there := entries[e]; !there {
				t.Errorf("got a claim on %s, want none without an entry", e)
			}
			known = append(known, e)
		}
	}
	for e := range entries {
		if !slices.Contains(known, e) {
			t.Errorf("got an entry %s, want it claimed or listed", e)
		}
	}
}

// inBubble hides the deadline of a test, which has no meaning in faked time.
type inBubble struct{ *testing.T }

// K-6: whatever is done, whatever the keyring answers, and wherever the program is killed, the file and the keyring agree.
func TestFileAndKeyringStayInStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(inBubble{t}, func(t *rapid.T) {
			folder, fake := quickFolder(t), newFake()
			s, err := Open(folder)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			safe := Safe{s, NewPasswords(fake)}
			failures := rapid.SliceOfN(rapid.IntRange(0, 9), 40, 40).Draw(t, "keyring")
			fake.before = func() error {
				wantInStep(t, folder, fake.held())
				next := failures[0]
				failures = append(failures[1:], next)
				return answer(next)
			}
			fake.after = func() { wantInStep(t, folder, fake.held()) }
			for range rapid.IntRange(1, 12).Draw(t, "steps") {
				step(t, safe)
				wantInStep(t, folder, fake.held())
				if len(safe.Passwords.turn) > 0 {
					time.Sleep(3 * patience) // what is late has come
					synctest.Wait()
				}
				wantInStep(t, folder, fake.held())
			}
			fake.before = nil
			for _, saved := range safe.Store.Book().Accounts {
				err = errors.Join(err, safe.Remove(t.Context(), saved.ID))
			}
			if err = errors.Join(err, safe.Sweep(t.Context())); err != nil || len(fake.held()) != 0 || len(safe.Store.Book().Orphans) != 0 {
				t.Errorf("got %v, %v, want nothing left anywhere", err, fake.entries)
			}
		})
	})
}

// answer is what the keyring of the property does: mostly what it is asked.
func answer(n int) error {
	switch n {
	case 7:
		return errors.New("is locked")
	case 8:
		time.Sleep(2 * patience)
	case 9:
		return errors.New("no such bus")
	}
	return nil
}

// step does one thing with one of three accounts.
func step(t *rapid.T, safe Safe) {
	saved := goodSaved(rapid.IntRange(0, 2).Draw(t, "account"))
	var err error
	switch rapid.SampledFrom([]string{"put", "put", "remove", "sweep"}).Draw(t, "step") {
	case "put":
		secrets := rapid.SampledFrom([]Secrets{{}, one("word"), both(), {Outgoing: both().Outgoing}, {Incoming: both().Incoming, Certificate: both().Outgoing}}).Draw(t, "secrets")
		var placed Placed
		if placed, err = safe.Put(t.Context(), saved, secrets); TroubleOf(placed.Err) == NoTrouble && placed.Err != nil {
			t.Errorf("got %v, want a trouble", placed.Err)
		}
		wantLoaded(t, safe, saved.ID, secrets, placed)
	case "remove":
		err = safe.Remove(t.Context(), saved.ID)
	case "sweep":
		err = safe.Sweep(t.Context())
	}
	if err != nil && TroubleOf(err) == NoTrouble {
		t.Errorf("got %v, want it done or a trouble of the keyring", err)
	}
}

// wantLoaded wants the secrets that were put to be had again, from wherever they are, unless the keyring has troubles anew.
func wantLoaded(t *rapid.T, safe Safe, id ID, want Secrets, placed Placed) {
	saved, there := safe.Store.Book().Find(id)
	got, err := safe.Passwords.Load(t.Context(), saved)
	if !there || err == nil && (got.Incoming.Reveal() != want.Incoming.Reveal() || got.Outgoing.Reveal() != want.Outgoing.Reveal() || got.Certificate.Reveal() != want.Certificate.Reveal()) {
		t.Errorf("got %q, %q, want %q, %q", got.Incoming.Reveal(), got.Outgoing.Reveal(), want.Incoming.Reveal(), want.Outgoing.Reveal())
	}
	if placed.Place == InKeyring && (len(saved.Keyring) == 0 || placed.Err != nil && want == (Secrets{})) {
		t.Errorf("got %v, want it claimed", placed)
	}
}

// K-6: an account that cannot be saved asks nothing of the keyring, and neither does a store for reading alone.
func TestWhatCannotBeSavedNeverReachesTheKeyring(t *testing.T) {
	fake := newFake()
	safe := safeOn(t, fake)
	bad := goodSaved(0)
	bad.Incoming.Port = 0
	if _, err := safe.Put(t.Context(), bad, one("word")); err == nil || fake.asked() != "" {
		t.Errorf("got %v, %v, want an error and no call", err, fake.entries)
	}
	_ = safe.Store.Close()
	_, err := safe.Put(t.Context(), goodSaved(0), one("word"))
	if gone := safe.Remove(t.Context(), goodSaved(0).ID); !errors.Is(err, ErrReadOnly) || !errors.Is(gone, ErrReadOnly) || fake.asked() != "" {
		t.Errorf("got %v, %v, want %v and no call", err, gone, ErrReadOnly)
	}
}

// K-6: where the file cannot be written after the keyring took the password, the entry is listed.
func TestAnEntryWithoutAnAccountIsListed(t *testing.T) {
	fake := newFake()
	safe := safeOn(t, fake)
	path := safe.Store.path(fileName)
	fake.after = func() { put(t, safe.Store.folder, fileName, content(t, path)+" ") }
	if _, err := safe.Put(t.Context(), goodSaved(0), one("word")); !errors.Is(err, ErrChanged) {
		t.Fatalf("got %v, want %v", err, ErrChanged)
	}
	fake.after = nil
	loaded, err := safe.Store.Load()
	if err != nil || len(loaded.Book.Accounts) != 0 || len(loaded.Book.Orphans) != 1 {
		t.Errorf("got %+v, %v, want one orphan", loaded, err)
	}
	if err := safe.Sweep(t.Context()); err != nil || len(fake.held()) != 0 {
		t.Errorf("got %v, %v, want it swept", err, fake.entries)
	}
}

// K-6: an account that is out of the file is deleted, even where the file could not be told of its keyring any more.
func TestAnAccountThatIsDeletedIsNotSaidToBeThere(t *testing.T) {
	fake := newFake()
	safe := safeOn(t, fake)
	if _, err := safe.Put(t.Context(), goodSaved(0), one("word")); err != nil {
		t.Fatal(err)
	}
	path := safe.Store.path(fileName)
	fake.after = func() { put(t, safe.Store.folder, fileName, content(t, path)+" ") }
	if err := safe.Remove(t.Context(), goodSaved(0).ID); err != nil || len(fake.held()) != 0 || len(safe.Store.Book().Accounts) != 0 {
		t.Errorf("got %v, %v in the keyring, want it deleted", err, fake.held())
	}
}
