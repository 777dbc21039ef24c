package setup

import (
	"portolan/account/store"
	"portolan/probe/explain"
)

// An ID names an account of the list.
type ID = store.ID

// A Shelf is the accounts of the list and what is being done to them. Everything in it is fit to be shown as it is.
type Shelf struct {
	Accounts []Entry // in the order of the list; unsaved ones stand last
	Open     ID      // the account whose settings stand in the form
	ReadOnly bool    // nothing can be saved here (another window keeps the accounts, or nothing can be written)
	Nowhere  bool    // ReadOnly, because there is no place at all where accounts could be kept
	Loading  bool    // the file is being read
	Saving   bool
	CanSave  bool // what stands in the form can be saved, and differs from what is saved
	CanUndo  bool // Undo brings back what Deleted names
	Deleted  string
	Ask      *Ask     // what must be answered about the list or a password, nil for nothing
	Checks   Checks   // what Check all is doing
	Summary  *Summary // what the checks came to, until it is put away
}

// Shown reports whether there is a list worth its place: a saved account, or more than the one that is in the form.
func (s Shelf) Shown() bool {
	for _, a := range s.Accounts {
		if a.Saved {
			return true
		}
	}
	return len(s.Accounts) > 1
}

// An Entry is one account of the list.
type Entry struct {
	ID       ID
	Title    string // the address as people write it, or "New account", with the server that an opened file names
	Tone     Tone   // of the last check
	Status   string // "Works", "Sign-in refused", "Never checked", "Not saved" …
	Checked  string // "checked today at 14:03", "" for never
	Warning  string // "Identity not verified", "Not encrypted", "Certificate ends …", each on a line; "" for none
	Saved    bool
	Changed  bool // the form holds something else than what is saved
	Checking bool
	InMemory bool // its password is kept until the program ends, and no longer
}

// An Ask is a question about the list. No is the default; Enter never says yes.
type Ask struct {
	Text    explain.Text
	Yes, No string // the words on the buttons
	Number  int    // changes with every question
}

// Checks are the checks of saved accounts that are going on.
type Checks struct {
	Running bool
	Done    int
	All     int
}

// A Summary is what checks came to, the worst first.
type Summary struct {
	Title  string // "12 accounts checked: 10 work, 2 need a look"
	Lines  []SummaryLine
	Number int // changes with every summary
}

// A SummaryLine is one thing to know of one account.
type SummaryLine struct {
	ID    ID
	Tone  Tone
	Title string // the address
	Text  string // what changed, what ends, what would be safer
}
