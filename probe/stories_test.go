package probe_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// C-1, C-5, C-6, C-9, D-3, D-5, D-6, D-7, D-8, P-2, W-11: these requirements are held by scenarios, which TestScenarios
// plays; here they are held to be there, and to expect what the requirement is about.
func TestStoriesOfRequirementsAreThere(t *testing.T) {
	for _, s := range []struct{ requirement, story, line string }{
		{"C-1", "tls-too-old-is-named", "finding tls-too-old imap.example.test:993 speaks=1.0"},
		{"C-1", "tls-no-common-cipher", "finding no-common-cipher imap.example.test:993 speaks=1.2"},
		{"C-2", "tls-large-hello-after-starttls", "decision certificate imap.example.test:143"},
		{"C-5", "certificate-names-another-server", "decision certificate mail.example.test:993 instead=server.example.test"},
		{"C-5", "certificate-names-a-server-elsewhere", "lookup trap.attacker.example never"},
		{"C-5", "certificate-of-the-hoster", "decision domain server7.hoster.example:993 server7.hoster.example:465 domain=hoster.example"},
		{"C-6", "check-certificate-not-the-accepted-one", "decision none"},
		{"C-9", "clock-behind", "finding clock-wrong"},
		{"C-9", "clock-ahead", "finding clock-wrong"},
		{"D-3", "starttls-handshake-fails-is-no-cleartext-offer", "decision none"},
		{"D-3", "self-signed-993-and-143-plain", "sent nothing"},
		{"D-3", "tls-port-too-old-blocks-cleartext", "decision none"},
		{"D-5", "source-cleartext-only-xml-tls-works", "outcome ready"},
		{"D-5", "source-cleartext-only-xml-and-servers", "sent nothing"},
		{"D-6", "starttls-587-beats-25", "outgoing smtp smtp.example.test:587 starttls"},
		{"D-6", "smtp-only-on-25", "outgoing smtp"},
		{"D-7", "check-finds-something-safer", "finding safer-available mail.example.test:993"},
		{"D-8", "check-certificate-verified-before", "decision none"},
		{"D-8", "search-verified-host-forged-on-another-port", "decision none"},
		{"C-6", "search-accepted-certificate-changed-on-every-port", "decision none"},
		{"P-2", "text-injected-after-starttls", "failed text-injected"},
		{"W-11", "captive-portal-on-every-port", "finding captive-portal"},
		{"W-11", "captive-portal-with-its-own-certificate", "decision none"},
	} {
		text, err := os.ReadFile(filepath.Join("testdata", s.story+".txt"))
		if err != nil || !strings.Contains(string(text), s.line) {
			t.Errorf("%s: got %v and %q, want %q in it", s.requirement, err, text, s.line)
		}
	}
}
