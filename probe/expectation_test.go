package probe_test

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
	"portolan/probe/mailtest"
)

// judge compares a run with what its scenario expects:
//
//	outcome WORD                                    ready found refused decision incomplete none cancelled
//	incoming none | PROTOCOL HOST:PORT SECURITY …   … any of: an auth, signed-in, not-signed-in, user=, source=, a protection
//	outgoing …
//	decision none | KIND [HOST:PORT …] [asked= domain= security= provider= role=]   no other decision may be open
//	finding CAUSE [HOST:PORT] [provider=NAME speaks=TLS accepted=FINGERPRINT]       no-finding CAUSE [HOST:PORT]
//	findings N                                      so many, whatever they are about
//	provider none | NAME                            of the report
//	attempt HOST:PORT|IP:PORT …                     … any of: protocol, security, status, cause; no-attempt the same
//	sign-in USER HOST:PORT ok|failed [CAUSE]
//	sign-ins N, refusals N [of N], alternative HOST:PORT
//	source NAME [KEY] STATUS …                      named silent broken missing off; … any of: HOST:PORT that it named,
//	                                                use=used|agrees|outranked|failed|held, wrong=HOST:PORT, unoffered=PROTOCOL,
//	                                                url=PART, note=PART; no-source the same
//	within D, not-before D                          of virtual time, to the end of the run
//
// and with what mailtest.Record.Check knows. Every difference is a line of the answer.
func judge(s mailtest.Step, r probe.Report, seen mailtest.Record) []string {
	var wrong []string
	decisions := 0
	for _, e := range s.Expect {
		known, err := seen.Check(e)
		if !known {
			err = expectation(e, r)
		}
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("%v: %v", e, err))
		}
		if e.Verb == "decision" && len(e.Args) > 0 && e.Args[0] != "none" {
			decisions++
		}
	}
	for _, d := range r.Decisions { // G-9: what is asked says how every server of it would be used
		if len(d.Concerns) != len(d.Servers) || slices.ContainsFunc(d.Concerns, func(c probe.Concern) bool { return c.Security == account.SecurityUnknown }) {
			wrong = append(wrong, fmt.Sprintf("got %+v known of %v, want as much", d.Concerns, d.Servers))
		}
	}
	for _, f := range r.Findings {
		if f.Cause == probe.CauseNone {
			wrong = append(wrong, fmt.Sprintf("got the finding %+v, want a cause in every one", f))
		}
	}
	if decisions != len(r.Decisions) {
		wrong = append(wrong, fmt.Sprintf("got %d decisions, want %d", len(r.Decisions), decisions))
	}
	return wrong
}

// expectation judges one line that concerns the report.
func expectation(e mailtest.Expectation, r probe.Report) error {
	if len(e.Args) == 0 {
		return fmt.Errorf("no words")
	}
	switch e.Verb {
	case "outcome":
		return same(r.Outcome.String(), e.Args[0])
	case "incoming":
		return result(r.Incoming, e.Args)
	case "outgoing":
		return result(r.Outgoing, e.Args)
	case "decision":
		return decision(r, e.Args)
	case "provider":
		return same(cmp.Or(r.Provider.Name, "none"), strings.Join(e.Args, " "))
	case "findings":
		return same(strconv.Itoa(len(r.Findings)), e.Args[0])
	case "sign-ins":
		return same(strconv.Itoa(len(r.SignIns)), e.Args[0])
	case "refusals":
		got, want := strconv.Itoa(r.Refusals), strings.Join(e.Args, " ")
		if len(e.Args) > 1 {
			got = fmt.Sprintf("%d of %d", r.Refusals, r.MaxRefusals)
		}
		return same(got, want)
	case "within", "not-before":
		return elapsed(r.Elapsed, e.Verb, e.Args[0])
	}
	return listed(e, r)
}

// listed judges a line that wants something to be, or not to be, in a list of the report.
func listed(e mailtest.Expectation, r probe.Report) error {
	var list [][]string
	verb, absent := strings.CutPrefix(e.Verb, "no-")
	switch verb {
	case "finding":
		for _, f := range r.Findings {
			list = append(list, []string{f.Cause.String(), f.Server.String(), "provider=" + f.Provider.Name, speaks(f), "accepted=" + f.Accepted.String()})
		}
	case "attempt":
		for _, a := range r.Attempts {
			ip := net.JoinHostPort(a.Address.String(), strconv.Itoa(a.Server.Port))
			list = append(list, []string{a.Server.String(), ip, a.Protocol.String(), a.Security.String(), a.Status.String(), a.Cause.String()})
		}
	case "sign-in":
		for _, s := range r.SignIns {
			list = append(list, []string{s.Username, s.Server.String(), s.Status.String(), s.Cause.String(), s.Auth.String()})
		}
	case "alternative":
		for _, a := range r.Alternatives {
			list = append(list, []string{a.String(), a.Protocol.String(), a.Security.String()})
		}
	case "source":
		list = sources(r)
	default:
		return fmt.Errorf("unknown expectation")
	}
	found := slices.ContainsFunc(list, func(words []string) bool { return holds(words, e.Args) })
	if found == absent {
		return fmt.Errorf("got %q", list)
	}
	return nil
}

// speaks gives the version of TLS in a finding.
func speaks(f probe.Finding) string {
	return map[uint16]string{tls.VersionTLS10: "speaks=1.0", tls.VersionTLS11: "speaks=1.1", tls.VersionTLS12: "speaks=1.2"}[f.TLS.Version]
}

// sources gives the words of every source that was asked.
func sources(r probe.Report) [][]string {
	status := map[discover.Status]string{
		discover.Asking: "asking", discover.Named: "named", discover.Silent: "silent", discover.Broken: "broken",
		discover.Missing: "missing", discover.Off: "off",
	}
	var list [][]string
	for _, s := range r.Sources {
		words := []string{
			s.Source.String(), s.Key, status[s.Status], "use=" + s.Use.String(), "url=" + s.URL, "note=" + s.Note, "took=" + s.Took.String(),
		}
		for _, n := range s.Servers {
			words = append(words, n.Server.String())
			if n.Wrong {
				words = append(words, "wrong="+n.Server.String())
			}
		}
		for _, p := range s.Unoffered {
			words = append(words, "unoffered="+p.String())
		}
		list = append(list, words)
	}
	return list
}

// holds reports whether all of want is in words. A word url=PART or note=PART wants a part of the one that begins so.
func holds(words, want []string) bool {
	return !slices.ContainsFunc(want, func(w string) bool {
		key, part, ok := strings.Cut(w, "=")
		if !ok || key != "url" && key != "note" {
			return !slices.Contains(words, w)
		}
		return !slices.ContainsFunc(words, func(have string) bool {
			text, ok := strings.CutPrefix(have, key+"=")
			return ok && strings.Contains(text, part)
		})
	})
}

func same(got, want string) error {
	if got != want {
		return fmt.Errorf("got %q", got)
	}
	return nil
}

func elapsed(got time.Duration, verb, bound string) error {
	d, err := time.ParseDuration(bound)
	if err == nil && (verb == "within") != (got <= d) && got != d {
		err = fmt.Errorf("got %v", got)
	}
	return err
}

// result judges an incoming or outgoing line.
func result(r probe.Result, want []string) error {
	if r.Host == "" || want[0] == "none" {
		return same(r.String(), strings.TrimPrefix(want[0], "none"))
	}
	signed := map[bool]string{true: "signed-in", false: "not-signed-in"}[r.SignedIn]
	got := []string{r.Protocol.String(), r.String(), r.Security.String(), r.Auth.String(), signed,
		"user=" + r.Username, "source=" + r.Source.String(), r.Protection.String()}
	if !holds(got, want) {
		return fmt.Errorf("got %q", got)
	}
	return nil
}

// decision judges a decision line: one open decision has to fit all of it, and its servers have to be just those named.
func decision(r probe.Report, want []string) error {
	if want[0] == "none" {
		return nil // the count of the decisions is judged anyway
	}
	var all [][]string
	for _, d := range r.Decisions {
		var servers []string
		for _, s := range d.Servers {
			servers = append(servers, s.String())
		}
		extra := []string{"asked=" + d.Asked.String(), "domain=" + d.Domain, "security=" + d.Security.String(), "instead=" + d.Instead.String(), "provider=" + d.Provider.Name, "role=" + d.Role.String()}
		got := append(append([]string{d.Kind.String()}, servers...), extra...)
		all = append(all, got)
		named := slices.ContainsFunc(want, func(w string) bool { return strings.Contains(w, ":") && !strings.Contains(w, "=") })
		if holds(got, want) && (!named || holds(want, servers)) {
			return nil
		}
	}
	return fmt.Errorf("got %q", all)
}

// tell prints a report for whoever has to mend what failed.
func tell(r probe.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "report: %v after %v, %d refusals\n", r.Outcome, r.Elapsed, r.Refusals)
	for _, x := range []probe.Result{r.Incoming, r.Outgoing} {
		fmt.Fprintf(&b, "  %-5v %v %v %v user=%q source=%v %v signed-in=%v try %d\n",
			x.Protocol, x.Endpoint, x.Security, x.Auth, x.Username, x.Source, x.Protection, x.SignedIn, x.Attempt)
	}
	for _, d := range r.Decisions {
		fmt.Fprintf(&b, "  decision %v %v asked=%v domain=%q\n", d.Kind, d.Servers, d.Asked, d.Domain)
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "  finding %v %v %q\n", f.Cause, f.Server, f.Detail)
	}
	for _, s := range sources(r) {
		fmt.Fprintf(&b, "  source %q\n", s)
	}
	for _, s := range r.SignIns {
		fmt.Fprintf(&b, "  sign-in %v %v as %q by %v: %v %v %q\n", s.Start, s.Server, s.Username, s.Auth, s.Status, s.Cause, s.Detail)
	}
	for _, a := range r.Attempts {
		security := profile(a)
		fmt.Fprintf(&b, "  %3d %8v +%-8v %-4v %-34v %-20v %-8s %-10v stage=%d %v %q\n",
			a.ID, a.Start, a.Took, a.Protocol, a.Server, a.Address, security, a.Status, a.Stage, a.Cause, a.Detail)
		for _, l := range a.Transcript {
			fmt.Fprintf(&b, "        %8v %s %s\n", l.At, map[bool]string{true: ">", false: "<"}[l.Out], l.Text)
		}
	}
	return b.String()
}

// profile is the profile of a try, and what it came to where that differs.
func profile(a probe.Attempt) string {
	if a.Status == probe.OK && a.Facts.Protection == account.Unprotected {
		return a.Security.String() + "!"
	}
	return a.Security.String()
}
