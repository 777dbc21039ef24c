package wire

import (
	"errors"
	"fmt"
	"strings"

	"portolan/account"
)

// A Step is a step of the conversation.
type Step uint8

// The steps in their order.
const (
	StepConnect Step = iota
	StepTLS
	StepGreeting
	StepCapability
	StepSTARTTLS
	StepUpgrade // the handshake after STARTTLS
	StepSignIn
)

// String names the step as it stands before an error.
func (s Step) String() string {
	names := [...]string{"connect", "TLS", "greeting", "capabilities", "STARTTLS", "TLS after STARTTLS", "sign-in"}
	if int(s) < len(names) {
		return names[s]
	}
	return fmt.Sprintf("step %d", uint8(s))
}

// A Failure is why a connection came to nothing: the step, what was learned before it, and the evidence.
//
// Err holds one of *ReplyError, *SpokenError, *CertificateError, *AlertError, *LimitError, *ProtocolError,
// *InjectedError, *PreAuthError, *UnansweredError (around what ended the handshake), or an error of net or crypto/tls. A step that ran out of time is os.ErrDeadlineExceeded
// (that of connecting too); a connection that the server closed is io.EOF, or io.ErrUnexpectedEOF within a line or a
// handshake; where the caller's context ended, context.Canceled or context.DeadlineExceeded is in the chain as well.
type Failure struct {
	Step       Step
	Facts      Facts
	Transcript []Line
	Err        error
}

func (f *Failure) Error() string { return f.Step.String() + ": " + f.Err.Error() }

// Unwrap gives the evidence.
func (f *Failure) Unwrap() error { return f.Err }

// A ReplyError is a server's "no".
type ReplyError struct {
	Command string // "STARTTLS", "AUTHENTICATE PLAIN"; "" for a greeting
	Code    int    // SMTP reply code, else 0
	Status  string // IMAP NO, BAD, BYE; POP3 -ERR; "" for SMTP
	Tag     string // response code in upper case without brackets: "AUTHENTICATIONFAILED", "SYS/TEMP", SMTP enhanced code "5.7.8"
	Text    string // neutralised
}

func (e *ReplyError) Error() string {
	var words []string
	if e.Command != "" {
		words = append(words, e.Command+":")
	}
	switch {
	case e.Code != 0:
		words = append(words, fmt.Sprintf("%03d", e.Code))
	case e.Status != "":
		words = append(words, e.Status)
	}
	switch {
	case e.Tag != "" && e.Code != 0:
		words = append(words, e.Tag)
	case e.Tag != "":
		words = append(words, "["+e.Tag+"]")
	}
	return strings.Join(append(words, e.Text), " ")
}

// A SpokenError says that another protocol answered.
type SpokenError struct {
	// Spoken is "imap", "pop3", "smtp", "http", "ssh", "ftp", "tls", "telnet" …, "" where unknown. Where TLS was expected,
	// it is preceded by "cleartext ", and "cleartext" alone is text of no known protocol.
	Spoken string
	Bytes  string // the first 80, neutralised
}

func (e *SpokenError) Error() string {
	if e.Spoken == "" {
		return fmt.Sprintf("an unknown protocol answered: %q", e.Bytes)
	}
	return fmt.Sprintf("%s answered: %q", e.Spoken, e.Bytes)
}

// A CertificateError says that the handshake showed a certificate that the user would have to judge. See Facts.TLS.
type CertificateError struct{ TLS TLSFacts }

func (e *CertificateError) Error() string {
	words := make([]string, len(e.TLS.Problems))
	for i, p := range e.TLS.Problems {
		words[i] = p.String()
	}
	return "certificate not accepted: " + strings.Join(words, ", ")
}

// The TLS alerts that say why a handshake came to nothing: RFC 8446, section 6.
const (
	AlertHandshakeFailure     uint8 = 40 // no common cipher suite or parameters
	AlertProtocolVersion      uint8 = 70 // no common version
	AlertInsufficientSecurity uint8 = 71
	AlertCertificateRequired  uint8 = 116 // the server wants a client certificate

	alertBadCertificate     uint8 = 42
	alertCertificateUnknown uint8 = 46
	alertAccessDenied       uint8 = 49
)

// An AlertError is a TLS alert that ended the connection. A server that wants a client certificate sends it under TLS 1.3
// only after the handshake: the step is then StepGreeting or StepCapability.
type AlertError struct {
	Description uint8 // the number of the alert, RFC 8446, section 6
	Ours        bool  // Portolan refused what the server chose; otherwise the server refused
	Text        string
}

func (e *AlertError) Error() string { return e.Text }

// An UnansweredError says that not one byte came back to the ClientHello before the connection ended or its time ran out: the
// server is too old for it, something on the way chokes on its size, or nobody is there.
type UnansweredError struct{ Err error }

func (e *UnansweredError) Error() string { return "ClientHello not answered: " + e.Err.Error() }

// Unwrap gives how the connection ended.
func (e *UnansweredError) Unwrap() error { return e.Err }

// A LimitError says that a server sent more than a budget allows.
type LimitError struct{ What string }

func (e *LimitError) Error() string { return e.What + " too long" }

// A ProtocolError says that a server sent something that is no line of the protocol, or that came out of turn.
type ProtocolError struct {
	What  string
	Bytes string // the first 80, neutralised
}

func (e *ProtocolError) Error() string { return fmt.Sprintf("%s: %q", e.What, e.Bytes) }

// An InjectedError says that bytes followed the yes to STARTTLS in the clear: a sign of an attack.
type InjectedError struct{ Bytes string }

func (e *InjectedError) Error() string { return fmt.Sprintf("text injected before TLS: %q", e.Bytes) }

// A PreAuthError says that an IMAP server greeted with PREAUTH. In the clear that is a way to prevent STARTTLS; inside TLS
// it means that the settings cannot be tested.
type PreAuthError struct{ Text string }

func (e *PreAuthError) Error() string { return "PREAUTH greeting: " + e.Text }

// A GateError says that the policy does not let a password onto this connection.
type GateError struct{ Admission account.Admission }

func (e *GateError) Error() string { return "gate: " + e.Admission.String() }

// A TokenError is a no to an OAuth token, with the reason that the server gave before it.
type TokenError struct {
	Status string // "400", "invalid_token"; "" where the server gave none; neutralised
	Err    error  // a *ReplyError, as a rule
}

func (e *TokenError) Error() string {
	if e.Status == "" {
		return e.Err.Error()
	}
	return "token status " + e.Status + ": " + e.Err.Error()
}

// Unwrap gives the no itself.
func (e *TokenError) Unwrap() error { return e.Err }

// A SignInError is how a sign-in ended without success.
type SignInError struct {
	Sent bool  // the password had left: the server may have counted it
	Err  error // *ReplyError where the server said no, within a *TokenError where it said why; *GateError; ErrNoCommonAuth; ErrUnsendable; ErrNoToken; else as in a Failure
}

func (e *SignInError) Error() string { return "sign-in: " + e.Err.Error() }

// Unwrap gives the evidence.
func (e *SignInError) Unwrap() error { return e.Err }

// ErrEnough says that Target.Enough was closed.
var ErrEnough = errors.New("not wanted any more")

// ErrNoCommonAuth says that the server does not offer the sign-in method, or not in a way that is fit for use, or that
// Portolan does not speak it on a connection like this.
var ErrNoCommonAuth = errors.New("no common sign-in method")

// ErrUnsendable says that a user name or password holds a character that the protocol cannot carry: a line break, NUL or
// another control character. Nothing was sent.
var ErrUnsendable = errors.New("a control character cannot be sent")

// ErrNoToken says that a method that needs a token was given something that can be none, a password with blanks for example.
// Nothing was sent.
var ErrNoToken = errors.New("this cannot be an OAuth token")
