package setup

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"portolan/account"
	"portolan/account/format"
	"portolan/probe"
)

// ready is a desk on which a search has found everything.
func ready(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t, &script{runs: [][]probe.Event{well()}}).fill()
	d.Find()
	if s := d.untilResting(t); !s.CanWrite {
		t.Fatalf("got %+v, want something to write", s.Verdict)
	}
	return d
}

// wrote writes the open export and waits for it.
func (d *desk) wrote(t *testing.T, replace bool) ExportState {
	t.Helper()
	d.Write(replace)
	return d.until(t, "the end of the writing", func(s State) bool { return !s.Export.Writing }).Export
}

func TestEveryFormatHasAPreviewAndASuggestedName(t *testing.T) {
	d := ready(t)
	for _, f := range format.Formats() {
		d.Export(f.Name)
		e := d.drawn.Export
		if !e.Open || e.Error != "" || e.Preview == "" || e.Title != f.Title || e.Folder != f.Folder || !strings.HasSuffix(e.Path, f.Extension) {
			t.Errorf("%s: got %+v", f.Name, e)
		}
		if (e.Password != PasswordNever) != f.Secret || strings.Contains(e.Preview, password) {
			t.Errorf("%s: got choice %d, want the password left out, and to be had %t", f.Name, e.Password, f.Secret)
		}
		d.CloseExport()
	}
}

func TestAPasswordIsInTheFileAloneAndOnlyWhereItWasAskedFor(t *testing.T) {
	d := ready(t)
	for _, name := range []string{format.Msmtp, format.Android, format.AndroidPNG, format.Sheet} {
		d.Export(name)
		plain := d.drawn.Export
		d.ExportPassword(true)
		e := d.drawn.Export
		if all := fmt.Sprintf("%+v", d.drawn); strings.Contains(all, password) || !strings.Contains(e.Preview, passwordMark) || e.Code != nil {
			t.Errorf("%s: got the password or its code in the state, want only its place", name)
		}
		if filepath.Base(e.Path) == filepath.Base(plain.Path) || !strings.Contains(e.Path, "with-password") {
			t.Errorf("%s: got path %s, want a name that tells", name, e.Path)
		}
		if e = d.wrote(t, false); e.Done == "" {
			t.Fatalf("%s: got %+v", name, e)
		}
		data, err := os.ReadFile(e.Path)
		about, _ := os.Stat(e.Path)
		if err != nil || about.Mode().Perm() != 0o600 || name != format.AndroidPNG && !strings.Contains(string(data), password) {
			t.Errorf("%s: got mode %v and %v, want 0600 and the password in it", name, about.Mode(), err)
		}
		d.ExportPassword(false)
		if e = d.drawn.Export; e.Path != plain.Path || e.Preview != plain.Preview || e.Done != "" || len(e.Code) != len(plain.Code) {
			t.Errorf("%s: got %+v, want it as before the tick", name, e)
		}
		d.CloseExport()
	}
}

func TestATypedPathSurvivesTheTickForThePassword(t *testing.T) {
	d := ready(t)
	d.Export(format.Msmtp)
	d.ExportPath("/somewhere/msmtprc")
	d.ExportPassword(true)
	if got := d.drawn.Export.Path; got != "/somewhere/msmtprc" {
		t.Errorf("got %s, want what was typed", got)
	}
}

func TestAFormatWithoutAPlaceForThePasswordHasNoChoice(t *testing.T) {
	d := ready(t)
	d.Export(format.Thunderbird)
	d.ExportPassword(true)
	if e := d.drawn.Export; e.Password != PasswordNever || strings.Contains(e.Path, "password") {
		t.Errorf("got %+v, want no choice", e)
	}
	d.CloseExport()
	d.Type(account.FieldPassword, "")
	if d.Export(format.Msmtp); d.drawn.Export.Open && d.drawn.Export.Password != PasswordNever {
		t.Errorf("got %+v, want no choice without a password", d.drawn.Export)
	}
}

func TestAFolderIsWrittenWholeAndAskedAboutTogether(t *testing.T) {
	d := ready(t)
	d.Export(format.ThunderbirdDomain)
	e := d.drawn.Export
	if len(e.Files) < 4 || e.Exists {
		t.Fatalf("got %+v, want several files", e)
	}
	if e = d.wrote(t, false); e.Done != e.Path || !e.Exists || len(e.Existing) != len(e.Files) {
		t.Fatalf("got %+v, want all written", e)
	}
	for _, f := range e.Files {
		about, err := os.Stat(filepath.Join(e.Path, filepath.FromSlash(f)))
		if err != nil || about.Mode().Perm()&0o400 == 0 || about.Size() == 0 {
			t.Errorf("%s: got %v", f, err)
		}
	}
	kept := filepath.Join(e.Path, "README.txt")
	if err := os.WriteFile(kept, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if e = d.wrote(t, false); e.Error != existsAlready {
		t.Errorf("got %+v, want a question first", e)
	}
	if text, _ := os.ReadFile(kept); string(text) != "mine" {
		t.Errorf("got %q, want it as it was", text)
	}
	if e = d.wrote(t, true); e.Done == "" {
		t.Errorf("got %+v, want it replaced", e)
	}
	if text, _ := os.ReadFile(kept); string(text) == "mine" {
		t.Error("got the old file, want it replaced")
	}
	d.ExportPath(kept)
	if e = d.wrote(t, true); e.Done != "" || !strings.Contains(e.Error, "not written") {
		t.Errorf("got %+v, want it said that a file is no folder", e)
	}
}
