//go:build linux && e2e

package e2e

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// closedPort is a port of this machine where nobody listens.
func closedPort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// A mute takes connections and never says a word.
type mute struct {
	net.Listener
	mu   sync.Mutex
	now  int       // connections that are open
	ever int       // connections that there were
	last time.Time // when the last one was closed
}

func newMute(t *testing.T) *mute {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &mute{Listener: l}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			m.count(1)
			wg.Go(func() {
				for answer := make([]byte, 1024); ; {
					if _, err := c.Read(answer); err != nil {
						break
					}
				}
				_ = c.Close()
				m.count(-1)
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		wg.Wait()
	})
	return m
}

func (m *mute) count(step int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now += step
	m.ever += max(step, 0)
	m.last = time.Now()
}

func (m *mute) port() int { return m.Addr().(*net.TCPAddr).Port }

// open tells how many connections are open, and how many there were.
func (m *mute) open() (now, ever int, last time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now, m.ever, m.last
}

func TestACheckSaysInWordsThatNobodyAnswers(t *testing.T) {
	at := newPlace(t)
	at.keep(t, "accounts.json", file(t, account("ada@domain.example", "127.0.0.1", closedPort(t), closedPort(t)), usual("grace@domain.example")))
	p := at.wide(t)
	p.does("ada@domain.example", "Check now")
	p.untilItSays("1 account checked: it needs a look")
	p.push("OK")
	p.untilRow("ada@domain.example: Not reached")
	p.untilItSays("Checked today at")
	p.quit()
	p = p.again()
	p.untilRow("ada@domain.example: Not reached")
	p.untilRow("grace@domain.example: Never checked")
}

// muted opens the window on many accounts whose server takes connections and never says a word.
func muted(t *testing.T, n int) (*program, *mute) {
	t.Helper()
	at := newPlace(t)
	server := newMute(t)
	var list []map[string]any
	for i := range n {
		list = append(list, account(fmt.Sprintf("person%02d@domain.example", i), "127.0.0.1", server.port(), server.port()))
	}
	at.keep(t, "accounts.json", file(t, list...))
	p := at.wide(t)
	p.untilRow("person")
	return p, server
}

// checksAll begins the check of all accounts, waits until it is well on its way, and gives the button that ends it.
func (p *program) checksAll(server *mute) shape {
	p.t.Helper()
	_, before, _ := server.open()
	p.push("Check all")
	p.until("connections", func(outline) bool { _, ever, _ := server.open(); return ever > before+1 })
	return p.seek("Stop", func(o outline) (shape, bool) { return o.find("button", "Stop") })
}

// G-2: Stop ends the checks of all accounts, with every connection, and says how far they came.
func TestStopEndsTheCheckOfAllAccounts(t *testing.T) {
	p, server := muted(t, 20)
	p.click(p.checksAll(server))
	p.until("no connection", func(outline) bool { now, _, _ := server.open(); return now == 0 })
	p.untilItSays("Stopped: 0 of 20 accounts checked")
	p.push("OK")
	o := p.until("the rows at rest", func(o outline) bool { return len(o.rows()) > 2 && !strings.Contains(fmt.Sprint(o.rows()), "Checking") })
	if _, found := o.find("button", "Stop"); found {
		t.Error("got a button that stops, want none")
	}
}

// The practice mailbox has a list of its own: what is saved there is checked there, and is gone with it; the real list has
// nothing of it.
func TestAnAccountOfThePracticeMailboxIsSavedAndChecked(t *testing.T) {
	p := practise(t, "tls", password)
	p.size(1000, 740)
	p.press("Return")
	p.untilItSays("Your settings were found and tested")
	p.press("ctrl+s")
	p.untilRow(address + ": Works")
	p.push("Check all")
	p.untilItSays("1 account checked: it works")
	p.push("OK")
	p.quit()
	if text := p.readKept("accounts.json"); strings.Contains(text, address) {
		t.Errorf("got %s, want nothing of the practice mailbox among the real accounts", text)
	}
}
