package setup

import (
	"testing"
	"time"

	"portolan/account"
	"portolan/account/store"
)

// C-6: an account that rests on a certificate which the user accepted says so in the list, whatever else there is to say of it.
func TestTheListAlwaysSaysThatAnIdentityIsNotVerified(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	pin := func(s *store.Saved) {
		s.Trust.Pins = []account.Pin{{Server: s.Incoming.Endpoint, Certificate: account.Fingerprint{1}}}
	}
	ends := func(days int) func(*store.Saved) {
		return func(s *store.Saved) { s.LastCheck.Outgoing.Ends = now.AddDate(0, 0, days) }
	}
	cleartext := func(s *store.Saved) { s.Outgoing.Security = account.Cleartext }
	elsewhere := func(s *store.Saved) {
		s.Trust.Pins = []account.Pin{{Server: account.Endpoint{Host: "old.example.test", Port: 993}, Certificate: account.Fingerprint{1}}}
	}
	for _, c := range []struct {
		want    string
		changes []func(*store.Saved)
	}{
		{"", nil},
		{"Identity not verified", []func(*store.Saved){pin}},
		{"Identity not verified\nCertificate ended " + shortDay(now.AddDate(0, 0, -2)), []func(*store.Saved){pin, ends(-2)}},
		{"Identity not verified\nNot encrypted", []func(*store.Saved){pin, cleartext}},
		{"Identity not verified", []func(*store.Saved){pin, ends(7)}},
		{"Not encrypted", []func(*store.Saved){cleartext, ends(-2)}},
		{"Certificate ended " + shortDay(now.AddDate(0, 0, -2)), []func(*store.Saved){ends(-2)}},
		{"Certificate ends " + shortDay(now.AddDate(0, 0, 7)), []func(*store.Saved){ends(7)}},
		{"", []func(*store.Saved){elsewhere}},
	} {
		s := example("alice@example.test")
		for _, change := range c.changes {
			change(&s)
		}
		if got := entryOf(s, now).Warning; got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
