package format

import (
	"bytes"
	"crypto/x509"
	"errors"
	"os/exec"
	"portolan/account"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sample is an account with nothing special about it.
func sample() account.Account {
	return account.Account{
		Name: "Alice Example", Address: account.Address{Local: "alice", Domain: "example.test"},
		Incoming: account.Server{
			Protocol: account.IMAP, Endpoint: account.Endpoint{Host: "imap.example.test", Port: 993}, Security: account.TLS,
			Auth: account.AuthPlain, Username: "alice@example.test", Source: account.SourceGuess,
		},
		Outgoing: account.Server{
			Protocol: account.SMTP, Endpoint: account.Endpoint{Host: "smtp.example.test", Port: 587}, Security: account.STARTTLS,
			Auth: account.AuthLogin, Username: "alice", Source: account.SourceUser,
		},
	}
}

const sampleFile = `<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <emailProvider id="example.test">
    <domain>example.test</domain>
    <displayName>example.test</displayName>
    <displayShortName>example.test</displayShortName>
    <incomingServer type="imap">
      <hostname>imap.example.test</hostname>
      <port>993</port>
      <socketType>SSL</socketType>
      <username>%EMAILADDRESS%</username>
      <authentication>password-cleartext</authentication>
    </incomingServer>
    <outgoingServer type="smtp">
      <hostname>smtp.example.test</hostname>
      <port>587</port>
      <socketType>STARTTLS</socketType>
      <username>%EMAILLOCALPART%</username>
      <authentication>password-cleartext</authentication>
    </outgoingServer>
  </emailProvider>
</clientConfig>
`

func TestAnAccountIsWrittenAsThunderbirdReadsIt(t *testing.T) {
	data, remarks, err := Write("thunderbird", sample())
	if err != nil || string(data) != sampleFile || len(remarks) != 0 {
		t.Errorf("got %v, %v, %s, want %s", err, remarks, data, sampleFile)
	}
}

func TestOnlyKnownFormatsAreWritten(t *testing.T) {
	if got := Names(); !slices.Contains(got, Thunderbird) || got[0] != Thunderbird {
		t.Errorf("got %v, want thunderbird first", got)
	}
	for _, name := range Names() {
		if data, _, err := Write(name, sample()); err != nil || len(data) == 0 {
			t.Errorf("%s: got %v, want no error", name, err)
		}
	}
	if _, _, err := Write("outlook", sample()); err == nil || !strings.Contains(err.Error(), "thunderbird") {
		t.Errorf("got %v, want an error that names the known formats", err)
	}
}

// writeCases are accounts with something special, what the file must hold then and must not hold, and the remark.
var writeCases = []struct {
	name       string
	change     func(*account.Account)
	has, lacks string
	remark     string
}{
	{name: "POP3", change: func(a *account.Account) { a.Incoming.Protocol, a.Incoming.Port = account.POP3, 995 }, has: `<incomingServer type="pop3">`, lacks: "imap\""},
	{name: "port of its own", change: func(a *account.Account) { a.Incoming.Port = 1993 }, has: "<port>1993</port>"},
	{
		name: "domain in punycode", change: func(a *account.Account) {
			a.Address.Domain, a.Incoming.Host = "xn--bcher-kva.example", "imap.xn--bcher-kva.example"
		},
		has: "<hostname>imap.xn--bcher-kva.example</hostname>", lacks: "<domain>bücher",
	},
	{name: "display name in its own alphabet", change: func(a *account.Account) { a.Address.Domain = "xn--bcher-kva.example" }, has: "<displayName>bücher.example</displayName>"},
	{
		name: "long domain", change: func(a *account.Account) { a.Address.Domain = strings.Repeat("sub.", 20) + "example.test" },
		has: "<displayName>" + strings.Repeat("sub.", 14) + "sub…</displayName>",
	},
	{name: "domain that is a suffix", change: func(a *account.Account) { a.Address.Domain = "co.uk" }, has: "<displayShortName>co.uk</displayShortName>"},
	{
		name: "no sign-in", change: func(a *account.Account) { a.Outgoing.Auth, a.Outgoing.Username = account.AuthNone, "" },
		has: "<socketType>STARTTLS</socketType>\n      <username>%EMAILADDRESS%</username>\n      <authentication>none</authentication>",
	},
	{name: "CRAM-MD5", change: func(a *account.Account) { a.Incoming.Auth = account.AuthCRAMMD5 }, has: "password-encrypted"},
	{name: "APOP", change: func(a *account.Account) { a.Incoming.Protocol, a.Incoming.Auth = account.POP3, account.AuthAPOP }, has: "password-encrypted"},
	{name: "SCRAM", change: func(a *account.Account) { a.Incoming.Auth = account.AuthSCRAMSHA256Plus }, has: "password-encrypted", remark: "CRAM-MD5"},
	{name: "OAuth", change: func(a *account.Account) { a.Incoming.Auth = account.AuthXOAUTH2 }, has: "OAuth2", remark: "only with the providers"},
	{name: "bearer", change: func(a *account.Account) { a.Outgoing.Auth = account.AuthOAuthBearer }, has: "OAuth2", remark: "only with the providers"},
	{name: "NTLM", change: func(a *account.Account) { a.Incoming.Auth = account.AuthNTLM }, has: "NTLM"},
	{name: "GSSAPI", change: func(a *account.Account) { a.Incoming.Auth = account.AuthGSSAPI }, has: "GSSAPI"},
	{name: "client certificate", change: func(a *account.Account) { a.Incoming.Auth = account.AuthExternal }, has: "TLS-client-cert", remark: "client certificate"},
	{name: "unknown method", change: func(a *account.Account) { a.Incoming.Auth = account.AuthUnknown }, has: "password-cleartext", remark: "not known"},
	{name: "cleartext", change: func(a *account.Account) { a.Outgoing.Security = account.Cleartext }, has: "<socketType>plain</socketType>", remark: "without encryption"},
	{name: "pinned certificate", change: func(a *account.Account) {
		a.Trust.Pins = []account.Pin{{Server: a.Incoming.Endpoint, Certificate: account.Fingerprint{1}}}
	}, remark: "certificate yourself"},
	{name: "own authority", change: func(a *account.Account) { a.Trust.Authorities = []*x509.Certificate{{}} }, remark: "authority"},
	{name: "IPv6", change: func(a *account.Account) { a.Incoming.Host = "2001:db8::1" }, has: "<hostname>2001:db8::1</hostname>"},
	{name: "single label", change: func(a *account.Account) { a.Incoming.Host = "mailhost" }, has: "<hostname>mailhost</hostname>"},
	{name: "markup", change: func(a *account.Account) { a.Incoming.Username = `a<b>&"c'd]]>` }, has: "a&lt;b&gt;&amp;&#34;c&#39;d]]&gt;"},
	{name: "user name of another domain", change: func(a *account.Account) { a.Incoming.Username = "alice@other.test" }, has: "<username>alice@other.test</username>"},
	{name: "user name in other capitals", change: func(a *account.Account) { a.Incoming.Username = "Alice" }, has: "<username>Alice</username>"},
	{name: "percent sign", change: func(a *account.Account) { a.Incoming.Username = "alice%example.test" }, has: "<username>alice%example.test</username>"},
	{
		name: "quoted address", change: func(a *account.Account) { a.Address.Local, a.Incoming.Username = "a b", `"a b"@example.test` },
		has: "<username>&#34;a b&#34;@example.test</username>", lacks: "%EMAILADDRESS%",
	},
	{name: "person's name", change: func(a *account.Account) { a.Name = "Secretive" }, lacks: "Secretive"},
}

func TestTheFileSaysWhatTheAccountSays(t *testing.T) {
	for _, c := range writeCases {
		a := sample()
		c.change(&a)
		data, remarks, err := WriteThunderbird(a)
		if err != nil || !strings.Contains(string(data), c.has) || c.lacks != "" && strings.Contains(string(data), c.lacks) {
			t.Errorf("%s: got %v, %s, want %q and not %q", c.name, err, data, c.has, c.lacks)
		}
		if (c.remark == "") != (len(remarks) == 0) || len(remarks) > 1 || c.remark != "" && !strings.Contains(remarks[0].Text, c.remark) {
			t.Errorf("%s: got remarks %v, want %q", c.name, remarks, c.remark)
		}
	}
}

// JXON, Thunderbird's XML reader, converts what looks like a number, a truth value or a date.
func TestUserNamesThatThunderbirdConvertsAreRemarkedOn(t *testing.T) {
	for name, want := range map[string]bool{
		"007": true, "1e5": true, "0x10": true, "0o7": true, "0b1": true, "TRUE": true, "false": true, "12345": true, "1.": true, ".5": true, "-1": true, "+1.5E-3": true,
		"2024-03-07": true, "2024-03": true,
		"alice": false, "alice1": false, "1alice": false, "1e": false, "0xg": false, "1.2.3": false, "truer": false, "undefined": false, "١": false,
	} {
		a := sample()
		a.Incoming.Username = name
		_, remarks, err := WriteThunderbird(a)
		if err != nil || want != (len(remarks) == 1 && remarks[0].Role == account.Incoming && strings.Contains(remarks[0].Text, name)) {
			t.Errorf("%q: got %v, %v, want a remark: %v", name, remarks, err, want)
		}
		a.Address.Local = name
		if _, remarks, err = WriteThunderbird(a); a.Address.Plain() && (err != nil || len(remarks) != 0) {
			t.Errorf("%q: got %v, %v, want a placeholder and no remark", name, remarks, err)
		}
	}
	a := sample()
	a.Outgoing.Host = "1e5"
	if _, remarks, err := WriteThunderbird(a); err != nil || len(remarks) != 1 || remarks[0].Role != account.Outgoing {
		t.Errorf("got %v, %v, want a remark on the host", remarks, err)
	}
}

func TestAnAccountThatDoesNotFitIsRefusedAtItsField(t *testing.T) {
	for _, c := range []struct {
		change func(*account.Account)
		want   account.Field
	}{
		{func(a *account.Account) { a.Incoming.Host = "" }, account.FieldIncomingServer},
		{func(a *account.Account) { a.Incoming.Host = "bücher.example" }, account.FieldIncomingServer},
		{func(a *account.Account) { a.Outgoing.Port = 0 }, account.FieldOutgoingPort},
		{func(a *account.Account) { a.Outgoing.Security = account.SecurityUnknown }, account.FieldOutgoingSecurity},
		{func(a *account.Account) { a.Incoming.Username = "" }, account.FieldUsername},
		{func(a *account.Account) { a.Incoming.Username = "a\nb" }, account.FieldUsername},
		{func(a *account.Account) { a.Incoming.Username = " a" }, account.FieldUsername},
		{func(a *account.Account) { a.Incoming.Username = "a\u00a0" }, account.FieldUsername},
		{func(a *account.Account) { a.Incoming.Username = "%EMAILADDRESS%" }, account.FieldUsername},
		{func(a *account.Account) { a.Outgoing.Username = "50%OFF%" }, account.FieldOutgoingUsername},
		{func(a *account.Account) { a.Incoming.Username = "a\uffffb" }, account.FieldIncomingServer},
		{func(a *account.Account) { a.Outgoing.Username = "a\ufffeb" }, account.FieldOutgoingServer},
		{func(a *account.Account) { a.Outgoing.Auth = account.AuthAnonymous }, account.FieldOutgoingAuth},
	} {
		a := sample()
		c.change(&a)
		data, _, err := WriteThunderbird(a)
		problem, ok := errors.AsType[*AccountError](err)
		if data != nil || !ok || len(problem.Problems) != 1 || problem.Problems[0].Field != c.want || !strings.HasPrefix(err.Error(), c.want.String()+": ") {
			t.Errorf("got %v, want an error at %v and no file", err, c.want)
		}
	}
}

// genServer draws servers that can be written.
func genServer(protocols ...account.Protocol) *rapid.Generator[account.Server] {
	return rapid.Custom(func(t *rapid.T) account.Server {
		s := account.Server{
			Protocol: rapid.SampledFrom(protocols).Draw(t, "protocol"),
			Endpoint: account.Endpoint{
				Host: rapid.SampledFrom([]string{"imap.example.test", "mailhost", "192.0.2.1", "2001:db8::1", "xn--bcher-kva.example", "1e5"}).Draw(t, "host"),
				Port: rapid.IntRange(1, 65535).Draw(t, "port"),
			},
			Security: account.Security(rapid.IntRange(int(account.TLS), int(account.Cleartext)).Draw(t, "security")),
			Auth:     account.Auth(rapid.IntRange(0, int(account.AuthDigestMD5)).Draw(t, "auth")),
			Username: rapid.OneOf(rapid.SampledFrom([]string{"alice", "alice@example.test", "007", "true"}), rapid.StringMatching(`[!-$&-~ж][ -$&-~ж用]{0,20}[!-$&-~ж]`)).Draw(t, "username"),
			Source:   account.Source(rapid.IntRange(0, int(account.SourceGuess)).Draw(t, "source")),
		}
		if s.Auth == account.AuthNone {
			if s.Username = ""; s.Protocol != account.SMTP {
				s.Auth, s.Username = account.AuthPlain, "alice"
			}
		}
		return s
	})
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := sample()
		a.Address.Local = rapid.SampledFrom([]string{"alice", "007", "a b", `a"@\`, "用户"}).Draw(t, "local")
		a.Incoming = genServer(account.IMAP, account.POP3).Draw(t, "incoming")
		a.Outgoing = genServer(account.SMTP).Draw(t, "outgoing")
		if rapid.Bool().Draw(t, "own address") {
			a.Incoming.Username = a.Address.String()
		}
		data, _, err := WriteThunderbird(a)
		if err != nil {
			t.Fatal(err)
		}
		read, remarks, err := ReadThunderbird(data)
		if err != nil || !read.Covers(a.Address.Domain) || len(read.Incoming) != 1 || len(read.Outgoing) != 1 {
			t.Fatalf("got %+v, %v, %v, want one server of each role", read, remarks, err)
		}
		read, remarks = read.For(a.Address)
		if len(remarks) > 0 {
			t.Fatalf("got %v, want no remark", remarks)
		}
		for got, want := range map[account.Server]account.Server{read.Incoming[0].Server: a.Incoming, read.Outgoing[0].Server: a.Outgoing} {
			if authWord(got.Auth) != authWord(want.Auth) {
				t.Fatalf("got sign-in method %v, want one like %v", got.Auth, want.Auth)
			}
			if got.Auth, got.Source = want.Auth, want.Source; got != want {
				t.Fatalf("got %+v, want %+v", got, want)
			}
		}
	})
}

// Where xmllint is there, an independent reader looks at the files too.
func TestAnotherReaderFindsTheFilesWellFormed(t *testing.T) {
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Log("xmllint is not installed: checked by our own reader alone")
		return
	}
	for _, c := range writeCases {
		a := sample()
		c.change(&a)
		data, _, err := WriteThunderbird(a)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(lint, "--noout", "--nonet", "-")
		cmd.Stdin = bytes.NewReader(data)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: got %v, %s, want no complaint about %s", c.name, err, out, data)
		}
	}
}
