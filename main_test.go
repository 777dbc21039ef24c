package main

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"portolan/probe/cli"
)

// call runs the program as on a machine without a display.
func call(args ...string) (status int, stdout, stderr string) {
	var out, errs strings.Builder
	p := program{strings.NewReader(""), &out, &errs, errors.New("no display here; portolan -find ADDRESS")}
	status = p.run(args)
	return status, out.String(), errs.String()
}

func TestWithoutADisplayThereIsOnePlainLineAndExitTwo(t *testing.T) {
	for _, args := range [][]string{nil, {"alice@example.test"}, {"settings.xml"}, {"-practice", "tls"}} {
		got, out, errs := call(args...)
		if got != cli.StatusUsage || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "no display here") {
			t.Errorf("%q: got exit %d, %q and %q, want 2 and one line on standard error", args, got, out, errs)
		}
	}
}

func TestWrongUsageIsOnePlainLineAndExitTwo(t *testing.T) {
	for _, args := range [][]string{
		{"-nonsense"}, {"-password=hunter2"}, {"nonsense"}, {"alice@"}, {"-practice", "nonsense"}, {"-practice", "tls", "alice@example.test"},
		{"alice@example.test", "hunter2"}, {t.TempDir()}, {"settings.xml", "hunter2"}, {"settings.xml", "alice@example.test"}, {"settings.xml", t.TempDir()},
		{"-practice", "tls", "settings.xml"},
	} {
		got, out, errs := call(args...)
		if got != cli.StatusUsage || out != "" || strings.Count(errs, "\n") != 1 || strings.Contains(errs, "display") {
			t.Errorf("%q: got exit %d, %q and %q, want 2 and one line on what is wrong", args, got, out, errs)
		}
		if strings.Contains(errs, "hunter2") {
			t.Errorf("%q: got %q, want no argument repeated that could be a password", args, errs)
		}
	}
}

func TestArgumentsSayWhatTheWindowOpensOn(t *testing.T) {
	nameless := filepath.Join(t.TempDir(), "msmtprc")
	if err := os.WriteFile(nameless, []byte("host smtp.example.test\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		args []string
		want start
	}{
		{nil, start{}},
		{[]string{"alice@example.test"}, start{address: "alice@example.test"}},
		{[]string{"mailto:alice@example.test"}, start{address: "alice@example.test"}},
		{[]string{"some/Settings.XML"}, start{files: []string{"some/Settings.XML"}}},
		{[]string{nameless}, start{files: []string{nameless}}},
		{[]string{"some/Settings.XML", nameless, "prefs.js"}, start{files: []string{"some/Settings.XML", nameless, "prefs.js"}}},
		{[]string{"-practice", "tls"}, start{practice: "tls"}},
		{[]string{"--practice=refuses"}, start{practice: "refuses"}},
	}
	for _, c := range cases {
		got, err := parse(c.args)
		if err != nil || !reflect.DeepEqual(got, c.want) || got.nothing() != (len(c.args) == 0) {
			t.Errorf("%q: got %+v and %v, want %+v", c.args, got, err, c.want)
		}
	}
}

func TestAWindowNeedsADisplayAndCgo(t *testing.T) {
	cases := []struct {
		system, variable string
		cgo, want        bool
	}{
		{"linux", "", true, false},
		{"freebsd", "", true, false},
		{"linux", "DISPLAY", true, true},
		{"linux", "WAYLAND_DISPLAY", true, true},
		{"linux", "DISPLAY", false, false},
		{"windows", "", true, true},
		{"windows", "", false, false},
		{"darwin", "", true, true},
	}
	for _, c := range cases {
		getenv := func(name string) string {
			if name == c.variable {
				return ":0"
			}
			return ""
		}
		err := windowError(c.system, getenv, c.cgo)
		if got := err == nil; got != c.want {
			t.Errorf("%+v: got %v, want a window: %t", c, err, c.want)
		}
		if err != nil && !strings.Contains(err.Error(), "portolan -find ADDRESS") {
			t.Errorf("%+v: got %q, want -find named", c, err)
		}
	}
}

func TestHelpAndVersionAreAnswered(t *testing.T) {
	for arg, want := range map[string]string{"-help": "-password-file", "-h": "Exit status", "--version": "portolan "} {
		if got, out, _ := call(arg); got != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: got exit %d and %q, want 0 and %q in it", arg, got, out, want)
		}
	}
}

func TestFindIsUnderstoodInEveryForm(t *testing.T) {
	for _, args := range [][]string{{"-find"}, {"--find", "nonsense"}, {"-find=nonsense"}, {"-json", "-find", "nonsense"}} {
		got, out, errs := call(args...)
		if got != cli.StatusUsage || strings.Contains(errs, "window") || out != "" {
			t.Errorf("%q: got exit %d, %q and %q, want 2 and words on the address", args, got, out, errs)
		}
	}
}

// K-7: cores are off before anything else happens.
func TestNothingComesBeforeCoresAreOff(t *testing.T) {
	text, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	if _, first, _ := strings.Cut(string(text), "\nfunc main() {\n"); !strings.HasPrefix(first, "\tstore.NoCores()\n") {
		t.Error("got a main that does something before NoCores, want it first")
	}
}
