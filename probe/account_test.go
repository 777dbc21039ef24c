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

// C-6, D-8: a pin is over when its server verifies, and does not come back.
func TestAPinIsOverWhenItsServerVerifies(t *testing.T) {
	in := account.Endpoint{Host: "imap.example.test", Port: 993}
	pinned := account.Trust{Pins: []account.Pin{{Server: in, Certificate: account.Fingerprint{1}}}}
	r := Report{Incoming: Result{Server: account.Server{Protocol: account.IMAP, Endpoint: in, Security: account.TLS}, Protection: account.Pinned}}
	if a := r.Account("", account.Policy{Trust: pinned}); !a.IdentityUnverified(account.Incoming) || !a.Trust.Pinned(in, account.Fingerprint{1}) {
		t.Errorf("got %+v, want a pinned account", a.Trust)
	}
	r.Incoming.Protection = account.Verified
	a := r.Account("", account.Policy{Trust: pinned})
	if a.IdentityUnverified(account.Incoming) || len(a.Trust.Pins) != 0 {
		t.Errorf("got %+v, want the pin gone", a.Trust)
	}
	a.Trust.Pins = pinned.Pins
	if _, still := a.Trust.PinFor(in); still || a.Trust.Pinned(in, account.Fingerprint{1}) {
		t.Error("got the old certificate taken again, want an error (RFC 8314, section 5.4)")
	}
}
