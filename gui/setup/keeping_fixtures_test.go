package setup

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/zalando/go-keyring"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe"
)

// A ring is a keyring in memory.
type ring struct {
	mu      sync.Mutex
	held    map[store.Entry]account.Secret
	trouble error         // of every call
	gate    chan struct{} // nil: it answers at once
	none    bool          // there is no keyring on the system
}

func (r *ring) There() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.none
}

// come puts the keyring onto the system, or takes it away.
func (r *ring) come(there bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.none = !there
}

func newRing() *ring { return &ring{held: map[store.Entry]account.Secret{}} }

func (r *ring) do(f func() error) error {
	if r.gate != nil {
		<-r.gate
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.trouble != nil {
		return r.trouble
	}
	return f()
}

func (r *ring) Get(e store.Entry) (secret account.Secret, err error) {
	err = r.do(func() error {
		held, ok := r.held[e]
		if !ok {
			return keyring.ErrNotFound
		}
		secret = held
		return nil
	})
	return secret, err
}

func (r *ring) Set(e store.Entry, s account.Secret) error {
	return r.do(func() error {
		r.held[e] = s
		return nil
	})
}

func (r *ring) Delete(e store.Entry) error {
	return r.do(func() error {
		if _, ok := r.held[e]; !ok {
			return keyring.ErrNotFound
		}
		delete(r.held, e)
		return nil
	})
}

// texts are the passwords that it holds.
func (r *ring) texts() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for _, s := range r.held {
		all = append(all, s.Reveal())
	}
	return all
}

// newKept is a desk whose accounts are kept in a folder; the folder has been read.
func newKept(t *testing.T, r Runner, k Keeping) *desk {
	t.Helper()
	d := &desk{posts: make(chan func(), 1<<16)}
	d.Session = New(Options{
		Runner: r, Folder: t.TempDir(), Post: func(f func()) { d.posts <- f }, Keeping: k,
		Draw: func(s State) { d.drawn, d.draws = s, d.draws+1 },
	})
	t.Cleanup(d.Close)
	d.until(t, "the accounts", func(s State) bool { return !s.Shelf.Loading })
	return d
}

// typeAll types a whole account under an address, without a search.
func (d *desk) typeAll(address string) *desk {
	d.Show(Advanced)
	d.Type(account.FieldAddress, address)
	d.Type(account.FieldIncomingServer, "imap.example.test")
	d.Type(account.FieldIncomingPort, "993")
	d.Type(account.FieldOutgoingServer, "smtp.example.test")
	d.Type(account.FieldOutgoingPort, "465")
	d.ChooseProtocol(account.IMAP)
	return d
}

// save saves what stands in the form; a password goes to the keyring.
func (d *desk) save(t *testing.T) State {
	t.Helper()
	d.SaveAccount()
	if d.drawn.Shelf.Ask != nil {
		d.AnswerAsk(true)
	}
	return d.saved(t)
}

func (d *desk) saved(t *testing.T) State {
	t.Helper()
	return d.until(t, "the end of saving", func(s State) bool { return !s.Shelf.Saving })
}

// idOf finds an account of the list by its title.
func (d *desk) idOf(t *testing.T, title string) ID {
	t.Helper()
	for _, e := range d.drawn.Shelf.Accounts {
		if e.Title == title {
			return e.ID
		}
	}
	t.Fatalf("got %+v, want %s among them", d.drawn.Shelf.Accounts, title)
	return ""
}

func (d *desk) entryOf(t *testing.T, title string) Entry {
	t.Helper()
	id := d.idOf(t, title)
	for _, e := range d.drawn.Shelf.Accounts {
		if e.ID == id {
			return e
		}
	}
	return Entry{}
}

// again closes a desk and opens another one on the same folder.
func (d *desk) again(t *testing.T, r Runner, k Keeping) *desk {
	t.Helper()
	d.Close()
	return newKept(t, r, k)
}

// noSecretIn fails where a password stands in any file of a folder.
func noSecretIn(t *testing.T, folder, secret string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), secret) {
			t.Errorf("%s: got the password in it", e.Name())
		}
	}
}

// A checkRunner answers checks by address, several at a time, and searches like a script.
type checkRunner struct {
	script
	mu      sync.Mutex
	answers map[string][]probe.Event // by address; the empty one for all others
	gate    chan struct{}            // nil: at once
	now     int
	most    int
	checked []probe.Request
}

func (c *checkRunner) Run(ctx context.Context, q probe.Request) iter.Seq[probe.Event] {
	if q.Task != probe.Check {
		return c.script.Run(ctx, q)
	}
	return func(yield func(probe.Event) bool) {
		c.mu.Lock()
		c.now++
		c.most = max(c.most, c.now)
		c.checked = append(c.checked, q)
		events, ok := c.answers[q.Address.String()]
		if !ok {
			events = c.answers[""]
		}
		c.mu.Unlock()
		defer func() {
			c.mu.Lock()
			c.now--
			c.mu.Unlock()
		}()
		if c.gate != nil {
			select {
			case <-c.gate:
			case <-ctx.Done():
				yield(ended(probe.Stopped))
				return
			}
		}
		for _, e := range events {
			if !yield(e) {
				return
			}
		}
	}
}

var errLocked = errors.New("failed to unlock correct collection")

// example is a saved account.
func example(address string) store.Saved {
	a, err := account.ParseAddress(address)
	if err != nil {
		panic(err)
	}
	server := func(p account.Protocol, host string, port int) account.Server {
		return account.Server{Protocol: p, Endpoint: account.Endpoint{Host: host, Port: port}, Security: account.TLS, Auth: account.AuthPlain, Username: address, Source: account.SourceUser}
	}
	return store.Saved{ID: store.NewID(), Account: account.Account{
		Address: a, Incoming: server(account.IMAP, "imap.example.test", 993), Outgoing: server(account.SMTP, "smtp.example.test", 465),
	}}
}

// prepare puts accounts into the folder.
func prepare(t testing.TB, k Keeping, list ...store.Saved) {
	t.Helper()
	s, err := store.Open(k.Folder)
	if err == nil {
		_, err = s.Load()
	}
	if err == nil {
		err = s.Save(store.Book{Accounts: list})
	}
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
}

// many makes accounts with addresses of their own.
func many(n int) []store.Saved {
	list := make([]store.Saved, n)
	for i := range list {
		list[i] = example(fmt.Sprintf("person%04d@example.test", i))
	}
	return list
}
