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
	seen   bool // the password, or a proof of it, had left, whatever the server made of it
	next   bool // the mechanism alone was refused: another may be tried
	died   bool // the connection broke before the password had left: a redial is harmless
}

// classifySignIn judges a sign-in that failed, by the server's own code and words.
func classifySignIn(err error) refusal {
	var signIn *wire.SignInError
	sent := errors.As(err, &signIn) && signIn.Sent
	r := classifyEnd(err, sent)
	r.seen = sent
	return r
}

// classifyEnd is classifySignIn, given whether the password, or a proof of it, had left.
func classifyEnd(err error, sent bool) refusal {
	var gate *wire.GateError
	var reply *wire.ReplyError
	var token *wire.TokenError
	switch {
	case errors.As(err, &gate):
		return refusal{cause: Internal, detail: gate.Error()}
	case errors.Is(err, wire.ErrNoCommonAuth):
		return refusal{cause: MechanismUnsupported, next: true}
	case errors.Is(err, wire.ErrUnsendable):
		return refusal{cause: SignInRefused, detail: wire.ErrUnsendable.Error()}
	case errors.Is(err, wire.ErrNoToken):
		return refusal{cause: SignInRefused, detail: wire.ErrNoToken.Error()}
	case errors.As(err, &reply):
		r := classifyNo(reply)
		r.detail = account.Neutral(replyWords(reply), detailLimit)
		if errors.As(err, &token) { // the token is what is wrong, under whatever user name
			r.detail = account.Neutral(strings.TrimSpace(token.Status+" "+r.detail), detailLimit)
			r.wrong = false
		}
		r.spent = sent && (r.wrong || r.cause == SignInRefused || r.cause == AppPasswordNeeded || r.cause == AccountLocked || r.cause == PasswordExpired || r.cause == OAuthOnly)
		return r
	default:
		cause, detail := classify(err)
		if errors.As(err, &token) && cause != Cancelled {
			// RFC 7628, section 3.2.3: the reason comes with a failure only, so that it is a no, whether or not the reply still came.
			return refusal{cause: SignInRefused, detail: account.Neutral(token.Status, detailLimit), spent: sent}
		}
		return refusal{cause: cause, detail: detail, died: !sent && cause != Cancelled}
	}
}

// classifyNo judges the "no" itself. A definite "wrong" is: IMAP NO with AUTHENTICATIONFAILED or without a code, POP3 -ERR
// with [AUTH] or without a code, SMTP 535; unless the words name another cause.
func classifyNo(r *wire.ReplyError) refusal {
	switch r.Tag { // they leave nothing for the words to say: "[IN-USE] The mailbox is locked" is about no locked account
	case "INUSE", "IN-USE":
		return refusal{cause: MailboxInUse}
	case "LOGIN-DELAY":
		return refusal{cause: SignInTooSoon}
	case "EXPIRED":
		return refusal{cause: PasswordExpired}
	}
	if cause := causeInWords(r.Text); cause != CauseNone {
		return refusal{cause: cause}
	}
	switch {
	case r.Code != 0:
		return classifySMTPNo(r)
	case r.Status == "BAD", r.Tag == "" && unknownMechanism(r.Text):
		return refusal{cause: MechanismRefused, next: true}
	case r.Status == "BYE":
		return refusal{cause: ServerTrouble}
	}
	switch r.Tag { // RFC 5530 and RFC 9051, section 7.1 for IMAP; RFC 2449, section 8.1 and RFC 3206 for POP3
	case "", "AUTHENTICATIONFAILED", "AUTH":
		return refusal{cause: SignInRefused, wrong: true}
	case "UNAVAILABLE", "SYS/TEMP", "SERVERBUG", "LIMIT":
		return refusal{cause: ServerTrouble}
	case "CONTACTADMIN", "SYS/PERM": // both: somebody at the provider has to act before this can work
		return refusal{cause: ProviderMustAct}
	case "PRIVACYREQUIRED":
		return refusal{cause: SignInNeedsEncryption}
	case "CANNOT":
		return refusal{cause: MechanismRefused, next: true}
	case "AUTHORIZATIONFAILED", "NOPERM":
		return refusal{cause: AccountLocked}
	default: // [ALERT] too: its text is for the user to read, and says more than that something was mistyped
		return refusal{cause: SignInRefused}
	}
}

// unknownMechanism reports whether a no without a code is about the command or the mechanism, not about the user: POP3 has
// no code for that.
func unknownMechanism(text string) bool {
	t := strings.ToLower(text)
	for _, words := range []string{
		"unsupported authentication", "unknown authentication mech", "unrecognized authentication", "mechanism not supported", "mechanism not available",
		"unsupported mechanism", "unknown mechanism", "unknown command", "unrecognized command", "invalid command", "command not", "not implemented",
	} {
		if strings.Contains(t, words) {
			return true
		}
	}
	return false
}

// classifySMTPNo judges a reply code to AUTH: RFC 4954, sections 4 and 6.
func classifySMTPNo(r *wire.ReplyError) refusal {
	switch {
	case r.Tag == "5.7.9" && r.Code == 534: // mechanism too weak
		return refusal{cause: MechanismRefused, next: true}
	case r.Code == 432 && r.Tag == "4.7.12": // a password transition: another mechanism has to be used once
		return refusal{cause: MechanismRefused, next: true}
	case r.Code == 525 || r.Tag == "5.7.13": // RFC 5248, section 2.4: the account is disabled
		return refusal{cause: AccountLocked}
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
	case has("basic authentication is disabled", "basic auth is disabled"):
		return OAuthOnly
	case has("imap access is disabled", "imap is disabled", "pop access is disabled", "pop3 is disabled", "not enabled for imap", "imap is not enabled",
		"pop is not enabled", "enable imap", "enable pop", "protocol is disabled", "protocol disabled", "service is not enabled", "imap disabled", "smtpclientauthentication is disabled"):
		return ProtocolSwitchedOff
	case has("maildrop already locked", "maildrop is locked", "lock maildrop", "another pop3 session"): // RFC 1939, section 4
		return MailboxInUse
	case has("too many", "rate limit", "temporarily blocked", "temporarily locked"):
		return TooManyTries
	case has("try again later"):
		return ServerTrouble
	case has("plaintext authentication disabled", "cleartext authentication disabled"): // about the connection, not the account
		return SignInNeedsEncryption
	case has("web browser", "web login required"): // they let nobody in before a visit to their page
		return AccountLocked
	case has("locked", "suspended", "disabled", "blocked", "deactivated"):
		return AccountLocked
	default:
		return CauseNone
	}
}
