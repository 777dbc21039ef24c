package probe

import (
	"slices"

	"portolan/account"
	"portolan/probe/discover"
)

// tellSource yields the present state of a source.
func (r *run) tellSource(s *source) {
	i := slices.Index(r.table.sources, s)
	r.emit(Event{Kind: SourceChanged, Index: i, Source: r.table.sourceReport(s)})
}

// sourceReport is a source as the report shows it, before anything is judged.
func (t *table) sourceReport(s *source) SourceReport {
	report := SourceReport{
		Source: s.name, Key: s.key, URL: s.answer.URL, Status: s.answer.Status, Took: s.ended - s.since, Note: s.answer.Note,
		Unoffered: s.answer.Unoffered,
	}
	if !s.done {
		report.Status, report.Took = discover.Asking, 0
	}
	for _, c := range s.answer.Candidates {
		for _, p := range c.Ports {
			report.Servers = append(report.Servers, NamedServer{
				Protocol: p.Protocol, Server: account.Endpoint{Host: c.Host, Port: p.Number}, Security: p.Security, Role: c.Role,
			})
		}
		if len(c.Ports) == 0 {
			report.Servers = append(report.Servers, NamedServer{Server: account.Endpoint{Host: c.Host}, Role: c.Role})
		}
	}
	return report
}

// judgeSources tells what became of every source, now that the winners are known.
func (r *run) judgeSources(v verdict) {
	for i, s := range r.table.sources {
		report := r.table.sourceReport(s)
		if !s.done {
			report.Status, report.Took = discover.Missing, r.now()-s.since
		}
		for j := range report.Servers {
			r.table.judgeNamed(&report.Servers[j])
		}
		report.Use = r.table.useOf(report, v)
		r.emit(Event{Kind: SourceChanged, Index: i, Source: report})
	}
}

// judgeNamed compares a server as it was named with what it really does: it does not work, or works in another way.
func (t *table) judgeNamed(n *NamedServer) {
	named, otherwise := failed, false
	known := false
	for _, s := range t.role(n.Role) {
		if s.endpoint() != n.Server || s.protocol != n.Protocol {
			continue
		}
		st := t.outcome(s).standing
		if same := s.security == n.Security || s.security == account.STARTTLS && n.Security == account.Cleartext; !same {
			otherwise = otherwise || st == good
			continue
		}
		named, known = st, len(s.lines) > 0 && !s.gaveUp()
		otherwise = otherwise || st == good && n.Security == account.Cleartext
	}
	n.Wrong = otherwise && (named != good || n.Security == account.Cleartext) || known && named == failed
}

// gaveUp reports whether every line of the service was given up for something better, so that nothing is known of it.
func (s *service) gaveUp() bool {
	return !slices.ContainsFunc(s.lines, func(l *line) bool { return l.state != lineDropped && l.state != lineSkipped })
}

// useOf judges a source by what it named.
func (t *table) useOf(report SourceReport, v verdict) Use {
	use := UseNone
	for _, n := range report.Servers {
		w := v.winner(n.Role)
		u := UseOutranked
		switch h := t.hostOf(n); {
		case h != nil && t.declinedDomain(h.Host):
			u = UseDeclined
		case h != nil && h.held:
			u = UseHeld
		case w != nil && w.service.host.Host == n.Server.Host && w.service.host.Origin.Source == report.Source:
			u = Used
		case w != nil && w.service.host.Host == n.Server.Host:
			u = UseAgrees
		case n.Wrong || h != nil && t.allFailed(h):
			u = UseFailed
		}
		if useRank(u) < useRank(use) {
			use = u
		}
	}
	return use
}

// useRank orders uses by what is worth saying of a source that named several servers.
func useRank(u Use) int {
	return slices.Index([]Use{Used, UseAgrees, UseHeld, UseDeclined, UseFailed, UseOutranked, UseNone}, u)
}

// declinedDomain reports whether the user has answered no to a host's domain.
func (t *table) declinedDomain(host string) bool {
	return slices.ContainsFunc(t.request.Declined, func(d Decision) bool {
		return d.Kind == DecideDomain && d.Domain == account.RegistrableDomain(host)
	})
}

func (t *table) hostOf(n NamedServer) *host {
	for _, h := range t.hosts {
		if h.Role == n.Role && h.Host == n.Server.Host {
			return h
		}
	}
	return nil
}

// allFailed reports whether nothing on a host works.
func (t *table) allFailed(h *host) bool {
	for _, s := range t.role(h.Role) {
		if s.host == h && t.outcome(s).standing != failed {
			return false
		}
	}
	return true
}
