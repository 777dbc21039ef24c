package gui

import (
	"slices"
	"testing"

	"portolan/account"
)

func TestEveryChoiceLeadsBackToItsValue(t *testing.T) {
	for i, o := range securityOptions() {
		if got := valueAt(securityOptions(), i); got != o.value || valueOf(securityOptions(), o.words) != o.value {
			t.Errorf("%q: got %v, want %v", o.words, got, o.value)
		}
	}
	for i, o := range userOptions() {
		if got := placeOf(userOptions(), o.value); got != i {
			t.Errorf("%q: got place %d, want %d", o.words, got, i)
		}
	}
	if got := valueOf(protocolOptions(), ""); got != account.ProtocolUnknown {
		t.Errorf("got %v for nothing chosen, want automatic", got)
	}
}

func TestSignInChoicesSayWhatTheServerOffers(t *testing.T) {
	offered := []account.Auth{account.AuthPlain, account.AuthOAuthBearer}
	got := wordsOf(authOptions(offered, account.AuthGSSAPI))
	want := []string{
		"Automatic", "Password (PLAIN), offered", "Password (LOGIN), not offered", "CRAM-MD5, not offered",
		"SCRAM-SHA-1, not offered", "SCRAM-SHA-256, not offered", "OAUTHBEARER, offered", "GSSAPI, not offered",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSignInChoicesClaimNothingOfAServerThatWasNotAsked(t *testing.T) {
	got := wordsOf(authOptions(nil, account.AuthUnknown))
	if want := []string{"Automatic", "Password (PLAIN)", "Password (LOGIN)", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
