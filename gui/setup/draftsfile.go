package setup

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"time"

	"portolan/account"
	"portolan/account/store"
)

// draftsPause is how long what was typed may wait for the file.
const draftsPause = time.Second

// A draftKeeper writes what was typed into its file, a while after it was typed.
type draftKeeper struct {
	path   string     // "": it is not to be written
	noted  draftsForm // what is in the file, or on its way there
	due    *time.Timer
	failed bool // it was said that the file cannot be written
}

func draftsPath(folder string) string { return filepath.Join(folder, draftsName) }

// readDrafts reads the file. One that cannot be understood is put aside, and never overwritten before. A window that may not
// write leaves the file to the one that may.
func readDrafts(folder string, opened *store.Store) (form draftsForm, remarks []string, never bool) {
	if opened.ReadOnly() {
		return draftsForm{}, nil, true
	}
	path := draftsPath(folder)
	file, err := store.ReadFile(path, draftsLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return draftsForm{}, nil, false
	}
	if err != nil {
		return draftsForm{}, []string{"What was typed last and not saved could not be read: " + reason(err) + " Nothing is written there."}, true
	}
	form, err = decodeDrafts(file)
	if err == nil {
		return form, nil, false
	}
	why := "is damaged and cannot be read."
	if errors.Is(err, errNewerDrafts) {
		why = "was written by a newer Portolan."
	}
	aside := path + ".broken-" + time.Now().UTC().Format("20060102T150405Z")
	if err := store.WriteFile(aside, file, fileMode); err != nil {
		return draftsForm{}, []string{"The file of what was typed last and not saved " + why + " It was left where it is."}, true
	}
	return draftsForm{}, []string{"The file of what was typed last and not saved " + why + " It was put aside as " + account.Neutral(filepath.Base(aside), nameLimit) + "."}, false
}

// noteDrafts has what was typed written, a while after it was typed.
func (s *Session) noteDrafts() {
	if s.drafts.path == "" || s.drafts.due != nil || s.book.drafts().same(s.drafts.noted) {
		return
	}
	k := s.keeper
	s.drafts.due = time.AfterFunc(draftsPause, func() { s.tellOf(k, s.writeDrafts) })
}

// writeDrafts writes what was typed, unless the file has it already.
func (s *Session) writeDrafts() {
	d := &s.drafts
	if d.due != nil {
		d.due.Stop()
		d.due = nil
	}
	form := s.book.drafts()
	if d.path == "" || form.same(d.noted) {
		return
	}
	d.noted = form
	path, k := d.path, s.keeper
	s.work(func(context.Context) {
		file, err := encodeDrafts(form)
		if err == nil {
			err = store.WriteFile(path, file, fileMode)
		}
		s.tellOf(k, func() { s.draftsWritten(form, err) })
	})
}

// draftsWritten takes in that what was typed is in its file, or is not. Once is enough to say so.
func (s *Session) draftsWritten(form draftsForm, err error) {
	d := &s.drafts
	if err == nil {
		d.failed = false
		return
	}
	if d.noted.same(form) {
		d.noted = draftsForm{Open: "none"} // it is tried again with the next change
	}
	if !d.failed && s.book.Notice.Tone != Danger { // that an account was not saved, say, has to stay to be read
		d.failed = true
		s.book = s.book.noticed(Warning, "What you type cannot be put aside for the next start: "+reason(err))
	}
}
