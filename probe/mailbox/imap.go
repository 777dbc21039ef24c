package mailbox

import (
	"cmp"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"portolan/account"
	"portolan/probe/wire"
)

// An imapBox is an IMAP mailbox, spoken to by go-imap's client.
type imapBox struct {
	from   *wire.Conn
	conn   *greeted
	client *imapclient.Client
	caps   imap.CapSet
	news   chan struct{} // the server said that the folder has changed
}

// newIMAP puts go-imap's client on a connection that was handed over, and asks what the server can do after the sign-in.
func newIMAP(from *wire.Conn, conn net.Conn) (*imapBox, error) {
	b := &imapBox{from: from, conn: &greeted{Conn: conn, greeting: "* PREAUTH signed in\r\n"}, news: make(chan struct{}, 1)}
	b.client = imapclient.New(b.conn, &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(*imapclient.UnilateralDataMailbox) { b.ring() },
	}})
	err := b.client.WaitGreeting()
	if err == nil {
		b.caps = b.client.Caps() // asks: none came with the greeting
	}
	if err != nil || b.caps == nil {
		err = b.cause("CAPABILITY", cmp.Or(err, errNoCapabilities))
		b.close()
		return nil, err
	}
	return b, nil
}

var errNoCapabilities = errors.New("no answer to CAPABILITY")

// ring is called from the client's own goroutine.
func (b *imapBox) ring() {
	select {
	case b.news <- struct{}{}:
	default:
	}
}

// close says goodbye, and waits for the client to end.
func (b *imapBox) close() {
	end := time.Now().Add(partLimit)
	b.conn.last(end)
	_ = b.conn.SetDeadline(end)
	_ = b.client.Logout().Wait()
	_ = b.client.Close()
}

// cause gives the reason why a command came to nothing: what the server said, or what ended the connection, of which
// go-imap tells less.
func (b *imapBox) cause(command string, err error) error {
	var said *imap.Error
	if errors.As(err, &said) {
		return &ServerError{Command: command, Text: b.from.Shown(strings.TrimPrefix(said.Error(), "imap: "), wordLimit)}
	}
	if broken := b.conn.broken(); broken != nil {
		return broken
	}
	return &ServerError{Command: command, Text: b.from.Shown(err.Error(), wordLimit)}
}

// inspect lists the folders, counts what is in them and asks for the quota.
func (b *imapBox) inspect() (Box, error) {
	box := Box{Protocol: account.IMAP, Idle: b.can(imap.CapIdle)}
	names, err := b.list(&box)
	if err != nil {
		return box, err
	}
	if err := b.count(&box, names); err != nil {
		return box, err
	}
	return box, b.quota(&box)
}

// can reports whether the server has a capability, of its own or within IMAP4rev2.
func (b *imapBox) can(c imap.Cap) bool { return b.caps.Has(c) }

// list fills the folders in, and gives the name of each as the server writes it. A server that can tell the special use
// and the counts with the list is asked to.
func (b *imapBox) list(box *Box) (map[int]string, error) {
	options := &imap.ListOptions{ReturnSpecialUse: b.can(imap.CapSpecialUse) && b.can(imap.CapListExtended)}
	if b.can(imap.CapListStatus) {
		options.ReturnStatus = &imap.StatusOptions{NumMessages: true, NumUnseen: true}
	}
	if !options.ReturnSpecialUse && options.ReturnStatus == nil {
		options = nil
	}
	command := b.client.List("", "*", options)
	var all []*imap.ListData
	for data := command.Next(); data != nil; data = command.Next() {
		if len(all) == maxFolders {
			box.More = true
			continue // go-imap wants the list read to its end; the budget ends it otherwise
		}
		if !slices.Contains(data.Attrs, imap.MailboxAttrNonExistent) {
			all = append(all, data)
		}
	}
	err := command.Close()
	slices.SortStableFunc(all, func(x, y *imap.ListData) int {
		return cmp.Or(cmp.Compare(rank(useOf(x)), rank(useOf(y))), cmp.Compare(x.Mailbox, y.Mailbox))
	})
	uncounted := map[int]string{}
	for i, data := range all {
		f := b.folder(data)
		if !f.Count.Known && !slices.Contains(data.Attrs, imap.MailboxAttrNoSelect) {
			uncounted[i] = data.Mailbox
		}
		box.Folders = append(box.Folders, f)
	}
	if err != nil {
		return nil, b.cause("LIST", err)
	}
	return uncounted, nil
}

func (b *imapBox) folder(data *imap.ListData) Folder {
	f := Folder{Name: b.from.Shown(data.Mailbox, nameLimit), Use: useOf(data)}
	f.Altered = f.Name != data.Mailbox
	if data.Delim != 0 {
		f.Delimiter = b.from.Shown(string(data.Delim), 8)
	}
	if data.Status != nil {
		f.Count = countOf(data.Status)
	}
	return f
}

func countOf(s *imap.StatusData) Count {
	if s.NumMessages == nil {
		return Count{}
	}
	c := Count{Known: true, Messages: int(*s.NumMessages)}
	if s.NumUnseen != nil {
		c.Unseen = int(*s.NumUnseen)
	}
	return c
}

// useOf: RFC 6154, section 2, and RFC 9051, section 5.1: INBOX in any case is the inbox.
func useOf(data *imap.ListData) Use {
	if strings.EqualFold(data.Mailbox, "INBOX") {
		return InboxFolder
	}
	for _, a := range data.Attrs {
		switch a {
		case imap.MailboxAttrDrafts:
			return DraftsFolder
		case imap.MailboxAttrSent:
			return SentFolder
		case imap.MailboxAttrJunk:
			return JunkFolder
		case imap.MailboxAttrTrash:
			return TrashFolder
		case imap.MailboxAttrArchive:
			return ArchiveFolder
		case imap.MailboxAttrAll:
			return AllFolder
		case imap.MailboxAttrFlagged:
			return FlaggedFolder
		}
	}
	return NoUse
}

// rank orders the uses, with no use last.
func rank(u Use) int {
	if u == NoUse {
		return int(FlaggedFolder) + 1
	}
	return int(u)
}

// count asks for the counts of the first folders that have none yet, all at once. A no of the server's leaves one
// uncounted.
func (b *imapBox) count(box *Box, names map[int]string) error {
	type asked struct {
		place   int
		command *imapclient.StatusCommand
	}
	var list []asked
	for i := range box.Folders {
		if name, ok := names[i]; ok && len(list) < maxStatus {
			list = append(list, asked{i, b.client.Status(name, &imap.StatusOptions{NumMessages: true, NumUnseen: true})})
		}
	}
	for _, a := range list {
		data, err := a.command.Wait()
		var said *imap.Error
		switch {
		case err == nil:
			box.Folders[a.place].Count = countOf(data)
		case !errors.As(err, &said):
			return b.cause("STATUS", err)
		}
	}
	return nil
}

// quota asks for the limits of the inbox. A no says that there are none to be told.
func (b *imapBox) quota(box *Box) error {
	if !b.can(imap.CapQuota) {
		return nil
	}
	roots, err := b.client.GetQuotaRoot("INBOX").Wait()
	var said *imap.Error
	if errors.As(err, &said) {
		return nil
	}
	if err != nil {
		return b.cause("GETQUOTAROOT", err)
	}
	for _, root := range roots {
		for name, r := range root.Resources {
			if len(box.Quota) < maxQuotas {
				box.Quota = append(box.Quota, Quota{b.from.Shown(strings.ToUpper(string(name)), 40), r.Usage, r.Limit})
			}
		}
	}
	slices.SortFunc(box.Quota, func(x, y Quota) int {
		return cmp.Or(-cmp.Compare(x.Resource, y.Resource), cmp.Compare(x.Limit, y.Limit)) // STORAGE before MESSAGE
	})
	return nil
}

// A greeted connection gives a greeting of its own before what the server says, and remembers why it broke.
type greeted struct {
	net.Conn
	greeting string // what is still to be given

	mu  sync.Mutex
	err error
	end time.Time // no deadline is set after it; zero: none was said
}

// Read is called by the client's goroutine alone.
func (g *greeted) Read(p []byte) (int, error) {
	if g.greeting != "" {
		n := copy(p, g.greeting)
		g.greeting = g.greeting[n:]
		return n, nil
	}
	n, err := g.Conn.Read(p)
	if err != nil {
		g.mu.Lock()
		g.err = cmp.Or(g.err, err)
		g.mu.Unlock()
	}
	return n, err
}

func (g *greeted) broken() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.err
}

// last forbids deadlines after the moment: go-imap moves them with every command and every reply.
func (g *greeted) last(end time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.end = end
}

func (g *greeted) clamped(t time.Time) time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.end.IsZero() && (t.IsZero() || t.After(g.end)) {
		return g.end
	}
	return t
}

// SetReadDeadline sets a deadline, not after the last.
func (g *greeted) SetReadDeadline(t time.Time) error { return g.Conn.SetReadDeadline(g.clamped(t)) }

// SetWriteDeadline sets a deadline, not after the last.
func (g *greeted) SetWriteDeadline(t time.Time) error { return g.Conn.SetWriteDeadline(g.clamped(t)) }
