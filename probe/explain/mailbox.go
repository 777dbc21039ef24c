package explain

import (
	"fmt"
	"strings"
	"time"

	"portolan/account"
	"portolan/probe"
)

// shownFolders is how many folders are listed one by one.
const shownFolders = 40

// Mailbox gives the words for a look into the mailbox: what is in it, folder by folder.
func Mailbox(l probe.Look) Text {
	switch l.Status {
	case probe.Waiting:
		return Text{}
	case probe.Running:
		return Text{Title: "Looking into the mailbox…"}
	case probe.Failed:
		t := Text{Title: "The mailbox could not be looked into", Advice: trouble(l.Cause, l.Detail)}
		t.Details = folders(l)
		return t
	}
	if l.Protocol == account.POP3 {
		return maildrop(l)
	}
	t := Text{Title: number(len(l.Folders), "folder", "folders"), Details: append(folders(l), quota(l)...)}
	if l.More {
		t.Title = "More than " + t.Title
	}
	t.Advice = "A mail program has to ask this server whether there is new mail."
	if l.Idle {
		t.Advice = "This server tells a mail program at once when new mail has come (IMAP IDLE)."
	}
	return t
}

// maildrop is a mailbox as POP3 shows it.
func maildrop(l probe.Look) Text {
	t := Text{Title: number(l.Messages, "message", "messages"), Details: []Detail{{"Size", octets(l.Size)}}}
	t.Advice = "POP3 shows the inbox alone. Mail can be left on the server: each message has a lasting name there (UIDL)."
	if !l.UIDL {
		t.Advice = "POP3 shows the inbox alone. Mail should not be left on this server: it has no lasting names for messages (UIDL), so they would be fetched twice."
	}
	return t
}

func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// folders lists the folders with their use and what is in them.
func folders(l probe.Look) []Detail {
	var list []Detail
	for i, f := range l.Folders {
		if i == shownFolders {
			return append(list, Detail{"…", fmt.Sprintf("and %d more", len(l.Folders)-i)})
		}
		count := "not counted"
		if f.Count.Known {
			count = number(f.Count.Messages, "message", "messages")
		}
		if f.Count.Unseen > 0 {
			count += fmt.Sprintf(", %d unread", f.Count.Unseen)
		}
		list = append(list, Detail{foreign(f.Name), joined(useWords(f.Use.String()), count)})
	}
	return list
}

// useWords says what a folder is for, "" for the inbox and for no use.
func useWords(use string) string {
	return map[string]string{
		"drafts": "drafts", "sent": "sent mail", "junk": "spam", "trash": "deleted mail", "archive": "archive",
		"all": "all mail", "flagged": "marked mail",
	}[use]
}

// quota lists the limits of the mailbox.
func quota(l probe.Look) []Detail {
	var list []Detail
	for _, q := range l.Quota {
		switch q.Resource {
		case "STORAGE": // RFC 9208, section 5.1: in units of 1024 octets
			list = append(list, Detail{"Space", share(kibi(q.Used), kibi(q.Limit), q.Used, q.Limit)})
		case "MESSAGE":
			list = append(list, Detail{"Messages", share(fmt.Sprint(q.Used), fmt.Sprint(q.Limit), q.Used, q.Limit)})
		}
	}
	return list
}

func kibi(n int64) string { return octets(min(n, 1<<50) * 1024) }

func share(used, limit string, n, most int64) string {
	words := used + " of " + limit + " used"
	if most > 0 && n >= 0 {
		words += fmt.Sprintf(" (%.0f %%)", 100*float64(n)/float64(most))
	}
	return words
}

// octets gives a size in the unit that fits it.
func octets(n int64) string {
	units := []string{"bytes", "kB", "MB", "GB", "TB"}
	size := float64(n)
	for _, u := range units {
		if size < 1000 || u == units[len(units)-1] {
			if u == units[0] || size >= 100 {
				return fmt.Sprintf("%.0f %s", size, u)
			}
			return fmt.Sprintf("%.1f %s", size, u)
		}
		size /= 1000
	}
	return ""
}

// trouble says why something behind the sign-in came to nothing.
func trouble(c probe.Cause, detail string) string {
	w := wordingFor(c)
	if c == probe.CauseNone || c == probe.ServerTrouble {
		return wording{voice: theServer}.quote(detail)
	}
	return sentences(w.title+".", w.quote(detail))
}

// TripStep gives the row for one step of the test message.
func TripStep(s probe.TripStep, t probe.Trip) Line {
	heads := map[probe.TripStepKind]string{
		probe.TripInbox: "Open your inbox", probe.TripSend: "Send the message to yourself",
		probe.TripArrive: "Wait for it in your inbox", probe.TripDelete: "Delete it again",
	}
	l := Line{Head: heads[s.Kind]}
	switch {
	case s.Status == probe.Running && s.Kind == probe.TripArrive:
		l.Note = "Waiting, one minute at most"
	case s.Status == probe.Running:
		l.Note = "Under way"
	case s.Status == probe.Failed && s.Kind == probe.TripArrive && t.Missing:
		l.Note = "It has not arrived within a minute"
	case s.Status == probe.Failed && t.Missing:
		l.Note = "It is not there any more"
	case s.Status == probe.Failed:
		l.Note = trouble(s.Cause, s.Detail)
	case s.Kind == probe.TripInbox:
		l.Note = "What is in it already has been noted"
	case s.Kind == probe.TripSend:
		l.Note = joined("Accepted by the outgoing server", foreign(s.Detail))
	case s.Kind == probe.TripArrive && t.Use.String() == "junk":
		l.Note = "Found in the folder for spam, " + foreign(s.Detail)
	case s.Kind == probe.TripArrive:
		l.Note = "Arrived " + seconds(s.Took) + " after it was accepted"
	default:
		l.Note = "Nothing else was touched"
	}
	return l
}

func seconds(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", max(1, d.Milliseconds()))
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
}

// Trip gives the verdict on the test message, with each step of its way from server to server. It is empty while the
// message is under way.
func Trip(t probe.Trip) Text {
	sent := ""
	for _, s := range t.Steps {
		if s.Kind == probe.TripSend && s.Status == probe.OK {
			sent = foreign(s.Detail)
		}
		if s.Status != probe.Failed {
			continue
		}
		switch {
		case s.Kind == probe.TripArrive:
			return lost(t, sent, s)
		case s.Kind == probe.TripSend:
			return Text{Title: "The outgoing server did not take the message", Advice: trouble(s.Cause, s.Detail)}
		case s.Kind == probe.TripDelete && t.Missing:
			return Text{Title: "The test message is not there any more", Advice: "It was deleted or moved meanwhile. Nothing else was touched."}
		default:
			return Text{Title: "The inbox could not be used", Advice: trouble(s.Cause, s.Detail)}
		}
	}
	if !t.Arrived() {
		return Text{}
	}
	text := Text{Title: "The message came round", Advice: passages(t), Details: hops(t)}
	if t.Use.String() == "junk" {
		text.Title = "The message came round, but was taken for spam"
	}
	return text
}

// lost says where a message was seen last.
func lost(t probe.Trip, sent string, s probe.TripStep) Text {
	if !t.Missing {
		return Text{Title: "The inbox could not be watched any longer", Advice: sentences(trouble(s.Cause, s.Detail), lastSeen(sent))}
	}
	return Text{
		Title:  "The message has not arrived within a minute",
		Advice: sentences(lastSeen(sent), "It may still come: some servers hold messages back for a while. If it does not, your provider can look it up by its Message-ID."),
		Details: []Detail{
			{"Message-ID", foreign("<" + t.ID + ">")},
		},
	}
}

func lastSeen(sent string) string {
	if sent == "" {
		return "It was last seen at the outgoing server, which accepted it."
	}
	return "It was last seen at the outgoing server, which accepted it with the words “" + sent + "”."
}

// passages sums up whether the message was encrypted all the way.
func passages(t probe.Trip) string {
	count := map[string]int{}
	for _, h := range t.Hops {
		count[h.Passage.String()]++
	}
	switch {
	case count["clear"] > 0:
		return "On its way it was passed on without encryption at least once. That is up to the servers in between, not to your settings."
	case count["unknown"] > 0:
		return "Not every server on its way has noted whether it was passed on encrypted."
	case count["encrypted"] > 0:
		return "It was encrypted on its whole way, as far as the servers tell."
	default:
		return "The servers on its way have not noted whether it was encrypted."
	}
}

// hops lists the steps from server to server, in order.
func hops(t probe.Trip) []Detail {
	var list []Detail
	for i, h := range t.Hops {
		way := strings.TrimPrefix(foreign(h.From)+" to "+foreign(h.By), " ")
		how := map[string]string{
			"encrypted": "encrypted", "clear": "not encrypted", "inside": "within one network", "unknown": "not known whether encrypted",
		}[h.Passage.String()]
		list = append(list, Detail{fmt.Sprintf("Hop %d", i+1), joined(way, how, foreign(h.With))})
	}
	return list
}
