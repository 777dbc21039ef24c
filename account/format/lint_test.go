package format

import (
	"fmt"
	"strings"
	"testing"

	"portolan/account"
)

// lint gives what is said of a file, one line each.
func lint(file string) string {
	var b strings.Builder
	for _, l := range LintThunderbird([]byte(file)) {
		fmt.Fprintf(&b, "%d %s %v: %s\n", l.Line, l.Who, l.Severity, l.Text)
	}
	return b.String()
}

func TestBothProgramsUseAllOfWhatWeWrite(t *testing.T) {
	if got := lint(sampleFile); got != "" {
		t.Errorf("got %s, want nothing to be said", got)
	}
	if got := lint(string(mustExport(t, ThunderbirdDomain, sample(), Options{}).Files[0].Data)); got != "" {
		t.Errorf("got %s, want nothing to be said", got)
	}
}

func TestEachFaultIsSaidAtItsLine(t *testing.T) {
	for _, c := range []struct {
		part, instead string
		want          []string // "line who-initial severity: a part of the text"
		silent        string   // a program that must say nothing: D or M
	}{
		{"<clientConfig version=\"1.1\">", "<config>", []string{"0 D rejected: not correct XML", "0 M rejected: not correct XML"}, ""},
		{`id="example.test"`, `id="Example Provider"`, []string{"3 D rejected: host name", "3 M rejected: host name"}, ""},
		{"<domain>example.test</domain>", "<domain>bücher.example</domain>", []string{"4 D ignored: no domain in ASCII", "3 D rejected: <domain>"}, ""},
		{"<domain>example.test</domain>", "<domain>bücher.example</domain>", []string{"3 M rejected: <domain>"}, ""},
		{"<domain>example.test</domain>", "<domain>%EMAILDOMAIN%</domain>", nil, "DM"},
		{`id="example.test"`, `id="%EMAILDOMAIN%"`, []string{"3 M rejected: host name"}, "D"},
		{"<displayName>example.test</displayName>", "", []string{"3 D changed: “undefined”"}, "DM"},
		{"<socketType>SSL</socketType>", "<socketType>ssl</socketType>", []string{"10 D ignored: capitals", "7 D ignored: drops", "3 D rejected: <incomingServer>", "10 M rejected: only SSL"}, ""},
		{"<socketType>SSL</socketType>", "<socketType>plain</socketType>", []string{"10 M rejected: one server without them refuses"}, "D"},
		{"<socketType>SSL</socketType>", "<socketType> SSL </socketType>", []string{"10 D ignored: Blanks", "10 M rejected: Blanks"}, ""},
		{"<socketType>SSL</socketType>", "<socketType>TLS</socketType><socketType>SSL</socketType>", []string{"10 M rejected: only SSL"}, "D"},
		{"<socketType>SSL</socketType>", "<socketType>SSL</socketType><socketType>plain</socketType>", []string{"10 M rejected: only SSL"}, "D"},
		{"<port>993</port>", "", []string{"7 D changed: the standard one", "7 M rejected: no <port>"}, "D"},
		{"<port>587</port>", "", []string{"14 D ignored: no <port>", "14 D ignored: drops", "14 M rejected: no <port>"}, ""},
		{"<port>993</port>", "<port/>", []string{"7 D ignored: no <port>", "9 M rejected: no <port>"}, ""},
		{"<port>993</port>", "<port>993 (TLS)</port>", []string{"9 D changed: as 993", "9 M rejected: digits"}, "D"},
		{"<port>993</port>", "<port>993</port><port>1993</port>", []string{"9 D ignored: the first <port>", "9 M ignored: the last <port>"}, ""},
		{"<port>993</port>", "<port>993<x/></port>", []string{"9 M rejected: an element in <port>"}, "D"},
		{"<port>993</port>", "<port>0x3e1</port>", []string{"9 D ignored: digits", "9 M rejected: digits"}, ""},
		{"<hostname>imap.example.test</hostname>", "<hostname>imap_1.example.test</hostname>", []string{"8 D ignored: no host name", "8 M rejected: no host name"}, ""},
		{"<hostname>imap.example.test</hostname>", "<hostname>imap.example.test.</hostname>", nil, "DM"},
		{"<hostname>imap.example.test</hostname>", "<hostname>2001:db8::1</hostname>", nil, "DM"},
		{"<hostname>imap.example.test</hostname>", "<hostname>%EMAILLOCALPART%.example.test</hostname>", nil, "DM"},
		{"<hostname>imap.example.test</hostname>", "<hostname>%MAIL%.example.test</hostname>", []string{"8 M rejected: no host name"}, "D"},
		{"<hostname>imap.example.test</hostname>", "<hostname>mail.%EMAILDOMAIN%</hostname>", nil, "DM"},
		{"<hostname>imap.example.test</hostname>", "<hostname>1e5</hostname>", []string{"8 D ignored: looks like a number"}, "M"},
		{"<username>%EMAILADDRESS%</username>", "", []string{"7 D changed: undefined", "7 M rejected: no <username>"}, ""},
		{"<username>%EMAILADDRESS%</username>", "<username/>", []string{"11 D changed: “true”"}, "M"},
		{"<username>%EMAILADDRESS%</username>", "<username> al </username>", []string{"11 D changed: Blanks", "11 M changed: Blanks"}, "D"},
		{"<username>%EMAILADDRESS%</username>", "<username>007</username>", []string{"11 D changed: number"}, "M"},
		{"<username>%EMAILADDRESS%</username>", "<username>%PASSWORD%</username>", []string{"11 D changed: placeholder"}, "M"},
		{"<authentication>password-cleartext</authentication>", "<authentication>TLS-client-cert</authentication>", []string{"12 D ignored: does not know", "7 D ignored: no <authentication>", "3 D rejected: <incomingServer>", "7 M rejected: no <authentication>"}, ""},
		{"<authentication>password-cleartext</authentication>", "<authentication>OAuth2</authentication>", []string{"12 D ignored: only with the providers"}, "M"},
		{"<authentication>password-cleartext</authentication>", "<authentication>OAuth2</authentication><authentication>password-cleartext</authentication>", []string{"12 D ignored: only with the providers"}, "M"},
		{"<authentication>password-cleartext</authentication>", "<authentication>GSSAPI</authentication>", []string{"7 M rejected: no <authentication>"}, "D"},
		{"<authentication>password-cleartext</authentication>", "<authentication>GSSAPI</authentication><authentication>password-cleartext</authentication>", []string{"12 D ignored: comes too late"}, "M"},
		{`type="imap"`, `type="jmap"`, []string{"7 D ignored: “jmap”", "3 D rejected: <incomingServer>", "7 M ignored: imap servers alone", "3 M rejected: no imap"}, ""},
		{`type="imap"`, `type="pop3"`, []string{"7 M ignored: imap servers alone", "3 M rejected: no imap"}, "D"},
		{"<emailProvider", "<webMail/><emailProvider", []string{"3 D ignored: <webMail>"}, "M"},
		{"<displayName>", "<documentation url=\"x\"/><displayName>", []string{"5 D ignored: <documentation>"}, "M"},
		{"</emailProvider>", "</emailProvider><emailProvider id=\"b.test\"/>", []string{"21 D ignored: first <emailProvider>", "3 M ignored: the last <emailProvider>", "21 M rejected: no imap"}, ""},
		{"<port>993</port>", "<port>993</port><password>x</password>", []string{"9 D changed: password", "9 M changed: password"}, ""},
		{"<port>587</port>", "<port>587</port><useGlobalPreferredServer>true</useGlobalPreferredServer>", []string{"16 D ignored: own outgoing server"}, "M"},
		{"<port>587</port>", "<port>587</port><x:y xmlns:x=\"u\"/>", []string{"16 D ignored: prefix", "16 M ignored: prefix"}, ""},
	} {
		got := lint(strings.Replace(sampleFile, c.part, c.instead, 1))
		for _, want := range c.want {
			where, text, _ := strings.Cut(want, ": ")
			where = strings.NewReplacer(" D ", " Thunderbird ", " M ", " Thunderbird for Android ").Replace(where) + ":"
			found := false
			for line := range strings.Lines(got) {
				found = found || (strings.HasPrefix(line, where) || strings.HasPrefix(where, "0 ") && strings.Contains(line, where[1:])) && strings.Contains(line, text)
			}
			if !found {
				t.Errorf("%s: got %s, want %s", c.instead, got, want)
			}
		}
		if strings.Contains(c.silent, "D") && strings.Contains(got, " Thunderbird ignored") || strings.Contains(c.silent, "D") && strings.Contains(got, " Thunderbird rejected") || strings.Contains(c.silent, "M") && strings.Contains(got, "Android") {
			t.Errorf("%s: got %s, want nothing said of %s", c.instead, got, c.silent)
		}
	}
}

func TestASecondServerOfAKindIsDeadWeight(t *testing.T) {
	start := strings.Index(sampleFile, "    <incomingServer")
	end := strings.Index(sampleFile, "    <outgoingServer")
	twice := sampleFile[:end] + sampleFile[start:end] + sampleFile[end:]
	got := lint(twice)
	if !strings.Contains(got, "14 Thunderbird ignored: Thunderbird offers the first imap") || !strings.Contains(got, "14 Thunderbird for Android ignored: Thunderbird for Android takes the first imap") {
		t.Errorf("got %s, want the second server remarked on at line 14", got)
	}
	if got := lint(sampleFile[:start] + sampleFile[end:]); !strings.Contains(got, "3 Thunderbird rejected: There is no <incomingServer>") || !strings.Contains(got, "3 Thunderbird for Android rejected: There is no imap") {
		t.Errorf("got %s, want a missing server remarked on", got)
	}
}

func TestAFileThatIsNoXMLIsSaidWhereItBreaks(t *testing.T) {
	for file, line := range map[string]int{"": 1, "<a>\n\n</b>": 3, "<clientConfig>\n<!DOCTYPE x>\n</clientConfig>": 2, "<a>\n<b x='1' x='2'/></a>": 2, "\n<html/>": 2, "<clientConfig/>": 1} {
		lines := LintThunderbird([]byte(file))
		if len(lines) != 2 || lines[0].Line != line || lines[0].Severity != Rejected || lines[0].Who != Desktop || lines[1].Who != Mobile {
			t.Errorf("%q: got %v, want a rejection by both at line %d", file, lines, line)
		}
	}
}

// What only this program refuses is not said of the others.
func TestWhatOnlyPortolanRefusesIsSaidOfPortolan(t *testing.T) {
	for file, line := range map[string]int{
		"<?xml version=\"1.0\"?>\n<!DOCTYPE x>\n<clientConfig/>":                             2,
		"\n" + strings.Repeat("<a>", maxDepth+1) + strings.Repeat("</a>", maxDepth+1):        2,
		"<a>\n" + strings.Repeat("<b/>", maxElements) + "</a>":                               2,
		"<a/>" + strings.Repeat("\n", maxFile):                                               maxFile - 3, // as far as it is read
		"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<clientConfig>\xe9</clientConfig>": 1,
	} {
		lines := LintThunderbird([]byte(file))
		if len(lines) != 1 || lines[0].Who != Here || lines[0].Severity != Rejected || lines[0].Line != line {
			t.Errorf("%.60q: got %v, want one line, %d, of Portolan's own", file, lines, line)
		}
	}
}

// What Thunderbird for Android refuses, the writer says as well.
func TestTheWriterAndTheLintAgreeOnCleartext(t *testing.T) {
	a := sample()
	a.Outgoing.Security = account.Cleartext
	out := mustExport(t, Thunderbird, a, Options{})
	if !strings.Contains(said(out.Remarks), "Android refuses") || !strings.Contains(lint(out.Text), "Android rejected") {
		t.Errorf("got %s and %s, want both to speak of it", said(out.Remarks), lint(out.Text))
	}
}
