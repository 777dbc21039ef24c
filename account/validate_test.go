package account

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// fieldsOf names the fields of problems.
func fieldsOf(problems []Problem) string {
	var names []string
	for _, p := range problems {
		names = append(names, p.Field.String())
	}
	return strings.Join(names, " ")
}

func TestAGoodFormHasNoProblems(t *testing.T) {
	for _, in := range []Input{
		{Address: "alice@example.test"},
		{Address: " Alice <alice@example.test>", Incoming: " ", Outgoing: "\t", IncomingPort: " "},
		{
			Name: "Älice", Address: "alice@example.test", Password: NewSecret(" pass "), Incoming: "imaps://imap.example.test:993", IncomingPort: "1993",
			Username: "EXAMPLE\\alice", Outgoing: "[::1]:2525", OutgoingPort: "25", OutgoingUsername: " a ", OutgoingPassword: NewSecret("x"),
		},
	} {
		if got := Validate(in); len(got) != 0 {
			t.Errorf("%+v: got %v, want nothing", in, got)
		}
	}
}

// I-2, I-5.
func TestEveryFieldHasItsOwnProblem(t *testing.T) {
	got := Validate(Input{Incoming: "imap.example.test:0", IncomingPort: "65536", Outgoing: "smtp_1", OutgoingPort: "x"})
	if want := "address incoming-server incoming-port outgoing-server outgoing-port"; fieldsOf(got) != want {
		t.Errorf("got %q, want %q", fieldsOf(got), want)
	}
	for _, p := range got {
		checkReason(t, p.Field.String(), wrong(p.Message), "")
	}
}

// I-2: CR, LF and NUL get a clear message at every field, and at that field alone.
func TestALineBreakIsNamedAtEveryField(t *testing.T) {
	set := map[Field]func(*Input, string){
		FieldName:             func(in *Input, s string) { in.Name = s },
		FieldAddress:          func(in *Input, s string) { in.Address = s },
		FieldPassword:         func(in *Input, s string) { in.Password = NewSecret(s) },
		FieldIncomingServer:   func(in *Input, s string) { in.Incoming = s },
		FieldIncomingPort:     func(in *Input, s string) { in.IncomingPort = s },
		FieldUsername:         func(in *Input, s string) { in.Username = s },
		FieldOutgoingServer:   func(in *Input, s string) { in.Outgoing = s },
		FieldOutgoingPort:     func(in *Input, s string) { in.OutgoingPort = s },
		FieldOutgoingUsername: func(in *Input, s string) { in.OutgoingUsername = s },
		FieldOutgoingPassword: func(in *Input, s string) { in.OutgoingPassword = NewSecret(s) },
	}
	if fields := reflect.TypeFor[Input]().NumField(); fields != len(set) {
		t.Fatalf("got %d fields tested, want all %d of Input", len(set), fields)
	}
	for field, put := range set {
		for char, word := range map[string]string{"\r": "line break", "\n": "line break", "\x00": "NUL"} {
			in := Input{Address: "alice@example.test"}
			put(&in, "secret"+char)
			got := Validate(in)
			if len(got) != 1 || got[0].Field != field || !strings.Contains(got[0].Message, word) || strings.Contains(got[0].Message, "secret") {
				t.Errorf("%v with %q: got %v, want one problem that says %q", field, char, got, word)
			}
		}
	}
}

func TestAUserNameIsKeptAsItIsUnlessItCannotBeSent(t *testing.T) {
	for _, good := range []string{"", "alice", " alice ", "EXAMPLE\\alice", "ж", "a\u200db", strings.Repeat("a", MaxUsername)} {
		if err := CheckUsername(good); err != nil {
			t.Errorf("%q: got %v, want no error", good, err)
		}
	}
	for bad, reason := range map[string]string{
		"a\r\nA1 LOGOUT": "line break", "a\x00b": "NUL", "a\tb": "tab", "a\x1b": "U+001B", "\xff": "Unicode", strings.Repeat("a", MaxUsername+1): "320 bytes",
	} {
		checkReason(t, bad, CheckUsername(bad), reason)
	}
}

// goodAccount is an account without problems.
func goodAccount() Account {
	return Account{
		Name: "Alice", Address: Address{"alice", "example.test"},
		Incoming: Server{Protocol: IMAP, Endpoint: Endpoint{"imap.example.test", 993}, Security: TLS, Auth: AuthPlain, Username: "alice"},
		Outgoing: Server{Protocol: SMTP, Endpoint: Endpoint{"smtp.example.test", 587}, Security: STARTTLS, Auth: AuthNone},
	}
}

func TestACompleteAccountIsCheckedFieldByField(t *testing.T) {
	for _, c := range []struct {
		change func(*Account)
		want   string
	}{
		{func(*Account) {}, ""},
		{func(a *Account) { *a = Account{} }, "address incoming-server incoming-port incoming-security incoming-protocol username " +
			"outgoing-server outgoing-port outgoing-security outgoing-protocol outgoing-username"},
		{func(a *Account) { a.Name = "A\nBcc: x" }, "name"},
		{func(a *Account) { a.Name = strings.Repeat("a", 256) }, ""},
		{func(a *Account) { a.Name = strings.Repeat("a", 257) }, "name"},
		{func(a *Account) { a.Address.Domain = "Example.test" }, "address"},
		{func(a *Account) { a.Incoming.Host = "imap.example.test." }, "incoming-server"},
		{func(a *Account) { a.Incoming.Host = "%EMAILDOMAIN%" }, "incoming-server"},
		{func(a *Account) { a.Incoming.Port = 65536 }, "incoming-port"},
		{func(a *Account) { a.Incoming.Port, a.Outgoing.Port = 1, 65535 }, ""},
		{func(a *Account) { a.Incoming.Port = 0 }, "incoming-port"},
		{func(a *Account) { a.Outgoing.Port = -1 }, "outgoing-port"},
		{func(a *Account) { a.Outgoing.Security = Cleartext }, ""},
		{func(a *Account) { a.Incoming.Security = SecurityUnknown }, "incoming-security"},
		{func(a *Account) { a.Outgoing.Security = Cleartext + 1 }, "outgoing-security"},
		{func(a *Account) { a.Incoming.Protocol = SMTP }, "incoming-protocol"},
		{func(a *Account) { a.Outgoing.Protocol = POP3 }, "outgoing-protocol"},
		{func(a *Account) { a.Incoming.Auth, a.Incoming.Username = AuthNone, "" }, "incoming-auth"},
		{func(a *Account) { a.Incoming.Auth = AuthUnknown }, ""},
		{func(a *Account) { a.Incoming.Username = "" }, "username"},
		{func(a *Account) { a.Incoming.Username = "a\nb" }, "username"},
		{func(a *Account) { a.Outgoing.Username = "alice" }, "outgoing-username"},
		{func(a *Account) { a.Outgoing.Auth = AuthLogin }, "outgoing-username"},
	} {
		a := goodAccount()
		c.change(&a)
		if got := a.Validate(); fieldsOf(got) != c.want {
			t.Errorf("got %v, want %q", got, c.want)
		}
	}
}

// I-6.
func TestAPasswordIsRemarkedOnAndNeverChanged(t *testing.T) {
	for password, want := range map[string]string{
		"": "", "hunter2": "", "pass word": "", "pässwörd": "", "abcd-efgh-ijkl-mnop": "", "abcd efgh ijkl": "", "abcd efgh ijkl mnopq": "", "Abcd efgh ijkl mnop": "",
		" x": "begins or ends with a blank", "x ": "begins or ends", "x\u00a0": "begins or ends", "\u200bx": "begins or ends", "x\t": "begins or ends", " ": "begins or ends",
		"x\n": "line break", "x\r\ny": "line break",
		"abcd efgh ijkl mnop": "app password", "abcd\u00a0efgh\u00a0ijkl\u00a0mnop": "app password", "ab1d efgh ijkl mn0p": "app password",
		" abcd efgh ijkl mnop": "begins or ends",
	} {
		secret := NewSecret(password)
		got := PasswordRemark(secret)
		if (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%q: got %q, want %q", password, got, want)
		}
		if secret.Reveal() != password {
			t.Errorf("got %q, want %q unchanged", secret.Reveal(), password)
		}
	}
}

func TestEveryFieldHasAName(t *testing.T) {
	seen := map[string]bool{}
	for f := FieldNone; f <= FieldCertificatePassword; f++ {
		if name := f.String(); seen[name] || strings.HasPrefix(name, "(") {
			t.Errorf("got %q for field %d, want a name of its own", name, f)
		}
		seen[f.String()] = true
	}
	if got, want := fmt.Sprint(FieldCertificatePassword+1), "(19)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
