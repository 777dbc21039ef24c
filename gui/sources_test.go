package gui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"portolan/gui/setup"
)

// sourcesState is a finished search in which sources said all that they can say.
func sourcesState() setup.State {
	s := foundState()
	s.Sources = setup.Sources{
		Rows: []setup.SourceRow{
			{
				Tone: setup.Warning, Spoke: true, Head: "Settings on the domain's web server · autoconfig.domain.example", Took: 312 * time.Millisecond,
				Note: "Named IMAP old.domain.example:143 and SMTP smtp.domain.example:587 · not used, it does not work · the servers say otherwise at IMAP old.domain.example:143",
			},
			{Tone: setup.Success, Spoke: true, Head: "Service names in the domain's DNS · domain.example", Note: "Named IMAP imap.domain.example:993 · used", Took: 48 * time.Millisecond},
			{Head: "Autodiscover · " + strings.Repeat("a-long-name.", 12) + "example", Note: "Nothing there · There is no autodiscover.domain.example.", Took: 9 * time.Millisecond},
			{Spoke: true, Head: "Where the domain's mail is delivered (MX) · domain.example", Note: "Knows nothing of this domain · Mail for domain.example is delivered to mx.hoster.example."},
		},
		Disagree: []string{"The sources do not agree about incoming mail: old.domain.example (Settings on the domain's web server) and imap.domain.example (Service names in the domain's DNS) were named. What the servers themselves do decides."},
	}
	return s
}

// askingState is a search whose sources have not all answered.
func askingState() setup.State {
	s := sourcesState()
	s.Phase, s.Searched, s.Sources.Disagree = setup.Running, false, nil
	s.Sources.Rows = slices.Clone(s.Sources.Rows)
	for i := range s.Sources.Rows[1:] {
		s.Sources.Rows[i+1] = setup.SourceRow{Asking: true, Head: s.Sources.Rows[i+1].Head, Note: "Asking…"}
	}
	return s
}

func TestSourcesClipNothingAtAnySize(t *testing.T) {
	for name, state := range map[string]setup.State{"answered": sourcesState(), "asking": askingState()} {
		for _, size := range advancedSizes() {
			for _, all := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, all %t, %.0fx%.0f", name, all, size.Width, size.Height), func(t *testing.T) {
					a, w := advancedOn(t, size, state)
					if all {
						test.Tap(a.sources.fold)
					}
					settle(w)
					checkUnclipped(t, w.Content(), size.Width)
				})
			}
		}
	}
}

func TestSourcesThatSaidNothingAreShownOnDemand(t *testing.T) {
	a, _ := advancedOn(t, fyne.NewSize(1000, 900), sourcesState())
	l := a.sources
	if got := len(l.lines.Objects); got != 3 || l.fold.Text != "Show all 4" {
		t.Fatalf("got %d rows and %q, want three and the way to all four", got, l.fold.Text)
	}
	l.fold.TypedKey(key(fyne.KeyReturn))
	if got := len(l.lines.Objects); got != 4 || l.fold.Text != "Show fewer" {
		t.Errorf("got %d rows and %q, want all four", got, l.fold.Text)
	}
	test.Tap(l.fold)
	if got := len(l.lines.Objects); got != 3 {
		t.Errorf("got %d rows, want three again", got)
	}
}

func TestSourcesSayWhereTheyDisagree(t *testing.T) {
	a, _ := advancedOn(t, fyne.NewSize(1000, 900), sourcesState())
	if !a.sources.wrong.Visible() || len(a.sources.wrong.Objects) != 1 {
		t.Error("got no word on the contradiction, want one")
	}
	if got := a.sources.summary.Text; !strings.Contains(got, "3 of them") {
		t.Errorf("got %q, want three counted", got)
	}
	a.render(askingState())
	if a.sources.wrong.Visible() {
		t.Error("got a contradiction while there is none, want it gone")
	}
	if got := a.sources.summary.Text; got != "1 of 4 have answered so far." {
		t.Errorf("got %q, want the answers counted", got)
	}
}

func TestWithoutSourcesThereIsNoList(t *testing.T) {
	a, _ := advancedOn(t, fyne.NewSize(1000, 900), foundState())
	if a.sources.box.Visible() {
		t.Error("got an empty list, want none")
	}
	a.render(sourcesState())
	if !a.sources.box.Visible() {
		t.Error("got no list, want one")
	}
}

// G-11.
func TestSourcesAreNeverToldApartByColourAlone(t *testing.T) {
	for _, r := range slices.Concat(sourcesState().Sources.Rows, askingState().Sources.Rows) {
		if r.Note == "" || sourceIcon(r) == nil {
			t.Errorf("got %+v, want words and an icon", r)
		}
	}
}
