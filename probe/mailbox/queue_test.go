package mailbox_test

import (
	"strings"
	"testing"

	"portolan/probe/mailbox"
)

func TestTheNumberInTheQueueIsFoundInTheWordsOfEveryServer(t *testing.T) {
	for _, c := range []struct{ words, want string }{
		{"2.0.0 Ok: queued as 4XyZ12345z", "4XyZ12345z"},
		{"2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 7B1E42", "7B1E42"},
		{"2.0.0 fine 2.0.0 Queued as <42>.", "42"},
		{"OK id=1rAbCd-0001Ef-2g", "1rAbCd-0001Ef-2g"},
		{"Requested mail action okay, completed: id=0MNq2x-1r", "0MNq2x-1r"},
		{"2.0.0 4AMBC123 Message accepted for delivery", "4AMBC123"},
		{"2.6.0 <portolan.x@example.test> [InternalId=4711, Hostname=A.example.test] Queued mail for delivery", "4711"},
		{"ok 1700000000 qp 31337", "31337"},
		{"2.0.0 OK  1700000000 5b1f17b1804b1-40.1 - gsmtp", "5b1f17b1804b1-40.1"},
		{"", ""},
		{"Ok", ""},
		{"queued as", ""},
		{"queued as you wished", ""},
		{"Queued (0.047 seconds)", ""},
		{"Message accepted for delivery", ""},
		{"queued as 4\u200b2", ""},
		{"queued as " + strings.Repeat("4", 81), ""},
	} {
		if got := mailbox.QueueNumber(c.words); got != c.want {
			t.Errorf("%q: got %q, want %q", c.words, got, c.want)
		}
	}
}

func FuzzQueueNumber(f *testing.F) {
	for _, s := range []string{"2.0.0 Ok: queued as 42", "id=1-2", "[InternalId=7, x]", "4 Message accepted for delivery", "1 - gsmtp", "qp 5", "İ queued as 1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, words string) {
		if got := mailbox.QueueNumber(words); !strings.Contains(words, got) || strings.ContainsAny(got, " \r\n\t") {
			t.Errorf("got %q, want a word of %q", got, words)
		}
	})
}
