package setup

import (
	"context"

	"portolan/account"
	"portolan/probe"
	"portolan/probe/discover"
	"portolan/probe/practice"
)

// Practice switches to a practice mailbox, "" back to the real network. What was typed before comes back then.
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
	s.runner = s.options.Runner
	s.set(s.book.unpractised())
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
					s.book = s.book.unpractised().noticed(Danger, "The practice mailbox could not be started: "+account.Neutral(err.Error(), wordLimit)+".")
					s.runner = s.options.Runner
				}
			})
			return
		}
		s.tell(func() {
			if s.turn == turn {
				s.halt()
				s.runner = &probe.Prober{Finder: discover.Finder{Resolver: m, Dialer: m, Authorities: m.Trust().Authorities}, Dialer: m}
				s.book = s.book.practised(name, m.Address(), m.Password(), m.Trust())
			}
		})
		<-ctx.Done()
		_ = m.Close() // always nil
	})
	s.set(s.book)
}

// practised fills a practice mailbox in, and keeps what was typed for later.
func (b book) practised(name string, a account.Address, secret account.Secret, trust account.Trust) book {
	before := b.practice.form
	if b.Practice == "" {
		before = b.Form
		b = b.stowed()
	}
	b = b.fresh(Form{
		Name: before.Name, Address: a.String(), Password: secret, RequireEncryption: true, Outgoing: Fields{Protocol: account.SMTP},
	})
	b.Practice = name
	b.practice = practiceBox{address: a, authorities: trust.Authorities, form: before}
	return b.noticed(Neutral, practice.Describe(name)+" No other name is contacted.")
}

// unpractised goes back to the real network.
func (b book) unpractised() book {
	if b.Practice == "" {
		return b
	}
	b = b.turned(b.shelf.open)
	b.Practice, b.practice = "", practiceBox{}
	return b.noticed(Neutral, "The practice mailbox is closed; searches go to the real network again.")
}

// fresh begins anew with a form; what is still running belongs to the old one.
func (b book) fresh(f Form) book {
	next := book{
		State: State{View: b.View, Form: f, Number: b.Number + 1, Notice: b.Notice, Settings: b.Settings},
		stamp: b.stamp, question: b.question, log: b.log.closed(b.current()), shelf: b.shelf,
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
