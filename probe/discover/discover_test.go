package discover

import (
	"context"
	"errors"
	"net"
	"slices"
	"testing"

	"portolan/account"
)

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
