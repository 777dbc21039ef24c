package setup

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe"
)

// What a line of a summary is about, the worst first.
const (
	lineBroken = iota
	lineDecision
	lineExpired
	lineExpires
	lineSafer
	linePassword
	lineMended
	lineCertificate
	lineEdited
)

// A remark is a line with its place among the others.
type remark struct {
	SummaryLine
	rank int
}

// summed makes the summary of the round that has ended.
func (b book) summed() book {
	r := b.shelf.round
	b.shelf.told++
	s := Summary{Title: summaryTitle(r), Number: b.shelf.told}
	var list []remark
	for _, c := range r.seen {
		if _, there := b.shelf.find(c.before.ID); there {
			list = append(list, c.remarks(b.shelf.now)...)
		}
	}
	slices.SortStableFunc(list, func(x, y remark) int {
		if x.rank != y.rank {
			return x.rank - y.rank
		}
		return strings.Compare(x.Title, y.Title)
	})
	for _, l := range list {
		s.Lines = append(s.Lines, l.SummaryLine)
	}
	b.shelf.summary = &s
	return b
}

// summaryTitle counts: "12 accounts checked: 10 work, 2 need a look".
func summaryTitle(r round) string {
	works := 0
	for _, c := range r.seen {
		if c.works() {
			works++
		}
	}
	title := fmt.Sprintf("%d accounts checked", len(r.seen))
	switch {
	case r.stopped && len(r.seen) < r.all:
		title = fmt.Sprintf("Stopped: %d of %s checked", len(r.seen), accounts(r.all))
	case len(r.seen) == 1:
		title = "1 account checked"
	}
	var parts []string
	switch rest := len(r.seen) - works; {
	case len(r.seen) == 0:
		return title
	case len(r.seen) == 1 && works == 1:
		parts = []string{"it works"}
	case len(r.seen) == 1:
		parts = []string{"it needs a look"}
	case rest == 0:
		parts = []string{"all work"}
	case works == 0:
		parts = []string{"all need a look"}
	default:
		parts = []string{plural(works, "works", "work"), plural(rest, "needs a look", "need a look")}
	}
	return title + ": " + strings.Join(parts, ", ")
}

func accounts(n int) string { return plural(n, "account", "accounts") }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// works reports whether the check found nothing wrong.
func (c checked) works() bool { return worked(c.check.Outcome) }

func worked(outcome string) bool {
	return outcome == probe.Ready.String() || outcome == probe.Found.String()
}

// remarks lists what is to be known of one account: what changed, what ends, what would be safer.
func (c checked) remarks(now time.Time) []remark {
	var list []remark
	add := func(rank int, t Tone, text string) {
		list = append(list, remark{SummaryLine{ID: c.before.ID, Tone: t, Title: c.before.Address.Unicode(), Text: text}, rank})
	}
	before := c.before.LastCheck
	switch worse := worked(before.Outcome); {
	case c.works() && before.Outcome != "" && !worse:
		add(lineMended, Success, "Works again.")
	case c.works():
	case c.tone == Danger:
		add(lineBroken, Danger, changedWords(before.Outcome, c.check.Outcome, c.title))
	default:
		add(lineDecision, Warning, changedWords(before.Outcome, c.check.Outcome, c.title))
	}
	c.certificates(now, add)
	for _, text := range c.safer {
		add(lineSafer, Warning, text)
	}
	if c.locked {
		add(linePassword, Warning, "The system's keyring did not give its password, so that the sign-in was not tried.")
	}
	if c.edited {
		add(lineEdited, Neutral, "It was checked as it is saved: what you changed since is not part of it yet.")
	}
	if c.unread {
		add(linePassword, Warning, "Your own certificate, "+baseName(c.before.ClientCertificate.File)+", could not be read. Open the account and look at Certificates in the advanced settings.")
	}
	return list
}

// certificates says which certificates end soon or have ended, and which are others than before: that is news and no alarm, since
// the check judged them.
func (c checked) certificates(now time.Time, add func(rank int, t Tone, text string)) {
	said := ""
	for _, role := range roles() {
		before, shown, host := c.before.LastCheck.Incoming, c.check.Incoming, c.before.Incoming.Host
		if role == account.Outgoing {
			before, shown, host = c.before.LastCheck.Outgoing, c.check.Outgoing, c.before.Outgoing.Host
		}
		host, ends, other := account.UnicodeHost(host), shown.Ends, replaced(before, shown)
		rank, tone, text := lineExpires, Warning, "The certificate of "+host+" ends on "+day(ends)+"."
		switch {
		case ends.IsZero():
			continue
		case !ends.After(now):
			rank, tone, text = lineExpired, Danger, "The certificate of "+host+" ended on "+day(ends)+"."
		case ends.Before(now.Add(soon)) && other:
			text += " It is a new one."
		case ends.Before(now.Add(soon)):
		case other:
			rank, tone, text = lineCertificate, Neutral, host+" shows a new certificate. It ends on "+day(ends)+"."
		default:
			continue
		}
		if text != said { // one server of both roles shows one certificate
			add(rank, tone, text)
		}
		said = text
	}
}

// replaced reports whether a server shows another certificate than before. Where an older Portolan did not keep which one that was,
// its end has to tell.
func replaced(before, now store.Shown) bool {
	if before.Certificate != (account.Fingerprint{}) && now.Certificate != (account.Fingerprint{}) {
		return before.Certificate != now.Certificate
	}
	return !before.Ends.IsZero() && !before.Ends.Equal(now.Ends)
}

// changedWords says what a check found wrong, and whether that is new.
func changedWords(before, now, title string) string {
	_, was := status(before)
	switch {
	case before == "":
		return title
	case before == now:
		return "As last time: " + title
	case worked(before):
		return "It worked last time. Now: " + title
	default:
		return "Last time: " + was + ". Now: " + title
	}
}
