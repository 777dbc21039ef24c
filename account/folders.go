package account

import (
	"strings"
	"unicode/utf8"
)

// maxFolder is the longest name of a folder, in bytes.
const maxFolder = 512

// Folders are the names of an IMAP mailbox's folders with a special use (RFC 6154, section 2), whole and as the server shows
// them: in UTF-8, with the server's own delimiter. "" is unknown; the zero value knows none.
type Folders struct {
	Sent    string
	Drafts  string
	Trash   string
	Junk    string
	Archive string
}

// A FolderUse names one of the Folders.
type FolderUse uint8

// The uses, in the order in which people are told of them.
const (
	SentFolder FolderUse = iota
	DraftsFolder
	TrashFolder
	JunkFolder
	ArchiveFolder
)

var folderNames = [...]string{"sent", "drafts", "trash", "junk", "archive"}

// String gives a lower-case word, as files have it.
func (u FolderUse) String() string { return nameOf(folderNames[:], u) }

// FolderUses lists all uses.
func FolderUses() []FolderUse {
	return []FolderUse{SentFolder, DraftsFolder, TrashFolder, JunkFolder, ArchiveFolder}
}

// Of gives the folder for a use, "" where it is unknown.
func (f Folders) Of(u FolderUse) string { return *f.at(u) }

// With gives the folders with one more name.
func (f Folders) With(u FolderUse, name string) Folders {
	*f.at(u) = name
	return f
}

func (f *Folders) at(u FolderUse) *string {
	return [...]*string{&f.Sent, &f.Drafts, &f.Trash, &f.Junk, &f.Archive}[u]
}

// CheckFolder says why a name cannot be a folder's in a file or a program's settings: it has to be what Neutral leaves as it is,
// so that what is shown is what is written. Every error is an *InputError.
func CheckFolder(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return wrong("The name of the folder is empty.")
	case len(name) > maxFolder:
		return wrong("The name of the folder is too long: 512 bytes are the limit.")
	case Neutral(name, utf8.RuneCountInString(name)) != name:
		return wrong("The name of the folder holds characters that cannot be shown.")
	}
	return nil
}

// Check says which name is none, see CheckFolder.
func (f Folders) Check() error {
	for _, u := range FolderUses() {
		if name := f.Of(u); name != "" {
			if err := CheckFolder(name); err != nil {
				return err
			}
		}
	}
	return nil
}
