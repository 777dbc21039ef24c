package mailbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"portolan/account"
	"portolan/probe/mailbox"
	"portolan/probe/wire"
)

// hostile are answers of IMAP servers that mean harm, by the command that they are given to.
func hostile() map[string]func(w io.Writer, tag string) {
	return map[string]func(io.Writer, string){
		"LIST endless":       func(w io.Writer, _ string) { flood(w, "* LIST () \"/\" \"folder\"\r\n") },
		"LIST one line":      func(w io.Writer, _ string) { flood(w, "* LIST (\\A \\B \\C ") },
		"LIST literal":       func(w io.Writer, _ string) { fmt.Fprint(w, "* LIST () \"/\" {4294967000}\r\n"); flood(w, "aaaaaaaa") },
		"LIST literal huge":  func(w io.Writer, _ string) { fmt.Fprint(w, "* LIST () \"/\" {99999999999999999999}\r\n") },
		"LIST parentheses":   func(w io.Writer, _ string) { flood(w, "((((((((") },
		"LIST silence":       func(io.Writer, string) {},
		"LIST drip":          func(w io.Writer, _ string) { drip(w, "* LIST () \"/\" x\r\n") },
		"LIST hang-up":       func(w io.Writer, _ string) { closeIt(w) },
		"LIST nonsense":      func(w io.Writer, _ string) { fmt.Fprint(w, "what?\r\n") },
		"CAPABILITY endless": func(w io.Writer, _ string) { flood(w, "* CAPABILITY "+strings.Repeat("X", 100)+"\r\n") },
		"CAPABILITY silence": func(io.Writer, string) {},
		"STATUS endless":     func(w io.Writer, _ string) { flood(w, "* STATUS x (MESSAGES 1)\r\n") },
		"GETQUOTAROOT flood": func(w io.Writer, _ string) { flood(w, "* QUOTA \"\" (STORAGE 1 2)\r\n") },
	}
}

func drip(w io.Writer, text string) {
	for {
		if _, err := io.WriteString(w, text); err != nil {
			return
		}
		time.Sleep(time.Second)
	}
}

func closeIt(w io.Writer) {
	if c, ok := w.(io.Closer); ok {
		_ = c.Close()
	}
}

func TestHostileMailboxesEndInTimeAndInBounds(t *testing.T) {
	for name, answer := range hostile() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				command, _, _ := strings.Cut(name, " ")
				table := map[string]func(io.Writer, string){"LIST": func(w io.Writer, tag string) {
					fmt.Fprintf(w, "* LIST () \"/\" x\r\n%s OK done\r\n", tag)
				}}
				table[command] = answer
				s := &server{protocol: account.IMAP, answer: imapTalk(table)}
				c := s.signedIn(t)
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				begun := time.Now()
				box, err := mailbox.Inspect(t.Context(), c, account.IMAP)
				took := time.Since(begun)
				runtime.ReadMemStats(&after)
				if err == nil || took > 32*time.Second || len(box.Folders) > 1000 {
					t.Errorf("got %v after %v with %d folders, want an error within 32 s", err, took, len(box.Folders))
				}
				if grown := int64(after.TotalAlloc - before.TotalAlloc); grown > 200<<20 {
					t.Errorf("took %d MB of memory", grown>>20)
				}
				<-s.done
			})
		})
	}
}

func TestManyFoldersAreCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{protocol: account.IMAP, answer: imapTalk(map[string]func(io.Writer, string){"LIST": func(w io.Writer, tag string) {
			for i := range 5000 {
				fmt.Fprintf(w, "* LIST (\\NoSelect) \"/\" folder%d\r\n", i)
			}
			fmt.Fprintf(w, "%s OK done\r\n", tag)
		}})}
		box, err := mailbox.Inspect(t.Context(), s.signedIn(t), account.IMAP)
		if err != nil || len(box.Folders) != 1000 || !box.More {
			t.Errorf("got %v and %d folders, want the first 1000", err, len(box.Folders))
		}
		<-s.done
	})
}

func TestQuotaIsToldAndARefusedCountIsLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{protocol: account.IMAP, answer: imapTalk(map[string]func(io.Writer, string){
			"LIST": func(w io.Writer, tag string) {
				fmt.Fprintf(w, "* LIST () \"/\" \"Z "+secret+"\"\r\n* LIST (\\Sent) \"/\" Post\r\n* LIST () NIL inbox\r\n%s OK done\r\n", tag)
			},
			"STATUS":      func(w io.Writer, tag string) { fmt.Fprintf(w, "%s NO not this one\r\n", tag) },
			"STATUS Post": func(w io.Writer, tag string) { fmt.Fprintf(w, "%s NO not this one\r\n", tag) },
			"GETQUOTAROOT": func(w io.Writer, tag string) {
				fmt.Fprintf(w, "* QUOTAROOT INBOX \"\"\r\n* QUOTA \"\" (MESSAGE 1 5 STORAGE 10 512)\r\n%s OK done\r\n", tag)
			},
		})}
		box, err := mailbox.Inspect(t.Context(), s.signedIn(t), account.IMAP)
		if err != nil || len(box.Folders) != 3 || len(box.Quota) != 2 {
			t.Fatalf("got %v and %+v", err, box)
		}
		if box.Folders[0].Use != mailbox.InboxFolder || box.Folders[1].Use != mailbox.SentFolder || box.Folders[0].Delimiter != "" {
			t.Errorf("got %+v, want the inbox, then the sent mail", box.Folders)
		}
		if box.Folders[2].Name != "Z [secret]" || box.Folders[2].Count.Known {
			t.Errorf("got %+v, want the password hidden and no count", box.Folders[2])
		}
		if box.Quota[0] != (mailbox.Quota{Resource: "STORAGE", Used: 10, Limit: 512}) {
			t.Errorf("got %+v, want the storage first", box.Quota)
		}
		<-s.done
	})
}

func TestHostileInboxesEndTheWait(t *testing.T) {
	for name, answer := range map[string]func(w io.Writer, tag string){
		"endless": func(w io.Writer, _ string) {
			flood(w, "* 1 FETCH (UID 9 BODY[HEADER.FIELDS (MESSAGE-ID)] {4}\r\nabcd)\r\n")
		},
		"literal": func(w io.Writer, _ string) {
			fmt.Fprint(w, "* 1 FETCH (UID 9 BODY[HEADER.FIELDS (MESSAGE-ID)] {4000000000}\r\n")
			flood(w, "aaaaaaaa")
		},
		"silence": func(io.Writer, string) {},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &server{protocol: account.IMAP, answer: imapTalk(map[string]func(io.Writer, string){
					"EXAMINE":   func(w io.Writer, tag string) { fmt.Fprintf(w, "* OK [UIDNEXT 5] next\r\n%s OK done\r\n", tag) },
					"UID FETCH": answer,
				})}
				inbox, err := mailbox.Open(t.Context(), s.signedIn(t), account.IMAP, nil)
				if err != nil {
					t.Fatal(err)
				}
				if err := inbox.Mark(t.Context()); err != nil {
					t.Fatal(err)
				}
				begun := time.Now()
				_, err = inbox.Await(t.Context(), "portolan.x@example.test", time.Minute)
				if took := time.Since(begun); err == nil || took > 71*time.Second {
					t.Errorf("got %v after %v, want an error soon after the limit", err, took)
				}
				inbox.Close()
				<-s.done
			})
		})
	}
}

func TestAMessageThatDoesNotComeIsNotSeenAfterTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{protocol: account.IMAP, answer: imapTalk(map[string]func(io.Writer, string){
			"EXAMINE": func(w io.Writer, tag string) { fmt.Fprintf(w, "* OK [UIDNEXT 5] next\r\n%s OK done\r\n", tag) },
		})}
		inbox, err := mailbox.Open(t.Context(), s.signedIn(t), account.IMAP, nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = inbox.Mark(t.Context())
		begun := time.Now()
		_, err = inbox.Await(t.Context(), "portolan.x@example.test", time.Minute)
		if took := time.Since(begun); !errors.Is(err, mailbox.ErrNotSeen) || took < time.Minute || took > 63*time.Second {
			t.Errorf("got %v after %v, want not seen after a minute", err, took)
		}
		inbox.Close()
		<-s.done
	})
}

func TestHostilePOP3EndsInTimeAndInBounds(t *testing.T) {
	for name, answer := range map[string]func(io.Writer){
		"UIDL endless":  func(w io.Writer) { fmt.Fprint(w, "+OK\r\n"); flood(w, "1 abc\r\n") },
		"UIDL line":     func(w io.Writer) { fmt.Fprint(w, "+OK\r\n"); flood(w, "aaaaaaaa") },
		"UIDL drip":     func(w io.Writer) { fmt.Fprint(w, "+OK\r\n"); drip(w, "1 abc\r\n") },
		"UIDL nonsense": func(w io.Writer) { fmt.Fprint(w, "+OK\r\nnot a number\r\n") },
		"STAT silence":  func(io.Writer) {},
		"STAT negative": func(w io.Writer) { fmt.Fprint(w, "+OK -1 5\r\n") },
		"STAT huge":     func(w io.Writer) { fmt.Fprint(w, "+OK 99999999999999999999 5\r\n") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &server{protocol: account.POP3, answer: func(w io.Writer, _, command string) {
					switch {
					case strings.HasPrefix(name, command):
						answer(w)
					default:
						fmt.Fprint(w, "+OK 1 5\r\n")
					}
				}}
				begun := time.Now()
				_, err := mailbox.Inspect(t.Context(), s.signedIn(t), account.POP3)
				if took := time.Since(begun); err == nil || took > 32*time.Second {
					t.Errorf("got %v after %v, want an error within 32 s", err, took)
				}
				<-s.done
			})
		})
	}
}

func TestTheTestMessageHasOneRecipientAndAServersNoIsTold(t *testing.T) {
	for refused := range 5 {
		synctest.Test(t, func(t *testing.T) {
			steps, inText := 0, false
			s := &server{protocol: account.SMTP}
			s.answer = func(w io.Writer, _, command string) {
				if inText && command != "." {
					return
				}
				inText = false
				steps++
				switch {
				case steps == refused:
					fmt.Fprintf(w, "550 5.7.1 no, not with "+secret+"\r\n")
				case command == "DATA":
					inText = true
					fmt.Fprint(w, "354 go on\r\n")
				default:
					fmt.Fprint(w, "250-2.0.0 fine\r\n250 2.0.0 queued as 42\r\n")
				}
			}
			m, err := mailbox.Compose(account.Address{Local: "alice", Domain: "example.test"}, mailbox.NewToken(), time.Now())
			if err != nil {
				t.Fatal(err)
			}
			c := s.signedIn(t)
			accepted, err := mailbox.Send(t.Context(), c, m)
			<-s.done
			var said *wire.ReplyError
			switch {
			case refused == 0 && (err != nil || accepted != "2.0.0 fine 2.0.0 queued as 42"):
				t.Errorf("got %q %v, want it accepted", accepted, err)
			case refused > 0 && (!errors.As(err, &said) || said.Code != 550 || strings.Contains(said.Text, secret)):
				t.Errorf("step %d refused: got %v, want the server's words without the password", refused, err)
			}
			for _, line := range s.heard {
				if strings.HasPrefix(line, "RCPT") && line != "RCPT TO:<alice@example.test>" || strings.HasPrefix(line, "MAIL") && line != "MAIL FROM:<alice@example.test>" {
					t.Errorf("got %q, want the user's own address alone", line)
				}
			}
		})
	}
}

func TestHostileOutgoingServersEndInTime(t *testing.T) {
	for name, answer := range map[string]func(io.Writer){
		"silence":     func(io.Writer) {},
		"endless":     func(w io.Writer) { flood(w, "250-more\r\n") },
		"one line":    func(w io.Writer) { flood(w, "aaaaaaaa") },
		"drip":        func(w io.Writer) { drip(w, "250-more\r\n") },
		"no reply":    func(w io.Writer) { fmt.Fprint(w, "what?\r\n") },
		"mixed codes": func(w io.Writer) { fmt.Fprint(w, "999 x\r\n") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &server{protocol: account.SMTP, answer: func(w io.Writer, _, _ string) { answer(w) }}
				m, err := mailbox.Compose(account.Address{Local: "alice", Domain: "example.test"}, "t", time.Now())
				if err != nil {
					t.Fatal(err)
				}
				begun := time.Now()
				_, err = mailbox.Send(t.Context(), s.signedIn(t), m)
				if took := time.Since(begun); err == nil || errors.Is(err, os.ErrClosed) || took > 80*time.Second {
					t.Errorf("got %v after %v, want an error within 80 s", err, took)
				}
				<-s.done
			})
		})
	}
}

func TestNothingIsHandedOverBeforeASignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{protocol: account.POP3, answer: func(w io.Writer, _, _ string) { fmt.Fprint(w, "+OK\r\n") }}
		c := s.signedIn(t)
		if _, err := c.Handoff(time.Now().Add(time.Minute), 100); err != nil {
			t.Errorf("signed in: got %v", err)
		}
		if _, err := c.Handoff(time.Now().Add(time.Minute), 100); err == nil {
			t.Error("the connection was given away twice")
		}
		c.Abort()
		<-s.done
	})
}

func TestTheTranscriptKeepsTheConversationAndNoMail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{protocol: account.POP3, answer: func(w io.Writer, _, command string) {
			if command == "UIDL" {
				fmt.Fprintf(w, "+OK %s\r\n1 private\r\n.\r\n", secret)
				return
			}
			fmt.Fprint(w, "+OK 1 5\r\n")
		}}
		c := s.signedIn(t)
		box, err := mailbox.Inspect(t.Context(), c, account.POP3)
		if err != nil || !box.UIDL || box.Messages != 1 || box.Size != 5 {
			t.Errorf("got %+v %v, want one message", box, err)
		}
		<-s.done
		var all strings.Builder
		for _, l := range c.Transcript() {
			all.WriteString(l.Text + "\n")
		}
		if got := all.String(); !strings.Contains(got, "UIDL\n+OK [secret]\n") || strings.Contains(got, "private") || strings.Contains(got, secret) {
			t.Errorf("got %s", got)
		}
	})
}

// POP3 shows new mail only to a new connection.
func TestPOP3SeesTheMessageOnALaterConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const id = "portolan.x@example.test"
		connections := 0
		next := func(context.Context) (*wire.Conn, error) {
			connections++
			arrived := connections > 4
			s := &server{protocol: account.POP3}
			s.answer = func(w io.Writer, _, command string) {
				switch {
				case command == "UIDL" && arrived:
					fmt.Fprint(w, "+OK\r\n1 old\r\n2 new\r\n.\r\n")
				case command == "UIDL":
					fmt.Fprint(w, "+OK\r\n1 old\r\n.\r\n")
				case command == "TOP 2 0":
					fmt.Fprintf(w, "+OK\r\nReceived: from a by b with ESMTPS\r\nMessage-ID: <%s>\r\nX-Portolan-Test: x\r\n\r\n.\r\n", id)
				case command == "TOP 1 0":
					t.Error("an old message was looked at")
					fmt.Fprint(w, "-ERR\r\n")
				default:
					fmt.Fprint(w, "+OK 1 5\r\n")
				}
			}
			return s.signedIn(t), nil
		}
		inbox := marked(t, next)
		defer inbox.Close()
		got, err := inbox.Await(t.Context(), id, time.Minute)
		if err != nil || len(got.Hops) != 1 || connections != 5 {
			t.Errorf("got %+v %v after %d connections", got, err, connections)
		}
		if _, err := inbox.Await(t.Context(), "portolan.other@example.test", time.Minute); !errors.Is(err, mailbox.ErrNotSeen) || connections > 20 {
			t.Errorf("got %v after %d connections, want it not seen", err, connections)
		}
	})
}
