// Package mailbox looks into the mailbox behind a connection that has signed in, and sends a test message round.
//
// It dials nobody and signs in nowhere: wire hands every connection over, with an end and a budget that hold whatever is
// done here. IMAP is spoken by go-imap's client, which begins on such a connection as if the server had greeted with
// PREAUTH; the few commands of POP3 and SMTP that are needed are written here.
//
// # Why only one recipient
//
// A Message can be made by Compose alone, for one address, and Send has no other recipient to name. Whatever a caller gets
// wrong, nobody but the user is ever written to.
//
// # Why a message is deleted only with its token
//
// The Message-ID is looked for and the header X-Portolan-Test is read again before anything is removed: what Portolan did
// not send, Portolan does not delete.
//
// # Why the other folders are looked into only in the end
//
// Whoever waits for mail waits in the inbox. Once the time is up, the question is where the message was seen last: a filter
// or a rule may have put it elsewhere. A copy that was filed when the message was sent is no proof that mail goes round, so
// folders without a use count only where the message bears the mark of a delivery (seek_imap.go).
package mailbox

import (
	"context"
	"errors"
	"time"

	"portolan/account"
	"portolan/probe/wire"
)

// Limits of what a server may send and how long it may take. A connection's budget counts every byte read from it.
const (
	lookLimit   = 30 * time.Second       // Inspect as a whole
	boxBudget   = 2 << 20                // bytes, Inspect
	watchBudget = 2 << 20                // bytes, one connection of a Box
	sendLimit   = 75 * time.Second       // Send as a whole: servers filter before they accept
	sendBudget  = 64 << 10               // bytes
	replyLimit  = 20 * time.Second       // one reply of POP3 or SMTP
	partLimit   = 500 * time.Millisecond // LOGOUT or QUIT

	maxFolders = 1000     // kept
	maxStatus  = 200      // folders that are counted one by one
	maxQuotas  = 20       // kept
	maxUIDs    = 50_000   // of POP3 messages
	maxNew     = 50       // POP3 messages looked at in one go
	maxHeader  = 64 << 10 // bytes of the test message's header
	maxHops    = 50
	maxSought  = 40  // folders that the test message is looked for in, beside the inbox
	nameLimit  = 200 // runes of a folder's name
	wordLimit  = 300 // runes of a server's words
	pollEvery  = 2 * time.Second
	seekLimit  = 10 * time.Second // for the other folders, once the inbox was watched long enough
	idleSpan   = 15 * time.Second // after which the inbox is looked at all the same
	redialMost = 8 * time.Second  // between two connections by POP3, which shows new mail only to a new one
)

// A Box is what there is to see of a mailbox.
type Box struct {
	Protocol account.Protocol // of the server that showed it; ProtocolUnknown: nothing was looked at
	Folders  []Folder         // IMAP: the inbox first, then those with a special use, then by name
	More     bool             // there are more folders than are kept
	Quota    []Quota
	Idle     bool  // IMAP: the server says by itself that mail has come
	Messages int   // POP3
	Size     int64 // POP3: bytes
	UIDL     bool  // POP3: messages have lasting names
}

// A Use is the special use of a folder: RFC 6154, section 2.
type Use uint8

// The uses.
const (
	NoUse Use = iota
	InboxFolder
	DraftsFolder
	SentFolder
	JunkFolder
	TrashFolder
	ArchiveFolder
	AllFolder // of all messages
	FlaggedFolder
)

// String gives a stable lower-case word, "" for no use.
func (u Use) String() string {
	names := [...]string{"", "inbox", "drafts", "sent", "junk", "trash", "archive", "all", "flagged"}
	if int(u) < len(names) {
		return names[u]
	}
	return ""
}

// A Folder is one folder of an IMAP mailbox.
type Folder struct {
	Name      string // neutralised
	Altered   bool   // the server has another name for it: something in it could not be shown
	Delimiter string // between the parts of the name; "" where names have no parts
	Use       Use
	Count     Count
}

// A Count is what a folder holds.
type Count struct {
	Known            bool // the server told
	Messages, Unseen int
}

// A Quota is one limit of the mailbox: of "STORAGE" in units of 1024 bytes, of "MESSAGE" in messages.
type Quota struct {
	Resource    string // upper case
	Used, Limit int64
}

// ErrNotSeen says that the message did not arrive in time.
var ErrNotSeen = errors.New("the message was not seen")

// ErrNotOurs says that no message with that Message-ID is in the inbox, or that Portolan has not sent it.
var ErrNotOurs = errors.New("no test message of this name")

// A ServerError is what a server said no to.
type ServerError struct {
	Command string
	Text    string // neutralised, the password replaced
}

func (e *ServerError) Error() string { return e.Command + ": " + e.Text }

// Inspect looks into the mailbox on a connection that has signed in, and ends the connection. What was learned before an
// error is given with it. It takes 30 s at most; when ctx ends, the socket is closed.
func Inspect(ctx context.Context, c *wire.Conn, p account.Protocol) (Box, error) {
	defer context.AfterFunc(ctx, c.Abort)()
	conn, err := c.Handoff(time.Now().Add(lookLimit), boxBudget)
	if err != nil {
		return Box{}, err
	}
	if p == account.POP3 {
		box, err := newPOP3(c, conn).inspect()
		return box, ended(ctx, err)
	}
	m, err := newIMAP(c, conn)
	if err != nil {
		return Box{}, ended(ctx, err)
	}
	defer m.close()
	box, err := m.inspect()
	return box, ended(ctx, err)
}

// ended puts the end of the caller's context before what it caused.
func ended(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// pause waits, less where ctx ends or news comes.
func pause(ctx context.Context, d time.Duration, news <-chan struct{}) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-news:
	case <-ctx.Done():
	}
	return ctx.Err()
}
