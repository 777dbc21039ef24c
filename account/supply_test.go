package account_test

import (
	"regexp"
	"strings"
	"testing"
)

// every module that the program is built from is pinned by its sum, none is replaced by something else, and the
// program is built without the paths of the machine that it was built on.
func TestHouseDependenciesArePinned(t *testing.T) {
	mod, sum, rules := string(read(t, "go.mod")), string(read(t, "go.sum")), string(read(t, "Makefile"))
	needed := regexp.MustCompile(`(?m)^\t?(?:require )?([a-z0-9.-]+\.[a-z]+/\S+) (v\S+)`).FindAllStringSubmatch(mod, -1)
	if len(needed) < 5 {
		t.Fatalf("got %d modules in go.mod, want some", len(needed))
	}
	for _, m := range needed {
		if !strings.Contains(sum, m[1]+" "+m[2]+" h1:") && !strings.Contains(sum, m[1]+" "+m[2]+"/go.mod h1:") {
			t.Errorf("%s %s: got no sum, want one in go.sum", m[1], m[2])
		}
	}
	if regexp.MustCompile(`(?m)^(replace|exclude)\b`).MatchString(mod) {
		t.Error("got a module that is replaced or excluded, want none")
	}
	for _, line := range strings.Split(rules, "\n") {
		if builds := strings.Contains(line, "go build"); builds && !strings.Contains(line, "-trimpath") {
			t.Errorf("got %q, want -trimpath", line)
		}
	}
}

// the page says where to tell of a hole, from whom the program protects what, and what it does not do.
func TestHouseSecurityPageSaysWhatMatters(t *testing.T) {
	page := string(read(t, "SECURITY.md"))
	for _, heading := range []string{"## Telling us", "## What is protected, and from whom", "## How", "## What remains", "## Requirements and the tests that hold them"} {
		if !strings.Contains(page, heading+"\n") {
			t.Errorf("got no %q, want one", heading)
		}
	}
	for _, number := range []string{"K-3", "N-9", "X-1"} {
		if _, remains, _ := strings.Cut(page, "## What remains"); !strings.Contains(remains, number) {
			t.Errorf("got nothing on %s, want what remains of it", number)
		}
	}
}
