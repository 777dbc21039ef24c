package setup

import (
	"portolan/account"
	"portolan/account/format"
	"portolan/account/store"
)

// mostRemarks is how many remarks are shown at once where several accounts of a file are opened.
const mostRemarks = 4

// mostFiles is how many files are opened at once, mostOpened how many accounts of theirs: as many as are put aside for the next start.
const (
	mostFiles  = 50
	mostOpened = mostDrafts
)

// A filed is an account of a file.
type filed struct {
	file string
	format.Imported
}

// OpenFiles opens configuration files one after the other, with all their accounts, each as an account of its own in the list. What
// stands in the form stays with its own account. A single file is opened as by OpenFile.
func (s *Session) OpenFiles(paths []string) {
	if len(paths) == 1 {
		s.OpenFile(paths[0])
		return
	}
	if s.closed || len(paths) == 0 {
		return
	}
	s.wg.Go(func() {
		var files []openedFile
		for _, path := range paths[:min(mostFiles, len(paths))] {
			files = append(files, readPath(path))
		}
		s.tell(func() { s.book = s.book.openedAll(files, len(paths)-len(files)) })
	})
	s.set(s.book)
}

// openedAll takes in what was read of several files; more were left out.
func (b book) openedAll(files []openedFile, more int) book {
	what := plural(len(files), "file", "files")
	b = b.importClosed()
	if b.Phase != Resting {
		return b.noticed(Warning, what+" were not opened, because a search is running. Stop it first.")
	}
	var list []filed
	var remarks []format.Remark
	var dialogs []ImportState
	for _, f := range files {
		if f.config != nil && f.err == nil {
			f.accounts = []format.Imported{configured(*f.config, account.Address{}, f.accounts[0].Remarks)}
		}
		if f.err != nil {
			f.accounts = nil
			remarks = append(remarks, format.Remark{Text: f.name + " could not be opened: " + reason(f.err)})
		}
		for _, one := range f.accounts {
			list = append(list, filed{f.name, one})
		}
		if len(f.lint) > 0 {
			i := ImportState{File: f.name, Lint: f.lint}
			if len(f.accounts) > 0 {
				i.Understood = understood(f.accounts[0])
			}
			dialogs = append(dialogs, i)
		}
	}
	if more > 0 {
		remarks = append(remarks, format.Remark{Text: plural(more, "file", "files") + " more were left out: no more than " + plural(mostFiles, "file is", "files are") + " opened at once."})
	}
	if rest := len(list) - mostOpened; rest > 0 {
		list = list[:mostOpened]
		remarks = append(remarks, format.Remark{Text: plural(rest, "account", "accounts") + " more were left out: no more than " + plural(mostOpened, "account is", "accounts are") + " opened at once."})
	}
	b = b.takingAll(what, list, remarks)
	b.later = dialogs
	return b.lookingOn()
}

// lookingOn closes the dialog about a file, and opens the next one about files that were opened together.
func (b book) lookingOn() book {
	later := b.later
	b = b.importClosed()
	if len(later) > 0 {
		b = b.looking(later[0], nil)
		b.later = later[1:]
	}
	return b
}

// tookAll opens all accounts that a file offers, beside each other, and shows the first.
func (b book) tookAll() book {
	name, offered := b.Import.File, b.offered
	b = b.importClosed()
	if b.Phase != Resting {
		return b.noticed(Warning, name+" was not opened, because a search is running. Stop it first.")
	}
	list := make([]filed, len(offered))
	for i, one := range offered {
		list[i] = filed{name, one}
	}
	return b.takingAll(name, list, nil)
}

// takingAll opens accounts of one or several files beside each other, and shows the first.
func (b book) takingAll(of string, list []filed, remarks []format.Remark) book {
	var opened []ID
	for _, one := range list {
		if serverless(one.Imported) {
			remarks = append(remarks, format.Remark{Text: one.title() + " was left out: it names no server that can be used."})
			continue
		}
		id := store.NewID()
		next, _, more := b.stowed().blankPage(id).takingIn(one.Imported)
		b, opened = next, append(opened, id)
		for _, r := range more {
			r.Text = one.title() + ": " + r.Text
			remarks = append(remarks, r)
		}
	}
	if len(opened) == 0 {
		return b.noticed(Danger, sentences(account.Neutral(of, nameLimit)+": nothing could be opened.", shortened(remarks)))
	}
	if len(opened) > 1 {
		b = b.opening(opened[0])
	}
	tone := Success
	if len(remarks) > 0 {
		tone = Warning
	}
	return b.noticed(tone, sentences(openedWords(len(opened), of), shortened(remarks)))
}

// title names an account of a file.
func (f filed) title() string {
	if f.Address != (account.Address{}) {
		return account.Neutral(f.Address.Unicode(), nameLimit)
	}
	return f.file
}

// openedWords says how many accounts of a file were opened.
func openedWords(n int, name string) string {
	return plural(n, "account of "+name+" was opened and is", "accounts of "+name+" were opened and are") + " not saved yet. Nothing has been contacted."
}

// shortened keeps the first of many remarks.
func shortened(list []format.Remark) []format.Remark {
	if len(list) <= mostRemarks {
		return list
	}
	rest := plural(len(list)-mostRemarks, "remark", "remarks")
	return append(list[:mostRemarks:mostRemarks], format.Remark{Text: "And " + rest + " more, shown where a file or an account of it is opened alone."})
}
