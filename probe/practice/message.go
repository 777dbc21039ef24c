package practice

import (
	"bytes"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-message/mail"
)

const welcomeText = `Welcome aboard!

This is the practice mailbox of Portolan. You have reached it with the address
you@practice.invalid and the password “practice”, through real mail servers
that run inside this very program.

Nothing here leaves your machine. The servers answer to Portolan alone, there
is no such domain on the Internet, and the certificate was made a moment ago
and is trusted for this mailbox only.

Try whatever you like: look for settings, send a test message to yourself and
see it arrive, choose another practice mailbox and watch what Portolan does
when the encryption is missing, the certificate is doubtful or the password is
refused. Nothing can break.

When you close the practice mailbox, everything in it is forgotten.

Fair winds,
Portolan
`

// welcome is the message that waits in the inbox.
func welcome() ([]byte, error) {
	var h mail.Header
	h.SetDate(time.Now())
	h.SetSubject("Welcome aboard – your practice mailbox")
	h.SetAddressList("From", []*mail.Address{{Name: "Portolan", Address: "portolan@" + domain}})
	h.SetAddressList("To", []*mail.Address{{Address: username}})
	h.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	if err := h.GenerateMessageIDWithHostname(domain); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w, err := mail.CreateSingleInlineWriter(&out, h)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(w, strings.ReplaceAll(welcomeText, "\n", "\r\n")); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
