package explain

import (
	"crypto/tls"
	"strings"
	"testing"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/wire"
)

// C-1, C-6, C-9, D-8: what a cause alone does not tell is said: which version, which certificate, which day.
func TestFindingsAboutEncryptionSayWhatWasSeen(t *testing.T) {
	shown, accepted := account.Fingerprint{0xaa}, account.Fingerprint{0xbb}
	for _, c := range []struct {
		name    string
		finding probe.Finding
		want    []string
		lacks   string
	}{
		{"version named", probe.Finding{Cause: probe.TLSTooOld, Server: imapServer, TLS: wire.TLSFacts{Version: tls.VersionTLS10}}, []string{"speaks only TLS 1.0, which is no longer safe"}, "system says"},
		{"version not known", probe.Finding{Cause: probe.TLSTooOld, Server: imapServer, Detail: "remote error"}, []string{"“remote error”"}, "speaks only"},
		{"cipher named", probe.Finding{Cause: probe.NoCommonCipher, Server: imapServer, TLS: wire.TLSFacts{Version: tls.VersionTLS12, Suite: tls.TLS_RSA_WITH_AES_128_CBC_SHA}}, []string{"TLS_RSA_WITH_AES_128_CBC_SHA"}, "speaks only"},
		{
			"both fingerprints", probe.Finding{Cause: probe.CertificateChanged, Server: imapServer, TLS: wire.TLSFacts{Certificate: shown}, Accepted: accepted},
			[]string{Fingerprint(shown), Fingerprint(accepted), "nothing was sent", "forget the old one in the advanced settings, under Certificates"}, "Say yes",
		},
		{"verified before", probe.Finding{Cause: probe.VerifiedBefore, Server: imapServer, Detail: "certificate-expired"}, []string{"What is wrong now: the server's certificate has expired.", "nobody can be asked to trust it"}, "certificate-expired"},
		{"clock", probe.Finding{Cause: probe.ClockWrong, Detail: "22 November 2026"}, []string{"On this computer it is 22 November 2026."}, "system says"},
	} {
		text := Finding(c.finding)
		all := text.Title + " " + text.Advice
		for _, w := range c.want {
			if !strings.Contains(all, w) {
				t.Errorf("%s: got %q, want %q in it", c.name, all, w)
			}
		}
		if strings.Contains(all, c.lacks) {
			t.Errorf("%s: got %q, want it without %q", c.name, all, c.lacks)
		}
	}
}

// C-5: the name that a certificate is for is offered in words, neutralised like everything that a server writes.
func TestAnotherNameOfTheCertificateIsOffered(t *testing.T) {
	d := certificateQuestion(wire.WrongName)
	if got := Decision(d); strings.Contains(got.Advice, "safer way out") {
		t.Errorf("got %q, want no other name", got.Advice)
	}
	d.Instead = account.Endpoint{Host: "server.example.test"}
	got := Decision(d)
	if !strings.Contains(got.Advice, "The certificate also names server.example.test") || got.Details[len(got.Details)-1].Value != "server.example.test" {
		t.Errorf("got %q, %q, want the other name", got.Advice, got.Details)
	}
}

// C-6, G-12: what rests on an accepted certificate is never called verified.
func TestAPinnedServerIsCalledNotVerifiedEverywhere(t *testing.T) {
	r := probe.Report{Outcome: probe.Ready, Incoming: result(account.IMAP, imapServer, account.TLS, account.Pinned), Outgoing: result(account.SMTP, imapServer, account.TLS, account.Verified)}
	for _, text := range []string{Verdict(r).Advice, Protection(r, r.Incoming), Attempt(probe.Attempt{Status: probe.OK, Facts: wire.Facts{Protection: account.Pinned}}).Note} {
		if !strings.Contains(text, IdentityNotVerified) {
			t.Errorf("got %q, want %q in it", text, IdentityNotVerified)
		}
	}
	if text := Protection(r, r.Outgoing); strings.Contains(text, IdentityNotVerified) {
		t.Errorf("got %q for a verified server", text)
	}
}
