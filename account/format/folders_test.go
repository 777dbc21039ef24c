package format

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"portolan/account"
)

// genFolders draws names of folders, some of them unknown.
func genFolders(t *rapid.T) account.Folders {
	var f account.Folders
	for _, u := range account.FolderUses() {
		if name := nasty().Draw(t, u.String()); account.CheckFolder(name) == nil && rapid.Bool().Draw(t, "known") {
			f = f.With(u, name)
		}
	}
	return f
}

// F-8: whatever a server calls its folders, a program finds the very names and no key more.
func TestFolderNamesReachTheProgramsAsTheyAre(t *testing.T) {
	for _, c := range []struct {
		name   string
		read   func(string) ([]setting, error)
		prefix string
		keys   map[string]account.FolderUse
		fits   func(string) bool
	}{
		{Neomutt, readNeomuttrc, "+", map[string]account.FolderUse{"record": account.SentFolder, "postponed": account.DraftsFolder, "trash": account.TrashFolder}, nil},
		{Aerc, readAercConf, "", map[string]account.FolderUse{"copy-to": account.SentFolder, "postpone": account.DraftsFolder, "archive": account.ArchiveFolder}, func(name string) bool {
			_, fits := aercValue(name)
			return fits
		}},
		{Himalaya, readTOML, "", map[string]account.FolderUse{
			"mailbox.alias.sent": account.SentFolder, "mailbox.alias.drafts": account.DraftsFolder, "mailbox.alias.trash": account.TrashFolder,
			"mailbox.alias.junk": account.JunkFolder, "mailbox.alias.archive": account.ArchiveFolder,
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				a := sample()
				a.Folders = genFolders(t)
				out := mustText(t, c.name, a, Options{})
				got, err := c.read(out)
				if err != nil {
					t.Fatalf("got %v, want a file that can be read: %s", err, out)
				}
				values := map[string]string{}
				for _, s := range got {
					values[s.key] = s.value
				}
				for key, use := range c.keys {
					want := a.Folders.Of(use)
					switch {
					case want != "" && (c.fits == nil || c.fits(want)):
						want = c.prefix + want
					case key == "copy-to" && want == "":
						want = "Sent"
					default:
						want = ""
					}
					if values[key] != want {
						t.Fatalf("%s: got %q, want %q in %s", key, values[key], want, out)
					}
				}
				plain := a
				for _, u := range account.FolderUses() {
					if name := a.Folders.Of(u); name != "" && (c.fits == nil || c.fits(name)) {
						plain.Folders = plain.Folders.With(u, "x")
					}
				}
				want, err := c.read(mustText(t, c.name, plain, Options{}))
				if err != nil {
					t.Fatal(err)
				}
				if g, w := keysOf(got), keysOf(want); !slices.Equal(g, w) {
					t.Fatalf("got keys %q, want %q in %s", g, w, out)
				}
			})
		})
	}
}

func TestOurOwnFileKeepsTheFolders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := sample()
		a.Folders = genFolders(t)
		read, err := Read("", []byte(mustText(t, JSON, a, Options{})))
		if err != nil || len(read) != 1 || read[0].Folders != a.Folders {
			t.Fatalf("got %+v, %v, want %+v", read, err, a.Folders)
		}
	})
}

func TestAFilesBadFolderNamesAreLeftOutAndSaid(t *testing.T) {
	a := sample()
	a.Folders.Sent = "Sent"
	good := mustExport(t, JSON, a, Options{}).Text
	pop := sample()
	pop.Incoming.Protocol, pop.Incoming.Port = account.POP3, 995
	for _, text := range []string{
		strings.Replace(good, `"sent": "Sent"`, `"sent": "a\nset x"`, 1),
		strings.Replace(mustExport(t, JSON, pop, Options{}).Text, `"trust"`, `"folders": {"sent": "Sent"}, "trust"`, 1),
	} {
		read, err := Read("", []byte(text))
		if err != nil || len(read) != 1 || read[0].Folders != (account.Folders{}) || !strings.Contains(said(read[0].Remarks), "names of the folders") {
			t.Errorf("got %+v, %v, want no folders, and a remark, from %s", read, err, text)
		}
	}
}

func TestASheetListsTheFoldersThatAreKnown(t *testing.T) {
	a := sample()
	if out := mustExport(t, Sheet, a, Options{}); strings.Contains(out.Text, "Folders") {
		t.Errorf("got %s, want nothing about folders", out.Text)
	}
	a.Folders = account.Folders{Sent: "Gesendet", Trash: "INBOX.Trash"}
	out := mustExport(t, Sheet, a, Options{})
	for _, want := range []string{"Sent mail        Gesendet\n", "Deleted mail     INBOX.Trash\n"} {
		if !strings.Contains(out.Text, want) || strings.Contains(out.Text, "Drafts") {
			t.Errorf("got %s, want %q and no drafts", out.Text, want)
		}
	}
}

func TestFoldersOfAMailboxReadByPOP3AreInNoFile(t *testing.T) {
	a := sample()
	a.Incoming.Protocol, a.Incoming.Port = account.POP3, 995
	a.Folders = account.Folders{Sent: "Gesendet"}
	bad := sample()
	bad.Folders = account.Folders{Sent: "Gesendet\nset x = y"}
	for _, f := range Formats() {
		for _, a := range []account.Account{a, bad} {
			if out, err := Export(f.Name, a, Options{}); err == nil && strings.Contains(out.Text, "Gesendet") {
				t.Errorf("%s: got %s, want no folder in it", f.Name, out.Text)
			}
		}
	}
}

func TestAercIsToldWhichFolderDoesNotFit(t *testing.T) {
	a := sample()
	a.Folders = account.Folders{Sent: "a,b", Drafts: "50%(x)s", Archive: "`"}
	out := mustExport(t, Aerc, a, Options{})
	if strings.Contains(out.Text, "copy-to") || strings.Contains(out.Text, "postpone") || strings.Contains(out.Text, "archive") || strings.Count(said(out.Remarks), "is not in the file") != 3 {
		t.Errorf("got %s and %s, want three remarks in the place of three lines", out.Text, said(out.Remarks))
	}
}
