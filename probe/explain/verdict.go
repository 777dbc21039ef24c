package explain

import (
	"fmt"
	"slices"

	"portolan/account"
	"portolan/probe"
)

// Verdict says in plain words how a run ended, with at most one thing to do next.
func Verdict(r probe.Report) Text {
	switch {
	case r.Outcome == probe.Stopped || r.Outcome == probe.Unfinished:
		return Text{Title: "The search was stopped", Advice: "Nothing was changed. You can try again, or tell the servers by name.", Action: SearchAgain}
	case r.Outcome == probe.NeedDecision || len(r.Decisions) > 0:
		return decisionVerdict(r)
	case r.Outcome == probe.Ready:
		return Text{Title: "Your settings were found and tested", Advice: sentences(ways(r), triedAs(r.SignIns), Spent(r))}
	case r.Outcome == probe.Found:
		return foundVerdict(r)
	case r.Outcome == probe.RefusedIn:
		return refusedVerdict(r)
	case r.Outcome == probe.Incomplete:
		return incompleteVerdict(r)
	default:
		return nothingVerdict(r)
	}
}

func foundVerdict(r probe.Report) Text {
	t := Text{Title: "Your settings were found", Advice: ways(r)}
	if r.Incoming.Auth != account.AuthNone && len(r.SignIns) == 0 {
		words, action := unsignedWords(r)
		t.Advice, t.Action = sentences(t.Advice, words), action
	}
	return t
}

func decisionVerdict(r probe.Report) Text {
	t := Text{Title: "Your decision is needed", Action: Decide}
	if n := len(r.Decisions); n > 1 {
		t.Title = fmt.Sprintf("Your decision is needed on %d matters", n)
	}
	for i, d := range r.Decisions {
		first := slices.IndexFunc(r.Decisions, func(o probe.Decision) bool { return o.Kind == d.Kind && o.Domain == d.Domain })
		if first < i {
			continue // told together with the first of its kind
		}
		for _, o := range r.Decisions[i+1:] {
			if o.Kind == d.Kind && o.Domain == d.Domain {
				d.Servers = slices.Concat(d.Servers, o.Servers)
			}
		}
		t.Advice = sentences(t.Advice, decisionSummary(d))
	}
	t.Advice = sentences(t.Advice, notSent)
	return t
}

// decisionSummary is the decision in one sentence; Decision has the whole.
func decisionSummary(d probe.Decision) string {
	switch d.Kind {
	case probe.DecideCertificate:
		return "The certificate of " + list(hostsOf(d.Servers)) + " needs your decision: the server could be an impostor."
	case probe.DecideDomain:
		return "The server belongs to " + foreign(d.Domain) + ", which is not the domain of your address."
	case probe.DecideCleartext:
		return "Only unprotected access was found at " + list(endpoints(d.Servers)) + "."
	case probe.DecidePassword:
		return passwordDecision(d).Title
	default:
		return "Nothing that can be used was found at " + foreign(d.Asked.String()) + ", but another port works."
	}
}

func refusedVerdict(r probe.Report) Text {
	s, found := lastFailure(r.SignIns)
	t := Text{Title: "Your password was not accepted", Action: EditPassword}
	switch {
	case found && s.Protocol.Role() == account.Outgoing && r.Incoming.SignedIn:
		t.Title = "Sending was not allowed"
		t.Advice = "Reading mail works, but the outgoing server did not accept the sign-in. Ask your provider whether sending needs another password or has to be switched on."
	case bothEncrypted(r):
		t.Advice = "The servers were found and the connection is encrypted, but they refused this password. Check it, or create an app password at your provider."
	default:
		t.Advice = "The servers were found, but they refused this password. Check it, or create an app password at your provider."
	}
	if found && s.Cause != probe.SignInRefused && s.Cause != probe.CauseNone {
		because := Cause(s.Cause, s.Server)
		t.Title, t.Advice = because.Title, because.Advice
		t.Action = AskYourProvider
	}
	if found {
		t.Advice = sentences(t.Advice, aboutProvider(s.Cause, providerThere(r, s)), triedAs(r.SignIns), Spent(r), wordingFor(s.Cause).quote(s.Detail))
	}
	return t
}

// Spent says how many of the tries that a run allows itself were used up by refusals, "" where none was.
func Spent(r probe.Report) string {
	if r.Refusals == 0 || r.MaxRefusals == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d sign-in tries used.", r.Refusals, r.MaxRefusals)
}

// triedAs counts the refusals and names the user names that were refused.
func triedAs(signIns []probe.SignIn) string {
	var names []string
	n := 0
	for _, s := range signIns {
		if !s.Refusal {
			continue
		}
		n++
		if name := "“" + foreign(s.Username) + "”"; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return "One sign-in was refused, as " + list(names) + "."
	case 2:
		return "Two sign-ins were refused, as " + list(names) + "."
	default:
		return fmt.Sprintf("The sign-in was refused %d times, as %s.", n, list(names))
	}
}

func lastFailure(signIns []probe.SignIn) (probe.SignIn, bool) {
	for _, s := range slices.Backward(signIns) {
		if s.Status == probe.Failed {
			return s, true
		}
	}
	return probe.SignIn{}, false
}

func incompleteVerdict(r probe.Report) Text {
	in, out := r.Incoming.Host != "", r.Outgoing.Host != ""
	if f, ok := hardStop(r); ok {
		return hardStopVerdict(f)
	}
	why := Text{Action: TypeServers}
	if t, ok := reason(r); ok {
		why = t
	}
	switch {
	case in && out:
		if f, ok := foretold(r, probe.OAuthOnly); ok {
			t := Finding(f)
			return Text{Title: t.Title, Advice: sentences("Both servers were found.", t.Advice), Action: AskYourProvider}
		}
		t := Text{Title: "Signing in could not be finished", Action: SearchAgain}
		if s, ok := lastFailure(r.SignIns); ok {
			c := Cause(s.Cause, s.Server)
			t.Advice = sentences(c.Title+".", c.Advice, Spent(r), wordingFor(s.Cause).quote(s.Detail))
			return t
		}
		t.Advice = sentences("Both servers were found.", why.titleSentence(), why.Advice)
		return t
	case in:
		return half("No server for sending was found", readWays(r), why, "If you know the outgoing server, tell it by name.")
	default:
		return half("No server for reading was found", sendWays(r), why, "If you know the incoming server, tell it by name.")
	}
}

// half is the verdict where one of the two servers was found. To tell the other one by name is a way on only where the reason
// names no better one.
func half(title, found string, why Text, byName string) Text {
	if why.Action != TypeServers {
		byName = ""
	}
	return Text{Title: title, Advice: sentences(found, why.titleSentence(), why.Advice, byName), Action: why.Action}
}

// titleSentence is the title with its full stop, "" where there is none.
func (t Text) titleSentence() string {
	if t.Title == "" {
		return ""
	}
	return t.Title + "."
}
