//go:build unix

package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// A fakeService is a Secret Service on a bus of its own that is good for nothing.
type fakeService struct{ mute bool }

// OpenSession gives a session, or no answer at all.
func (f fakeService) OpenSession(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	if f.mute {
		select {}
	}
	return dbus.MakeVariant(""), "/org/freedesktop/secrets/session/1", nil
}

// Unlock unlocks nothing.
func (f fakeService) Unlock([]dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	return nil, "/", nil
}

// serve puts the service on the bus.
func (f fakeService) serve() error {
	bus, err := dbus.ConnectSessionBus() // open until the process ends
	if err != nil {
		return err
	}
	if err := bus.Export(f, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service"); err != nil {
		return err
	}
	got, err := bus.RequestName("org.freedesktop.secrets", dbus.NameFlagDoNotQueue)
	if err == nil && got != dbus.RequestNameReplyPrimaryOwner {
		err = fmt.Errorf("got reply %d, want the name of the service", got)
	}
	return err
}

// playKeyring saves an account with the system's keyring, and tells whether there is one and what became of the password.
func playKeyring(kind string) error {
	var err error
	deadline := time.Minute
	switch kind {
	case "mute keyring":
		err, deadline = fakeService{mute: true}.serve(), 200*time.Millisecond
	case "locked keyring":
		err = fakeService{}.serve()
	}
	there := NewPasswords(SystemKeyring{}).There(context.Background())
	s, failed := Open("portolan")
	if err = errors.Join(err, failed); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	safe := Safe{s, NewPasswords(SystemKeyring{})}
	placed, err := safe.Put(ctx, goodSaved(0), both())
	if err != nil {
		return err
	}
	fmt.Printf("\n%t %v %v\n", there, placed.Place, TroubleOf(placed.Err)) // a service on the bus may have said something before
	if placed.Place == InKeyring {
		return useKeyring(ctx, safe)
	}
	return nil
}

// useKeyring wants every kind of secret to come back, and nothing to stay.
func useKeyring(ctx context.Context, safe Safe) error {
	for _, text := range []string{"in-word", "Pässwörter 鍵", "a\x00b", " blank ", strings.Repeat("x", maxSecret)} {
		placed, err := safe.Put(ctx, goodSaved(0), one(text))
		if err = errors.Join(err, placed.Err); err != nil {
			return err
		}
		again := NewPasswords(SystemKeyring{}) // the next start
		got, err := again.Load(ctx, safe.Store.Book().Accounts[0])
		if err != nil || got.Incoming.Reveal() != text || !got.Outgoing.Empty() {
			return fmt.Errorf("got %q, %w, want %q", got.Incoming.Reveal(), err, text)
		}
	}
	if err := safe.Remove(ctx, goodSaved(0).ID); err != nil {
		return err
	}
	for _, r := range allKinds {
		if _, err := (SystemKeyring{}).Get(EntryOf(goodSaved(0).ID, r)); TroubleOf(typed(err)) != SecretNotThere {
			return fmt.Errorf("%v: got %w, want nothing left", r, err)
		}
	}
	return nil
}

// wantNowhere wants no file below a folder to hold a password.
func wantNowhere(t *testing.T, folder string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		if data, err := os.ReadFile(path); err != nil || bytes.Contains(data, []byte(both().Incoming.Reveal())) {
			t.Errorf("%s: got a password, %v, want none", path, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// bareBus is the configuration of a bus that starts no services.
func bareBus(t *testing.T) string {
	t.Helper()
	const configuration = `<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`
	path := filepath.Join(t.TempDir(), "bus.conf")
	if err := os.WriteFile(path, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// K-5: with the real keyring of a desktop, where it is installed; with none; with one that never answers; with one that stays locked.
func TestTheKeyringOfADesktop(t *testing.T) {
	if _, err := exec.LookPath("dbus-run-session"); err != nil {
		t.Logf("no bus to try the keyring on: %v", err)
		return
	}
	const start = `printf unlock | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 && exec "$@"`
	for kind, want := range map[string]string{
		"keyring": "true keyring ", "no keyring": "false memory no-keyring", "no bus": "false memory no-keyring",
		"mute keyring": "true memory slow", "locked keyring": "true memory locked",
	} {
		words := []string{"dbus-run-session", "--"}
		switch kind {
		case "no bus":
			words = []string{"env", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere/bus"}
		case "no keyring":
			words = []string{"dbus-run-session", "--config-file=" + bareBus(t), "--"}
		case "keyring":
			if _, err := exec.LookPath("gnome-keyring-daemon"); err != nil {
				t.Logf("the real keyring is not tried: %v", err)
				continue
			}
			words = append(words, "sh", "-c", start, "sh")
		}
		home := ownFolder(t)
		c := part(t, kind, home, words...)
		for _, name := range []string{"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME"} {
			c.Env = append(c.Env, name+"="+home)
		}
		out, err := c.CombinedOutput()
		if err != nil || !strings.Contains("\n"+string(out), "\n"+want) {
			t.Errorf("%s: got %q, %v, want %q", kind, out, err, want)
		}
		wantNowhere(t, home)
	}
}
