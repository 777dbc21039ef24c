package mailbox_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"portolan/account"
	"portolan/probe/mailbox"
)

// RFC 6154, section 2: each use is told by its attribute, in whatever language the folder has its name. The inbox comes first,
// then what has a use, then the rest by name.
func TestEverySpecialUseIsToldByItsAttribute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := &cabinet{drawers: []drawer{
			{"Zettel", "", ""}, {"Archiv", `\Archive`, ""}, {"Wichtig", `\Flagged`, ""}, {"Papierkorb", `\HasNoChildren \Trash`, ""}, {"Alles", `\All`, ""},
			{"Werbung", `\Junk`, ""}, {"Gesendet", `\Sent`, ""}, {"Sent", "", ""}, {"INBOX", "", ""}, {"Entwurf", `\Drafts`, ""},
		}}
		s := &server{protocol: account.IMAP, answer: box.answer}
		seen, err := mailbox.Inspect(t.Context(), s.signedIn(t), account.IMAP)
		<-s.done
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range seen.Folders {
			got = append(got, f.Name+" "+f.Use.String())
		}
		want := []string{
			"INBOX inbox", "Entwurf drafts", "Gesendet sent", "Werbung junk", "Papierkorb trash", "Archiv archive", "Alles all", "Wichtig flagged", "Sent ", "Zettel ",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// A server is asked only for what it has said that it can do: to older ones the longer questions are errors.
func TestAServerIsAskedForWhatItCanDo(t *testing.T) {
	for _, c := range []struct {
		capabilities string
		list         string
		quota        bool
	}{
		{"", `LIST "" "*"`, false},
		{"SPECIAL-USE", `LIST "" "*"`, false}, // RFC 6154, section 5.1: such a list has the uses in it
		{"SPECIAL-USE LIST-EXTENDED", `LIST "" "*" RETURN (SPECIAL-USE)`, false},
		{"LIST-EXTENDED LIST-STATUS QUOTA", `LIST "" "*" RETURN (STATUS (MESSAGES UNSEEN))`, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			box := &cabinet{capabilities: c.capabilities, drawers: []drawer{{"INBOX", "", ""}}}
			s := &server{protocol: account.IMAP, answer: box.answer}
			if _, err := mailbox.Inspect(t.Context(), s.signedIn(t), account.IMAP); err != nil {
				t.Fatal(err)
			}
			<-s.done
			for _, h := range s.heard {
				h = strings.Replace(h, "UNSEEN MESSAGES", "MESSAGES UNSEEN", 1) // in the order of one of go-imap's maps
				if strings.HasPrefix(h, "LIST") && h != c.list {
					t.Errorf("%q: got %q, want %q", c.capabilities, h, c.list)
				}
			}
			if !said(s.heard, "LIST") || said(s.heard, "GETQUOTAROOT") != c.quota || !said(s.heard, "STATUS") {
				t.Errorf("%q: got %q, want the folders, their counts, and the quota: %t", c.capabilities, s.heard, c.quota)
			}
		})
	}
}
