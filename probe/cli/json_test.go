package cli

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

const successJSON = `{
  "address": "alice@example.test",
  "outcome": "ready",
  "elapsed_ms": 410,
  "incoming": {
    "protocol": "imap",
    "host": "imap.example.test",
    "port": 993,
    "security": "tls",
    "auth": "plain",
    "username": "alice@example.test",
    "source": "guess",
    "signed_in": true,
    "tls": "1.3",
    "certificate": "sha256:ab00000000000000000000000000000000000000000000000000000000000000"
  },
  "outgoing": {
    "protocol": "smtp",
    "host": "smtp.example.test",
    "port": 465,
    "security": "tls",
    "auth": "plain",
    "username": "alice@example.test",
    "source": "guess",
    "signed_in": true,
    "tls": "1.2",
    "certificate": "sha256:ab00000000000000000000000000000000000000000000000000000000000000"
  },
  "alternatives": [],
  "decisions": [],
  "findings": [],
  "attempts": [
    {
      "protocol": "imap",
      "server": "imap.example.test:993",
      "address": "192.0.2.1",
      "security": "tls",
      "source": "guess",
      "start_ms": 3,
      "took_ms": 152,
      "status": "ok",
      "cause": "",
      "detail": ""
    },
    {
      "protocol": "smtp",
      "server": "smtp.example.test:465",
      "address": "192.0.2.1",
      "security": "tls",
      "source": "guess",
      "start_ms": 3,
      "took_ms": 152,
      "status": "ok",
      "cause": "",
      "detail": ""
    },
    {
      "protocol": "imap",
      "server": "imap.example.test:143",
      "address": "192.0.2.1",
      "security": "starttls",
      "source": "guess",
      "start_ms": 3,
      "took_ms": 0,
      "status": "superseded",
      "cause": "",
      "detail": ""
    }
  ],
  "sources": [],
  "sign_ins": 1,
  "refusals": 0
}
`

func jsonText(t *testing.T, r probe.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := writeJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestJSONOfASuccess(t *testing.T) {
	if got := jsonText(t, fold(success())); got != successJSON {
		t.Errorf("got %s, want %s", got, successJSON)
	}
}

func TestJSONOfNothingHasEveryKey(t *testing.T) {
	const want = `{"address":"alice@example.test","outcome":"none","elapsed_ms":0,"incoming":null,"outgoing":null,` +
		`"alternatives":[],"decisions":[],"findings":[],"attempts":[],"sources":[],"sign_ins":0,"refusals":0}`
	var got bytes.Buffer
	if err := json.Compact(&got, []byte(jsonText(t, probe.Report{Address: alice, Outcome: probe.Nothing}))); err != nil || got.String() != want {
		t.Errorf("got %s, %v, want %s", got.String(), err, want)
	}
}

func TestJSONKeysAreThePromisedOnes(t *testing.T) {
	r := fold(question(probe.Decision{Kind: probe.DecideCertificate, Servers: []account.Endpoint{imap993}}))
	r.Alternatives = []probe.Result{outgoing()}
	r.Findings = []probe.Finding{{Cause: probe.NoAnswer}}
	r.Attempts = []probe.Attempt{attempt(1, account.IMAP, imap143, account.STARTTLS, probe.Failed)}
	var object map[string]any
	if err := json.Unmarshal([]byte(jsonText(t, r)), &object); err != nil {
		t.Fatal(err)
	}
	server := "auth certificate host port protocol security signed_in source tls username"
	first := func(key string) any { return object[key].([]any)[0] }
	cases := []struct {
		name  string
		value any
		want  string
	}{
		{"the object", object, "address alternatives attempts decisions elapsed_ms findings incoming outcome outgoing refusals sign_ins sources"},
		{"incoming", object["incoming"], server},
		{"outgoing", object["outgoing"], server},
		{"alternatives", first("alternatives"), server},
		{"decisions", first("decisions"), "certificate detail domain kind servers"},
		{"findings", first("findings"), "advice cause server title"},
		{"attempts", first("attempts"), "address cause detail protocol security server source start_ms status took_ms"},
	}
	for _, c := range cases {
		keys := slices.Sorted(maps.Keys(c.value.(map[string]any)))
		if got := strings.Join(keys, " "); got != c.want {
			t.Errorf("%s: got the keys %s, want %s", c.name, got, c.want)
		}
	}
}

func TestJSONOfADecision(t *testing.T) {
	cases := []struct {
		decision probe.Decision
		want     jsonDecision
		detail   string
	}{
		{
			probe.Decision{
				Kind: probe.DecideCertificate, Servers: []account.Endpoint{imap993, smtp465},
				TLS: wire.TLSFacts{Certificate: account.Fingerprint{1}, Problems: []wire.Problem{wire.SelfSigned}},
			},
			jsonDecision{Kind: "certificate", Servers: []string{"imap.example.test:993", "smtp.example.test:465"}, Certificate: "sha256:01" + strings.Repeat("00", 31)},
			"self-signed",
		},
		{
			probe.Decision{Kind: probe.DecideDomain, Domain: "provider.example"},
			jsonDecision{Kind: "domain", Servers: []string{}, Domain: "provider.example"}, "provider.example",
		},
		{
			probe.Decision{Kind: probe.DecideCleartext, Servers: []account.Endpoint{imap143}},
			jsonDecision{Kind: "cleartext", Servers: []string{"imap.example.test:143"}}, "anybody on the way",
		},
		{
			probe.Decision{Kind: probe.DecidePort, Servers: []account.Endpoint{imap993}, Asked: account.Endpoint{Host: imapHost, Port: 1993}},
			jsonDecision{Kind: "port", Servers: []string{"imap.example.test:993"}}, "imap.example.test:1993",
		},
	}
	for _, c := range cases {
		got := decisionOf(c.decision)
		if !strings.Contains(got.Detail, c.detail) {
			t.Errorf("%s: got the detail %q, want %q in it", got.Kind, got.Detail, c.detail)
		}
		if got.Kind != c.want.Kind || !slices.Equal(got.Servers, c.want.Servers) || got.Servers == nil || got.Certificate != c.want.Certificate || got.Domain != c.want.Domain {
			t.Errorf("got %+v, want %+v", got, c.want)
		}
	}
}

func TestJSONOfTriesKnowsOnlyEndedOnes(t *testing.T) {
	lookup := probe.Attempt{Server: account.Endpoint{Host: "pop.example.test"}, Status: probe.Failed, Cause: probe.NoSuchHost}
	v6 := attempt(4, account.IMAP, imap993, account.TLS, probe.Failed)
	v6.Address = netip.MustParseAddr("2001:db8::1")
	cases := []struct {
		attempt                         probe.Attempt
		status, cause, server, address_ string
	}{
		{attempt(1, account.IMAP, imap993, account.TLS, probe.Waiting), "skipped", "cancelled", "imap.example.test:993", "192.0.2.1"},
		{attempt(2, account.IMAP, imap993, account.TLS, probe.Running), "skipped", "cancelled", "imap.example.test:993", "192.0.2.1"},
		{lookup, "failed", "no-such-host", "pop.example.test", ""},
		{v6, "failed", "connection-refused", "imap.example.test:993", "2001:db8::1"},
	}
	for _, c := range cases {
		got := attemptOf(c.attempt)
		if got.Status != c.status || got.Cause != c.cause || got.Server != c.server || got.Address != c.address_ {
			t.Errorf("got %+v, want %s, %s, %s, %s", got, c.status, c.cause, c.server, c.address_)
		}
	}
}

// G-7: control characters of a server reach no terminal, not even through JSON.
func TestForeignWordsInJSONAreNeutral(t *testing.T) {
	a := attempt(1, account.IMAP, imap993, account.TLS, probe.Failed)
	a.Detail = "\x1b[2J\u009b31m\u202e" + strings.Repeat("x", 1000)
	got := attemptOf(a).Detail
	if strings.ContainsAny(got, "\x1b\u009b\u202e") || len([]rune(got)) > shownLimit+1 {
		t.Errorf("got %q, want it neutral and cut", got)
	}
}
