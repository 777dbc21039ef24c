package discover

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"portolan/account"
)

func record(target string, port, priority, weight uint16) *net.SRV {
	return &net.SRV{Target: target, Port: port, Priority: priority, Weight: weight}
}

// N-2, N-6, N-7: order, absence and illegal records of RFC 2782 and RFC 6186.
func TestSRVRecordsNameHostsInOrder(t *testing.T) {
	dot := []*net.SRV{record(".", 0, 0, 0)}
	tests := []struct {
		name      string
		srv       map[string][]*net.SRV
		want      string
		unoffered []account.Protocol
		status    Status
		words     string
	}{
		{"nothing", nil, "", nil, Missing, ""},
		{"all services", map[string][]*net.SRV{
			"imaps": {record("imap.example.test.", 993, 0, 1)}, "imap": {record("imap.example.test.", 143, 0, 1)},
			"pop3s": {record("pop.example.test.", 995, 0, 1)}, "pop3": {record("pop.example.test.", 110, 0, 1)},
			"submissions": {record("smtp.example.test.", 465, 0, 1)}, "submission": {record("smtp.example.test.", 587, 0, 1)},
		}, "incoming imap.example.test imap/993/tls imap/143/starttls; incoming pop.example.test pop3/995/tls pop3/110/starttls; " +
			"outgoing smtp.example.test smtp/465/tls smtp/587/starttls", nil, Named, ""},
		{"priority, weight, name", map[string][]*net.SRV{"imaps": {
			record("late.example.test.", 993, 20, 100), record("light.example.test.", 993, 10, 1),
			record("b.example.test.", 993, 10, 50), record("a.example.test.", 993, 10, 50), record("zero.example.test.", 993, 10, 0),
		}}, "incoming a.example.test imap/993/tls; incoming b.example.test imap/993/tls; incoming light.example.test imap/993/tls; " +
			"incoming zero.example.test imap/993/tls; incoming late.example.test imap/993/tls", nil, Named, ""},
		{"an odd port", map[string][]*net.SRV{"imap": {record("x.example.test.", 10143, 0, 0)}}, "incoming x.example.test imap/10143/starttls", nil, Named, ""},
		{"a stranger", map[string][]*net.SRV{"imaps": {record("mail.hoster.example.", 993, 0, 0)}}, "incoming mail.hoster.example imap/993/tls", nil, Named, ""},
		{"POP3 absent", map[string][]*net.SRV{"pop3": dot, "pop3s": dot, "imaps": {record("imap.example.test.", 993, 0, 0)}},
			"incoming imap.example.test imap/993/tls", []account.Protocol{account.POP3}, Named, "does not offer POP3"},
		{"half absent", map[string][]*net.SRV{"pop3": dot, "submission": dot}, "", nil, Missing, ""},
		{"all absent", map[string][]*net.SRV{"imap": dot, "imaps": dot, "pop3": dot, "pop3s": dot, "submission": dot, "submissions": dot},
			"", []account.Protocol{account.IMAP, account.POP3, account.SMTP}, Silent, "IMAP, POP3, SMTP"},
		{"a dot beside a host", map[string][]*net.SRV{"imap": dot, "imaps": {record(".", 0, 0, 0), record("imap.example.test.", 993, 1, 0)}},
			"incoming imap.example.test imap/993/tls", nil, Named, ""},
		{"illegal ones", map[string][]*net.SRV{"imaps": {
			record("127.0.0.1.", 993, 0, 0), record("localhost.", 993, 0, 0), record("a b.example.test.", 993, 0, 0), record("co.uk.", 993, 0, 0),
			record("zero.example.test.", 0, 0, 0), record("imap.example.test.", 993, 9, 0),
		}}, "incoming imap.example.test imap/993/tls", nil, Named, "could not be used"},
		{"illegal ones alone", map[string][]*net.SRV{"imaps": {record("127.0.0.1.", 993, 0, 0)}}, "", nil, Silent, "127.0.0.1"},
	}
	for _, test := range tests {
		w := newWorld(t, nil)
		w.srv = map[string][]*net.SRV{}
		for service, records := range test.srv {
			w.srv[service+" example.test."] = records
		}
		a := w.ask(account.SourceSRV, "example.test")
		if got := brief(a.Candidates); got != test.want || !slices.Equal(a.Unoffered, test.unoffered) || a.Status != test.status || !strings.Contains(a.Note, test.words) {
			t.Errorf("%s: got %v, %s, %v, %q, want %v, %s, %v, %q", test.name, a.Status, got, a.Unoffered, a.Note, test.status, test.want, test.unoffered, test.words)
		}
		for i, c := range a.Candidates {
			if c.Origin != (account.Origin{Source: account.SourceSRV}) || i > 0 && a.Candidates[i-1].Role == c.Role && a.Candidates[i-1].Order >= c.Order {
				t.Errorf("%s: got %+v, want it in order and never vouched for", test.name, c)
			}
		}
	}
}

// ten thousand records are no reason to try more than eight.
func TestTenThousandSRVRecordsAreCutToTheBest(t *testing.T) {
	w := newWorld(t, nil)
	var records []*net.SRV
	for i := range 10000 {
		records = append(records, record(fmt.Sprintf("h%05d.example.test.", i), 993, uint16(10000-i), 0))
	}
	w.srv = map[string][]*net.SRV{"imaps example.test.": records}
	a := w.ask(account.SourceSRV, "example.test")
	if len(a.Candidates) != maxRecords || a.Candidates[0].Host != "h09999.example.test" || !strings.Contains(a.Note, "the best were taken") {
		t.Errorf("got %s, %q, want the best %d", brief(a.Candidates), a.Note, maxRecords)
	}
}

func TestSRVTroubleIsToldAndHurtsNoOtherService(t *testing.T) { // N-8
	broken := errors.New("server misbehaving")
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.broken, w.mute = map[string]error{"_imaps._tcp.example.test.": broken}, []string{"_pop3._tcp.example.test."}
		w.srv = map[string][]*net.SRV{"submissions example.test.": {record("smtp.example.test.", 465, 0, 0)}}
		a := w.ask(account.SourceSRV, "example.test")
		if a.Status != Named || !errors.Is(a.Err, broken) || len(a.Candidates) != 1 {
			t.Errorf("got %v, %v, %s, want the one host and the error", a.Status, a.Err, brief(a.Candidates))
		}
	})
}

// recordsFrom makes records out of bytes: priority, weight, port and a target that ends at a line break.
func recordsFrom(data []byte) []*net.SRV {
	var list []*net.SRV
	for line := range strings.SplitSeq(string(data), "\n") {
		b := append([]byte(line), make([]byte, 6)...)
		target := ""
		if len(line) > 6 {
			target = line[6:]
		}
		list = append(list, record(target, binary.BigEndian.Uint16(b[4:]), binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])))
	}
	return list
}

func checkService(t interface{ Errorf(string, ...any) }, records []*net.SRV) {
	a := sortService(records)
	if len(a.records) > maxRecords || len(a.left) > maxRecords || a.absent && len(a.records) > 0 {
		t.Errorf("got %d records, %d left out, absent %v", len(a.records), len(a.left), a.absent)
	}
	for i, r := range a.records {
		if published(r.Target) != r.Target || r.Port == 0 || i > 0 && a.records[i-1].Priority > r.Priority {
			t.Errorf("got %+v, want usable records in order", *r)
		}
	}
}

func FuzzSRV(f *testing.F) {
	f.Add([]byte("\x00\x01\x00\x02\x03\xe1imap.example.test."))
	f.Add([]byte("\x00\x00\x00\x00\x00\x00."))
	f.Add([]byte("\x00\x01\x00\x02\x03\xe1127.0.0.1\n\x00\x01\x00\x02\x03\xe1a b\n\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) { checkService(t, recordsFrom(data)) })
}

// The order in which the DNS gives its records, which it changes from answer to answer, never matters.
func TestOrderOfRecordsNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) *net.SRV {
			target := rapid.SampledFrom([]string{"a.example.test.", "b.example.test.", "c.other.example.", ".", "bad"}).Draw(t, "target")
			return record(target, uint16(rapid.IntRange(0, 2).Draw(t, "port")), uint16(rapid.IntRange(0, 2).Draw(t, "priority")), uint16(rapid.IntRange(0, 2).Draw(t, "weight")))
		}), 0, 20).Draw(t, "records")
		checkService(t, list)
		one, two := sortService(list), sortService(rapid.Permutation(list).Draw(t, "shuffled"))
		if got, want := fmt.Sprint(flat(two.records)), fmt.Sprint(flat(one.records)); got != want || one.absent != two.absent {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func flat(list []*net.SRV) []net.SRV {
	var all []net.SRV
	for _, r := range list {
		all = append(all, *r)
	}
	return all
}
