package probe

import "fmt"

// A Cause is why something failed, or what was found. The list is closed; package explain has words for each.
type Cause uint8

// The causes. Their names are stable: -find -json and the window's translations depend on them.
const (
	CauseNone Cause = iota
	NoSuchHost
	NoAddress
	ConnectionRefused
	NoAnswer
	ConnectionClosed
	WrongProtocol
	GreetingRefused
	NoSTARTTLS
	STARTTLSRefused
	TextInjected
	TLSTooOld
	NoCommonCipher
	TLSFailed
	PlainOnTLSPort
	CertificateExpired
	CertificateNotYetValid
	CertificateWrongName
	CertificateUnknownIssuer
	CertificateSelfSigned
	CertificateIncompleteChain
	CertificateWeak
	CertificateChanged
	ClientCertificateWanted
	ClientCertificateRefused
	SignInRefused
	SignInNeedsEncryption
	SignInNotOffered
	MechanismUnsupported
	MechanismRefused
	AppPasswordNeeded
	OAuthOnly
	ProtocolSwitchedOff
	AccountLocked
	TooManyTries
	CaptivePortal
	ServerTrouble
	MalformedReply
	OverlongReply
	PreAuthenticated
	DNSTrouble
	NetworkDown
	Cancelled
	Limited
	CleartextOnly
	IPv6Broken
	IPv4Broken
	Firewall
	Port25Blocked
	BetterRefused
	OtherDomain
	OtherPort
	SaferAvailable
	ClockWrong
	LargeHello
	VerifiedBefore
	EncryptionGone
	NotOffered
	SettingsUnusable
	NotForMailPrograms
	PasswordOdd
	TimedOut
	AddressInside
	PasswordExpired
	ProviderMustAct
	MailboxInUse
	SignInTooSoon
	Internal
)

var causeNames = [...]string{
	"", "no-such-host", "no-address", "connection-refused", "no-answer", "connection-closed", "wrong-protocol", "greeting-refused",
	"no-starttls", "starttls-refused", "text-injected", "tls-too-old", "no-common-cipher", "tls-failed", "plain-on-tls-port",
	"certificate-expired", "certificate-not-yet-valid", "certificate-wrong-name", "certificate-unknown-issuer",
	"certificate-self-signed", "certificate-incomplete-chain", "certificate-weak", "certificate-changed", "client-certificate-wanted", "client-certificate-refused",
	"sign-in-refused", "sign-in-needs-encryption", "sign-in-not-offered", "mechanism-unsupported", "mechanism-refused",
	"app-password-needed", "oauth-only", "protocol-switched-off", "account-locked", "too-many-tries", "captive-portal", "server-trouble",
	"malformed-reply", "overlong-reply", "pre-authenticated", "dns-trouble", "network-down", "cancelled", "limited", "cleartext-only",
	"ipv6-broken", "ipv4-broken", "firewall", "port-25-blocked", "better-refused", "other-domain", "other-port", "safer-available", "clock-wrong", "large-hello", "verified-before", "encryption-gone", "not-offered", "settings-unusable", "not-for-mail-programs", "password-odd", "timed-out", "address-inside", "password-expired", "provider-must-act", "mailbox-in-use", "sign-in-too-soon", "internal",
}

// String gives the stable name, as it stands in JSON.
func (c Cause) String() string {
	if int(c) < len(causeNames) {
		return causeNames[c]
	}
	return fmt.Sprintf("(%d)", uint8(c))
}

// Causes lists every cause but CauseNone.
func Causes() []Cause {
	all := make([]Cause, 0, len(causeNames)-1)
	for c := range causeNames[1:] {
		all = append(all, Cause(c+1))
	}
	return all
}
