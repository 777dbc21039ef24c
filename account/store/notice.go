package store

import "time"

// A NoticeKind says what there is to tell about the file.
type NoticeKind uint8

// What there can be to tell.
const (
	Busy       NoticeKind = iota + 1 // another Portolan may write, this one only reads
	Unlockable                       // nothing can be written or locked in the folder; this Portolan only reads
	Damaged                          // the file, or the copy of it, could not be read
	Newer                            // a newer Portolan wrote it
	Odd                              // it is a link, a folder, a pipe or a device
	TooLarge                         // it is larger than any that Portolan writes
	Missing                          // the file is gone, but a copy of it is there
	Tightened                        // others were allowed to look at it, and no longer are
)

var noticeNames = [...]string{"", "busy", "unlockable", "damaged", "newer", "odd", "too-large", "missing", "tightened"}

// String gives a lower-case word for logs and tests.
func (k NoticeKind) String() string { return noticeNames[k] }

// A Notice is one thing that the user should know about how the accounts are kept.
type Notice struct {
	Kind  NoticeKind
	Path  string // of the file or folder that it is about
	Aside string // Damaged, Newer, Odd, TooLarge: where the file stands now; "" where it could not be moved or this Portolan only reads
	Err   error  // the system's or the reader's own words; nil where there are none
}

// A Copy is the book as it was before the last change.
type Copy struct {
	Book Book
	Time time.Time // when it was put aside
}

// A Loaded is what the folder holds.
type Loaded struct {
	Book    Book
	Notices []Notice
	Copy    *Copy // on offer where the file could not be read or is gone; nil elsewhere. Saving its Book takes it.
}
