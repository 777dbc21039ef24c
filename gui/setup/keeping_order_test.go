package setup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe"
)

// A shelfModel remembers what was typed for each account, and what of it was saved.
type shelfModel struct {
	*desk
	folder  string
	typed   map[ID]string // the port that was typed last
	address map[ID]string
	gone    map[ID]bool
	deleted ID
}

const shelfKinds = 16

func (m *shelfModel) open() ID { return m.drawn.Shelf.Open }

// act makes a move.
func (m *shelfModel) act(v move) {
	pick := func(values ...string) string { return values[v.pick%len(values)] }
	any := func() ID {
		list := m.drawn.Shelf.Accounts
		if len(list) == 0 {
			return ""
		}
		return list[v.pick%len(list)].ID
	}
	switch v.kind {
	case 0, 1:
		m.address[m.open()] = pick("alice@example.test", "bob@example.test", "nobody", "carol@example.test")
		m.Type(account.FieldAddress, m.address[m.open()])
	case 2:
		m.typed[m.open()] = pick("993", "1993", "2993")
		m.Type(account.FieldIncomingPort, m.typed[m.open()])
	case 3:
		m.Type(account.FieldPassword, password)
	case 4:
		m.typeServers()
	case 5:
		m.SaveAccount()
		if m.drawn.Shelf.Ask != nil {
			m.AnswerAsk(v.pick%2 == 0)
		}
	case 6, 7:
		m.OpenAccount(any())
	case 8:
		m.NewAccount()
	case 9:
		m.DuplicateAccount(any())
		m.note()
	case 10:
		m.delete(any())
	case 11:
		m.UndoDelete()
		if m.drawn.Shelf.Deleted == "" {
			delete(m.gone, m.deleted)
		}
	case 12:
		m.CheckAll()
	case 13:
		m.practises(v.pick)
	default:
		m.Find()
	}
	m.rest(v.pick)
	m.note()
}

// rest lets time pass, and takes in what is posted.
func (m *shelfModel) rest(pick int) {
	time.Sleep(time.Duration(pick) * 7 * time.Millisecond)
	for range 3 {
		synctest.Wait()
		for len(m.posts) > 0 {
			(<-m.posts)()
		}
	}
}

// practises goes to a practice mailbox, does much there, and comes back: nothing of it is seen in the real list. Whatever was on
// its way arrives meanwhile.
func (m *shelfModel) practises(pick int) {
	box := practiceBox{address: alice, form: Form{Address: alice.String(), Password: account.NewSecret(password), RequireEncryption: true}}
	box.form.Outgoing.Protocol = account.SMTP
	notes := [...]func(){
		func() { m.Find() }, func() { m.SaveAccount() }, func() { m.NewAccount() }, func() { m.Type(account.FieldAddress, "practice") },
		func() { m.CheckAll() }, func() { m.DeleteAccount(m.open()) }, func() { m.UndoDelete() },
		func() { m.practise("other", box, m.options.Runner) },
	}
	m.practise("tls", box, m.options.Runner)
	m.rest(pick % 20)
	for i := range pick % 12 {
		notes[(pick+i*i)%len(notes)]()
		m.rest(pick % 13)
	}
	m.Practice("")
}

// typeServers types what an account cannot be saved without.
func (m *shelfModel) typeServers() {
	m.Type(account.FieldIncomingServer, "imap.example.test")
	m.Type(account.FieldOutgoingServer, "smtp.example.test")
	m.Type(account.FieldOutgoingPort, "465")
	m.ChooseProtocol(account.IMAP)
	m.note()
}

// note learns of a form that was not typed in yet.
func (m *shelfModel) note() {
	if _, ok := m.address[m.open()]; !ok {
		m.address[m.open()] = m.drawn.Form.Address
	}
	if f := m.drawn.Form.Incoming; f.Typed&PartPort != 0 || m.typed[m.open()] == "" {
		if _, ok := m.typed[m.open()]; !ok || f.Typed&PartPort != 0 {
			m.typed[m.open()] = f.Port
		}
	}
}

func (m *shelfModel) delete(id ID) {
	m.DeleteAccount(id)
	if m.drawn.Shelf.CanUndo {
		for _, e := range m.drawn.Shelf.Accounts {
			if e.ID == id {
				return // nothing was deleted
			}
		}
		m.deleted, m.gone[id] = id, true
	}
}

func (m *shelfModel) check() error {
	s := m.drawn
	if got := s.Form.Address; got != m.address[m.open()] {
		return fmt.Errorf("got %q in the form, want %q as it was typed there", got, m.address[m.open()])
	}
	seen := map[ID]bool{}
	for _, e := range s.Shelf.Accounts {
		if seen[e.ID] || m.gone[e.ID] {
			return fmt.Errorf("got %v in the list, there twice: %v, deleted: %v", e, seen[e.ID], m.gone[e.ID])
		}
		seen[e.ID] = true
	}
	for id, address := range m.address {
		if address != "" && !m.gone[id] && !seen[id] {
			return fmt.Errorf("got no %s in the list, want everything that was typed", address)
		}
	}
	if all := fmt.Sprintf("%+v %s", s, m.LogText(ShowNames)); strings.Contains(all, password) {
		return errors.New("got the password in the state")
	}
	entries, err := os.ReadDir(m.folder)
	for _, e := range entries {
		text, unread := os.ReadFile(filepath.Join(m.folder, e.Name()))
		if err = errors.Join(err, unread); strings.Contains(string(text), password) {
			return fmt.Errorf("got the password in %s", e.Name())
		}
	}
	return err
}

// all opens every account once more and looks for what was typed there.
func (m *shelfModel) all() error {
	for _, e := range m.drawn.Shelf.Accounts {
		m.OpenAccount(e.ID)
		if err := m.check(); err != nil {
			return err
		}
		if want := m.typed[e.ID]; m.open() == e.ID && m.drawn.Form.Incoming.Typed&PartPort != 0 && want != m.drawn.Form.Incoming.Port {
			return fmt.Errorf("got port %q at %s, want %q as it was typed", m.drawn.Form.Incoming.Port, e.Title, want)
		}
	}
	return nil
}

// I-8: whatever the order of saving, opening, deleting, checking and late results, nothing that was typed is lost, nothing
// lands in another account, and no file holds a secret.
func TestNothingTypedIsLostInAnyOrderOfTheList(t *testing.T) {
	moves := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) move {
		return move{kind: fair(t, 5, "kind") % shelfKinds, pick: fair(t, 6, "pick")}
	}), 15, 40)
	folder := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		list := moves.Draw(rt, "moves")
		here, err := os.MkdirTemp(folder, "")
		if err != nil {
			rt.Fatal(err)
		}
		synctest.Test(t, func(t *testing.T) { err = playShelf(t, here, list) })
		if err != nil {
			rt.Fatal(err)
		}
	})
}

func playShelf(t *testing.T, folder string, moves []move) error {
	r := &checkRunner{script: script{runs: endings(), pause: 20 * time.Millisecond}, answers: map[string][]probe.Event{"": well()}}
	k := Keeping{Folder: folder, Keyring: newRing()}
	m := &shelfModel{desk: newKept(t, r, k), folder: folder, typed: map[ID]string{}, address: map[ID]string{}, gone: map[ID]bool{}}
	defer m.Close()
	m.Show(Advanced)
	m.note()
	for i, v := range moves {
		m.act(v)
		if err := m.check(); err != nil {
			return fmt.Errorf("after move %d, %+v: %w", i, v, err)
		}
	}
	if err := m.all(); err != nil {
		return err
	}
	want := map[string]int{}
	for id, address := range m.address {
		if address != "" && !m.gone[id] {
			want[address]++
		}
	}
	again := m.again(t, r, k)
	defer again.Close()
	for _, e := range again.drawn.Shelf.Accounts {
		want[e.Title]--
	}
	for address, n := range want {
		if n > 0 {
			return fmt.Errorf("got %+v after a new start, want %s %d times more", again.drawn.Shelf.Accounts, address, n)
		}
	}
	if again.drawn.Shelf.ReadOnly {
		return store.ErrReadOnly
	}
	return nil
}
