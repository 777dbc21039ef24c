package wire

import (
	"strings"
	"testing"
)

// RFC 9051, section 6.1.1, RFC 5034, section 3, and RFC 4954, section 3: keywords and mechanisms are matched without regard
// to case. SMTP servers older than RFC 2554 write "AUTH=", with one mechanism behind it or several. What is recognised is
// named, whether it is spoken or not.
func TestMechanismsAreReadInEveryFormOfTheirList(t *testing.T) {
	const all = "plain login cram-md5 scram-sha-256-plus ntlm gssapi digest-md5"
	imap := func(line string) offer { return imapOffer(strings.Fields(line)) }
	pop3 := func(line string) offer { return pop3Offer([]string{line}) }
	smtp := func(lines ...string) offer {
		return smtpOffer(smtpReply{code: 250, lines: append([]string{"PLAIN.example.test"}, lines...)})
	}
	for _, c := range []struct {
		name  string
		offer offer
		want  string
	}{
		{"imap", imap("AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 AUTH=SCRAM-SHA-256-PLUS AUTH=NTLM AUTH=GSSAPI AUTH=DIGEST-MD5"), all},
		{"imap, lower case", imap("auth=plain Auth=Login AUTH=cram-md5 AUTH=scram-sha-256-plus auth=ntlm auth=gssapi auth=digest-md5"), all},
		{"pop3", pop3("SASL PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256-PLUS NTLM GSSAPI DIGEST-MD5"), all},
		{"pop3, lower case", pop3("sasl plain Login cram-md5 scram-sha-256-plus ntlm gssapi digest-md5"), all},
		{"smtp", smtp("AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256-PLUS NTLM GSSAPI DIGEST-MD5"), all},
		{"smtp, lower case", smtp("auth plain Login cram-md5 scram-sha-256-plus ntlm gssapi digest-md5"), all},
		{"smtp, old form", smtp("AUTH=PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256-PLUS NTLM GSSAPI DIGEST-MD5"), all},
		{"smtp, old form, lower case", smtp("auth=plain login cram-md5 scram-sha-256-plus ntlm gssapi digest-md5"), all},
		{"smtp, both forms", smtp("AUTH PLAIN", "AUTH=PLAIN LOGIN"), "plain login"},
		{"smtp, old form of one", smtp("AUTH=LOGIN", "8BITMIME"), "login"},
		{"smtp, nothing behind it", smtp("AUTH=", "AUTH"), ""},
		{"smtp, the server's own name is no keyword", smtpOffer(smtpReply{code: 250, lines: []string{"AUTH PLAIN", "SIZE"}}), ""},
		{"smtp, no keyword that begins like it", smtp("AUTHENTICATE PLAIN", "XAUTH LOGIN"), ""},
	} {
		if got := wordsOf(c.offer.mechanisms); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
