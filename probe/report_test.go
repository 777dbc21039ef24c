package probe

import (
	"reflect"
	"slices"
	"testing"

	"portolan/account"
)

func TestReportIsAFoldThatLeavesItsPastAlone(t *testing.T) {
	events := []Event{
		{Kind: RunStarted, Address: account.Address{Local: "a", Domain: "example.test"}},
		{Kind: AttemptChanged, Attempt: Attempt{ID: 1, Status: Running}},
		{Kind: AttemptChanged, Attempt: Attempt{ID: 2, Status: Running}},
		{Kind: AttemptChanged, Attempt: Attempt{ID: 1, Status: OK}},
		{Kind: SignInChanged, SignIn: SignIn{Status: Running}},
		{Kind: SignInChanged, SignIn: SignIn{Status: Failed, Refusal: true}},
		{Kind: SignInChanged, Index: 1, SignIn: SignIn{Status: OK}},
		{Kind: FindingMade, Finding: Finding{Cause: NoAnswer}},
		{Kind: DecisionOpened, Decision: Decision{Kind: DecidePort}},
		{Kind: AlternativeFound},
		{Kind: RunEnded, Outcome: Found},
	}
	var states []Report
	var r Report
	for _, e := range events {
		r = r.With(e)
		states = append(states, r)
	}
	if len(r.Attempts) != 2 || r.Attempts[0].Status != OK || len(r.SignIns) != 2 || r.Refusals != 1 || r.Outcome != Found || len(r.Findings) != 1 || len(r.Decisions) != 1 || len(r.Alternatives) != 1 {
		t.Errorf("got %+v", r)
	}
	if states[2].Attempts[0].Status != Running {
		t.Error("a later event changed an earlier report")
	}
	var again Report
	for _, e := range events[:3] {
		again = again.With(e)
	}
	if !reflect.DeepEqual(again, states[2]) {
		t.Error("the same events gave another report")
	}
}

func TestEveryCauseHasItsOwnStableName(t *testing.T) {
	var names []string
	for _, c := range Causes() {
		if c.String() == "" || slices.Contains(names, c.String()) {
			t.Errorf("cause %d: got %q, want a name of its own", c, c)
		}
		names = append(names, c.String())
	}
	if int(Internal) != len(names) {
		t.Errorf("got %d names for %d causes", len(names), Internal)
	}
}

// A try that was passed over becomes a refusal once the password is refused: what came behind it stays.
func TestAnEarlierSignInCanBecomeARefusal(t *testing.T) {
	var r Report
	for _, e := range []Event{
		{Kind: SignInChanged, SignIn: SignIn{Status: Failed}},
		{Kind: SignInChanged, Index: 1, SignIn: SignIn{Status: Failed, Refusal: true}},
		{Kind: SignInChanged, SignIn: SignIn{Status: Failed, Refusal: true}},
	} {
		r = r.With(e)
	}
	if len(r.SignIns) != 2 || r.Refusals != 2 {
		t.Errorf("got %d sign-ins and %d refusals, want 2 and 2", len(r.SignIns), r.Refusals)
	}
}
