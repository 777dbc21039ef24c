package explain

import (
	"slices"
	"strconv"

	"portolan/account"
	"portolan/probe"
)

// nothingVerdict says why no server was found at all.
func nothingVerdict(r probe.Report) Text {
	if f, ok := hardStop(r); ok {
		return hardStopVerdict(f)
	}
	if t, ok := reason(r); ok {
		return t
	}
	return Text{
		Title:  "No mail server was found",
		Advice: "None of the tries led to a server that can be used. If you know your servers, tell them by name; your provider's help pages have them.",
		Action: TypeServers,
	}
}

// hardStop gives the finding at which a run ends because a server without which it cannot go on is not what it was for this
// account: its certificate, or encryption altogether. Security rules C-6 and D-8.
func hardStop(r probe.Report) (probe.Finding, bool) {
	i := slices.IndexFunc(r.Findings, func(f probe.Finding) bool {
		return stops(f.Cause) && (f.Role != account.Outgoing && r.Incoming.Host == "" || f.Role != account.Incoming && r.Outgoing.Host == "")
	})
	if i < 0 || r.Outcome != probe.Incomplete && r.Outcome != probe.Nothing {
		return probe.Finding{}, false
	}
	return r.Findings[i], true
}

// stops reports whether a cause is one of a hard stop.
func stops(c probe.Cause) bool {
	return c == probe.CertificateChanged || c == probe.VerifiedBefore || c == probe.EncryptionGone
}

// HardStop reports whether a run ended because a server is not what it was for this account.
func HardStop(r probe.Report) bool {
	_, ok := hardStop(r)
	return ok
}

// hardStopVerdict is the answer then. What to do stands in the finding, beside the fingerprints; nothing leads around it.
func hardStopVerdict(f probe.Finding) Text {
	t := Cause(f.Cause, f.Server)
	t.Advice = fill("Somebody may be in the place of {server}, so your password was not sent there. What to do stands below.", f.Server)
	if f.Cause == probe.CertificateChanged {
		t.Advice = fill("This may be a renewal, or somebody in the place of {server}, so your password was not sent there. Both fingerprints and what to do stand below.", f.Server)
	}
	t.Action = AskYourProvider
	return t
}

// reason gives the one cause that explains a missing server best: a finding that explains everything, else what all tries
// have in common.
func reason(r probe.Report) (Text, bool) {
	for _, c := range decisiveCauses() {
		if i := slices.IndexFunc(r.Findings, func(f probe.Finding) bool { return f.Cause == c }); i >= 0 {
			t := Finding(r.Findings[i])
			t.Details, t.Action = nil, actionFor(c)
			return t, true
		}
	}
	if r.Incoming.Host != "" || r.Outgoing.Host != "" {
		return commonCauseOfOne(r)
	}
	return commonCause(r)
}

// commonCauseOfOne is commonCause where the other server was found: the words for a domain without any would be wrong.
func commonCauseOfOne(r probe.Report) (Text, bool) {
	connected := causesOf(r.Attempts, func(a probe.Attempt) bool { return a.Address.IsValid() })
	switch {
	case only(connected, probe.ConnectionRefused):
		return Text{Advice: "Everything else that was tried refused the connection.", Action: TypeServers}, true
	case only(connected, probe.NoAnswer, probe.TimedOut):
		return Text{Advice: "Nothing else that was tried answered.", Action: TypeServers}, true
	default:
		return Text{}, false
	}
}

// decisiveCauses are the findings that explain why nothing was found, the most telling first.
func decisiveCauses() []probe.Cause {
	return []probe.Cause{
		probe.NetworkDown, probe.CaptivePortal, probe.Firewall, probe.TextInjected, probe.CleartextOnly, probe.OAuthOnly, probe.NotForMailPrograms,
		probe.MechanismUnsupported, probe.ProtocolSwitchedOff, probe.ClientCertificateWanted, probe.ClientCertificateRefused, probe.PreAuthenticated,
		probe.SignInNotOffered, probe.STARTTLSRefused, probe.TLSTooOld, probe.NoCommonCipher, probe.ServerTrouble,
		probe.GreetingRefused, probe.DNSTrouble, probe.Internal,
	}
}

func actionFor(c probe.Cause) Action {
	switch c {
	case probe.NetworkDown, probe.CaptivePortal, probe.Firewall, probe.TextInjected, probe.ServerTrouble, probe.GreetingRefused,
		probe.DNSTrouble, probe.NoAnswer, probe.TimedOut:
		return SearchAgain
	case probe.CleartextOnly:
		return AllowUnsafe
	case probe.OAuthOnly, probe.MechanismUnsupported, probe.ProtocolSwitchedOff, probe.ClientCertificateWanted, probe.ClientCertificateRefused, probe.TLSTooOld,
		probe.NoCommonCipher, probe.STARTTLSRefused:
		return AskYourProvider
	case probe.NoSuchHost, probe.NoAddress:
		return EditAddress
	default:
		return TypeServers
	}
}

// commonCause looks at how the tries failed. A look-up counts only where no address was tried: nine guessed names that do
// not exist say nothing beside one server that is silent.
func commonCause(r probe.Report) (Text, bool) {
	connected := causesOf(r.Attempts, func(a probe.Attempt) bool { return a.Address.IsValid() })
	looked := causesOf(r.Attempts, func(a probe.Attempt) bool { return !a.Address.IsValid() })
	if len(r.Attempts) == 0 {
		for _, f := range r.Findings {
			looked = append(looked, f.Cause)
		}
	}
	switch {
	case only(connected, probe.NoAnswer, probe.TimedOut):
		return Text{
			Title: "No server answered",
			Advice: "Servers with fitting names exist, but nothing came back from them: they may be switched off, or a firewall keeps them away. " +
				"Try from another network; if that does not help, tell your servers by name.",
			Action: SearchAgain,
		}, true
	case only(connected, probe.ConnectionRefused):
		return Text{
			Title: "No mail service is running there",
			Advice: "The machines were reached, but all of them refuse mail connections. Probably your mail is kept on other servers: " +
				"if you know their names, tell them.",
			Action: TypeServers,
		}, true
	case len(connected) == 0 && only(looked, probe.NoSuchHost, probe.NoAddress):
		return noSuchDomain(r.Address), true
	case len(connected) == 0 && only(looked, probe.DNSTrouble, probe.NoSuchHost, probe.NoAddress, probe.TimedOut, probe.NoAnswer):
		t := Cause(probe.DNSTrouble, account.Endpoint{Host: r.Address.Domain})
		t.Action = SearchAgain
		return t, true
	default:
		return Text{}, false
	}
}

func noSuchDomain(a account.Address) Text {
	return Text{
		Title: "No mail server has a name in " + foreign(a.Domain),
		Advice: "Check the spelling of your address: there may be no such domain. If the address is right, your mail is kept elsewhere: " +
			"tell the servers by name.",
		Action: EditAddress,
	}
}

// causesOf collects the causes of the failed tries that fit, each once.
func causesOf(attempts []probe.Attempt, fits func(probe.Attempt) bool) []probe.Cause {
	var causes []probe.Cause
	for _, a := range attempts {
		if a.Status == probe.Failed && fits(a) && !slices.Contains(causes, a.Cause) {
			causes = append(causes, a.Cause)
		}
	}
	return causes
}

// only reports whether there are causes, and none but the allowed.
func only(causes []probe.Cause, allowed ...probe.Cause) bool {
	return len(causes) > 0 && !slices.ContainsFunc(causes, func(c probe.Cause) bool { return !slices.Contains(allowed, c) })
}

func portOf(e account.Endpoint) string { return strconv.Itoa(e.Port) }
