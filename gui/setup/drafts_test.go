package setup

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/account/store"
)

func TestWhatWasTypedComesBackAtTheNextStartWithoutItsSecrets(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	saved := example("carol@example.test")
	prepare(t, k, saved)
	d := newKept(t, &script{}, k)
	d.Type(account.FieldAddress, "alice@example.test")
	d.Type(account.FieldPassword, password)
	d.NewAccount()
	d.OpenAccount(saved.ID)
	d.Show(Advanced)
	d.Type(account.FieldIncomingPort, "1993")
	d.RequireEncryption(false)
	d.Close()
	noSecretIn(t, k.Folder, password)
	if info, err := os.Stat(draftsPath(k.Folder)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v, want a file for this user alone", info, err)
	}

	d = newKept(t, &script{}, k)
	if s := d.drawn; s.Shelf.Open != saved.ID || s.Form.Incoming.Port != "1993" || s.Form.RequireEncryption || !s.Shelf.CanSave {
		t.Errorf("got %+v, %+v, want it as it was left", s.Shelf, s.Form)
	}
	if e := d.entryOf(t, "carol@example.test"); !e.Changed || !e.Saved || len(d.drawn.Shelf.Accounts) != 2 {
		t.Errorf("got %+v", d.drawn.Shelf.Accounts)
	}
	d.Type(account.FieldIncomingPort, "2993")
	d.OpenAccount(d.idOf(t, "alice@example.test"))
	if f := d.drawn.Form; f.Address != "alice@example.test" || !f.Password.Empty() {
		t.Errorf("got %+v", f)
	}

	k.Beside = true
	d = d.again(t, &script{}, k)
	if s := d.drawn; s.Form.Address != "" || len(s.Shelf.Accounts) != 3 {
		t.Errorf("got %+v, want an empty form beside what was left", s.Shelf.Accounts)
	}
	if d.OpenAccount(saved.ID); d.drawn.Form.Incoming.Port != "2993" {
		t.Errorf("got the port %q, want what was typed at the start between", d.drawn.Form.Incoming.Port)
	}
}

// F-4: that what is typed cannot be put aside is said, once.
func TestTroubleWithTheDraftsFileIsSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
		d := newKept(t, &script{}, k)
		if err := os.Mkdir(draftsPath(k.Folder), 0o700); err != nil {
			t.Fatal(err)
		}
		m := model{desk: d}
		for i := range 3 {
			before := d.drawn.Notice.Number
			d.Type(account.FieldAddress, fmt.Sprintf("alice%d@example.test", i))
			time.Sleep(draftsPause)
			m.pump()
			m.pump()
			n := d.drawn.Notice
			if !strings.Contains(n.Text, "cannot be put aside") || n.Tone != Warning || (n.Number > before) != (i == 0) {
				t.Errorf("typing %d: got %+v after notice %d, want it said with the first", i, n, before)
			}
		}
		if err := os.Remove(draftsPath(k.Folder)); err != nil {
			t.Fatal(err)
		}
		d.Type(account.FieldAddress, "alice@example.test")
		time.Sleep(draftsPause)
		m.pump()
		m.pump()
		if file, err := os.ReadFile(draftsPath(k.Folder)); err != nil || !strings.Contains(string(file), "alice@example.test") {
			t.Errorf("got %s, %v, want it written as soon as that is possible", file, err)
		}
		d.Close()
	})
}

func TestACrashLosesASecondOfTypingAtTheMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
		d := newKept(t, &script{}, k)
		d.Type(account.FieldAddress, "alice@")
		time.Sleep(draftsPause / 2)
		d.Type(account.FieldAddress, "alice@example.test")
		m := model{desk: d}
		m.pump()
		if _, err := os.Stat(draftsPath(k.Folder)); err == nil {
			t.Error("got a file at once, want one for many keys")
		}
		time.Sleep(draftsPause / 2)
		m.pump()
		m.pump()
		file, err := os.ReadFile(draftsPath(k.Folder))
		if err != nil || !strings.Contains(string(file), "alice@example.test") {
			t.Errorf("got %s, %v", file, err)
		}
		d.save(t)
	})
}

func TestWhatASearchFilledInIsNoDraft(t *testing.T) {
	b := begin(Simple).typed(account.FieldAddress, "alice@example.test")
	b.Form.Incoming.Host, b.Form.Outgoing.User, b.Form.Outgoing.Username = "imap.other.test", OwnUser, "found"
	d, worth := b.draft()
	if !worth || d.Incoming.Host != "" || d.Outgoing.User != "" || d.Outgoing.Username != "" {
		t.Errorf("got %+v, want only what was typed: without its proof, a host would look confirmed", d)
	}
}

// A host that an opened file named is asked about after a new start as well.
func TestAHostFromAFileIsStillUnconfirmedAfterANewStart(t *testing.T) {
	b := begin(Simple).typed(account.FieldAddress, "alice@example.test")
	b.shelf.open = store.NewID()
	b = b.filledFromFile(account.Incoming, example("alice@other.test").Incoming)
	d, _ := b.draft()
	p := book{}.drafted(d)
	if p.book.origin != b.origin || p.book.settings(account.Incoming).Source != account.SourceFile {
		t.Errorf("got origin %q, want %q", p.book.origin, b.origin)
	}
}

// F-4: a file of drafts that cannot be understood is put aside, never overwritten.
func TestADamagedDraftsFileIsPutAside(t *testing.T) {
	for name, text := range map[string]string{
		"cut short": `{"version":1,`, "unknown field": `{"version":1,"drafts":[],"more":1}`, "newer": `{"version":2}`,
		"twice": fmt.Sprintf(`{"version":1,"drafts":[{"id":%q,"require_encryption":true,"incoming":{},"outgoing":{}},{"id":%[1]q,"require_encryption":true,"incoming":{},"outgoing":{}}]}`, store.NewID()),
	} {
		k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
		if err := os.WriteFile(draftsPath(k.Folder), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		d := newKept(t, &script{}, k)
		if s := d.drawn; s.Notice.Tone != Warning || !strings.Contains(s.Notice.Text, "put aside") {
			t.Errorf("%s: got %+v", name, s.Notice)
		}
		d.Type(account.FieldAddress, "alice@example.test")
		d.Close()
		aside, err := filepath.Glob(filepath.Join(k.Folder, "drafts.json.broken-*"))
		if err != nil || len(aside) != 1 {
			t.Fatalf("%s: got %v, %v, want it beside", name, aside, err)
		}
		if got, err := os.ReadFile(aside[0]); err != nil || string(got) != text {
			t.Errorf("%s: got %q, %v, want it as it was", name, got, err)
		}
		if d = newKept(t, &script{}, k); d.drawn.Form.Address != "alice@example.test" {
			t.Errorf("%s: got %q", name, d.drawn.Form.Address)
		}
	}
}

func TestADraftsFileThatIsNoFileIsLeftAlone(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	if err := os.Mkdir(draftsPath(k.Folder), 0o700); err != nil {
		t.Fatal(err)
	}
	d := newKept(t, &script{}, k)
	d.Type(account.FieldAddress, "alice@example.test")
	d.Close()
	if info, err := os.Stat(draftsPath(k.Folder)); err != nil || !info.IsDir() || d.drawn.Notice.Tone != Warning {
		t.Errorf("got %v, %v, notice %+v", info, err, d.drawn.Notice)
	}
}

func TestTheDraftsFileIsBounded(t *testing.T) {
	var form draftsForm
	for i := range mostDrafts + 5 {
		form.Drafts = append(form.Drafts, draft{ID: store.NewID(), Address: fmt.Sprintf("person%d@example.test", i)})
	}
	last := form.Drafts[len(form.Drafts)-1]
	file, err := encodeDrafts(form)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeDrafts(file)
	if err != nil || len(got.Drafts) != mostDrafts || got.Drafts[mostDrafts-1] != last {
		t.Errorf("got %d drafts, %v, want the last %d", len(got.Drafts), err, mostDrafts)
	}
	for i := range form.Drafts {
		form.Drafts[i].Name = strings.Repeat("x", draftsLimit/4)
	}
	if file, err = encodeDrafts(form); err != nil || len(file) > draftsLimit {
		t.Fatalf("got %d bytes, %v, want at most %d", len(file), err, draftsLimit)
	}
	if got, err = decodeDrafts(file); err != nil || len(got.Drafts) != 3 {
		t.Errorf("got %d drafts, %v", len(got.Drafts), err)
	}
}

func FuzzDecodeDrafts(f *testing.F) {
	b := begin(Simple).typed(account.FieldAddress, "alice@example.test")
	b.shelf.open = store.NewID()
	b = b.filledFromFile(account.Incoming, example("alice@other.test").Incoming).knows(false)
	d, _ := b.draft()
	file, err := encodeDrafts(draftsForm{Drafts: []draft{d}, Open: d.ID})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add([]byte(`{"version":1,"drafts":[]}`))
	f.Add([]byte(`{"version":1,"drafts":[{"id":"x","incoming":{"typed":"zz"}}]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		form, err := decodeDrafts(file)
		if err != nil {
			return
		}
		pages := book{}.withDrafts(form)
		again, err := encodeDrafts(form)
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodeDrafts(again)
		if err != nil && len(again) <= draftsLimit {
			t.Errorf("got %v of what was written from %s", err, file)
		}
		if err == nil && (!back.same(form) || !slices.EqualFunc(pages.shelf.pages, form.Drafts, func(p *page, d draft) bool { return p.id == d.ID })) {
			t.Errorf("got %+v, want %+v", back, form)
		}
	})
}

func TestALatePasswordGoesToItsOwnAccount(t *testing.T) {
	slow := newRing()
	k := Keeping{Folder: t.TempDir(), Keyring: slow}
	d := newKept(t, &script{}, k).typeAll("alice@example.test")
	d.Type(account.FieldPassword, password)
	d.save(t)
	d.Close()
	slow.gate = make(chan struct{})
	d = newKept(t, &script{}, k)
	id := d.idOf(t, "alice@example.test")
	d.OpenAccount(id)
	d.NewAccount()
	close(slow.gate)
	d.until(t, "the password", func(State) bool {
		p, _ := d.book.shelf.page(id)
		return !p.book.Form.Password.Empty()
	})
	if !d.drawn.Form.Password.Empty() {
		t.Error("got the password in another account's form")
	}
}
