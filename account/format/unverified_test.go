package format

import (
	"slices"
	"strings"
	"testing"

	"portolan/account"
)

// C-6: an account that rests on a certificate which the user accepted says so in every export: in a comment where the file has
// a place for it, else in a remark beside it. One without a pin never does, nor one without encryption.
func TestAPinnedAccountSaysThatItsIdentityIsNotVerified(t *testing.T) {
	inFile := []string{Thunderbird, ThunderbirdDomain, MobileConfig, AutodiscoverPOX, SRV, Msmtp, Mbsync, Neomutt, Fetchmail, Getmail, OfflineIMAP, Aerc, Himalaya, Sheet}
	for _, f := range Formats() {
		for _, pinned := range []bool{true, false} {
			a := sample()
			if pinned {
				a = pinnedSample()
			}
			out := mustExport(t, f.Name, a, Options{})
			text := ""
			for _, file := range out.Files {
				text += strings.ToLower(string(file.Data))
			}
			written := strings.Contains(text, "identity") && strings.Contains(text, "not verified")
			remarked := strings.Contains(strings.ToLower(said(out.Remarks)), "identity not verified")
			if (written || remarked) != pinned {
				t.Errorf("%s, pinned %v: got the remarks %s and\n%s", f.Name, pinned, said(out.Remarks), out.Text)
			}
			if want := pinned && slices.Contains(inFile, f.Name); written != want {
				t.Errorf("%s, pinned %v: got words in the file %v, want %v\n%s", f.Name, pinned, written, want, out.Text)
			}
		}
	}
}

func TestAServerInTheClearHasNoIdentityToVerify(t *testing.T) {
	a := sample()
	a.Incoming.Security = account.Cleartext
	a.Trust.Pins = []account.Pin{{Server: a.Incoming.Endpoint, Certificate: account.Fingerprint{1}}}
	if a.IdentityUnverified(account.Incoming) || a.IdentityUnverified(account.Outgoing) {
		t.Error("got an unverified identity, want none without TLS, and none without a pin")
	}
}
