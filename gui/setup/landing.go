package setup

import (
	"fmt"
	"slices"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/explain"
)

// A proof is what is known of one server: the result that was proved, and how the last try with the fields ended.
type proof struct {
	known     bool // anything at all
	whole     int  // the era that it belongs to
	result    probe.Result
	tone      Tone
	text      string // of the result
	tried     Fields // what stood in the fields, see snapshot
	triedTone Tone
	triedText string
	offered   []account.Auth
	evidence  []explain.Detail
}

const (
	notTested   = "Not tested since the last change"
	noServer    = "No server was found"
	otherOffers = "Not proved like this: the server offers something else"
)

// landSearch brings the report of a search into the form, unless that was edited meanwhile.
func (b book) landSearch() book {
	b.Searched = true
	if b.stamp != b.begun {
		b.missed = true
		return b
	}
	for _, r := range roles() {
		b = b.land(r, b.search)
	}
	return b.asking(b.search.Decisions)
}

// landTest keeps what a test proved of its server.
func (b book) landTest() book {
	r, p := b.TaskRole, &b.proofs[at(b.TaskRole)]
	if b.stamp.whole != b.begun.whole || b.stamp.servers[at(r)] != b.begun.servers[at(r)] {
		p.known = true
		return b
	}
	if b.trial.Outcome == probe.Stopped {
		return b
	}
	res := resultOf(b.trial, r)
	old := *p
	*p = proof{known: true, whole: b.era(r), tried: b.snapshot(r)}
	if res.Host != "" && !undecided(b.trial, res.Endpoint) {
		p.prove(b.trial, res)
		p.triedTone, p.triedText = p.tone, p.text
		if b.settings(r).Host != res.Host { // what is true of one host says nothing about another
			p.triedTone, p.triedText = Warning, otherOffers
		}
		return b.asking(b.trial.Decisions)
	}
	p.triedTone, p.triedText = Danger, explain.Verdict(b.trial).Title
	if len(b.trial.Decisions) > 0 {
		p.triedTone, p.triedText = Warning, explain.Decision(b.trial.Decisions[0]).Title
	}
	p.evidence = evidenceOfFailure(b.trial)
	if old.whole == p.whole && old.result.Host != "" && old.result.Host == b.settings(r).Host {
		p.result, p.tone, p.text = old.result, old.tone, old.text // still what this host offers
	}
	if b.matches(r, p.result) {
		p.result = probe.Result{}
	}
	return b.asking(b.trial.Decisions)
}

// land fills one server in with what was proved, and keeps the proof.
func (b book) land(r account.Role, report probe.Report) book {
	res, p := resultOf(report, r), &b.proofs[at(r)]
	switch {
	case res.Host == "" && report.Outcome == probe.Stopped:
		return b
	case res.Host == "":
		*p = proof{known: true, whole: b.era(r), tried: b.snapshot(r), triedTone: Danger, triedText: missing(report, r)}
		return b
	case undecided(report, res.Endpoint):
		*p = proof{known: true, whole: b.era(r), tried: b.snapshot(r), triedTone: Warning, triedText: "Your decision is needed"}
		return b
	}
	b = b.filled(r, res)
	b.filledFor = report.Address
	p = &b.proofs[at(r)]
	*p = proof{known: true, whole: b.era(r)}
	p.prove(report, res)
	p.tried, p.triedTone, p.triedText = b.snapshot(r), p.tone, p.text
	if !b.matches(r, res) {
		p.triedTone, p.triedText = Warning, otherOffers
	}
	return b
}

// filled fills those parts of a server that nobody typed. Port and security go together or not at all.
func (b book) filled(r account.Role, res probe.Result) book {
	f := b.Form.Fields(r)
	if e, err := account.ParseEndpoint(f.Host); f.Typed&PartHost != 0 && (err != nil || e.Host != res.Host) {
		return b
	}
	if f.Typed&PartHost == 0 {
		f.Host = res.Host
	}
	if f.Typed&PartProtocol == 0 {
		f.Protocol = res.Protocol
	}
	asked := f.wish().Server.Port
	if asked == 0 && f.Typed&PartPort != 0 {
		asked = portNumber(f.Port)
	}
	against := asked != 0 && asked != res.Port || f.Typed&PartSecurity != 0 && f.Security != res.Security
	if !against {
		f.Security = res.Security
		if f.Typed&PartPort == 0 {
			f.Port = portText(res.Port)
		}
		b.apart[at(r)] = account.UsualSecurity(res.Port) != res.Security
	}
	if f.Typed&PartUsername == 0 {
		b = b.filledUsername(r, res)
	}
	return b
}

// filledUsername fills in the user name that was proved.
func (b book) filledUsername(r account.Role, res probe.Result) book {
	f := b.Form.Fields(r)
	switch {
	case r == account.Incoming:
		f.Username = res.Username
	case f.User == OwnUser:
		f.Username = res.Username
	case f.User == SameUser && res.SignedIn && res.Auth != account.AuthNone && res.Username != b.username(account.Incoming):
		f.User, f.Username = OwnUser, res.Username
	}
	return b
}

// prove keeps what a result says.
func (p *proof) prove(report probe.Report, res probe.Result) {
	p.result = res
	p.tone, p.text = testedWords(report, res)
	for _, a := range report.Attempts {
		if a.ID == res.Attempt {
			p.offered, p.evidence = slices.Clone(a.Facts.Auths), evidence(report, res, a)
		}
	}
}

// testedWords says what was proved of a server: "Signed in, TLS 1.3, 340 ms".
func testedWords(report probe.Report, res probe.Result) (Tone, string) {
	how := explain.TLSVersion(res.TLSVersion)
	tone := Success
	if res.Protection == account.Unprotected {
		tone, how = Warning, "no encryption"
	}
	for _, s := range slices.Backward(report.SignIns) {
		switch {
		case s.Protocol != res.Protocol || s.Server != res.Endpoint:
		case s.Status == probe.Failed:
			title := explain.Cause(s.Cause, s.Server).Title
			if spent := explain.Spent(report); spent != "" {
				title += ". " + spent
			}
			return Danger, title
		case s.Status == probe.OK:
			return tone, fmt.Sprintf("Signed in, %s, %d ms", how, max(1, s.Took.Milliseconds()))
		}
	}
	for _, f := range report.Findings {
		if f.Cause == probe.OAuthOnly && f.Server == res.Endpoint {
			return Warning, explain.Finding(f).Title // nothing was sent
		}
	}
	switch {
	case res.SignedIn:
		return tone, "Signed in, " + how
	case res.Auth == account.AuthNone:
		return tone, "Found, no sign-in needed, " + how
	default:
		return Neutral, "Found, not signed in"
	}
}

// evidence lists what was measured on the connection that proved a server.
func evidence(report probe.Report, res probe.Result, a probe.Attempt) []explain.Detail {
	list := []explain.Detail{
		{Label: "Named by", Value: explain.Source(res.Source)},
		{Label: "Encryption", Value: explain.Protection(report, res)},
	}
	list = append(list, explain.Finding(probe.Finding{TLS: a.Facts.TLS}).Details...)
	if a.Facts.Greeting != "" {
		list = append(list, explain.Detail{Label: "Greeting", Value: account.Neutral(a.Facts.Greeting, 200)})
	}
	return list
}

// evidenceOfFailure lists the certificate that a failed test saw.
func evidenceOfFailure(report probe.Report) []explain.Detail {
	for _, d := range report.Decisions {
		if d.Kind == probe.DecideCertificate {
			return explain.Decision(d).Details
		}
	}
	return nil
}

// missing says why no server was found for a role.
func missing(report probe.Report, r account.Role) string {
	for _, f := range report.Findings {
		if f.Role == r {
			return explain.Finding(f).Title
		}
	}
	return noServer
}

// undecided reports whether a server may be used only after a yes. Another port than the typed one is a matter of the
// fields, and the password one of its own field.
func undecided(report probe.Report, e account.Endpoint) bool {
	return slices.ContainsFunc(report.Decisions, func(d probe.Decision) bool {
		return d.Kind != probe.DecidePort && d.Kind != probe.DecidePassword && slices.Contains(d.Servers, e)
	})
}

func resultOf(report probe.Report, r account.Role) probe.Result {
	if r == account.Outgoing {
		return report.Outgoing
	}
	return report.Incoming
}
