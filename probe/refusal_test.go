package probe

import (
	"context"
	"io"
	"strings"
	"testing"

	"portolan/probe/wire"
)

// A no is told apart from every other by the server's own code and words: only a definite "wrong" invites another user name,
// and only what is about the mechanism invites another mechanism.
func TestEveryNoToASignInHasItsMeaning(t *testing.T) {
	for _, n := range []struct {
		status, tag string
		code        int
		text        string
		cause       Cause
		marks       string // of "wrong", "next", "spent"
	}{
		{"NO", "AUTHENTICATIONFAILED", 0, "Authentication failed.", SignInRefused, "wrong spent"},
		{"NO", "AUTHENTICATIONFAILED", 0, "Invalid credentials (Failure)", SignInRefused, "wrong spent"},
		{"NO", "UNAVAILABLE", 0, "Internal error occurred.", ServerTrouble, ""},
		{"NO", "UNAVAILABLE", 0, "Please try again later.", ServerTrouble, ""},
		{"NO", "ALERT", 0, "Please read our page on sign-in", SignInRefused, "spent"},
		{"NO", "ALERT", 0, "Application-specific password required", AppPasswordNeeded, "spent"},
		{"NO", "ALERT", 0, "Your account is not enabled for IMAP use.", ProtocolSwitchedOff, ""},
		{"NO", "CONTACTADMIN", 0, "Ask the administrator", ProviderMustAct, ""},
		{"NO", "EXPIRED", 0, "Your password has expired", PasswordExpired, "spent"},
		{"NO", "REFERRAL", 0, "Go elsewhere", SignInRefused, "spent"},
		{"NO", "LIMIT", 0, "Too many connections", TooManyTries, ""},
		{"NO", "", 0, "Unsupported authentication mechanism.", MechanismRefused, "next"},
		{"-ERR", "AUTH", 0, "Invalid login", SignInRefused, "wrong spent"},
		{"-ERR", "", 0, "Login failed", SignInRefused, "wrong spent"},
		{"-ERR", "", 0, "Plaintext authentication disabled.", SignInNeedsEncryption, ""},
		{"-ERR", "", 0, "Unsupported authentication mechanism.", MechanismRefused, "next"},
		{"-ERR", "", 0, "Unknown command: APOP", MechanismRefused, "next"},
		{"-ERR", "IN-USE", 0, "Mailbox in use", MailboxInUse, ""},
		{"-ERR", "IN-USE", 0, "The mailbox is locked by another session", MailboxInUse, ""},
		{"-ERR", "", 0, "maildrop already locked", MailboxInUse, ""},
		{"-ERR", "", 0, "Account locked, unlock it in the web mailer", AccountLocked, "spent"},
		{"-ERR", "SYS/TEMP", 0, "Later", ServerTrouble, ""},
		{"-ERR", "SYS/PERM", 0, "This will not pass by itself", ProviderMustAct, ""},
		{"-ERR", "LOGIN-DELAY", 0, "Minimum time between sign-ins", SignInTooSoon, ""},
		{"", "5.7.8", 535, "Authentication failed", SignInRefused, "wrong spent"},
		{"", "", 535, "Incorrect authentication data", SignInRefused, "wrong spent"},
		{"", "5.7.8", 550, "Authentication failed", SignInRefused, "wrong spent"},
		{"", "5.7.9", 534, "Application-specific password required. Learn more at", AppPasswordNeeded, "spent"},
		{"", "5.7.9", 534, "Authentication mechanism is too weak", MechanismRefused, "next"},
		{"", "5.7.9", 535, "Authentication failed", SignInRefused, "wrong spent"},
		{"", "", 534, "Not like that", SignInRefused, "spent"},
		{"", "5.7.14", 534, "Please log in via your web browser", AccountLocked, "spent"},
		{"", "4.7.0", 454, "Temporary authentication failure", ServerTrouble, ""},
		{"", "4.7.0", 454, "Temporary authentication failure, try again later", ServerTrouble, ""},
		{"", "4.7.12", 432, "A password transition is needed", MechanismRefused, "next"},
		{"", "4.7.12", 454, "A transition", ServerTrouble, ""},
		{"", "4.3.2", 432, "Concurrent connections limit exceeded", ServerTrouble, ""},
		{"", "4.7.0", 421, "Too many login attempts", TooManyTries, ""},
		{"", "4.3.0", 421, "Closing", ServerTrouble, ""},
		{"", "5.7.13", 525, "User is not welcome", AccountLocked, "spent"},
		{"", "", 525, "User is not welcome", AccountLocked, "spent"},
		{"", "5.7.13", 550, "User is not welcome", AccountLocked, "spent"},
		{"", "", 500, "What?", MechanismRefused, "next"},
		{"", "", 501, "What?", MechanismRefused, "next"},
		{"", "", 502, "What?", MechanismRefused, "next"},
		{"", "", 503, "What?", MechanismRefused, "next"},
		{"", "", 504, "What?", MechanismRefused, "next"},
		{"", "", 530, "First something else", SignInNeedsEncryption, ""},
		{"", "", 538, "Not in the clear", SignInNeedsEncryption, ""},
		{"", "", 499, "Later", ServerTrouble, ""},
		{"", "", 399, "Go on", SignInRefused, "spent"},
		{"", "", 550, "No", SignInRefused, "spent"},
		{"", "5.7.139", 535, "Authentication unsuccessful, basic authentication is disabled.", OAuthOnly, "spent"},
		{"", "5.7.139", 535, "Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant", ProtocolSwitchedOff, ""},
	} {
		reply := &wire.ReplyError{Status: n.status, Tag: n.tag, Code: n.code, Text: n.text}
		r := classifySignIn(&wire.SignInError{Sent: true, Err: reply})
		if r.cause != n.cause || marks(r) != n.marks || !strings.Contains(r.detail, n.text) {
			t.Errorf("%v: got %v %q %q, want %v %q and the server's words", reply, r.cause, marks(r), r.detail, n.cause, n.marks)
		}
	}
}

func marks(r refusal) string {
	var words []string
	for _, m := range []struct {
		on   bool
		word string
	}{{r.wrong, "wrong"}, {r.next, "next"}, {r.spent, "spent"}} {
		if m.on {
			words = append(words, m.word)
		}
	}
	return strings.Join(words, " ")
}

// A refused token is refused under every user name, and the server's reason is told.
func TestARefusedTokenInvitesNoOtherUserName(t *testing.T) {
	no := &wire.ReplyError{Status: "NO", Tag: "AUTHENTICATIONFAILED", Text: "Invalid credentials"}
	r := classifySignIn(&wire.SignInError{Sent: true, Err: &wire.TokenError{Status: "invalid_token", Err: no}})
	if r.cause != SignInRefused || r.wrong || !r.spent || !strings.Contains(r.detail, "invalid_token") {
		t.Errorf("got %+v, want it refused and spent, with the reason", r)
	}
	r = classifySignIn(&wire.SignInError{Sent: true, Err: &wire.TokenError{Status: "invalid_token", Err: io.EOF}})
	if r.cause != SignInRefused || r.wrong || !r.spent || r.detail != "invalid_token" {
		t.Errorf("hung up after the reason: got %+v, want it refused and spent, with the reason", r)
	}
	r = classifySignIn(&wire.SignInError{Sent: true, Err: &wire.TokenError{Status: "invalid_token", Err: context.Canceled}})
	if r.cause != Cancelled || r.spent {
		t.Errorf("stopped after the reason: got %+v, want it stopped", r)
	}
	if r := classifySignIn(&wire.SignInError{Err: wire.ErrNoToken}); r.cause != SignInRefused || r.wrong || r.spent || r.next || r.died {
		t.Errorf("got %+v, want nothing spent and nothing tried again", r)
	}
}
