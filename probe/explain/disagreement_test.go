package explain

import (
	"slices"
	"strings"
	"testing"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
)

// naming is a source that names hosts for a role.
func naming(source account.Source, role account.Role, p account.Protocol, hosts ...string) probe.SourceReport {
	s := probe.SourceReport{Source: source, Status: discover.Named}
	for _, h := range hosts {
		s.Servers = append(s.Servers, probe.NamedServer{Protocol: p, Server: account.Endpoint{Host: h, Port: 993}, Role: role})
	}
	return s
}

func TestDisagreementsNameTheHostsAndWhoNamedThem(t *testing.T) {
	in, out := account.Incoming, account.Outgoing
	auto := naming(account.SourceAutoconfig, in, account.IMAP, "old.example.test")
	srv := naming(account.SourceSRV, in, account.IMAP, "imap.example.test", "imap2.example.test")
	tests := []struct {
		name    string
		sources []probe.SourceReport
		want    []string // words of the one sentence; nil: none
	}{
		{"nobody", nil, nil},
		{"one", []probe.SourceReport{srv}, nil},
		{"two hosts", []probe.SourceReport{auto, srv}, []string{"incoming", "old.example.test", "imap.example.test", "DNS", "web server"}},
		{"a host in common", []probe.SourceReport{srv, naming(account.SourceISPDB, in, account.IMAP, "imap2.example.test", "imap3.example.test")}, nil},
		{"other roles", []probe.SourceReport{auto, naming(account.SourceSRV, out, account.SMTP, "smtp.example.test")}, nil},
		{"outgoing", []probe.SourceReport{naming(account.SourcePACC, out, account.SMTP, "a.example.test"), naming(account.SourceSRV, out, account.SMTP, "b.example.test")},
			[]string{"outgoing", "a.example.test", "b.example.test", "PACC"}},
		{"a mail exchanger", []probe.SourceReport{auto, naming(account.SourceMX, in, account.ProtocolUnknown, "mx.example.test")}, nil},
		{"a bridge", []probe.SourceReport{auto, naming(account.SourceISPDB, in, account.IMAP, "other.example.test"),
			naming(account.SourceSRV, in, account.IMAP, "old.example.test", "other.example.test")}, nil},
	}
	for _, test := range tests {
		got := Disagreements(test.sources)
		if (len(got) > 0) != (test.want != nil) || len(got) > 1 {
			t.Errorf("%s: got %q, want words %q", test.name, got, test.want)
			continue
		}
		if slices.ContainsFunc(test.want, func(w string) bool { return !strings.Contains(got[0], w) }) {
			t.Errorf("%s: got %q, want it to say %q", test.name, got, test.want)
		}
	}
}
