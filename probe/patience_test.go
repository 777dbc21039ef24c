package probe

import (
	"net/netip"
	"testing"
	"time"

	"portolan/account"
	"portolan/probe/wire"
)

func TestPatienceIsWhatALostSYNNeeds(t *testing.T) {
	addr := netip.MustParseAddrPort("192.0.2.1:993")
	measured := func(trip time.Duration) *table {
		return &table{lines: []*line{{addr: addr, facts: wire.Facts{Connect: trip}}}}
	}
	tests := []struct {
		name            string
		stage           wire.Stage
		progress, until time.Duration
	}{
		{"unanswered", wire.Connecting, time.Second, time.Second + 1250*time.Millisecond + 100*time.Millisecond},
		{"connected, no progress", wire.Connected, 1100 * time.Millisecond, 2450 * time.Millisecond},
		{"connected, progress", wire.Greeted, 3 * time.Second, 4 * time.Second},
	}
	for _, test := range tests {
		l := &line{addr: addr, stage: test.stage, started: time.Second, progress: test.progress}
		s := &service{host: &host{}, lines: []*line{l}}
		if got := measured(50*time.Millisecond).until(s, l); got != test.until {
			t.Errorf("%s: got %v, want %v", test.name, got, test.until)
		}
	}
}

func TestTripIsTheAddressesOwnElseTheLargest(t *testing.T) {
	a, b := netip.MustParseAddrPort("192.0.2.1:993"), netip.MustParseAddrPort("192.0.2.2:993")
	tab := &table{lines: []*line{{addr: a, facts: wire.Facts{Connect: 20}}, {addr: b, facts: wire.Facts{Connect: 70}}}}
	for at, want := range map[netip.Addr]time.Duration{a.Addr(): 20, b.Addr(): 70, netip.MustParseAddr("192.0.2.3"): 70} {
		if got := tab.trip(at); got != want {
			t.Errorf("%v: got %v, want %v", at, got, want)
		}
	}
}

func TestAnythingEncryptedIsWaitedForBesideCleartext(t *testing.T) {
	s := newSimulation(alice())
	s.fates = map[account.Endpoint]fate{at("imap.example.test", 143): fateClear, at("pop.example.test", 995): fateGood}
	s.delay = func(e account.Endpoint) time.Duration {
		if e == at("pop.example.test", 995) {
			return 12 * time.Second
		}
		return 10 * time.Millisecond
	}
	if got, want := s.run(t).endpoints()[0], at("pop.example.test", 995); got != want {
		t.Errorf("got %v, want %v however long it takes", got, want)
	}
}

func TestABetterPlaceIsNotWaitedForLongerThanPatience(t *testing.T) {
	s := newSimulation(alice())
	s.fates = map[account.Endpoint]fate{at("imap.example.test", 993): fateGood, at("mail.example.test", 993): fateGood}
	s.delay = func(e account.Endpoint) time.Duration {
		if e == at("imap.example.test", 993) {
			return 6 * time.Second
		}
		return 10 * time.Millisecond
	}
	if got, want := s.run(t).endpoints()[0], at("mail.example.test", 993); got != want || s.now > patienceMax {
		t.Errorf("got %v after %v, want %v within %v", got, s.now, want, patienceMax)
	}
}

func TestSlotsHoldOverAllRuns(t *testing.T) {
	var s slots
	a := netip.MustParseAddr("192.0.2.1")
	for i := range maxAtOnce {
		if ok, _ := s.take(a); !ok {
			t.Fatalf("place %d: got none, want one", i)
		}
	}
	ok, wait := s.take(a)
	if ok {
		t.Fatalf("got a place beyond %d", maxAtOnce)
	}
	if ok, _ := s.take(netip.MustParseAddr("192.0.2.2")); !ok {
		t.Error("another address has places of its own")
	}
	s.give(a)
	select {
	case <-wait:
	default:
		t.Error("who waits was not told of the free place")
	}
	if ok, _ := s.take(a); !ok {
		t.Error("got no place after one was given back")
	}
}
