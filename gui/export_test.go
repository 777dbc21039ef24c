package gui

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"portolan/account"
	"portolan/account/format"
	"portolan/gui/setup"
)

// exportState is a state with an open export dialog.
func exportState() setup.State {
	s := foundState()
	s.Export = setup.ExportState{
		Open: true, Format: format.Thunderbird, Path: "/folder/of/mine/domain.example.xml",
		Preview: strings.Repeat("    <incomingServer type=\"imap\">a line that is rather long, as lines of XML can be, and longer</incomingServer>\n", 40),
		Remarks: []format.Remark{
			{Role: account.Incoming, Text: "The certificate of this server was accepted by you; other programs will ask about it again."},
			{Text: "The file holds no password."},
		},
	}
	return s
}

// exporting opens the export dialog of a state.
func exporting(t *testing.T, size fyne.Size, s setup.State) (*exporter, fyne.Window) {
	t.Helper()
	w := newStage(t, size)
	e := newExporter(quietSession(), w)
	e.render(s)
	settle(w)
	return e, w
}

func TestExportDialogClipsNothingAtAnySize(t *testing.T) {
	for _, size := range advancedSizes() {
		for _, result := range []string{"", "done", "error"} {
			t.Run(fmt.Sprintf("%.0fx%.0f %s", size.Width, size.Height, result), func(t *testing.T) {
				s := exportState()
				switch result {
				case "done":
					s.Export.Done = s.Export.Path
				case "error":
					s.Export.Error = "The file could not be written: permission denied, which is a long story that needs a second line."
				}
				_, w := exporting(t, size, s)
				checkUnclipped(t, w.Canvas().Overlays().Top(), size.Width)
			})
		}
	}
}

func TestExportDialogShowsWhatTheStateSays(t *testing.T) {
	s := exportState()
	e, w := exporting(t, fyne.NewSize(720, 740), s)
	if e.preview.Text != s.Export.Preview || e.path.field.Text != s.Export.Path {
		t.Errorf("got preview %.20q and path %q, want those of the state", e.preview.Text, e.path.field.Text)
	}
	if got := len(e.remarks.Objects); got != 2 {
		t.Errorf("got %d remarks, want 2", got)
	}
	if w.Canvas().Focused() != e.path.field {
		t.Errorf("got focus on %T, want the path", w.Canvas().Focused())
	}
	s.Export.Writing = true
	e.render(s)
	if !e.write.Disabled() || e.write.Text != "Writing…" {
		t.Errorf("got a button %q that is usable: %t, want it waiting", e.write.Text, !e.write.Disabled())
	}
	s.Export.Writing, s.Export.Done = false, s.Export.Path
	e.render(s)
	if e.done.text.Text != "Written to "+s.Export.Path || !e.done.box.Visible() || !e.sheet.visible() {
		t.Errorf("got %q, want it said where the file is, and the dialog open", e.done.text.Text)
	}
	s.Export.Done, s.Export.Error = "", "No room on the disk."
	e.render(s)
	if e.wrong.text.Text != "No room on the disk." || !e.wrong.box.Visible() || e.done.box.Visible() {
		t.Errorf("got %q, want the error alone", e.wrong.text.Text)
	}
	s.Export = setup.ExportState{}
	e.render(s)
	if w.Canvas().Overlays().Top() != nil {
		t.Error("got the dialog open, want it closed")
	}
}

func TestExportMenuIsUsableOnceThereIsSomethingToWrite(t *testing.T) {
	e := newExporter(quietSession(), newStage(t, fyne.NewSize(720, 740)))
	if !e.menu().Items[0].Disabled {
		t.Error("got a usable entry, want none before anything was found")
	}
	e.render(setup.State{CanWrite: true})
	if e.menu().Items[0].Disabled {
		t.Error("got a disabled entry, want it usable")
	}
	e.render(setup.State{})
	if !e.menu().Items[0].Disabled {
		t.Error("got a usable entry, want none any more")
	}
}

func TestReplacingAFileIsAskedAndNeverConfirmedByEnter(t *testing.T) {
	e, w := exporting(t, fyne.NewSize(720, 740), exportState())
	e.onReplace(exportState().Export)
	if n := len(w.Canvas().Overlays().List()); n != 2 {
		t.Fatalf("got %d dialogs, want the question over the export", n)
	}
	typeKey(w, fyne.KeyReturn)
	w.Canvas().FocusNext()
	if b, ok := w.Canvas().Focused().(*button); !ok || b.Text != "Keep the old file" {
		t.Errorf("got focus on %v, want no first", w.Canvas().Focused())
	}
	w.Canvas().FocusNext()
	typeKey(w, fyne.KeyReturn)
	if !e.replace.visible() {
		t.Error("got the question answered by Enter, want it open")
	}
	typeKey(w, fyne.KeyEscape)
	if e.replace.visible() || !e.sheet.visible() {
		t.Error("got something else, want the question closed and the export open")
	}
}

func TestFileDialogsStandOverTheWindowAndEscapeClosesThem(t *testing.T) {
	w := newStage(t, fyne.NewSize(720, 740))
	showOpen(quietSession(), w)
	if w.Canvas().Overlays().Top() == nil {
		t.Fatal("got no dialog, want one")
	}
	typeKey(w, fyne.KeyEscape)
	if w.Canvas().Overlays().Top() != nil {
		t.Error("got the dialog open, want it closed")
	}
}

func TestNothingIsOpenedOverAQuestion(t *testing.T) {
	_, w := asking(t, fyne.NewSize(720, 740), askedStates()["domain"])
	showOpen(quietSession(), w)
	showAbout(w, "1.2.3")
	if n := len(w.Canvas().Overlays().List()); n != 1 {
		t.Errorf("got %d dialogs, want the question alone", n)
	}
}

func TestAboutSaysWhatTheProgramIs(t *testing.T) {
	for _, size := range advancedSizes() {
		w := newStage(t, size)
		showAbout(w, "1.2.3")
		settle(w)
		checkUnclipped(t, w.Canvas().Overlays().Top(), size.Width)
		typeKey(w, fyne.KeyEscape)
		if w.Canvas().Overlays().Top() != nil {
			t.Error("got the dialog open, want it closed")
		}
	}
}

func TestSaveLogClipsNothing(t *testing.T) {
	for _, size := range advancedSizes() {
		w := newStage(t, size)
		showSaveLog(quietSession(), w)
		settle(w)
		checkUnclipped(t, w.Canvas().Overlays().Top(), size.Width)
	}
}
