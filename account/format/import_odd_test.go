package format

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// profile is a prefs.js with one IMAP account whose settings are replaced or joined by others: name, value, name, value.
func profile(settings ...string) string {
	all := []string{
		"mail.accountmanager.accounts", `"account1"`, "mail.account.account1.server", `"server1"`, "mail.account.account1.identities", `"id1"`,
		"mail.identity.id1.useremail", `"al@example.test"`, "mail.server.server1.type", `"imap"`, "mail.server.server1.hostname", `"imap.example.test"`,
		"mail.server.server1.userName", `"al"`, "mail.server.server1.socketType", "3", "mail.smtpservers", `"smtp1"`,
		"mail.smtpserver.smtp1.hostname", `"smtp.example.test"`, "mail.smtpserver.smtp1.username", `"al"`, "mail.smtpserver.smtp1.try_ssl", "3",
	}
	all = append(all, settings...)
	var b strings.Builder
	for i := 0; i < len(all); i += 2 {
		fmt.Fprintf(&b, "user_pref(%q, %s);\n", all[i], all[i+1])
	}
	return b.String()
}

func TestSettingsOfAProfileAreReadAsThunderbirdReadsThem(t *testing.T) {
	const in, out = "imap imap.example.test:993 tls plain al", "smtp smtp.example.test:465 tls plain al"
	auths := map[string]string{"1": "", "2": "", "3": "plain", "4": "cram-md5", "5": "gssapi", "6": "ntlm", "7": "external", "8": "", "9": "", "10": "xoauth2", "99": ""}
	type odd struct {
		name, file, in, out string
	}
	cases := []odd{
		{"no port", profile(), in, out},
		{"port 0", profile("mail.server.server1.port", "0", "mail.smtpserver.smtp1.port", "0"), in, out},
		{"port -1", profile("mail.server.server1.port", "-1"), in, out},
		{"no port, STARTTLS", profile("mail.server.server1.socketType", "2", "mail.smtpserver.smtp1.try_ssl", "2"), "imap imap.example.test:143 starttls plain al", "smtp smtp.example.test:587 starttls plain al"},
		{"no port, no encryption", profile("mail.server.server1.socketType", "0", "mail.smtpserver.smtp1.try_ssl", "0"), "imap imap.example.test:143 none plain al", "smtp smtp.example.test:587 none plain al"},
		{"a server that is not there", profile("mail.identity.id1.smtpServer", `"smtp9"`), in, out},
		{"a default that is not there", profile("mail.smtp.defaultserver", `"smtp9"`), in, out},
		{"another of its own", profile("mail.identity.id1.smtpServer", `"smtp2"`, "mail.smtpserver.smtp2.hostname", `"two.test"`, "mail.smtpserver.smtp2.try_ssl", "3"), in, "smtp two.test:465 tls plain "},
		{"deferred", profile("mail.server.server1.type", `"pop3"`, "mail.server.server1.deferred_to_account", `"account2"`), "pop3 imap.example.test:995 tls plain al", out},
		{"the last word counts", profile("mail.server.server1.userName", `"eve"`), "imap imap.example.test:993 tls plain eve", out},
		{"a string for a number", profile("mail.server.server1.port", `"1993"`), "imap imap.example.test:1993 tls plain al", out},
		{"line ends and a mark", "\ufeff" + strings.ReplaceAll(profile(), "\n", "\r\n"), in, out},
		{"blanks", strings.NewReplacer("user_pref(", "\t user_pref (\n ", ", ", " ,\n\t", ");", " ) ; ").Replace(profile()), in, out},
		{"one line", strings.ReplaceAll(profile(), "\n", ""), in, out},
		{"comments", "/* user_pref(\"mail.server.server1.port\", 1);\nuser_pref(\"mail.server.server1.port\", 2); */ # x\n// user_pref(\"x\n" +
			profile() + "// user_pref(\"mail.server.server1.port\", 3);\n/*\nuser_pref(\"mail.server.server1.port\", 4);\n", in, out},
		{"broken calls between", strings.ReplaceAll(profile(), "\n", "\nuser_pref(\"mail.server.server1.userName\", \"x\nuser_pref(\"mail.x\", 1 + 1);\nalert();\n"), in, out},
		{"escapes", profile("mail.server.server1.userName", `"\x41\u00e9\ud83d\ude00\"\\'"`), `imap imap.example.test:993 tls plain Aé😀"\'`, out},
		{"half an escape", profile("mail.server.server1.userName", `"\u00"`), in, out},
		{"before Thunderbird 3", strings.Replace(profile("mail.server.server1.isSecure", "true"), "user_pref(\"mail.server.server1.socketType\", 3);\n", "", 1), in, out},
	}
	for number, word := range auths {
		outgoing := word + " al"
		if number == "1" {
			outgoing = "none "
		}
		cases = append(cases, odd{"sign-in " + number, profile("mail.server.server1.authMethod", number, "mail.smtpserver.smtp1.authMethod", number),
			"imap imap.example.test:993 tls " + word + " al", "smtp smtp.example.test:465 tls " + outgoing})
	}
	for _, c := range cases {
		read, err := Read("", []byte(c.file))
		if want := " <al@example.test> " + c.in + "; " + c.out; err != nil || len(read) != 1 || brief(read[0]) != want {
			t.Errorf("%s: got %v, %v, want %s", c.name, read, err, want)
		}
	}
}

// tlv writes an element of ASN.1: of a known length or, in pieces of a CMS envelope, of one that is not known.
func tlv(tag byte, streamed bool, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	switch n := len(body); {
	case streamed && tag&0x20 != 0:
		return append(append([]byte{tag, 0x80}, body...), 0, 0)
	case n < 0x80:
		return append([]byte{tag, byte(n)}, body...)
	default:
		return append([]byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}, body...)
	}
}

// signedBy puts a profile into a CMS envelope, as a signer does that knows its length or one that streams it in pieces.
func signedBy(text string, streamed bool) []byte {
	content := tlv(0x04, false, []byte(text))
	if streamed {
		var pieces [][]byte
		for rest := []byte(text); len(rest) > 0; rest = rest[min(len(rest), 100):] {
			pieces = append(pieces, tlv(0x04, false, rest[:min(len(rest), 100)]))
		}
		content = tlv(0x24, true, pieces...)
	}
	return tlv(0x30, streamed, []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), tlv(0xa0, streamed, tlv(0x30, streamed,
		[]byte("\x02\x01\x01\x31\x00"), tlv(0x30, streamed, []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"), tlv(0xa0, streamed, content)), []byte("\x31\x00"))))
}

func TestASignedProfileIsReadWholeOrInPieces(t *testing.T) {
	text := mustExport(t, MobileConfig, sample(), Options{}).Text
	for _, streamed := range []bool{false, true} {
		read, err := Read("", signedBy(text, streamed))
		if err != nil || len(read) != 1 || !strings.Contains(brief(read[0]), "imap imap.example.test:993 tls plain alice@example.test; smtp smtp.example.test:587 starttls plain alice") {
			t.Fatalf("streamed %v: got %v, %v, want the account", streamed, read, err)
		}
		if !strings.Contains(said(read[0].Remarks), "signature was not checked") {
			t.Errorf("streamed %v: got %s, want the signature spoken of", streamed, said(read[0].Remarks))
		}
	}
	whole := signedBy(text, true)
	for n := range whole {
		if content, ok := signedContent(whole[:n]); ok && string(content) != text {
			t.Fatalf("cut after %d bytes: got %d bytes, want all or none", n, len(content))
		}
	}
}

func TestOfSeveralPayloadsTheMailAccountsAreRead(t *testing.T) {
	text := mustExport(t, MobileConfig, sample(), Options{}).Text
	start, end := strings.Index(text, "      <dict>"), strings.Index(text, "    </array>")
	mail, wifi := text[start:end], "<dict><key>PayloadType</key><string>com.apple.wifi.managed</string></dict>"
	second := strings.ReplaceAll(mail, "imap.example.test", "imap.other.test")
	read, err := Read("", []byte(text[:start]+wifi+mail+second+wifi+text[end:]))
	if err != nil || len(read) != 2 || read[0].Incoming.Host != "imap.example.test" || read[1].Incoming.Host != "imap.other.test" || !strings.Contains(said(read[0].Remarks), "2 parts") {
		t.Errorf("got %v, %v, want two accounts and a word on the rest", read, err)
	}
	_, err = Read("", []byte("<plist><dict><key>EncryptedPayloadContent</key><data>AAAA</data></dict></plist>"))
	if err == nil || !strings.Contains(err.Error(), "encrypted") {
		t.Errorf("got %v, want it said that the profile is encrypted", err)
	}
}

func TestZonesAreReadInEveryShape(t *testing.T) {
	const want = " <> imap imap.example.test:993 tls  %EMAILADDRESS%; smtp smtp.example.test:587 starttls  %EMAILADDRESS%"
	const submission = "_submission._tcp.example.test. IN SRV 0 1 587 smtp.example.test.\n"
	for name, file := range map[string]string{
		"absolute":           "_imaps._tcp.example.test. 3600 IN SRV 0 1 993 imap.example.test.\n" + submission,
		"class before TTL":   "_imaps._tcp.example.test. IN 3600 SRV 0 1 993 imap.example.test.\n" + submission,
		"small letters":      "_IMAPS._TCP.Example.TEST. in srv 0 1 993 IMAP.example.test.\n" + submission,
		"over several lines": "$ORIGIN example.test.\n_imaps._tcp IN SRV ( 0 1 ; priority, weight\n\t993\n imap ) ; end\n_submission._tcp SRV (0 1 587 smtp)\n",
		"origin and @":       "$TTL 1h\n$ORIGIN test.\n$ORIGIN example\n_imaps._tcp SRV 0 1 993 imap\n_submission._tcp SRV 0 1 587 smtp\n",
		"text between":       "x.example.test. TXT \"a ( b ; c\" \"\\\" ( \"\n_imaps._tcp.example.test. SRV 0 1 993 imap.example.test.\n" + submission,
		"line ends":          strings.ReplaceAll("_imaps._tcp.example.test. SRV 0 1 993 imap.example.test.\n"+submission, "\n", "\r\n"),
		"owner above":        "_imaps._tcp.example.test. SRV 9 1 1 heavy.test.\n   SRV 0 1 993 imap.example.test.\n" + submission,
		"after a SOA":        "$ORIGIN example.test.\n@ IN SOA ns.x. host.x. (\n 1 ; serial\n 3600 600 86400 3600 )\n  IN NS ns\n_imaps._tcp SRV 0 1 993 imap\n" + submission,
	} {
		read, err := Read("", []byte(file))
		if err != nil || len(read) != 1 || brief(read[0]) != want {
			t.Errorf("%s: got %v, %v, want %s", name, read, err, want)
		}
	}
	read, err := Read("", []byte("$ORIGIN example.test.\n_imaps._tcp SRV 0 1 993 @\n"))
	if err != nil || read[0].Incoming.Host != "example.test" {
		t.Errorf("got %v, %v, want @ to stand for the origin", read, err)
	}
}

func TestAccountsOfAnMsmtprcInherit(t *testing.T) {
	const file = "# x\n\ndefaults\ntls\nauth\nport 587\n\naccount one\n  host smtp.one.test\nfrom one@example.test\nuser one\n\n" +
		"account two : one\nuser \"two words\"\n\ndefaults\n\naccount three\nhost smtp.three.test\n\naccount four : two,three\nfrom *@example.test\ntls_starttls off\nport 465\n\naccount default : two\n"
	want := []string{
		" <one@example.test>     ; smtp smtp.one.test:587 starttls  one", " <one@example.test>     ; smtp smtp.one.test:587 starttls  two words",
		" <>     ; smtp smtp.three.test:25 none none ", " <>     ; smtp smtp.three.test:465 tls  two words",
	}
	read, err := Read("", []byte(strings.ReplaceAll(file, "\n", "\r\n")))
	if err != nil || len(read) != len(want) {
		t.Fatalf("got %v, %v, want %d accounts", read, err, len(want))
	}
	for i, w := range want {
		if got := brief(read[i]); got != w {
			t.Errorf("got %q, want %q", got, w)
		}
	}
}

func TestCodesOfThunderbirdAreReadWithWhateverIsAdded(t *testing.T) {
	for text, want := range map[string]string{
		`[1,[1,1],[0,"imap.example.test",993,3,1,"al","Work","pw","more",{"x":1}],[[[0,"smtp.example.test",587,2,6,"al@example.test","",null],["al@example.test","Al","more"],["b@example.test","B"]]]]`: "Al <al@example.test> imap imap.example.test:993 tls plain al; smtp smtp.example.test:587 starttls xoauth2 al@example.test",
		" [ 1 , [2,3,4] ,\n[1,\"pop.example.test\",110,0,2,\"al\"],[[[0,\"smtp.example.test\",25,0,0,\"\"],[\"al@example.test\",\"\\u00c4l\"]]]]":                                                        "Äl <al@example.test> pop3 pop.example.test:110 none cram-md5 al; smtp smtp.example.test:25 none none ",
		`[1,[1,1],[0,"imap.example.test",993,1,1,"al"],[[[0,"smtp.example.test",465,3,5,"al"],["al@example.test","Al"]]]]`:                                                                               "Al <al@example.test>     ; smtp smtp.example.test:465 tls external al",
	} {
		read, err := Read("", []byte(text))
		if err != nil || len(read) != 1 || brief(read[0]) != want {
			t.Errorf("got %v, %v, want %s", read, err, want)
		}
	}
	one := `[0,"imap.example.test",993,3,1,"al"],[[[0,"smtp.example.test",465,3,1,"al"],["al@example.test","Al"]]]`
	if read, err := Read("", []byte("[1,[1,2],"+one+","+one+"]")); err != nil || len(read) != 2 || !strings.Contains(said(read[0].Remarks), "number 1 of 2") {
		t.Errorf("got %v, %v, want two accounts of the first of two codes", read, err)
	}
}

// K9 lists every folder of every account.
func TestASettingsFileWithThousandsOfFoldersIsRead(t *testing.T) {
	folder := `<folder name="INBOX/a folder with a longer name">` + strings.Repeat(`<value key="notificationsEnabled">false</value>`, 6) + "</folder>"
	for n, fits := range map[int]bool{5000: true, maxK9Elements: false} {
		file := strings.Replace(k9File, "</account>", "<folders>"+strings.Repeat(folder, n)+"</folders></account>", 1)
		read, err := Read("", []byte(file))
		if (err == nil) != fits || fits && read[0].Incoming.Host != "imap.example.test" {
			t.Errorf("%d folders: got %v, %v, want it read: %v", n, len(read), err, fits)
		}
	}
}
