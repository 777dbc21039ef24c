package mailbox

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message/mail"

	"portolan/account"
)

func alice() account.Address { return account.Address{Local: "alice", Domain: "example.test"} }

func TestTestMessageIsForTheUserAlone(t *testing.T) {
	m, err := Compose(alice(), "token123", time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	r, err := mail.CreateReader(bytes.NewReader(m.text))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"From", "To"} {
		list, err := r.Header.AddressList(key)
		if err != nil || len(list) != 1 || list[0].Address != "alice@example.test" {
			t.Errorf("%s: got %v %v, want the user", key, list, err)
		}
	}
	for _, key := range []string{"Cc", "Bcc", "Reply-To", "Sender"} {
		if r.Header.Has(key) {
			t.Errorf("got %s: %s, want none", key, r.Header.Get(key))
		}
	}
	if got, _ := r.Header.Subject(); got != testSubject {
		t.Errorf("subject: got %q", got)
	}
	part, err := r.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	if body, _ := io.ReadAll(part.Body); !strings.Contains(string(body), "здравствуйте") {
		t.Errorf("got %q, want the text", body)
	}
	if !isOurs(m.text, m.ID()) || m.ID() != "portolan.token123@example.test" {
		t.Errorf("got %s, and not recognised as ours", m.ID())
	}
	if strings.IndexFunc(string(m.text), func(r rune) bool { return r > '~' }) >= 0 {
		t.Error("the message is not all ASCII")
	}
}

func TestNothingButAnAddressIsComposedFor(t *testing.T) {
	for _, a := range []account.Address{
		{}, {Local: "alice"}, {Domain: "example.test"}, {Local: "a\r\nRCPT TO:<b@example.test>", Domain: "example.test"},
		{Local: "alice", Domain: "example.test>\r\nDATA"}, {Local: "alice", Domain: "EXAMPLE.test"},
	} {
		if m, err := Compose(a, "t", time.Now()); err == nil {
			t.Errorf("%+v: got a message to %s", a, m.to)
		}
	}
}

func TestAMessageIsOursOnlyWithItsToken(t *testing.T) {
	const id = "portolan.abc@example.test"
	for header, want := range map[string]bool{
		"Message-ID: <portolan.abc@example.test>\r\nX-Portolan-Test: abc\r\n\r\n":       true,
		"Message-ID: <portolan.abc@example.test>\r\nX-Portolan-Test: abcd\r\n\r\n":      false,
		"Message-ID: <portolan.abc@example.test>\r\n\r\nX-Portolan-Test: abc\r\n":       false,
		"Message-ID: <portolan.other@example.test>\r\nX-Portolan-Test: abc\r\n\r\n":     false,
		"X-Portolan-Test: abc\r\n\r\n":                                                  false,
		"References: <portolan.abc@example.test>\r\nX-Portolan-Test: abc\r\n\r\nhello.": false,
	} {
		if got := isOurs([]byte(header), id); got != want {
			t.Errorf("%q: got %t, want %t", header, got, want)
		}
	}
	if isOurs([]byte("Message-ID: <x@y>\r\nX-Portolan-Test: \r\n\r\n"), "x@y") {
		t.Error("a Message-ID that is not Portolan's was taken for one")
	}
}

func TestDotsAreStuffed(t *testing.T) {
	if got := string(stuffed([]byte("a\r\n.b\r\n..\r\n"))); got != "a\r\n..b\r\n...\r\n.\r\n" {
		t.Errorf("got %q", got)
	}
}
