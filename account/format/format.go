// Package format knows how an account looks outside: one file per format, each with its writer and its reader.
//
// Everything here works on bytes; reading and writing files is package store's. [Export] writes and [Read] reads. A writer
// checks the account first, refuses whatever could end a line in a file, says in a [Remark] what its format cannot say, and
// writes a password only where [Options] holds one, which is where the user asked for it. A reader takes what it can use
// and says in a [Remark] what it left out; only a file that is not of its kind at all is an error. Foreign text in a
// result is neutral (account.Neutral) where it is meant for showing, and has passed the checks of package account
// everywhere else.
//
// # Why a file's trust is kept apart
//
// A file may name certificates, authorities and consents. Whoever made the file would decide by them where a password
// goes, so that [Imported] holds them beside the account, for the user to see first.
package format

import (
	"fmt"
	"portolan/account"
	"strings"
)

// A Remark is something that the user should know about a file that was written or read.
type Remark struct {
	Role account.Role // the server that it is about, RoleUnknown for the whole file
	Text string       // one sentence
}

// A FileError says why a file could not be used at all, in one sentence.
type FileError struct{ Reason string }

// Error gives the sentence.
func (e *FileError) Error() string { return e.Reason }

// An AccountError says why an account cannot be written in a format.
type AccountError struct{ Problems []account.Problem }

// Error gives the sentences, each behind the name of its field.
func (e *AccountError) Error() string {
	var b strings.Builder
	for i, p := range e.Problems {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%s: %s", p.Field, p.Message)
	}
	return b.String()
}

// Thunderbird is the name of the format that Thunderbird and many other mail programs look for: autoconfig XML.
const Thunderbird = "thunderbird"

// Names lists the formats that Write and Export know.
func Names() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.Name)
	}
	return names
}

// Write gives an account in the format of that name, without a password; of a format with several files the first. The
// error is an *AccountError where the account does not fit the format; an unknown name is an error too.
func Write(name string, a account.Account) ([]byte, []Remark, error) {
	out, err := Export(name, a, Options{})
	if err != nil {
		return nil, nil, err
	}
	if n := len(out.Files); n > 1 {
		out.Remarks = append(out.Remarks, Remark{Text: fmt.Sprintf("This is %s, the first of %d files of this format.", out.Files[0].Path, n)})
	}
	return out.Files[0].Data, out.Remarks, nil
}
