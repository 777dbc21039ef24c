package discover

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestEveryKnownProviderIsReadable(t *testing.T) {
	list, err := ReadProviders(knownProviders)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 40 {
		t.Errorf("got %d providers, want at least 40", len(list))
	}
	first := time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC)
	for _, p := range list {
		if p.Known.Before(first) {
			t.Errorf("%s: got known in %v, want nothing so old", p.Name, p.Known)
		}
	}
	if got := KnownProviders(); len(got) != len(list) {
		t.Errorf("got %d providers, want %d", len(got), len(list))
	}
}

func TestLargestProvidersAreKnown(t *testing.T) {
	type fact struct {
		name   string
		signIn ProviderSignIn
		access ProviderAccess
	}
	all := KnownProviders()
	for _, c := range []struct {
		find func(string) Provider
		by   string
		want fact
	}{
		{all.ByDomain, "gmail.com", fact{"Gmail", AppPasswordOnly, OpenAccess}},
		{all.ByDomain, "googlemail.com", fact{"Gmail", AppPasswordOnly, OpenAccess}},
		{all.ByExchanger, "aspmx.l.google.com", fact{"Google Workspace", AppPasswordOnly, OpenAccess}},
		{all.ByExchanger, "alt1.gmail-smtp-in.l.google.com", fact{"Gmail", AppPasswordOnly, OpenAccess}},
		{all.ByServer, "imap.gmail.com", fact{"Gmail", AppPasswordOnly, OpenAccess}},
		{all.ByDomain, "hotmail.co.uk", fact{"Outlook.com", OAuthAlone, SwitchOn}},
		{all.ByDomain, "msn.com", fact{"Outlook.com", OAuthAlone, SwitchOn}},
		{all.ByServer, "smtp-mail.outlook.com", fact{"Outlook.com", OAuthAlone, SwitchOn}},
		{all.ByExchanger, "example-test.mail.protection.outlook.com", fact{"Microsoft 365", OAuthAlone, OpenAccess}},
		{all.ByServer, "outlook.office365.com", fact{"Microsoft 365", OAuthAlone, OpenAccess}},
		{all.ByServer, "smtp.office365.com", fact{"Microsoft 365 (sending)", UsualPassword, OpenAccess}},
		{all.ByDomain, "yahoo.co.uk", fact{"Yahoo Mail", AppPasswordOnly, OpenAccess}},
		{all.ByDomain, "verizon.net", fact{"AOL Mail", AppPasswordOnly, OpenAccess}},
		{all.ByDomain, "me.com", fact{"iCloud Mail", AppPasswordOnly, OpenAccess}},
		{all.ByDomain, "gmx.de", fact{"GMX", AppPasswordWithTwoStep, SwitchOn}},
		{all.ByDomain, "web.de", fact{"WEB.DE", AppPasswordWithTwoStep, SwitchOn}},
		{all.ByDomain, "posteo.de", fact{"Posteo", UsualPassword, OpenAccess}},
		{all.ByDomain, "proton.me", fact{"Proton Mail", UsualPassword, NoneAtAll}},
		{all.ByExchanger, "mail.protonmail.ch", fact{"Proton Mail", UsualPassword, NoneAtAll}},
		{all.ByDomain, "tutanota.com", fact{"Tuta", UsualPassword, NoneAtAll}},
		{all.ByDomain, "mail.ru", fact{"Mail.ru", AppPasswordOnly, OpenAccess}},
		{all.ByDomain, "qq.com", fact{"QQ Mail", AppPasswordOnly, SwitchOn}},
		{all.ByServer, "imap.qq.com", fact{"QQ Mail", AppPasswordOnly, SwitchOn}},
		{all.ByServer, "imap.exmail.qq.com", fact{"Tencent Exmail", UsualPassword, OpenAccess}},
		{all.ByExchanger, "mxbiz1.qq.com", fact{"Tencent Exmail", UsualPassword, OpenAccess}},
		{all.ByServer, "imap.163.com", fact{"NetEase Mail", AppPasswordOnly, SwitchOn}},
		{all.ByServer, "imap.qiye.163.com", fact{"NetEase (companies)", UsualPassword, OpenAccess}},
		{all.ByDomain, "example.test", fact{}},
		{all.ByDomain, "sub.gmail.com", fact{}},
		{all.ByServer, "notgmail.com", fact{}},
		{all.ByExchanger, "mx.notgoogle.com", fact{}},
		{all.ByExchanger, "", fact{}},
	} {
		p := c.find(c.by)
		if got := (fact{p.Name, p.SignIn, p.Access}); got != c.want {
			t.Errorf("%q: got %+v, want %+v", c.by, got, c.want)
		}
	}
}

func TestProvidersWithMistakesAreRefused(t *testing.T) {
	const good = `{"name":"A","known":"2026-11","sign_in":"app-password","password_page":"https://a.example/p","domains":["a.example"]}`
	if list, err := ReadProviders([]byte("[" + good + "]")); err != nil || len(list) != 1 || list[0].SignIn != AppPasswordOnly {
		t.Fatalf("got %+v and %v, want one provider", list, err)
	}
	for _, c := range []struct{ name, old, new string }{
		{"no name", `"name":"A"`, `"name":""`},
		{"a name with a line break", `"name":"A"`, `"name":"A\nB"`},
		{"no month", `"known":"2026-11",`, ``},
		{"a day for a month", `2026-11"`, `2026-11-22"`},
		{"an unknown sign-in", `app-password"`, `magic"`},
		{"an unknown access", `"domains"`, `"access":"perhaps","domains"`},
		{"a page in the clear", `https://a.example/p`, `http://a.example/p`},
		{"a page with a password", `https://a`, `https://x:y@a`},
		{"a page without a host", `https://a.example/p`, `https:///p`},
		{"no page", `"password_page":"https://a.example/p",`, ``},
		{"a page for nothing", `"domains"`, `"access_page":"https://a.example/","domains"`},
		{"a page in the clear where it was seen", `"domains"`, `"seen":"http://a.example/s","domains"`},
		{"a page where nothing was seen", `"sign_in":"app-password","password_page":"https://a.example/p"`, `"seen":"https://a.example/s"`},
		{"access without a page", `"domains"`, `"access":"switch-on","domains"`},
		{"no access and nothing instead", `"domains"`, `"access":"none","access_page":"https://a.example/","domains"`},
		{"something instead of what is there", `"domains"`, `"instead":"Its app.","domains"`},
		{"nothing that leads to it", `,"domains":["a.example"]`, ``},
		{"a domain in capitals", `["a.example"]`, `["A.example"]`},
		{"a domain with a dot behind", `["a.example"]`, `["a.example."]`},
		{"a single label", `["a.example"]`, `["a"]`},
		{"a domain twice", `["a.example"]`, `["a.example","a.example"]`},
		{"domains out of order", `["a.example"]`, `["b.example","a.example"]`},
		{"an unknown field", `"domains"`, `"colour":"red","domains"`},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		if text == good {
			t.Fatalf("%s: got the good text, want a mistake in it", c.name)
		}
		if _, err := ReadProviders([]byte("[" + text + "]")); err == nil {
			t.Errorf("%s: got no error, want one", c.name)
		}
	}
	other := strings.Replace(good, `"A"`, `"B"`, 1)
	apart := strings.Replace(other, `["a.example"]`, `["b.example"]`, 1)
	for name, text := range map[string]string{
		"a domain of two":     "[" + good + "," + other + "]",
		"names out of order":  "[" + apart + "," + good + "]",
		"something behind it": "[" + good + "] []",
		"no list":             good,
		"nothing":             "",
		"too long":            "[" + good + strings.Repeat(" ", maxProviderBytes) + "]",
	} {
		if _, err := ReadProviders([]byte(text)); err == nil {
			t.Errorf("%s: got no error, want one", name)
		}
	}
	if _, err := ReadProviders([]byte("[" + good + "," + apart + "]")); err != nil {
		t.Errorf("got %v, want two providers", err)
	}
}

func TestFinderUsesItsOwnListOfProviders(t *testing.T) {
	own := Providers{{Name: "Own", Domains: []string{"example.test"}}}
	if got := (Finder{Providers: own}).Known().ByDomain("example.test").Name; got != "Own" {
		t.Errorf("got %q, want the finder's own", got)
	}
	if got := (Finder{}).Known().ByDomain("gmail.com").Name; got != "Gmail" {
		t.Errorf("got %q, want the program's", got)
	}
}

// Whatever is read can be relied on: a name, a month, pages on https, and every domain leads back to its own entry.
func FuzzReadProviders(f *testing.F) {
	f.Add([]byte(`[{"name":"A","known":"2026-11","domains":["a.example"]}]`))
	f.Add([]byte(`[{"name":"A","known":"2026-11","access":"paid","access_page":"https://a.example/p","seen":"https://a.example/s","servers":["a.example"]}]`))
	f.Add([]byte(`[{"name":"A","known":"2026-11","access":"none","access_page":"https://a.example","instead":"B","servers":["a.example"]}]`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := ReadProviders(text)
		if err != nil {
			return
		}
		for _, p := range list {
			if p.Name == "" || p.Known.IsZero() || p.Known.Day() != 1 {
				t.Errorf("got %+v, want a name and a month", p)
			}
			for _, page := range pagesOf(p) {
				if !strings.HasPrefix(strings.ToLower(page), "https://") {
					t.Errorf("got page %q, want https", page)
				}
			}
			for _, d := range p.Domains {
				if got := list.ByDomain(d); got.Name != p.Name {
					t.Errorf("got %q for %q, want %q", got.Name, d, p.Name)
				}
			}
			for _, d := range p.Exchangers {
				if got := list.ByExchanger("mx." + d); !slices.Contains(got.Exchangers, d) && longestEnd(got.Exchangers, "mx."+d) < len(d) {
					t.Errorf("got %q for mx.%s, want what ends in it", got.Name, d)
				}
			}
		}
	})
}
