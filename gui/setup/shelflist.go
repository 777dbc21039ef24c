package setup

import (
	"slices"
	"strings"
	"time"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe"
)

// soon is how long before its end a certificate is worth a word.
const soon = 30 * 24 * time.Hour

// shelved works out what the window shows of the list.
func (b book) shelved() book {
	b.shelf = b.shelf.written(b.entry())
	k := b.shelf
	b.Shelf = Shelf{
		Accounts: k.listed, Open: k.open, ReadOnly: k.readOnly || !k.kept && !k.loading, Loading: k.loading, Saving: k.saving != "",
		Checks: k.round.progress(), Summary: k.summary,
	}
	b.Shelf.Nowhere = b.Shelf.ReadOnly && !k.readOnly
	b.Shelf.CanSave = b.canSave()
	if k.deleted != nil {
		b.Shelf.CanUndo, b.Shelf.Deleted = true, k.deleted.title
	}
	if k.ask != nil && b.Phase == Resting {
		shown := k.ask.Ask
		b.Shelf.Ask = &shown
	}
	return b
}

// canSave reports whether what stands in the form can be saved, and differs from what is saved.
func (b book) canSave() bool {
	k := b.shelf
	return k.kept && !k.readOnly && !k.loading && k.saving == "" && b.CanWrite && (b.differs() || b.passwordNew())
}

// entry is the line of the open account.
func (b book) entry() Entry {
	e := b.shelf.entry(b.shelf.open, b.title())
	e.Changed = b.differs() || b.passwordNew()
	if !e.Saved {
		e.Changed = false
	}
	return e
}

// written brings the list up to date. A list that was handed out is never changed.
func (k shelf) written(open Entry) shelf {
	day := k.now.Format(time.DateOnly)
	if k.listing == day && k.listing != "" {
		i := slices.IndexFunc(k.listed, func(e Entry) bool { return e.ID == k.open })
		if i >= 0 && k.listed[i] != open {
			k.listed = slices.Clone(k.listed)
			k.listed[i] = open
		}
		return k
	}
	k.listing, k.listed = day, make([]Entry, 0, len(k.saved)+len(k.pages)+1)
	pages := make(map[ID]*page, len(k.pages))
	for _, p := range k.pages {
		pages[p.id] = p
	}
	waiting, memory := setOf(k.round.waiting), setOf(k.memory)
	add := func(e Entry) {
		if p, ok := pages[e.ID]; ok {
			e.Title, e.Changed = p.title, p.changed && e.Saved
		}
		if e.ID == open.ID {
			e = open
		}
		e.Checking, e.InMemory = waiting[e.ID], memory[e.ID]
		k.listed = append(k.listed, e)
	}
	saved := make(map[ID]bool, len(k.saved))
	for _, s := range k.saved {
		add(entryOf(s, k.now))
		saved[s.ID] = true
	}
	for _, id := range k.order {
		if _, ok := pages[id]; !saved[id] && (ok || id == k.open) {
			add(Entry{ID: id, Status: "Not saved"})
		}
	}
	return k
}

func setOf(list []ID) map[ID]bool {
	set := make(map[ID]bool, len(list))
	for _, id := range list {
		set[id] = true
	}
	return set
}

// entry is the line of one account under a title.
func (k shelf) entry(id ID, title string) Entry {
	e := Entry{ID: id, Status: "Not saved"}
	if s, ok := k.find(id); ok {
		e = entryOf(s, k.now)
	}
	e.Title = title
	e.Checking, e.InMemory = slices.Contains(k.round.waiting, id), slices.Contains(k.memory, id)
	return e
}

// entryOf is the line of a saved account.
func entryOf(s store.Saved, now time.Time) Entry {
	e := Entry{ID: s.ID, Title: s.Address.Unicode(), Saved: true, Warning: warning(s, now)}
	e.Tone, e.Status = status(s.LastCheck.Outcome)
	if at := s.LastCheck.At; !at.IsZero() {
		e.Checked = "checked " + when(at, now)
	}
	if e.Warning != "" && e.Tone <= Success && !s.LastCheck.At.IsZero() {
		e.Tone = Warning
	}
	return e
}

// status gives the words for how a check ended.
func status(outcome string) (Tone, string) {
	switch outcome {
	case probe.Ready.String():
		return Success, "Works"
	case probe.Found.String():
		return Success, "Found, not signed in"
	case probe.RefusedIn.String():
		return Danger, "Sign-in refused"
	case probe.NeedDecision.String():
		return Warning, "Needs your decision"
	case probe.Incomplete.String():
		return Warning, "Not everything works"
	case probe.Nothing.String():
		return Danger, "Not reached"
	default:
		return Neutral, "Never checked"
	}
}

// warning says what is worth knowing of a saved account: the gravest thing, and always whether it rests on a certificate that
// the user accepted (RFC 8314, section 5.4).
func warning(s store.Saved, now time.Time) string {
	unverified, ends := s.IdentityUnverified(account.Incoming) || s.IdentityUnverified(account.Outgoing), earliest(s.LastCheck)
	var words []string
	if unverified {
		words = append(words, "Identity not verified")
	}
	switch {
	case s.Incoming.Security == account.Cleartext || s.Outgoing.Security == account.Cleartext:
		words = append(words, "Not encrypted")
	case ends.IsZero():
	case !ends.After(now):
		words = append(words, "Certificate ended "+shortDay(ends))
	case ends.Before(now.Add(soon)) && !unverified:
		words = append(words, "Certificate ends "+shortDay(ends))
	}
	return strings.Join(words, "\n")
}

// earliest is when the first of the two certificates ends, zero where none was shown.
func earliest(c store.Check) time.Time {
	in, out := c.Incoming.Ends, c.Outgoing.Ends
	if in.IsZero() || !out.IsZero() && out.Before(in) {
		return out
	}
	return in
}

func day(t time.Time) string { return t.Local().Format("2 January 2006") }

// shortDay writes a day where there is little room: in a row of the list.
func shortDay(t time.Time) string { return t.Local().Format("2 Jan 2006") }

// when writes a time as people say it.
func when(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	date := func(t time.Time) string { return t.Format(time.DateOnly) }
	switch date(t) {
	case date(now):
		return "today at " + t.Format("15:04")
	case date(now.AddDate(0, 0, -1)):
		return "yesterday at " + t.Format("15:04")
	default:
		return "on " + t.Format("2 January 2006")
	}
}

// lookedAt is how the last search for the account in the form ended, where both servers still stand as it proved them.
func (b book) lookedAt() (store.Check, bool) {
	same := func(r account.Role) bool {
		p := b.proofs[at(r)]
		return p.known && p.whole == b.era(r) && b.matches(r, p.result)
	}
	if b.Phase != Resting || b.searched.IsZero() || !same(account.Incoming) || !same(account.Outgoing) || b.search.Outcome == probe.Stopped {
		return store.Check{}, false
	}
	return checkOf(b.search, b.search.Outcome, b.searched.Add(b.search.Elapsed)), true
}

// checkOf keeps of a report what the file has room for.
func checkOf(r probe.Report, o probe.Outcome, at time.Time) store.Check {
	return store.Check{
		At: at.UTC().Truncate(time.Second), Outcome: o.String(),
		Incoming: certificateShown(r, account.Incoming), Outgoing: certificateShown(r, account.Outgoing),
	}
}

// certificateShown is the certificate that the server of a role showed, zero where it showed none.
func certificateShown(r probe.Report, role account.Role) store.Shown {
	res := resultOf(r, role)
	for _, a := range r.Attempts {
		mine := a.ID == res.Attempt && res.Host != "" || res.Host == "" && a.Protocol.Role() == role
		if mine && len(a.Facts.TLS.Chain) > 0 {
			leaf := a.Facts.TLS.Chain[0]
			return store.Shown{Ends: leaf.NotAfter.UTC().Truncate(time.Second), Certificate: a.Facts.TLS.Certificate}
		}
	}
	return store.Shown{}
}
