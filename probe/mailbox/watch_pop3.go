package mailbox

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"portolan/probe/wire"
)

// A popInbox looks anew with a connection each time.
type popInbox struct {
	first *wire.Conn // signed in and not used yet; nil: used up
	again Dial
	known map[string]bool // names of the messages that were there before
	count int             // of them, where the server gives no names: new ones have higher numbers
	named bool
}

// session works on a connection that has signed in, the first one where it is still there.
func (b *popInbox) session(ctx context.Context, work func(pop3) error) error {
	c := b.first
	b.first = nil
	if c == nil {
		var err error
		if c, err = b.again(ctx); err != nil {
			return err
		}
	}
	defer c.Abort()
	defer context.AfterFunc(ctx, c.Abort)()
	conn, err := c.Handoff(time.Now().Add(lookLimit), watchBudget)
	if err != nil {
		return err
	}
	return ended(ctx, work(newPOP3(c, conn)))
}

// Mark notes the messages, and frees the mailbox: some servers deliver nothing while it is open.
func (b *popInbox) Mark(ctx context.Context) error {
	return b.session(ctx, func(p pop3) error {
		defer p.part()
		list, err := p.uidl()
		b.named = err == nil
		for _, u := range list {
			b.known[u.name] = true
		}
		var said *wire.ReplyError
		if errors.As(err, &said) {
			b.count, _, err = p.stat()
		}
		return err
	})
}

// Await connects again and again, each time after a little longer.
func (b *popInbox) Await(ctx context.Context, id string, limit time.Duration) (Arrival, error) {
	until := time.Now().Add(limit)
	for wait := time.Second; ; wait = min(wait+time.Second, redialMost) {
		if err := pause(ctx, min(wait, time.Until(until)), nil); err != nil {
			return Arrival{}, err
		}
		var a Arrival
		found := false
		err := b.session(ctx, func(p pop3) error {
			defer p.part()
			number, header, err := b.find(p, id, b.fresh)
			a, found = Arrival{Use: InboxFolder, Hops: hopsOf(header, domainOf(id), p.from.Shown)}, number != 0
			return err
		})
		switch {
		case err != nil && !passing(err):
			return Arrival{}, err
		case found:
			return a, nil
		case time.Until(until) <= 0:
			return Arrival{}, ErrNotSeen
		}
	}
}

// passing reports whether an error is one that a later connection need not meet.
//
// RFC 2449, section 8.1.1, and RFC 3206, section 4.
func passing(err error) bool {
	var said *wire.ReplyError
	return errors.As(err, &said) && slices.Contains([]string{"IN-USE", "LOGIN-DELAY", "SYS/TEMP"}, said.Tag)
}

// fresh reports whether a message is new.
func (b *popInbox) fresh(u uid) bool {
	if b.named {
		return !b.known[u.name]
	}
	return u.number > b.count
}

// find looks for the message among those that pick chooses, the newest first; the number is 0 where it is not there.
func (b *popInbox) find(p pop3, id string, pick func(uid) bool) (number int, header []byte, err error) {
	list, err := b.list(p)
	if err != nil {
		return 0, nil, err
	}
	list = slices.DeleteFunc(list, func(u uid) bool { return !pick(u) })
	slices.Reverse(list)
	for _, u := range list[:min(len(list), maxNew)] {
		header, err := p.header(u.number)
		if err != nil {
			return 0, nil, err
		}
		if isOurs(header, id) {
			return u.number, header, nil
		}
	}
	return 0, nil, nil
}

// list gives the messages, by number alone where the server has no names for them.
func (b *popInbox) list(p pop3) ([]uid, error) {
	list, err := p.uidl()
	var said *wire.ReplyError
	if !errors.As(err, &said) {
		return list, err
	}
	count, _, err := p.stat()
	for n := max(1, count-maxNew); n <= count; n++ {
		list = append(list, uid{number: n})
	}
	return list, err
}

// Delete removes the message, which is among the newest.
func (b *popInbox) Delete(ctx context.Context, id string) error {
	return b.session(ctx, func(p pop3) error {
		number, _, err := b.find(p, id, func(uid) bool { return true })
		if err == nil && number == 0 {
			err = ErrNotOurs
		}
		if err == nil {
			_, err = p.ask("DELE " + strconv.Itoa(number))
		}
		if err != nil {
			p.part()
			return err
		}
		return p.quit()
	})
}

// Close drops a connection that was not used.
func (b *popInbox) Close() {
	if b.first != nil {
		b.first.Abort()
		b.first = nil
	}
}
