package setup

import (
	"testing"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

// An event in the middle of a long search has to be drawn within a few milliseconds.
func BenchmarkAnEventOfALongSearch(b *testing.B) {
	book := begin(Simple).typed(account.FieldAddress, "alice@example.test").started(probe.Request{Address: alice}, time.Unix(0, 0))
	for id := range 40 {
		e := attempt(id, account.IMAP, imap993, account.TLS, probe.OK)
		for n := range 100 {
			e.Attempt.Transcript = append(e.Attempt.Transcript, wire.Line{At: time.Duration(n) * time.Millisecond, Text: "* CAPABILITY IMAP4rev2"})
		}
		book = book.with(1, e)
	}
	for b.Loop() {
		book = book.with(1, attempt(7, account.IMAP, imap993, account.TLS, probe.OK)).shown()
	}
}
