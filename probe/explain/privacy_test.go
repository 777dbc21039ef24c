package explain

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// section gives what stands in README.md under a heading, as plain words: no markup, one blank between words.
func section(t *testing.T, heading string) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("got no section %q in README.md, want one", heading)
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	rest = regexp.MustCompile(`(?m)^- |\*\*`).ReplaceAllString(rest, "")
	return strings.Join(strings.Fields(rest), " ")
}

// V-1: README and the window name everybody who is asked, in the same words.
func TestREADMESaysWhoIsAskedInTheWordsOfTheWindow(t *testing.T) {
	d := WhoIsAsked()
	parts := []string{d.Intro}
	for _, p := range d.Parties {
		parts = append(parts, p.Name+": "+p.Learns)
	}
	want := strings.Join(append(parts, d.End), " ")
	if got := section(t, "Who is asked"); got != want {
		t.Errorf("got in README.md:\n%s\nwant:\n%s", got, want)
	}
}

func TestEveryPartyOfTheSecurityRulesIsNamed(t *testing.T) {
	d := WhoIsAsked()
	text := d.Intro + d.End
	for _, p := range d.Parties {
		if p.Name == "" || !strings.HasSuffix(p.Learns, ".") {
			t.Errorf("%q: got %q, want sentences", p.Name, p.Learns)
		}
		text += p.Name + p.Learns
	}
	for _, word := range []string{
		"name server", "autoconfig", "autodiscover", "ua-auto-config", "random name", "MX", "SRV", "ISPDB", "v1.ispdb.net", "redirect",
		"mail servers", "password", "before you start",
	} {
		if !strings.Contains(text, word) {
			t.Errorf("got no %q in the text, want it named", word)
		}
	}
}
