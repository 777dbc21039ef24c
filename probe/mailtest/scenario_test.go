package mailtest

import (
	"net/netip"
	"strings"
	"testing"
)

const story = `# Two lines
# of story.
world
  rtt 80ms
  host 192.0.2.1 rest=silent imap.example.test   # a comment
  imap 192.0.2.1:993 tls refuse="NO [UNAVAILABLE] \"later\"" auth=plain,xoauth2 delay=8s
run
  address alice@example.test
  password "correct horse"
  incoming imap.example.test:993 tls
expect
  outcome decision
then
  trust imap.example.test:993
expect
  outcome ready
`

func TestScenarioIsRead(t *testing.T) {
	s, err := Parse(story)
	if err != nil {
		t.Fatal(err)
	}
	if want := "Two lines of story."; s.Story != want {
		t.Errorf("got story %q, want %q", s.Story, want)
	}
	v := s.World.Servers[0]
	if v.Refusal != `NO [UNAVAILABLE] "later"` || strings.Join(v.Auth, " ") != "PLAIN XOAUTH2" || v.Delay.Seconds() != 8 {
		t.Errorf("got server %+v", v)
	}
	if len(s.Steps) != 2 || !s.Steps[1].Keep || s.Steps[1].Request.Password != "correct horse" || len(s.Steps[0].Request.Trust) != 0 {
		t.Errorf("got steps %+v", s.Steps)
	}
	if len(s.World.Passwords) != 1 || s.World.Users[0] != "alice@example.test" {
		t.Errorf("got passwords %d, users %q", len(s.World.Passwords), s.World.Users)
	}
}

func TestMistakeInAScenarioNamesItsLine(t *testing.T) {
	for text, want := range map[string]string{
		"world\nhost x":                                   "line 2",
		"world\nimap 192.0.2.1:993 tls":                   "host line",
		"world\nhost 192.0.2.1 rest=open a.b":             "rest=open",
		"world\nport 192.0.2.1:1 odd":                     "odd",
		"run\ncolour red":                                 "colour",
		"run\naddress \"x":                                "quotes",
		"world\nrun\naddress a@b.test":                    "nothing is expected",
		"world":                                           "no run",
		"address a@b.test":                                "outside",
		"world\nhost 192.0.2.1 a\nimap 192.0.2.1:993 tsl": "unknown option",
		"world\ndns a 5 silent":                           "dns",
		"world\nmx a 1":                                   "mx",
		"world\nsrv a 1 2 3":                              "srv",
		"world\nsrv a 1 2 70000 b":                        "srv",
		"world\nsrv a 1 2 3 b times=0":                    "times",
		"world\ntxt a":                                    "txt",
		"world\nwildcard a.test 192.0.2.1":                "host line",
		"world\npage a.test b 200":                        "page",
		"world\npage a.test /b 99":                        "page",
		"world\npage a.test /b 200 body=odd":              "unknown body",
		"world\npage a.test /b 200 colour=red":            "unknown option",
		"world\npage a.test /b 200 <<END\nabc\nrun":       "END",
		"world\nconfig a.test":                            "config",
		"world\nconfig a.test a.test imap:b":              "parts",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(story)
	f.Add("world\nport 192.0.2.1:143 silent\nmx a 1 b\ndns a 4 2s\nrun\ncancel 1s\nexpect\nsent nothing")
	f.Add("world\nsrv _imaps._tcp.a.test 0 1 993 h#.test times=3\ntxt a \"b\"\npage a.test /b 200 type=x <<END\n  <a/>\nEND\n" +
		"config autoconfig.a.test a.test imap:b.test:993:SSL delay=1s\nrun\nispdb off\nsend-address\nexpect\nasks 0")
	f.Fuzz(func(_ *testing.T, text string) { _, _ = Parse(text) })
}

func TestExpectationsOnTheRecord(t *testing.T) {
	s, _ := Parse(story)
	r := Record{Requests: []WebRequest{{URL: "https://a.test/b"}}, SignIns: []SignIn{{User: "alice"}}, Connections: []Connection{{Addr: netip.MustParseAddrPort("192.0.2.1:993"), Password: true}}}
	for line, want := range map[string]bool{
		"server-sign-ins 1":          true,
		"server-sign-ins 2":          false,
		"sent nothing":               false,
		"dial 192.0.2.1:25 never":    true,
		"sent nothing 192.0.2.1:993": false,
		"sent nothing 192.0.2.1:143": true,
		"dials all 1":                true,
		"dials all <=3":              true,
		"order 192.0.2.1 993":        true,
		"lookup b.test never":        true,
		"said 192.0.2.1:25 QUIT":     false,
		"asked https://a.test/b":     true,
		"asked https://a.test/":      false,
		"never-asked a.test":         false,
		"never-asked alice":          true,
		"asks 1":                     true,
		"asks 0 /b":                  false,
		"asks <=1 https://a":         true,
		"lookups 0":                  true,
	} {
		words := strings.Fields(line)
		known, err := r.Check(Expectation{s.Steps[0].Line, words[0], words[1:]})
		if !known || (err == nil) != want {
			t.Errorf("%s: got %v, %v, want %v", line, known, err, want)
		}
	}
	if known, _ := r.Check(Expectation{Verb: "outcome"}); known {
		t.Error("got a judgement on the outcome, want none")
	}
}
