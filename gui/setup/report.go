package setup

import (
	"slices"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/explain"
)

// rows is the live list of a search: every try in order, then the sign-ins.
func rows(r probe.Report) []Row {
	list := make([]Row, 0, len(r.Attempts)+len(r.SignIns))
	for _, a := range r.Attempts {
		l := explain.Attempt(a)
		row := Row{a.Status, l.Head, l.Note, a.Took}
		if a.Status <= probe.Running {
			row.Took = 0
		}
		list = append(list, row)
	}
	for _, s := range r.SignIns {
		l := explain.SignIn(s)
		row := Row{s.Status, l.Head, l.Note, s.Took}
		if s.Status == probe.Running {
			row.Took = 0
		}
		list = append(list, row)
	}
	return settledRows(r.Outcome, list)
}

// settledRows lets nothing look as if it were still going on once the run is over.
func settledRows(o probe.Outcome, list []Row) []Row {
	for i := range list {
		if o != probe.Unfinished && list[i].Status <= probe.Running {
			list[i].Status, list[i].Note = probe.Skipped, "Stopped"
		}
	}
	return list
}

// verdict is the answer in plain words.
func (b book) verdict() Verdict {
	r := b.search
	switch {
	case b.Phase == Running && b.Task == probe.Search:
		return plain(Neutral, "Looking for your mail servers…", "This usually takes a few seconds. Press Stop or Esc to give up.")
	case b.Phase == Stopping && b.Task == probe.Search:
		return plain(Neutral, "Stopping…", "The connections are being closed.")
	case b.before && len(b.queue) > 0:
		return plain(Warning, "Your decision is needed", "A server from the file that you opened is not in the domain of your address. Your password has not been sent.")
	case b.refused != nil:
		return declinedVerdict(*b.refused)
	case !b.Searched:
		return plain(Neutral, "Nothing has been contacted yet",
			"Press Find my settings. The safest connections are tried first, and your password is sent only over a verified, encrypted one.")
	case b.missed || r.Address != b.address() || r.Outcome == probe.NeedDecision && b.Question == nil && !b.onlyUnsafe():
		v := plain(Neutral, "Something was changed since the search", "What was found belongs to what stood here before. Search again with what stands here now.")
		v.Action = explain.SearchAgain
		return v
	case r.Outcome == probe.Stopped:
		v := plain(Warning, "Stopped.", "Nothing was changed. You can try again or fill in the servers by hand in Advanced settings.")
		v.Action = explain.SearchAgain
		return v
	case b.onlyUnsafe():
		return b.unsafeVerdict()
	}
	return Verdict{toneOf(r), explain.Verdict(r)}
}

func plain(t Tone, title, advice string) Verdict {
	return Verdict{t, explain.Text{Title: title, Advice: advice}}
}

// toneOf is the colour of an outcome.
func toneOf(r probe.Report) Tone {
	if explain.HardStop(r) {
		return Danger
	}
	open := r.Incoming.Protection == account.Unprotected || r.Outgoing.Protection == account.Unprotected
	switch r.Outcome {
	case probe.Ready, probe.Found:
		if open {
			return Warning
		}
		return Success
	case probe.RefusedIn, probe.Nothing:
		return Danger
	default:
		return Warning
	}
}

// onlyUnsafe reports whether the search ended at a server without encryption while that is required.
func (b book) onlyUnsafe() bool {
	return b.Form.RequireEncryption && b.search.Outcome == probe.NeedDecision && b.refused == nil && hasCleartext(b.search.Decisions)
}

func hasCleartext(list []probe.Decision) bool {
	return slices.ContainsFunc(list, func(d probe.Decision) bool { return d.Kind == probe.DecideCleartext })
}

// unsafeVerdict leads to the switch "Require encryption" and to nothing else.
func (b book) unsafeVerdict() Verdict {
	i := slices.IndexFunc(b.search.Decisions, func(d probe.Decision) bool { return d.Kind == probe.DecideCleartext })
	v := plain(Warning, explain.Decision(b.search.Decisions[i]).Title,
		"Portolan does not use a server without encryption while encryption is required: anybody on the way could read your password and all your mail. Your password has not been sent.")
	v.Action = explain.AllowUnsafe
	return v
}

// findings lists what the verdict has not said already.
func findings(r probe.Report, v explain.Text) []explain.Text {
	var list []explain.Text
	if r.Outcome == probe.Unfinished {
		return nil
	}
	for _, f := range r.Findings {
		t := explain.Finding(f)
		said := slices.ContainsFunc(list, func(o explain.Text) bool { return o.Title == t.Title && o.Advice == t.Advice })
		if said || explain.Repeats(r, f, v) {
			continue
		}
		list = append(list, t)
	}
	return list
}
