package setup

import (
	"slices"
	"strings"
	"testing"

	"portolan/account/store"
)

// Files that the program was started with stand beside the accounts that are kept, whichever of the two is read first.
func TestFilesOfTheStartStandBesideWhatIsKept(t *testing.T) {
	files := []openedFile{readFile("prefs.js", []byte(threeAccounts())), readFile("msmtprc", []byte("account zoe\nhost smtp.zoe.example\nfrom zoe@zoe.example\n"))}
	kept := fromDisk{Loaded: store.Loaded{Book: store.Book{Accounts: []store.Saved{example("alice@example.test")}}}}
	fresh := begin(Simple)
	fresh.shelf.open, fresh.shelf.loading = store.NewID(), true
	for order, b := range map[string]book{
		"files first": fresh.openedAll(files, 0).loaded(kept), "accounts first": fresh.loaded(kept).openedAll(files, 0),
	} {
		b = b.shown()
		var titles []string
		for _, one := range b.Shelf.Accounts {
			titles = append(titles, one.Title)
		}
		slices.Sort(titles)
		if got, want := strings.Join(titles, " "), "alice@example.test wendy@work.example xaver@work.example zoe@zoe.example"; got != want {
			t.Errorf("%s: got %s, want %s", order, got, want)
		}
		if b.Form.Address != "wendy@work.example" || !strings.HasPrefix(b.Notice.Text, "3 accounts of 2 files were opened") {
			t.Errorf("%s: got %q, %+v, want the first account of the files", order, b.Form.Address, b.Notice)
		}
	}
}
