package setup

import (
	"testing"

	"portolan/account"
	"portolan/probe"
)

// A method that the fields leave open is the one that was proved, as long as the fields, the address and the password are those of
// the proof.
func TestWhatIsLeftOpenIsAsItWasProved(t *testing.T) {
	b := begin(Advanced).typed(account.FieldAddress, "alice@example.test").chosenProtocol(account.IMAP)
	b = b.typed(account.FieldIncomingServer, "imap.example.test").typed(account.FieldIncomingPort, "993")
	server := account.Server{
		Protocol: account.IMAP, Endpoint: account.Endpoint{Host: "imap.example.test", Port: 993}, Security: account.TLS, Auth: account.AuthCRAMMD5,
	}
	b.proofs[0] = proof{known: true, whole: b.era(account.Incoming), result: probe.Result{Server: server}}
	for name, c := range map[string]struct {
		step func(book) book
		want account.Auth
	}{
		"as it was":        {func(b book) book { return b }, account.AuthCRAMMD5},
		"another method":   {func(b book) book { return b.chosenAuth(account.Incoming, account.AuthPlain) }, account.AuthPlain},
		"another server":   {func(b book) book { return b.typed(account.FieldIncomingServer, "mail.example.test") }, account.AuthUnknown},
		"another port":     {func(b book) book { return b.typed(account.FieldIncomingPort, "1993") }, account.AuthUnknown},
		"another address":  {func(b book) book { return b.typed(account.FieldAddress, "bob@example.test") }, account.AuthUnknown},
		"another password": {func(b book) book { return b.typed(account.FieldPassword, "other") }, account.AuthUnknown},
		"no proof at all":  {func(b book) book { b.proofs[0] = proof{}; return b }, account.AuthUnknown},
	} {
		if got := c.step(b).proved(account.Incoming).Auth; got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}
