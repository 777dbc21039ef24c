package mailtest

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"testing"

	"pgregory.net/rapid"
)

// awkward is a password with everything in it that an encoder has to treat.
const awkward = ` p"a\ss wörd <&> 漢字 7 `

// Every encoding in which a secret could get out is found again; without that, the tests that look for leaks prove nothing.
func TestEveryFormOfASecretIsFound(t *testing.T) {
	inJSON, _ := json.Marshal(map[string]string{"p": awkward})
	type page struct{ P string }
	inXML, _ := xml.Marshal(page{awkward})
	for name, text := range map[string]string{
		"plain":           "you said " + awkward + "!",
		"IMAP quotes":     `A1 LOGIN x " p\"a\\ss wörd <&> 漢字 7 "`,
		"JSON":            string(inJSON),
		"XML":             string(inXML),
		"percent":         "https://x/?p=" + url.QueryEscape(awkward),
		"base64":          base64.StdEncoding.EncodeToString([]byte(awkward)),
		"base64, shifted": base64.StdEncoding.EncodeToString([]byte("x" + awkward + "tail")),
		"base64, twice":   base64.StdEncoding.EncodeToString([]byte("xy" + awkward)),
		"base64 for URLs": base64.URLEncoding.EncodeToString([]byte("xyz" + awkward)),
		"SASL PLAIN":      base64.StdEncoding.EncodeToString([]byte("\x00alice\x00" + awkward)),
		"hexadecimal":     fmt.Sprintf("%x", awkward),
		"spaced":          fmt.Sprintf("% x", awkward),
		"capitals":        fmt.Sprintf("%X", awkward),
		"bytes":           fmt.Sprint([]byte("ab" + awkward)),
		"Go":              fmt.Sprintf("%q", awkward),
		"Go in ASCII":     fmt.Sprintf("%+q", awkward),
	} {
		if len(Leaks(text, []string{"alice"}, awkward)) == 0 {
			t.Errorf("%s: got nothing in %q, want the secret", name, text)
		}
	}
	if got := Leaks("A1 LOGIN alice [secret]\n* OK pass word", []string{"alice"}, awkward, ""); got != nil {
		t.Errorf("got %q, want nothing", got)
	}
}

func TestBase64OfAnySurroundingsGivesTheSecretAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringN(5, 40, -1).Draw(t, "secret")
		text := base64.StdEncoding.EncodeToString([]byte(rapid.String().Draw(t, "before") + secret + rapid.String().Draw(t, "after")))
		if len(Leaks(text, nil, secret)) == 0 {
			t.Fatalf("got nothing in %q, want %q", text, secret)
		}
	})
}
