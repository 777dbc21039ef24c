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

// incoming is a host of that role.
func incoming() *host {
	h := &host{}
	h.Role = account.Incoming
	return h
}

// Nothing of a host has answered as long as every connection to it is on its way, or timed out: a refusal is an answer.
func TestAHostIsDeadUntilSomethingOfItAnswers(t *testing.T) {
	early, late := &line{started: time.Second}, &line{started: 2 * time.Second}
	for _, test := range []struct {
		name  string
		lines []*line
		first time.Duration
		dead  bool
	}{
		{"nothing begun", nil, never, false},
		{"both on their way", []*line{late, early}, time.Second, true},
		{"timed out", []*line{late, {state: lineFailed, cause: NoAnswer, started: 500 * time.Millisecond}}, 500 * time.Millisecond, true},
		{"refused", []*line{early, {state: lineFailed, cause: ConnectionRefused}}, 0, false},
		{"connected", []*line{early, {stage: wire.Connected}}, 0, false},
		{"connected and silent", []*line{early, {stage: wire.Connected, state: lineFailed, cause: NoAnswer}}, 0, false},
	} {
		h, other := incoming(), incoming()
		tab := &table{services: []*service{
			{host: h, protocol: account.IMAP, lines: test.lines}, {host: other, protocol: account.IMAP, lines: []*line{{stage: wire.Connected}}},
		}}
		if first, dead := tab.unanswered(h); first != test.first || dead != test.dead {
			t.Errorf("%s: got %v, %v, want %v, %v", test.name, first, dead, test.first, test.dead)
		}
	}
}

// A host is tried at four addresses at most, the families in turn.
func TestAHostIsTriedAtFourAddressesAtMost(t *testing.T) {
	six := func(n int) (list []netip.Addr) {
		for i := range n {
			list = append(list, netip.AddrFrom16([16]byte{0: 0x20, 1: 0x01, 15: byte(i + 1)}))
		}
		return list
	}
	four := func(n int) (list []netip.Addr) {
		for i := range n {
			list = append(list, netip.AddrFrom4([4]byte{192, 0, 2, byte(i + 1)}))
		}
		return list
	}
	for _, test := range []struct{ v6, v4, want int }{{0, 0, 0}, {6, 0, 4}, {0, 6, 4}, {6, 6, 4}, {1, 6, 4}, {6, 1, 4}, {1, 1, 2}} {
		h := &host{}
		h.families[v6].addrs, h.families[v4].addrs = six(test.v6), four(test.v4)
		got := h.addrs()
		if len(got) != test.want || test.v6 > 0 && test.v4 > 0 && (!got[0].Is6() || !got[1].Is4()) {
			t.Errorf("%d and %d addresses: got %v, want %d of them in turn", test.v6, test.v4, got, test.want)
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
