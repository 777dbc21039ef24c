package setup

import (
	"context"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe"
	"portolan/probe/discover"
	"portolan/probe/practice"
)

// Practice switches to a practice mailbox, "" back to the real network. What stood in the window before comes back then, the
// list of the accounts with it; the mailbox has a list of its own, which is gone when it is left.
func (s *Session) Practice(name string) {
	if s.closed {
		return
	}
	s.turn++
	s.halt()
	if s.practice != nil {
		s.practice()
		s.practice = nil
	}
	if name != "" {
		s.openPractice(name)
		return
	}
	s.leave()
	s.set(s.book)
}

// halt closes the connections of whatever is running; what it still says belongs to an older run, or is landed as stopped.
func (s *Session) halt() {
	if s.stop != nil {
		s.stop()
	}
}

// openPractice starts the mailbox, which takes a moment, in the goroutine that also ends it.
func (s *Session) openPractice(name string) {
	ctx, end := context.WithCancel(s.ctx)
	turn := s.turn
	s.practice = end
	s.wg.Go(func() {
		defer end()
		m, err := practice.Start(ctx, name)
		if err != nil {
			s.tell(func() {
				if s.turn == turn {
					s.leave()
					s.book = s.book.noticed(Danger, "The practice mailbox could not be started: "+account.Neutral(err.Error(), wordLimit)+".")
				}
			})
			return
		}
		s.tell(func() {
			if s.turn == turn {
				s.practise(name, boxOf(m), &probe.Prober{
					Finder: discover.Finder{Resolver: m, Dialer: m, Authorities: m.Trust().Authorities, Providers: discover.KnownProviders()}, Dialer: m,
				})
			}
		})
		<-ctx.Done()
		_ = m.Close() // always nil
	})
	s.set(s.book)
}

// boxOf tells what a mailbox brings along.
func boxOf(m *practice.Mailbox) practiceBox {
	return practiceBox{
		address: m.Address(), authorities: m.Trust().Authorities,
		form: Form{Address: m.Address().String(), Password: m.Password(), RequireEncryption: true, Outgoing: Fields{Protocol: account.SMTP}},
	}
}

// practise goes to a practice mailbox that has been started, and its list; r searches in it.
func (s *Session) practise(name string, box practiceBox, r Runner) {
	s.halt()
	s.stopChecks()
	s.runner = r
	first := s.home == nil
	if first {
		s.away = s.book
		if s.away.Phase != Resting {
			s.away = s.away.over(s.away.Number)
		}
		s.keeper = &keeper{home: s.keeper}
	}
	box.form.Name = s.home.away.Form.Name
	s.book = s.book.practised(name, box)
	if first {
		s.open(Keeping{})
	}
}

// leave goes back from a practice mailbox, if one is in use, to where it was entered. Its list is gone.
func (s *Session) leave() {
	if s.home == nil {
		return
	}
	k := s.keeper
	k.left = true
	if k.undo != nil {
		k.undo.Stop()
	}
	if k.checks.stop != nil {
		k.checks.stop()
	}
	s.work(func(context.Context) {
		if k.opened != nil {
			_ = k.opened.Close() // what cannot be removed holds no secret
		}
	})
	s.keeper, s.runner = k.home, s.options.Runner
	s.book, s.away = s.away.returned(s.book), book{}
}

// tellOf hands over news of a list from another goroutine, see within.
func (s *Session) tellOf(k *keeper, news func()) { s.tell(func() { s.within(k, news) }) }

// within takes in news of a list. While another one is in the window, it belongs to what was put away with its own; what there
// is to say is said all the same. The list of a practice mailbox that was left hears nothing.
func (s *Session) within(k *keeper, news func()) {
	switch {
	case k.left:
		return
	case k == s.keeper:
		news()
		return
	}
	shown, here := s.book, s.keeper
	s.keeper, s.book, s.behind = k, k.away, true
	told := s.book.Notice
	news()
	k.away = s.book
	s.keeper, s.book, s.behind = here, shown, false
	if n := k.away.Notice; n != told {
		s.book = s.book.noticed(n.Tone, n.Text)
	}
}

// practised opens a new account of a practice mailbox. Its list is empty, unless it was another mailbox before.
func (b book) practised(name string, box practiceBox) book {
	if b.Practice == "" {
		b.shelf = shelf{loading: true, asked: b.shelf.asked, told: b.shelf.told, now: b.shelf.now}
	} else {
		b = b.stowed()
	}
	b.Practice, b.practice = name, box
	return b.blankPage(store.NewID()).noticed(Neutral, "Practice mailbox. "+practice.Describe(name)+" Nothing leaves this computer, and what you save is gone when you leave.")
}

// returned comes back from a practice mailbox: what was put away goes on where it stood.
func (b book) returned(from book) book {
	b = b.following(from)
	b.shelf.asked, b.shelf.told = max(b.shelf.asked, from.shelf.asked)+1, max(b.shelf.told, from.shelf.told)+1
	if b.shelf.ask != nil {
		again := *b.shelf.ask
		again.Number = b.shelf.asked
		b.shelf.ask = &again
	}
	if b.shelf.summary != nil {
		again := *b.shelf.summary
		again.Number = b.shelf.told
		b.shelf.summary = &again
	}
	return b.noticed(Neutral, "The practice mailbox is closed; searches go to the real network again.")
}

// fresh begins anew with a form; what is still running belongs to the old one.
func (b book) fresh(f Form) book {
	next := book{
		State:    State{View: b.View, Form: f, Number: b.Number + 1, Notice: b.Notice, Settings: b.Settings, Practice: b.Practice},
		practice: b.practice, stamp: b.stamp, question: b.question, log: b.log.closed(b.current()), shelf: b.shelf,
	}
	next.stamp.whole++
	return next
}

// wordLimit is the most that is shown of somebody else's words, in runes.
const wordLimit = 300

// noticed leaves a message that belongs to no field.
func (b book) noticed(t Tone, text string) book {
	b.Notice = Notice{Tone: t, Text: text, Number: b.Notice.Number + 1}
	return b
}
