package gui

import (
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"

	"portolan/account/format"
	"portolan/gui/setup"
	"portolan/probe/explain"
)

// allWords joins what can be read in a dialog.
func allWords(o fyne.CanvasObject) string {
	var all []string
	for _, part := range test.LaidOutObjects(o) {
		all = append(all, wordsIn(part))
	}
	return strings.Join(all, "\n")
}

// dropped is a file with a text, as it comes when it is dropped.
func dropped(t *testing.T, name, text string) fyne.URI {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return storage.NewFileURI(path)
}

// entries lists the entries of a menu and its submenus.
func entries(m *fyne.Menu) (all []*fyne.MenuItem) {
	for _, item := range m.Items {
		switch {
		case item.ChildMenu != nil:
			all = append(all, entries(item.ChildMenu)...)
		case !item.IsSeparator:
			all = append(all, item)
		}
	}
	return all
}

func TestEveryFormatIsInTheMenuOnceWithThunderbirdFirst(t *testing.T) {
	e := newExporter(quietSession(), newStage(t, fyne.NewSize(720, 740)))
	got := map[string]int{}
	for _, item := range entries(e.menu()) {
		got[item.Label]++
		if !item.Disabled {
			t.Errorf("%s: got it usable, want it only once there is something to write", item.Label)
		}
	}
	for _, f := range format.Formats() {
		if name := formatEntry(f.Title); got[name] != 1 {
			t.Errorf("%s: got it %d times, want once", name, got[name])
		}
	}
	if first := e.menu().Items[0].Label; first != "Thunderbird (autoconfig XML)…" {
		t.Errorf("got %q first, want Thunderbird", first)
	}
	e.render(setup.State{CanWrite: true})
	for _, item := range append(entries(e.menu()), e.menu().Items...) {
		if item.Disabled {
			t.Errorf("%q: got it disabled, want all usable", item.Label)
		}
	}
}

// qr is a code of a usual size.
func qr() [][]bool {
	code := make([][]bool, 61)
	for y := range code {
		code[y] = make([]bool, 61)
		for x := range code[y] {
			code[y][x] = (x+y)%2 == 0
		}
	}
	return code
}

// formatStates are export dialogs of every kind.
func formatStates() map[string]setup.State {
	code, folder, secret := exportState(), exportState(), exportState()
	code.Export.Format, code.Export.Title, code.Export.Code, code.Export.Password = format.AndroidPNG, "Thunderbird for Android (QR code, PNG)", qr(), setup.PasswordLeftOut
	folder.Export.Format, folder.Export.Title, folder.Export.Folder = format.ThunderbirdDomain, "Thunderbird, for a whole domain (folder to publish)", true
	folder.Export.Files = []string{"autoconfig.domain.example/mail/config-v1.1.xml", "domain.example.zone", "README.txt"}
	folder.Export.Path = "/folder/of/mine/domain.example-autoconfig"
	secret.Export.Format, secret.Export.Title, secret.Export.Password = format.Msmtp, "msmtp", setup.PasswordIncluded
	return map[string]setup.State{"code": code, "folder": folder, "password": secret}
}

func TestNoKindOfExportClipsAnything(t *testing.T) {
	for name, s := range formatStates() {
		for _, size := range advancedSizes() {
			t.Run(fmt.Sprintf("%s %.0fx%.0f", name, size.Width, size.Height), func(t *testing.T) {
				_, w := exporting(t, size, s)
				checkUnclipped(t, w.Canvas().Overlays().Top(), size.Width)
			})
		}
	}
}

func TestAFolderIsCalledOneAndItsFilesAreAskedAboutTogether(t *testing.T) {
	s := formatStates()["folder"]
	e, w := exporting(t, fyne.NewSize(560, 480), s)
	if e.path.label.Text != "Folder" || e.write.Text != "Write 3 files" || e.include.Visible() {
		t.Errorf("got %q and %q, want a folder of 3 files", e.path.label.Text, e.write.Text)
	}
	s.Export.Existing = s.Export.Files[:2]
	e.onReplace(s.Export)
	settle(w)
	checkUnclipped(t, w.Canvas().Overlays().Top(), 560)
	words := allWords(w.Canvas().Overlays().Top())
	for _, name := range s.Export.Existing {
		if !strings.Contains(words, name) {
			t.Errorf("got %q, want %s named", words, name)
		}
	}
}

func TestThePasswordIsLeftOutUntilSomebodyTicksIt(t *testing.T) {
	s := formatStates()["code"]
	e, _ := exporting(t, fyne.NewSize(720, 740), s)
	if !e.include.Visible() || e.include.Checked || e.risk.box.Visible() || !e.code.box.Visible() {
		t.Error("got something else, want an open tick, no warning, and the code")
	}
	s.Export.Password, s.Export.Code = setup.PasswordIncluded, nil
	e.render(s)
	if !e.include.Checked || !e.risk.box.Visible() || e.code.box.Visible() {
		t.Error("got something else, want the tick, what it does, and no code")
	}
}

func TestACodeIsBlackOnWhiteWithItsMarginInBothThemes(t *testing.T) {
	for _, look := range []look{lookLight, lookDark} {
		a := test.NewTempApp(t)
		a.Settings().SetTheme(newTheme(look))
		v := newCodeView()
		v.draw(qr())
		if least := v.raster.MinSize(); least.Width < 69*leastModule {
			t.Errorf("got %v, want %d for each module", least, leastModule)
		}
		img := v.raster.Generator(69*5+3, 69*5)
		at := func(x, y int) color.Color { return color.GrayModel.Convert(img.At(x, y)) }
		for name, want := range map[string]struct {
			x, y int
			gray uint8
		}{
			"the margin": {1 + 4*5 - 1, 4*5 - 1, 255}, "a dark module": {1 + 4*5, 4 * 5, 0}, "its last pixel": {1 + 5*5 - 1, 5*5 - 1, 0},
			"a light module": {1 + 5*5, 4 * 5, 255}, "the other margin": {1 + 65*5, 65 * 5, 255},
		} {
			if got := at(want.x, want.y); got != (color.Gray{Y: want.gray}) {
				t.Errorf("%s: got %v, want %d", name, got, want.gray)
			}
		}
	}
}

// importStates are the dialogs about a file.
func importStates() map[string]setup.State {
	long := strings.Repeat("A sentence on what is odd here. ", 5)
	choice := setup.ImportState{File: "prefs.js", Number: 1}
	for i := range 9 {
		choice.Accounts = append(choice.Accounts, setup.ImportChoice{
			Head: fmt.Sprintf("somebody.with.a.long.name%d@domain.example", i), Note: "IMAP imap.domain.example:993, TLS; SMTP smtp.domain.example:465, TLS",
		})
	}
	lint := setup.ImportState{
		File: strings.Repeat("long", 15) + ".xml", Number: 2,
		Understood: []explain.Detail{{Label: "Incoming", Value: "IMAP imap.domain.example:993, TLS, user name ada@domain.example"}, {Label: "Outgoing", Value: "SMTP smtp.domain.example:465, TLS"}},
		Lint: []format.LintLine{
			{Line: 3, Who: format.Desktop, Severity: format.Ignored, Text: long}, {Line: 12, Who: format.Mobile, Severity: format.Rejected, Text: long},
			{Line: 14, Who: format.Desktop, Severity: format.Changed, Text: long},
		},
	}
	nothing := lint
	nothing.Understood = nil
	return map[string]setup.State{"choice": {Import: choice}, "lint": {Import: lint}, "nothing": {Import: nothing}}
}

// importing opens the dialog of a state.
func importing(t *testing.T, size fyne.Size, s setup.State) (*importer, fyne.Window) {
	t.Helper()
	w := newStage(t, size)
	i := newImporter(quietSession(), w)
	i.render(s)
	settle(w)
	return i, w
}

func TestNoDialogAboutAFileClipsAnything(t *testing.T) {
	for name, s := range importStates() {
		for _, size := range advancedSizes() {
			t.Run(fmt.Sprintf("%s %.0fx%.0f", name, size.Width, size.Height), func(t *testing.T) {
				_, w := importing(t, size, s)
				checkUnclipped(t, w.Canvas().Overlays().Top(), size.Width)
			})
		}
	}
}

func TestLintSaysLineAndProgramAndWhatItDoes(t *testing.T) {
	i, w := importing(t, fyne.NewSize(720, 740), importStates()["lint"])
	words := allWords(w.Canvas().Overlays().Top())
	for _, want := range []string{"Line 3. Thunderbird: ignores this.", "Line 12. Thunderbird for Android: refuses the whole file.", "imap.domain.example:993"} {
		if !strings.Contains(words, want) {
			t.Errorf("got %q, want %q in it", words, want)
		}
	}
	i.render(setup.State{})
	if w.Canvas().Overlays().Top() != nil {
		t.Error("got the dialog open, want it closed")
	}
}

func TestADroppedFileOfTwoAccountsAsksAndWhatIsPressedIsOpened(t *testing.T) {
	for _, c := range []struct {
		presses         int // of Tab
		button, address string
		accounts        int
	}{
		{4, "bob@other.example", "bob@other.example", 1}, // after the foot, the second account
		{2, "Open all", "ada@domain.example", 2},
	} {
		d := newDeck(t, &script{})
		d.drop([]fyne.URI{dropped(t, "msmtprc", "account a\nhost smtp.domain.example\nport 465\ntls on\ntls_starttls off\nauth on\nuser ada\nfrom ada@domain.example\n"+
			"account b\nhost smtp.other.example\nport 465\ntls on\ntls_starttls off\nauth on\nuser bob\nfrom bob@other.example\n")})
		d.pump("the question", func() bool { return d.importer.sheet != nil && d.importer.sheet.visible() })
		for range c.presses {
			d.win.Canvas().FocusNext()
		}
		if b, ok := d.win.Canvas().Focused().(*button); !ok || b.Text != c.button {
			t.Fatalf("got %v, want %s", d.win.Canvas().Focused(), c.button)
		}
		typeKey(d.win, fyne.KeyReturn)
		s := d.session.State()
		if s.Form.Address != c.address || len(s.Shelf.Accounts) != c.accounts || d.win.Canvas().Overlays().Top() != nil {
			t.Errorf("%s: got %q, %+v, want %s and no dialog", c.button, s.Form.Address, s.Shelf.Accounts, c.address)
		}
	}
}

func TestAllDroppedFilesAreOpenedAndToldOfInTurn(t *testing.T) {
	d := newDeck(t, &script{})
	file := func(name, host string) fyne.URI {
		return dropped(t, name, `<clientConfig version="1.1"><emailProvider id="x.example"><domain>x.example</domain><incomingServer type="imap"><hostname>`+host+
			`</hostname><port>993</port><socketType>SSL</socketType></incomingServer></emailProvider></clientConfig>`)
	}
	d.drop([]fyne.URI{file("one.xml", "imap.one.example"), file("two.xml", "imap.two.example")})
	for _, name := range []string{"one.xml", "two.xml"} { // neither names a sign-in method
		d.pump("what is to be known of "+name, func() bool { return d.importer.sheet != nil && d.importer.sheet.visible() })
		if got := d.session.State().Import.File; got != name {
			t.Errorf("got a dialog on %s, want one on %s", got, name)
		}
		typeKey(d.win, fyne.KeyEscape)
	}
	s := d.session.State()
	if len(s.Shelf.Accounts) != 2 || d.win.Canvas().Overlays().Top() != nil {
		t.Errorf("got %+v, %+v, want both accounts and no dialog", s.Shelf.Accounts, s.Notice)
	}
}

func TestTheCodeOfARealAccountIsDrawnAboveItsText(t *testing.T) {
	d := newDeck(t, &script{events: ready()})
	d.fill()
	d.session.Find()
	d.pump("the verdict", d.rested)
	d.session.Export(format.AndroidPNG)
	x := d.session.State().Export
	if d.exporter.code.raster == nil || !d.exporter.code.box.Visible() || len(x.Code) < 21 || !strings.HasPrefix(x.Preview, "[1,") {
		t.Fatalf("got %+v, want a code and its text", x)
	}
	d.exporter.include.SetChecked(true)
	if x = d.session.State().Export; x.Password != setup.PasswordIncluded || strings.Contains(fmt.Sprintf("%+v", d.session.State()), "wrong horse") {
		t.Errorf("got choice %d, want the tick taken and the password nowhere", x.Password)
	}
	if d.exporter.code.box.Visible() || !strings.Contains(d.exporter.preview.Text, "[password]") {
		t.Error("got the code with the password drawn, want it in the file alone")
	}
	d.session.CloseExport()
}
