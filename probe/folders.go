package probe

import (
	"portolan/account"
	"portolan/probe/mailbox"
)

// Special gives the names of the folders with a special use, as mail programs are to be told them: the first of each use,
// where the server has it under the name that is shown.
func (l Look) Special() account.Folders {
	var known account.Folders
	for _, f := range l.Folders {
		use, special := specialUse(f.Use)
		if special && !f.Altered && known.Of(use) == "" && account.CheckFolder(f.Name) == nil {
			known = known.With(use, f.Name)
		}
	}
	return known
}

func specialUse(u mailbox.Use) (account.FolderUse, bool) {
	switch u {
	case mailbox.SentFolder:
		return account.SentFolder, true
	case mailbox.DraftsFolder:
		return account.DraftsFolder, true
	case mailbox.TrashFolder:
		return account.TrashFolder, true
	case mailbox.JunkFolder:
		return account.JunkFolder, true
	case mailbox.ArchiveFolder:
		return account.ArchiveFolder, true
	default:
		return 0, false
	}
}
