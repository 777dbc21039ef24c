package probe

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"syscall"

	"portolan/account"
	"portolan/probe/wire"
)

// detailLimit bounds foreign words in a report, in runes.
const detailLimit = 200

// classify maps the evidence of a connection that failed to its cause, and to the words that go with it, the server's own
// where it spoke. It is the only code of the program that looks inside errors.
func classify(err error) (Cause, string) {
	var (
		reply       *wire.ReplyError
		spoken      *wire.SpokenError
		certificate *wire.CertificateError
		alert       *wire.AlertError
		limit       *wire.LimitError
		protocol    *wire.ProtocolError
		injected    *wire.InjectedError
		preauth     *wire.PreAuthError
		fault       *FaultError
	)
	switch {
	case err == nil:
		return CauseNone, ""
	case errors.Is(err, errStruck):
		return NoSTARTTLS, ""
	case errors.As(err, &fault):
		return Internal, account.Neutral(fault.Place, detailLimit)
	case errors.As(err, &injected):
		return TextInjected, account.Neutral(injected.Bytes, detailLimit)
	case errors.As(err, &preauth):
		return PreAuthenticated, account.Neutral(preauth.Text, detailLimit)
	case errors.Is(err, context.Canceled):
		return Cancelled, ""
	case errors.As(err, &certificate):
		return classifyCertificate(certificate.TLS.Problems), ""
	case errors.As(err, &spoken):
		if failure := failureOf(err); failure != nil && failure.Step == wire.StepUpgrade {
			return classifyInjected(spoken), account.Neutral(spoken.Bytes, detailLimit)
		}
		if strings.HasPrefix(spoken.Spoken, "cleartext") {
			return PlainOnTLSPort, account.Neutral(spoken.Bytes, detailLimit)
		}
		return WrongProtocol, account.Neutral(strings.TrimSpace(spoken.Spoken+" "+spoken.Bytes), detailLimit)
	case errors.As(err, &reply):
		return classifyReply(err, reply), account.Neutral(replyWords(reply), detailLimit)
	case errors.As(err, &alert):
		return classifyAlert(alert, clientCert(err)), account.Neutral(alert.Text, detailLimit)
	case errors.As(err, &limit):
		return OverlongReply, limit.What
	case errors.As(err, &protocol):
		return MalformedReply, account.Neutral(protocol.Bytes, detailLimit)
	}
	return classifySystem(err)
}

// classifyInjected judges what came in the clear after the yes to STARTTLS, where the handshake was due: a line of text is
// what somebody who tampers with the connection slips in (the security page, P-2).
func classifyInjected(s *wire.SpokenError) Cause {
	for i := range min(len(s.Bytes), 3) {
		if s.Bytes[i] < 0x20 || s.Bytes[i] > 0x7e {
			return TLSFailed
		}
	}
	return TextInjected
}

// replyWords are the words of a reply, with its code where it has one.
func replyWords(r *wire.ReplyError) string {
	words := *r
	words.Command = ""
	return words.Error()
}

// classifyReply judges a server's "no" before any sign-in by the step at which it came.
func classifyReply(err error, r *wire.ReplyError) Cause {
	failure := failureOf(err)
	if failure == nil {
		return ServerTrouble
	}
	if cause := certificateWords(r.Text, failure.Facts.ClientCert); cause != CauseNone {
		return cause
	}
	switch failure.Step {
	case wire.StepGreeting:
		if r.Code == 421 || strings.Contains(strings.ToLower(r.Text), "too many") {
			return TooManyTries
		}
		return GreetingRefused
	case wire.StepSTARTTLS, wire.StepUpgrade:
		return STARTTLSRefused
	default:
		return ServerTrouble
	}
}

// failureOf finds the failure of a connection in an error; nil where there is none.
func failureOf(err error) *wire.Failure {
	var f *wire.Failure
	if errors.As(err, &f) {
		return f
	}
	return nil
}

// clientCert tells what became of the client certificate on a connection that failed.
func clientCert(err error) wire.ClientCert {
	if f := failureOf(err); f != nil {
		return f.Facts.ClientCert
	}
	return wire.ClientCertUnasked
}

// classifyAlert judges a TLS alert.
func classifyAlert(a *wire.AlertError, shown wire.ClientCert) Cause {
	if cause := certificateAlert(a, shown); cause != CauseNone {
		return cause
	}
	switch a.Description {
	case wire.AlertProtocolVersion:
		return TLSTooOld
	case wire.AlertHandshakeFailure, wire.AlertInsufficientSecurity:
		return NoCommonCipher
	default:
		return TLSFailed
	}
}

// classifyCertificate names the problem that matters most: what can never be accepted first, then who it is, then when.
func classifyCertificate(problems []wire.Problem) Cause {
	order := []struct {
		problem wire.Problem
		cause   Cause
	}{
		{wire.PinMismatch, CertificateChanged},
		{wire.WeakKey, CertificateWeak},
		{wire.WeakSignature, CertificateWeak},
		{wire.SelfSigned, CertificateSelfSigned},
		{wire.UnknownIssuer, CertificateUnknownIssuer},
		{wire.IncompleteChain, CertificateIncompleteChain},
		{wire.WrongName, CertificateWrongName},
		{wire.Expired, CertificateExpired},
		{wire.NotYetValid, CertificateNotYetValid},
		{wire.Unsuitable, CertificateUnknownIssuer},
	}
	for _, o := range order {
		for _, p := range problems {
			if p == o.problem {
				return o.cause
			}
		}
	}
	return CertificateUnknownIssuer
}

// certificateCause reports whether a cause is one that a person could judge by looking at the certificate.
func certificateCause(c Cause) bool {
	switch c {
	case CertificateExpired, CertificateNotYetValid, CertificateWrongName, CertificateUnknownIssuer, CertificateSelfSigned,
		CertificateIncompleteChain, CertificateWeak, CertificateChanged:
		return true
	default:
		return false
	}
}

// The numbers that Windows gives these errors; package syscall's constants of the same names are others there.
const (
	wsaNetUnreachable  = syscall.Errno(10051)
	wsaHostUnreachable = syscall.Errno(10065)
	wsaRefused         = syscall.Errno(10061)
	wsaReset           = syscall.Errno(10054)
	wsaTimedOut        = syscall.Errno(10060)
)

// classifySystem judges the errors of the network and of the operating system.
func classifySystem(err error) (Cause, string) {
	is := func(unix, windows syscall.Errno) bool {
		return errors.Is(err, unix) || runtime.GOOS == "windows" && errors.Is(err, windows)
	}
	step, where := wire.StepSignIn, ""
	if failure := failureOf(err); failure != nil {
		step, where = failure.Step, failure.Step.String()
	}
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return classifyLookup(err), ""
	case is(syscall.ECONNREFUSED, wsaRefused):
		return ConnectionRefused, ""
	case is(syscall.ENETUNREACH, wsaNetUnreachable), errors.Is(err, syscall.ENETDOWN), errors.Is(err, syscall.EADDRNOTAVAIL), errors.Is(err, syscall.EAFNOSUPPORT):
		return NetworkDown, ""
	case is(syscall.EHOSTUNREACH, wsaHostUnreachable), is(syscall.ETIMEDOUT, wsaTimedOut):
		return NoAnswer, ""
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		if step == wire.StepConnect {
			return NoAnswer, ""
		}
		return TimedOut, where
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), is(syscall.ECONNRESET, wsaReset), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		return hungUp(failureOf(err)), where
	case step == wire.StepTLS || step == wire.StepUpgrade:
		return TLSFailed, account.Neutral(err.Error(), detailLimit)
	default:
		return NoAnswer, account.Neutral(err.Error(), detailLimit)
	}
}

// classifyLookup judges a name that could not be looked up.
func classifyLookup(err error) Cause {
	var dns *net.DNSError
	switch {
	case err == nil:
		return NoAddress
	case isNotFound(err):
		return NoSuchHost
	case errors.As(err, &dns) && strings.Contains(dns.Err, "unreachable"):
		return NetworkDown
	case errors.Is(err, context.Canceled):
		return Cancelled
	default:
		return DNSTrouble
	}
}

// isNotFound reports whether a look-up was answered: there is no such name, or no such record.
func isNotFound(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}
