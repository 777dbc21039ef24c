package explain

import (
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

// notSent ends every question: a decision is always open before a password is sent.
const notSent = "Your password has not been sent."

// Decision gives the question that a decision puts, what a yes would mean, and the facts to judge by.
func Decision(d probe.Decision) Text {
	t := Text{Action: Decide}
	switch d.Kind {
	case probe.DecideCertificate:
		t.Title = "This server could be an impostor"
		t.Advice = sentences(problemSentences(d), notSent, sentTo(d),
			"Say yes only if your provider confirms the fingerprint (SHA-256) to you; the yes holds for this very certificate alone.")
		t.Details = append(certificateDetails(d.TLS), serverDetails(d)...)
		if d.Instead.Host != "" {
			t.Advice = sentences(t.Advice, insteadSentence(d))
			t.Details = append(t.Details, Detail{"To be tried instead", foreign(d.Instead.String())})
		}
	case probe.DecideDomain:
		t.Title = domainTitle(d)
		t.Advice = fmt.Sprintf("The server is not in the domain of your address, and nobody has vouched for it: it belongs to %s. "+
			"%s Say yes only if %[1]s is your mail provider.", foreign(d.Domain), sentences(notSent, sentTo(d)))
		t.Details = append(serverDetails(d), Detail{"Domain", foreign(d.Domain)})
	case probe.DecideCleartext:
		where := list(endpoints(d.Servers))
		t.Title = "Only unprotected access was found at " + where
		t.Advice = fmt.Sprintf("There is no encryption at %s: anybody on the way can read your password and all your mail. %s "+
			"Say yes only where you trust the whole way to the server, for example inside your own house.", where, sentences(notSent, sentTo(d)))
		t.Details = serverDetails(d)
	case probe.DecidePort:
		t = portDecision(d)
	case probe.DecidePassword:
		t = passwordDecision(d)
	}
	return t
}

// sentTo says what happens on a yes.
func sentTo(d probe.Decision) string {
	if len(d.Servers) == 0 {
		return ""
	}
	return "After a yes it is sent to " + list(hostsOf(d.Servers)) + "."
}

// insteadSentence offers a name in the certificate.
func insteadSentence(d probe.Decision) string {
	return fmt.Sprintf("The certificate also names %s, which is in the same domain and leads to the same server: searching with that name is the safer way out.",
		foreign(d.Instead.Host))
}

// domainTitle names both domains.
func domainTitle(d probe.Decision) string {
	if d.For == "" {
		return "May your password go to " + foreign(d.Domain) + "?"
	}
	return fmt.Sprintf("Mail for %s is handled by %s. Sign in there?", foreign(d.For), foreign(d.Domain))
}

// portDecision says what works in the place of what was typed.
func portDecision(d probe.Decision) Text {
	instead := list(endpoints(d.Servers))
	if words := Security(d.Security); words != "" {
		instead += " (" + words + ")"
	}
	asked := foreign(d.Asked.String())
	return Text{
		Title: "Another port works",
		Advice: fmt.Sprintf("You asked for %s, which gave nothing that can be used; the server offers %s. "+
			"What you typed is kept until you take the other one. %s", asked, instead, notSent),
		Details: []Detail{{"You asked for", asked}, {"The server offers", instead}},
		Action:  Decide,
	}
}

// problemSentences says everything that is wrong with the certificate.
func problemSentences(d probe.Decision) string {
	problems := d.TLS.Problems
	if len(problems) == 0 {
		problems = []wire.Problem{wire.ProblemUnknown}
	}
	all := make([]string, 0, len(problems))
	for _, p := range problems {
		all = append(all, problemSentence(p, d))
	}
	return sentences(all...)
}

func problemSentence(p wire.Problem, d probe.Decision) string {
	leaf := leafOf(d.TLS)
	switch p {
	case wire.Expired:
		return "Its certificate has expired" + onDay(leaf, func(c *x509.Certificate) time.Time { return c.NotAfter }) + "."
	case wire.NotYetValid:
		return "Its certificate is not valid yet" + fromDay(leaf) + "."
	case wire.WrongName:
		return "Its certificate is not for " + list(hostsOf(d.Servers)) + issuedTo(leaf) + "."
	case wire.SelfSigned:
		return "Its certificate is self-signed, so nobody vouches for it."
	case wire.UnknownIssuer:
		return "Nobody that this computer knows vouches for its certificate."
	case wire.IncompleteChain:
		return "A part of its certificate is missing, so nobody can be seen to vouch for it."
	case wire.WeakKey:
		return "The key of its certificate is too weak to be safe."
	case wire.WeakSignature:
		return "Its certificate is signed in a way that can be forged."
	case wire.PinMismatch:
		return "It is not the certificate that was accepted for this server before."
	case wire.Unsuitable:
		return "Its certificate was not issued for servers of its kind."
	default:
		return "Its certificate could not be verified."
	}
}

func onDay(leaf *x509.Certificate, day func(*x509.Certificate) time.Time) string {
	if leaf == nil {
		return ""
	}
	return " (on " + dayOf(day(leaf)) + ")"
}

func fromDay(leaf *x509.Certificate) string {
	if leaf == nil {
		return ""
	}
	return " (only from " + dayOf(leaf.NotBefore) + ")"
}

func issuedTo(leaf *x509.Certificate) string {
	if names := subjectNames(leaf); len(names) > 0 {
		return " but for " + list(names)
	}
	return ""
}

// certificateDetails gives who, by whom, from when until when, and the fingerprint; nothing where there is no certificate.
func certificateDetails(t wire.TLSFacts) []Detail {
	var details []Detail
	if leaf := leafOf(t); leaf != nil {
		details = append(details,
			Detail{"Issued to", orUnnamed(strings.Join(subjectNames(leaf), ", "))},
			Detail{"Issued by", issuerName(leaf)},
			Detail{"Valid", dayOf(leaf.NotBefore) + " until " + dayOf(leaf.NotAfter)})
	}
	if t.Certificate != (account.Fingerprint{}) {
		details = append(details, Detail{"SHA-256", Fingerprint(t.Certificate)})
	}
	return details
}

// Fingerprint writes a certificate's SHA-256 as people compare it: capitals, a colon between the bytes.
func Fingerprint(f account.Fingerprint) string {
	bytes := make([]string, len(f))
	for i, b := range f {
		bytes[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(bytes, ":")
}

func leafOf(t wire.TLSFacts) *x509.Certificate {
	if len(t.Chain) == 0 {
		return nil
	}
	return t.Chain[0]
}

// shownNames is how many of a certificate's names are listed.
const shownNames = 4

// subjectNames gives the names that the certificate is for, neutralised: a server can write anything there.
func subjectNames(leaf *x509.Certificate) []string {
	if leaf == nil {
		return nil
	}
	names := slices.Clone(leaf.DNSNames)
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 && leaf.Subject.CommonName != "" {
		names = []string{leaf.Subject.CommonName}
	}
	left := len(names) - shownNames
	if left > 0 {
		names = names[:shownNames]
	}
	for i, n := range names {
		names[i] = foreign(n)
	}
	if left > 0 {
		names = append(names, fmt.Sprintf("%d more", left))
	}
	return names
}

func issuerName(leaf *x509.Certificate) string {
	name := leaf.Issuer.CommonName
	if name == "" && len(leaf.Issuer.Organization) > 0 {
		name = leaf.Issuer.Organization[0]
	}
	name = orUnnamed(foreign(name))
	if string(leaf.RawIssuer) == string(leaf.RawSubject) {
		name += " (itself)"
	}
	return name
}

func orUnnamed(name string) string {
	if name == "" {
		return "no name"
	}
	return name
}

// dayOf writes a day in full, so that no two conventions of numbers can be confused.
func dayOf(t time.Time) string { return t.UTC().Format("2 January 2006") }

// serverDetails names the servers, each with its protocol, its protection and who named it, as far as that is known.
func serverDetails(d probe.Decision) []Detail {
	if len(d.Concerns) == 0 && len(d.Servers) > 0 {
		label := "Server"
		if len(d.Servers) > 1 {
			label = "Servers"
		}
		return []Detail{{label, strings.Join(endpoints(d.Servers), ", ")}}
	}
	details := make([]Detail, 0, len(d.Concerns))
	for _, c := range d.Concerns {
		named := "named by " + Source(c.Source)
		if c.Source == account.SourceGuess {
			named = "guessed"
		}
		details = append(details, Detail{"Server", joined(foreign(c.Server.String()), Protocol(c.Protocol), Security(c.Security), named)})
	}
	return details
}

func endpoints(servers []account.Endpoint) []string {
	names := make([]string, len(servers))
	for i, s := range servers {
		names[i] = foreign(s.String())
	}
	return names
}

// hostsOf gives the hosts without repeating one.
func hostsOf(servers []account.Endpoint) []string {
	var hosts []string
	for _, s := range servers {
		if h := foreign(s.Host); !slices.Contains(hosts, h) {
			hosts = append(hosts, h)
		}
	}
	return hosts
}
