package setup

import (
	"fmt"
	"strings"
	"testing"

	"portolan/account"
	"portolan/account/format"
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
