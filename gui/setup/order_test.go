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
	stuck   bool // something went on after Stop
}

func (m *model) check() error {
	s := m.drawn
	if m.stuck {
		return errors.New("got something running after Stop")
	}
	if s.Phase == Resting && m.runner.unfinished() {
		return errors.New("got the session at rest while a run goes on: it took the end of another for that run's")
	}
	if m.runner.overlapped() {
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
	if err := fresh(s); err != nil {
		return err
	}
	if s.Phase == Resting && s.Incoming.Tone == Success && s.Form.Incoming.Host != imap993.Host {
		return fmt.Errorf("got %+v proved at %q", s.Incoming, s.Form.Incoming.Host)
	}
	return nil
}

// mum reports an error where the password can be seen.
func (m *model) mum() error {
	if all := fmt.Sprintf("%+v %s", m.drawn, m.LogText(ShowNames)); strings.Contains(all, password) {
		return errors.New("got the password in the state")
	}
	return nil
}

// fresh reports an error where a search shows a row of another run: each run tries a port of its own, see stamped.
func fresh(s State) error {
	for _, r := range s.Rows {
		if own := fmt.Sprintf(":%d", 7000+s.Number); s.Phase != Resting && s.Task == probe.Search && strings.Contains(r.Head, ":7") && !strings.Contains(r.Head, own) {
			return fmt.Errorf("got row %q, want rows of run %d alone, at %s", r.Head, s.Number, own)
		}
	}
	return nil
}

// A move is one thing that a user, or the world, can do.
type move struct {
	kind int
	role account.Role
	pick int // which of the values that the kind has
}

// offered are the kinds of moves, each as often as it is to come up among 32: what can go wrong goes wrong while something
// is running, and beginning, waiting and stopping are what leads there.
var offered = [32]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10, 11, 12, 13, 13, 14, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 23, 23, 23}

// drawMove draws a move.
func drawMove(t *rapid.T) move {
	return move{offered[fair(t, 5, "kind")], roles()[fair(t, 1, "role")], fair(t, 8, "pick")}
}

// fair draws a number of so many bits by fair coins: the other generators of rapid prefer small numbers, and with them the
// same few kinds of moves.
func fair(t *rapid.T, bits int, what string) (n int) {
	for range bits {
		n <<= 1
		if rapid.Bool().Draw(t, what) {
			n++
		}
	}
	return n
}

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
		m.typed(hostField(r), &m.hosts[at(r)], m.shownHost(r), pick(v, "imap.example.test", "mail.example.test", ""))
		if m.drawn.View == Simple { // its line holds the port too
			m.ports[at(r)] = m.typedPort(r)
		}
	case 4:
		m.Show(Advanced)
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
		m.pump() // what is running hears it at once
		m.stuck = m.drawn.Phase != Resting
	case 14:
		m.answer(pick(v, true, false))
	case 15:
		m.take(r)
	case 16:
		m.Export("thunderbird")
		m.CloseExport()
	case 17:
		m.Show(pick(v, Simple, Advanced))
	case 18:
		if m.drawn.Form.KnowServers { // closing the fields puts aside what stands in them
			m.KnowServers(false)
			m.KnowServers(true)
		}
	case 19:
		m.Find()
		m.Find() // pressed twice, before anything was drawn
	case 20:
		m.Find()
		m.Stop() // before the run has begun
		m.Stop()
	case 21:
		m.Stop()
		m.Find() // while the one before is still ending
		m.Test(r)
	case 22:
		m.answer(true)
		m.answer(pick(v, true, false)) // a second click on a question that is gone
	default:
		time.Sleep(time.Duration(v.pick) * time.Millisecond)
	}
	if v.pick%7 != 0 { // at times the window is slow, and news comes late
		m.pump()
	}
}

// typed types a text over another. The same text again is the echo of a drawing, and nothing that somebody typed.
func (m *model) typed(f account.Field, kept *string, shown, text string) {
	if text != shown {
		*kept = text
	}
	m.Type(f, text)
}

// shownHost is the text that stands where a host is typed: in the simple view, the line of the server.
func (m *model) shownHost(r account.Role) string {
	if m.drawn.View == Simple {
		return *m.drawn.Form.text(r)
	}
	return m.drawn.Form.Fields(r).Host
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
	part := st.Offers[0].Part
	m.Take(r, part)
	m.ports[at(r)] = m.typedPort(r)
	if part == PartUsername && r == account.Incoming {
		m.name = m.drawn.Form.Incoming.Username
	}
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

// stamped gives each run another port, by which its rows are known again: 7000 and the number of the run. Each has something
// to say even after its end.
func stamped(runs [][]probe.Event) [][]probe.Event {
	var all [][]probe.Event
	for i, events := range runs {
		events = append(slices.Clone(events), attempt(3, account.IMAP, imap143, account.STARTTLS, probe.OK))
		for j, e := range events {
			if e.Kind == probe.AttemptChanged {
				events[j].Attempt.Server.Port = 7000 + i + 1
			}
		}
		all = append(all, events)
	}
	return all
}

// G-1, G-2, G-3, G-4: Find pressed twice, Stop at any moment, typing, switching views, answering late and closing while a
// search runs or panics: no result of an earlier run is drawn, nothing typed is lost, two runs never overlap, the buttons
// are true to the state, no run outlives Close, and the password is in no State. The bubble ends only when no goroutine is left.
func TestWhatTheUserTypedSurvivesEveryOrderOfEvents(t *testing.T) {
	moves := rapid.SliceOfN(rapid.Custom(drawMove), 30, 60)
	all := endings()
	rounds, orders, runs := 30, 0, 0 // three thousand orders of some forty moves and four runs each; six hundred where it is to be short
	for range rounds {
		rapid.Check(t, func(rt *rapid.T) {
			r := &script{pause: 20 * time.Millisecond, parting: 50 * time.Millisecond}
			order := rapid.SliceOfN(rapid.IntRange(0, len(all)-1), 4, 4).Draw(rt, "endings")
			for i := range 60 {
				r.runs = append(r.runs, all[order[i%len(order)]])
			}
			r.runs = stamped(r.runs)
			list := moves.Draw(rt, "moves")
			var err error
			synctest.Test(t, func(t *testing.T) { err = play(t, r, list) })
			if err != nil {
				rt.Fatal(err)
			}
			orders, runs = orders+1, runs+len(r.asked)
		})
	}
	if runs < 2*orders {
		t.Errorf("got %d runs in %d orders, want at least two in each", runs, orders)
	}
	fmt.Printf("figure: random orders of clicks, typing, late answers, panics and closing survived by a session: %d, with %d runs\n", orders, runs)
}

// play makes moves one after the other, from a form that is filled in. Afterwards nothing is left running.
func play(t *testing.T, r *script, moves []move) error {
	m := &model{desk: newDesk(t, r).fill(), runner: r, address: alice.String()}
	defer m.Close()
	m.Show(Advanced)
	for i, v := range moves {
		if r.fault(i%5 == 4); i == len(moves)-1 {
			break // closed in the middle of whatever is going on
		}
		m.act(v)
		err := m.check()
		if err == nil && i%10 == 9 {
			err = m.mum()
		}
		if err != nil {
			return fmt.Errorf("after move %d, %+v: %w", i, v, err)
		}
	}
	begun := time.Now()
	m.Close()
	if took := time.Since(begun); took > 0 {
		return fmt.Errorf("got %v for closing, want none: a run that hears of it ends at once", took)
	}
	draws := m.draws
	m.act(moves[len(moves)-1]) // a click on its way while the window goes
	m.pump()
	synctest.Wait()
	if r.running != 0 || m.draws != draws {
		return fmt.Errorf("got %d runs and %d drawings after Close, want none", r.running, m.draws-draws)
	}
	return nil
}
