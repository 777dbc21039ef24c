package setup

import (
	"context"
	"iter"
	"strings"
	"testing"

	"portolan/probe"
	"portolan/probe/discover"
)

func TestSettingsAreRightOrSayWhatIsWrong(t *testing.T) {
	for address, want := range map[string]string{
		"":                                  "",
		PublicDatabase:                      "",
		"https://ispdb.company.test/mail":   "",
		"https://ispdb.company.test:8443/":  "",
		"http://ispdb.company.test/":        "https://",
		"ispdb.company.test":                "no address of a web page",
		"https://":                          "no address of a web page",
		"https://me:secret@company.test/":   "password",
		"https://ispdb.company.test/?q=":    "?",
		"https://ispdb.company.test/#there": "#",
		"https://a b/":                      "no address of a web page",
		"https://ispdb.company.test:0/":     "port",
	} {
		got := Settings{Database: address}.Problem()
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%q: got %q, want it to say %q", address, got, want)
		}
		if off := (Settings{Database: address, NoDatabase: true}).Problem(); off != "" {
			t.Errorf("%q: got %q although nobody is asked there, want nothing", address, off)
		}
	}
}

func TestSettingsReachTheSources(t *testing.T) {
	for settings, want := range map[Settings]discover.Settings{
		{}: {},
		{NoDatabase: true, Database: "https://ispdb.company.test/"}: {ISPDB: "off"},
		{Database: "https://ispdb.company.test/", SendAddress: true, NoGuess: true}: {
			ISPDB: "https://ispdb.company.test/", SendAddress: true, NoGuess: true,
		},
	} {
		prober, ok := Search(settings).(*probe.Prober)
		if !ok || prober.Finder.Settings != want {
			t.Errorf("%+v: got %+v, want %+v", settings, prober.Finder.Settings, want)
		}
	}
}

// A choosy runner is a script that belongs to certain settings.
type choosy struct {
	*script
	settings Settings
	ran      *[]Settings
}

func (c choosy) Run(ctx context.Context, q probe.Request) iter.Seq[probe.Event] {
	return func(yield func(probe.Event) bool) {
		*c.ran = append(*c.ran, c.settings)
		c.script.Run(ctx, q)(yield)
	}
}

func TestNewSettingsStartNothingAndHoldForTheNextSearch(t *testing.T) {
	script := &script{runs: [][]probe.Event{well()}}
	var ran []Settings
	d := &desk{posts: make(chan func(), 4096)}
	first, second := Settings{NoGuess: true}, Settings{SendAddress: true}
	d.Session = New(Options{
		NewRunner: func(s Settings) Runner { return choosy{script, s, &ran} }, Folder: t.TempDir(), Post: func(f func()) { d.posts <- f },
		Draw: func(s State) { d.drawn = s }, Start: State{Settings: first},
	})
	t.Cleanup(d.Close)
	d.fill()
	d.Find()
	d.Adjust(second)
	d.Adjust(Settings{Database: "http://ispdb.company.test/"})
	if d.drawn.Settings != second {
		t.Errorf("got %+v, want %+v", d.drawn.Settings, second)
	}
	d.untilResting(t)
	if len(ran) != 1 {
		t.Fatalf("got %d runs, want the one that was asked for", len(ran))
	}
	d.Find()
	d.untilResting(t)
	if len(ran) != 2 || ran[0] != first || ran[1] != second {
		t.Errorf("got runs under %+v, want each under the settings that it began with", ran)
	}
}

func TestSettingsOutliveThePracticeMailbox(t *testing.T) {
	d := newDesk(t, &script{})
	want := Settings{NoGuess: true}
	d.Adjust(want)
	d.Practice("tls")
	d.until(t, "the mailbox", func(s State) bool { return s.Practice == "tls" })
	if d.drawn.Settings != want {
		t.Errorf("got %+v in the mailbox, want %+v", d.drawn.Settings, want)
	}
	if prober, ok := d.runner.(*probe.Prober); !ok || prober.Finder.Settings != (discover.Settings{}) {
		t.Error("got the settings in the mailbox's own search, want none")
	}
	d.Adjust(Settings{})
	if _, ok := d.runner.(*probe.Prober); !ok {
		t.Error("got the real search in the mailbox, want the mailbox's")
	}
	d.Practice("")
	if d.drawn.Settings != (Settings{}) || d.runner != d.options.Runner {
		t.Errorf("got %+v, want what was set last and the real search", d.drawn.Settings)
	}
}

func TestSettingsOfAnotherTimeThatAreWrongAreNotUsed(t *testing.T) {
	d := &desk{}
	d.Session = New(Options{Post: func(func()) {}, Draw: func(s State) { d.drawn = s }, Start: State{Settings: Settings{Database: "nonsense"}}})
	if d.drawn.Settings != (Settings{}) {
		t.Errorf("got %+v, want those of a new program", d.drawn.Settings)
	}
}

func TestTheQuestionForAServerOfAFileNamesBothDomains(t *testing.T) {
	b := book{State: State{Form: Form{Address: "alice@example.test"}}}
	b.Form.Incoming = Fields{Host: "imap.provider.example", Typed: PartHost}
	b.origin[0] = "imap.provider.example"
	b = b.asking(b.unconfirmed()).shown()
	if b.Question == nil || !strings.Contains(b.Question.Text.Title, "example.test") || !strings.Contains(b.Question.Text.Title, "provider.example") {
		t.Errorf("got %+v, want a question that names both domains", b.Question)
	}
}
