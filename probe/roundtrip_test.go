package probe_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/probe"
)

// A swallower is two servers at one address: SMTP takes every message, and none of them ever comes to the IMAP mailbox. It
// is its own dialer, in memory.
type swallower struct {
	mute  bool // it does not even say that it has taken a message
	mu    sync.Mutex
	heard []string // from SMTP
	open  sync.WaitGroup
}

// DialContext begins a conversation.
func (s *swallower) DialContext(_ context.Context, _, address string) (net.Conn, error) {
	client, server := net.Pipe()
	greeting, answer := "* OK ready\r\n", imapWithoutMail
	if strings.HasSuffix(address, ":587") {
		greeting, answer = "220 ready\r\n", s.submission
	}
	s.open.Go(func() {
		defer func() { _ = server.Close() }()
		_, err := io.WriteString(server, greeting)
		for in := bufio.NewScanner(server); err == nil && in.Scan(); {
			if reply := answer(in.Text()); reply != "" {
				_, err = io.WriteString(server, reply)
			}
		}
	})
	return client, nil
}

// submission answers SMTP.
func (s *swallower) submission(line string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard, line)
	switch verb, _, _ := strings.Cut(line, " "); verb {
	case "EHLO":
		return "250-hi\r\n250 AUTH PLAIN\r\n"
	case "AUTH":
		return "235 2.7.0 welcome\r\n"
	case "DATA":
		return "354 go on\r\n"
	case ".":
		if s.mute {
			return ""
		}
		return "250 2.0.0 Ok: queued as 4F1A\r\n"
	case "MAIL", "RCPT":
		return "250 2.1.0 Ok\r\n"
	case "QUIT":
		return "221 2.0.0 bye\r\n"
	default:
		return ""
	}
}

// imapWithoutMail answers IMAP.
func imapWithoutMail(line string) string {
	tag, command, _ := strings.Cut(line, " ")
	untagged := map[string]string{
		"CAPABILITY":    "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n",
		"EXAMINE INBOX": "* OK [UIDNEXT 5] next\r\n",
		`LIST "" "*"`:   "* LIST () \"/\" INBOX\r\n* LIST (\\Junk) \"/\" Spam\r\n* LIST () \"/\" Lists\r\n* LIST (\\Sent) \"/\" Sent\r\n",
		"LOGOUT":        "* BYE bye\r\n",
	}
	return untagged[strings.TrimSpace(command)] + fmt.Sprintf("%s OK done\r\n", tag)
}

// trip has the test message sent from the user to the user.
func (s *swallower) trip(t *testing.T) (probe.Request, probe.Trip) {
	t.Helper()
	server := func(p account.Protocol, port int) account.Server {
		return account.Server{
			Protocol: p, Endpoint: account.Endpoint{Host: "192.0.2.1", Port: port}, Security: account.Cleartext, Username: "alice@example.test", Source: account.SourceUser,
		}
	}
	q := probe.Request{Task: probe.RoundTrip, Address: account.Address{Local: "alice", Domain: "example.test"}, Secret: account.NewSecret("correct horse")}
	q.Account = account.Account{Address: q.Address, Incoming: server(account.IMAP, 143), Outgoing: server(account.SMTP, 587)}
	q.Policy = account.Policy{Domain: "example.test", Encryption: account.EncryptionOptional, Consents: account.Consents{
		Cleartext: []account.Endpoint{q.Account.Incoming.Endpoint, q.Account.Outgoing.Endpoint},
	}}
	var r probe.Report
	for e := range (&probe.Prober{Dialer: s}).Run(t.Context(), q) {
		r = r.With(e)
	}
	s.open.Wait()
	return q, r.Trip
}

// A message that the outgoing server has taken and that does not come: after a minute it is told who took it, when and under
// which number, and where it was looked for. Nobody but the user was written to.
func TestAMessageThatDoesNotComeIsToldWhereItWasSeenLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, begun := &swallower{}, time.Now()
		q, got := s.trip(t)
		if len(got.Steps) != 3 || got.Arrived() || !got.Missing || got.Unsure {
			t.Fatalf("got %+v, want it sent and missing", got)
		}
		if took := got.Steps[2].Took; took < time.Minute || took > 63*time.Second {
			t.Errorf("got %v, want it waited for for a minute", took)
		}
		want := probe.Taken{Server: q.Account.Outgoing.Endpoint, At: got.Taken.At, Words: "2.0.0 Ok: queued as 4F1A", Number: "4F1A"}
		if got := got.Taken; got != want || got.At.Before(begun) || got.At.After(begun.Add(time.Second)) {
			t.Errorf("got %+v, want %+v, soon after %v", got, want, begun)
		}
		if got := strings.Join(got.Looked, " "); got != "INBOX Spam Lists" {
			t.Errorf("got %q, want the inbox, the spam and the other folder looked into", got)
		}
		told := slices.DeleteFunc(s.heard, func(line string) bool { return !strings.HasPrefix(line, "RCPT") })
		if !slices.Equal(told, []string{"RCPT TO:<alice@example.test>"}) {
			t.Errorf("got %q, want the user alone", told)
		}
	})
}

// Without an answer to the message nobody claims that it was refused, nor that it was taken.
func TestAMessageWithoutAnAnswerMayHaveBeenTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, got := (&swallower{mute: true}).trip(t)
		if len(got.Steps) != 2 || !got.Unsure || got.Missing || got.Taken != (probe.Taken{}) || got.Steps[1].Status != probe.Failed || got.ID == "" {
			t.Errorf("got %+v, want it uncertain", got)
		}
	})
}
