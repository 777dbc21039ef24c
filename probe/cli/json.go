package cli

import (
	"encoding/json"
	"io"
	"strings"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/explain"
)

// The shape of -json. The keys are a promise to scripts.
type (
	jsonReport struct {
		Address      string         `json:"address"`
		Outcome      string         `json:"outcome"`
		ElapsedMS    int64          `json:"elapsed_ms"`
		Incoming     *jsonServer    `json:"incoming"` // null: not found
		Outgoing     *jsonServer    `json:"outgoing"`
		Alternatives []jsonServer   `json:"alternatives"`
		Decisions    []jsonDecision `json:"decisions"`
		Findings     []jsonFinding  `json:"findings"`
		Attempts     []jsonAttempt  `json:"attempts"`
		Sources      []jsonSource   `json:"sources"`
		SignIns      int            `json:"sign_ins"`
		Refusals     int            `json:"refusals"`
	}
	jsonServer struct {
		Protocol    string `json:"protocol"`
		Host        string `json:"host"`
		Port        int    `json:"port"`
		Security    string `json:"security"`
		Auth        string `json:"auth"`
		Username    string `json:"username"`
		Source      string `json:"source"`
		SignedIn    bool   `json:"signed_in"`
		TLS         string `json:"tls"` // "1.3"
		Certificate string `json:"certificate"`
	}
	jsonDecision struct {
		Kind        string   `json:"kind"`
		Servers     []string `json:"servers"`
		Certificate string   `json:"certificate"`
		Domain      string   `json:"domain"`
		Detail      string   `json:"detail"`
	}
	jsonFinding struct {
		Cause  string `json:"cause"`
		Server string `json:"server"`
		Title  string `json:"title"`
		Advice string `json:"advice"`
	}
	jsonSource struct {
		Source  string            `json:"source"`
		URL     string            `json:"url"` // for DNS, the name that was asked about
		Status  string            `json:"status"`
		TookMS  int64             `json:"took_ms"`
		Servers []jsonNamedServer `json:"servers"`
		Note    string            `json:"note"`
	}
	jsonNamedServer struct {
		Protocol string `json:"protocol"`
		Server   string `json:"server"`
		Security string `json:"security"`
	}
	jsonAttempt struct {
		Protocol string `json:"protocol"`
		Server   string `json:"server"`
		Address  string `json:"address"` // "" for a look-up
		Security string `json:"security"`
		Source   string `json:"source"`
		StartMS  int64  `json:"start_ms"`
		TookMS   int64  `json:"took_ms"`
		Status   string `json:"status"`
		Cause    string `json:"cause"`
		Detail   string `json:"detail"`
	}
)

// writeJSON writes a report as one object.
func writeJSON(w io.Writer, r probe.Report) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(jsonOf(r))
}

func jsonOf(r probe.Report) jsonReport {
	return jsonReport{
		Address:      r.Address.String(),
		Outcome:      r.Outcome.String(),
		ElapsedMS:    r.Elapsed.Milliseconds(),
		Incoming:     serverOrNull(r.Incoming),
		Outgoing:     serverOrNull(r.Outgoing),
		Alternatives: each(r.Alternatives, serverOf),
		Decisions:    each(r.Decisions, decisionOf),
		Findings:     each(r.Findings, findingOf),
		Attempts:     each(r.Attempts, attemptOf),
		Sources:      each(r.Sources, sourceOf),
		SignIns:      len(r.SignIns),
		Refusals:     r.Refusals,
	}
}

// each gives a list that is never null.
func each[From, To any](list []From, f func(From) To) []To {
	out := make([]To, 0, len(list))
	for _, v := range list {
		out = append(out, f(v))
	}
	return out
}

func serverOrNull(r probe.Result) *jsonServer {
	if r.Host == "" {
		return nil
	}
	s := serverOf(r)
	return &s
}

func serverOf(r probe.Result) jsonServer {
	return jsonServer{
		Protocol: r.Protocol.String(), Host: r.Host, Port: r.Port, Security: r.Security.String(), Auth: r.Auth.String(),
		Username: r.Username, Source: r.Source.String(), SignedIn: r.SignedIn,
		TLS: strings.TrimPrefix(explain.TLSVersion(r.TLSVersion), "TLS "), Certificate: r.Certificate.String(),
	}
}

func decisionOf(d probe.Decision) jsonDecision {
	text := explain.Decision(d)
	return jsonDecision{
		Kind: d.Kind.String(), Servers: each(d.Servers, account.Endpoint.String), Certificate: d.TLS.Certificate.String(),
		Domain: d.Domain, Detail: text.Advice,
	}
}

func findingOf(f probe.Finding) jsonFinding {
	text := explain.Finding(f)
	return jsonFinding{Cause: f.Cause.String(), Server: f.Server.String(), Title: text.Title, Advice: text.Advice}
}

func attemptOf(a probe.Attempt) jsonAttempt {
	address := ""
	if a.Address.IsValid() {
		address = a.Address.String()
	}
	status, cause := a.Status, a.Cause
	if status < probe.OK {
		status, cause = probe.Skipped, probe.Cancelled
	}
	return jsonAttempt{
		Protocol: a.Protocol.String(), Server: a.Server.String(), Address: address, Security: a.Security.String(), Source: a.Source.String(),
		StartMS: milliseconds(a.Start), TookMS: milliseconds(a.Took), Status: status.String(), Cause: cause.String(),
		Detail: account.Neutral(a.Detail, shownLimit),
	}
}

func sourceOf(s probe.SourceReport) jsonSource {
	return jsonSource{
		Source: s.Source.String(), URL: s.URL, Status: s.Status.String(), TookMS: milliseconds(s.Took),
		Servers: each(s.Servers, func(n probe.NamedServer) jsonNamedServer {
			return jsonNamedServer{Protocol: n.Protocol.String(), Server: n.Server.String(), Security: n.Security.String()}
		}),
		Note: explain.SourceReport(s).Note,
	}
}

// shownLimit is the most that is shown of foreign text, in runes.
const shownLimit = 200

func milliseconds(d time.Duration) int64 { return d.Milliseconds() }
