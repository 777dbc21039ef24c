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
	typed, open := d.drawn.Form, d.drawn.Shelf.Open
	one, _, _ := strings.Cut(twoAccounts, "account home")
	s := d.open(t, "msmtprc", one)
	if s.Form.Address != "wendy@work.example" || !s.Form.Password.Empty() || s.Notice.Tone != Warning {
		t.Errorf("got %s, password empty %t, %+v", s.Form.Address, s.Form.Password.Empty(), s.Notice)
	}
	if strings.Contains(s.Notice.Text, "sesame") {
		t.Error("got the file's password in the notice, want it read nowhere")
	}
	d.OpenAccount(open)
	if f := d.drawn.Form; f.Address != typed.Address || !f.Password.Equal(typed.Password) {
		t.Errorf("got %s, password empty %t, want what was typed before the file", f.Address, f.Password.Empty())
	}
}

// F-9: a file never takes the place of servers that somebody typed.
func TestAFileStandsBesideServersThatWereTyped(t *testing.T) {
	d := newDesk(t, &script{}).fill()
	d.Type(account.FieldIncomingServer, "imap.typed.test")
	typed, open := d.drawn.Form, d.drawn.Shelf.Open
	one, _, _ := strings.Cut(strings.ReplaceAll(twoAccounts, "wendy@work.example", typed.Address), "account home")
	s := d.open(t, "msmtprc", one)
	if s.Form.Address != typed.Address || !s.Form.Password.Equal(typed.Password) || s.Form.Outgoing.Host != "smtp.work.example" || s.Form.Incoming.Host != "" {
		t.Errorf("got %+v, want the same person with the file's servers", s.Form)
	}
	d.OpenAccount(open)
	if f := d.drawn.Form; f.Incoming.Host != "imap.typed.test" || f.Outgoing.Host != "" {
		t.Errorf("got %+v, want what was typed before the file", f)
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
	k9 := `<k9settings format="1"><accounts><account><incoming-server type="IMAP"><host>imap.k9.example</host><port>993</port>
<connection-security>SSL_TLS_REQUIRED</connection-security></incoming-server></account></accounts></k9settings>`
	if s := d.open(t, "other.js", long+prefs); s.Notice.Tone != Danger {
		t.Errorf("got %+v, want it refused", s.Notice)
	}
	if s := d.open(t, "Settings.K9S", "<!-- "+long+" -->"+k9); s.Form.Incoming.Host != "imap.k9.example" {
		t.Errorf("got %+v, %+v, want it read", s.Form, s.Notice)
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

func TestWhereServersOfferOtherThanAFileSaysTheDifferenceIsShown(t *testing.T) {
	d := newDesk(t, &script{runs: [][]probe.Event{well()}}).fill()
	d.open(t, "example.test.zone", "_imap._tcp.example.test. 3600 IN SRV 0 1 143 imap.example.test.\n_submissions._tcp.example.test. 3600 IN SRV 0 1 465 smtp.example.test.\n")
	d.Find()
	s := d.untilResting(t)
	const want = "You asked for STARTTLS on port 143; the server offers TLS on port 993."
	if o := s.Incoming.Offers; len(o) != 1 || o[0].Text != want || s.Form.Incoming.Port != "143" || s.Form.Incoming.Security != account.STARTTLS {
		t.Errorf("got %+v and %+v, want what the file says, and %q", o, s.Form.Incoming, want)
	}
	if o := s.Outgoing.Offers; len(o) != 0 || s.Outgoing.Tone != Success {
		t.Errorf("got %+v, %+v, want the outgoing server as the file says", o, s.Outgoing)
	}
}

// A sign-in method that a file asks for is said and stays automatic; the usual ones are not worth a word.
func TestASpecialSignInMethodOfAFileIsSaid(t *testing.T) {
	const file = "account a\nhost smtp.work.example\nport 465\ntls on\ntls_starttls off\nauth METHOD\nuser wendy\nfrom wendy@work.example\n"
	for method, want := range map[string]string{"plain": "", "cram-md5": "Outgoing server: The file asks for the sign-in method CRAM-MD5."} {
		d := newDesk(t, &script{})
		s := d.open(t, "a.msmtprc", strings.Replace(file, "METHOD", method, 1))
		if !strings.Contains(s.Notice.Text, want) || want == "" && strings.Contains(s.Notice.Text, "sign-in method") {
			t.Errorf("%s: got %q, want %q in it", method, s.Notice.Text, want)
		}
		if f := s.Form.Outgoing; f.Auth != account.AuthUnknown || f.Typed&PartAuth != 0 {
			t.Errorf("%s: got %v, want it automatic", method, f.Auth)
		}
	}
}
