package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"portolan/account"
)

// An ID names a saved account for as long as it is kept. It is random, and tells nothing about the account.
type ID string

// NewID makes an ID that was never used.
func NewID() ID { return ID(rand.Text()) }

// idLetters are what crypto/rand.Text writes: base32, RFC 4648, section 6.
const (
	idLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	idLength  = 26
)

// valid reports whether NewID can have made the ID.
func (id ID) valid() bool { return len(id) == idLength && strings.Trim(string(id), idLetters) == "" }

// A Saved is an account as it is kept. It holds no secret.
type Saved struct {
	ID ID
	account.Account
	Keyring   []Kind // the secrets that are in the keyring
	LastCheck Check
}

// A Check is how the last look at an account's servers ended. Its zero value means that there was none.
type Check struct {
	At       time.Time // UTC, to the second
	Outcome  string    // the word of probe.Outcome
	Incoming Shown
	Outgoing Shown
}

// A Shown is the certificate that a server showed.
type Shown struct {
	Ends        time.Time           // UTC, to the second; zero where it showed none
	Certificate account.Fingerprint // of the one that it showed last, be it in an earlier check; zero where that is not known
}

// A Book is all that the file holds. It is a value: a change replaces a slice, and never an element of one that somebody
// else may hold.
type Book struct {
	Accounts []Saved
	Orphans  []Entry // entries that the keyring may hold and that no account uses
}

// Find gives the account of that ID.
func (b Book) Find(id ID) (Saved, bool) {
	i := slices.IndexFunc(b.Accounts, func(s Saved) bool { return s.ID == id })
	if i < 0 {
		return Saved{}, false
	}
	return b.Accounts[i], true
}

// With gives the book with an account in the place of the one of the same ID, or behind all others.
func (b Book) With(saved Saved) Book {
	b.Accounts = slices.Clone(b.Accounts)
	if i := slices.IndexFunc(b.Accounts, func(s Saved) bool { return s.ID == saved.ID }); i >= 0 {
		b.Accounts[i] = saved
		return b
	}
	b.Accounts = append(b.Accounts, saved)
	return b
}

// Without gives the book without the account of that ID.
func (b Book) Without(id ID) Book {
	b.Accounts = slices.DeleteFunc(slices.Clone(b.Accounts), func(s Saved) bool { return s.ID == id })
	return b
}

// orphan gives the book with entries added to those that no account uses.
func (b Book) orphan(entries ...Entry) Book {
	b.Orphans = slices.Clone(b.Orphans)
	for _, e := range entries {
		if !slices.Contains(b.Orphans, e) {
			b.Orphans = append(b.Orphans, e)
		}
	}
	return b
}

// settle gives the book with entries removed from those that no account uses.
func (b Book) settle(entries ...Entry) Book {
	b.Orphans = slices.DeleteFunc(slices.Clone(b.Orphans), func(e Entry) bool { return slices.Contains(entries, e) })
	return b
}

// claims gives the entries of the keyring that the account uses.
func (s Saved) claims() []Entry {
	var entries []Entry
	for _, k := range s.Keyring {
		entries = append(entries, EntryOf(s.ID, k))
	}
	return entries
}

// An InvalidError says that an account cannot be kept because it cannot be used.
type InvalidError struct {
	ID       ID
	Problems []account.Problem
}

// Error names the account by its ID and the first problem by its field.
func (e *InvalidError) Error() string {
	return fmt.Sprintf("account %s: %v: %s", e.ID, e.Problems[0].Field, e.Problems[0].Message)
}

// check says why a book can be neither written nor read: both ends of the file ask the same question.
func (b Book) check() error {
	ids, used := map[ID]bool{}, map[Entry]bool{}
	for _, s := range b.Accounts {
		if ids[s.ID] {
			return fmt.Errorf("account %s is there twice", s.ID)
		}
		ids[s.ID] = true
		if err := s.check(); err != nil {
			return err
		}
		for _, e := range s.claims() {
			if used[e] {
				return fmt.Errorf("entry %s is used twice", e)
			}
			used[e] = true
		}
	}
	for _, e := range b.Orphans {
		if id, _, ok := e.owner(); !ok || !id.valid() || used[e] {
			return fmt.Errorf("%q is no entry without an account", e)
		}
		used[e] = true
	}
	return nil
}

// check says why an account can be neither written nor read.
func (s Saved) check() error {
	if !s.ID.valid() {
		return fmt.Errorf("%q is not the ID of an account", s.ID)
	}
	if problems := s.Validate(); len(problems) > 0 {
		return &InvalidError{s.ID, problems}
	}
	for _, k := range s.Keyring {
		if !slices.Contains(allKinds[:], k) {
			return fmt.Errorf("account %s: the keyring holds no secret of kind %d", s.ID, k)
		}
	}
	if err := errors.Join(checkTrust(s.Trust), checkConsents(s.Consents), checkLast(s.LastCheck), s.Folders.Check()); err != nil {
		return fmt.Errorf("account %s: %w", s.ID, err)
	}
	return nil
}

// checkTrust refuses pins and authorities that could never match.
func checkTrust(t account.Trust) error {
	for _, p := range t.Pins {
		if err := checkEndpoint(p.Server); err != nil {
			return err
		}
		if p.Certificate == (account.Fingerprint{}) {
			return fmt.Errorf("pin for %v: no certificate", p.Server)
		}
	}
	for _, c := range t.Authorities {
		if c == nil || len(c.Raw) == 0 {
			return errors.New("authority: no certificate")
		}
	}
	for _, e := range t.Verified {
		if err := checkEndpoint(e); err != nil {
			return err
		}
	}
	return nil
}

// checkConsents refuses consents to what cannot be a domain or a server.
func checkConsents(c account.Consents) error {
	for _, d := range c.Domains {
		if err := checkHost(d); err != nil {
			return err
		}
	}
	for _, e := range c.Cleartext {
		if err := checkEndpoint(e); err != nil {
			return err
		}
	}
	return nil
}

func checkEndpoint(e account.Endpoint) error {
	if e.Port < 1 || e.Port > 65535 {
		return fmt.Errorf("%v has no port", e)
	}
	return checkHost(e.Host)
}

func checkHost(host string) error {
	if got, err := account.ParseHost(host); err != nil || got != host {
		return fmt.Errorf("%q is not the name of a host", host)
	}
	return nil
}

const (
	outcomeLetters = "abcdefghijklmnopqrstuvwxyz-"
	maxOutcome     = 32
)

// checkLast refuses a check that was never made and yet ended, and an outcome that is no word.
func checkLast(c Check) error {
	if c.At.IsZero() && c != (Check{}) {
		return errors.New("the last check has no time")
	}
	if len(c.Outcome) > maxOutcome || strings.Trim(c.Outcome, outcomeLetters) != "" {
		return fmt.Errorf("%q is no outcome", c.Outcome)
	}
	return nil
}

// normal gives the check with its times as the file holds them: in UTC and whole seconds.
func (c Check) normal() Check {
	c.At, c.Incoming.Ends, c.Outgoing.Ends = wholeUTC(c.At), wholeUTC(c.Incoming.Ends), wholeUTC(c.Outgoing.Ends)
	return c
}

func wholeUTC(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Second)
}
