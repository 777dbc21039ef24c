package format

import (
	"crypto/x509"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"portolan/account"
)

// said joins remarks.
func said(remarks []Remark) string {
	var b strings.Builder
	for _, r := range remarks {
		b.WriteString(r.Role.String() + " " + r.Text + "\n")
	}
	return b.String()
}

// mustExport writes an account that fits.
func mustExport(t *testing.T, name string, a account.Account, o Options) Output {
	t.Helper()
	out, err := Export(name, a, o)
	if err != nil {
		t.Fatalf("%s: got %v, want a file", name, err)
	}
	return out
}

// F-8: no password unless that very export asked for it, then mode 0600 and said in the name and in the remarks.
func TestAPasswordIsWrittenOnlyWhereItWasAskedFor(t *testing.T) {
	const password = "correct horse"
	for _, f := range Formats() {
		plain := mustExport(t, f.Name, sample(), Options{})
		for _, file := range plain.Files {
			if file.Mode != 0o644 || strings.Contains(file.Path, "password") {
				t.Errorf("%s: got %s with mode %o, want an open file of an open name", f.Name, file.Path, file.Mode)
			}
		}
		with := mustExport(t, f.Name, sample(), Options{Password: account.NewSecret(password)})
		first := with.Files[0]
		holds := strings.Contains(string(first.Data), password) || strings.Contains(string(first.Data), percent(password)) || with.Code != nil && strings.Contains(with.Text, password)
		if holds != f.Secret || (first.Mode == 0o600) != f.Secret || strings.Contains(first.Path, "-with-password") != f.Secret {
			t.Errorf("%s: got password %v, mode %o, %s, want password %v", f.Name, holds, first.Mode, first.Path, f.Secret)
		}
		if want := map[bool]string{true: "holds the password", false: "holds no password"}[f.Secret]; !strings.Contains(said(with.Remarks), want) {
			t.Errorf("%s: got remarks %s, want %q", f.Name, said(with.Remarks), want)
		}
	}
}

func TestAPasswordIsNotWrittenForAServerThatTakesNone(t *testing.T) {
	a := sample()
	a.Incoming.Auth = account.AuthXOAUTH2
	a.Outgoing.Auth, a.Outgoing.Username = account.AuthNone, ""
	for _, f := range Formats() {
		out := mustExport(t, f.Name, a, Options{Password: account.NewSecret("secret")})
		if strings.Contains(out.Text, "secret\"") || out.Files[0].Mode != 0o644 {
			t.Errorf("%s: got %s with mode %o, want no password", f.Name, out.Text, out.Files[0].Mode)
		}
	}
}

func TestTheOutgoingServerCanHaveItsOwnPassword(t *testing.T) {
	for _, name := range []string{Msmtp, Neomutt, Aerc, Himalaya, Android, MobileConfig, Sheet} {
		out := mustExport(t, name, sample(), Options{Password: account.NewSecret("one"), OutgoingPassword: account.NewSecret("two")})
		if !strings.Contains(out.Text, "two") || name != Msmtp && !strings.Contains(out.Text, "one") {
			t.Errorf("%s: got %s, want both passwords", name, out.Text)
		}
	}
}

// F-8: a safe alphabet, less than 100 bytes, no reserved name.
func TestSuggestedNamesAreSafe(t *testing.T) {
	allowed := regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*$`)
	for _, address := range []account.Address{
		{Local: "alice", Domain: "example.test"}, {Local: "../../etc/passwd", Domain: "example.test"}, {Local: "-rf", Domain: "example.test"}, {Local: ".x", Domain: "example.test"},
		{Local: "con.x", Domain: "con.example"}, {Local: "用户", Domain: "xn--bcher-kva.example"}, {Local: strings.Repeat("a", 64), Domain: strings.Repeat("sub.", 40) + "example.test"}, {},
	} {
		for _, f := range Formats() {
			name := f.File(account.Account{Address: address}, true)
			stem, _, _ := strings.Cut(name, ".")
			if !allowed.MatchString(name) || len(name) > 100 || slices.Contains([]string{"con", "nul", "com1"}, stem) {
				t.Errorf("%s for %v: got %q, want a safe name", f.Name, address, name)
			}
		}
	}
}

func TestPathsInAFolderStayInIt(t *testing.T) {
	for _, f := range Formats() {
		out := mustExport(t, f.Name, sample(), Options{})
		if f.Folder != (len(out.Files) > 1) {
			t.Errorf("%s: got %d files, want several: %v", f.Name, len(out.Files), f.Folder)
		}
		for _, file := range out.Files {
			if strings.Contains(file.Path, "..") || strings.HasPrefix(file.Path, "/") || strings.Contains(file.Path, `\`) {
				t.Errorf("%s: got path %s, want one inside the folder", f.Name, file.Path)
			}
		}
	}
}

// Trap (e): a line break in any field is refused in every format.
func TestLineBreaksAreRefusedEverywhere(t *testing.T) {
	for _, c := range []struct {
		field  account.Field
		change func(*account.Account, *Options, string)
	}{
		{account.FieldName, func(a *account.Account, _ *Options, s string) { a.Name = s }},
		{account.FieldUsername, func(a *account.Account, _ *Options, s string) { a.Incoming.Username = s }},
		{account.FieldOutgoingUsername, func(a *account.Account, _ *Options, s string) { a.Outgoing.Username = s }},
		{account.FieldPassword, func(_ *account.Account, o *Options, s string) { o.Password = account.NewSecret(s) }},
		{account.FieldOutgoingPassword, func(_ *account.Account, o *Options, s string) { o.OutgoingPassword = account.NewSecret(s) }},
		{account.FieldAddress, func(a *account.Account, _ *Options, s string) { a.Address.Local = s }},
		{account.FieldIncomingServer, func(a *account.Account, _ *Options, s string) { a.Incoming.Host = s }},
		{account.FieldOutgoingServer, func(a *account.Account, _ *Options, s string) { a.Outgoing.Host = s }},
	} {
		for _, text := range []string{"x\ny", "x\r\ny", "x\ry", "x\x00y", "x\u0085y", "x\x1by"} {
			for _, f := range Formats() {
				a, o := sample(), Options{}
				c.change(&a, &o, text)
				out, err := Export(f.Name, a, o)
				secret := c.field == account.FieldPassword || c.field == account.FieldOutgoingPassword
				if secret && !f.Secret {
					continue
				}
				problem, ok := errors.AsType[*AccountError](err)
				if len(out.Files) > 0 || !ok || !slices.ContainsFunc(problem.Problems, func(p account.Problem) bool { return p.Field == c.field }) {
					t.Errorf("%s with %q in %v: got %v, want a refusal of that field", f.Name, text, c.field, err)
				}
			}
		}
	}
}

func TestWhatAFormatCannotSayIsRemarkedOnOrRefused(t *testing.T) {
	pinned := func(a *account.Account) {
		a.Trust.Pins = []account.Pin{{Server: a.Incoming.Endpoint, Certificate: account.Fingerprint{1}}, {Server: a.Outgoing.Endpoint, Certificate: account.Fingerprint{2}}}
	}
	pop := func(a *account.Account) { a.Incoming.Protocol, a.Incoming.Port = account.POP3, 995 }
	starttls := func(a *account.Account) { a.Incoming.Security, a.Incoming.Port = account.STARTTLS, 143 }
	open := func(a *account.Account) { a.Incoming.Security, a.Incoming.Port = account.Cleartext, 143 }
	for _, c := range []struct {
		formats string
		change  func(*account.Account)
		remark  string
		field   account.Field
	}{
		{formats: "mobileconfig", change: starttls, remark: "cannot ask for STARTTLS"},
		{formats: "mobileconfig autodiscover msmtp srv", change: func(a *account.Account) { a.Outgoing.Security = account.Cleartext }, remark: "without encryption"},
		{formats: "mbsync neomutt aerc himalaya fetchmail getmail offlineimap sheet android", change: open, remark: "without encryption"},
		{formats: "thunderbird mobileconfig autodiscover neomutt aerc himalaya mbsync fetchmail android pacc srv", change: pinned, remark: "accepted"},
		{formats: "msmtp mbsync fetchmail getmail offlineimap sheet aerc", change: func(a *account.Account) { a.Trust.Authorities = []*x509.Certificate{{}} }, remark: "authority"},
		{formats: "aerc himalaya", change: pop, remark: "does not speak POP3"},
		{formats: "mbsync offlineimap", change: pop, field: account.FieldIncomingProtocol},
		{formats: "getmail", change: starttls, field: account.FieldIncomingSecurity},
		{formats: "offlineimap", change: starttls, remark: "STARTTLS"},
		{formats: "pacc", change: starttls, field: account.FieldIncomingSecurity},
		{formats: "srv", change: func(a *account.Account) { a.Incoming.Host = "192.0.2.1" }, remark: "full name"},
		{formats: "srv", change: func(a *account.Account) { a.Incoming.Host, a.Outgoing.Host = "mailhost", "192.0.2.1" }, field: account.FieldIncomingServer},
		{formats: "pacc", change: func(a *account.Account) { a.Incoming.Username = "alice" }, remark: "whole address"},
		{formats: "android", change: func(a *account.Account) { a.Address.Local = "用户" }, field: account.FieldAddress},
		{formats: "android", change: func(a *account.Account) { a.Outgoing.Auth = account.AuthAnonymous }, field: account.FieldOutgoingAuth},
		{formats: "android", change: func(a *account.Account) { a.Name = strings.Repeat("ж", 120) }, remark: "cameras"},
		{formats: "msmtp", change: func(a *account.Account) { a.Address.Local = "a*b" }, field: account.FieldAddress},
		{formats: "getmail offlineimap autodiscover", change: func(a *account.Account) { a.Incoming.Username = " alice" }, field: account.FieldUsername},
		{formats: "neomutt", change: open, remark: "one switch for both"},
		{formats: "aerc himalaya mobileconfig autodiscover", change: func(a *account.Account) { a.Incoming.Auth = account.AuthGSSAPI }, remark: "gssapi"},
		{formats: "msmtp neomutt mbsync aerc himalaya", change: func(a *account.Account) { a.Incoming.Auth, a.Outgoing.Auth = account.AuthXOAUTH2, account.AuthXOAUTH2 }, remark: "OAuth2"},
		{formats: "thunderbird-domain", change: func(a *account.Account) { a.Incoming.Username = "u1234" }, field: account.FieldUsername},
		{formats: "thunderbird-domain", change: func(a *account.Account) { a.Address.Local = "a b" }, field: account.FieldAddress},
	} {
		for _, name := range strings.Fields(c.formats) {
			a := sample()
			if name == "pacc" && c.field != account.FieldNone {
				a.Outgoing.Port = 2587
			}
			c.change(&a)
			out, err := Export(name, a, Options{})
			if problem, ok := errors.AsType[*AccountError](err); ok != (c.field != account.FieldNone) || ok && problem.Problems[0].Field != c.field {
				t.Errorf("%s: got %v, want a refusal at field %q", name, err, c.field)
			}
			if c.remark != "" && !strings.Contains(said(out.Remarks), c.remark) {
				t.Errorf("%s: got remarks %s, want %q", name, said(out.Remarks), c.remark)
			}
		}
	}
}

func TestPinsAreWrittenWhereAFormatCanNameACertificate(t *testing.T) {
	a := sample()
	a.Trust.Pins = []account.Pin{{Server: a.Incoming.Endpoint, Certificate: account.Fingerprint{1, 0xab}}, {Server: a.Outgoing.Endpoint, Certificate: account.Fingerprint{1, 0xab}}}
	for name, want := range map[string]string{Msmtp: "tls_fingerprint 01:AB:00", Getmail: `ssl_fingerprints = ("01ab00`, OfflineIMAP: "cert_fingerprint = 01ab00", Sheet: "sha256:01ab00"} {
		out := mustExport(t, name, a, Options{})
		if !strings.Contains(out.Text, want) || strings.Contains(said(out.Remarks), "accepted") {
			t.Errorf("%s: got %s, %s, want %q and no remark", name, out.Text, said(out.Remarks), want)
		}
	}
}

func TestADomainFileHoldsNothingOfThePerson(t *testing.T) {
	a := sample()
	a.Address.Local, a.Name = "zoe.person", "Zoe Person"
	for user, want := range map[string]string{
		"zoe.person@example.test": "%EMAILADDRESS%", "zoe.person": "%EMAILLOCALPART%", "zoe.person%example.test": "%EMAILLOCALPART%%%EMAILDOMAIN%",
		"zoe.person@other.test": "%EMAILLOCALPART%@other.test", "zoe.person.mail": "%EMAILLOCALPART%.mail",
	} {
		a.Incoming.Username, a.Outgoing.Username = user, user
		out, err := Export(Thunderbird, a, Options{Domain: true})
		if err != nil {
			t.Fatalf("%s: got %v, want a folder", user, err)
		}
		for _, f := range out.Files {
			if strings.Contains(string(f.Data), "zoe") || strings.Contains(string(f.Data), "Person") {
				t.Errorf("%s: got %s, want nothing of the person in it", f.Path, f.Data)
			}
		}
		if !strings.Contains(string(out.Files[0].Data), "<username>"+want+"</username>") {
			t.Errorf("%s: got %s, want %s", user, out.Files[0].Data, want)
		}
		for _, part := range []string{"autoconfig.example.test/mail/config-v1.1.xml", "_imaps._tcp.example.test.", "text/xml", "certificate"} {
			if !strings.Contains(out.Text, part) && out.Files[0].Path != part {
				t.Errorf("got %s, want %q in it", out.Text, part)
			}
		}
	}
}

func TestTheTXTRecordHoldsTheDigestOfTheDocument(t *testing.T) {
	out := mustExport(t, PACC, sample(), Options{})
	if got := string(out.Files[1].Data); got != paccRecord("example.test", out.Files[0].Data) || !strings.Contains(got, `"v=UAAC1; a=sha256; d=`) {
		t.Errorf("got %s, want the digest of %s", got, out.Files[0].Data)
	}
}

// What a program would cut off, or could not read, is refused.
func TestTextsThatAreTooLongForAProgramAreRefused(t *testing.T) {
	password := func(_ *account.Account, o *Options, text string) { o.Password = account.NewSecret(text) }
	for _, c := range []struct {
		name  string
		field account.Field
		limit int
		set   func(*account.Account, *Options, string)
	}{
		{Msmtp, account.FieldOutgoingPassword, maxMsmtpText, password},
		{Mbsync, account.FieldPassword, maxMbsyncText - len(`""`), password},
		{Neomutt, account.FieldPassword, 255, password},
		{Neomutt, account.FieldOutgoingPassword, 255, func(_ *account.Account, o *Options, text string) { o.OutgoingPassword = account.NewSecret(text) }},
		{Neomutt, account.FieldUsername, 127, func(a *account.Account, _ *Options, text string) { a.Incoming.Username = text }},
		{Neomutt, account.FieldOutgoingUsername, 127, func(a *account.Account, _ *Options, text string) { a.Outgoing.Username = text }},
	} {
		for length, fits := range map[int]bool{c.limit: true, c.limit + 1: false} {
			a, o := sample(), Options{}
			c.set(&a, &o, strings.Repeat("x", length))
			_, err := Export(c.name, a, o)
			problem, refused := errors.AsType[*AccountError](err)
			if refused == fits || refused && problem.Problems[0].Field != c.field {
				t.Errorf("%s, %d bytes: got %v, want it to fit: %v", c.name, length, err, fits)
			}
		}
	}
	if _, err := Export(Mbsync, sample(), Options{Password: account.NewSecret(strings.Repeat(`"`, maxMbsyncText/2))}); err == nil {
		t.Error("got a file for mbsync with a password that is too long once it is quoted, want it refused")
	}
}

// OfflineIMAP refuses a file with a sign-in method that it does not know.
func TestOfflineIMAPIsToldOfNoMethodThatItLacks(t *testing.T) {
	for auth := account.AuthUnknown; auth <= account.AuthAnonymous; auth++ {
		a := sample()
		a.Incoming.Auth = auth
		out, err := Export(OfflineIMAP, a, Options{})
		if err != nil {
			continue
		}
		_, word, written := strings.Cut(out.Text, "auth_mechanisms = ")
		if word, _, _ = strings.Cut(word, "\n"); written != slices.Contains([]string{"GSSAPI", "XOAUTH2", "CRAM-MD5", "PLAIN", "LOGIN"}, word) {
			t.Errorf("%v: got %q, want a method that OfflineIMAP knows or none", auth, word)
		}
		if !written && !strings.Contains(said(out.Remarks), "the mail program chooses one") {
			t.Errorf("%v: got %s, want it said that the method is not in the file", auth, said(out.Remarks))
		}
	}
}

// With STARTTLS OfflineIMAP looks at no certificate: the file does not pretend that it does, and the preview says so.
func TestOfflineIMAPChecksNoCertificateWithSTARTTLS(t *testing.T) {
	a := sample()
	a.Incoming.Security, a.Incoming.Port = account.STARTTLS, 143
	a.Trust.Pins = []account.Pin{{Server: a.Incoming.Endpoint, Certificate: account.Fingerprint{1}}}
	out := mustExport(t, OfflineIMAP, a, Options{})
	if strings.Contains(out.Text, "cert_fingerprint") || strings.Contains(out.Text, "sslcacertfile") || !strings.Contains(said(out.Remarks), "checks no certificate") || !strings.Contains(said(out.Remarks), "Identity not verified") {
		t.Errorf("got %s, %s", out.Text, said(out.Remarks))
	}
}
