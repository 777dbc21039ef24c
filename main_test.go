package main

import (
	"strings"
	"testing"

	"portolan/probe/cli"
)

func TestWithoutFindThereIsOnePlainLineAndExitTwo(t *testing.T) {
	for _, args := range [][]string{nil, {"alice@example.test"}, {"settings.xml"}, {"-practice", "tls"}, {"-nonsense"}} {
		var out, errs strings.Builder
		if got := run(args, strings.NewReader(""), &out, &errs); got != cli.StatusUsage {
			t.Errorf("%q: got exit %d, want %d", args, got, cli.StatusUsage)
		}
		if out.Len() != 0 || strings.Count(errs.String(), "\n") != 1 || !strings.Contains(errs.String(), "portolan -find ADDRESS") {
			t.Errorf("%q: got %q and %q, want one line on standard error that names -find", args, out.String(), errs.String())
		}
	}
}

func TestHelpAndVersionAreAnswered(t *testing.T) {
	for arg, want := range map[string]string{"-help": "-password-file", "-h": "Exit status", "--version": "portolan "} {
		var out, errs strings.Builder
		if got := run([]string{arg}, strings.NewReader(""), &out, &errs); got != 0 || !strings.Contains(out.String(), want) {
			t.Errorf("%s: got exit %d and %q, want 0 and %q in it", arg, got, out.String(), want)
		}
	}
}

func TestFindIsUnderstoodInEveryForm(t *testing.T) {
	for _, args := range [][]string{{"-find"}, {"--find", "nonsense"}, {"-find=nonsense"}, {"-json", "-find", "nonsense"}} {
		var out, errs strings.Builder
		got := run(args, strings.NewReader(""), &out, &errs)
		if got != cli.StatusUsage || strings.Contains(errs.String(), "window") || out.Len() != 0 {
			t.Errorf("%q: got exit %d, %q and %q, want 2 and words on the address", args, got, out.String(), errs.String())
		}
	}
}
