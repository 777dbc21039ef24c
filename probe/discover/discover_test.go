package discover

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"testing"

	"portolan/account"
)

// A zone answers look-ups from a table and notes what it was asked.
type zone struct {
	addrs map[string][]netip.Addr // "ip4 host."
	mx    map[string][]*net.MX
	asked []string
}

func (z *zone) LookupNetIP(_ context.Context, network, host string) ([]netip.Addr, error) {
	z.asked = append(z.asked, host)
	if a, ok := z.addrs[network+" "+host]; ok {
		return a, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

func (z *zone) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	z.asked = append(z.asked, name)
	if m, ok := z.mx[name]; ok {
		return m, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func alice(domain string) account.Address { return account.Address{Local: "alice", Domain: domain} }

func TestGuessesStayBelowTheAddressesOwnDomain(t *testing.T) { // N-5
	hosts := func(domain string, role account.Role) []string {
		var list []string
		for _, c := range Guesses(alice(domain)) {
			if c.Role == role {
				list = append(list, c.Host)
			}
		}
		return list
	}
	tests := []struct {
		domain string
		role   account.Role
		want   []string
	}{
		{"example.test", account.Incoming, []string{"imap.example.test", "mail.example.test", "example.test", "pop.example.test", "pop3.example.test"}},
		{"example.test", account.Outgoing, []string{"smtp.example.test", "mail.example.test", "example.test"}},
		{"deep.sub.example.test", account.Outgoing, []string{"smtp.deep.sub.example.test", "mail.deep.sub.example.test", "deep.sub.example.test"}},
		{"co.uk", account.Incoming, nil},
		{"test", account.Outgoing, nil},
	}
	for _, test := range tests {
		if got := hosts(test.domain, test.role); !slices.Equal(got, test.want) {
			t.Errorf("%s, %v: got %v, want %v", test.domain, test.role, got, test.want)
		}
	}
}

func TestOnlyABestMXHostInTheDomainIsACandidate(t *testing.T) {
	tests := []struct {
		name    string
		records []*net.MX
		want    string
	}{
		{"in the domain", []*net.MX{{Host: "MX.Example.test.", Pref: 10}}, "mx.example.test"},
		{"the best one", []*net.MX{{Host: "b.example.test.", Pref: 20}, {Host: "a.example.test.", Pref: 10}}, "a.example.test"},
		{"of equals always the same", []*net.MX{{Host: "b.example.test.", Pref: 10}, {Host: "a.example.test.", Pref: 10}}, "a.example.test"},
		{"a filter company's", []*net.MX{{Host: "mx.filter.example.", Pref: 10}}, ""},
		{"a better one outside", []*net.MX{{Host: "mx.filter.example.", Pref: 10}, {Host: "mx.example.test.", Pref: 20}}, ""},
		{"null MX (N-6)", []*net.MX{{Host: "."}}, ""},
		{"illegal name (N-7)", []*net.MX{{Host: "a b.example.test.", Pref: 1}}, ""},
		{"none", nil, ""},
	}
	for _, test := range tests {
		z := &zone{mx: map[string][]*net.MX{"example.test.": test.records}}
		found, err := Finder{Resolver: z}.Sources(alice("example.test"))[0].Ask(context.Background())
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if test.want == "" {
			if len(found) != 0 {
				t.Errorf("%s: got %v, want no candidate", test.name, found)
			}
			continue
		}
		if len(found) != 2 || found[0].Host != test.want || found[1].Host != test.want || !found[0].MX || found[0].Role == found[1].Role {
			t.Errorf("%s: got %+v, want %s for both roles", test.name, found, test.want)
		}
	}
}

func TestLookupsAreAbsolute(t *testing.T) { // N-1
	for host, want := range map[string]string{"imap.example.test": "imap.example.test.", "mailbox": "mailbox", "nas.local": "nas.local"} {
		z := &zone{}
		_, err := Finder{Resolver: z}.Addresses(context.Background(), "ip4", host)
		var dns *net.DNSError
		if !errors.As(err, &dns) || !slices.Equal(z.asked, []string{want}) {
			t.Errorf("%s: asked for %q (%v), want %q", host, z.asked, err, want)
		}
	}
}

func TestAddressLiteralIsItsOwnAnswer(t *testing.T) {
	z := &zone{}
	f := Finder{Resolver: z}
	four, _ := f.Addresses(context.Background(), "ip4", "192.0.2.1")
	six, _ := f.Addresses(context.Background(), "ip6", "192.0.2.1")
	if len(four) != 1 || len(six) != 0 || len(z.asked) != 0 {
		t.Errorf("got %v and %v, and asked %v; want the literal, nothing and nobody", four, six, z.asked)
	}
	if six, _ := f.Addresses(context.Background(), "ip6", "2001:db8::1"); len(six) != 1 {
		t.Errorf("got %v, want the literal", six)
	}
}
