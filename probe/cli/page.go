package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
	"portolan/probe/explain"
)

// maxColumns is where prose is wrapped on a wide terminal.
const maxColumns = 96

// page is the whole answer in words: verdict, settings, decisions with what to give for a yes, findings. With 0 columns
// nothing is wrapped.
func page(r probe.Report, q probe.Request, columns int) string {
	columns = min(columns, maxColumns)
	parts := []string{
		verdictPart(r, q, columns),
		settingsPart(r),
		alternativesPart(r),
		sourcesPart(r, columns),
		decisionsPart(r, q, columns),
		findingsPart(r, columns),
	}
	var b strings.Builder
	for _, p := range parts {
		if p != "" {
			b.WriteString("\n" + p)
		}
	}
	return b.String()
}

func verdictPart(r probe.Report, q probe.Request, columns int) string {
	v := explain.Verdict(r)
	var b strings.Builder
	for _, p := range []string{sentence(v.Title), v.Advice, hint(v.Action, r, q)} {
		if p != "" {
			b.WriteString(wrap(p, "", columns))
		}
	}
	return b.String()
}

// hint says how to do on the command line what the verdict suggests.
func hint(a explain.Action, r probe.Report, q probe.Request) string {
	switch a {
	case explain.TypeServers:
		return "Servers are told with -incoming HOST[:PORT] and -outgoing HOST[:PORT]."
	case explain.GivePassword:
		return "The password is given with -password-file FILE, or -password-file - for standard input."
	case explain.AllowUnsafe:
		for _, f := range r.Findings {
			if f.Cause == probe.CleartextOnly && f.Server.Port != 0 && q.Policy.Encryption == account.EncryptionRequired {
				return "If you accept the danger, give -allow-cleartext " + f.Server.String() + "."
			}
		}
		return ""
	default:
		return ""
	}
}

func settingsPart(r probe.Report) string {
	in, out := serverTable("Incoming mail", r, r.Incoming), serverTable("Outgoing mail", r, r.Outgoing)
	if in != "" && out != "" {
		in += "\n"
	}
	if len(r.Decisions) > 0 && in+out != "" {
		return "What would be used after a yes:\n\n" + in + out
	}
	return in + out
}

// serverTable is one server as a small table, "" where none was found.
func serverTable(title string, r probe.Report, res probe.Result) string {
	if res.Host == "" {
		return ""
	}
	return title + "\n" + table([]explain.Detail{
		{Label: "Server", Value: res.Host},
		{Label: "Port", Value: strconv.Itoa(res.Port)},
		{Label: "Protocol", Value: explain.Protocol(res.Protocol)},
		{Label: "Security", Value: explain.Protection(r, res)},
		{Label: "Sign-in", Value: explain.Auth(res.Auth)},
		{Label: "User name", Value: account.Neutral(res.Username, account.MaxUsername)},
		{Label: "Named by", Value: explain.Source(res.Source)},
		{Label: "Tested", Value: tested(res)},
	})
}

func tested(res probe.Result) string {
	switch {
	case res.SignedIn:
		return "signed in"
	case res.Auth == account.AuthNone:
		return "connected; no sign-in is needed"
	default:
		return "connected, not signed in"
	}
}

// table aligns labels and values; rows without a value are left out.
func table(rows []explain.Detail) string {
	label := 0
	for _, d := range rows {
		label = max(label, widthOf(d.Label))
	}
	var b strings.Builder
	for _, d := range rows {
		if d.Value != "" {
			b.WriteString("  " + pad(d.Label, label) + "  " + d.Value + "\n")
		}
	}
	return b.String()
}

func alternativesPart(r probe.Report) string {
	if len(r.Alternatives) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("Other ways that work\n")
	for _, a := range r.Alternatives {
		fmt.Fprintf(&b, "  %-4s  %s · %s\n", explain.Protocol(a.Protocol), a.String(), explain.Security(a.Security))
	}
	return b.String()
}

// sourcesPart tells what was published about the domain. Who knew nothing is left out: there is nothing to do about it.
func sourcesPart(r probe.Report, columns int) string {
	var b strings.Builder
	for _, s := range r.Sources {
		if s.Status != discover.Named && s.Status != discover.Broken && len(s.Unoffered) == 0 {
			continue
		}
		line := explain.SourceReport(s)
		b.WriteString(wrap(line.Head, "  ", columns))
		b.WriteString(wrap(line.Note, "    ", columns))
	}
	if b.Len() == 0 {
		return ""
	}
	for _, d := range explain.Disagreements(r.Sources) {
		b.WriteString(wrap(d, "  ", columns))
	}
	return "What is published\n" + b.String()
}

func decisionsPart(r probe.Report, q probe.Request, columns int) string {
	var b strings.Builder
	for i, d := range r.Decisions {
		if i > 0 {
			b.WriteString("\n")
		}
		t := explain.Decision(d)
		b.WriteString(wrap(sentence(t.Title), "", columns))
		b.WriteString(wrap(t.Advice, "", columns))
		b.WriteString(table(t.Details))
		b.WriteString("For a yes, search again with\n")
		for _, option := range consent(d, q) {
			b.WriteString("  " + option + "\n")
		}
		for i, option := range instead(d, r) {
			if i == 0 {
				b.WriteString("Or, to try the other name, search again with\n")
			}
			b.WriteString("  " + option + "\n")
		}
	}
	return b.String()
}

// instead gives the options that try the name which a certificate is for in the place of the one that was dialled.
func instead(d probe.Decision, r probe.Report) []string {
	var options []string
	if d.Instead.Host == "" {
		return nil
	}
	name := account.Neutral(d.Instead.String(), shownLimit)
	if slices.Contains(d.Servers, r.Incoming.Endpoint) {
		options = append(options, "-incoming "+name)
	}
	if slices.Contains(d.Servers, r.Outgoing.Endpoint) {
		options = append(options, "-outgoing "+name)
	}
	return options
}

// sentence ends a title, unless it is a question.
func sentence(title string) string {
	if strings.HasSuffix(title, "?") {
		return title
	}
	return title + "."
}

// consent gives the options that say yes to a decision.
func consent(d probe.Decision, q probe.Request) []string {
	var options []string
	for _, s := range d.Servers {
		switch d.Kind {
		case probe.DecideCertificate:
			options = append(options, "-trust "+s.String()+"="+d.TLS.Certificate.String())
		case probe.DecideCleartext:
			options = append(options, "-allow-cleartext "+s.String())
		case probe.DecidePort:
			name := "-outgoing "
			if d.Asked == q.Incoming.Server {
				name = "-incoming "
			}
			options = append(options, name+s.String())
		default: // a domain is confirmed once for all its servers
		}
	}
	if d.Kind == probe.DecideDomain {
		options = append(options, "-confirm-domain "+account.Neutral(d.Domain, shownLimit))
	}
	return options
}

// findingsPart lists what the verdict and the decisions have not said already; -json has all findings.
func findingsPart(r probe.Report, columns int) string {
	var b strings.Builder
	for _, f := range r.Findings {
		t := explain.Finding(f)
		if explain.Repeats(r, f, explain.Verdict(r)) {
			continue
		}
		title := t.Title
		if f.Server.Host != "" {
			title += " (" + account.Neutral(f.Server.String(), shownLimit) + ")"
		}
		b.WriteString(wrap(sentence(title), "  ", columns))
		b.WriteString(wrap(t.Advice, "    ", columns))
	}
	if b.Len() == 0 {
		return ""
	}
	return "Worth knowing\n" + b.String()
}
