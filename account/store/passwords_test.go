package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"

	"portolan/account"
)

// A fakeKeyring is a keyring of a test. Every call first does what the test says.
type fakeKeyring struct {
	mu      sync.Mutex // for a call that nobody waits for any more
	entries map[Entry]string
	calls   []string

	before func() error // may wait, fail, panic or look around
	after  func()
	there  func() bool // nil: it is
}

func newFake() *fakeKeyring { return &fakeKeyring{entries: map[Entry]string{}} }

func (k *fakeKeyring) do(call string, e Entry, act func() error) error {
	k.mu.Lock()
	k.calls = append(k.calls, call+" "+string(e))
	k.mu.Unlock()
	if k.before != nil {
		if err := k.before(); err != nil {
			return err
		}
	}
	k.mu.Lock()
	err := act()
	k.mu.Unlock()
	if k.after != nil {
		k.after()
	}
	return err
}

func (k *fakeKeyring) Get(e Entry) (secret account.Secret, err error) {
	err = k.do("get", e, func() error {
		text, there := k.entries[e]
		if secret = account.NewSecret(text); !there {
			return keyring.ErrNotFound
		}
		return nil
	})
	return secret, err
}

func (k *fakeKeyring) Set(e Entry, s account.Secret) error {
	return k.do("set", e, func() error { k.entries[e] = s.Reveal(); return nil })
}

func (k *fakeKeyring) Delete(e Entry) error {
	return k.do("delete", e, func() error {
		if _, there := k.entries[e]; !there {
			return keyring.ErrNotFound
		}
		delete(k.entries, e)
		return nil
	})
}

func (k *fakeKeyring) There() bool { return k.there == nil || k.there() }

// asked gives the calls since the last time.
func (k *fakeKeyring) asked() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	list := strings.Join(k.calls, ", ")
	k.calls = nil
	return strings.NewReplacer(string(goodSaved(0).ID), "A", string(goodSaved(1).ID), "B").Replace(list)
}

// held gives the entries that the keyring holds.
func (k *fakeKeyring) held() map[Entry]string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return maps.Clone(k.entries)
}

// slow makes every call take so long.
func (k *fakeKeyring) slow(d time.Duration) {
	k.before = func() error { time.Sleep(d); return nil }
}

// both are two different secrets.
func both() Secrets {
	return Secrets{Incoming: account.NewSecret("in-word"), Outgoing: account.NewSecret("out-word")}
}

// one is a secret for both servers.
func one(text string) Secrets { return Secrets{Incoming: account.NewSecret(text)} }

// wantSecrets wants Passwords to give these for the first account, with this trouble.
func wantSecrets(t *testing.T, safe Safe, incoming, outgoing string, trouble Trouble) {
	t.Helper()
	saved, _ := safe.Store.Book().Find(goodSaved(0).ID)
	saved.ID = goodSaved(0).ID
	got, err := safe.Passwords.Load(t.Context(), saved)
	if got.Incoming.Reveal() != incoming || got.Outgoing.Reveal() != outgoing || TroubleOf(err) != trouble {
		t.Errorf("got %q, %q, %v, want %q, %q, %v", got.Incoming.Reveal(), got.Outgoing.Reveal(), err, incoming, outgoing, trouble)
	}
}

// safeOn makes a Safe in a new folder.
func safeOn(t *testing.T, k Keyring) Safe {
	t.Helper()
	s, _ := open(t, ownFolder(t))
	return Safe{s, NewPasswords(k)}
}

// wantPut saves the first account with these secrets, and wants this to become of them.
func wantPut(t *testing.T, safe Safe, secrets Secrets, place Place, trouble Trouble) {
	t.Helper()
	got, err := safe.Put(t.Context(), goodSaved(0), secrets)
	if err != nil || got.Place != place || TroubleOf(got.Err) != trouble {
		t.Errorf("got %v, %v, want %v, %v", got, err, place, trouble)
	}
	if got, want := safe.Passwords.Remembers(goodSaved(0).ID), place == InMemory; got != want {
		t.Errorf("got a secret in memory alone: %v, want %v", got, want)
	}
}

// K-5: through go-keyring, with its own keyring for tests.
func TestPasswordsAreKeptInTheKeyring(t *testing.T) {
	keyring.MockInit()
	safe := safeOn(t, SystemKeyring{})
	wantPut(t, safe, both(), InKeyring, NoTrouble)
	wantSecrets(t, safe, "in-word", "out-word", NoTrouble)
	if got, err := keyring.Get("portolan", string(goodSaved(0).ID)); got != "in-word" || err != nil {
		t.Errorf("got %q, %v, want the password under the account's ID", got, err)
	}
	for _, name := range []string{fileName, copyName} {
		if got := content(t, safe.Store.path(name)); strings.Contains(got, "-word") {
			t.Errorf("got a password in %s: %s", name, got)
		}
	}
	wantPut(t, safe, one("new"), InKeyring, NoTrouble)
	wantSecrets(t, safe, "new", "", NoTrouble)
	if _, err := keyring.Get("portolan", string(goodSaved(0).ID)+"/outgoing"); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("got %v, want the old password of the outgoing server gone", err)
	}
	if err := safe.Remove(t.Context(), goodSaved(0).ID); err != nil || len(safe.Store.Book().Accounts)+len(safe.Store.Book().Orphans) != 0 {
		t.Errorf("got %v, %+v, want nothing left", err, safe.Store.Book())
	}
	if _, err := keyring.Get("portolan", string(goodSaved(0).ID)); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("got %v, want the password gone", err)
	}
}

// K-5: no keyring is no reason not to save, and no file takes its place.
func TestWithoutAKeyringPasswordsStayInMemory(t *testing.T) {
	for text, want := range map[string]Trouble{
		"dbus: couldn't determine address of session bus":                                  NoKeyring,
		"The name org.freedesktop.secrets was not provided by any .service files":          NoKeyring,
		"failed to unlock correct collection '/org/freedesktop/secrets/collection/login'":  KeyringLocked,
		"Cannot create an item in a locked collection":                                     KeyringLocked,
		"An AppArmor policy prevents this sender from sending this message; access denied": KeyringDenied,
		"prompt dismissed": KeyringDenied,
		"Did not receive a reply. Possible causes include: the reply timeout expired": KeyringSlow,
		"operation blocked": NoKeyring,
	} {
		keyring.MockInitWithError(errors.New(text))
		safe := safeOn(t, SystemKeyring{})
		wantPut(t, safe, one("word"), InMemory, want)
		wantSecrets(t, safe, "word", "", NoTrouble)
		if got := safe.Store.Book(); len(got.Accounts) != 1 || len(got.Accounts[0].Keyring) != 0 {
			t.Errorf("%s: got %+v, want the account saved without a password", text, got)
		}
		safe.Passwords = NewPasswords(SystemKeyring{}) // the next start
		wantSecrets(t, safe, "", "", NoTrouble)
	}
}

type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }
func (e exitError) ExitCode() int { return int(e) }

func TestEveryTroubleOfAKeyringIsToldApart(t *testing.T) {
	for err, want := range map[error]Trouble{
		keyring.ErrNotFound:            SecretNotThere,
		keyring.ErrSetDataTooBig:       SecretTooLong,
		keyring.ErrUnsupportedPlatform: NoKeyring,
		exitError(36):                  KeyringLocked,
		exitError(51):                  KeyringDenied,
		exitError(128):                 KeyringDenied,
		exitError(1):                   NoKeyring,
		fs.ErrPermission:               KeyringDenied,
		context.Canceled:               KeyringSlow,
		context.DeadlineExceeded:       KeyringSlow,
	} {
		got := typed(fmt.Errorf("x: %w", err))
		if TroubleOf(got) != want || !errors.Is(got, err) || !strings.Contains(got.Error(), want.String()) {
			t.Errorf("%v: got %v, want %v", err, got, want)
		}
	}
	if typed(nil) != nil || TroubleOf(fs.ErrExist) != NoTrouble {
		t.Error("got a trouble where there is none")
	}
}

// Windows takes 2560 bytes; so that an account behaves alike everywhere, nothing takes more.
func TestASecretThatIsTooLongStaysInMemory(t *testing.T) {
	keyring.MockInit()
	wantPut(t, safeOn(t, SystemKeyring{}), one(strings.Repeat("x", 2560)), InKeyring, NoTrouble)
	wantPut(t, safeOn(t, SystemKeyring{}), one(strings.Repeat("x", 2561)), InMemory, SecretTooLong)
}

// A person is asked once for each save, and not at all where nothing is in the keyring.
func TestTheKeyringIsAskedOnce(t *testing.T) {
	fake := newFake()
	safe := safeOn(t, fake)
	want := func(what string) {
		t.Helper()
		if got := fake.asked(); got != what {
			t.Errorf("got calls %q, want %q", got, what)
		}
	}
	wantPut(t, safe, Secrets{}, Nowhere, NoTrouble)
	wantSecrets(t, safe, "", "", NoTrouble)
	want("")
	fake.before = func() error { return errors.New("failed to unlock") }
	wantPut(t, safe, both(), InMemory, KeyringLocked)
	want("set A")
	wantSecrets(t, safe, "in-word", "out-word", NoTrouble)
	want("")
	if err := safe.Remove(t.Context(), goodSaved(0).ID); err != nil {
		t.Errorf("got %v, want nothing to delete", err)
	}
	wantSecrets(t, safe, "", "", NoTrouble)
	want("")

	fake.before = nil
	wantPut(t, safe, both(), InKeyring, NoTrouble)
	want("set A, set A/outgoing")
	fake.before = func() error { return errors.New("failed to unlock") }
	wantSecrets(t, safe, "", "", KeyringLocked)
	want("get A")
	wantPut(t, safe, one("newer"), InMemory, KeyringLocked)
	want("set A")
	wantSecrets(t, safe, "newer", "", NoTrouble)
	if err := safe.Remove(t.Context(), goodSaved(0).ID); TroubleOf(err) != KeyringLocked {
		t.Errorf("got %v, want it told", err)
	}
	want("delete A/outgoing")
	if b := safe.Store.Book(); len(b.Accounts) != 0 || len(b.Orphans) != 2 {
		t.Errorf("got %+v, want two orphans listed", b)
	}
	fake.before = nil
	if err := safe.Sweep(t.Context()); err != nil || len(safe.Store.Book().Orphans)+len(fake.held()) != 0 {
		t.Errorf("got %v, %+v, want nothing left", err, fake.entries)
	}
}

// K-5: a keyring that never answers costs a minute, not the program; what it does later is taken back.
func TestAKeyringThatIsTooSlowIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := newFake()
		safe := safeOn(t, fake)
		fake.slow(patience + time.Minute)
		begin := time.Now()
		wantPut(t, safe, one("first"), InMemory, KeyringSlow)
		if got := time.Since(begin); got != patience {
			t.Errorf("got %v, want %v", got, patience)
		}
		if got := safe.Store.Book().Orphans; !slices.Equal(got, []Entry{Entry(goodSaved(0).ID)}) {
			t.Errorf("got orphans %v, want what may come yet", got)
		}
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		if got, err := safe.Put(cancelled, goodSaved(0), one("second")); err != nil || TroubleOf(got.Err) != KeyringSlow {
			t.Errorf("got %v, %v, want %v", got, err, KeyringSlow)
		}
		if got := fake.asked(); got != "set A" {
			t.Errorf("got calls %q, want no second one beside the first", got)
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		fake.before = nil
		if got := fake.asked(); got != "delete A" || len(fake.held()) != 0 {
			t.Errorf("got calls %q and %v, want the late entry taken back", got, fake.entries)
		}
		wantPut(t, safe, one("third"), InKeyring, NoTrouble)
		wantSecrets(t, safe, "third", "", NoTrouble)
		if got := safe.Store.Book().Orphans; len(got) != 0 {
			t.Errorf("got orphans %v, want none", got)
		}
	})
}

// The next call waits for its turn, and has it when the one before is done.
func TestCallsToTheKeyringTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := newFake()
		p := NewPasswords(fake)
		fake.slow(40 * time.Second)
		first, second := make(chan error), make(chan error)
		go func() { first <- p.set(t.Context(), "a", account.NewSecret("x")) }()
		synctest.Wait()
		go func() { second <- p.set(t.Context(), "b", account.NewSecret("x")) }()
		if err := <-first; err != nil {
			t.Error(err)
		}
		if err := <-second; TroubleOf(err) != KeyringSlow {
			t.Errorf("got %v, want %v: the person was asked for the first", err, KeyringSlow)
		}
		time.Sleep(2 * time.Minute)
	})
}

// Whether there is a keyring is known in time or left open; nothing else is asked for it.
func TestAKeyringThatDoesNotAnswerMayBeThere(t *testing.T) {
	for name, c := range map[string]struct {
		there func() bool
		want  bool
	}{
		"one": {nil, true}, "none": {func() bool { return false }, false},
		"mute":  {func() bool { time.Sleep(time.Minute); return false }, true},
		"panic": {func() bool { panic("interface conversion") }, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			fake := newFake()
			fake.there = c.there
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if got := NewPasswords(fake).There(ctx); got != c.want || len(fake.asked()) != 0 {
				t.Errorf("%s: got %t, want %t and nothing asked", name, got, c.want)
			}
			time.Sleep(2 * time.Minute)
		})
	}
}

// What the library does not expect from the bus is a panic in it, and an error here.
func TestAPanicInTheKeyringIsAnError(t *testing.T) {
	fake := newFake()
	fake.before = func() error { panic("interface conversion: interface {} is nil, not bool") }
	wantPut(t, safeOn(t, fake), one("word"), InMemory, NoKeyring)
}
