package cli

import (
	"errors"
	"flag"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"portolan/account"
)

const hex = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

func TestAddressMayStandAnywhere(t *testing.T) {
	for _, args := range [][]string{
		{"-find", "alice@example.test"},
		{"--find", "alice@example.test", "-json"},
		{"-find=alice@example.test"},
		{"-json", "-find", "alice@example.test", "-protocol", "imap"},
		{"-find", "-json", "alice@example.test"},
		{"alice@example.test", "-json", "-find"},
		{"-find", "-json", "alice@example.test", "-user", "alice"},
	} {
		o, err := parse(args)
		if err != nil || o.request.Address.String() != "alice@example.test" {
			t.Errorf("%q: got %v, %v, want alice@example.test", args, o.request.Address, err)
		}
	}
}

func TestAddressMayBeginWithADash(t *testing.T) {
	o, err := parse([]string{"-find", "-alice@example.test"})
	if err != nil || o.request.Address.Local != "-alice" {
		t.Errorf("got %v, %v, want -alice@example.test", o.request.Address, err)
	}
}

func TestOptionsBecomeTheRequest(t *testing.T) {
	o, err := parse([]string{
		"-find", "alice@example.test", "-user", "ally", "-incoming", "imaps://mail.example.test:1993", "-outgoing", "[2001:db8::1]:2525",
		"-protocol", "POP3", "-allow-cleartext", "mail.example.test:143", "-allow-cleartext", "mail.example.test:25",
		"-trust", "mail.example.test:993=" + hex, "-confirm-domain", "Provider.example", "-ca", "a.pem", "-ca", "b.pem",
		"-password-file", "-", "-practice", "tls", "-format", "thunderbird", "-o", "out.xml", "-json",
	})
	if err != nil {
		t.Fatalf("got %v, want the request", err)
	}
	q := o.request
	if want := (account.Endpoint{Host: "mail.example.test", Port: 1993}); q.Incoming.Server != want || q.Incoming.Security != account.TLS {
		t.Errorf("incoming: got %v %v, want %v with TLS", q.Incoming.Server, q.Incoming.Security, want)
	}
	if want := (account.Endpoint{Host: "2001:db8::1", Port: 2525}); q.Outgoing.Server != want || q.Outgoing.Security != account.SecurityUnknown {
		t.Errorf("outgoing: got %v %v, want %v", q.Outgoing.Server, q.Outgoing.Security, want)
	}
	if q.Incoming.Username != "ally" || q.Outgoing.Username != "ally" || q.Protocol != account.POP3 {
		t.Errorf("got %+v, want the user ally and POP3", q)
	}
	if q.Policy.Encryption != account.EncryptionOptional || len(q.Policy.Consents.Cleartext) != 2 {
		t.Errorf("got %+v, want cleartext allowed for two servers", q.Policy)
	}
	if !slices.Equal(q.Policy.Consents.Domains, []string{"provider.example"}) {
		t.Errorf("got %q, want provider.example", q.Policy.Consents.Domains)
	}
	if pin, ok := q.Policy.Trust.PinFor(account.Endpoint{Host: "mail.example.test", Port: 993}); !ok || pin.Certificate.String() != hex {
		t.Errorf("got %v, want the pin", q.Policy.Trust.Pins)
	}
	if !o.json || o.passwordFile != "-" || o.practice != "tls" || o.format != "thunderbird" || o.file != "out.xml" || len(o.authorities) != 2 {
		t.Errorf("got %+v, want every option", o)
	}
}

// D-4: without the option, encryption is required.
func TestEncryptionIsRequiredByDefault(t *testing.T) {
	o, err := parse([]string{"-find", "alice@example.test"})
	if err != nil || o.request.Policy.Encryption != account.EncryptionRequired || len(o.request.Policy.Consents.Cleartext) != 0 {
		t.Errorf("got %+v, %v, want the strict policy", o.request.Policy, err)
	}
}

func TestWrongUsageIsToldInWords(t *testing.T) {
	find := []string{"-find", "alice@example.test"}
	cases := []struct {
		args []string
		want string
	}{
		{[]string{"-find"}, "address is missing"},
		{[]string{"-find", "alice"}, "the address"},
		{[]string{"-find", "a@example.test", "-find", "b@example.test"}, "more than once"},
		{append(find, "b@example.test"), "more than one address"},
		{append(find, "-nonsense"), "nonsense"},
		{append(find, "-protocol", "smtp"), "imap or pop3"},
		{append(find, "-incoming", "mail.example.test:0"), "-incoming"},
		{append(find, "-outgoing", "mail.example.test:65536"), "-outgoing"},
		{append(find, "-incoming", "mail.example.test\r\nA1 LOGOUT"), "-incoming"},
		{append(find, "-user", "a\r\nb"), "-user"},
		{append(find, "-user", ""), "empty"},
		{append(find, "-allow-cleartext", "mail.example.test"), "port is missing"},
		{append(find, "-trust", "mail.example.test:993"), "HOST:PORT=sha256:HEX"},
		{append(find, "-trust", "mail.example.test="+hex), "port is missing"},
		{append(find, "-trust", "mail.example.test:993=sha256:12"), "64 hexadecimal digits"},
		{append(find, "-trust", "m.example.test:993="+hex, "-trust", "m.example.test:993=sha256:"+strings.Repeat("0", 63)+"1"), "another certificate"},
		{append(find, "-confirm-domain", "imap.provider.example"), "provider.example"},
		{append(find, "-confirm-domain", "192.0.2.1"), "register"},
		{append(find, "-o", "out.xml"), "-format NAME"},
		{append(find, "-format", "thunderbird"), "-o FILE"},
		{append(find, "-format", "nonsense", "-o", "out.xml"), "thunderbird"},
		{append(find, "-format", "thunderbird", "-o", "-"), "name of a file"},
	}
	for _, c := range cases {
		_, err := parse(c.args)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.args, err, c.want)
		}
	}
}

// K-4: a password is never an argument, and what may be one is not repeated.
func TestPasswordArgumentIsRefusedWithoutRepeatingIt(t *testing.T) {
	find := []string{"-find", "alice@example.test"}
	for _, args := range [][]string{
		append(find, "-password", "hunter2"), append(find, "--password=hunter2"), append(find, "-pass", "hunter2"),
		append(find, "-p", "hunter2"), append(find, "hunter2"), append(find, "-json", "hunter2"),
	} {
		_, err := parse(args)
		if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "-password-file") {
			t.Errorf("%q: got %v, want a refusal that names -password-file and not the password", args, err)
		}
	}
}

func TestHelpIsNoError(t *testing.T) {
	for _, args := range [][]string{{"-help"}, {"-h"}, {"-find", "-help"}} {
		if _, err := parse(args); !errors.Is(err, flag.ErrHelp) {
			t.Errorf("%q: got %v, want help", args, err)
		}
	}
}

func TestUsageNamesEveryOption(t *testing.T) {
	var o order
	o.flags().VisitAll(func(f *flag.Flag) {
		if !strings.Contains(Usage(), "-"+f.Name+" ") {
			t.Errorf("-%s: got no word on it in the help", f.Name)
		}
	})
	for _, name := range []string{"find", "version", "help"} {
		if !strings.Contains(Usage(), " -"+name+" ") {
			t.Errorf("-%s: got no word on it in the help", name)
		}
	}
}

// What belongs to -find is named as that where the window was asked for; no value is repeated, which could be a password.
func TestOptionsOfASearchAreNamedWhereTheWindowIsAskedFor(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"", ""}, {"alice@domain.example", ""}, {"-practice tls", ""}, {"-nonsense", ""}, {"settings.xml", ""},
		{"alice@domain.example -json", "-json belongs to a search without a window"},
		{"--ca=hunter2", "-ca belongs to a search without a window"},
		{"-user hunter2", "-user belongs to a search without a window"},
		{"-password hunter2", "a password is never given as an argument"},
		{"--pw=hunter2", "a password is never given as an argument"},
	} {
		got := ""
		if err := Misplaced(strings.Fields(c.args)); err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" || strings.Contains(got, "hunter2") {
			t.Errorf("%q: got %q, want %q", c.args, got, c.want)
		}
	}
}

func TestAFileThatIsNotThereIsSaidPlainly(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "nofile")
	_, err := readAuthorities(missing)
	if want := "-ca " + missing + ": there is no such file"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %q", err, want)
	}
}
