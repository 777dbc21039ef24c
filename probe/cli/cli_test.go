package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"portolan/account"
	"portolan/account/format"
	"portolan/probe"
)

func TestExitStatusIsTheFirstThatApplies(t *testing.T) {
	decision := []probe.Decision{{Kind: probe.DecideCleartext}}
	cases := []struct {
		report probe.Report
		want   int
	}{
		{probe.Report{Outcome: probe.Ready}, 0},
		{probe.Report{Outcome: probe.Found}, 0},
		{probe.Report{Outcome: probe.NeedDecision}, 4},
		{probe.Report{Outcome: probe.NeedDecision, Decisions: decision}, 4},
		{probe.Report{Outcome: probe.Found, Decisions: decision}, 4},
		{probe.Report{Outcome: probe.RefusedIn, Decisions: decision}, 4},
		{probe.Report{Outcome: probe.RefusedIn}, 3},
		{probe.Report{Outcome: probe.Incomplete}, 1},
		{probe.Report{Outcome: probe.Nothing}, 1},
		{probe.Report{Outcome: probe.Stopped}, 1},
		{probe.Report{Outcome: probe.Stopped, Decisions: decision}, 1},
		{probe.Report{}, 1},
	}
	for _, c := range cases {
		if got := Status(c.report); got != c.want {
			t.Errorf("%s with %d decisions: got %d, want %d", c.report.Outcome, len(c.report.Decisions), got, c.want)
		}
	}
}

func TestWrongUsageSearchesNothing(t *testing.T) {
	for _, args := range [][]string{
		{"-find", "nonsense"},
		{"-find", "alice@example.test", "-password-file", filepath.Join(t.TempDir(), "none")},
		{"-find", "alice@example.test", "-ca", filepath.Join(t.TempDir(), "none")},
		{"-find", "alice@example.test", "-practice", "nonsense"},
		{"-find", "alice@example.test", "-password-file", "-"},
	} {
		c := newCall(success(), "")
		runner := &script{meet: func(int) { t.Errorf("%q: got a search, want none", args) }, events: success()}
		c.Runner = runner
		if got := c.Run(context.Background(), args); got != StatusUsage {
			t.Errorf("%q: got %d, want %d", args, got, StatusUsage)
		}
		if c.out.Len() != 0 || !strings.HasPrefix(c.errs.String(), "portolan: ") {
			t.Errorf("%q: got %q and %q, want words on standard error alone", args, c.out.String(), c.errs.String())
		}
	}
}

// K-2: the password is in no output, whatever happens.
func TestPasswordIsInNoOutput(t *testing.T) {
	const password = "correct horse"
	for _, args := range [][]string{
		{"-find", "alice@example.test", "-password-file", "-"},
		{"-find", "alice@example.test", "-password-file", "-", "-json"},
		{"-find", "alice@example.test", "-password-file", "-", "-format", "thunderbird", "-o", filepath.Join(t.TempDir(), "out.xml")},
	} {
		c := newCall(success(), password+"\n")
		c.StdoutScreen = func() (int, int) { return 80, 24 }
		if got := c.Run(context.Background(), args); got != StatusFound {
			t.Errorf("%q: got %d, want %d: %s", args, got, StatusFound, c.errs.String())
		}
		if got := c.Runner.(*script).asked.Secret.Reveal(); got != password {
			t.Errorf("%q: got %q in the request, want the password", args, got)
		}
		if strings.Contains(c.out.String()+c.errs.String(), password) {
			t.Errorf("%q: got the password in %q %q", args, c.out.String(), c.errs.String())
		}
	}
}

func TestWithoutAPasswordNobodyIsSignedIn(t *testing.T) {
	c := newCall(success(), "not a password\n")
	c.Run(context.Background(), []string{"-find", "alice@example.test"})
	if !c.Runner.(*script).asked.Secret.Empty() {
		t.Error("got a password in the request, want none")
	}
}

func TestJSONIsAloneOnStandardOutput(t *testing.T) {
	c := newCall(success(), "")
	c.StdoutScreen = func() (int, int) { return 80, 24 }
	c.StderrScreen = func() (int, int) { return 80, 24 }
	if got := c.Run(context.Background(), []string{"-find", "alice@example.test", "-json"}); got != StatusFound {
		t.Fatalf("got %d, want %d", got, StatusFound)
	}
	decoder := json.NewDecoder(&c.out)
	var object map[string]any
	if err := decoder.Decode(&object); err != nil || decoder.More() {
		t.Errorf("got %v, want one object", err)
	}
	if !strings.Contains(c.errs.String(), "encrypted from the start") {
		t.Errorf("got %q, want the tries on the terminal of standard error", c.errs.String())
	}
}

func TestJSONIsSilentOnStandardErrorWithoutATerminal(t *testing.T) {
	c := newCall(success(), "")
	c.Run(context.Background(), []string{"-find", "alice@example.test", "-json"})
	if c.errs.Len() != 0 {
		t.Errorf("got %q, want nothing", c.errs.String())
	}
}

func TestStoppedSearchIsToldAndEndsWithOne(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	path := filepath.Join(t.TempDir(), "out.xml")
	c := newCall(nil, "")
	c.Runner = &script{events: success(), meet: func(i int) {
		if i == 4 {
			cancel()
		}
	}}
	if got := c.Run(ctx, []string{"-find", "alice@example.test", "-format", "thunderbird", "-o", path}); got != StatusNothing {
		t.Errorf("got %d, want %d", got, StatusNothing)
	}
	if !strings.Contains(c.out.String(), "The search was stopped.") || !strings.Contains(c.errs.String(), "left untouched") {
		t.Errorf("got %q and %q, want both told", c.out.String(), c.errs.String())
	}
}

func TestFileIsWrittenAndSaysWhatWasFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.xml")
	c := newCall(success(), "")
	if got := c.Run(context.Background(), []string{"-find", "alice@example.test", "-format", "thunderbird", "-o", path}); got != StatusFound {
		t.Fatalf("got %d, want %d: %s", got, StatusFound, c.errs.String())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	config, _, err := format.ReadThunderbird(text)
	if err != nil || len(config.Incoming) != 1 || config.Incoming[0].Endpoint != imap993 || config.Outgoing[0].Endpoint != smtp465 {
		t.Errorf("got %+v, %v, want both servers in\n%s", config, err, text)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != fileMode {
		t.Errorf("got %v, %v, want mode %o", info, err, fileMode)
	}
	if !strings.Contains(c.errs.String(), "written and read back") {
		t.Errorf("got %q, want the success told", c.errs.String())
	}
}

func TestFileIsLeftUntouchedUnlessAllIsWell(t *testing.T) {
	stories := map[string][]probe.Event{
		"decision": question(probe.Decision{Kind: probe.DecideCleartext, Servers: []account.Endpoint{imap143}}),
		"refused":  {{Kind: probe.RunStarted, Address: alice}, {Kind: probe.RunEnded, Outcome: probe.RefusedIn}},
		"nothing":  {{Kind: probe.RunStarted, Address: alice}, {Kind: probe.RunEnded, Outcome: probe.Nothing}},
		"half":     {{Kind: probe.RunStarted, Address: alice}, {Kind: probe.ResultSettled, Role: account.Incoming, Result: incoming()}, {Kind: probe.RunEnded, Outcome: probe.Incomplete}},
	}
	for name, events := range stories {
		path := filepath.Join(t.TempDir(), "out.xml")
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		c := newCall(events, "")
		got := c.Run(context.Background(), []string{"-find", "alice@example.test", "-format", "thunderbird", "-o", path})
		text, err := os.ReadFile(path)
		if got == StatusFound || err != nil || string(text) != "old" || !strings.Contains(c.errs.String(), "left untouched") {
			t.Errorf("%s: got %d, %q, %v and %q, want the old file and words on it", name, got, text, err, c.errs.String())
		}
	}
}

func TestFileThatCannotBeWrittenIsNoSuccess(t *testing.T) {
	folder := t.TempDir()
	for _, path := range []string{folder, filepath.Join(folder, "none", "out.xml")} {
		c := newCall(success(), "")
		got := c.Run(context.Background(), []string{"-find", "alice@example.test", "-format", "thunderbird", "-o", path})
		if got != StatusUsage || !strings.Contains(c.errs.String(), "was not written") {
			t.Errorf("%s: got %d and %q, want %d and words on it", path, got, c.errs.String(), StatusUsage)
		}
	}
}

// full is a writer that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestAnswerThatCannotBeWrittenIsNoSuccess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.xml")
	for _, args := range [][]string{{"-json"}, nil} {
		var errs bytes.Buffer
		c := Command{Stdin: strings.NewReader(""), Stdout: full{}, Stderr: &errs, Runner: &script{events: success()}}
		args = append([]string{"-find", "alice@example.test", "-format", "thunderbird", "-o", path}, args...)
		if got := c.Run(context.Background(), args); got != StatusNothing || !strings.Contains(errs.String(), "could not be written") {
			t.Errorf("%q: got %d and %q, want %d and words on it", args, got, errs.String(), StatusNothing)
		}
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("got a file, want none")
	}
}

func TestAuthoritiesAndPracticeTrustReachTheSearch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(path, certificatePEM(t), 0o600); err != nil {
		t.Fatal(err)
	}
	c := newCall(success(), "")
	if got := c.Run(context.Background(), []string{"-find", "you@practice.invalid", "-practice", "tls", "-ca", path}); got != StatusFound {
		t.Fatalf("got %d, want %d: %s", got, StatusFound, c.errs.String())
	}
	if got := len(c.Runner.(*script).asked.Policy.Trust.Authorities); got != 2 {
		t.Errorf("got %d authorities, want the file's and the practice mailbox's", got)
	}
}
