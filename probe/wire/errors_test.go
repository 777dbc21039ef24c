package wire

import (
	"io"
	"testing"

	"portolan/account"
)

// Errors are for programmers: step and cause, the server's code first.
func TestErrorsReadAsStepAndCause(t *testing.T) {
	for _, e := range []struct {
		err  error
		want string
	}{
		{&Failure{Step: StepUpgrade, Err: io.EOF}, "TLS after STARTTLS: EOF"},
		{&ReplyError{Command: "AUTH PLAIN", Code: 535, Tag: "5.7.8", Text: "no"}, "AUTH PLAIN: 535 5.7.8 no"},
		{&ReplyError{Status: "BYE", Tag: "UNAVAILABLE", Text: "busy"}, "BYE [UNAVAILABLE] busy"},
		{&SpokenError{Spoken: "ssh", Bytes: "SSH-2.0"}, `ssh answered: "SSH-2.0"`},
		{&SpokenError{Bytes: "x"}, `an unknown protocol answered: "x"`},
		{&CertificateError{TLS: TLSFacts{Problems: []Problem{Expired, WrongName}}}, "certificate not accepted: expired, wrong-name"},
		{&LimitError{What: "line"}, "line too long"},
		{&ProtocolError{What: "mixed codes", Bytes: "250"}, `mixed codes: "250"`},
		{&InjectedError{Bytes: "250"}, `text injected before TLS: "250"`},
		{&PreAuthError{Text: "hi"}, "PREAUTH greeting: hi"},
		{&SignInError{Err: &GateError{Admission: account.NeedsDomain}}, "sign-in: gate: needs-domain"},
	} {
		if got := e.err.Error(); got != e.want {
			t.Errorf("got %q, want %q", got, e.want)
		}
	}
}
