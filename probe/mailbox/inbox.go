package mailbox

import (
	"context"
	"time"

	"portolan/account"
	"portolan/probe/wire"
)

// watchLimit is how long a connection that waits for mail lives at most.
const watchLimit = 4 * time.Minute

// An Arrival is where the test message was found.
type Arrival struct {
	Folder string   // neutralised; "" for POP3, which has only the inbox
	Use    Use      // InboxFolder, JunkFolder, or that of the folder where a rule of the server's has put it
	Hops   []Hop    // how it came, the first hop first
	Looked []string // beside ErrNotSeen: the folders that it is not in, neutralised; none for POP3
}

// A Dial opens a further connection to the incoming server and signs in on it: POP3 shows new mail only to a new one.
type Dial func(context.Context) (*wire.Conn, error)

// An Inbox waits for the test message, and removes it.
type Inbox interface {
	// Mark notes what is in the inbox already. It comes before Await, and before the message is sent.
	Mark(ctx context.Context) error
	// Await waits until the message with this Message-ID is there; the error is ErrNotSeen after the limit, or a little
	// later: other folders are looked into then.
	Await(ctx context.Context, id string, limit time.Duration) (Arrival, error)
	// Delete removes the message with this Message-ID, if Portolan sent it; else the error is ErrNotOurs.
	Delete(ctx context.Context, id string) error
	// Close ends the connection.
	Close()
}

// Open opens the inbox on a connection that has signed in. When ctx ends, every socket is closed.
func Open(ctx context.Context, c *wire.Conn, p account.Protocol, again Dial) (Inbox, error) {
	if p == account.POP3 {
		return &popInbox{first: c, again: again, known: map[string]bool{}}, nil
	}
	stop := context.AfterFunc(ctx, c.Abort)
	conn, err := c.Handoff(time.Now().Add(watchLimit), watchBudget)
	if err != nil {
		stop()
		return nil, err
	}
	box, err := newIMAP(c, conn)
	if err != nil {
		stop()
		return nil, ended(ctx, err)
	}
	return &imapInbox{imapBox: box, stop: stop}, nil
}
