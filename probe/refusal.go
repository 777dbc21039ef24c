package probe

import (
	"errors"
	"strings"

	"portolan/account"
	"portolan/probe/wire"
)

// A refusal is what a sign-in that failed means for what may be tried next.
type refusal struct {
	cause  Cause
	detail string
	wrong  bool // a definite "wrong user name or password": the other form of the user name may be tried
	spent  bool // the server has seen the password and said no: it counts against the budget
	next   bool // the mechanism alone was refused: another may be tried
	died   bool // the connection broke before the password had left: a redial is harmless
}

// classifySignIn judges a sign-in that failed, by the server's own code and words.
func classifySignIn(err error) refusal {
	var gate *wire.GateError
	var signIn *wire.SignInError
	var reply *wire.ReplyError
	sent := errors.As(err, &signIn) && signIn.Sent
	switch {
	case errors.As(err, &gate):
		return refusal{cause: Internal, detail: gate.Error()}
	case errors.Is(err, wire.ErrNoCommonAuth):
		return refusal{cause: MechanismUnsupported, next: true}
	case errors.Is(err, wire.ErrUnsendable):
		return refusal{cause: SignInRefused, detail: wire.ErrUnsendable.Error()}
	case errors.As(err, &reply):
		r := classifyNo(reply)
		r.detail = account.Neutral(replyWords(reply), detailLimit)
		r.spent = sent && (r.wrong || r.cause == SignInRefused || r.cause == AppPasswordNeeded || r.cause == AccountLocked)
		return r
	default:
		cause, detail := classify(err)
		return refusal{cause: cause, detail: detail, died: !sent && cause != Cancelled}
	}
}

// classifyNo judges the "no" itself. A definite "wrong" is: IMAP NO with AUTHENTICATIONFAILED or without a code, POP3 -ERR
// with [AUTH] or without a code, SMTP 535; unless the words name another cause.
func classifyNo(r *wire.ReplyError) refusal {
	if cause := causeInWords(r.Text); cause != CauseNone {
		return refusal{cause: cause}
	}
	switch {
	case r.Code != 0:
		return classifySMTPNo(r)
	case r.Status == "BAD":
		return refusal{cause: MechanismRefused, next: true}
	case r.Status == "BYE":
		return refusal{cause: ServerTrouble}
	}
	switch r.Tag { // RFC 5530 and RFC 9051, section 7.1 for IMAP; RFC 2449, section 8.1 and RFC 3206 for POP3
	case "", "AUTHENTICATIONFAILED", "AUTH", "ALERT":
		return refusal{cause: SignInRefused, wrong: true}
	case "UNAVAILABLE", "INUSE", "IN-USE", "SYS/TEMP", "SYS/PERM", "LOGIN-DELAY", "SERVERBUG", "CONTACTADMIN", "LIMIT":
		return refusal{cause: ServerTrouble}
	case "PRIVACYREQUIRED":
		return refusal{cause: SignInNeedsEncryption}
	case "CANNOT":
		return refusal{cause: MechanismRefused, next: true}
	case "EXPIRED", "AUTHORIZATIONFAILED", "NOPERM":
		return refusal{cause: AccountLocked}
	default:
		return refusal{cause: SignInRefused, wrong: true}
	}
}

// classifySMTPNo judges a reply code to AUTH: RFC 4954, sections 4 and 6.
func classifySMTPNo(r *wire.ReplyError) refusal {
	switch {
	case r.Tag == "5.7.9" && r.Code == 534: // mechanism too weak
		return refusal{cause: MechanismRefused, next: true}
	case r.Code == 535 || r.Tag == "5.7.8":
		return refusal{cause: SignInRefused, wrong: true}
	case r.Code == 504 || r.Code == 502 || r.Code == 503 || r.Code == 500 || r.Code == 501:
		return refusal{cause: MechanismRefused, next: true}
	case r.Code == 538 || r.Code == 530:
		return refusal{cause: SignInNeedsEncryption}
	case r.Code >= 400 && r.Code < 500:
		return refusal{cause: ServerTrouble}
	default:
		return refusal{cause: SignInRefused}
	}
}

// causeInWords finds the causes that servers name only in their text.
func causeInWords(text string) Cause {
	t := strings.ToLower(text)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(t, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("application-specific password", "app password", "app-specific", "application password", "authorization code", "authorisation code", "client authorization"):
		return AppPasswordNeeded
	case has("imap access is disabled", "imap is disabled", "pop access is disabled", "pop3 is disabled", "not enabled for imap", "imap is not enabled",
		"pop is not enabled", "enable imap", "enable pop", "protocol is disabled", "protocol disabled", "service is not enabled", "imap disabled", "smtpclientauthentication is disabled"):
		return ProtocolSwitchedOff
	case has("too many", "rate limit", "try again later", "temporarily blocked", "temporarily locked"):
		return TooManyTries
	case has("locked", "suspended", "disabled", "blocked", "deactivated"):
		return AccountLocked
	default:
		return CauseNone
	}
}
