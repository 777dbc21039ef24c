package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"portolan/account"
)

// patience is how long a call to the keyring is waited for: the person may have to find and type its password.
const patience = 60 * time.Second

// Secrets are what an account is signed in with.
type Secrets struct {
	Incoming account.Secret
	Outgoing account.Secret // empty: the same as Incoming
	// Certificate opens the file that holds the client certificate; empty: the file needs none, or there is none.
	Certificate account.Secret
}

// of gives the secret of one kind.
func (s Secrets) of(k Kind) account.Secret {
	switch k {
	case OutgoingPassword:
		return s.Outgoing
	case CertificatePassword:
		return s.Certificate
	default:
		return s.Incoming
	}
}

// with gives the secrets with that of one kind put in.
func (s Secrets) with(k Kind, secret account.Secret) Secrets {
	switch k {
	case OutgoingPassword:
		s.Outgoing = secret
	case CertificatePassword:
		s.Certificate = secret
	default:
		s.Incoming = secret
	}
	return s
}

// Passwords asks a Keyring under a deadline, one call at a time, and keeps in memory, until the program ends, what the
// keyring does not take. Its errors are *KeyringError. Its methods block: the window calls them from a goroutine.
type Passwords struct {
	keyring Keyring
	turn    chan struct{} // holds one while a call is under way, be it one that nobody waits for any more

	mu     sync.Mutex
	memory map[Entry]account.Secret
}

// NewPasswords puts a keyring under a deadline; SystemKeyring{} is the real one.
func NewPasswords(k Keyring) *Passwords {
	return &Passwords{keyring: k, turn: make(chan struct{}, 1), memory: map[Entry]account.Secret{}}
}

// Load gives the secrets of an account: those in memory, and from the keyring those that the account claims to have there. On
// an error it gives what it has; the keyring is not asked again after its first no. An account that claims none costs no call.
func (p *Passwords) Load(ctx context.Context, s Saved) (Secrets, error) {
	var secrets Secrets
	var missing []Kind
	for _, k := range allKinds {
		secrets = secrets.with(k, p.remembered(EntryOf(s.ID, k)))
	}
	for _, k := range s.Keyring {
		if secrets.of(k).Empty() {
			missing = append(missing, k)
		}
	}
	for _, k := range missing {
		secret, err := p.get(ctx, EntryOf(s.ID, k))
		if err != nil {
			return secrets, err
		}
		secrets = secrets.with(k, secret)
	}
	return secrets, nil
}

// There reports whether there is a keyring at all. One that does not answer in time may well be there.
func (p *Passwords) There(ctx context.Context) bool {
	answer := make(chan bool, 1)
	err := p.call(ctx, func() error {
		answer <- p.keyring.There()
		return nil
	}, nil)
	return err != nil || <-answer
}

// Remembers reports whether a secret of the account is in memory alone, and will be gone when the program ends.
func (p *Passwords) Remembers(id ID) bool {
	for _, k := range allKinds {
		if !p.remembered(EntryOf(id, k)).Empty() {
			return true
		}
	}
	return false
}

func (p *Passwords) remembered(e Entry) account.Secret {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.memory[e]
}

func (p *Passwords) remember(e Entry, s account.Secret) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.memory[e] = s
}

func (p *Passwords) forget(e Entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.memory, e)
}

// get asks the keyring for one secret.
func (p *Passwords) get(ctx context.Context, e Entry) (account.Secret, error) {
	answer := make(chan account.Secret, 1)
	err := p.call(ctx, func() error {
		secret, err := p.keyring.Get(e)
		answer <- secret
		return err
	}, nil)
	if err != nil {
		return account.Secret{}, err
	}
	return <-answer, nil
}

// set puts one secret into the keyring.
func (p *Passwords) set(ctx context.Context, e Entry, s account.Secret) error {
	return p.call(ctx, func() error { return p.keyring.Set(e, s) }, func() error { return p.keyring.Delete(e) })
}

// remove deletes one entry; that it is not there is no error.
func (p *Passwords) remove(ctx context.Context, e Entry) error {
	err := p.call(ctx, func() error { return p.keyring.Delete(e) }, nil)
	if TroubleOf(err) == SecretNotThere {
		return nil
	}
	return err
}

// call does one thing with the keyring. If it succeeds only after nobody waits for it any more, undo follows it.
func (p *Passwords) call(ctx context.Context, do, undo func() error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return typed(ctx.Err())
	}
	done := make(chan error)
	go func() {
		defer func() { <-p.turn }()
		err := guarded(do)
		select {
		case done <- err:
		case <-ctx.Done():
			if err == nil && undo != nil {
				_ = guarded(undo)
			}
		}
	}()
	select {
	case err := <-done:
		return typed(err)
	case <-ctx.Done():
		return typed(ctx.Err())
	}
}

// guarded makes an error of a panic: the library trusts what comes over the bus.
func guarded(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the keyring's answer was not understood: %v", r)
		}
	}()
	return do()
}
