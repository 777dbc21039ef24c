package account

import (
	"strings"
	"testing"
)

func TestFolderNamesAreWhatIsShown(t *testing.T) {
	for _, c := range []struct {
		name string
		ok   bool
	}{
		{"Sent", true}, {"INBOX.Gesendete Objekte", true}, {"[Gmail]/Корзина", true}, {`"quoted" \ `, true}, {"a`b#c;d%(e)s,f", true},
		{strings.Repeat("x", 512), true}, {strings.Repeat("x", 513), false}, {" ", false}, {"", false},
		{"a\nset x=y", false}, {"a\x00", false}, {"a\u202eb", false}, {"a\u200bb", false}, {"a\u00a0b", false}, {"\xff", false}, {"a\r\n", false},
	} {
		if err := CheckFolder(c.name); (err == nil) != c.ok {
			t.Errorf("%q: got %v, want fine %t", c.name, err, c.ok)
		}
	}
}

func TestEveryFolderUseHasItsOwnPlaceAndWord(t *testing.T) {
	seen := map[string]bool{}
	var all Folders
	for _, u := range FolderUses() {
		one := Folders{}.With(u, "x")
		if one.Of(u) != "x" || one == (Folders{}) || seen[u.String()] || u.String() == "" {
			t.Errorf("%v: got %+v, want one place under a word of its own", u, one)
		}
		seen[u.String()] = true
		all = all.With(u, u.String())
	}
	if want := (Folders{"sent", "drafts", "trash", "junk", "archive"}); all != want {
		t.Errorf("got %+v, want %+v", all, want)
	}
	if all.Check() != nil || all.With(JunkFolder, "a\nb").Check() == nil {
		t.Error("got a check that does not tell good names from bad, want the bad one refused")
	}
}
