package setup

import (
	"errors"
	"path/filepath"
	"slices"

	"portolan/account"
	"portolan/account/format"
	"portolan/account/store"
)

// passwordMark stands in a preview where the file will have the password.
const passwordMark = "[password]"

// An ExportState is the export dialog. No password is ever in it.
type ExportState struct {
	Open     bool
	Format   string
	Title    string   // of the format, for people
	Folder   bool     // several files below Path
	Preview  string   // with "[password]" in the place of a password
	Code     [][]bool // a QR code, row by row, true is dark; nil: none, or it would hold the password
	Remarks  []format.Remark
	Files    []string // of a folder: the paths below Path, with slashes
	Password PasswordChoice
	Path     string   // as typed
	Exists   bool     // something of it is there already: writing asks first
	Existing []string // of a folder: which of Files
	Writing  bool
	Error    string
	Done     string // the path that was written
}

// A PasswordChoice is whether an export holds the password. The zero value offers none.
type PasswordChoice uint8

// The choices.
const (
	PasswordNever   PasswordChoice = iota // the format has no place for it, or none was typed
	PasswordLeftOut                       // it could be included
	PasswordIncluded
)

// Export opens the export dialog with a preview of what would be written.
func (s *Session) Export(name string) {
	b := s.book
	if s.closed || !b.CanWrite {
		return
	}
	b = b.exporting(name, s.options.Folder)
	s.set(b)
	s.lookAt(b.Export)
}

// ExportPath changes the path of the export dialog.
func (s *Session) ExportPath(path string) {
	b := s.book
	if s.closed || !b.Export.Open || path == b.Export.Path {
		return
	}
	b.Export = b.Export.at(path)
	s.set(b)
	s.lookAt(b.Export)
}

// ExportPassword says whether the file is to hold the password. Its suggested name changes with that.
func (s *Session) ExportPassword(include bool) {
	b := s.book
	choice := PasswordLeftOut
	if include {
		choice = PasswordIncluded
	}
	if e := b.Export; s.closed || !e.Open || e.Writing || e.Password == PasswordNever || e.Password == choice {
		return
	}
	b = b.withPassword(choice)
	s.set(b)
	s.lookAt(b.Export)
}

// lookAt finds out what is there already, which may take long on a slow disk.
func (s *Session) lookAt(e ExportState) {
	s.wg.Go(func() {
		there := e.existing()
		s.tell(func() {
			if now := &s.book.Export; now.Open && now.Path == e.Path && now.Format == e.Format {
				now.found(there)
			}
		})
	})
}

// Write writes the export; what exists is replaced only where replace says so.
func (s *Session) Write(replace bool) {
	b := s.book
	e := &b.Export
	if s.closed || !e.Open || e.Writing || e.Preview == "" {
		return
	}
	e.Error, e.Done = "", ""
	out, err := b.output(e.Format, e.Password == PasswordIncluded)
	switch {
	case err != nil:
		e.Error = exportError(err)
	case e.Path == "":
		e.Error = "Please say where the file is to go."
	case e.Exists && !replace:
		e.Error = existsAlready
	}
	if e.Error != "" {
		s.set(b)
		return
	}
	e.Writing = true
	x := b.Export
	s.set(b)
	s.wg.Go(func() {
		there, err := x.write(out.Files, replace)
		s.tell(func() { s.book = s.book.written(x.Path, there, err) })
	})
}

const existsAlready = "There is a file of this name already."

// CloseExport closes the export dialog.
func (s *Session) CloseExport() {
	b := s.book
	b.Export = ExportState{Writing: b.Export.Writing}
	b.exported = account.Account{}
	s.set(b)
}

// exporting opens the dialog.
func (b book) exporting(name, folder string) book {
	f := formatOf(name)
	b.exported = b.account()
	b.Export = ExportState{Open: true, Format: name, Title: f.Title, Folder: f.Folder, Writing: b.Export.Writing}
	b.Export.Path = filepath.Join(folder, f.File(b.exported, false))
	if f.Secret && (!b.Form.Password.Empty() || !b.ownPassword().Empty()) {
		return b.withPassword(PasswordLeftOut)
	}
	return b.withPassword(PasswordNever)
}

// withPassword fills the dialog for a choice. A path that was typed stays as it is.
func (b book) withPassword(choice PasswordChoice) book {
	e := &b.Export
	f := formatOf(e.Format)
	suggested := f.File(b.exported, e.Password == PasswordIncluded)
	e.Password = choice
	include := choice == PasswordIncluded
	if base := filepath.Base(e.Path); base == suggested {
		*e = e.at(filepath.Join(filepath.Dir(e.Path), f.File(b.exported, include)))
	}
	e.Preview, e.Code, e.Remarks, e.Files, e.Error, e.Done = "", nil, nil, nil, "", ""
	if _, err := b.output(e.Format, include); err != nil { // a password may hold what the format cannot
		e.Error = exportError(err)
		return b
	}
	var marked format.Options
	if include {
		marked = b.passwords()
		for _, p := range []*account.Secret{&marked.Password, &marked.OutgoingPassword} {
			if !p.Empty() {
				*p = account.NewSecret(passwordMark)
			}
		}
	}
	out, err := format.Export(e.Format, b.exported, marked)
	if err != nil {
		e.Error = exportError(err)
		return b
	}
	e.Preview, e.Remarks = out.Text, slices.Clone(out.Remarks)
	if include && out.Code != nil {
		e.Remarks = append(e.Remarks, format.Remark{Text: "The code is not shown while it holds the password."})
	} else {
		e.Code = out.Code
	}
	if include && out.Files[0].Mode != fileMode {
		e.Remarks = append(e.Remarks, format.Remark{Text: "These servers are used without a password, so none is in the file."})
	}
	if e.Folder {
		for _, file := range out.Files {
			e.Files = append(e.Files, file.Path)
		}
	}
	return b
}

// output is what will be written.
func (b book) output(name string, include bool) (format.Output, error) {
	var o format.Options
	if include {
		o = b.passwords()
	}
	return format.Export(name, b.exported, o)
}

// passwords are what an export holds that is to hold them.
func (b book) passwords() format.Options {
	return format.Options{Password: b.Form.Password, OutgoingPassword: b.ownPassword()}
}

// formatOf gives the format of a name.
func formatOf(name string) format.Format {
	for _, f := range format.Formats() {
		if f.Name == name {
			return f
		}
	}
	return format.Format{Name: name}
}

// exportError says why an account cannot be written.
func exportError(err error) string {
	var unfit *format.AccountError
	if errors.As(err, &unfit) && len(unfit.Problems) > 0 {
		return unfit.Problems[0].Message
	}
	return account.Neutral(err.Error(), wordLimit)
}

// at changes the path.
func (e ExportState) at(path string) ExportState {
	e.Path, e.Exists, e.Existing, e.Error = path, false, nil, ""
	return e
}

// target is where a file of the export goes.
func (e ExportState) target(file string) string {
	if !e.Folder {
		return e.Path
	}
	return filepath.Join(e.Path, filepath.FromSlash(file))
}

// existing lists what is there already. What cannot be looked at is told by the writing.
func (e ExportState) existing() []string {
	var there []string
	for _, file := range e.names() {
		if exists, err := store.Exists(e.target(file)); exists && err == nil {
			there = append(there, file)
		}
	}
	return there
}

// found notes what is there already.
func (e *ExportState) found(there []string) {
	e.Exists, e.Existing = len(there) > 0, nil
	if e.Folder {
		e.Existing = there
	}
}

// write writes the files, all or, where one is there that is not to be replaced, none; there are those.
func (e ExportState) write(files []format.File, replace bool) (there []string, err error) {
	if !replace {
		if there = e.existing(); len(there) > 0 {
			return there, nil
		}
	}
	for _, f := range files {
		path, mode := e.target(f.Path), f.Mode
		if !e.Folder {
			mode = fileMode
		} else if err := store.MakeFolder(filepath.Dir(path)); err != nil {
			return nil, err
		}
		taken, err := write(path, f.Data, mode, replace, readLimit)
		if taken {
			return []string{f.Path}, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// written takes in how the writing ended.
func (b book) written(path string, there []string, err error) book {
	e := &b.Export
	e.Writing = false
	switch {
	case !e.Open && err != nil:
		return b.noticed(Danger, account.Neutral(path, wordLimit)+" was not written: "+reason(err))
	case !e.Open:
		return b
	case len(there) > 0:
		e.Error = existsAlready
		if e.Path == path {
			e.found(there)
		}
	case err != nil:
		e.Error = "The file was not written: " + reason(err)
	default:
		e.Done = path
		if e.Path == path {
			e.found(e.names())
		}
	}
	return b
}

// names are the files of the export.
func (e ExportState) names() []string {
	if e.Folder {
		return e.Files
	}
	return []string{filepath.Base(e.Path)}
}
