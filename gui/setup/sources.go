package setup

import (
	"time"

	"portolan/probe"
	"portolan/probe/discover"
	"portolan/probe/explain"
)

// Sources are those that were asked about the domain of the address.
type Sources struct {
	Rows     []SourceRow
	Disagree []string // where they contradict each other, a sentence each
}

// A SourceRow is one of them.
type SourceRow struct {
	Tone   Tone   // Success: something of it is used; Warning: it cannot be used, or is wrong, or waits for a yes
	Asking bool   // no answer yet
	Spoke  bool   // it has something to say: shown even where the silent ones are not
	Head   string // "Settings on the domain's web server · autoconfig.example.org"
	Note   string // what it said, and what became of that
	Took   time.Duration
}

// sourcesOf lists the sources of a search, in the order in which they were asked.
func sourcesOf(r probe.Report) Sources {
	var list Sources
	for _, s := range r.Sources {
		if s.Status == discover.Asking && r.Outcome != probe.Unfinished {
			s.Status, s.Note = discover.Missing, "no answer before the search ended"
		}
		line := explain.SourceReport(s)
		list.Rows = append(list.Rows, SourceRow{
			Tone: toneOfSource(s), Asking: s.Status == discover.Asking, Spoke: spoke(s),
			Head: line.Head, Note: line.Note, Took: s.Took,
		})
	}
	list.Disagree = explain.Disagreements(r.Sources)
	return list
}

// spoke reports whether a source said something of the domain, be it that it cannot be used.
func spoke(s probe.SourceReport) bool {
	return s.Status == discover.Named || s.Status == discover.Broken || len(s.Unoffered) > 0 || s.Status == discover.Silent && s.Note != ""
}

// toneOfSource is the colour and the icon that go with the words of a source.
func toneOfSource(s probe.SourceReport) Tone {
	wrong := s.Status == discover.Broken || s.Use == probe.UseFailed || s.Use == probe.UseHeld
	for _, n := range s.Servers {
		wrong = wrong || n.Wrong
	}
	switch {
	case wrong:
		return Warning
	case s.Use == probe.Used, s.Use == probe.UseAgrees:
		return Success
	default:
		return Neutral
	}
}
