package setup

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"portolan/account"
	"portolan/probe"
)

// A model remembers what the user last typed, and checks the session against it after each step.
type model struct {
	*desk
	runner  *script
	address string
	hosts   [2]string
	ports   [2]string
	name    string
}

func (m *model) check() error {
	s := m.drawn
	if m.runner.overlap {
		return errors.New("got two runs at once")
	}
	if s.Form.Address != m.address || s.Form.Incoming.Username != m.name && m.name != "" {
		return fmt.Errorf("got %q, %q, want %q, %q as typed", s.Form.Address, s.Form.Incoming.Username, m.address, m.name)
	}
	for i, r := range roles() {
		f := s.Form.Fields(r)
		if m.hosts[i] != "" && f.Host != m.hosts[i] || m.ports[i] != "" && f.Port != m.ports[i] {
			return fmt.Errorf("%v: got %s:%s, want %s:%s as typed", r, f.Host, f.Port, m.hosts[i], m.ports[i])
		}
		if (f.Typed&PartHost != 0) != (m.hosts[i] != "") {
			return fmt.Errorf("%v: got locks %b, typed host %q", r, f.Typed, m.hosts[i])
		}
	}
	resting := s.Phase == Resting && s.Question == nil
	if s.CanFind != resting || s.CanTest[0] != resting || s.Phase != Resting && (s.CanWrite || s.Question != nil) {
		return fmt.Errorf("got phase %v, question %v, find %v, test %v, write %v", s.Phase, s.Question, s.CanFind, s.CanTest, s.CanWrite)
	}
	if s.Phase == Resting && s.Incoming.Tone == Success && s.Form.Incoming.Host != imap993.Host {
		return fmt.Errorf("got %+v proved at %q", s.Incoming, s.Form.Incoming.Host)
	}
	if all := fmt.Sprintf("%+v %s", s, m.LogText()); strings.Contains(all, password) {
		return errors.New("got the password in the state")
	}
	return nil
}

// A move is one thing that a user, or the world, can do.
type move struct {
	kind int
	role account.Role
	pick int // which of the values that the kind has
}

const kinds = 19

func pick[T any](m move, values ...T) T { return values[m.pick%len(values)] }

// act makes a move.
func (m *model) act(v move) {
	r := v.role
	switch v.kind {
	case 0:
		m.address = pick(v, "alice@example.test", "bob@example.test", "alice@example.test", "nobody", "")
		m.Type(account.FieldAddress, m.address)
	case 1:
		m.Type(account.FieldPassword, password+pick(v, "", "!"))
	case 2, 3:
		m.typed(hostField(r), &m.hosts[at(r)], m.drawn.Form.Fields(r).Host, pick(v, "imap.example.test", "mail.example.test", ""))
	case 4:
		m.typed(portField(r), &m.ports[at(r)], m.drawn.Form.Fields(r).Port, pick(v, "993", "143", "1993", "465", ""))
	case 5:
		m.typed(account.FieldUsername, &m.name, m.drawn.Form.Incoming.Username, pick(v, "al", ""))
	case 6:
		m.ChooseSecurity(r, pick(v, account.SecurityUnknown, account.TLS, account.STARTTLS, account.Cleartext))
		m.ports[at(r)] = m.typedPort(r)
	case 7:
		m.ChooseProtocol(pick(v, account.ProtocolUnknown, account.IMAP, account.POP3))
		m.ports[0] = m.typedPort(account.Incoming)
	case 8:
		m.ChooseUser(pick(v, SameUser, OwnUser, NoUser))
	case 9:
		m.RequireEncryption(pick(v, true, false))
	case 10, 11:
		m.Find()
	case 12:
		m.Test(r)
	case 13:
		m.Stop()
	case 14:
		m.answer(pick(v, true, false))
	case 15:
		m.take(r)
	case 16:
		m.Export("thunderbird")
		m.CloseExport()
	default:
		time.Sleep(time.Duration(v.pick) * time.Millisecond)
	}
	m.pump()
}

// typed types a text over another. The same text again is the echo of a drawing, and nothing that somebody typed.
func (m *model) typed(f account.Field, kept *string, shown, text string) {
	if text != shown {
		*kept = text
	}
	m.Type(f, text)
}

func (m *model) typedPort(r account.Role) string {
	if f := m.drawn.Form.Fields(r); f.Typed&PartPort != 0 {
		return f.Port
	}
	return ""
}

func (m *model) answer(yes bool) {
	m.Answer(yes)
	for i, r := range roles() {
		m.ports[i] = m.typedPort(r)
		if f := m.drawn.Form.Fields(r); f.Typed&PartHost != 0 {
			m.hosts[i] = f.Host
		}
	}
}

func (m *model) take(r account.Role) {
	st := m.drawn.Incoming
	if r == account.Outgoing {
		st = m.drawn.Outgoing
	}
	if len(st.Offers) == 0 {
		return
	}
	m.Take(r, st.Offers[0].Part)
	m.ports[at(r)] = m.typedPort(r)
}

// pump takes in what has been posted so far.
func (m *model) pump() {
	synctest.Wait()
	for len(m.posts) > 0 {
		(<-m.posts)()
	}
}

// endings are the ways in which a search can end.
func endings() [][]probe.Event {
	cut := well()[:4]
	port := probe.Decision{Kind: probe.DecidePort, Asked: account.Endpoint{Host: imap993.Host, Port: 1993}, Servers: []account.Endpoint{imap993}, Security: account.TLS}
	clear := probe.Decision{Kind: probe.DecideCleartext, Servers: []account.Endpoint{imap143}}
	return [][]probe.Event{
		well(),
		append(slices.Clone(cut), ended(probe.Incomplete)),
		{{Kind: probe.RunStarted, Address: alice}, ended(probe.Nothing)},
		undecidedRun(found(account.IMAP, imap993, account.TLS, false), certificate),
		undecidedRun(found(account.IMAP, imap993, account.TLS, false), certificate, port),
		undecidedRun(found(account.IMAP, imap143, account.Cleartext, false), clear),
		cut, // a runner that breaks off
	}
}

func TestWhatTheUserTypedSurvivesEveryOrderOfEvents(t *testing.T) {
	moves := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) move {
		return move{
			rapid.IntRange(0, kinds-1).Draw(t, "kind"), rapid.SampledFrom([]account.Role{account.Incoming, account.Outgoing}).Draw(t, "role"),
			rapid.IntRange(1, 400).Draw(t, "pick"),
		}
	}), 1, 60)
	for range 10 { // a thousand orders, of up to sixty moves each
		rapid.Check(t, func(rt *rapid.T) {
			r := &script{pause: 20 * time.Millisecond, parting: 50 * time.Millisecond}
			for range 4 {
				r.runs = append(r.runs, endings()[rapid.IntRange(0, len(endings())-1).Draw(rt, "ending")])
			}
			list := moves.Draw(rt, "moves")
			var err error
			synctest.Test(t, func(t *testing.T) { err = play(t, r, list) })
			if err != nil {
				rt.Fatal(err)
			}
		})
	}
}

// play makes moves one after the other, from a form that is filled in. Afterwards nothing is left running.
func play(t *testing.T, r *script, moves []move) error {
	m := &model{desk: newDesk(t, r).fill(), runner: r, address: alice.String()}
	defer m.Close()
	m.Show(Advanced)
	for i, v := range moves {
		m.act(v)
		if err := m.check(); err != nil {
			return fmt.Errorf("after move %d, %+v: %w", i, v, err)
		}
	}
	m.Close()
	synctest.Wait()
	if r.running != 0 {
		return fmt.Errorf("got %d runs after Close", r.running)
	}
	return nil
}
