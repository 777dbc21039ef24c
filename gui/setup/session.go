package setup

import (
	"context"
	"sync"
	"time"

	"portolan/account"
	"portolan/account/store"
	"portolan/probe"
)

// A Session runs the conversation. All its methods are called on the goroutine that post posts to (the window's), return
// at once, and end in a call of draw with the new state.
type Session struct {
	options Options
	book    book
	runner  Runner // the real search, or the one of the practice mailbox
	closed  bool

	ctx      context.Context //nolint:containedctx // the session is the life of this context
	end      context.CancelFunc
	wg       sync.WaitGroup
	stop     context.CancelFunc // ends the run that began last
	last     chan struct{}      // closed when that run's goroutine has ended
	practice context.CancelFunc // ends the practice mailbox, nil for none
	turn     int                // of practice mailboxes: a later one replaces an earlier one

	*keeper      // the accounts of the list in the window
	behind  bool // news of a list is being taken in that is not in the window
	reader  certificateReader

	mu   sync.Mutex
	news []func() // from other goroutines, in order
}

// Options are what a session needs from outside.
type Options struct {
	Runner Runner // the real search
	// NewRunner makes the real search anew for every change of the settings, in the place of Runner; nil: Runner knows of none.
	NewRunner func(Settings) Runner
	Post      func(func()) // runs a function on the window's goroutine, later
	Draw      func(State)  // draws the window
	Folder    string       // where exports are suggested to go
	Start     State        // what is filled in already: Form.Address, View, Settings
	Keeping   Keeping      // where the accounts are kept
}

// closing is how long Close waits.
const closing = time.Second

// New begins a session; the first Draw comes at once. Encryption is required until the user says otherwise.
func New(o Options) *Session {
	ctx, end := context.WithCancel(context.Background())
	if o.Start.Settings.Problem() != "" {
		o.Start.Settings = Settings{}
	}
	o.Runner = o.runnerFor(o.Start.Settings)
	s := &Session{options: o, runner: o.Runner, ctx: ctx, end: end, keeper: &keeper{}}
	b := book{State: State{View: o.Start.View, Form: o.Start.Form, Settings: o.Start.Settings}}
	b.Form.RequireEncryption = true
	b.Form.Outgoing.Protocol = account.SMTP
	b.shelf.open = store.NewID()
	b.shelf = b.shelf.ordered(b.shelf.open)
	b.shelf.loading = o.Keeping.Folder != ""
	s.set(b)
	if b.shelf.loading {
		s.open(o.Keeping)
	}
	return s
}

// State gives the present state.
func (s *Session) State() State { return s.book.State }

// set takes over a new book and draws it.
func (s *Session) set(b book) {
	if s.closed {
		return
	}
	b = b.tick(time.Now())
	if s.behind {
		s.book = b
		s.noteDrafts()
		return
	}
	s.book = s.identified(b).shown()
	s.noteDrafts()
	s.options.Draw(s.book.State)
}

// tell hands news from another goroutine to the window's. News that comes before the window has looked is drawn together.
// After Close nobody hears it.
func (s *Session) tell(news func()) {
	if s.ctx.Err() != nil {
		return
	}
	s.mu.Lock()
	s.news = append(s.news, news)
	first := len(s.news) == 1
	s.mu.Unlock()
	if first {
		s.options.Post(s.hear)
	}
}

// hear takes in all news.
func (s *Session) hear() {
	s.mu.Lock()
	news := s.news
	s.news = nil
	s.mu.Unlock()
	if s.closed {
		return
	}
	for _, n := range news {
		n()
	}
	s.set(s.book)
}

// Type is called for every change of a text field.
func (s *Session) Type(f account.Field, text string) { s.set(s.book.typed(f, text)) }

// Leave is called when a field loses the focus: from then on its problem is shown.
func (s *Session) Leave(f account.Field) { s.set(s.book.left(f)) }

// RequireEncryption says whether a server without encryption can be asked about at all.
func (s *Session) RequireEncryption(on bool) { s.set(s.book.encrypted(on)) }

// KnowServers opens or closes the fields for server names.
func (s *Session) KnowServers(on bool) { s.set(s.book.knows(on)) }

// OutgoingSignIn tells whether the outgoing server requires a sign-in.
func (s *Session) OutgoingSignIn(on bool) { s.set(s.book.signsOut(on)) }

// ChooseProtocol chooses IMAP, POP3 or automatic; the port follows while it is the other protocol's default.
func (s *Session) ChooseProtocol(p account.Protocol) { s.set(s.book.chosenProtocol(p)) }

// ChooseSecurity chooses the security of one server; the port follows while it is the default of the old one.
func (s *Session) ChooseSecurity(r account.Role, security account.Security) {
	s.set(s.book.chosenSecurity(r, security))
}

// ChooseAuth chooses the sign-in method of one server.
func (s *Session) ChooseAuth(r account.Role, a account.Auth) { s.set(s.book.chosenAuth(r, a)) }

// ChooseUser chooses whose user name the outgoing server gets.
func (s *Session) ChooseUser(m UserMode) { s.set(s.book.chosenUser(m)) }

// Take takes what the server offers in place of what the user asked for.
func (s *Session) Take(r account.Role, p Part) { s.set(s.book.taken(r, p)) }

// Show switches the view.
func (s *Session) Show(v View) {
	b := s.book
	for _, r := range roles() {
		b = b.apartNow(r)
	}
	b.View = v
	s.set(b)
}

// Find starts the search, from what is typed and nothing else. While one is running it does nothing.
func (s *Session) Find() {
	b := s.book
	if s.closed || !b.CanFind {
		return
	}
	for _, r := range roles() {
		b = b.apartNow(r)
	}
	b.seen, b.wanted, b.declined = allFields, [2]bool{}, nil
	if len(b.faults()) > 0 {
		s.set(b)
		return
	}
	b.seen = 0
	if list := b.unconfirmed(); len(list) > 0 {
		b.begun, b.before, b.refused, b.Task = b.stamp, true, nil, probe.Search
		s.set(b.asking(list))
		return
	}
	s.start(b, b.request())
}

// Test tests one server as it stands in the fields.
func (s *Session) Test(r account.Role) {
	b := s.book.apartNow(r)
	if s.closed || !s.book.CanTest[at(r)] {
		return
	}
	b.wanted[at(r)], b.declined = true, nil
	if len(b.testFaults(r)) > 0 {
		b.seen = b.seen.with(b.testFields(r)...)
		s.set(b)
		return
	}
	b.wanted[at(r)] = false
	s.start(b, b.testRequest(r))
}

// Answer answers the open question.
func (s *Session) Answer(yes bool) {
	b, next := s.book.answered(yes)
	if next != nil && !s.closed {
		s.start(b, *next)
		return
	}
	s.set(b)
}

// start begins a run in a goroutine of its own. The one before has ended by then, or is ended.
func (s *Session) start(b book, q probe.Request) {
	b = b.missingCertificate().started(q, time.Now())
	ctx, stop := context.WithCancel(s.ctx)
	before, done := s.last, make(chan struct{})
	s.halt()
	s.stop, s.last = stop, done
	number, runner := b.Number, s.runner
	s.wg.Go(func() {
		defer close(done)
		defer stop()
		if before != nil {
			<-before
		}
		fault := probe.Survive(func() {
			for e := range runner.Run(ctx, q) {
				s.tell(func() { s.book = s.book.with(number, e) })
			}
		})
		if fault != nil {
			s.tell(func() {
				s.book = s.book.with(number, probe.Broken(fault)).with(number, probe.Event{Kind: probe.RunEnded, Outcome: probe.Nothing})
			})
		}
		s.tell(func() { s.book = s.book.over(number) })
	})
	s.set(b)
}

// Stop ends what is running; every socket is closed within 100 ms.
func (s *Session) Stop() {
	s.stopChecks()
	b := s.book
	if b.Phase != Running {
		return
	}
	s.stop()
	b.Phase = Stopping
	s.set(b)
}

// LogText gives the conversation log as one text, as it is shared.
func (s *Session) LogText(names LogNames) string { return s.book.log.text(names) }

// Close ends everything and waits for it, at most a second; the session is of no use any more.
func (s *Session) Close() {
	if s.closed {
		return
	}
	s.release()
	s.closed = true
	s.end()
	done := make(chan struct{})
	go func() {
		s.wg.Wait()
		if s.opened != nil {
			_ = s.opened.Close() // what is on the disk stands there already
		}
		close(done)
	}()
	limit := time.NewTimer(closing)
	defer limit.Stop()
	select {
	case <-done:
	case <-limit.C:
	}
}
