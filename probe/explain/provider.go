package explain

import (
	"fmt"
	"slices"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
)

// knownOf writes the month in which the facts about a provider were known.
func knownOf(p discover.Provider) string { return "as of " + p.Known.Format("January 2006") }

// aboutProvider says what is known of the provider that concerns a cause, "" for nothing.
func aboutProvider(c probe.Cause, p discover.Provider) string {
	if p.Name == "" {
		return ""
	}
	switch c {
	case probe.OAuthOnly:
		if p.SignIn == discover.OAuthAlone {
			return fmt.Sprintf("%s writes about it at %s (%s).", p.Name, p.AccessPage, knownOf(p))
		}
		return ""
	case probe.NotForMailPrograms:
		return sentences(p.Instead, fmt.Sprintf("%s writes about it at %s (%s).", p.Name, p.AccessPage, knownOf(p)))
	case probe.ProtocolSwitchedOff, probe.AccountLocked:
		return aboutAccess(p)
	case probe.SignInRefused, probe.AppPasswordNeeded, probe.PasswordExpired:
		return sentences(aboutPassword(p), aboutAccess(p))
	default:
		return ""
	}
}

// aboutPassword says which password a provider takes, and where one is made; "" where it is the usual one.
func aboutPassword(p discover.Provider) string {
	switch p.SignIn {
	case discover.AppPasswordOnly:
		return fmt.Sprintf("%s takes only app passwords from mail programs: one is made at %s (%s).", p.Name, p.PasswordPage, knownOf(p))
	case discover.AppPasswordWithTwoStep:
		return fmt.Sprintf("With two-step sign-in, %s takes only app passwords from mail programs: one is made at %s (%s).", p.Name, p.PasswordPage, knownOf(p))
	default:
		return ""
	}
}

// AppPassword says which password a provider takes from mail programs, and where one is made; "" where it is the usual one.
func AppPassword(p discover.Provider) string { return aboutPassword(p) }

// aboutAccess says what has to be done before a provider lets mail programs in, "" for nothing.
func aboutAccess(p discover.Provider) string {
	switch p.Access {
	case discover.SwitchOn:
		return fmt.Sprintf("At %s, access for mail programs (IMAP and POP3) has to be switched on first: see %s (%s).", p.Name, p.AccessPage, knownOf(p))
	case discover.PaidOnly:
		return fmt.Sprintf("At %s, mail programs (IMAP and POP3) are for paying customers: see %s (%s).", p.Name, p.AccessPage, knownOf(p))
	default:
		return ""
	}
}

// passwordDecision asks whether what was typed is the password that is meant.
func passwordDecision(d probe.Decision) Text {
	which, ends := "password", "Say yes to send it exactly as you typed it; otherwise change it first."
	if d.Role == account.Outgoing {
		which = "password for sending"
	}
	if d.Provider.Name == "" {
		return Text{Title: "Is the " + which + " as you mean it?", Advice: sentences(d.Remark, notSent, ends), Details: serverDetails(d), Action: Decide}
	}
	return Text{
		Title:   "Is this an app password?",
		Advice:  sentences(aboutPassword(d.Provider), "The password of its web page is refused.", d.Remark, notSent, "Say yes if the "+which+" that you typed is an app password."),
		Details: append([]Detail{{"Provider", d.Provider.Name}, {"App passwords", d.Provider.PasswordPage}}, serverDetails(d)...),
		Action:  Decide,
	}
}

// providerThere gives what the findings know of the provider at the server of a sign-in.
func providerThere(r probe.Report, s probe.SignIn) discover.Provider {
	for _, f := range r.Findings {
		if f.Server == s.Server && f.Provider.Name != "" {
			return f.Provider
		}
	}
	return discover.Provider{}
}

// foretold gives the finding about a provider that takes no password, or only another one, where nobody has signed in.
func foretold(r probe.Report, c probe.Cause) (probe.Finding, bool) {
	i := slices.IndexFunc(r.Findings, func(f probe.Finding) bool { return f.Cause == c && f.Provider.Name != "" })
	if i < 0 || len(r.SignIns) > 0 {
		return probe.Finding{}, false
	}
	return r.Findings[i], true
}

// unsignedWords says what would come of a password where none was given, and whether one is worth giving.
func unsignedWords(r probe.Report) (string, Action) {
	if _, none := foretold(r, probe.OAuthOnly); none {
		return "Nobody has signed in, and no password would be taken.", ActionNone
	}
	if _, app := foretold(r, probe.AppPasswordNeeded); app {
		return "Nobody has signed in yet: with an app password the settings would be tested too.", GivePassword
	}
	return "Nobody has signed in yet: with your password the settings would be tested too.", GivePassword
}
