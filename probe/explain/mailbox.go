package explain

import (
	"fmt"

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
