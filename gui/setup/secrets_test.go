package setup

import (
	"context"
	"crypto/x509"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/account/format"
	"portolan/probe"
	"portolan/probe/discover"
	"portolan/probe/mailtest"
)

// awkward is a password in which every encoder has something to treat.
const awkward = `p"a\ss wörd <&> 7`

// sesame is such a password, of the file with the client certificate.
const sesame = `ö"pen\ <&> sésame`

// A worldly runner searches in a scripted world, whose authority it trusts.
type worldly struct {
	world *mailtest.World
	fault bool // panics after the first sign-in
}

func (w worldly) Run(ctx context.Context, q probe.Request) iter.Seq[probe.Event] {
	q.Policy.Trust.Authorities = append(q.Policy.Trust.Authorities, w.world.Authority())
	finder := discover.Finder{Resolver: w.world, Dialer: w.world, Authorities: []*x509.Certificate{w.world.Authority()}, Settings: discover.Settings{ISPDB: "off"}}
	return func(yield func(probe.Event) bool) {
		for e := range (&probe.Prober{Finder: finder, Dialer: w.world}).Run(ctx, q) {
			if !yield(e) {
				return
			}
			if w.fault && e.Kind == probe.SignInChanged {
				panic("no luck with " + awkward)
			}
		}
	}
}

// K-2, G-10, V-6: whatever a search comes to, no password is in anything that the window can show, copy or save: no State, no
// log, no export without consent, no file in the folder of the accounts; nor the one that opens the client certificate's file, nor
// the key in it. A panic in the search is an answer, too.
func TestNoEndingInTheWindowTellsThePassword(t *testing.T) {
	all, err := mailtest.Endings(awkward)
	if err != nil {
		t.Fatal(err)
	}
	file, key := lockedCertificate(t, sesame)
	secrets := append(key, awkward, sesame)
	for _, e := range all {
		folder := t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			told := searchIn(t, e, folder, file)
			if forms := mailtest.Leaks(told, []string{"alice@example.test", "alice"}, secrets...); forms != nil || strings.Contains(told, "no luck") {
				t.Errorf("%s: got %q, want no form of the password", e.Name, forms)
			}
		})
		for name, text := range filesBelow(t, folder) {
			if forms := mailtest.Leaks(text, []string{"alice@example.test", "alice"}, secrets...); forms != nil {
				t.Errorf("%s: got %q in %s, want no form of the password", e.Name, forms, name)
			}
		}
	}
}

// searchIn searches in a world with a client certificate, saves what can be saved, and gives everything that was drawn or can
// be copied.
func searchIn(t *testing.T, e mailtest.Ending, folder, certificate string) string {
	t.Helper()
	world, err := mailtest.NewWorld(e.Map)
	if err != nil {
		t.Fatal(err)
	}
	defer world.Close()
	var told strings.Builder
	d := &desk{posts: make(chan func(), 4096)}
	d.Session = New(Options{
		Runner: worldly{world, e.Fault}, Folder: folder, Post: func(f func()) { d.posts <- f },
		Draw:    func(s State) { d.drawn, d.draws = s, d.draws+1; _, _ = fmt.Fprintf(&told, "%v %+v %#v\n", s, s, s) },
		Keeping: Keeping{Folder: filepath.Join(folder, "accounts")},
	})
	defer d.Close()
	d.until(t, "the accounts", func(s State) bool { return !s.Shelf.Loading })
	d.Type(account.FieldAddress, "alice@example.test")
	d.Type(account.FieldPassword, awkward)
	d.ChooseCertificate(certificate)
	d.TypeCertificatePassword("wrong")
	d.untilRead(t)
	d.TypeCertificatePassword(sesame)
	if c := d.untilRead(t); c.Mine == nil {
		t.Errorf("%s: got %+v, want the certificate open", e.Name, c)
	}
	d.Find()
	if e.Cancel > 0 {
		time.Sleep(e.Cancel)
		d.Stop()
	}
	end := d.untilResting(t)
	if e.Fault && !strings.Contains(fmt.Sprintf("%+v", end.Verdict), "inside Portolan") && end.Verdict.Tone == Success {
		t.Errorf("%s: got %+v, want the fault told", e.Name, end.Verdict)
	}
	told.WriteString(d.LogText(ShowNames))
	d.SaveLog(filepath.Join(folder, "saved.log"), ShowNames, false)
	exportAll(t, d)
	d.SaveAccount()
	d.AnswerAsk(false)
	time.Sleep(5 * time.Second) // what is written a little later is written
	for len(d.posts) > 0 {
		(<-d.posts)()
	}
	return told.String()
}

// exportAll writes every format, without the password.
func exportAll(t *testing.T, d *desk) {
	t.Helper()
	if !d.drawn.CanWrite {
		return
	}
	for _, name := range format.Names() {
		d.Export(name)
		d.until(t, "the preview of "+name, func(s State) bool { return s.Export.Preview != "" || s.Export.Error != "" || s.Export.Code != nil })
		d.Write(true)
		d.until(t, name, func(s State) bool { return s.Export.Done != "" || s.Export.Error != "" })
		d.CloseExport()
	}
}

// filesBelow reads every file below a folder.
func filesBelow(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[path] = string(text)
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d files, %v, want some", len(files), err)
	}
	return files
}
