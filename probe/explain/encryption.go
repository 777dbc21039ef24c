package explain

import (
	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

// encryptionFinding gives the words for a finding whose cause alone does not say enough: which version, which certificate,
// which day.
func encryptionFinding(f probe.Finding) Text {
	w := wordingFor(f.Cause)
	t := Text{Title: w.title, Advice: fill(w.advice, f.Server)}
	switch f.Cause {
	case probe.TLSTooOld, probe.NoCommonCipher:
		t.Advice = sentences(spokenEncryption(f), t.Advice)
		if f.TLS.Version == 0 {
			t.Advice = sentences(t.Advice, w.quote(f.Detail))
		}
	case probe.CertificateChanged:
		t.Details = certificateDetails(f.TLS)
		if f.Accepted != (account.Fingerprint{}) {
			t.Details = append(t.Details, Detail{"SHA-256 accepted before", Fingerprint(f.Accepted)})
			t.Advice = sentences(t.Advice, "It shows "+Fingerprint(f.TLS.Certificate)+"; accepted was "+Fingerprint(f.Accepted)+".")
		}
	case probe.VerifiedBefore:
		t.Details = certificateDetails(f.TLS)
		t.Advice = sentences(t.Advice, causeNamed("What is wrong now: ", f.Detail))
	case probe.ClockWrong:
		if f.Detail != "" {
			t.Advice = sentences("On this computer it is "+foreign(f.Detail)+".", t.Advice)
		}
	}
	return t
}

// spokenEncryption says what an outdated server speaks, "" where that is not known.
func spokenEncryption(f probe.Finding) string {
	version := TLSVersion(f.TLS.Version)
	switch {
	case version == "":
		return ""
	case wire.Current(f.TLS.Version):
		return "This server encrypts only by " + wire.SuiteName(f.TLS.Suite) + " and the like, which is no longer safe."
	default:
		return "This server speaks only " + version + ", which is no longer safe."
	}
}

// causeNamed puts the title of the cause with this name behind a lead, "" where there is none.
func causeNamed(lead, name string) string {
	for _, c := range probe.Causes() {
		if c.String() == name {
			return lead + lowerFirst(wordingFor(c).title) + "."
		}
	}
	return ""
}
