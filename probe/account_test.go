package probe

import (
	"slices"
	"testing"

	"portolan/account"
)

// C-6, D-4: a pin or a consent is kept for the very servers of the account, and for no other.
func TestAccountKeepsOnlyTheConsentsOfItsServers(t *testing.T) {
	in := account.Endpoint{Host: "imap.example.test", Port: 993}
	out := account.Endpoint{Host: "smtp.provider.example", Port: 25}
	other := account.Endpoint{Host: "imap.example.test", Port: 143}
	r := Report{
		Address:  account.Address{Local: "alice", Domain: "example.test"},
		Incoming: Result{Server: account.Server{Protocol: account.IMAP, Endpoint: in}},
		Outgoing: Result{Server: account.Server{Protocol: account.SMTP, Endpoint: out}},
	}
	a := r.Account("Alice", account.Policy{
		Trust: account.Trust{Pins: []account.Pin{{Server: in, Certificate: account.Fingerprint{1}}, {Server: other, Certificate: account.Fingerprint{2}}}},
		Consents: account.Consents{
			Cleartext: []account.Endpoint{out, other},
			Domains:   []string{"provider.example", "elsewhere.example"},
		},
	})
	if a.Name != "Alice" || a.Address != r.Address || a.Incoming.Endpoint != in || a.Outgoing.Endpoint != out {
		t.Errorf("got %+v, want Alice's two servers", a)
	}
	if len(a.Trust.Pins) != 1 || a.Trust.Pins[0].Server != in {
		t.Errorf("got pins %v, want the one for %v", a.Trust.Pins, in)
	}
	if want := []account.Endpoint{out}; !slices.Equal(a.Consents.Cleartext, want) {
		t.Errorf("got cleartext consents %v, want %v", a.Consents.Cleartext, want)
	}
	if want := []string{"provider.example"}; !slices.Equal(a.Consents.Domains, want) {
		t.Errorf("got domains %v, want %v", a.Consents.Domains, want)
	}
}

// D-8: an account remembers which of its servers verified, from this run and from before; nothing else counts.
func TestAnAccountRemembersWhichServersVerified(t *testing.T) {
	in, out := account.Endpoint{Host: "imap.example.test", Port: 993}, account.Endpoint{Host: "smtp.example.test", Port: 465}
	other := account.Endpoint{Host: "old.example.test", Port: 993}
	for _, c := range []struct {
		name    string
		in, out account.Protection
		before  []account.Endpoint
		want    []account.Endpoint
	}{
		{"both", account.Verified, account.Verified, nil, []account.Endpoint{in, out}},
		{"a pinned one", account.Pinned, account.Verified, nil, []account.Endpoint{out}},
		{"in the clear", account.Unprotected, account.Unverified, nil, nil},
		{"from before", account.Unverified, account.Unprotected, []account.Endpoint{in, other}, []account.Endpoint{in}},
		{"again", account.Verified, account.Pinned, []account.Endpoint{in}, []account.Endpoint{in}},
	} {
		r := Report{
			Incoming: Result{Server: account.Server{Protocol: account.IMAP, Endpoint: in}, Protection: c.in},
			Outgoing: Result{Server: account.Server{Protocol: account.SMTP, Endpoint: out}, Protection: c.out},
		}
		got := r.Account("", account.Policy{Trust: account.Trust{Verified: c.before}}).Trust.Verified
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
