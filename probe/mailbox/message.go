package mailbox

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-message/textproto"

	"portolan/account"
)

// markField is the header that marks a message as Portolan's own.
const markField = "X-Portolan-Test"

const idPrefix = "portolan."

const testSubject = "Portolan’s test message – ahoy ⚓"

const testText = `Ahoy!

Portolan has sent this message from you to yourself, to prove that mail really goes
round: out through your outgoing mail server, and back into your mailbox.

If you can read these words, it does: Grüße, dzień dobry, здравствуйте, 你好.

You can delete this message.
`

// A Message is the test message. Compose alone makes one.
type Message struct {
	id   string
	to   account.Address
	text []byte // every line ends in CRLF
}

// ID is the Message-ID, without its brackets.
func (m Message) ID() string { return m.id }

// NewToken gives a token for one test message that nobody can guess.
func NewToken() string { return strings.ToLower(rand.Text()) }

// Compose writes the test message from an address to itself. The error is an *account.InputError for what is no address.
func Compose(to account.Address, token string, now time.Time) (Message, error) {
	if read, err := account.ParseAddress(to.String()); err != nil || read != to {
		return Message{}, &account.InputError{Reason: "This is not an address that a message can be sent to."}
	}
	m := Message{id: idPrefix + token + "@" + to.Domain, to: to}
	self := []*mail.Address{{Address: to.Local + "@" + to.Domain}}
	var h mail.Header
	h.SetText(markField, token)
	h.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	h.SetMessageID(m.id)
	h.SetSubject(testSubject)
	h.SetAddressList("To", self)
	h.SetAddressList("From", self)
	h.SetDate(now)
	var out bytes.Buffer
	w, err := mail.CreateSingleInlineWriter(&out, h)
	if err != nil {
		return Message{}, err
	}
	if _, err := io.WriteString(w, strings.ReplaceAll(testText, "\n", "\r\n")); err != nil {
		return Message{}, err
	}
	if err := w.Close(); err != nil {
		return Message{}, err
	}
	m.text = out.Bytes()
	return m, nil
}

// isOurs reports whether a header is that of the test message with this Message-ID, and carries its token.
func isOurs(header []byte, id string) bool {
	token, _, _ := strings.Cut(strings.TrimPrefix(id, idPrefix), "@")
	fields, _ := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(header)))
	return token != "" && strings.HasPrefix(id, idPrefix) && hasID(fields.Get("Message-Id"), id) && strings.TrimSpace(fields.Get(markField)) == token
}

// domainOf gives the user's domain out of the Message-ID.
func domainOf(id string) string {
	_, domain, _ := strings.Cut(id, "@")
	return domain
}

// hasID reports whether a Message-ID field holds this one.
func hasID(field, id string) bool { return strings.Contains(field, "<"+id+">") }
