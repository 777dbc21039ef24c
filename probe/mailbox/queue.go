package mailbox

import (
	"slices"
	"strings"
)

// longestNumber is the most that is taken for a number in a queue.
const longestNumber = 80

// QueueNumber finds, in the words with which a server accepted a message, the number under which the message stands in that
// server's queue: with it the provider can look it up. It is "" where the words hold none that is known. No standard says
// where it stands; these are the forms of Postfix ("queued as 4F1A"), Exim ("id=1rAb-Cd"), Sendmail and OpenSMTPD ("4F1A
// Message accepted for delivery"), Exchange ("InternalId=42, …"), qmail ("qp 42"), and Gmail ("1700000000 a1-2 - gsmtp").
func QueueNumber(accepted string) string {
	words := strings.Fields(accepted)
	lower := strings.Fields(strings.ToLower(accepted))
	if len(words) != len(lower) { // a letter that is a blank in lower case
		return ""
	}
	for i, w := range lower {
		switch {
		case w == "queued" && i+2 < len(words) && lower[i+1] == "as":
			return queueNumber(words[i+2])
		case w == "qp" && i+1 < len(words):
			return queueNumber(words[i+1])
		case i > 0 && (startsWith(lower[i:], "message", "accepted", "for", "delivery") || startsWith(lower[i:], "-", "gsmtp")):
			return queueNumber(words[i-1])
		}
		if name, value, ok := strings.Cut(words[i], "="); ok {
			if name = strings.ToLower(strings.Trim(name, "[(<")); name == "id" || name == "internalid" {
				return queueNumber(value)
			}
		}
	}
	return ""
}

func startsWith(words []string, begin ...string) bool {
	return len(words) >= len(begin) && slices.Equal(words[:len(begin)], begin)
}

// queueNumber gives a word without the marks around it, "" where it can be no number in a queue.
func queueNumber(word string) string {
	word = strings.Trim(word, "<>()[]\"'.,;:")
	odd := func(r rune) bool { return r <= ' ' || r > '~' }
	if len(word) > longestNumber || !strings.ContainsAny(word, "0123456789") || strings.ContainsFunc(word, odd) {
		return ""
	}
	return word
}
