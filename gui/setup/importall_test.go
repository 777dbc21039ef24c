package setup

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"portolan/account"
	"portolan/account/format"
	"portolan/account/store"
)

// threeAccounts is a profile of Thunderbird with two usable accounts and one without a server.
func threeAccounts() string {
	var b strings.Builder
	b.WriteString("user_pref(\"mail.accountmanager.accounts\", \"account1,account2\");\n")
	for i, name := range []string{"wendy", "xaver"} {
		n := i + 1
		fmt.Fprintf(&b, `user_pref("mail.account.account%[1]d.server", "server%[1]d");
user_pref("mail.account.account%[1]d.identities", "id%[1]d");
user_pref("mail.identity.id%[1]d.useremail", "%[2]s@work.example");
user_pref("mail.identity.id%[1]d.fullName", "%[2]s");
user_pref("mail.server.server%[1]d.type", "imap");
user_pref("mail.server.server%[1]d.hostname", "imap%[1]d.work.example");
user_pref("mail.server.server%[1]d.port", 993);
user_pref("mail.server.server%[1]d.socketType", 3);
user_pref("mail.server.server%[1]d.userName", "%[2]s");
`, n, name)
	}
	return b.String()
}

func TestAllAccountsOfAProfileAreOpenedBesideEachOther(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	d := newKept(t, &script{}, k)
	d.Type(account.FieldAddress, "alice@example.test")
	d.Type(account.FieldPassword, password)
	mine := d.drawn.Shelf.Open
	s := d.open(t, "prefs.js", threeAccounts())
	if len(s.Import.Accounts) != 2 {
		t.Fatalf("got %+v", s.Import)
	}
	d.ChooseAll(s.Import.Number - 1)
	if d.drawn.Import.File == "" || len(d.drawn.Shelf.Accounts) != 1 {
		t.Errorf("got %+v, want an older dialog to do nothing", d.drawn.Import)
	}
	d.ChooseAll(s.Import.Number)
	s = d.drawn
	if s.Import.File != "" || len(s.Shelf.Accounts) != 3 || s.Form.Address != "wendy@work.example" || s.Form.Incoming.Host != "imap1.work.example" || !s.Form.Password.Empty() {
		t.Errorf("got %+v, %+v, want the first of them in the form", s.Shelf.Accounts, s.Form)
	}
	if !strings.HasPrefix(s.Notice.Text, "2 accounts of prefs.js were opened") {
		t.Errorf("got %q", s.Notice.Text)
	}
	d.OpenAccount(d.idOf(t, "xaver@work.example"))
	if f := d.drawn.Form; f.Incoming.Host != "imap2.work.example" || f.Name != "xaver" || d.book.settings(account.Incoming).Source != account.SourceFile {
		t.Errorf("got %+v", f)
	}
	d.OpenAccount(mine)
	if f := d.drawn.Form; f.Address != "alice@example.test" || f.Password.Empty() {
		t.Errorf("got %+v, want what was typed before", f)
	}
	d = d.again(t, &script{}, k)
	if len(d.drawn.Shelf.Accounts) != 3 {
		t.Errorf("got %+v after a new start, want all three", d.drawn.Shelf.Accounts)
	}
}

func TestAccountsWithoutAServerAreLeftOutAndTold(t *testing.T) {
	one := format.Imported{Account: example("alice@example.test").Account}
	two := format.Imported{Account: account.Account{Address: example("bob@example.test").Address}}
	for i := range 6 {
		one.Remarks = append(one.Remarks, format.Remark{Text: fmt.Sprintf("Remark %d.", i)})
	}
	b := begin(Simple).looking(ImportState{File: "two.json"}, []format.Imported{two, one}).tookAll()
	if b.Form.Address != "alice@example.test" || !strings.HasPrefix(b.Notice.Text, "1 account of two.json was opened and is not saved yet.") || b.Notice.Tone != Warning {
		t.Errorf("got %q, %+v", b.Form.Address, b.Notice)
	}
	for _, text := range []string{"bob@example.test was left out", "alice@example.test: Remark 2.", "And 3 remarks more"} {
		if !strings.Contains(b.Notice.Text, text) {
			t.Errorf("got %q, want %q in it", b.Notice.Text, text)
		}
	}
	b = begin(Simple).looking(ImportState{File: "none.json"}, []format.Imported{two, two}).tookAll()
	if b.Notice.Tone != Danger || b.Form.Address != "" {
		t.Errorf("got %+v", b.Notice)
	}
}

// Several files are opened one after the other, each beside what was typed; what is wrong with one is told, and so is, for each of
// them in turn, what mail programs would make of it.
func TestEveryFileThatIsDroppedIsOpened(t *testing.T) {
	k := Keeping{Folder: t.TempDir(), Keyring: newRing()}
	d := newKept(t, &script{}, k)
	d.Type(account.FieldAddress, "alice@example.test")
	d.Type(account.FieldPassword, password)
	mine, folder := d.drawn.Shelf.Open, t.TempDir()
	config := func(host string) string {
		return `<clientConfig version="1.1"><emailProvider id="x.test"><domain>x.test</domain><incomingServer type="imap"><hostname>` + host +
			`</hostname><port>993</port><socketType>SSL</socketType><authentication>odd</authentication><authentication>password-cleartext</authentication></incomingServer></emailProvider></clientConfig>`
	}
	var paths []string
	for _, file := range [][2]string{
		{"one.xml", config("imap.one.test")}, {"prefs.js", threeAccounts()}, {"broken.xml", "<clientConfig>"}, {"two.xml", config("imap.two.test")},
	} {
		path := filepath.Join(folder, file[0])
		if err := os.WriteFile(path, []byte(file[1]), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	d.OpenFiles(append(paths, filepath.Join(folder, "none.xml")))
	s := d.until(t, "the files", func(s State) bool { return strings.Contains(s.Notice.Text, "opened") })
	if len(s.Shelf.Accounts) != 5 || s.Form.Incoming.Host != "imap.one.test" || s.Form.Address != "" || !s.Form.Password.Empty() {
		t.Errorf("got %+v, %+v, want five accounts and the first file's in the form", s.Shelf.Accounts, s.Form)
	}
	for _, text := range []string{"4 accounts of 5 files were opened and are not saved yet.", "broken.xml could not be opened: ", "none.xml could not be opened: there is no such file"} {
		if !strings.Contains(s.Notice.Text, text) || s.Notice.Tone != Warning {
			t.Errorf("got %+v, want %q in it", s.Notice, text)
		}
	}
	var told []string
	for d.drawn.Import.File != "" && len(told) < 9 {
		if len(d.drawn.Import.Lint) == 0 {
			t.Errorf("got %+v, want a dialog that says something", d.drawn.Import)
		}
		told = append(told, d.drawn.Import.File)
		d.CloseImport()
	}
	if want := []string{"one.xml", "broken.xml", "two.xml"}; !slices.Equal(told, want) {
		t.Errorf("got %q told, want %q", told, want)
	}
	d.OpenAccount(d.idOf(t, "New account at imap.two.test"))
	if f := d.drawn.Form; f.Incoming.Host != "imap.two.test" || f.Address != "" {
		t.Errorf("got %+v, want the last file's", f)
	}
	d.OpenAccount(mine)
	if f := d.drawn.Form; f.Address != "alice@example.test" || f.Password.Empty() || f.Incoming.Host != "" {
		t.Errorf("got %+v, want what was typed before", f)
	}
}

// What is still to be said of files that were opened together is not said behind something else that was opened since.
func TestWhatIsOpenedLaterEndsTheRowOfDialogs(t *testing.T) {
	lint := []format.LintLine{{}}
	broken := func(name string) openedFile { return openedFile{name: name, lint: lint, err: store.ErrTooLarge} }
	row := begin(Simple).openedAll([]openedFile{broken("one.xml"), broken("two.xml"), broken("three.xml")}, 0)
	if got := row.lookingOn().Import.File; row.Import.File != "one.xml" || got != "two.xml" {
		t.Fatalf("got %q and then %q, want the first two in turn", row.Import.File, got)
	}
	running := row
	running.Phase = Running
	accounts, _ := format.Read("", []byte(threeAccounts()))
	for name, b := range map[string]book{
		"another file":          row.opened(broken("four.xml")),
		"a file of several":     row.opened(openedFile{name: "prefs.js", accounts: accounts}).tookAll(),
		"files during a search": running.openedAll([]openedFile{broken("five.xml"), broken("six.xml")}, 0),
	} {
		if got := b.lookingOn().Import.File; got != "" {
			t.Errorf("%s: got a dialog on %s behind it, want none", name, got)
		}
	}
}

// Many files with many accounts each hold the window up no longer than a moment, and are not opened without end.
func TestManyAccountsOfManyFilesAreOpenedUpToALimit(t *testing.T) {
	var files []openedFile
	for range mostFiles {
		f := openedFile{name: "prefs.js"}
		for i := range mostOpened {
			server := account.Server{Protocol: account.IMAP, Security: account.TLS, Endpoint: account.Endpoint{Host: fmt.Sprintf("imap%d.example.test", i), Port: 993}}
			f.accounts = append(f.accounts, format.Imported{Account: account.Account{Incoming: server}})
		}
		files = append(files, f)
	}
	b := begin(Simple).openedAll(files, 0).shown()
	if got := len(b.Shelf.Accounts); got != mostOpened {
		t.Errorf("got %d accounts, want %d", got, mostOpened)
	}
	if want := "9800 accounts more were left out: no more than 200 accounts are opened at once."; !strings.Contains(b.Notice.Text, want) {
		t.Errorf("got %q, want %q in it", b.Notice.Text, want)
	}
}

func TestSeveralFilesAreRefusedTogether(t *testing.T) {
	b := begin(Simple).openedAll([]openedFile{{name: "a.xml", err: store.ErrTooLarge}, {name: "b.xml", err: store.ErrNotRegular}}, 3)
	for _, text := range []string{"2 files: nothing could be opened.", "a.xml could not be opened: the file is far too large.", "3 files more were left out"} {
		if !strings.Contains(b.Notice.Text, text) || b.Notice.Tone != Danger {
			t.Errorf("got %+v, want %q in it", b.Notice, text)
		}
	}
	running := begin(Simple)
	running.Phase = Running
	if b = running.openedAll([]openedFile{{name: "a.xml"}, {name: "b.xml"}}, 0); !strings.HasPrefix(b.Notice.Text, "2 files were not opened, because a search is running.") {
		t.Errorf("got %+v", b.Notice)
	}
}
