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

// shownAs gives the words of options, those that cannot be chosen in brackets.
func shownAs(options []option[account.Auth]) []string {
	words := wordsOf(options)
	for i, barred := range barredOf(options) {
		if barred {
			words[i] = "(" + words[i] + ")"
		}
	}
	return words
}

func TestSignInChoicesGreyWhatTheServerDoesNotOffer(t *testing.T) {
	offered := []account.Auth{account.AuthPlain, account.AuthOAuthBearer, account.AuthGSSAPI, account.AuthNTLM}
	got := shownAs(authOptions(offer{account.IMAP, offered, true}, account.AuthDigestMD5))
	want := []string{
		"Automatic", "Password (PLAIN)", "Token (OAUTHBEARER)", "(Password (LOGIN), not offered)", "(CRAM-MD5, not offered)",
		"(SCRAM-SHA-1, not offered)", "(SCRAM-SHA-256, not offered)", "(SCRAM-SHA-512, not offered)",
		"(SCRAM-SHA-1-PLUS, not offered)", "(SCRAM-SHA-256-PLUS, not offered)", "(SCRAM-SHA-512-PLUS, not offered)",
		"(Token (XOAUTH2), not offered)", "(Certificate (EXTERNAL), not offered)",
		"(GSSAPI, not supported)", "(NTLM, not supported)", "(DIGEST-MD5, not supported)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSignInChoicesClaimNothingOfAServerThatWasNotAsked(t *testing.T) {
	for p, want := range map[account.Protocol][]string{
		account.SMTP: {
			"Automatic", "Password (PLAIN)", "Password (LOGIN)", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512",
			"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512-PLUS", "Token (XOAUTH2)", "Token (OAUTHBEARER)", "Certificate (EXTERNAL)",
		},
		account.POP3: {
			"Automatic", "Password (PLAIN)", "Password (LOGIN)", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512",
			"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512-PLUS", "Token (XOAUTH2)", "Token (OAUTHBEARER)", "Certificate (EXTERNAL)", "APOP",
		},
	} {
		if got := shownAs(authOptions(offer{p, nil, true}, account.AuthUnknown)); !slices.Equal(got, want) {
			t.Errorf("%v: got %q, want %q", p, got, want)
		}
	}
}

func TestAClientCertificateIsToBeChosenBeforeItSignsIn(t *testing.T) {
	offered := []account.Auth{account.AuthPlain, account.AuthExternal}
	for _, c := range []struct {
		o    offer
		want string
	}{
		{offer{account.IMAP, offered, false}, "(Certificate (EXTERNAL), none chosen)"},
		{offer{account.IMAP, offered, true}, "Certificate (EXTERNAL)"},
		{offer{account.SMTP, nil, false}, "(Certificate (EXTERNAL), none chosen)"},
		{offer{account.SMTP, offered[:1], true}, "(Certificate (EXTERNAL), not offered)"},
	} {
		if got := shownAs(authOptions(c.o, account.AuthUnknown)); !slices.Contains(got, c.want) {
			t.Errorf("%+v: got %q, want %q among them", c.o, got, c.want)
		}
	}
}
