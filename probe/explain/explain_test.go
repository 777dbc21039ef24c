package explain

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

var imapServer = account.Endpoint{Host: "imap.example.test", Port: 993}

func TestEveryCauseHasATitleAndAdvice(t *testing.T) {
	known := probe.Causes()
	words := wordings()
	for _, c := range known {
		w, ok := words[c]
		if !ok || w.title == "" || w.advice == "" {
			t.Errorf("%s: got no words, want a title and advice", c)
		}
	}
	for c := range words {
		if !slices.Contains(known, c) {
			t.Errorf("%d: got words for a cause that is not in the list", c)
		}
	}
}

func TestNoTwoCausesShareATitle(t *testing.T) {
	seen := map[string]probe.Cause{}
	for _, c := range probe.Causes() {
		title := Cause(c, imapServer).Title
		if other, twice := seen[title]; twice {
			t.Errorf("%s and %s: got the same title %q, want two", c, other, title)
		}
		seen[title] = c
	}
}

// The reader of a title knows an address and a password, nothing else.
func TestTitlesHaveNoJargon(t *testing.T) {
	jargon := regexp.MustCompile(`(?i)\b(STARTTLS|TLS|SSL|SASL|OAuth2?|DNS|TCP|SMTP|cipher|handshake|chain|mechanism|timeout|host|SRV|MX|issuer|cleartext|plaintext)\b`)
	for _, c := range probe.Causes() {
		title := Cause(c, imapServer).Title
		if word := jargon.FindString(title); word != "" {
			t.Errorf("%s: got the title %q with the word %q, want plain words", c, title, word)
		}
		if len(title) > 60 || strings.HasSuffix(title, ".") {
			t.Errorf("%s: got the title %q, want a short sentence without a full stop", c, title)
		}
	}
}

func TestAdviceReadsWellWithAndWithoutAServer(t *testing.T) {
	for _, c := range probe.Causes() {
		for _, server := range []account.Endpoint{{}, imapServer} {
			advice := Cause(c, server).Advice
			if strings.ContainsAny(advice, "{}") || strings.Contains(advice, "  ") {
				t.Errorf("%s: got %q, want every placeholder filled", c, advice)
			}
			if !strings.HasSuffix(advice, ".") || advice[:1] != strings.ToUpper(advice[:1]) {
				t.Errorf("%s: got %q, want whole sentences", c, advice)
			}
		}
	}
}

func TestAdviceNamesTheServer(t *testing.T) {
	got := Finding(probe.Finding{Cause: probe.NoAnswer, Server: imapServer}).Advice
	if !strings.Contains(got, "imap.example.test:993") {
		t.Errorf("got %q, want imap.example.test:993 in it", got)
	}
}

func TestForeignWordsAreQuotedAsForeign(t *testing.T) {
	cases := []struct {
		cause probe.Cause
		want  string
	}{
		{probe.SignInRefused, "The server says: “[AUTHENTICATIONFAILED] no”"},
		{probe.ServerTrouble, "The server says: “[AUTHENTICATIONFAILED] no”"},
		{probe.NoSuchHost, "The system says: “[AUTHENTICATIONFAILED] no”"},
	}
	for _, c := range cases {
		got := Finding(probe.Finding{Cause: c.cause, Detail: " [AUTHENTICATIONFAILED] no"}).Advice
		if !strings.HasSuffix(got, c.want) {
			t.Errorf("%s: got %q, want it to end in %q", c.cause, got, c.want)
		}
	}
}

// P-8: what was said before TLS may be anybody's, and is not shown as the server's word.
func TestWordsFromBeforeEncryptionAreNotTheServersAlone(t *testing.T) {
	inside := wire.TLSFacts{Version: 0x0304}
	const server, anybody = "he server says: “pay here”", "he server, or somebody on the way, says: “pay here”"
	for _, c := range []struct {
		cause probe.Cause
		tls   wire.TLSFacts
		want  string
	}{
		{probe.GreetingRefused, wire.TLSFacts{}, anybody},
		{probe.GreetingRefused, inside, server},
		{probe.PreAuthenticated, wire.TLSFacts{}, anybody},
		{probe.PreAuthenticated, inside, server},
		{probe.STARTTLSRefused, wire.TLSFacts{}, anybody},
		{probe.TextInjected, wire.TLSFacts{}, anybody},
		{probe.PlainOnTLSPort, wire.TLSFacts{}, anybody},
		{probe.SignInRefused, wire.TLSFacts{}, server},
	} {
		finding := Finding(probe.Finding{Cause: c.cause, Detail: "pay here", TLS: c.tls}).Advice
		row := Attempt(probe.Attempt{Status: probe.Failed, Cause: c.cause, Detail: "pay here", Facts: wire.Facts{TLS: c.tls}}).Note
		if !strings.Contains(finding, c.want) || !strings.Contains(row, c.want) {
			t.Errorf("%v: got %q and %q, want %q in both", c.cause, finding, row, c.want)
		}
	}
}

// G-7: foreign text is one line, at most 200 runes, with control characters made visible.
func TestForeignWordsCannotReachTheTerminal(t *testing.T) {
	evil := "\x1b[2J\r\nYour password is needed\u202e" + strings.Repeat("x", 5000)
	texts := []string{
		Finding(probe.Finding{Cause: probe.SignInRefused, Detail: evil}).Advice,
		Finding(probe.Finding{Cause: probe.NoAnswer, Server: account.Endpoint{Host: evil, Port: 1}}).Advice,
		Decision(probe.Decision{Kind: probe.DecideDomain, Domain: evil}).Title,
		Attempt(probe.Attempt{Status: probe.Failed, Cause: probe.GreetingRefused, Detail: evil}).Note,
		SignIn(probe.SignIn{Status: probe.Failed, Cause: probe.SignInRefused, Username: evil, Detail: evil}).Head,
	}
	for i, text := range texts {
		if strings.ContainsAny(text, "\x1b\r\n\u202e") {
			t.Errorf("text %d: got %q, want no control characters", i, text)
		}
		if n := len([]rune(text)); n > 1000 {
			t.Errorf("text %d: got %d runes, want foreign text cut at 200", i, n)
		}
	}
}

func TestACauseWithoutWordsIsStillTold(t *testing.T) {
	if got := Cause(probe.Cause(200), imapServer); got.Title == "" || !strings.Contains(got.Advice, "200") {
		t.Errorf("got %+v, want a title and the number", got)
	}
}

func TestCombinedFindingsSayWhatTheyMean(t *testing.T) {
	cases := []struct {
		cause probe.Cause
		want  []string
	}{
		{probe.Firewall, []string{"Everything on this network but port 443", "silent"}},
		{probe.Port25Blocked, []string{"Most providers of Internet access do that", "nothing to do"}},
		{probe.IPv6Broken, []string{"IPv6", "IPv4 works and was used", "What happened there: no server answered on this port."}},
		{probe.BetterRefused, []string{"asked", "offers"}},
	}
	for _, c := range cases {
		text := Finding(probe.Finding{Cause: c.cause, Server: imapServer, Detail: "no-answer"})
		for _, w := range c.want {
			if !strings.Contains(text.Title+" "+text.Advice, w) {
				t.Errorf("%s: got %q %q, want %q", c.cause, text.Title, text.Advice, w)
			}
		}
	}
}
