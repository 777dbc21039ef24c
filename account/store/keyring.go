package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/zalando/go-keyring"

	"portolan/account"
)

// service is what every entry of Portolan in a keyring is filed under.
const service = "portolan"

// maxSecret is the longest secret, in bytes, that every keyring takes; Windows sets the limit.
const maxSecret = 2560

// A Keyring keeps secrets where the system keeps them. Its calls may wait for the person, for as long as that takes. An entry
// that is not there is keyring.ErrNotFound, from Get and from Delete.
type Keyring interface {
	Get(Entry) (account.Secret, error)
	Set(Entry, account.Secret) error
	Delete(Entry) error
	// There reports whether there is a keyring at all, without asking the person anything.
	There() bool
}

// A SystemKeyring is the keyring of the desktop: the Secret Service, the Keychain, the Credential Manager.
type SystemKeyring struct{}

// Get reads an entry.
func (SystemKeyring) Get(e Entry) (account.Secret, error) {
	text, err := keyring.Get(service, string(e))
	return account.NewSecret(text), err
}

// Set makes or replaces an entry.
func (SystemKeyring) Set(e Entry, s account.Secret) error {
	text := s.Reveal()
	if len(text) > maxSecret {
		return keyring.ErrSetDataTooBig
	}
	return keyring.Set(service, string(e), text)
}

// Delete removes an entry.
func (SystemKeyring) Delete(e Entry) error { return keyring.Delete(service, string(e)) }

// A Trouble says why the keyring did not do what it was asked.
type Trouble uint8

// The troubles of a keyring. The zero value is none.
const (
	NoTrouble      Trouble = iota
	NoKeyring              // there is none, or it does not work
	KeyringLocked          // it is locked, and was not unlocked
	KeyringDenied          // it, or the person, said no
	KeyringSlow            // it did not answer in time, or the asking was cancelled
	SecretTooLong          // it takes no secret of this length
	SecretNotThere         // it has no such entry
)

var troubleNames = [...]string{"", "no-keyring", "locked", "denied", "slow", "too-long", "not-there"}

// String gives a lower-case word for logs and tests.
func (t Trouble) String() string { return troubleNames[t] }

// A KeyringError is a call to the keyring that did not succeed.
type KeyringError struct {
	Trouble Trouble
	Err     error // the keyring's own words, which are somebody else's
}

// Error gives the trouble and the keyring's words.
func (e *KeyringError) Error() string { return fmt.Sprintf("keyring: %v: %v", e.Trouble, e.Err) }

// Unwrap gives the keyring's words.
func (e *KeyringError) Unwrap() error { return e.Err }

// TroubleOf gives the trouble of an error that a Safe or Passwords returned, NoTrouble for any other.
func TroubleOf(err error) Trouble {
	if e, ok := errors.AsType[*KeyringError](err); ok {
		return e.Trouble
	}
	return NoTrouble
}

// typed gives an error of the keyring its trouble.
func typed(err error) error {
	if err == nil || TroubleOf(err) != NoTrouble {
		return err
	}
	return &KeyringError{judge(err), err}
}

// The statuses of macOS's security command: the low byte of errSecInteractionNotAllowed, errSecAuthFailed and
// errSecUserCanceled.
const (
	macLocked   = 36
	macRefused  = 51
	macCanceled = 128
)

// judge tells the trouble from the words of the keyring, which have no types. A prompt that the person closes looks like
// a keyring that stays locked.
func judge(err error) Trouble {
	var exit interface{ ExitCode() int }
	text := strings.ToLower(err.Error())
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(text, w) {
				return true
			}
		}
		return false
	}
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return SecretNotThere
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return SecretTooLong
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), has("noreply", "not receive a reply", "timed out"):
		return KeyringSlow
	case errors.As(err, &exit) && exit.ExitCode() == macLocked, has("unlock", "is locked", "islocked", "a locked"):
		return KeyringLocked
	case errors.As(err, &exit) && (exit.ExitCode() == macRefused || exit.ExitCode() == macCanceled),
		errors.Is(err, fs.ErrPermission), has("denied", "dismissed", "cancel", "not allowed"):
		return KeyringDenied
	default:
		return NoKeyring
	}
}
