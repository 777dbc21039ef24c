package probe

import (
	"testing"
	"time"

	"portolan/account"
	"portolan/probe/wire"
)

// Port 25 that nobody answers is worth a word beside another port that works; one that refuses only where it was asked for.
func TestABlockedPort25IsToldWhereItMatters(t *testing.T) {
	const smtp = "smtp.example.test"
	other := &choice{service: &service{port: 587}}
	for _, test := range []struct {
		name  string
		port  int
		cause Cause
		asked int
		w     *choice
		want  bool
	}{
		{"silent beside 587", 25, NoAnswer, 0, other, true},
		{"refused beside 587", 25, ConnectionRefused, 0, other, false},
		{"refused though asked for", 25, ConnectionRefused, 25, other, true},
		{"refused, and another one was asked for", 25, ConnectionRefused, 587, other, false},
		{"silent, and nothing works", 25, NoAnswer, 0, nil, false},
		{"silent beside 25 elsewhere", 25, NoAnswer, 0, &choice{service: &service{port: 25}}, false},
		{"another port silent", 465, NoAnswer, 0, other, false},
		{"another port refused though 25 was asked for", 465, ConnectionRefused, 25, other, false},
	} {
		s := newScene(t)
		l := s.line(at(smtp, test.port), v4, lineFailed, wire.Facts{})
		l.cause = test.cause
		s.table.request.Outgoing.Server.Port = test.asked
		f, got := s.table.lineFinding(l, test.w)
		if got != test.want || got && f.Cause != Port25Blocked {
			t.Errorf("%s: got %v %v, want %v", test.name, got, f.Cause, test.want)
		}
	}
}

// A connection that works, was given up or had no chance says nothing; one that works by a small hello alone says that.
func TestOnlyWhatIsAmissIsWorthAWord(t *testing.T) {
	for _, test := range []struct {
		name  string
		state lineState
		cause Cause
		facts wire.Facts
		small bool
		want  Cause
	}{
		{"works", lineUp, CauseNone, provedFacts, false, CauseNone},
		{"works by a small hello", lineUp, CauseNone, provedFacts, true, LargeHello},
		{"offers no sign-in", lineUp, CauseNone, muteFacts, false, SignInNotOffered},
		{"offers no sign-in by a small hello", lineUp, CauseNone, muteFacts, true, SignInNotOffered},
		{"in the clear by a small hello", lineUp, CauseNone, wire.Facts{Spoken: provedFacts.Spoken}, true, CauseNone},
		{"given up", lineDropped, NoAnswer, wire.Facts{}, false, CauseNone},
		{"skipped", lineSkipped, Limited, wire.Facts{}, false, CauseNone},
		{"no network", lineFailed, NetworkDown, wire.Facts{}, false, CauseNone},
		{"stopped", lineFailed, Cancelled, wire.Facts{}, false, CauseNone},
		{"hung up", lineFailed, ConnectionClosed, wire.Facts{}, false, ConnectionClosed},
		{"hung up on a small hello too", lineFailed, ConnectionClosed, wire.Facts{}, true, CauseNone},
		{"too old", lineFailed, TLSTooOld, wire.Facts{}, false, TLSTooOld},
		{"a bad certificate", lineFailed, CertificateExpired, wire.Facts{}, false, CertificateExpired},
	} {
		s := newScene(t)
		l := s.line(at(imapHost, 993), v4, test.state, test.facts)
		l.cause, l.small = test.cause, test.small
		f, got := s.table.lineFinding(l, &choice{service: s.service(at(imapHost, 993))})
		if got != (test.want != CauseNone) || got && f.Cause != test.want {
			t.Errorf("%s: got %v %v, want %v", test.name, got, f.Cause, test.want)
		}
	}
}

// A port that works when spoken to in another way needs no word about the first one.
func TestAPortThatWorksOtherwiseNeedsNoWord(t *testing.T) {
	for _, test := range []struct {
		name  string
		port  int
		state lineState
		facts wire.Facts
		want  bool // a word
	}{
		{"works otherwise", 993, lineUp, provedFacts, false},
		{"in the clear otherwise", 993, lineUp, wire.Facts{}, true},
		{"failed otherwise", 993, lineFailed, wire.Facts{Protection: account.Verified}, true},
		{"another port works", 143, lineUp, provedFacts, true},
	} {
		s := newScene(t)
		l := s.line(at(imapHost, 993), v4, lineFailed, wire.Facts{})
		l.cause = PlainOnTLSPort
		s.line(at(imapHost, test.port), v4, test.state, test.facts)
		if _, got := s.table.lineFinding(l, nil); got != test.want {
			t.Errorf("%s: got a word: %v, want %v", test.name, got, test.want)
		}
	}
}

// A family that does not work is named beside the one that does; what was given up before it could answer is not held against it.
func TestABrokenFamilyIsNamedBesideAGoodOne(t *testing.T) {
	const trip = 50 * time.Millisecond
	line := func(state lineState, stage wire.Stage, took time.Duration) func(*scene, int) {
		return func(s *scene, f int) {
			l := s.line(at(imapHost, 993), f, state, wire.Facts{})
			l.stage, l.ended, l.cause = stage, took, NoAnswer
		}
	}
	for _, test := range []struct {
		name string
		make func(*scene, int)
		want bool
	}{
		{"failed", line(lineFailed, wire.Connecting, time.Second), true},
		{"given up at once", line(lineDropped, wire.Connecting, headStart), false},
		{"given up after long enough", line(lineDropped, wire.Connecting, headStart+patienceTrips*trip), true},
		{"connected and given up at once", line(lineDropped, wire.Connected, tlsStall-1), false},
		{"connected and mute", line(lineDropped, wire.Connected, tlsStall), true},
		{"gone further and given up", line(lineDropped, wire.Greeted, time.Minute), false},
		{"skipped", line(lineSkipped, wire.Connecting, time.Minute), false},
		{"never tried", func(*scene, int) {}, false},
	} {
		for _, family := range []int{v6, v4} {
			s := newScene(t)
			facts := provedFacts
			facts.Connect = trip
			test.make(s, family)
			s.line(at(imapHost, 993), v6+v4-family, lineUp, facts)
			f, got := s.table.familyFinding(s.service(at(imapHost, 993)).host)
			if want := map[int]Cause{v6: IPv6Broken, v4: IPv4Broken}[family]; got != test.want || got && (f.Cause != want || f.Server != at(imapHost, 993)) {
				t.Errorf("%s, family %d: got %v %+v, want %v", test.name, family, got, f, test.want)
			}
			if _, got := s.table.familyFinding(s.service(at(mailHost, 993)).host); got {
				t.Errorf("%s: got it told of another host", test.name)
			}
			s.service(at(imapHost, 993)).host.families[family].addrs = nil
			if _, got := s.table.familyFinding(s.service(at(imapHost, 993)).host); got {
				t.Errorf("%s: got a broken family of a host with one alone", test.name)
			}
		}
	}
}
