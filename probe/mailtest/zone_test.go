package mailtest

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const zoneWorld = `
host 192.0.2.1 here.example.test
host 192.0.2.99
host 2001:db8::99
wildcard example.test 192.0.2.99
wildcard example.test 2001:db8::99
mx none.test 0 .
srv _imaps._tcp.example.test 20 0 993 b.example.test
srv _imaps._tcp.example.test 10 5 993 a.example.test
srv _imap._tcp.example.test 0 0 0 .
srv _pop3s._tcp.example.test 0 0 995 "bad\nname.test"
srv _pop3s._tcp.example.test 0 0 995 good.example.test
srv _many._tcp.example.test 0 0 1 h#.example.test times=10000
txt _x.example.test "plain text"
page example.test /p 200 <<END
abc
END
txt _x.example.test "d={sha256 https://example.test/p}"
dns _slow._tcp.example.test srv 2s
dns _mute._tcp.example.test srv silent
dns * txt 1s
`

func TestSRVIsAnsweredAsTheResolverOfTheSystemDoes(t *testing.T) {
	tests := []struct {
		service, want string
		err           string
		took          time.Duration
	}{
		{"imaps", "10 5 993 a.example.test.; 20 0 993 b.example.test.", "", 50 * time.Millisecond},
		{"imap", "0 0 0 .", "", 50 * time.Millisecond},
		{"pop3s", "0 0 995 good.example.test.", "invalid names", 50 * time.Millisecond},
		{"submission", "", "no such host", 50 * time.Millisecond},
		{"slow", "", "no such host", 2050 * time.Millisecond},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			w := build(t, zoneWorld)
			begun := time.Now()
			_, records, err := w.LookupSRV(t.Context(), test.service, "tcp", "example.test.")
			var got []string
			for _, r := range records {
				got = append(got, fmt.Sprintf("%d %d %d %s", r.Priority, r.Weight, r.Port, r.Target))
			}
			if joined := strings.Join(got, "; "); joined != test.want {
				t.Errorf("%s: got %q, want %q", test.service, joined, test.want)
			}
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("%s: got error %v, want %q", test.service, err, test.err)
			}
			if took := time.Since(begun); took != test.took {
				t.Errorf("%s: got %v, want %v", test.service, took, test.took)
			}
			violations(t, w)
		})
	}
}

func TestManySRVRecordsAreOneLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, zoneWorld)
		_, records, err := w.LookupSRV(t.Context(), "", "", "_many._tcp.example.test.")
		if err != nil || len(records) != 10000 || records[9999].Target != "h10000.example.test." {
			t.Errorf("got %d records, %v, want 10000", len(records), err)
		}
	})
}

func TestTXTHoldsTheDigestOfAPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, zoneWorld)
		got, err := w.LookupTXT(t.Context(), "_x.example.test.")
		if want := "plain text|d=7eqv8/F3StKIhnN3DG1kCX45G8Ni19b7NJgt3w79GMs="; err != nil || strings.Join(got, "|") != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	})
}

func TestWildcardAnswersForNamesThatDoNotExist(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, zoneWorld)
		for _, test := range []struct{ network, name, want string }{
			{"ip4", "random.example.test.", "[192.0.2.99]"},
			{"ip6", "deep.random.example.test.", "[2001:db8::99]"},
			{"ip4", "here.example.test.", "[192.0.2.1]"},
			{"ip6", "here.example.test.", "[]"},
			{"ip4", "example.test.", "[]"},
			{"ip4", "notexample.test.", "[]"},
		} {
			got, err := w.LookupNetIP(t.Context(), test.network, test.name)
			if fmt.Sprint(got) != test.want || (err == nil) != (len(got) > 0) {
				t.Errorf("%s %s: got %v, %v, want %s", test.network, test.name, got, err, test.want)
			}
		}
	})
}

func TestNullMXKeepsItsDot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got, err := build(t, zoneWorld).LookupMX(t.Context(), "none.test.")
		if err != nil || len(got) != 1 || got[0].Host != "." {
			t.Errorf("got %v, %v, want one record of a dot", got, err)
		}
	})
}

func TestEveryNameCanBeSlowOrSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := build(t, zoneWorld)
		begun := time.Now()
		if _, err := w.LookupTXT(t.Context(), "whatever.test."); err == nil || time.Since(begun) != 1050*time.Millisecond {
			t.Errorf("got %v after %v, want an error after 1.05s", err, time.Since(begun))
		}
		if _, err := w.LookupTXT(t.Context(), "no.dot.test"); err == nil {
			t.Error("got no error, want one")
		}
		violations(t, w, "without a final dot")
		var trouble *net.DNSError
		if _, err := w.LookupTXT(t.Context(), "whatever.test."); !errors.As(err, &trouble) || !trouble.IsNotFound {
			t.Errorf("got %v, want a DNSError that nothing was found", err)
		}
	})
}
