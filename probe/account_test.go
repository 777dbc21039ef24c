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
