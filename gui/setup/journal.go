package setup

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/explain"
	"portolan/probe/wire"
)

// mostLines is how long the conversation log gets; the oldest lines go.
const mostLines = 5000

// A journal is the conversation log: the lines of the runs that are over, and those of the present one behind them.
type journal struct {
	begun time.Time // when the present run began
	past  []string
	lines []string
	dirty bool
	named spoken
}

// dirtied notes that the present run has more to tell.
func (j journal) dirtied() journal {
	j.dirty = true
	return j
}

// written brings the lines up to date with the present run.
func (j journal) written(r probe.Report) journal {
	if j.dirty {
		j.lines = bounded(slices.Concat(j.past, conversation(r, j.begun)))
		j.named = j.named.with(r)
		j.dirty = false
	}
	return j
}

// closed makes the lines of the present run part of the past.
func (j journal) closed(r probe.Report) journal {
	j.dirty = true
	j = j.written(r)
	j.past = j.lines
	return j
}

func bounded(lines []string) []string { return lines[max(0, len(lines)-mostLines):] }

// An entry is one line of the log before it has its time.
type entry struct {
	at     time.Duration // since the run began
	server account.Endpoint
	text   string
}

// conversation writes down what was said in a run, in order of time.
func conversation(r probe.Report, begun time.Time) []string {
	if begun.IsZero() {
		return nil
	}
	var all []entry
	for _, a := range r.Attempts {
		all = append(all, connection(a, longest(a.Transcript, r.SignIns))...)
	}
	slices.SortStableFunc(all, func(x, y entry) int { return int(x.at/time.Microsecond - y.at/time.Microsecond) })
	lines := make([]string, len(all))
	for i, e := range all {
		lines[i] = fmt.Sprintf("%s  %s  %s", begun.Add(e.at).Format("15:04:05.000"), e.server, e.text)
	}
	return lines
}

// longest is the whole conversation of a connection: a sign-in that went on with it keeps all of it.
func longest(said []wire.Line, signIns []probe.SignIn) []wire.Line {
	for _, s := range signIns {
		if len(said) > 0 && len(s.Transcript) > len(said) && s.Transcript[0] == said[0] {
			said = s.Transcript
		}
	}
	return said
}

// connection writes down one connection. A look-up is none.
func connection(a probe.Attempt, said []wire.Line) []entry {
	if !a.Address.IsValid() || a.Status == probe.Waiting {
		return nil
	}
	all := []entry{{a.Start, a.Server, "connect (" + securityName(a.Security) + ") to " + a.Address.String()}}
	secured := securedAt(a, said)
	for i, l := range said {
		if i == secured {
			all = append(all, entry{a.Start + l.At, a.Server, explain.TLSVersion(a.Facts.TLS.Version)})
		}
		who := "S: "
		if l.Out {
			who = "C: "
		}
		all = append(all, entry{a.Start + l.At, a.Server, who + l.Text})
	}
	if a.Status == probe.Failed || a.Status == probe.Skipped || a.Status == probe.Superseded {
		all = append(all, entry{a.Start + a.Took, a.Server, "— " + explain.Attempt(a).Note})
	}
	return all
}

// securedAt is the place of the first line that was said under TLS, -1 where there is none.
func securedAt(a probe.Attempt, said []wire.Line) int {
	if a.Facts.TLS.Version == 0 || len(said) == 0 {
		return -1
	}
	if a.Security == account.TLS {
		return 0
	}
	asked := slices.IndexFunc(said, func(l wire.Line) bool {
		return l.Out && (strings.HasSuffix(l.Text, "STARTTLS") || strings.HasSuffix(l.Text, "STLS"))
	})
	if asked < 0 || asked+2 >= len(said) {
		return -1
	}
	return asked + 2 // behind the server's yes
}
