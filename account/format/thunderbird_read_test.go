package format

import (
	"errors"
	"fmt"
	"portolan/account"
	"slices"
	"strings"
	"testing"
)

// around puts a provider's content into a file.
func around(content string) string {
	return `<clientConfig version="1.1"><emailProvider id="example.test"><domain>example.test</domain>` + content + `</emailProvider></clientConfig>`
}

// server gives an incoming server with one part replaced.
func server(part, instead string) string {
	return strings.Replace(`<incomingServer type="imap"><hostname>imap.example.test</hostname><port>993</port><socketType>SSL</socketType>`+
		`<username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></incomingServer>`, part, instead, 1)
}

// list prints the servers of a file in short.
func list(c Config) string {
	var all []string
	for _, e := range slices.Concat(c.Incoming, c.Outgoing) {
		all = append(all, fmt.Sprintf("%v %v %v %v %s", e.Protocol, e.Server, e.Security, e.Auths, e.Username))
	}
	return strings.Join(all, "; ")
}

const wholeServer = "imap imap.example.test:993 tls [plain] %EMAILADDRESS%"

// draftFile is a file with everything that the draft and the ISPDB put into one.
const draftFile = "\ufeff" + `<?xml version="1.0" encoding="utf-8"?>
<!-- a comment -->
<clientConfig version="1.2" xmlns="https://xml.example/ns" clientConfigUpdate="x">
  <emailProvider id=" OXCloud-EU ">
    <domain> Example.TEST. </domain>
    <domain purpose="mx">bücher.example</domain>
    <domain>%EMAILDOMAIN%</domain>
    <domain>example.test</domain>
    <domain>not_a_domain</domain>
    <domain>localhost</domain>
    <displayName>Example&#x202e; Mail
      &amp; more</displayName>
    <displayNameShort>typo</displayNameShort>
    <incomingServer type="exchange"><hostname>x.example.test</hostname><url>https://x.example.test/</url></incomingServer>
    <incomingServer type="imap">
      <hostname> IMAP.Example.test </hostname>
      <port>993</port>
      <socketType> SSL </socketType>
      <username>%EMAILLOCALPART%.%EMAILDOMAIN%</username>
      <authentication system="http">Basic</authentication>
      <authentication system="sasl">SCRAM-SHA-256-PLUS</authentication>
      <authentication>OAuth2</authentication>
      <authentication>password-cleartext</authentication>
      <authentication>plain</authentication>
      <password>never</password>
      <pop3><leaveMessagesOnServer>true</leaveMessagesOnServer></pop3>
    </incomingServer>
    <incomingServer type="pop3">
      <hostname>mail.%EMAILDOMAIN%</hostname><port>110</port><socketType>plain</socketType>
      <username>%EMAILADDRESS%</username><authentication>secure</authentication>
    </incomingServer>
    <outgoingServer type="smtp">
      <hostname>smtp.example.test</hostname><port>587</port><socketType>STARTTLS</socketType>
      <username><![CDATA[a&b]]></username><authentication>password-encrypted</authentication><useGlobalPreferredServer>true</useGlobalPreferredServer>
    </outgoingServer>
    <outgoingServer type="smtp">
      <hostname>relay.example.test</hostname><port>25</port><socketType>plain</socketType><username>ignored</username>
      <authentication>client-IP-address</authentication>
    </outgoingServer>
    <documentation url="file:///etc/passwd"><descr lang="de">x</descr></documentation>
  </emailProvider>
  <oAuth2><issuer>x</issuer></oAuth2>
  <webMail/>
</clientConfig>
`

// W-7: unknown elements are passed over, a server of another kind is left out alone.
func TestAFileIsReadInItsOrderAndUnknownThingsArePassedOver(t *testing.T) {
	c, remarks, err := ReadThunderbird([]byte(draftFile))
	if err != nil {
		t.Fatal(err)
	}
	want := "imap imap.example.test:993 tls [scram-sha-256-plus xoauth2 plain] %EMAILLOCALPART%.%EMAILDOMAIN%; " +
		"pop3 mail.%EMAILDOMAIN%:110 none [cram-md5] %EMAILADDRESS%; " +
		"smtp smtp.example.test:587 starttls [cram-md5] a&b; smtp relay.example.test:25 none [none] "
	if got := list(c); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := strings.Join(c.Domains, " "), "example.test xn--bcher-kva.example %EMAILDOMAIN%"; got != want {
		t.Errorf("got domains %q, want %q", got, want)
	}
	if len(remarks) != 2 || !strings.Contains(remarks[0].Text, "2 that cannot be") || !strings.Contains(remarks[1].Text, "number 1 was left out: its kind is “exchange”") {
		t.Errorf("got %v, want two remarks: on the domains and on the exchange server", remarks)
	}
}

func TestAnAddressIsFilledIn(t *testing.T) {
	c, _, err := ReadThunderbird([]byte(draftFile))
	if err != nil {
		t.Fatal(err)
	}
	filled, remarks := c.For(account.Address{Local: "alice", Domain: "other.test"})
	want := "imap imap.example.test:993 tls [scram-sha-256-plus xoauth2 plain] alice.other.test; " +
		"pop3 mail.other.test:110 none [cram-md5] alice@other.test; smtp smtp.example.test:587 starttls [cram-md5] a&b; smtp relay.example.test:25 none [none] "
	if got := list(filled); got != want || len(remarks) != 0 {
		t.Errorf("got %s, %v, want %s", got, remarks, want)
	}
	if !filled.Covers("other.test") || filled.Covers("third.test") || !c.Covers("third.test") || c.Incoming[1].Host != "mail.%EMAILDOMAIN%" {
		t.Errorf("got domains %v and %v, want the placeholder replaced in one of them alone", filled.Domains, c.Domains)
	}
	if none, remarks := c.For(account.Address{}); len(none.Incoming) != 0 || len(none.Outgoing) != 2 || len(remarks) != 2 {
		t.Errorf("got %s, %v, want what needs no address", list(none), remarks)
	}
}

// W-8: a placeholder is replaced once; what it brought in is not looked at again.
func TestAPlaceholderInTheAddressIsNotReplacedAgain(t *testing.T) {
	c, _, err := ReadThunderbird([]byte(around(server("%EMAILADDRESS%", "%EMAILLOCALPART%"))))
	if err != nil {
		t.Fatal(err)
	}
	filled, _ := c.For(account.Address{Local: "%EMAILDOMAIN%", Domain: "example.test"})
	if got, want := filled.Incoming[0].Username, "%EMAILDOMAIN%"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	c.Incoming[0].Username = strings.Repeat(localPlaceholder, 10)
	if filled, remarks := c.For(account.Address{Local: strings.Repeat("a", 64), Domain: "example.test"}); len(filled.Incoming) != 0 || len(remarks) != 1 {
		t.Errorf("got %s, %v, want a user name of 640 bytes left out", list(filled), remarks)
	}
}

// W-7, W-8: a broken server is left out with a remark that says why, and the others stay.
func TestABrokenServerIsLeftOutAlone(t *testing.T) {
	for _, c := range []struct{ old, new, reason string }{
		{"imap.example.test", "", "no hostname"},
		{"<hostname>imap.example.test</hostname>", "", "no hostname"},
		{"<hostname>", "<hostname>evil.test</hostname><hostname>", "more than one hostname"},
		{"imap.example.test", "imap<b/>.example.test", "not a text"},
		{"imap.example.test", "imap.example.test:993", "neither a name"},
		{"imap.example.test", "imaps://imap.example.test", "neither a name"},
		{"imap.example.test", "im_ap.example.test", "“_”"},
		{"imap.example.test", "$(touch /tmp/x)", "blank"},
		{"imap.example.test", "-oProxyCommand=x", "“=”"},
		{"imap.example.test", "a b", "blank"},
		{"imap.example.test", "a&#10;b", "line break"},
		{"imap.example.test", "exаmple.test", "Cyrillic, Latin"},
		{"imap.example.test", "imap..test", "not a valid name"},
		{"imap.example.test", "2130706433", "ends in a number"},
		{"imap.example.test", "0.0.0.0", "not the address of one server"},
		{"imap.example.test", "%EMAILLOCALPART%.test", "“%”"},
		{"imap.example.test", "%EMAILLOCALPART%.%EMAILDOMAIN%", "“%”"},
		{"imap.example.test", "-%EMAILDOMAIN%", "not a valid name"},
		{"993", "", "no port"},
		{"993", "0", "from 1 to 65535"},
		{"993", "65536", "from 1 to 65535"},
		{"993", "-1", "digits"},
		{"993", "٩٩٣", "digits"},
		{"993", "9e2", "digits"},
		{"<port>", "<port>1</port><port>", "more than one port"},
		{"SSL", "ssl", "“ssl”"},
		{"SSL", "TLS", "“TLS”"},
		{"SSL", "none", "“none”"},
		{"SSL", "", "no socketType"},
		{"<socketType>", "<socketType>plain</socketType><socketType>", "more than one socketType"},
		{"%EMAILADDRESS%", "%PASSWORD%", "placeholder"},
		{"%EMAILADDRESS%", "%REALNAME%", "placeholder"},
		{"%EMAILADDRESS%", "%EMAILADDRESS", "placeholder"},
		{"%EMAILADDRESS%", "a&#13;&#10;b", "line break"},
		{"%EMAILADDRESS%", strings.Repeat("a", 321), "320 bytes"},
		{"<username>", "<username>x</username><username>", "more than one username"},
		{`"imap"`, `"IMAP"`, "“IMAP”"},
		{`"imap"`, `"smtp"`, "“smtp”"},
		{` type="imap"`, "", "“”"},
		{` type="imap"`, ` x:type="imap"`, "“”"},
	} {
		got, remarks, err := ReadThunderbird([]byte(around(server(c.old, c.new) + server("", ""))))
		if err != nil || list(got) != wholeServer {
			t.Errorf("%s for %s: got %s, %v, want %s", c.new, c.old, list(got), err, wholeServer)
		}
		if len(remarks) != 1 || remarks[0].Role != account.Incoming || !strings.Contains(remarks[0].Text, "number 1 was left out: ") || !strings.Contains(remarks[0].Text, c.reason) {
			t.Errorf("%s for %s: got %v, want one remark with %q", c.new, c.old, remarks, c.reason)
		}
	}
}

func TestWhatIsOddButClearIsRead(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"imap.example.test", "bücher.example", "imap xn--bcher-kva.example:993 tls [plain] %EMAILADDRESS%"},
		{"imap.example.test", "im<!-- x -->ap.example.test", wholeServer},
		{"imap.example.test", "imap.example.test.", wholeServer},
		{"imap.example.test", "%EMAILDOMAIN%", "imap %EMAILDOMAIN%:993 tls [plain] %EMAILADDRESS%"},
		{"993", " 587\n", "imap imap.example.test:587 tls [plain] %EMAILADDRESS%"},
		{"<username>%EMAILADDRESS%</username>", "", "imap imap.example.test:993 tls [plain] "},
		{"<username>%EMAILADDRESS%</username>", "<username/>", "imap imap.example.test:993 tls [plain] "},
		{"%EMAILADDRESS%", "  007 ", "imap imap.example.test:993 tls [plain] 007"},
		{"%EMAILADDRESS%", "alice%example.test", "imap imap.example.test:993 tls [plain] alice%example.test"},
		{"password-cleartext", "none", "imap imap.example.test:993 tls [] %EMAILADDRESS%"},
		{"password-cleartext", "Basic", "imap imap.example.test:993 tls [] %EMAILADDRESS%"},
		{"<authentication>password-cleartext</authentication>", "", "imap imap.example.test:993 tls [] %EMAILADDRESS%"},
		{
			"password-cleartext", "TLS-client-cert</authentication><authentication>GSSAPI</authentication><authentication>NTLM",
			"imap imap.example.test:993 tls [external gssapi ntlm] %EMAILADDRESS%",
		},
		{"password-cleartext", "&#x70;assword-cleartext", wholeServer},
	} {
		got, remarks, err := ReadThunderbird([]byte(around(server(c.old, c.new))))
		if err != nil || list(got) != c.want || len(remarks) != 0 {
			t.Errorf("%s for %s: got %s, %v, %v, want %s", c.new, c.old, list(got), remarks, err, c.want)
		}
	}
}

// W-5.
func TestAFileOfAnotherKindIsRefused(t *testing.T) {
	good := around(server("", ""))
	for name, c := range map[string]struct{ in, reason string }{
		"empty":           {"", "not a single XML document"},
		"blank":           {" \n", "not a single XML document"},
		"web page":        {"<!DOCTYPE html><html><body>hello</body></html>", "document type"},
		"other root":      {"<html/>", "<html>"},
		"dirty root":      {"<a\u00a0b/>", "not correct XML"},
		"text":            {"no configuration", "not a single XML document"},
		"short":           {good[:len(good)-20], "not correct XML"},
		"cut":             {good[:60], "not correct XML"},
		"two roots":       {good + good, "not a single XML document"},
		"text behind":     {good + "x", "not a single XML document"},
		"text before":     {"x" + good, "not a single XML document"},
		"DOCTYPE behind":  {good + "<!DOCTYPE x>", "document type"},
		"laughs":          {`<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>` + good, "document type"},
		"outside entity":  {`<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + strings.Replace(good, "imap.example.test", "&x;", 1), "document type"},
		"unknown entity":  {strings.Replace(good, "imap.example.test", "&x;", 1), "not correct XML"},
		"bad UTF-8":       {strings.Replace(good, "imap.", "\xff", 1), "not correct XML"},
		"NUL":             {strings.Replace(good, "imap.", "\x00", 1), "not correct XML"},
		"UTF-16":          {"\xff\xfe<\x00c\x00>\x00", "not correct XML"},
		"charset":         {`<?xml version="1.0" encoding="ISO-8859-1"?>` + good, "not in UTF-8"},
		"version":         {`<?xml version="1.1"?>` + good, "not correct XML"},
		"deep":            {around(strings.Repeat("<a>", 20) + strings.Repeat("</a>", 20)), "deeper"},
		"same attribute":  {strings.Replace(good, `type="imap"`, `type="imap" type="pop3"`, 1), "attribute twice"},
		"large":           {around(strings.Repeat(" ", maxFile)), "larger"},
		"crossed":         {"<clientConfig><emailProvider></clientConfig></emailProvider>", "not correct XML"},
		"many parts":      {around(strings.Repeat("<a/>", maxElements)), "more parts"},
		"no provider":     {"<clientConfig/>", "no mail provider"},
		"no server":       {around(""), "no server"},
		"no good server":  {around(server("993", "0")), "no server"},
		"server at root":  {"<clientConfig><emailProvider/>" + server("", "") + "</clientConfig>", "no server"},
		"nested provider": {"<clientConfig><x><emailProvider>" + server("", "") + "</emailProvider></x></clientConfig>", "no mail provider"},
	} {
		c2, _, err := ReadThunderbird([]byte(c.in))
		file, ok := errors.AsType[*FileError](err)
		if !ok || !strings.Contains(file.Reason, c.reason) || account.Neutral(file.Reason, 500) != file.Reason || list(c2) != "" {
			t.Errorf("%s: got %s, %v, want an error with %q", name, list(c2), err, c.reason)
		}
	}
}

func TestTheDepthThatIsAllowedIsRead(t *testing.T) {
	const inside = maxDepth - 2 // below clientConfig and emailProvider
	if _, _, err := ReadThunderbird([]byte(around(server("", "") + strings.Repeat("<a>", inside) + strings.Repeat("</a>", inside)))); err != nil {
		t.Errorf("got %v at depth %d, want no error", err, maxDepth)
	}
	if _, _, err := ReadThunderbird([]byte(around(server("", "") + strings.Repeat("<a>", inside+1) + strings.Repeat("</a>", inside+1)))); err == nil {
		t.Errorf("got no error at depth %d, want one", maxDepth+1)
	}
}

// W-5.
func TestTwentyServersAndFiveHundredDomainsAreLookedAt(t *testing.T) {
	c, remarks, err := ReadThunderbird([]byte(around(strings.Repeat(server("", ""), 15) + strings.Repeat(server("993", "0"), 100))))
	if err != nil || len(c.Incoming) != 15 || len(remarks) != 6 || !strings.Contains(remarks[5].Text, "more than 20") {
		t.Errorf("got %d servers, %d remarks, %v, want 15 and 6", len(c.Incoming), len(remarks), err)
	}
	var domains strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&domains, "<domain>d%d.test</domain>", i)
	}
	c, remarks, err = ReadThunderbird([]byte(around(domains.String() + server("", ""))))
	if err != nil || len(c.Domains) != maxDomains || len(remarks) != 1 || !strings.Contains(remarks[0].Text, "1001 domains") {
		t.Errorf("got %d domains, %v, %v, want %d", len(c.Domains), remarks, err, maxDomains)
	}
}

func TestOnlyTheFirstProviderIsRead(t *testing.T) {
	file := strings.Replace(around(server("", "")), "</clientConfig>", "<emailProvider>"+server("imap.", "evil.")+"</emailProvider></clientConfig>", 1)
	c, remarks, err := ReadThunderbird([]byte(file))
	if err != nil || list(c) != wholeServer || len(remarks) != 1 || !strings.Contains(remarks[0].Text, "several providers") {
		t.Errorf("got %s, %v, %v, want %s and a remark", list(c), remarks, err, wholeServer)
	}
}

// I-4: a single label, an address or a .local name may have been typed by its owner, and is remarked on.
func TestAHostOfTheLocalNetworkIsRemarkedOn(t *testing.T) {
	for _, host := range []string{"mailhost", "nas.local", "192.0.2.1", "[2001:db8::1]"} {
		c, remarks, err := ReadThunderbird([]byte(around(server("imap.example.test", host))))
		if err != nil || len(c.Incoming) != 1 || c.Incoming[0].Host != strings.Trim(host, "[]") || len(remarks) != 1 || !strings.Contains(remarks[0].Text, "own network") {
			t.Errorf("%s: got %s, %v, %v, want it read and remarked on", host, list(c), remarks, err)
		}
	}
}

func FuzzReadThunderbird(f *testing.F) {
	for _, s := range []string{sampleFile, draftFile, around(server("", "")), around(server("%EMAILADDRESS%", "%PASSWORD%")), "<!DOCTYPE x>", "<clientConfig/>", ""} {
		f.Add([]byte(s))
	}
	alice := account.Address{Local: "alice", Domain: "example.test"}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, _, err := ReadThunderbird(data)
		if err != nil {
			return
		}
		if n := len(c.Incoming) + len(c.Outgoing); n < 1 || n > maxServers || len(c.Domains) > maxDomains {
			t.Errorf("got %d servers, %d domains, want no more than the limits", n, len(c.Domains))
		}
		filled, _ := c.For(alice)
		for _, e := range slices.Concat(filled.Incoming, filled.Outgoing) {
			host, err := account.ParseHost(e.Host)
			if err != nil || host != e.Host || e.Port < 1 || e.Port > 65535 || e.Security == account.SecurityUnknown || account.CheckUsername(e.Username) != nil {
				t.Errorf("got %+v, want a server that can be used", e)
			}
		}
	})
}
