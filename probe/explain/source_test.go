package explain

import (
	"strings"
	"testing"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
)

func TestASourceSaysWhatItNamedAndWhatBecameOfIt(t *testing.T) {
	named := []probe.NamedServer{{Protocol: account.IMAP, Server: account.Endpoint{Host: "imap.example.test", Port: 993}, Security: account.TLS}}
	wrong := []probe.NamedServer{{Protocol: account.IMAP, Server: account.Endpoint{Host: "old.example.test", Port: 143}, Wrong: true}}
	tests := []struct {
		name   string
		report probe.SourceReport
		want   []string
	}{
		{"used", probe.SourceReport{Source: account.SourceAutoconfig, Key: "autoconfig.example.test", Status: discover.Named, Servers: named, Use: probe.Used},
			[]string{"autoconfig.example.test", "Named IMAP imap.example.test:993", "used"}},
		{"wrong", probe.SourceReport{Source: account.SourceSRV, Status: discover.Named, Servers: wrong, Use: probe.UseFailed},
			[]string{"does not work", "the servers say otherwise at IMAP old.example.test:143"}},
		{"broken", probe.SourceReport{Source: account.SourcePACC, Status: discover.Broken, Note: "its certificate is wrong"},
			[]string{"Cannot be used", "its certificate is wrong"}},
		{"not offered", probe.SourceReport{Source: account.SourceSRV, Status: discover.Named, Unoffered: []account.Protocol{account.POP3}},
			[]string{"POP3 is not offered"}},
		{"off", probe.SourceReport{Source: account.SourceISPDB, Status: discover.Off}, []string{"switched off"}},
		{"held", probe.SourceReport{Source: account.SourceSRV, Status: discover.Named, Servers: named, Use: probe.UseHeld}, []string{"before you say yes"}},
		{"asking", probe.SourceReport{Source: account.SourceMX}, []string{"MX", "Asking"}},
		{"missing", probe.SourceReport{Source: account.SourceAutodiscover, Status: discover.Missing}, []string{"Autodiscover", "Nothing there"}},
		{"silent", probe.SourceReport{Status: discover.Silent}, []string{"DNS", "Knows nothing"}},
	}
	for _, test := range tests {
		line := SourceReport(test.report)
		for _, want := range test.want {
			if got := line.Head + " | " + line.Note; !strings.Contains(got, want) {
				t.Errorf("%s: got %q, want it to say %q", test.name, got, want)
			}
		}
	}
}
