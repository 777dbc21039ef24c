package mailbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/probe/mailbox"
	"portolan/probe/wire"
)

// RFC 2177: where the server has IDLE it tells by itself that mail has come; else it is asked from time to time.
func TestTheInboxIsWatchedByIDLEWhereThereIsOneAndByNOOPElsewhere(t *testing.T) {
	for _, c := range []struct{ capabilities, used, unused string }{{"IDLE", "IDLE", "NOOP"}, {"", "NOOP", "IDLE"}} {
		synctest.Test(t, func(t *testing.T) {
			box := &cabinet{capabilities: c.capabilities, late: 3 * time.Second, drawers: []drawer{{"INBOX", "", delivered}}}
			heard := box.visit(t, func(inbox mailbox.Inbox) {
				if err := inbox.Mark(t.Context()); err != nil {
					t.Fatal(err)
				}
				begun := time.Now()
				got, err := inbox.Await(t.Context(), messageID, time.Minute)
				if took := time.Since(begun); err != nil || got.Use != mailbox.InboxFolder || len(got.Hops) != 1 || took < 3*time.Second || took > 5*time.Second {
					t.Errorf("%q: got %+v %v after %v, want it soon after three seconds", c.capabilities, got, err, took)
				}
			})
			if !said(heard, c.used) || said(heard, c.unused) || said(heard, "SELECT") {
				t.Errorf("%q: got %q, want %s, not %s, and the inbox opened for reading only", c.capabilities, heard, c.used, c.unused)
			}
		})
	}
}

// What is not in the inbox may have been put elsewhere by a rule. A copy of what was sent is no mail that has come.
func TestAMessageIsFoundWhereARuleHasPutIt(t *testing.T) {
	for _, c := range []struct {
		name    string
		drawers []drawer
		shut    string
		want    mailbox.Arrival // without its hops
	}{
		{"spam", []drawer{{"INBOX", "", ""}, {"Lists", "", delivered}, {"Spam", `\Junk`, ours}}, "", mailbox.Arrival{Folder: "Spam", Use: mailbox.JunkFolder}},
		{"a rule", []drawer{{"INBOX", "", ""}, {"Lists", "", delivered}, {"Spam", `\Junk`, ""}}, "", mailbox.Arrival{Folder: "Lists"}},
		{"behind a shut folder", []drawer{{"INBOX", "", ""}, {"Boss", "", delivered}, {"Lists", "", delivered}}, "Boss", mailbox.Arrival{Folder: "Lists"}},
		{"a copy alone", []drawer{{"INBOX", "", ""}, {"Copies", "", ours}}, "", mailbox.Arrival{Looked: []string{"INBOX", "Copies"}}},
		{
			"sent mail and views of everything", []drawer{{"INBOX", "", ""}, {"Sent", `\Sent`, delivered}, {"All", `\All`, delivered}, {"Star", `\Flagged`, delivered}, {"Top", `\NoSelect`, delivered}, {"Old", `\Archive`, ""}}, "",
			mailbox.Arrival{Looked: []string{"INBOX", "Old"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				box := &cabinet{drawers: c.drawers, shut: c.shut}
				heard := box.visit(t, func(inbox mailbox.Inbox) {
					if err := inbox.Mark(t.Context()); err != nil {
						t.Fatal(err)
					}
					got, err := inbox.Await(t.Context(), messageID, time.Minute)
					if errors.Is(err, mailbox.ErrNotSeen) != (c.want.Folder == "") || err != nil && c.want.Folder != "" {
						t.Errorf("got %v, want it found: %t", err, c.want.Folder != "")
					}
					if got.Folder != c.want.Folder || got.Use != c.want.Use || !slices.Equal(got.Looked, c.want.Looked) {
						t.Errorf("got %+v, want %+v", got, c.want)
					}
				})
				if said(heard, "SELECT") || said(heard, "UID STORE") {
					t.Errorf("got %q, want everything for reading only", heard)
				}
			})
		})
	}
}

// Only the test message is deleted, with the user's other mail untouched, whatever the server can do; a folder is opened for
// writing only once the message was found in it.
func TestOnlyTheTestMessageIsExpunged(t *testing.T) {
	const foreign = "Message-ID: <" + messageID + ">\r\nX-Portolan-Test: another\r\n\r\n"
	for _, c := range []struct {
		name, capabilities, others string
		drawers                    []drawer
		wrote                      []string // what could change anything
		missing                    bool
	}{
		{"one by one", "UIDPLUS", "8", []drawer{{"INBOX", "", delivered}}, []string{`SELECT "INBOX"`, `UID STORE 7`, "UID EXPUNGE 7"}, false},
		{"all that is marked", "", "", []drawer{{"INBOX", "", delivered}}, []string{`SELECT "INBOX"`, `UID STORE 7`, "EXPUNGE"}, false},
		{"something else is marked", "", "8", []drawer{{"INBOX", "", delivered}}, []string{`SELECT "INBOX"`, `UID STORE 7`}, false},
		{"spam", "UIDPLUS", "", []drawer{{"INBOX", "", ""}, {"Spam", `\Junk`, ours}}, []string{`SELECT "Spam"`, `UID STORE 7`, "UID EXPUNGE 7"}, false},
		{"another folder", "UIDPLUS", "", []drawer{{"INBOX", "", ""}, {"Lists", "", delivered}}, []string{`SELECT "Lists"`, `UID STORE 7`, "UID EXPUNGE 7"}, false},
		{"not ours", "UIDPLUS", "", []drawer{{"INBOX", "", foreign}, {"Spam", `\Junk`, foreign}}, nil, true},
		{"the copy of what was sent", "UIDPLUS", "", []drawer{{"INBOX", "", ""}, {"Sent", `\Sent`, ours}, {"Copies", "", ours}}, nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				box := &cabinet{capabilities: c.capabilities, others: c.others, drawers: c.drawers}
				heard := box.visit(t, func(inbox mailbox.Inbox) {
					if err := inbox.Delete(t.Context(), messageID); errors.Is(err, mailbox.ErrNotOurs) != c.missing || err != nil && !c.missing {
						t.Errorf("got %v, want it missing: %t", err, c.missing)
					}
				})
				var wrote []string
				for _, h := range heard {
					if strings.HasPrefix(h, "SELECT") || strings.Contains(h, "STORE") || strings.Contains(h, "EXPUNGE") {
						wrote = append(wrote, h)
					}
				}
				same := slices.EqualFunc(wrote, c.wrote, func(got, want string) bool {
					return strings.HasPrefix(strings.ReplaceAll(got, `"`, ""), strings.ReplaceAll(want, `"`, ""))
				})
				if !same {
					t.Errorf("got %q, want %q", wrote, c.wrote)
				}
			})
		})
	}
}

// RFC 6531, section 3.4: an address with letters beyond ASCII needs a server that takes it; to any other nothing is said.
func TestAnAddressBeyondASCIIIsSentOnlyWhereTheServerTakesIt(t *testing.T) {
	for _, able := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s := &server{protocol: account.SMTP, answer: submission}
			if able {
				s.keywords = "SMTPUTF8"
			}
			m, err := mailbox.Compose(account.Address{Local: "grüße", Domain: "example.test"}, "x", time.Now())
			if err != nil {
				t.Fatal(err)
			}
			c := s.signedIn(t)
			_, err = mailbox.Send(t.Context(), c, m)
			c.Abort()
			<-s.done
			if able && (err != nil || !slices.Contains(s.heard, "MAIL FROM:<grüße@example.test> SMTPUTF8") || !slices.Contains(s.heard, "RCPT TO:<grüße@example.test>")) {
				t.Errorf("got %v and %q, want it sent as SMTPUTF8", err, s.heard)
			}
			if !able && (!errors.Is(err, mailbox.ErrNeedsSMTPUTF8) || len(s.heard) > 0) {
				t.Errorf("got %v and %q, want nothing said", err, s.heard)
			}
		})
	}
}

// RFC 1939, section 7: a server need not have UIDL. That is told, and is no failure.
func TestAPOP3ServerWithoutUIDLIsToldSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{protocol: account.POP3, answer: func(w io.Writer, _, command string) {
			if command == "UIDL" {
				_, _ = fmt.Fprint(w, "-ERR what?\r\n")
				return
			}
			_, _ = fmt.Fprint(w, "+OK 3 500\r\n")
		}}
		box, err := mailbox.Inspect(t.Context(), s.signedIn(t), account.POP3)
		if err != nil || box.UIDL || box.Messages != 3 || box.Size != 500 {
			t.Errorf("got %+v %v, want three messages without lasting names", box, err)
		}
		<-s.done
	})
}

// Without lasting names, the messages with higher numbers than before are the new ones: RFC 1939, section 8 leaves nothing
// else to go by. What was there before is not looked at. A mailbox that is in use for a moment is asked again.
func TestPOP3SeesTheMessageWithoutUIDL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		connections := 0
		next := func(context.Context) (*wire.Conn, error) {
			connections++
			arrived := connections > 3
			if connections == 2 {
				return nil, &wire.SignInError{Err: &wire.ReplyError{Command: "PASS", Status: "-ERR", Tag: "IN-USE", Text: "one at a time"}}
			}
			s := &server{protocol: account.POP3, answer: func(w io.Writer, _, command string) {
				switch {
				case command == "STAT" && arrived:
					_, _ = fmt.Fprint(w, "+OK 2 1000\r\n")
				case command == "STAT":
					_, _ = fmt.Fprint(w, "+OK 1 500\r\n")
				case command == "TOP 2 0":
					_, _ = fmt.Fprint(w, "+OK\r\n"+delivered+".\r\n")
				case command == "QUIT":
					_, _ = fmt.Fprint(w, "+OK\r\n")
				case strings.HasPrefix(command, "TOP"):
					t.Errorf("got %q, want the old message left alone", command)
					fallthrough
				default:
					_, _ = fmt.Fprint(w, "-ERR what?\r\n")
				}
			}}
			return s.signedIn(t), nil
		}
		inbox := marked(t, next)
		defer inbox.Close()
		if got, err := inbox.Await(t.Context(), messageID, time.Minute); err != nil || len(got.Hops) != 1 || connections != 4 {
			t.Errorf("got %+v %v after %d connections, want it at the fourth", got, err, connections)
		}
	})
}

// RFC 5321, section 4.5.3.2.6: a message that was sent in full may have been taken, whatever became of the answer. Before its
// end it was not.
func TestAMessageIsUncertainOnlyOnceItWasSentInFull(t *testing.T) {
	for _, c := range []struct {
		at     string // the command that is not answered
		unsure bool
	}{{"DATA", false}, {".", true}} {
		synctest.Test(t, func(t *testing.T) {
			s := &server{protocol: account.SMTP, answer: func(w io.Writer, tag, command string) {
				if command != c.at {
					submission(w, tag, command)
				}
			}}
			m, err := mailbox.Compose(account.Address{Local: "alice", Domain: "example.test"}, "x", time.Now())
			if err != nil {
				t.Fatal(err)
			}
			_, err = mailbox.Send(t.Context(), s.signedIn(t), m)
			<-s.done
			if err == nil || errors.Is(err, mailbox.ErrUnanswered) != c.unsure || !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("no answer to %q: got %v, want it uncertain: %t", c.at, err, c.unsure)
			}
		})
	}
}

// A no to the password on a later connection ends the wait: it is not sent again. A mailbox that is only busy is asked again.
func TestARefusedSignInWhileWaitingIsNotTriedAgain(t *testing.T) {
	for tag, final := range map[string]bool{"AUTH": true, "": true, "SYS/PERM": true, "IN-USE": false, "LOGIN-DELAY": false, "SYS/TEMP": false} {
		synctest.Test(t, func(t *testing.T) {
			s, tries := &server{protocol: account.POP3, answer: func(w io.Writer, _, _ string) { _, _ = fmt.Fprint(w, "+OK 0 0\r\n.\r\n") }}, 0
			inbox, err := mailbox.Open(t.Context(), s.signedIn(t), account.POP3, func(context.Context) (*wire.Conn, error) {
				tries++
				return nil, &wire.SignInError{Sent: true, Err: &wire.ReplyError{Command: "PASS", Status: "-ERR", Tag: tag, Text: "no"}}
			})
			if err != nil {
				t.Fatal(err)
			}
			defer inbox.Close()
			if err := inbox.Mark(t.Context()); err != nil {
				t.Fatal(err)
			}
			if <-s.done; !said(s.heard, "QUIT") {
				t.Errorf("got %q, want the mailbox left free for new mail", s.heard)
			}
			_, err = inbox.Await(t.Context(), messageID, time.Minute)
			if errors.Is(err, mailbox.ErrNotSeen) == final || (tries == 1) != final {
				t.Errorf("[%s]: got %v after %d tries, want it final: %t", tag, err, tries, final)
			}
		})
	}
}
