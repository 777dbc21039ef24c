package setup

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"portolan/account"
	"portolan/account/format"
	"portolan/probe"
)

// open opens a file with a text and waits for the notice or the dialog.
func (d *desk) open(t *testing.T, name, text string) State {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	notice, dialog := d.drawn.Notice.Number, d.drawn.Import.Number
	d.OpenFile(path)
	return d.until(t, "the file", func(s State) bool { return s.Notice.Number != notice || s.Import.Number != dialog })
}

const twoAccounts = "account work\nhost smtp.work.example\nport 587\ntls on\nauth on\nuser wendy\nfrom wendy@work.example\npassword sesame\n" +
	"account home\nhost smtp.home.example\nport 465\ntls on\ntls_starttls off\nauth on\nuser w\nfrom w@home.example\n"

func TestAFileOfSeveralAccountsAsksWhichOne(t *testing.T) {
	d := newDesk(t, &script{})
	s := d.open(t, "msmtprc", twoAccounts)
	if len(s.Import.Accounts) != 2 || s.Import.Accounts[1].Head != "w@home.example" || !strings.Contains(s.Import.Accounts[1].Note, "smtp.home.example:465") {
		t.Fatalf("got %+v, want both accounts", s.Import)
	}
	d.ChooseAccount(s.Import.Number-1, 1)
	d.ChooseAccount(s.Import.Number, 2)
	if d.drawn.Import.File == "" || d.drawn.Form.Address != "" {
		t.Errorf("got %+v, want it still asked", d.drawn.Import)
	}
	d.ChooseAccount(s.Import.Number, 1)
	f := d.drawn.Form
	if d.drawn.Import.File != "" || f.Address != "w@home.example" || f.Outgoing.Host != "smtp.home.example" || f.Outgoing.Security != account.TLS || f.Outgoing.Username != "w" {
		t.Errorf("got %+v, want the second account", f)
	}
	s = d.open(t, "msmtprc", twoAccounts)
	d.CloseImport()
	if d.drawn.Import.File != "" || d.drawn.Form.Address != "w@home.example" {
		t.Errorf("got %+v, want nothing taken", d.drawn.Form)
	}
	d.ChooseAccount(s.Import.Number, 0)
	if d.drawn.Form.Address != "w@home.example" {
		t.Error("got an account of a closed dialog, want none")
	}
}

func TestAFilesAddressNeverMeetsThePasswordOfAnother(t *testing.T) {
	d := newDesk(t, &script{}).fill()
	one, _, _ := strings.Cut(twoAccounts, "account home")
	s := d.open(t, "msmtprc", one)
	if s.Form.Address != "wendy@work.example" || !s.Form.Password.Empty() || !strings.Contains(s.Notice.Text, "taken out") || s.Notice.Tone != Warning {
		t.Errorf("got %s, password empty %t, %+v", s.Form.Address, s.Form.Password.Empty(), s.Notice)
	}
	if strings.Contains(s.Notice.Text, "sesame") {
		t.Error("got the file's password in the notice, want it read nowhere")
	}
}

func TestWhatAFileWouldHaveTrustedIsLeftOutAndSaid(t *testing.T) {
	d := newDesk(t, &script{})
	s := d.open(t, "a.msmtprc", "account a\nhost smtp.work.example\nport 465\ntls on\ntls_starttls off\nauth on\nuser wendy\nfrom wendy@work.example\n"+
		"tls_fingerprint "+strings.TrimSuffix(strings.Repeat("7C:", 32), ":")+"\n")
	if !strings.Contains(s.Notice.Text, "left out") || s.Notice.Tone != Warning {
		t.Errorf("got %+v, want it said", s.Notice)
	}
	if p := d.book.policy(); len(p.Trust.Pins) > 0 || len(p.Consents.Domains) > 0 {
		t.Errorf("got %+v, want nothing of it trusted", p)
	}
}

func TestWhatWasExportedIsOpenedAgain(t *testing.T) {
	for _, name := range []string{format.Thunderbird, format.Android, format.MobileConfig, format.SRV, format.AutodiscoverPOX, format.JSON} {
		d := ready(t)
		d.Export(name)
		path := d.wrote(t, false).Done
		other := newDesk(t, &script{})
		if name == format.Thunderbird || name == format.SRV || name == format.AutodiscoverPOX {
			other.Type(account.FieldAddress, "alice@example.test")
		}
		other.OpenFile(path)
		s := other.until(t, "the file", func(s State) bool { return s.Notice.Number > 0 })
		if f := s.Form; f.Address != "alice@example.test" || f.Incoming.Host != imap993.Host || f.Incoming.Port != "993" || f.Outgoing.Host != smtp465.Host {
			t.Errorf("%s: got %+v, notice %+v", name, f, s.Notice)
		}
	}
}

func TestLintStandsNextToWhatWasUnderstood(t *testing.T) {
	d := newDesk(t, &script{}).fill()
	file := `<clientConfig version="1.1"><emailProvider id="example.test"><domain>example.test</domain>
<incomingServer type="imap"><hostname>imap.example.test</hostname><port>993</port><socketType>SSL</socketType><authentication>password-cleartext</authentication><username>%EMAILADDRESS%</username></incomingServer>
<unheard/>
<outgoingServer type="smtp"><hostname>smtp.example.test</hostname><port>465</port><socketType>SSL</socketType><username>%EMAILADDRESS%</username></outgoingServer>
</emailProvider></clientConfig>`
	s := d.open(t, "odd.xml", file)
	if len(s.Import.Lint) == 0 || len(s.Import.Understood) == 0 || !strings.Contains(s.Import.Understood[0].Value, "imap.example.test:993") {
		t.Errorf("got %+v, want lines and what was understood", s.Import)
	}
	if s.Form.Incoming.Host != "imap.example.test" {
		t.Errorf("got %+v, want the server in the form", s.Form.Incoming)
	}
	d.CloseImport()
	s = d.open(t, "broken.xml", strings.TrimSuffix(file, "</clientConfig>"))
	if s.Notice.Tone != Danger || len(s.Import.Lint) == 0 || s.Import.Understood != nil {
		t.Errorf("got %+v, %+v, want the line at which it breaks", s.Notice, s.Import)
	}
}

func TestTheLargestFilesAreThoseOfAProfile(t *testing.T) {
	d := newDesk(t, &script{})
	long := "// " + strings.Repeat("x", readLimit) + "\n"
	prefs := `user_pref("mail.accountmanager.accounts", "account1");
user_pref("mail.account.account1.server", "server1");
user_pref("mail.account.account1.identities", "id1");
user_pref("mail.identity.id1.useremail", "wendy@work.example");
user_pref("mail.server.server1.type", "imap");
user_pref("mail.server.server1.hostname", "imap.work.example");
user_pref("mail.server.server1.port", 993);
user_pref("mail.server.server1.socketType", 3);
user_pref("mail.server.server1.userName", "wendy");
`
	if s := d.open(t, "other.js", long+prefs); s.Notice.Tone != Danger {
		t.Errorf("got %+v, want it refused", s.Notice)
	}
	if s := d.open(t, "prefs.js", long+prefs); s.Form.Address != "wendy@work.example" || s.Form.Incoming.Host != "imap.work.example" {
		t.Errorf("got %+v, %+v", s.Form, s.Notice)
	}
}

func TestNothingIsOpenedIntoARunningSearch(t *testing.T) {
	d := newDesk(t, &script{runs: [][]probe.Event{well()}, pause: 1 << 40}).fill()
	d.Find()
	if s := d.open(t, "msmtprc", twoAccounts); s.Import.File != "" || !strings.Contains(s.Notice.Text, "search is running") {
		t.Errorf("got %+v, %+v", s.Import, s.Notice)
	}
}
