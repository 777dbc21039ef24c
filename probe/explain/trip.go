package explain

import (
	"fmt"
	"strings"
	"time"

	"portolan/probe"
)

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
	case s.Kind == probe.TripArrive && strayed(t):
		l.Note = "Found in another folder, " + foreign(s.Detail)
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

// strayed reports whether the message was found in a folder that is neither the inbox nor that for spam.
func strayed(t probe.Trip) bool {
	use := t.Use.String()
	return t.Arrived() && use != "inbox" && use != "junk" && folderOf(t) != ""
}

// folderOf is the folder where the message arrived, "" for POP3, which has only the inbox.
func folderOf(t probe.Trip) string {
	for _, s := range t.Steps {
		if s.Kind == probe.TripArrive && s.Status == probe.OK {
			return foreign(s.Detail)
		}
	}
	return ""
}

// Trip gives the verdict on the test message, with each step of its way from server to server. It is empty while the
// message is under way.
func Trip(t probe.Trip) Text {
	for _, s := range t.Steps {
		if s.Status != probe.Failed {
			continue
		}
		switch {
		case s.Kind == probe.TripArrive:
			return lost(t, s)
		case s.Kind == probe.TripSend && t.Unsure:
			return Text{
				Title:   "The outgoing server has not said whether it took the message",
				Advice:  sentences(trouble(s.Cause, s.Detail), "The message was sent in full and may arrive all the same: look into your inbox after a while."),
				Details: receipt(t),
			}
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
	switch {
	case t.Use.String() == "junk":
		text.Title = "The message came round, but was taken for spam"
	case strayed(t):
		text.Title = "The message came round, but not into the inbox"
		text.Advice = sentences("A rule at your provider has put it into “"+folderOf(t)+"”.", text.Advice)
	}
	return text
}

// lost says where a message was seen last, and what the provider needs to look it up.
func lost(t probe.Trip, s probe.TripStep) Text {
	if !t.Missing {
		return Text{
			Title:   "The inbox could not be watched any longer",
			Advice:  sentences(trouble(s.Cause, s.Detail), lastSeen(t.Taken), "Whether it has arrived, your mail program or the web mail shows."),
			Details: receipt(t),
		}
	}
	next := "It may still come: some servers hold messages back for a while. If it does not, your provider can look it up with the details below."
	return Text{Title: "The message has not arrived within a minute", Advice: sentences(lastSeen(t.Taken), searched(t.Looked), next), Details: receipt(t)}
}

// lastSeen says which server has the message, since when, and under which number.
func lastSeen(t probe.Taken) string {
	if t.Server.Host == "" {
		return "It was last seen at the outgoing server, which accepted it."
	}
	words := "It was last seen at " + foreign(t.Server.Host) + ", which accepted it at " + t.At.Format(time.TimeOnly)
	if t.Number != "" {
		words += " and put it into its queue under the number " + foreign(t.Number)
	}
	return words + ". What became of it after that, only that server's log tells."
}

// searched says where the message is not.
func searched(folders []string) string {
	switch n := len(folders); {
	case n == 0:
		return "By POP3 only the inbox can be seen: it may lie among the spam, which the web mail shows."
	case n == 1:
		return "It is not in the inbox, and no folder for spam was found."
	default:
		return fmt.Sprintf("It is neither in the inbox nor in the %s that mail is delivered to.", number(n-1, "other folder", "other folders"))
	}
}

// receipt lists what identifies the message to who runs the servers.
func receipt(t probe.Trip) []Detail {
	var list []Detail
	if t.Taken.Server.Host != "" {
		list = append(list, Detail{"Accepted by", foreign(t.Taken.Server.String())}, Detail{"Accepted on", t.Taken.At.Format("2 January 2006, 15:04:05 -0700")})
	}
	for _, d := range []Detail{{"Queue number", t.Taken.Number}, {"Its words", t.Taken.Words}, {"Message-ID", "<" + t.ID + ">"}} {
		if d.Value != "" {
			list = append(list, Detail{d.Label, foreign(d.Value)})
		}
	}
	if len(t.Looked) > 0 {
		list = append(list, Detail{"Looked in", foreign(strings.Join(t.Looked[:min(len(t.Looked), shownFolders)], ", "))})
	}
	return list
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
