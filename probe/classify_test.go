package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	"portolan/probe/wire"
)

func TestEveryKindOfEvidenceHasItsCause(t *testing.T) {
	failed := func(step wire.Step, err error) error { return &wire.Failure{Step: step, Err: err} }
	bad := func(p ...wire.Problem) error {
		return failed(wire.StepTLS, &wire.CertificateError{TLS: wire.TLSFacts{Problems: p}})
	}
	refused := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	tests := []struct {
		name string
		err  error
		want Cause
	}{
		{"nothing", nil, CauseNone},
		{"refused", failed(wire.StepConnect, refused), ConnectionRefused},
		{"silent", failed(wire.StepConnect, fmt.Errorf("%w: x", os.ErrDeadlineExceeded)), NoAnswer},
		{"silent by the system's own clock", failed(wire.StepConnect, syscall.ETIMEDOUT), NoAnswer},
		{"no route", failed(wire.StepConnect, syscall.EHOSTUNREACH), NoAnswer},
		{"no network", failed(wire.StepConnect, syscall.ENETUNREACH), NetworkDown},
		{"no family", failed(wire.StepConnect, syscall.EAFNOSUPPORT), NetworkDown},
		{"no greeting", failed(wire.StepGreeting, os.ErrDeadlineExceeded), TimedOut},
		{"hung up", failed(wire.StepGreeting, io.EOF), ConnectionClosed},
		{"cut off", failed(wire.StepTLS, io.ErrUnexpectedEOF), ConnectionClosed},
		{"reset", failed(wire.StepTLS, syscall.ECONNRESET), ConnectionClosed},
		{"handshake", failed(wire.StepTLS, errors.New("tls: odd")), TLSFailed},
		{"another protocol", failed(wire.StepGreeting, &wire.SpokenError{Spoken: "http"}), WrongProtocol},
		{"clear on a TLS port", failed(wire.StepTLS, &wire.SpokenError{Spoken: "cleartext imap"}), PlainOnTLSPort},
		{"busy greeting", failed(wire.StepGreeting, &wire.ReplyError{Code: 421, Text: "busy"}), TooManyTries},
		{"refusing greeting", failed(wire.StepGreeting, &wire.ReplyError{Code: 554, Text: "go away"}), GreetingRefused},
		{"STARTTLS refused", failed(wire.StepSTARTTLS, &wire.ReplyError{Code: 454}), STARTTLSRefused},
		{"trouble at EHLO", failed(wire.StepCapability, &wire.ReplyError{Code: 451}), ServerTrouble},
		{"injection (P-2)", failed(wire.StepSTARTTLS, &wire.InjectedError{Bytes: "x"}), TextInjected},
		{"PREAUTH (P-5)", failed(wire.StepGreeting, &wire.PreAuthError{}), PreAuthenticated},
		{"overlong (P-1)", failed(wire.StepGreeting, &wire.LimitError{What: "line"}), OverlongReply},
		{"malformed (P-7)", failed(wire.StepGreeting, &wire.ProtocolError{}), MalformedReply},
		{"old TLS", failed(wire.StepTLS, &wire.AlertError{Description: wire.AlertProtocolVersion}), TLSTooOld},
		{"no cipher", failed(wire.StepTLS, &wire.AlertError{Description: wire.AlertHandshakeFailure}), NoCommonCipher},
		{"client certificate", failed(wire.StepGreeting, &wire.AlertError{Description: wire.AlertCertificateRequired}), ClientCertificateWanted},
		{"other alert", failed(wire.StepTLS, &wire.AlertError{Description: 80}), TLSFailed},
		{"stopped", failed(wire.StepTLS, fmt.Errorf("%w: %w", context.Canceled, io.EOF)), Cancelled},
		{"expired", bad(wire.Expired), CertificateExpired},
		{"not yet valid", bad(wire.NotYetValid), CertificateNotYetValid},
		{"wrong name", bad(wire.WrongName), CertificateWrongName},
		{"self-signed before wrong name", bad(wire.WrongName, wire.SelfSigned), CertificateSelfSigned},
		{"weak before all", bad(wire.Expired, wire.UnknownIssuer, wire.WeakKey), CertificateWeak},
		{"pin before all", bad(wire.WeakSignature, wire.PinMismatch), CertificateChanged},
		{"incomplete", bad(wire.IncompleteChain), CertificateIncompleteChain},
		{"no such name", &net.DNSError{IsNotFound: true}, NoSuchHost},
		{"DNS trouble", &net.DNSError{IsTemporary: true}, DNSTrouble},
	}
	for _, test := range tests {
		if got, _ := classify(test.err); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

// K-10: wrong, not now, something else is wanted, and unknown are told apart; only a definite wrong is one.
func TestOnlyADefiniteWrongInvitesTheOtherUserName(t *testing.T) {
	no := func(tag, text string) *wire.ReplyError { return &wire.ReplyError{Status: "NO", Tag: tag, Text: text} }
	err := func(tag, text string) *wire.ReplyError {
		return &wire.ReplyError{Status: "-ERR", Tag: tag, Text: text}
	}
	smtp := func(code int, tag, text string) *wire.ReplyError {
		return &wire.ReplyError{Code: code, Tag: tag, Text: text}
	}
	tests := []struct {
		reply       *wire.ReplyError
		cause       Cause
		wrong, next bool
	}{
		{no("AUTHENTICATIONFAILED", "Authentication failed."), SignInRefused, true, false},
		{no("", "Login failed"), SignInRefused, true, false},
		{no("UNAVAILABLE", "Temporary authentication failure."), ServerTrouble, false, false},
		{no("ALERT", "Application-specific password required"), AppPasswordNeeded, false, false},
		{no("", "Your account is locked"), AccountLocked, false, false},
		{no("", "IMAP access is disabled for your domain"), ProtocolSwitchedOff, false, false},
		{no("PRIVACYREQUIRED", "Plaintext authentication disallowed"), SignInNeedsEncryption, false, false},
		{no("CONTACTADMIN", "x"), ProviderMustAct, false, false},
		{no("EXPIRED", "x"), PasswordExpired, false, false},
		{no("CANNOT", "x"), MechanismRefused, false, true},
		{&wire.ReplyError{Status: "BAD", Text: "unknown"}, MechanismRefused, false, true},
		{&wire.ReplyError{Status: "BYE", Text: "shutting down"}, ServerTrouble, false, false},
		{err("AUTH", "Authentication failed."), SignInRefused, true, false},
		{err("", "bad"), SignInRefused, true, false},
		{err("SYS/TEMP", "x"), ServerTrouble, false, false},
		{err("IN-USE", "x"), MailboxInUse, false, false},
		{err("LOGIN-DELAY", "x"), SignInTooSoon, false, false},
		{smtp(535, "5.7.8", "Error: authentication failed"), SignInRefused, true, false},
		{smtp(535, "5.7.9", "Application-specific password required"), AppPasswordNeeded, false, false},
		{smtp(535, "", "too many failed login attempts"), TooManyTries, false, false},
		{smtp(534, "5.7.9", "mechanism too weak"), MechanismRefused, false, true},
		{smtp(504, "5.5.4", "Unrecognized authentication type"), MechanismRefused, false, true},
		{smtp(454, "4.7.0", "Temporary authentication failure"), ServerTrouble, false, false},
		{smtp(421, "", "closing"), ServerTrouble, false, false},
		{smtp(530, "5.7.0", "Must issue a STARTTLS command first"), SignInNeedsEncryption, false, false},
		{smtp(550, "", "no"), SignInRefused, false, false},
	}
	for _, test := range tests {
		r := classifySignIn(&wire.SignInError{Sent: true, Err: test.reply})
		if r.cause != test.cause || r.wrong != test.wrong || r.next != test.next {
			t.Errorf("%v: got %v wrong=%v next=%v, want %v wrong=%v next=%v", test.reply, r.cause, r.wrong, r.next, test.cause, test.wrong, test.next)
		}
		if r.wrong && !r.spent {
			t.Errorf("%v: a wrong password was not counted", test.reply)
		}
	}
}

func TestConnectionThatDiesBeforeThePasswordMayBeRedialled(t *testing.T) {
	if r := classifySignIn(&wire.SignInError{Err: io.EOF}); !r.died || r.spent {
		t.Errorf("got %+v, want a death that cost nothing", r)
	}
	if r := classifySignIn(&wire.SignInError{Sent: true, Err: io.EOF}); r.died || r.cause != ConnectionClosed {
		t.Errorf("got %+v, want no redial after the password had left (R-7)", r)
	}
}
