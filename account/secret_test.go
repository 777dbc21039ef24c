package account

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"strings"
	"testing"
	texttemplate "text/template"
)

const hush = "hush-hush password"

// hidden holds a secret where fmt cannot call its methods.
type hidden struct {
	secret Secret
	many   []Secret
	named  map[string]Secret
}

// leaks reports whether a text holds the secret, in clear or in hexadecimal, base64 or decimal bytes.
func leaks(text string) bool {
	for _, form := range []string{hush, fmt.Sprintf("%x", hush), fmt.Sprintf("%X", hush), fmt.Sprintf("% x", hush), "aHVzaC1odXNo", "104 117 115 104"} {
		if strings.Contains(text, form) {
			return true
		}
	}
	return false
}

// K-1.
func TestASecretIsPrintedByNoVerb(t *testing.T) {
	s := NewSecret(hush)
	inside := hidden{s, []Secret{s}, map[string]Secret{"a": s}}
	outside := struct {
		Secret Secret
		Any    any
	}{s, s}
	for _, verb := range strings.Fields("%v %+v %#v %s %+s %#s %q %+q %#q %x %X %#x %d %o %b %c %U %t %e %g %p %T %-20v %.3s %10.2q %!") {
		for _, value := range []any{s, &s, inside, &inside, outside, []any{s, inside}} {
			if text := fmt.Sprintf(verb, value); leaks(text) {
				t.Errorf("%s of %T: got %q, want no secret", verb, value, text)
			}
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if got := fmt.Sprintf(verb, s); got != "[secret]" {
			t.Errorf("%s: got %q, want [secret]", verb, got)
		}
	}
	if got := s.String() + s.GoString() + fmt.Sprint(s); got != "[secret][secret][secret]" {
		t.Errorf("got %q, want [secret] three times", got)
	}
}

// K-1.
func TestASecretIsEncodedByNoEncoder(t *testing.T) {
	s := NewSecret(hush)
	type holder struct {
		Name   string
		Secret Secret
	}
	type attribute struct {
		Secret Secret `xml:",attr"`
	}
	var _ encoding.TextMarshaler = s
	for name, encode := range map[string]func(*bytes.Buffer) error{
		"json":          func(b *bytes.Buffer) error { return json.NewEncoder(b).Encode(s) },
		"json struct":   func(b *bytes.Buffer) error { return json.NewEncoder(b).Encode(holder{"a", s}) },
		"json pointer":  func(b *bytes.Buffer) error { return json.NewEncoder(b).Encode(&s) },
		"json map key":  func(b *bytes.Buffer) error { return json.NewEncoder(b).Encode(map[Secret]int{s: 1}) },
		"xml":           func(b *bytes.Buffer) error { return xml.NewEncoder(b).Encode(s) },
		"xml struct":    func(b *bytes.Buffer) error { return xml.NewEncoder(b).Encode(holder{"a", s}) },
		"xml attribute": func(b *bytes.Buffer) error { return xml.NewEncoder(b).Encode(attribute{s}) },
		"gob":           func(b *bytes.Buffer) error { return gob.NewEncoder(b).Encode(s) },
		"gob struct":    func(b *bytes.Buffer) error { return gob.NewEncoder(b).Encode(holder{"a", s}) },
		"text":          func(b *bytes.Buffer) error { text, err := s.MarshalText(); b.Write(text); return err },
	} {
		var b bytes.Buffer
		if err := encode(&b); err == nil || leaks(b.String()) || leaks(err.Error()) {
			t.Errorf("%s: got %v and %q, want an error and no secret", name, err, b.String())
		}
	}
}

// K-1.
func TestASecretReachesNoLogNoErrorAndNoTemplate(t *testing.T) {
	s := NewSecret(hush)
	inside := hidden{secret: s}
	var b bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
		log := slog.New(handler)
		log.Info("sign-in", "secret", s, "pointer", &s, "inside", inside, "group", slog.GroupValue(slog.Any("s", s)))
		log.Error("sign-in", "err", fmt.Errorf("with %v: %w", s, errors.New("no")))
	}
	page := "{{.}} {{printf `%s` .}}<script>x = {{.}}</script>"
	_ = template.Must(template.New("").Parse(page)).Execute(&b, s)
	_ = texttemplate.Must(texttemplate.New("").Parse(page)).Execute(&b, s)
	if leaks(b.String()) {
		t.Errorf("got %q, want no secret", b.String())
	}
	joined := errors.Join(fmt.Errorf("%s", s), fmt.Errorf("%+v", inside))
	if leaks(joined.Error()) || leaks(fmt.Sprintf("%#v", joined)) {
		t.Errorf("got %v, want no secret", joined)
	}
}

func TestASecretIsKeptToTheByte(t *testing.T) {
	for _, text := range []string{"", " ", " a ", "a\x00b", "\xff", "é", "e\u0301"} {
		s := NewSecret(text)
		if s.Reveal() != text || s.Empty() != (text == "") {
			t.Errorf("got %q, empty %v, want %q", s.Reveal(), s.Empty(), text)
		}
	}
	if (Secret{}) != NewSecret("") {
		t.Error("got a difference between the zero secret and the empty one, want none")
	}
}

func TestEqualSecretsAreTheSameText(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{{"", "", true}, {"", "x", false}, {"x", "", false}, {"horse", "horse", true}, {"horse", "horse ", false}} {
		if got := NewSecret(c.a).Equal(NewSecret(c.b)); got != c.same {
			t.Errorf("%q and %q: got %v, want %v", c.a, c.b, got, c.same)
		}
	}
}
