package discover

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"portolan/account"
)

const paccHostName = "ua-auto-config.example.test"

// digest is the TXT record that belongs to a document.
func digest(document string) string {
	sum := sha256.Sum256([]byte(document))
	return "v=UAAC1; a=sha256; d=" + base64.StdEncoding.EncodeToString(sum[:])
}

const paccDocument = `{"protocols":{"imap":{"host":"imap.example.test"},"pop3":{"host":"POP.example.test."},"submit":{"host":"smtp.example.test"},
"jmap":{"url":"https://jmap.example.test/"},"managesieve":{"host":"sieve.example.test"}},"authentication":{"password":true},"info":{"provider":{"name":"x"}}}`

func TestPACCNamesHostsWhereTheDigestMatches(t *testing.T) {
	const three = "incoming imap.example.test imap/993/tls alice@example.test; incoming pop.example.test pop3/995/tls alice@example.test; " +
		"outgoing smtp.example.test smtp/465/tls alice@example.test"
	other := digest("another document")
	tests := []struct {
		name, document string
		texts          []string
		want           string
		status         Status
		words          string
	}{
		{"the draft's", paccDocument, []string{digest(paccDocument)}, three, Named, ""},
		{"several digests", paccDocument, []string{"v=spf1 -all", other, digest(paccDocument)}, three, Named, ""},
		{"fields in another order", paccDocument, []string{"d=" + strings.TrimPrefix(digest(paccDocument), "v=UAAC1; a=sha256; d=") + ";a=sha256;v=UAAC1;x=y"}, three, Named, ""},
		{"the older name of submission", `{"protocols":{"smtp":{"host":"smtp.example.test"}}}`, nil, "outgoing smtp.example.test smtp/465/tls alice@example.test", Named, ""},
		{"another digest", paccDocument, []string{other}, "", Broken, "does not match the digest"},
		{"no digest", paccDocument, []string{"v=spf1 -all", "v=UAAC1; a=sha256; d=xyz", "v=UAAC1; a=md5; d=" + other[21:]}, "", Missing, ""},
		{"one blank more", paccDocument + " ", []string{digest(paccDocument)}, "", Broken, "does not match the digest"},
		{"no mail", `{"protocols":{"caldav":{"url":"x"}},"protocols2":[]}`, nil, "", Silent, ""},
		{"odd members", `{"protocols":{"imap":"x","pop3":{"host":7},"IMAP":{"host":"a.example.test"},"submit":{"host":"smtp.example.test","port":1}}}`, nil,
			"outgoing smtp.example.test smtp/465/tls alice@example.test", Named, ""},
		{"impossible hosts", `{"protocols":{"imap":{"host":"127.0.0.1"},"submit":{"host":"a b"}}}`, nil, "", Broken, "could not be used"},
		{"no object", `[1,2]`, nil, "", Silent, ""},
		{"no JSON", `<html>`, nil, "", Broken, "not correct JSON"},
		{"two documents", `{}{}`, nil, "", Broken, "not correct JSON"},
		{"nothing", ``, nil, "", Broken, "not correct JSON"},
		{"a deep one", strings.Repeat("[", 100000), nil, "", Broken, "nested too deeply"},
		{"no UTF-8", "{\"a\":\"\xff\"}", nil, "", Broken, "not in UTF-8"},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			if test.texts == nil {
				test.texts = []string{digest(test.document)}
			}
			w := newWorld(t, map[string]site{paccHostName: {serve: answers(test.document)}})
			w.txt = map[string][]string{"_" + paccHostName + ".": test.texts}
			a := w.ask(account.SourcePACC, paccHostName)
			if got := brief(a.Candidates); got != test.want || a.Status != test.status || !strings.Contains(a.Note, test.words) {
				t.Errorf("%s: got %v, %s, %q, want %v, %s, %q", test.name, a.Status, got, a.Note, test.status, test.want, test.words)
			}
			if (len(w.requests) == 0) != (test.status == Missing) {
				t.Errorf("%s: got requests %q, want none exactly where there is no digest", test.name, w.requests)
			}
		})
	}
}

func TestPACCIsLeftAloneWithoutATXTRecord(t *testing.T) { // N-8
	w := newWorld(t, map[string]site{paccHostName: {serve: answers(paccDocument)}})
	if a := w.ask(account.SourcePACC, paccHostName); a.Status != Missing || a.Err != nil || len(w.requests) != 0 {
		t.Errorf("got %v, %v after %q, want missing and nothing asked", a.Status, a.Err, w.requests)
	}
	broken := errors.New("server misbehaving")
	w.broken = map[string]error{"_" + paccHostName + ".": broken}
	if a := w.ask(account.SourcePACC, paccHostName); a.Status != Missing || !errors.Is(a.Err, broken) {
		t.Errorf("got %v, %v, want missing and the error", a.Status, a.Err)
	}
}

func FuzzPACC(f *testing.F) {
	for _, seed := range []string{paccDocument, `{}`, `[]`, `{"protocols":{"imap":{"host":"a.example.test"}}}`, `{"protocols":null}`, `{"a":[[[[]]]]}`, "\xff", ""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		q := newInquiry(Finder{}, alice("example.test"))
		a := q.readPACC(page{body: data, urls: []string{"https://" + paccHostName + "/"}}, "")
		for _, c := range a.Candidates {
			if published(c.Host) != c.Host || len(c.Ports) != 1 || c.Ports[0].Security != account.TLS || c.Origin.Vouched {
				t.Errorf("got %+v, want a public name with implicit TLS, vouched for by nobody", c)
			}
		}
		if (a.Status == Named) != (len(a.Candidates) > 0) || a.Note != account.Neutral(a.Note, maxNote) {
			t.Errorf("got %v with %d candidates, %q", a.Status, len(a.Candidates), a.Note)
		}
		digestsOf([]string{string(data)})
	})
}
