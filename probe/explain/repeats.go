package explain

import (
	"slices"
	"strings"

	"portolan/account"
	"portolan/probe"
)

// Repeats reports whether a finding only says again what the verdict or an open decision says.
func Repeats(r probe.Report, f probe.Finding, v Text) bool {
	t := Finding(f)
	switch {
	case stops(f.Cause):
		return false // it has the fingerprints
	case r.Outcome == probe.Incomplete && t.Advice != "" && strings.Contains(v.Advice, t.Advice):
		return true
	case f.Cause == probe.Cancelled, t.Title == v.Title, r.Outcome == probe.Nothing && f.Server.Host == "":
		return true
	case r.Outcome == probe.RefusedIn && f.Cause == probe.SignInRefused, r.Outcome == probe.Ready && f.Cause == probe.CleartextOnly:
		return true
	case r.Outcome == probe.RefusedIn && f.Cause == probe.AppPasswordNeeded && f.Provider.Name != "", r.Outcome == probe.Ready && f.Cause == probe.PasswordOdd:
		return true
	}
	return slices.ContainsFunc(r.Decisions, func(d probe.Decision) bool {
		switch d.Kind {
		case probe.DecideCertificate:
			return f.TLS.Certificate == d.TLS.Certificate && f.TLS.Certificate != (account.Fingerprint{})
		case probe.DecideCleartext:
			return f.Cause == probe.CleartextOnly && slices.Contains(d.Servers, f.Server)
		case probe.DecidePort:
			return f.Cause == probe.OtherPort
		default:
			return false
		}
	})
}
